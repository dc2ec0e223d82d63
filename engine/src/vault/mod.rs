//! The sealed vault: one per person and device.
//!
//! Start at [`Device`], which knows the people and opens their [`Vault`]. A verb that answers `Ok` is durable.
//! What is kept where, and in which order it is written, stands in `writer.rs`; what is done about damage in
//! `recover.rs`; the keys in `slot.rs`, `keyring.rs`, `lease_keys.rs`; the format of a record in `record.rs`.
//!
//! ```text
//! device/   id, secret, people, tries-*, anchor-*    what belongs to the device
//!           audit/log                                the device's account of who looked, sealed under its secret
//! people/<random>/  slot, keys, lease.keys           what opens this person's vault
//!                   outbox.log                       journal of every transaction: the truth about small records
//!                   idx/                             sled: the same records by key, for a fast opening
//!                   objects/xx/<random>              one file per large record
//!                   ballast, lock
//! ```

mod anchor;
mod ballast;
mod crypto;
mod device;
pub(crate) mod disk;
mod envelope;
mod error;
mod frames;
mod handle;
mod index;
mod journal;
mod keyring;
mod kind;
mod lease_keys;
mod limits;
mod objects;
mod pointer;
#[cfg(test)]
pub(crate) mod prober;
mod reader;
mod record;
mod recover;
mod shared;
mod slot;
mod state;
mod twin;
mod write;
mod writer;

pub use device::{Destroyed, Device, DeviceSecret, KeyStoreFault, Person, SecretFile, SecretPlace, keeper};
pub(crate) use device::{Enrolled, Line, Log, Relay, RelayNote, Service};
pub use error::{Damaged, UnlockError, VaultError, VaultProblem};
pub use handle::Vault;
pub use kind::Kind;
pub use limits::Limits;
pub use write::{Item, Listing, MAX_PLAINTEXT, Opened, Write};
