//! Read a held record.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::fhir::Document;
use shared::identity::{Demographics, PatientId, Role};
use shared::lease::LeaseState;
use shared::sensitive::Sensitive;
use shared::summary::{Summary, summarise};

use crate::engine::blocking;
use crate::session::Open;
use crate::store::{Held, Outgoing, Pull, PulledNote};
use crate::vault::{Kind, Opened};
use crate::{Advice, Engine, EngineError, LeaseView, NoteView, sync};

/// A record as read from the vault.
#[derive(Clone)]
pub struct RecordView {
    /// Who, as confirmed by two identifiers.
    pub person: Demographics,
    /// The summary; `None` while the lease hides it.
    pub summary: Option<Arc<Summary>>,
    /// How long it may be read.
    pub lease: LeaseView,
    /// When it was retrieved, by the hub's clock.
    pub retrieved: Timestamp,
    /// Newest first: written here and pulled from the record.
    pub notes: Vec<NoteView>,
    /// Notes that were pulled but could not be read. Not zero must be said.
    pub unreadable_notes: usize,
    /// False when the server that answered does not decide on consent.
    pub consent_checked: bool,
}

impl Engine {
    /// Reads a held record from the vault.
    ///
    /// # Errors
    /// `not-held` when there is none, or its time is over: then its key is destroyed by this call at the latest.
    pub async fn record(&self, patient: &PatientId) -> Result<RecordView, EngineError> {
        let open = self.open()?;
        let record = self.readable(&open, patient).await?;
        open.store_clock(&self.inner.clock).await;
        let lease = record.view(self.inner.clock.now());
        let hidden = !matches!(lease.state, LeaseState::Fresh | LeaseState::Stale);
        let (notes, unreadable_notes) = notes(&open, patient, hidden).await?;
        let summary = if hidden { None } else { Some(self.summary(&open, patient).await?) };
        let Held { person, retrieved, consent_checked, .. } = record;
        Ok(RecordView { person, summary, lease, retrieved, notes, unreadable_notes, consent_checked })
    }

    /// A held record whose key need not be destroyed yet.
    pub(super) async fn readable(&self, open: &Arc<Open>, patient: &PatientId) -> Result<Held, EngineError> {
        let record = Held::get(&open.vault, patient).await?.ok_or_else(not_held)?;
        if record.lease.state(self.inner.clock.now()) == LeaseState::ShredDue {
            sync::shred(open, &record).await?;
            self.inner.show_held(open).await?;
            return Err(not_held());
        }
        Ok(record)
    }

    async fn summary(&self, open: &Open, patient: &PatientId) -> Result<Arc<Summary>, EngineError> {
        let bytes = document(open, patient).await?;
        let today = self.inner.clock.time().to_zoned(TimeZone::system()).date();
        let role: Role = open.staff.role;
        let summary = blocking(move || Document::read(bytes.bytes()).map(|d| summarise(&d, role, today))).await??;
        Ok(Arc::new(summary))
    }
}

/// The bytes of a held document.
pub(super) async fn document(open: &Open, patient: &PatientId) -> Result<Opened, EngineError> {
    open.vault.get(Kind::Document, patient.as_str()).await?.ok_or_else(not_held)
}

fn not_held() -> EngineError {
    let text = "This record is not on this device, or its time here is over. Open it again with a connection.";
    EngineError::new("not-held", text, Advice::TryAgain)
}

/// The notes about a patient, newest first. What was written here is always readable by who wrote it; what came
/// from the record is hidden with it.
async fn notes(open: &Open, patient: &PatientId, hidden: bool) -> Result<(Vec<NoteView>, usize), EngineError> {
    let (outgoing, _) = Outgoing::all(&open.vault).await?;
    let mut notes: Vec<_> = outgoing
        .into_iter()
        .filter(|out| out.entry.patient == *patient)
        .filter_map(|out| Some(NoteView { note: out.note?.note, sending: Some(out.entry.state) }))
        .collect();
    let mut unreadable = 0;
    if !hidden {
        let (pulled, damaged) = PulledNote::all(&open.vault, patient).await?;
        unreadable = damaged + Pull::get(&open.vault, patient).await?.unreadable.len();
        for PulledNote { note, .. } in pulled {
            match notes.iter_mut().find(|own| own.note.id == note.id) {
                Some(own) => own.note.received = note.received,
                None => notes.push(NoteView { note, sending: None }),
            }
        }
    }
    notes.sort_by(|a, b| b.note.authored.cmp(&a.note.authored).then_with(|| b.note.id.cmp(&a.note.id)));
    Ok((notes, unreadable))
}

/// A raw entry, wrapped.
pub(super) fn raw_entry(document: &Document, entry: usize) -> Option<Sensitive<String>> {
    document.entries().get(entry).map(|e| e.raw.clone().into())
}
