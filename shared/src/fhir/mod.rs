//! A lens over FHIR JSON: the bytes are the record of truth, each entry is read alone.
//!
//! Start at [`Document::read`]; [`check_subject`] says whether the document is about the person who was asked for.
//! Nothing here knows what a fact means to a reader, that is [`crate::summary`].

mod document;
mod error;
mod split;
mod subject;

pub use document::{Document, Entry, MAX_BYTES, Problem};
pub use error::NotADocument;
pub use subject::{WrongPerson, check_subject};
