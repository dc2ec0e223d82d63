//! A note: what a member of staff did, saw, measured or heard, written on the device and never changed after.
//!
//! [`Note::check`] says whether it may be saved, [`to_transaction`] how it travels, [`arrange`] in what order a
//! reader sees notes and what was later said about them.

mod amend;
mod check;
mod content;
mod fhir;
mod history;
pub(crate) mod observation;
mod relay;
mod template;
pub(crate) mod wire;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use amend::{Amended, Amendment, Amends};
pub use check::Refusal;
pub use content::{Content, Visit};
pub use fhir::{NoteError, from_document_reference, from_resources, to_transaction};
pub use history::{Loose, Shown, Standing, arrange};
pub use relay::{RELAY_INFO, relay_place};
pub use template::{Template, compose};
pub use wire::{
    AUTHORED_EXTENSION, PART_SYSTEM, RECEIVED_EXTENSION, RECORD_ITEM, REVIEW_EXTENSION, SYSTEM, belongs_to,
};

use crate::identity::{NoteId, PatientId, Staff};
use crate::sensitive::Sensitive;

/// Something written at a door. Append-only: a correction is another note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Made on the device that wrote it.
    pub id: NoteId,
    /// Whom it is about.
    pub patient: PatientId,
    /// Who wrote it, in what role, for whom.
    pub author: Staff,
    /// What it says in words; may be empty where the content says enough.
    pub text: Sensitive<String>,
    /// When it was written, by the author's device.
    pub authored: Timestamp,
    /// When the record received it, by the hub's clock; `None` while it is only on this device.
    pub received: Option<Timestamp>,
    /// What kind of note it is, with what only this kind has.
    #[serde(default)]
    pub content: Content,
}

/// The longest note, in bytes of UTF-8. Longer text belongs in a document, and must be refused while it
/// is being written, not when it is sent.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
