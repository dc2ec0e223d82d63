//! What goes in and what comes out.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::identity::LeaseId;
use zeroize::Zeroizing;

use super::{Damaged, Kind, VaultError};

/// The largest plaintext of a record, bytes. Checked before anything is allocated for it.
pub const MAX_PLAINTEXT: usize = 8 * 1024 * 1024;

/// One change. A list of them is one transaction.
#[derive(Clone)]
pub enum Write {
    /// Stores a record, in place of the one with the same kind and key.
    Put {
        /// Kind.
        kind: Kind,
        /// The caller's key within the kind, at most 256 bytes. It is sealed with the value.
        key: String,
        /// The plaintext.
        value: Zeroizing<Vec<u8>>,
        /// The lease whose end destroys the record.
        lease: Option<LeaseId>,
    },
    /// Forgets a record. Forgetting one that is not there is no error.
    Remove {
        /// Kind.
        kind: Kind,
        /// Key.
        key: String,
    },
}

impl Write {
    /// Stores bytes.
    pub fn put(kind: Kind, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self::Put { kind, key: key.into(), value: Zeroizing::new(value.into()), lease: None }
    }

    /// Stores a value as JSON.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json(kind: Kind, key: impl Into<String>, value: &impl Serialize) -> Result<Self, VaultError> {
        Ok(Self::put(kind, key, serde_json::to_vec(value).map_err(VaultError::Json)?))
    }

    /// Forgets a record.
    pub fn remove(kind: Kind, key: impl Into<String>) -> Self {
        Self::Remove { kind, key: key.into() }
    }

    /// Binds a stored record to a lease: when the lease is shredded, no key that is left opens it.
    #[must_use]
    pub fn leased(mut self, id: LeaseId) -> Self {
        if let Self::Put { lease, .. } = &mut self {
            *lease = Some(id);
        }
        self
    }
}

/// A record's plaintext. Wiped from memory when dropped; `Debug` shows only its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened(Zeroizing<Vec<u8>>);

impl Opened {
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// What came from outside and is to be sealed, wiped like what was opened.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The value, when it was stored as JSON.
    ///
    /// # Errors
    /// When it is not that JSON: stored by another version.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.0)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes)", self.0.len())
    }
}

/// A record of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The caller's key.
    pub key: String,
    /// The plaintext.
    pub value: Opened,
}

/// All records of a kind, in no order that means anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Those that opened.
    pub items: Vec<Item>,
    /// Those that did not. Not empty must be said to the person.
    pub damaged: Vec<Damaged>,
}
