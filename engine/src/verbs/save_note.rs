//! Save a note: durable here first, sent by itself later.

use std::sync::Arc;

use serde_json::Value;
use shared::care_plan::{AlertEdit, GoalProgress, NotChangeable, Outcome, Pen};
use shared::identity::{NoteId, PatientId};
use shared::note::{Content, Note, Refusal};
use shared::sensitive::Sensitive;
use shared::sync::{OutboxEntry, OutboxState};
use uuid::Uuid;

use super::draft::{forget, form_again, form_of};
use crate::session::Open;
use crate::store::{Held, Outgoing, OwnNote, Visits};
use crate::{Advice, Engine, EngineError};

/// An edit of something that is in the record already.
pub enum Edit {
    /// How a goal comes along.
    Goal(GoalProgress),
    /// What became of a task.
    Task(Outcome),
    /// What became of an alert.
    Alert(AlertEdit),
}

impl Engine {
    /// Saves a note. Answers after it is durable on this device, with its place in the outbox and without its
    /// draft, all in one transaction; sending follows by itself.
    ///
    /// # Errors
    /// `empty-note`, `note-too-long`, `not-your-role`, `note-incomplete` and what else [`Note::check`] finds, and what
    /// the storage may say. The draft is untouched then.
    pub async fn save_note(&self, patient: &PatientId, text: String, content: Content) -> Result<NoteId, EngineError> {
        let open = self.open()?;
        self.keep(&open, self.note(&open, patient, text, content), None).await
    }

    /// Edits what is in the record: `base` as it was read there, the words that go with the edit. Saved as a note is.
    ///
    /// # Errors
    /// `not-editable` when `base` cannot be edited so, and those of [`Engine::save_note`].
    pub async fn save_edit(
        &self,
        patient: &PatientId,
        base: Value,
        edit: Edit,
        words: String,
    ) -> Result<NoteId, EngineError> {
        let open = self.open()?;
        let mut note = self.note(&open, patient, words, Content::default());
        let pen = Pen { note: note.id, author: &note.author, at: note.authored, words: note.text.reveal().trim() };
        let change = match edit {
            Edit::Goal(progress) => progress.change(base, pen),
            Edit::Task(outcome) => outcome.change(base, pen),
            Edit::Alert(edit) => edit.change(base, pen),
        };
        note.content = Content::Change(change.map_err(not_editable)?);
        self.keep(&open, note, None).await
    }

    pub(super) fn note(&self, open: &Open, patient: &PatientId, text: String, content: Content) -> Note {
        Note {
            id: NoteId::new(Uuid::now_v7()),
            patient: patient.clone(),
            author: open.staff.clone(),
            text: text.into(),
            authored: self.inner.clock.wall(),
            received: None,
            content,
        }
    }

    /// Saves it; `old`: in place of a note that was set aside, which leaves in the same transaction.
    pub(super) async fn keep(&self, open: &Arc<Open>, note: Note, old: Option<NoteId>) -> Result<NoteId, EngineError> {
        note.check().map_err(refused)?;
        let (id, patient) = (note.id, note.patient.clone());
        let own = OwnNote { patient_name: patient_name(open, &patient).await, note, seen: Vec::new() };
        let saving = self.inner.saving.lock().await;
        let staged = self.inner.stage(open, &own.note).await?;
        let (seq, place) = Outgoing::next_place(&open.vault).await?;
        let entry = entry(&own.note, seq);
        let mut writes = vec![own.write()?, Outgoing::write_entry(&entry)?, place];
        if let Some(old) = old {
            // First, so that nobody delivers it after it left; should the new one not be saved, it is sealed again.
            self.inner.relaying(move |relay| relay.forget(old)).await?;
            writes.extend(Outgoing::forget(old));
        }
        let form = old.map_or_else(|| form_of(&own.note.content), form_again);
        writes.extend(forget(&patient, &form));
        let showing = open.showing.lock().await;
        open.vault.put(writes).await?;
        if staged {
            // It is durable in both places already; a crash before this is settled at the next unlocking.
            let _ = self.inner.relaying(move |relay| relay.saved(id)).await;
        }
        drop(saving);
        let item = Outgoing { entry, note: Some(own) }.item();
        self.inner.update_for(open, |state| {
            state.outbox.retain(|item| Some(item.note) != old);
            state.conflicts.retain(|conflict| Some(conflict.note) != old);
            state.outbox.push(item);
            state.revision += 1;
        });
        drop(showing);
        self.inner.audit.note(self.inner.note_saved(open, &patient, id)).await;
        self.inner.show_problems(open);
        self.inner.wake.notify_one();
        Ok(id)
    }
}

fn refused(refusal: Refusal) -> EngineError {
    let (code, text) = match refusal {
        Refusal::Empty => ("empty-note", "There is nothing to save yet. Write something first.".to_owned()),
        Refusal::TooLong(over) => (
            "note-too-long",
            format!("This is too long by about {over} letters. Shorten it, or save it in two parts. Nothing was lost."),
        ),
        Refusal::NotYours => (
            "not-your-role",
            "Only a clinician may record this. Write what you saw or heard as a visit note. Nothing was lost."
                .to_owned(),
        ),
        Refusal::Missing(what) => {
            ("note-incomplete", format!("Still missing: {what}. Add it, then save again. Nothing was lost."))
        }
        Refusal::OfItself => ("note-of-itself", "A note cannot amend itself. Open the note again.".to_owned()),
        Refusal::Twice => {
            ("answered-twice", "An item was answered twice. Answer each once, then save again.".to_owned())
        }
    };
    EngineError::new(code, text, Advice::Correct)
}

fn not_editable(why: NotChangeable) -> EngineError {
    let text = "This cannot be changed as it stands on this device. Open the record again with a connection, or write a visit note.";
    EngineError::new("not-editable", text, Advice::Correct).because(why)
}

fn entry(note: &Note, seq: u64) -> OutboxEntry {
    OutboxEntry {
        note: note.id,
        patient: note.patient.clone(),
        saved: note.authored,
        seq,
        attempts: 0,
        state: OutboxState::Pending { not_before: None },
    }
}

/// The name the patient was confirmed by. A note is never refused for want of it: the record may have been
/// shredded while the note was being written.
async fn patient_name(open: &Open, patient: &PatientId) -> Sensitive<String> {
    if let Ok(Some(record)) = Held::get(&open.vault, patient).await {
        return record.person.display_name().into();
    }
    if let Some(name) = open.name_of(patient) {
        return name;
    }
    let visits = Visits::get(&open.vault).await.unwrap_or(None).map(|v| v.visits).unwrap_or_default();
    let of_visit = visits.into_iter().find(|v| v.patient == *patient).map(|v| v.patient_name);
    of_visit.unwrap_or_else(|| "Name no longer on this device".to_owned().into())
}
