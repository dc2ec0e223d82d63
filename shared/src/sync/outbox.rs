//! What waits to be sent, and why.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::identity::{NoteId, PatientId};

/// One thing to send. It leaves the outbox on the server's acceptance or by a person's decision, and in no other way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// The note to send; also the key that makes sending twice harmless.
    pub note: NoteId,
    /// Whose record it goes to.
    pub patient: PatientId,
    /// When it was saved on this device.
    pub saved: Timestamp,
    /// Its place among what was written on this device: the order in which it is sent, whatever the clock did meanwhile.
    /// 0 when an earlier version saved it, which is before all that have a place.
    #[serde(default)]
    pub seq: u64,
    /// Tries so far.
    pub attempts: u32,
    /// Where it stands.
    pub state: OutboxState,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OutboxState {
    /// Waits for a connection, or for its next try.
    Pending {
        /// Not before this time, after a failed try.
        not_before: Option<Timestamp>,
    },
    /// On its way. Found at start-up it means that the answer was never seen: it is sent again.
    Sending,
    /// The record accepted it.
    Sent {
        /// When, by the hub's clock.
        received: Timestamp,
    },
    /// The record will not take it as it is: a person must decide. It blocks no other entry.
    NeedsAttention(Attention),
}

/// Why an entry needs a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// HTTP status of the refusal.
    pub status: u16,
    /// What the server said, from its OperationOutcome; never clinical text of ours.
    pub reason: String,
}

// The words are a server's: what they name is not known, so they do not reach a log.
impl fmt::Debug for Attention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attention").field("status", &self.status).finish_non_exhaustive()
    }
}
