//! A lens over FHIR JSON: the bytes are the record of truth, each entry is read alone.
//!
//! Start at [`Document::read`]; [`check_subject`] says whether the document is about the person who was asked for.
//! Nothing here knows what a fact means to a reader, that is [`crate::summary`].

mod concept;
mod document;
mod error;
mod lens;
mod narrative;
mod quick;
mod reference;
mod scan;
mod split;
mod subject;
mod value;

pub use concept::{Coding, codes, codings, concept_text, has_code};
pub use document::{Document, Entry, MAX_BYTES, MAX_ENTRIES, Problem};
pub use error::NotADocument;
pub use lens::{absent_reason, clean, items, modifiers, text};
pub use narrative::{plain_text, sanitise};
pub use reference::Target;
pub use scan::Repeated;
pub use subject::{Subject, WrongPerson, check_subject};
pub(crate) use subject::{identifiers, nhs_numbers};
pub use value::{choice, choice_text, period_text, quantity_text, value_text};
