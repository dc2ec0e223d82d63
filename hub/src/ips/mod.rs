//! The record of one person as an IPS 2.0 document (FHIR R4 Bundle of type `document`).
//!
//! Start at [`assemble`]. Pure: the hub decides first (what is withheld, what is [`redact`]ed) and hands in only
//! what may leave; [`section_of`] tells it under which section a withheld resource would have stood.

mod dataset;
mod document;
mod labels;
mod letter;
mod narrative;
mod plumbing;
mod redact;
mod section;

pub(crate) use dataset::holds;
pub use dataset::{Selection, select};
pub use document::{assemble, undated};
pub use labels::{carried_label, strip_labels};
pub(crate) use letter::{Letterhead, letter};
pub(crate) use narrative::escape;
pub use redact::{REDACTED_AS, redact};
pub use section::{Section, section_of};

/// The canonical base of references inside a document. A document is read away from the server that made it, so
/// its addresses are names and need not answer.
pub const BASE: &str = "https://doorstep.example/fhir";

/// What the record keeps that no public code system names: `ceiling`, `preferred-place`, `just-in-case`,
/// `oxygen-target`, `baseline`, `power-of-attorney`, `advance-decision`.
pub const RECORD_ITEM: &str = "https://doorstep.example/CodeSystem/record-item";

#[cfg(test)]
mod tests;
