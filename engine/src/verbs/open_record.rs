//! Ask for a record, check it, seal it, and only then say that it is there.

use std::sync::Arc;

use api_client::{Client, DecisionRequest, Error as ClientError, Grant, SummaryAnswer};
use jiff::Timestamp;
use shared::consent::{Basis, Outcome, Purpose, Reason};
use shared::fhir::{Document, check_subject};
use shared::identity::{Demographics, PatientId};
use shared::lease::Lease;
use shared::sensitive::Sensitive;

use super::refusal::{is_patients_no, refused};
use crate::engine::blocking;
use crate::session::Open;
use crate::store::{Held, Pull, PulledNote, device_lease, pulls_notes};
use crate::{Engine, EngineError, OpenOutcome, sync};

/// What the patient said, or why they could not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// Not asked: rely on what is recorded.
    Recorded,
    /// The patient is here and agrees.
    PatientAgrees,
    /// The patient is here and refuses.
    PatientRefuses,
    /// The patient cannot say; with the reason in words.
    PatientCannotSay {
        /// Why access is needed.
        reason: String,
    },
}

/// What a server permitted, or the outcome that ends the asking.
enum Permit {
    Granted { lease: Lease, grant: Option<Grant>, consent_checked: bool },
    Ends(OpenOutcome),
}

impl Engine {
    /// Asks for the record under the consent of the role's usual purpose, checks that it is about `person`,
    /// seals it, and only then answers `Opened`. A copy held before stays until the new one is sealed, and is
    /// destroyed when the patient's standing choice now forbids it.
    ///
    /// # Errors
    /// `offline` and its like, `not-json`, `not-a-bundle`, `wrong-person`, `storage-full` …: nothing was changed.
    pub async fn open_record(&self, person: &Demographics, permission: Permission) -> Result<OpenOutcome, EngineError> {
        let open = self.open()?;
        open.name_is(&person.patient, person.display_name());
        let Some(purpose) = Purpose::usual_for(open.staff.role) else {
            return Ok(refused(Reason::RoleNotPermitted, false));
        };
        let client = open.client(&self.inner.clock)?;
        let (lease, grant, consent_checked) =
            match self.permit(&open, &client, &person.patient, purpose, permission).await? {
                Permit::Granted { lease, grant, consent_checked } => (lease, grant, consent_checked),
                Permit::Ends(outcome) => return self.end(&open, &person.patient, outcome).await,
            };
        let (bytes, retrieved) = match self.document(&open, &client, person, grant.as_ref()).await? {
            Ok(document) => document,
            Err(outcome) => return self.end(&open, &person.patient, outcome).await,
        };
        let (person, replaces) = (person.clone(), None);
        let record = Held { person, lease, grant, grant_ended: false, retrieved, consent_checked, replaces };
        self.seal(&open, record, bytes).await?;
        Ok(OpenOutcome::Opened)
    }

    async fn permit(
        &self,
        open: &Arc<Open>,
        client: &Client,
        patient: &PatientId,
        purpose: Purpose,
        permission: Permission,
    ) -> Result<Permit, EngineError> {
        if !self.inner.capability().await?.decides_on_consent {
            return Ok(match permission {
                // The server would not know; the patient's no holds all the same.
                Permission::PatientRefuses => Permit::Ends(refused(Reason::RefusedNow, false)),
                _ => {
                    let lease = device_lease(patient, purpose, self.inner.clock.time());
                    Permit::Granted { lease, grant: None, consent_checked: false }
                }
            });
        }
        let answer = client.consent_decision(patient, &request(purpose, permission)).await;
        let decided = match self.inner.heard_as(open, answer).await {
            Err(error) if matches!(error.status(), Some(404 | 410)) => return Ok(Permit::Ends(OpenOutcome::NoRecord)),
            answer => answer?.value,
        };
        Ok(match (decided.outcome, decided.reason, decided.permit) {
            // A permit for something else than was asked for is not this permit.
            (Outcome::Permit, _, Some((_, lease))) if lease.purpose != purpose => {
                return Err(ClientError::NotFhir("a lease for this purpose").into());
            }
            (Outcome::Permit, _, Some((grant, lease))) => {
                Permit::Granted { lease, grant: Some(grant), consent_checked: true }
            }
            (Outcome::NotFound, ..) => Permit::Ends(OpenOutcome::NoRecord),
            (_, Reason::AskThePatient, _) => Permit::Ends(OpenOutcome::AskThePatient),
            (_, reason, _) => Permit::Ends(refused(reason, decided.break_glass_available)),
        })
    }

    /// The bytes of a document that is about this person, and when it was retrieved.
    async fn document(
        &self,
        open: &Arc<Open>,
        client: &Client,
        person: &Demographics,
        grant: Option<&Grant>,
    ) -> Result<Result<(Vec<u8>, Timestamp), OpenOutcome>, EngineError> {
        let answer = client.summary(&person.patient, grant, None).await;
        let answer = match self.inner.heard_as(open, answer).await {
            Err(error) => return ended(error).map(Err),
            Ok(answer) => answer,
        };
        let SummaryAnswer::Document { bytes, .. } = answer.value else {
            return Err(ClientError::NotFhir("a document").into());
        };
        let (bytes, expected) = (bytes.into_inner(), person.clone());
        let bytes = blocking(move || -> Result<_, EngineError> {
            check_subject(&Document::read(&bytes)?, &expected)?;
            Ok(bytes)
        })
        .await??;
        Ok(Ok((bytes, answer.server_time.unwrap_or_else(|| self.inner.clock.time()))))
    }

    /// One transaction: the document and all that stands beside it, under the new lease. Then the old lease is
    /// shredded; should that be interrupted, the record says which one it was.
    async fn seal(&self, open: &Arc<Open>, mut record: Held, document: Vec<u8>) -> Result<(), EngineError> {
        let patient = record.lease.patient.clone();
        let leases = open.leases.lock().await;
        // What is held and cannot be read is replaced like any other.
        let old = Held::get(&open.vault, &patient).await.unwrap_or(None);
        let old = old.filter(|old| old.lease.id != record.lease.id);
        record.replaces = old.as_ref().map(|old| old.lease.id);
        let mut writes = record.writes(document)?;
        if old.is_some() && pulls_notes(&record.lease) {
            let lease = record.lease.id;
            for note in PulledNote::all(&open.vault, &patient).await?.0 {
                writes.push(note.write(lease)?);
            }
            writes.push(Pull::get(&open.vault, &patient).await.unwrap_or_default().write(&patient, lease)?);
        }
        open.vault.put(writes).await?;
        drop(leases);
        // What fails here is done by the next round.
        let _ = sync::shred_replaced(open, &patient).await;
        self.inner.show_held(open).await?;
        self.inner.show_problems(open);
        self.inner.update_for(open, |state| state.revision += 1);
        self.inner.wake.notify_one();
        Ok(())
    }

    /// The asking ended without a document. A copy is destroyed when the patient's own choice forbids it.
    async fn end(
        &self,
        open: &Arc<Open>,
        patient: &PatientId,
        outcome: OpenOutcome,
    ) -> Result<OpenOutcome, EngineError> {
        if let OpenOutcome::Refused { reason, .. } = outcome
            && is_patients_no(reason)
            && let Some(record) = Held::get(&open.vault, patient).await?
        {
            sync::shred(open, &record).await?;
            self.inner.show_held(open).await?;
            self.inner.update_for(open, |state| state.revision += 1);
        }
        Ok(outcome)
    }
}

fn request(purpose: Purpose, permission: Permission) -> DecisionRequest {
    let (basis, patient_refused, reason) = match permission {
        Permission::Recorded => (Basis::CareTeam, false, None),
        Permission::PatientAgrees => (Basis::ConsentNow, false, None),
        Permission::PatientRefuses => (Basis::CareTeam, true, None),
        Permission::PatientCannotSay { reason } => (Basis::Incapable, false, Some(Sensitive::new(reason))),
    };
    DecisionRequest { purpose, basis, patient_refused, reason }
}

/// The hub decides again when the document is asked for: a refusal there is an outcome too.
fn ended(error: ClientError) -> Result<OpenOutcome, EngineError> {
    let reason = error.refusal().and_then(|r| r.issue.as_ref()?.reason);
    match (error.status(), reason) {
        (Some(404 | 410), _) => Ok(OpenOutcome::NoRecord),
        (Some(403), Some(Reason::AskThePatient)) => Ok(OpenOutcome::AskThePatient),
        (Some(403), Some(reason)) => Ok(refused(reason, reason == Reason::EmergencyDeniedBreakGlass)),
        _ => Err(error.into()),
    }
}
