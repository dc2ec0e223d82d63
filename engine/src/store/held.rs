//! A record on this device: under which lease, by which permit, and how it came.

use api_client::{Grant, LeaseToken};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::consent::{Dataset, Purpose, Residual};
use shared::identity::{Demographics, LeaseId, PatientId};
use shared::lease::{Lease, LeaseState, Now};
use uuid::Uuid;

use super::{Further, Kept, MissingSource};
use crate::vault::{Kind, Vault, Write};
use crate::{EngineError, LeaseView};

/// What is kept beside a document.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    /// Whom it is about, as confirmed when it was opened.
    pub(crate) person: Demographics,
    /// How long it may be read.
    pub(crate) lease: Lease,
    /// The hub's proof, to ask for what changes; `None` when the server gives none or has taken it back.
    pub(crate) grant: Option<Grant>,
    /// The grant was refused: what is held stays, nothing new comes.
    pub(crate) grant_ended: bool,
    /// When it was retrieved, by the server's clock.
    pub(crate) retrieved: Timestamp,
    /// False when the server does not decide on consent.
    pub(crate) consent_checked: bool,
    /// The lease this one took the place of, until it is shredded.
    pub(crate) replaces: Option<LeaseId>,
    /// What the first document was, to ask only for a change.
    #[serde(default)]
    pub(crate) etag: Option<String>,
    /// The documents beside the first, all under the same lease.
    #[serde(default)]
    pub(crate) further: Vec<Further>,
    /// Sources that are not shown, or not as they are now.
    #[serde(default)]
    pub(crate) missing: Vec<MissingSource>,
    /// The further documents were not all asked for yet when this was sealed.
    #[serde(default)]
    pub(crate) asking: bool,
    /// The lease as the service signed it, with the hash of the first document; `None` when it signs none.
    #[serde(default)]
    pub(crate) proof: Option<LeaseToken>,
    /// It is closed and its key destroyed when the screen is left: locked, or gone to the background.
    #[serde(default)]
    pub(crate) closes_with_screen: bool,
    /// Whether the consent would let the glass be broken for what is withheld.
    #[serde(default)]
    pub(crate) break_glass_available: bool,
    /// The service said that it does not know of the lease: hidden until it does, or gives another.
    #[serde(default)]
    pub(crate) unknown: bool,
}

impl Held {
    /// The writes that keep it with all its documents, all under its lease.
    pub(crate) fn writes(&self, first: &[u8], further: &[Kept]) -> Result<Vec<Write>, EngineError> {
        let patient = &self.lease.patient;
        let mut writes = vec![
            Write::put(Kind::Document, patient.as_str(), first).leased(self.lease.id),
            Write::json(Kind::Person, patient.as_str(), &self.person)?.leased(self.lease.id),
            self.write()?,
        ];
        writes.extend(further.iter().map(|kept| kept.write(patient, self.lease.id)));
        Ok(writes)
    }

    /// Whether what was kept under this record's lease may be kept under `lease`: what a wider permit opened must not
    /// live on under a narrower one.
    pub(crate) fn opens_the_same_as(&self, lease: &Lease) -> bool {
        let mine = &self.lease;
        (mine.purpose, mine.dataset, mine.residual) == (lease.purpose, lease.dataset, lease.residual)
    }

    /// The write of what stands beside the document.
    pub(crate) fn write(&self) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Lease, self.lease.patient.as_str(), self)?.leased(self.lease.id))
    }

    pub(crate) async fn get(vault: &Vault, patient: &PatientId) -> Result<Option<Self>, EngineError> {
        super::get(vault, Kind::Lease, patient.as_str()).await
    }

    /// All, newest first, and how many could not be read.
    pub(crate) async fn all(vault: &Vault) -> Result<(Vec<Self>, usize), EngineError> {
        let (mut all, unreadable) = super::list::<Self>(vault, Kind::Lease, |_| true).await?;
        all.sort_by(|a, b| b.retrieved.cmp(&a.retrieved).then_with(|| a.lease.patient.cmp(&b.lease.patient)));
        Ok((all, unreadable))
    }

    /// The lease as it is shown. `proven`: whether it is believed; one that is not hides, and is destroyed in its time.
    pub(crate) fn view(&self, now: Now, proven: bool) -> LeaseView {
        let state = match self.lease.state(now) {
            LeaseState::ShredDue => LeaseState::ShredDue,
            _ if !proven => LeaseState::Unproven,
            state => state,
        };
        LeaseView { state, purpose: self.lease.purpose, not_after: self.lease.not_after }
    }

    /// Whether new notes of this record may be asked for. Without a hub that decides there is no grant to show.
    pub(crate) fn may_pull(&self) -> bool {
        !self.grant_ended
            && !self.unknown
            && pulls_notes(&self.lease)
            && (self.grant.is_some() || !self.consent_checked)
    }
}

/// Whether a permit opens the notes of others: those for care over time, and those of an emergency, because a
/// crew must read what the nurse wrote.
pub(crate) fn pulls_notes(lease: &Lease) -> bool {
    matches!(lease.purpose, Purpose::CareManagement | Purpose::EmergencyTreatment | Purpose::BreakGlass)
        || matches!(lease.dataset, Dataset::CarePlan | Dataset::Visit)
}

/// The lease for a document of a server that grants none: any FHIR R4 server that is not a Doorstep hub.
///
/// One shift, whatever the purpose. That is what the hub gives a crew with the patient's permission, and a
/// week of care work is not taken without a hub that could call it back.
pub(crate) fn device_lease(patient: &PatientId, purpose: Purpose, now: Timestamp) -> Lease {
    let after = |hours: i64, minutes: i64| {
        now.checked_add(SignedDuration::from_mins(hours * 60 + minutes)).unwrap_or(Timestamp::MAX)
    };
    Lease {
        id: LeaseId::new(Uuid::now_v7()),
        patient: patient.clone(),
        purpose,
        dataset: if purpose == Purpose::EmergencyTreatment { Dataset::Emergency } else { Dataset::SharedRecord },
        residual: Residual::ForbidRestricted,
        issued: now,
        check_after: after(0, 15),
        not_after: after(12, 0),
        shred_at: after(13, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_made_here_is_one_shift() {
        let now = Timestamp::UNIX_EPOCH;
        let lease = device_lease(&PatientId::new("p"), Purpose::CareManagement, now);
        assert_eq!(lease.not_after.duration_since(now), SignedDuration::from_hours(12));
        assert!(lease.check_after < lease.not_after && lease.not_after < lease.shred_at);
    }

    /// What the device of an earlier version wrote.
    const EARLIER: &str = r#"{"person":{"patient":"p","nhs_number":null,"nhs_number_verified":false,"family":"F",
        "given":"G","birth_date":"1940-02-03","gender":"","address":"","identifiers":[]},
        "lease":{"id":"01920000-0000-7000-8000-000000000001","patient":"p","purpose":"ETREAT","dataset":"emergency",
        "residual":"forbid R,V","issued":"2026-01-01T00:00:00Z","check_after":"2026-01-01T00:15:00Z",
        "not_after":"2026-01-01T12:00:00Z","shred_at":"2026-01-01T13:00:00Z"},"grant":"g","grant_ended":false,
        "retrieved":"2026-01-01T00:00:00Z","consent_checked":true,"replaces":null}"#;

    #[test]
    fn a_record_of_one_document_kept_by_an_earlier_version_is_still_read() {
        let held: Held = serde_json::from_str(EARLIER).unwrap();
        assert!(held.further.is_empty() && held.missing.is_empty() && held.etag.is_none() && !held.asking);
        let again: Held = serde_json::from_str(&serde_json::to_string(&held).unwrap()).unwrap();
        assert_eq!(again.person, held.person);
    }

    #[test]
    fn what_a_wider_permit_opened_is_not_kept_under_a_narrower_one() {
        let mut held: Held = serde_json::from_str(EARLIER).unwrap();
        let narrow = held.lease.clone();
        assert!(held.opens_the_same_as(&narrow));
        for wider in [
            Lease { purpose: Purpose::BreakGlass, ..narrow.clone() },
            Lease { dataset: Dataset::CarePlan, ..narrow.clone() },
            Lease { residual: Residual::ForbidVeryRestricted, ..narrow.clone() },
        ] {
            held.lease = wider;
            assert!(!held.opens_the_same_as(&narrow));
        }
    }

    #[test]
    fn treatment_reads_no_notes() {
        let lease = |purpose| device_lease(&PatientId::new("p"), purpose, Timestamp::UNIX_EPOCH);
        let pulls = Purpose::ALL.iter().filter(|p| pulls_notes(&lease(**p))).collect::<Vec<_>>();
        assert_eq!(pulls, [&Purpose::EmergencyTreatment, &Purpose::BreakGlass, &Purpose::CareManagement]);
    }
}
