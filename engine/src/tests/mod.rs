//! The engine against a real vault and a scripted FHIR server on a real socket.

mod account;
mod account_kill;
mod bad_answers;
mod conflicts;
mod device;
mod glass;
mod hub;
mod layout;
mod leases;
mod life;
mod lock;
mod notes;
mod outbox;
mod plain_server;
mod proofs;
mod push_property;
mod quiet;
mod records;
mod relay;
mod relay_kill;
mod renewals;
mod revocations;
mod sessions;
mod shredded;
mod sources;
mod sync;
