//! Devices and the record service, without a window: the real engine on real folders, the real hub as a process.

mod account;
mod bad_answers;
mod consent;
mod documents;
mod edits;
mod glass;
mod people;
mod receipts;
mod sign_in;
mod silent;
mod sources;
mod story;
mod tls;
