//! A document as received, entry by entry.

use serde_json::Value;

use super::NotADocument;

/// The longest document that is opened, in bytes of plain text. The longest seen in the wild has 1.8 MB.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A Bundle that holds a Composition.
#[derive(Clone)]
pub struct Document {
    entries: Vec<Entry>,
    composition: usize,
}

/// One entry of the Bundle: what it is, or why it cannot be read.
#[derive(Clone)]
pub struct Entry {
    /// As written; empty when absent.
    pub full_url: String,
    /// FHIR type, also of an entry that cannot be read, as far as it tells; else empty.
    pub resource_type: String,
    /// The entry's own text, never changed.
    pub raw: String,
    /// The resource, or why there is none.
    pub resource: Result<Value, Problem>,
}

/// Why an entry cannot be read. It costs no other entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nested deeper than a reader can follow safely.
    #[error("is nested too deeply to be read safely")]
    TooDeep,
    /// A mistake inside the entry.
    #[error("is not valid JSON")]
    NotJson,
    /// Neither an object with a resource nor a resource.
    #[error("holds no resource")]
    NoResource,
    /// A resource that does not name its type.
    #[error("does not say what it is")]
    NoType,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// See [`NotADocument`].
    pub fn read(bytes: &[u8]) -> Result<Self, NotADocument> {
        let _ = bytes;
        Err(NotADocument::NotABundle)
    }

    /// All entries in the order of the Bundle.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Index of the Composition that leads the document.
    pub const fn composition_index(&self) -> usize {
        self.composition
    }
}
