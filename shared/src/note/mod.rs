//! A note: what a member of staff did and saw, written on the device and never changed after.

mod fhir;
mod relay;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use fhir::{NoteError, RECEIVED_EXTENSION, SYSTEM, from_document_reference, to_transaction};
pub use relay::{RELAY_INFO, relay_place};

use crate::identity::{NoteId, PatientId, Staff};
use crate::sensitive::Sensitive;

/// A visit note. Append-only: a correction is another note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Made on the device that wrote it.
    pub id: NoteId,
    /// Whom it is about.
    pub patient: PatientId,
    /// Who wrote it, in what role, for whom.
    pub author: Staff,
    /// What it says.
    pub text: Sensitive<String>,
    /// When it was written, by the author's device.
    pub authored: Timestamp,
    /// When the record received it, by the hub's clock; `None` while it is only on this device.
    pub received: Option<Timestamp>,
}

/// The longest note, in bytes of UTF-8. Longer text belongs in a document, and must be refused while it
/// is being written, not when it is sent.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
