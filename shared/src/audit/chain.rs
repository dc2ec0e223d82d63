//! The chain of one device: each entry holds the hash of the one before.
//!
//! `hash = SHA-256("doorstep-audit-v1\n" ‖ canonical {device, event, prev, seq, v})`, in hex; the first `prev` is 64
//! zeros. The hash function is an argument: the tree has one provider of them, and it is not in this room.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::jcs::{NotCanonical, canonical};
use crate::identity::DeviceId;

/// SHA-256.
pub type Sha256 = fn(&[u8]) -> [u8; 32];

/// What stands before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const DOMAIN: &[u8] = b"doorstep-audit-v1\n";
const VERSION: u32 = 1;

/// One event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose chain.
    pub device: DeviceId,
    /// The event, as it is hashed and sent: nothing of it is rewritten on the way.
    pub event: Value,
    /// Hash of all the rest, hex.
    pub hash: String,
    /// Hash of the entry before.
    pub prev: String,
    /// Place, from 1.
    pub seq: u64,
    /// Version of this form.
    pub v: u32,
}

/// Where a chain stands: all that the next entry depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose chain.
    pub device: DeviceId,
    /// Place of the last entry, 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// Why an entry does not follow. `seq` is the place at which it stands, or claims to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// What it says and its hash do not fit: changed after it was written.
    #[error("entry {seq} was changed")]
    Altered {
        /// Place.
        seq: u64,
    },
    /// Entries are missing before it.
    #[error("entries {expected} to {} are missing", seq - 1)]
    Gap {
        /// The first that is missing.
        expected: u64,
        /// The one that came.
        seq: u64,
    },
    /// Another entry stands in its place already, or it follows one that does not: two histories of one device.
    #[error("entry {seq} is of another history")]
    Fork {
        /// Place.
        seq: u64,
    },
    /// It is of another device's chain.
    #[error("entry {seq} is of another device")]
    Foreign {
        /// Place.
        seq: u64,
    },
}

impl Head {
    /// Before the first entry.
    pub fn new(device: DeviceId) -> Self {
        Self { device, seq: 0, hash: GENESIS.to_owned() }
    }

    /// The bytes that the device signs to say that its chain goes up to here.
    pub fn to_sign(&self) -> Vec<u8> {
        format!("doorstep-audit-head-v1\n{}\n{}\n{}", self.device, self.seq, self.hash).into_bytes()
    }

    /// The entry of an event that happens now. The chain stands at [`Entry::head`] when it is stored.
    ///
    /// # Errors
    /// [`NotCanonical`]: the event has a number that could be written in two ways.
    pub fn append(&self, event: Value, sha256: Sha256) -> Result<Entry, NotCanonical> {
        let (device, prev, seq) = (self.device, self.hash.clone(), self.seq + 1);
        let mut entry = Entry { device, event, hash: String::new(), prev, seq, v: VERSION };
        entry.hash = entry.digest(sha256)?;
        Ok(entry)
    }

    /// Where the chain stands after `entry`.
    ///
    /// # Errors
    /// [`Break`]. An entry that is known already is a [`Break::Fork`] here: whoever may meet a repetition looks first
    /// whether the entry stored in its place is equal.
    pub fn accept(&self, entry: &Entry, sha256: Sha256) -> Result<Self, Break> {
        let seq = entry.seq;
        if entry.device != self.device {
            return Err(Break::Foreign { seq });
        }
        if !entry.is_whole(sha256) {
            return Err(Break::Altered { seq });
        }
        if seq > self.seq + 1 {
            return Err(Break::Gap { expected: self.seq + 1, seq });
        }
        if seq <= self.seq || entry.prev != self.hash {
            return Err(Break::Fork { seq });
        }
        Ok(entry.head())
    }
}

impl Entry {
    /// Where a chain stands that ends with this entry.
    pub fn head(&self) -> Head {
        Head { device: self.device, seq: self.seq, hash: self.hash.clone() }
    }

    /// Whether it says what its hash says.
    pub fn is_whole(&self, sha256: Sha256) -> bool {
        self.v == VERSION && self.digest(sha256).is_ok_and(|hash| hash == self.hash)
    }

    /// The bytes that are hashed.
    ///
    /// # Errors
    /// [`NotCanonical`].
    pub fn canonical(&self) -> Result<Vec<u8>, NotCanonical> {
        let place =
            json!({"device": self.device, "prev": self.prev, "seq": self.seq, "v": self.v, "event": self.event});
        Ok([DOMAIN, canonical(&place)?.as_bytes()].concat())
    }

    fn digest(&self, sha256: Sha256) -> Result<String, NotCanonical> {
        Ok(sha256(&self.canonical()?).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Follows a chain from where it stands; where it stands at the end.
///
/// # Errors
/// The first [`Break`].
pub fn follow<'a>(from: &Head, entries: impl IntoIterator<Item = &'a Entry>, sha256: Sha256) -> Result<Head, Break> {
    entries.into_iter().try_fold(from.clone(), |head, entry| head.accept(entry, sha256))
}
