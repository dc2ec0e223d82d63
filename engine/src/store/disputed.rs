//! Edits of the same thing that contradict each other, until a person decides.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::identity::NoteId;
use shared::sync::Conflict;

use crate::EngineError;
use crate::vault::{Kind, Vault, Write};

/// What a person has to decide about a note that edits something. Under no lease: the words of its author stand in it,
/// and outlive the record that they are about.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Disputed {
    pub(crate) note: NoteId,
    /// What the record had when the edits were compared.
    pub(crate) theirs: Value,
    /// The same with everything that is agreed.
    pub(crate) agreed: Value,
    pub(crate) conflicts: Vec<Conflict>,
}

impl Disputed {
    pub(crate) fn write(&self) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Conflict, self.note.to_string(), self)?)
    }

    pub(crate) fn forget(note: NoteId) -> Write {
        Write::remove(Kind::Conflict, note.to_string())
    }

    pub(crate) async fn get(vault: &Vault, note: NoteId) -> Result<Option<Self>, EngineError> {
        super::get(vault, Kind::Conflict, &note.to_string()).await
    }

    pub(crate) async fn all(vault: &Vault) -> Result<(Vec<Self>, usize), EngineError> {
        super::list(vault, Kind::Conflict, |_| true).await
    }

    /// What it is about, in the words of the record.
    pub(crate) fn about(&self) -> String {
        let concept = |field: &str| shared::fhir::concept_text(&self.theirs[field]);
        match self.theirs["resourceType"].as_str() {
            Some("Goal") => concept("description"),
            Some("Task") => self.theirs["description"].as_str().map_or_else(|| concept("code"), str::to_owned),
            _ => concept("code"),
        }
    }
}
