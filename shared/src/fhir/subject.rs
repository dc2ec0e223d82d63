//! Whose document it is.

use super::Document;
use crate::identity::Demographics;

/// Why a document may not be shown for the person who was asked for. Holds nothing of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongPerson {
    /// The document has no Patient at all.
    #[error("The document does not say whom it is about, so it is not shown. Ask the sender.")]
    NoPatient,
    /// Several Patients, and the Composition points to none of them.
    #[error("The document names several people and does not say whom it is about, so it is not shown. Ask the sender.")]
    SubjectUnclear,
    /// Another NHS number.
    #[error("The document is about a person with another NHS number, so it is not shown. Check whom you asked for.")]
    AnotherNhsNumber,
    /// Another date of birth.
    #[error("The document is about a person with another date of birth, so it is not shown. Check whom you asked for.")]
    AnotherBirthDate,
    /// Another family name, and no NHS number or identifier that would explain it.
    #[error("The document is about a person of another name, so it is not shown. Check whom you asked for.")]
    AnotherName,
    /// Neither an NHS number, nor the id, nor a business identifier in common.
    #[error("Nothing in the document proves that it is about this person, so it is not shown. Ask the sender.")]
    NothingInCommon,
}

/// Whether the document is about the person who was asked for.
///
/// # Errors
/// See [`WrongPerson`].
pub fn check_subject(document: &Document, expected: &Demographics) -> Result<(), WrongPerson> {
    let _ = (document, expected);
    Err(WrongPerson::NoPatient)
}
