//! What can be done about a note that the record would not take: write it anew, or take it out of the device.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shared::identity::NoteId;
use shared::note::{Content, to_transaction};
use shared::sync::OutboxState;

use crate::session::Open;
use crate::store::{Outgoing, OwnNote};
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// The words and the content of a note that was set aside, to be written anew. The note itself stays until the new
    /// one is saved in its place (see [`Engine::save_in_place_of`]).
    ///
    /// # Errors
    /// `no-such-note` when it is sent or waits to be, `note-unreadable`.
    pub async fn edit_again(&self, note: NoteId) -> Result<(String, Content), EngineError> {
        let open = self.open()?;
        let (out, own) = found(&open, note).await?;
        match out.entry.state {
            OutboxState::NeedsAttention(_) => Ok((own.note.text.reveal().clone(), own.note.content)),
            _ => Err(no_such()),
        }
    }

    /// Saves a note in place of one that was set aside, which leaves in the same transaction and not before.
    ///
    /// # Errors
    /// `no-such-note`, and those of [`Engine::save_note`]: the old one is untouched then.
    pub async fn save_in_place_of(&self, old: NoteId, text: String, content: Content) -> Result<NoteId, EngineError> {
        let open = self.open()?;
        let (out, _) = found(&open, old).await?;
        if !matches!(out.entry.state, OutboxState::NeedsAttention(_)) {
            return Err(no_such());
        }
        let note = self.note(&open, &out.entry.patient, text, content);
        self.keep(&open, note, Some(old)).await
    }

    /// A note that is not in the record yet, as words and as FHIR JSON, to be given to somebody. That it left the device
    /// is written down first.
    ///
    /// # Errors
    /// `no-such-note`, `note-unreadable`, `account-not-written`: nothing is handed out then.
    pub async fn export_note(&self, note: NoteId) -> Result<String, EngineError> {
        let open = self.open()?;
        let (out, own) = found(&open, note).await?;
        if matches!(out.entry.state, OutboxState::Sent { .. }) {
            return Err(no_such());
        }
        self.inner.audit.append(self.inner.note_exported(&open, &out.entry.patient, note)).await?;
        self.inner.show_problems(&open);
        let bundle = to_transaction(&own.note, self.inner.device_id, |bytes| STANDARD.encode(bytes));
        Ok(format!("{}\n\n{bundle:#}\n", words(&out, &own)))
    }
}

fn words(out: &Outgoing, own: &OwnNote) -> String {
    let author = &own.note.author;
    let why = match &out.entry.state {
        OutboxState::NeedsAttention(why) => format!(": {}", why.reason),
        _ => String::new(),
    };
    format!(
        "About: {} ({})\nWritten by: {}, {}, {}\nWritten: {}\nNot in the record yet{why}\n\n{}",
        own.patient_name.reveal(),
        own.note.patient,
        author.name,
        author.job_title,
        author.organisation.name,
        own.note.authored,
        own.note.text.reveal(),
    )
}

async fn found(open: &Open, note: NoteId) -> Result<(Outgoing, OwnNote), EngineError> {
    let (all, _) = Outgoing::all(&open.vault).await?;
    let out = all.into_iter().find(|out| out.entry.note == note).ok_or_else(no_such)?;
    let own = out.note.clone().ok_or_else(|| {
        let text = "This note cannot be read on this device. Nothing was deleted. Tell the service desk.";
        EngineError::new("note-unreadable", text, Advice::CallServiceDesk)
    })?;
    Ok((out, own))
}

pub(super) fn no_such() -> EngineError {
    EngineError::new("no-such-note", "This note is no longer waiting on this device.", Advice::None)
}
