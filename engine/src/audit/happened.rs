//! What happened on this device, as events.

use shared::audit::{Act, Actor, Event, Observer};
use shared::consent::{Outcome, Reason};
use shared::identity::{NoteId, PatientId, Staff};
use shared::lease::Lease;
use uuid::Uuid;

use crate::OpenOutcome;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::Held;
use crate::vault::{Destroyed, UnlockError};

impl Inner {
    /// Something that happens now, and who does it.
    pub(crate) fn event(&self, act: Act, action: &str, who: Option<&Staff>) -> Event {
        let actor = who.map(|staff| Actor {
            staff: staff.id.clone(),
            role: Some(staff.role),
            organisation: staff.organisation.ods.clone(),
        });
        let observer = Observer::Device(self.device_id);
        Event { actor, ..Event::new(Uuid::now_v7(), self.clock.time(), act, action, observer) }
    }

    /// The same, to a person's record.
    pub(crate) fn event_about(&self, act: Act, action: &str, open: &Open, patient: &PatientId) -> Event {
        Event { patient: Some(patient.clone()), ..self.event(act, action, Some(&open.staff)) }
    }

    /// The same, under a lease.
    pub(crate) fn event_under(&self, act: Act, action: &str, open: &Open, lease: &Lease) -> Event {
        let event = self.event_about(act, action, open, &lease.patient);
        Event { purpose: Some(lease.purpose), lease: Some(lease.id), ..event }
    }

    /// A record was asked for and not opened; `None` when it was.
    pub(crate) fn not_opened(&self, open: &Open, patient: &PatientId, outcome: &OpenOutcome) -> Option<Event> {
        let (outcome, reason) = match outcome {
            OpenOutcome::Opened => return None,
            OpenOutcome::AskThePatient => (Outcome::Deny, Reason::AskThePatient),
            OpenOutcome::Refused { reason, .. } => (Outcome::Deny, *reason),
            OpenOutcome::NoRecord => (Outcome::NotFound, Reason::NoRecord),
        };
        let (outcome, reason) = (Some(outcome), Some(reason.code().to_owned()));
        Some(Event { outcome, reason, ..self.event_about(Act::Decide, "decision", open, patient) })
    }

    /// A note was saved here. It is kept whether or not this can be written down.
    pub(crate) fn note_saved(&self, open: &Open, patient: &PatientId, note: NoteId) -> Event {
        Event { data: Some(note.urn()), ..self.event_about(Act::Note, "note", open, patient) }
    }

    /// A note that the record does not have left the device, in the hands of its author.
    pub(crate) fn note_exported(&self, open: &Open, patient: &PatientId, note: NoteId) -> Event {
        Event { data: Some(note.urn()), ..self.event_about(Act::Export, "note-exported", open, patient) }
    }

    /// A vault did not open. Nobody proved to be this person.
    pub(crate) fn unlock_failed(&self, who: &Staff, error: &UnlockError) -> Event {
        let reason = match error {
            UnlockError::WrongPin { .. } => "wrong-pin",
            UnlockError::TooSoon { .. } => "too-soon",
            UnlockError::Locked => "open-elsewhere",
            UnlockError::StorageFull => "storage-full",
            _ => "device",
        };
        Event { reason: Some(reason.to_owned()), ..self.event(Act::UnlockFailed, "unlock", Some(who)) }
    }

    /// A vault closed because nobody used the device.
    pub(crate) fn locked_itself(&self, who: &Staff) -> Event {
        Event { reason: Some("nobody-there".to_owned()), ..self.event(Act::SignOut, "lock", Some(who)) }
    }

    /// The keys of a person's vault were destroyed. Whose they were; nobody proved to be this person.
    pub(crate) fn keys_destroyed(&self, whose: &Staff, why: Destroyed) -> Event {
        let reason = match why {
            Destroyed::WrongPins => "wrong-pins",
            Destroyed::DeviceRevoked => "device-revoked",
        };
        Event { reason: Some(reason.to_owned()), ..self.event(Act::Wiped, "keys-destroyed", Some(whose)) }
    }

    /// The device is about to be emptied.
    pub(crate) fn wiping(&self, who: Option<&Staff>) -> Event {
        self.event(Act::Wiped, "device-wiped", who)
    }

    /// A note of somebody else was handed over, by whoever is signed in or by the device alone. It is sealed: whom it is
    /// about nobody here knows.
    pub(crate) fn relayed(&self, by: Option<&Staff>, note: NoteId) -> Event {
        Event { data: Some(note.urn()), ..self.event(Act::Note, "note-relayed", by) }
    }

    /// A held record is looked at. `hidden`: all but who it is about.
    pub(crate) fn look(&self, action: &str, open: &Open, record: &Held, hidden: bool) -> Event {
        let age = self.clock.time().duration_since(record.retrieved).as_secs().max(0);
        let event = Event { data_age: Some(age), ..self.event_under(Act::Read, action, open, &record.lease) };
        if hidden {
            return Event { outcome: Some(Outcome::Deny), reason: Some("lease-expired".to_owned()), ..event };
        }
        event
    }
}
