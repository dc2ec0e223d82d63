//! What can go wrong with the vault. No variant ever means that something was deleted.

use jiff::Timestamp;

use super::{Destroyed, KeyStoreFault, Kind};

/// Why a vault did not open. Each is a different thing to do for the person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnlockError {
    /// The PIN is wrong.
    #[error("wrong PIN, {tries} wrong in a row")]
    WrongPin {
        /// Wrong ones in a row, this one included.
        tries: u32,
        /// When the next may be tried; `None`: at once.
        try_after: Option<Timestamp>,
        /// One more wrong one destroys the keys.
        last: bool,
    },
    /// That was the tenth wrong PIN, or the device was revoked: the keys are destroyed. Notes that wait to be sent
    /// are not: they are kept sealed to the record service.
    #[error("the keys of this vault are destroyed")]
    Destroyed(Destroyed),
    /// Too early after wrong PINs. This one was not looked at.
    #[error("too many wrong PINs, try after {try_after}")]
    TooSoon {
        /// When the next may be tried.
        try_after: Timestamp,
    },
    /// The file that holds the wrapped key is damaged or gone, and so is its spare.
    #[error("the key slot of this vault is damaged")]
    SlotDamaged,
    /// The device's part of the key is gone: a copy on another device, or a cleared key store.
    #[error("this device's part of the key is missing")]
    DeviceSecretMissing,
    /// The device's part of the key is in the key store of the system, which does not give it now.
    #[error(transparent)]
    KeyStore(KeyStoreFault),
    /// Written by a version of the app that this one does not know.
    #[error("vault format {found} is not known to this version")]
    UnknownVersion {
        /// The format found.
        found: u8,
    },
    /// The file of data keys is damaged, and so is its spare.
    #[error("the data keys of this vault are damaged")]
    KeysDamaged,
    /// No room, not even after giving up the reserve.
    #[error("the storage of this device is full")]
    StorageFull,
    /// Another process, or another opening in this one, has the vault.
    #[error("the vault is open elsewhere")]
    Locked,
    /// This person has no vault on this device.
    #[error("this person has no vault on this device")]
    NoVault,
    /// This person already has a vault on this device.
    #[error("this person already has a vault on this device")]
    AlreadyThere,
    /// A PIN of fewer than six digits is refused when it is set.
    #[error("the PIN is too short")]
    PinTooShort,
    /// The folder could not be read or written.
    #[error("the vault's folder cannot be used")]
    Io(#[source] std::io::Error),
    /// The operating system gave no randomness, or a thread could not be run.
    #[error("this device cannot run the vault: {0}")]
    Device(&'static str),
}

/// Why a verb of an open vault did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// No room. What was to be written is not written, all that was there still is.
    #[error("the storage of this device is full")]
    StorageFull,
    /// The record is there and does not open.
    #[error("a record is damaged")]
    Damaged(Damaged),
    /// Larger than the vault takes.
    #[error("{size} bytes are more than the {limit} a record may have")]
    TooLarge {
        /// Bytes given.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The vault was closed.
    #[error("the vault is closed")]
    Closed,
    /// What the device keeps for itself (its signing key, its enrolment) is damaged, and so is its spare.
    #[error("what this device keeps for itself is damaged")]
    DeviceDamaged,
    /// The device's part of the keys is gone: a copy on another device, or a cleared key store.
    #[error("this device's part of the key is missing")]
    DeviceSecretMissing,
    /// The device's part of the keys is in the key store of the system, which does not give it now.
    #[error(transparent)]
    KeyStore(KeyStoreFault),
    /// A value could not be written as JSON.
    #[error("a value could not be serialised")]
    Json(#[source] serde_json::Error),
    /// The folder could not be read or written.
    #[error("the vault's folder cannot be used")]
    Io(#[source] std::io::Error),
    /// The operating system gave no randomness, or a thread could not be run.
    #[error("this device cannot run the vault: {0}")]
    Device(&'static str),
}

/// A record that is there and does not open. It is told, never skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Its kind.
    pub kind: Kind,
    /// Its key, when it was asked for by key; a listing knows only that there is one.
    pub key: Option<String>,
}

/// What an opening or a write found out about the vault itself, for the person to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VaultProblem {
    /// The index could not be read; it was set aside and built again. Nothing acknowledged is missing.
    IndexRebuilt,
    /// The journal was damaged; it was set aside and written again. Nothing acknowledged is missing.
    JournalRebuilt,
    /// Less was found than this device remembers having stored: records may be missing.
    RecordsMayBeMissing,
    /// The key of a leased document is damaged: that document must be fetched again.
    LeaseKeyDamaged,
    /// The storage is full. The reserve was given up so that notes can still be saved.
    StorageFull,
    /// The index could not be written; the journal has all, and the index follows when it can.
    IndexBehind,
}

impl From<std::io::Error> for VaultError {
    fn from(error: std::io::Error) -> Self {
        if super::disk::is_full(&error) { Self::StorageFull } else { Self::Io(error) }
    }
}

impl From<std::io::Error> for UnlockError {
    fn from(error: std::io::Error) -> Self {
        if super::disk::is_full(&error) { Self::StorageFull } else { Self::Io(error) }
    }
}

impl From<VaultError> for UnlockError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::StorageFull => Self::StorageFull,
            VaultError::Io(source) => Self::Io(source),
            VaultError::Device(what) => Self::Device(what),
            VaultError::Damaged(_) => Self::KeysDamaged,
            VaultError::DeviceSecretMissing => Self::DeviceSecretMissing,
            VaultError::KeyStore(fault) => Self::KeyStore(fault),
            VaultError::DeviceDamaged => Self::Device("what it keeps for itself is damaged"),
            VaultError::TooLarge { .. } | VaultError::Closed | VaultError::Json(_) => Self::Device("unexpected"),
        }
    }
}
