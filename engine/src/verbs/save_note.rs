//! Save a note: durable here first, sent by itself later.

use jiff::Timestamp;
use shared::identity::{NoteId, PatientId};
use shared::note::{Content, MAX_TEXT_BYTES, Note};
use shared::sensitive::Sensitive;
use shared::sync::{OutboxEntry, OutboxState};
use uuid::Uuid;

use crate::session::Open;
use crate::store::{Held, Outgoing, OwnNote, Visits};
use crate::vault::{Kind, Write};
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// Saves a note. Answers after it is durable on this device, with its place in the outbox and without its
    /// draft, all in one transaction; sending follows by itself.
    ///
    /// # Errors
    /// `empty-note`, `note-too-long`, and what the storage may say. The draft is untouched then.
    pub async fn save_note(&self, patient: &PatientId, text: String) -> Result<NoteId, EngineError> {
        check(&text)?;
        let open = self.open()?;
        let authored = self.inner.clock.wall();
        let note = note(&open, patient, text, authored);
        let (id, entry) = (note.id, entry(&note));
        let own = OwnNote { patient_name: patient_name(&open, patient).await, note };
        let saving = self.inner.saving.lock().await;
        let staged = self.inner.stage(&open, &own.note).await?;
        let writes = vec![own.write()?, Outgoing::write_entry(&entry)?, Write::remove(Kind::Draft, patient.as_str())];
        let showing = open.showing.lock().await;
        open.vault.put(writes).await?;
        if staged {
            // It is durable in both places already; a crash before this is settled at the next unlocking.
            let _ = self.inner.relaying(move |relay| relay.saved(id)).await;
        }
        drop(saving);
        let item = Outgoing { entry, note: Some(own) }.item();
        self.inner.update_for(&open, |state| {
            state.outbox.push(item);
            state.revision += 1;
        });
        drop(showing);
        self.inner.audit.note(self.inner.note_saved(&open, patient, id)).await;
        self.inner.show_problems(&open);
        self.inner.wake.notify_one();
        Ok(id)
    }
}

fn check(text: &str) -> Result<(), EngineError> {
    match text.len() {
        _ if text.trim().is_empty() => {
            Err(EngineError::new("empty-note", "There is nothing to save yet. Write the note first.", Advice::Correct))
        }
        length if length > MAX_TEXT_BYTES => {
            let over = length - MAX_TEXT_BYTES;
            let text = format!(
                "This note is too long by about {over} letters. Shorten it, or save it in two parts. Nothing was lost."
            );
            Err(EngineError::new("note-too-long", text, Advice::Correct))
        }
        _ => Ok(()),
    }
}

fn note(open: &Open, patient: &PatientId, text: String, authored: Timestamp) -> Note {
    Note {
        id: NoteId::new(Uuid::now_v7()),
        patient: patient.clone(),
        author: open.staff.clone(),
        text: text.into(),
        authored,
        received: None,
        content: Content::default(),
    }
}

fn entry(note: &Note) -> OutboxEntry {
    OutboxEntry {
        note: note.id,
        patient: note.patient.clone(),
        saved: note.authored,
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
