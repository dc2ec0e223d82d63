//! What waits to be sent, with the note it is about.

use std::collections::HashMap;

use shared::identity::NoteId;
use shared::sensitive::Sensitive;
use shared::sync::OutboxEntry;

use super::OwnNote;
use crate::vault::{Kind, Vault, Write};
use crate::verbs::form_of;
use crate::{EngineError, OutboxItem};

/// An entry of the outbox.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) entry: OutboxEntry,
    /// `None` when the note could not be read: the entry is shown all the same.
    pub(crate) note: Option<OwnNote>,
}

impl Outgoing {
    /// All, in the order they were saved, and how many records could not be read.
    pub(crate) async fn all(vault: &Vault) -> Result<(Vec<Self>, usize), EngineError> {
        let (entries, damaged) = super::list::<OutboxEntry>(vault, Kind::Outbox, |_| true).await?;
        let (notes, more) = OwnNote::all(vault).await?;
        let mut notes: HashMap<NoteId, OwnNote> = notes.into_iter().map(|n| (n.note.id, n)).collect();
        let mut all: Vec<_> =
            entries.into_iter().map(|entry| Self { note: notes.remove(&entry.note), entry }).collect();
        all.sort_by_key(|out| (out.entry.saved, out.entry.note));
        Ok((all, damaged + more))
    }

    pub(crate) fn write_entry(entry: &OutboxEntry) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Outbox, entry.note.to_string(), entry)?)
    }

    pub(crate) fn item(&self) -> OutboxItem {
        let unread = || Sensitive::new("This note cannot be read on this device".to_owned());
        OutboxItem {
            note: self.entry.note,
            patient: self.entry.patient.clone(),
            patient_name: self.note.as_ref().map_or_else(Sensitive::default, |n| n.patient_name.clone()),
            form: self.note.as_ref().map(|n| form_of(&n.note.content)).unwrap_or_default(),
            first_line: self.note.as_ref().map_or_else(unread, |n| first_line(n.note.text.reveal()).into()),
            saved: self.entry.saved,
            attempts: self.entry.attempts,
            state: self.entry.state.clone(),
        }
    }
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().chars().take(120).collect()
}
