//! What waits to be sent, with the note it is about.

use std::collections::HashMap;

use shared::identity::NoteId;
use shared::note::Content;
use shared::sensitive::Sensitive;
use shared::sync::{OutboxEntry, OutboxState, Sends, actions};

use super::{Disputed, OwnNote};
use crate::vault::{Kind, Vault, Write};
use crate::verbs::form_of;
use crate::{ConflictItem, EngineError, OutboxItem};

/// An entry of the outbox.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) entry: OutboxEntry,
    /// `None` when the note could not be read: the entry is shown all the same.
    pub(crate) note: Option<OwnNote>,
}

/// Where the place of the last entry is kept: the entry itself leaves when it is sent.
const LAST_PLACE: &str = "outbox/last";

impl Outgoing {
    /// The place of the next entry, and the write that takes it, to be part of the transaction that saves the entry.
    /// Whoever asks holds `saving`.
    pub(crate) async fn next_place(vault: &Vault) -> Result<(u64, Write), EngineError> {
        let last = match super::get::<u64>(vault, Kind::Settings, LAST_PLACE).await {
            Ok(Some(last)) => last,
            // Nothing saved yet, or what was kept does not open: behind all that wait.
            _ => {
                let (waiting, _) = super::list::<OutboxEntry>(vault, Kind::Outbox, |_| true).await?;
                waiting.iter().map(|entry| entry.seq).max().unwrap_or_default()
            }
        };
        let next = last.saturating_add(1);
        Ok((next, Write::json(Kind::Settings, LAST_PLACE, &next)?))
    }

    /// All, in the order they were saved, and how many records could not be read.
    pub(crate) async fn all(vault: &Vault) -> Result<(Vec<Self>, usize), EngineError> {
        let (entries, damaged) = super::list::<OutboxEntry>(vault, Kind::Outbox, |_| true).await?;
        let (notes, more) = OwnNote::all(vault).await?;
        let mut notes: HashMap<NoteId, OwnNote> = notes.into_iter().map(|n| (n.note.id, n)).collect();
        let mut all: Vec<_> =
            entries.into_iter().map(|entry| Self { note: notes.remove(&entry.note), entry }).collect();
        all.sort_by_key(|out| (out.entry.seq, out.entry.saved, out.entry.note));
        Ok((all, damaged + more))
    }

    pub(crate) fn write_entry(entry: &OutboxEntry) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Outbox, entry.note.to_string(), entry)?)
    }

    /// The writes that take a note and all that is about its sending away.
    pub(crate) fn forget(note: NoteId) -> [Write; 3] {
        [Kind::Outbox, Kind::Note, Kind::Conflict].map(|kind| Write::remove(kind, note.to_string()))
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
            actions: match &self.entry.state {
                OutboxState::NeedsAttention(why) => actions(why, self.sends()),
                _ => Vec::new(),
            },
        }
    }

    /// What is sent: something new, or an edit of what the record has.
    pub(crate) fn sends(&self) -> Sends {
        let edits = self.note.as_ref().is_some_and(|own| matches!(own.note.content, Content::Change(_)));
        if edits { Sends::Edit } else { Sends::New }
    }

    pub(crate) fn conflict(&self, disputed: &Disputed) -> ConflictItem {
        ConflictItem {
            note: self.entry.note,
            patient: self.entry.patient.clone(),
            patient_name: self.note.as_ref().map_or_else(Sensitive::default, |own| own.patient_name.clone()),
            about: disputed.about().into(),
            saved: self.entry.saved,
        }
    }
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().chars().take(120).collect()
}
