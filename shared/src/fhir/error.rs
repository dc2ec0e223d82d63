//! Why bytes are not a document. The messages hold nothing of the bytes: they are shown and logged.

/// What is wrong with what was received, and what can be done. The previous copy of the record stays in use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADocument {
    /// Longer than [`super::MAX_BYTES`].
    #[error(
        "The record is too large to open safely: {bytes} bytes, at most {limit} are accepted. Ask the sender for a shorter summary."
    )]
    TooLarge {
        /// Length received.
        bytes: usize,
        /// Length accepted.
        limit: usize,
    },
    /// More than [`super::MAX_ENTRIES`] entries.
    #[error(
        "The record has too many entries to open safely: at most {limit} are accepted. Ask the sender for a shorter summary."
    )]
    TooManyEntries {
        /// Number accepted.
        limit: usize,
    },
    /// Nothing, or blanks only.
    #[error("The record is empty: nothing was received. Ask for it again.")]
    Empty,
    /// Bytes that are no UTF-8, which FHIR JSON must be.
    #[error("The record is damaged: byte {at} is not UTF-8 text. Ask for it again; if it stays so, report the sender.")]
    NotUtf8 {
        /// Offset of the first byte that does not fit.
        at: usize,
    },
    /// Cut short.
    #[error(
        "The record is cut short: it ends in the middle, at line {line}, column {column}. Ask for it again on a better connection."
    )]
    Truncated {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// A mistake in its grammar.
    #[error(
        "The record cannot be read: it is not valid JSON at line {line}, column {column}. Ask for it again; if it stays so, report the sender."
    )]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// JSON, but of something else.
    #[error(
        "What was received is not a record: a FHIR Bundle was expected. Ask the sender for the patient summary document."
    )]
    NotABundle,
    /// The server answered with a message in place of the record.
    #[error("The sender answered with an error message in place of the record. Ask for it again.")]
    Outcome,
    /// A Bundle, but no document: nothing says which entries belong to which section.
    #[error("The record has no Composition, so it is not a patient summary. Ask the sender for the summary document.")]
    NoComposition,
}
