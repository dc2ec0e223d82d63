//! An open vault and its verbs.

use jiff::Timestamp;
use shared::identity::LeaseId;
use shared::note::Note;
use shared::sync::OutboxEntry;

use super::{Kind, Listing, Opened, VaultError, VaultProblem, Write};

/// An open vault. Cheap to clone; all clones are one vault. It closes with its last clone, or with
/// [`Vault::close`], which wipes the keys at once and for all clones.
///
/// Every verb may be dropped while it waits: what was handed over is then done whole or not at all.
#[derive(Clone)]
pub struct Vault {}

impl Vault {
    /// Does all writes in one transaction. `Ok` means durable.
    ///
    /// # Errors
    /// Then none of them was done.
    pub async fn put(&self, _writes: Vec<Write>) -> Result<(), VaultError> {
        Err(VaultError::Closed)
    }

    /// A record, or `None` when there is none.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it is there and does not open.
    pub async fn get(&self, _kind: Kind, _key: &str) -> Result<Option<Opened>, VaultError> {
        Err(VaultError::Closed)
    }

    /// All records of a kind with their plaintext.
    pub async fn list(&self, _kind: Kind) -> Result<Listing, VaultError> {
        Err(VaultError::Closed)
    }

    /// The keys of all records of a kind, without reading large ones. Those that do not open are counted beside.
    pub async fn keys(&self, _kind: Kind) -> Result<(Vec<String>, usize), VaultError> {
        Err(VaultError::Closed)
    }

    /// Saves a note, its place in the outbox and the audit event about it in one transaction. The keys are the
    /// note's id.
    pub async fn save_note(&self, _note: &Note, _entry: &OutboxEntry, _audit: Option<Write>) -> Result<(), VaultError> {
        Err(VaultError::Closed)
    }

    /// Destroys the key of a lease, and forgets every record under it. When this answers `Ok`, nothing on this
    /// device opens them. A lease that is not known is no error.
    pub async fn shred(&self, _lease: LeaseId) -> Result<(), VaultError> {
        Err(VaultError::Closed)
    }

    /// Tells the time: on a new day a new data key is used from here on, and keys no record needs are destroyed.
    pub async fn tick(&self, _now: Timestamp) -> Result<(), VaultError> {
        Err(VaultError::Closed)
    }

    /// What the person must know about the vault itself.
    pub fn problems(&self) -> Vec<VaultProblem> {
        Vec::new()
    }

    /// Finishes what is under way, closes the files and wipes the keys. Other clones answer `Closed` from here on.
    pub async fn close(&self) {}
}
