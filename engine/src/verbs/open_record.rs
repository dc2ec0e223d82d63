//! Ask for a record, check it, seal it, and only then say that it is there.

mod seal;
mod sources;

use std::sync::Arc;
use std::time::Duration;

use api_client::{
    Answer, Client, Decided, DecisionRequest, Error as ClientError, GivenLease, Grant, LeaseToken, SummaryAnswer,
};
use jiff::Timestamp;
use shared::consent::{Basis, Obligation, Outcome, Purpose, Reason};
use shared::fhir::{Document, check_subject};
use shared::identity::{Demographics, PatientId};
use shared::lease::Lease;
use shared::sensitive::Sensitive;
use tokio::time::{Instant, timeout};

use self::sources::{Asking, Found};
use super::refusal::{is_patients_no, refused};
use crate::engine::blocking;
use crate::session::Open;
use crate::store::{self, Held, Kept, device_lease};
use crate::trust::Unproven;
use crate::vault::{Kind, Opened};
use crate::{Engine, EngineError, OpenOutcome, sync};

/// How long the first document waits for the others, so that a record usually appears once and whole. After that it
/// is shown, and the others follow.
const TOGETHER: Duration = Duration::from_millis(1200);

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
pub(super) enum Permit {
    Granted(Granted),
    Ends(OpenOutcome),
}

/// A permit, with what is kept of it beside the document.
pub(super) struct Granted {
    lease: Lease,
    grant: Option<Grant>,
    consent_checked: bool,
    closes_with_screen: bool,
    break_glass_available: bool,
}

impl Granted {
    /// By a server that does not decide on consent.
    const fn unchecked(lease: Lease) -> Self {
        Self { lease, grant: None, consent_checked: false, closes_with_screen: false, break_glass_available: false }
    }
}

/// The first document as it came.
struct First {
    bytes: Opened,
    retrieved: Timestamp,
    etag: Option<String>,
    /// As the document brought it, else as it was decided.
    lease: Lease,
    proof: Option<LeaseToken>,
}

/// A copy held before, with its first document.
struct Older {
    record: Held,
    bytes: Opened,
}

impl Engine {
    /// Asks for the record under the consent of the role's usual purpose, checks that it is about `person`,
    /// seals it, and only then answers `Opened`. Further documents of the person are sealed with it, or, when they
    /// take longer, follow by themselves within a few seconds: one that does not come, or is no good, costs no other,
    /// and the record says so. A copy held before stays until the new one is sealed, and is destroyed when the
    /// patient's standing choice now forbids it.
    ///
    /// # Errors
    /// `offline` and its like, `not-json`, `not-a-bundle`, `wrong-person`, `storage-full` …: nothing was changed.
    pub async fn open_record(&self, person: &Demographics, permission: Permission) -> Result<OpenOutcome, EngineError> {
        let (open, started) = (self.open()?, Instant::now());
        open.name_is(&person.patient, person.display_name());
        let Some(purpose) = Purpose::usual_for(open.staff.role) else {
            return Ok(refused(Reason::RoleNotPermitted, false));
        };
        let client = open.client()?;
        let permit = self.permit(&open, &client, &person.patient, purpose, permission).await?;
        self.carry_out(open, client, person, permit, started).await
    }

    /// Fetches, checks and seals what a permit opens; the outcome of anything else.
    pub(super) async fn carry_out(
        &self,
        open: Arc<Open>,
        client: Client,
        person: &Demographics,
        permit: Permit,
        started: Instant,
    ) -> Result<OpenOutcome, EngineError> {
        let granted = match permit {
            Permit::Granted(granted) => granted,
            Permit::Ends(outcome) => return self.end(&open, &person.patient, outcome).await,
        };
        let Granted { lease, grant, consent_checked, closes_with_screen, break_glass_available } = granted;
        let older = older(&open, &person.patient).await;
        let first = match self.first(&open, &client, (person, grant.as_ref()), older.as_ref(), &lease).await? {
            Ok(first) => first,
            Err(outcome) => return self.end(&open, &person.patient, outcome).await,
        };
        let First { bytes, retrieved, etag, lease, proof } = first;
        let kept = self.still_good(&open, older, &lease).await;
        let record = Held {
            person: person.clone(),
            lease,
            grant: grant.clone(),
            grant_ended: false,
            retrieved,
            consent_checked,
            replaces: None,
            etag,
            further: Vec::new(),
            missing: Vec::new(),
            asking: false,
            proof,
            closes_with_screen,
            break_glass_available,
            unknown: false,
        };
        self.looked_at("open", &open, &record, false).await?;
        let inner = self.inner.clone();
        let (staff, lease) = (open.staff.id.clone(), record.lease.clone());
        let asking = Asking { inner, client, person: person.clone(), grant, consent_checked, staff, lease };
        self.seal_all(&open, record, &bytes, kept, asking, started).await?;
        Ok(OpenOutcome::Opened)
    }

    /// Seals the first document and the others: in one transaction when they come soon, else the first with the older
    /// copies of the others, and later what came.
    async fn seal_all(
        &self,
        open: &Arc<Open>,
        record: Held,
        first: &Opened,
        older: Vec<Kept>,
        asking: Asking,
        started: Instant,
    ) -> Result<(), EngineError> {
        let deadline = sources::deadline(started);
        let mut answers = tokio::spawn(sources::fetch(asking, older.clone(), deadline));
        let found = match timeout(TOGETHER, &mut answers).await {
            Ok(found) => found.map_err(EngineError::interrupted)?,
            Err(_) => {
                let record = Held { asking: true, ..record };
                let so_far = Found { kept: older, missing: Vec::new() };
                seal::seal(&self.inner, open, record.clone(), first, so_far).await?;
                seal::complete_later(self.inner.clone(), open.clone(), record, answers);
                return Ok(());
            }
        };
        seal::seal(&self.inner, open, record, first, found).await
    }

    /// The older copies of further documents that may be kept under the new lease should their sources not answer.
    async fn still_good(&self, open: &Open, older: Option<Older>, lease: &Lease) -> Vec<Kept> {
        let Some(Older { record, .. }) = older else { return Vec::new() };
        // A copy that its own lease hides already is not brought back by a permit that never saw it.
        let readable = !record.unknown && record.lease.state(self.inner.clock.now()).is_open();
        if readable && record.opens_the_same_as(lease) {
            store::further_documents(&open.vault, &record).await
        } else {
            Vec::new()
        }
    }

    async fn permit(
        &self,
        open: &Arc<Open>,
        client: &Client,
        patient: &PatientId,
        purpose: Purpose,
        permission: Permission,
    ) -> Result<Permit, EngineError> {
        let capability = self.inner.capability().await?;
        if !capability.decides_on_consent && (capability.signs_leases || self.inner.trust.signs()) {
            return Err(Unproven::Unsigned.into());
        }
        if !capability.decides_on_consent {
            return Ok(match permission {
                // The server would not know; the patient's no holds all the same.
                Permission::PatientRefuses => Permit::Ends(refused(Reason::RefusedNow, false)),
                _ => {
                    let lease = device_lease(patient, purpose, self.inner.clock.time());
                    Permit::Granted(Granted::unchecked(lease))
                }
            });
        }
        let answer = client.consent_decision(patient, &request(purpose, permission)).await;
        self.decided(open, patient, purpose, answer).await
    }

    /// What a decision comes to.
    pub(super) async fn decided(
        &self,
        open: &Arc<Open>,
        patient: &PatientId,
        purpose: Purpose,
        answer: Result<Answer<Decided>, ClientError>,
    ) -> Result<Permit, EngineError> {
        let decided = match self.inner.heard_as(open, answer).await {
            Err(error) if matches!(error.status(), Some(404 | 410)) => return Ok(Permit::Ends(OpenOutcome::NoRecord)),
            answer => answer?.value,
        };
        let signs = self.inner.capability().await?.signs_leases || self.inner.trust.signs();
        Ok(match (decided.outcome, decided.reason, decided.permit) {
            (Outcome::Permit, _, Some((grant, given))) => {
                let lease = match given {
                    GivenLease::Signed(token) => self.inner.decided_lease(&open.staff.id, patient, &token).await?,
                    // A service that signs what it gives has not given this.
                    GivenLease::Plain(_) if signs => return Err(Unproven::Unsigned.into()),
                    GivenLease::Plain(lease) => lease,
                };
                // A permit for something else than was asked for is not this permit.
                if lease.purpose != purpose {
                    return Err(ClientError::NotFhir("a lease for this purpose").into());
                }
                Permit::Granted(Granted {
                    lease,
                    grant: Some(grant),
                    consent_checked: true,
                    // Broken glass, and a relationship taken on alone.
                    closes_with_screen: decided.obligations.contains(&Obligation::Lease1Hour),
                    break_glass_available: decided.break_glass_available,
                })
            }
            (Outcome::NotFound, ..) => Permit::Ends(OpenOutcome::NoRecord),
            (_, Reason::AskThePatient, _) => Permit::Ends(OpenOutcome::AskThePatient),
            (_, reason, _) => Permit::Ends(refused(reason, decided.break_glass_available)),
        })
    }

    /// The first document, when it is about this person. One that did not change is not transferred again.
    async fn first(
        &self,
        open: &Arc<Open>,
        client: &Client,
        (person, grant): (&Demographics, Option<&Grant>),
        older: Option<&Older>,
        decided: &Lease,
    ) -> Result<Result<First, OpenOutcome>, EngineError> {
        let tag = older.and_then(|older| older.record.etag.as_deref());
        let answer = client.summary(&person.patient, grant, tag).await;
        let answer = match self.inner.heard_as(open, answer).await {
            Err(error) => return ended(error).map(Err),
            Ok(answer) => answer,
        };
        let (bytes, proof) = match (answer.value, older) {
            (SummaryAnswer::Document { bytes, lease, .. }, _) => (Opened::from_bytes(bytes.into_inner()), lease),
            (SummaryAnswer::NotModified { lease }, Some(older)) if tag.is_some() => (older.bytes.clone(), lease),
            (SummaryAnswer::NotModified { .. }, _) => return Err(ClientError::NotFhir("a document").into()),
        };
        let (read, expected) = (bytes.clone(), person.clone());
        blocking(move || -> Result<_, EngineError> { Ok(check_subject(&Document::read(read.bytes())?, &expected)?) })
            .await??;
        let lease = match self.inner.is_signed(proof.as_ref()) {
            true => self.inner.document_lease(&open.staff.id, decided, proof.as_ref(), bytes.bytes()).await,
            false => Ok(decided.clone()),
        };
        // What is held is not what the service remembers: it is asked for whole, once.
        let lease = match (lease, tag) {
            (Err(_), Some(_)) => return Box::pin(self.first(open, client, (person, grant), None, decided)).await,
            (lease, _) => lease?,
        };
        let retrieved = answer.server_time.unwrap_or_else(|| self.inner.clock.time());
        Ok(Ok(First { bytes, retrieved, etag: answer.etag, lease, proof }))
    }

    /// The asking ended without a document. A copy is destroyed when the patient's own choice forbids it.
    async fn end(
        &self,
        open: &Arc<Open>,
        patient: &PatientId,
        outcome: OpenOutcome,
    ) -> Result<OpenOutcome, EngineError> {
        if let Some(event) = self.inner.not_opened(open, patient, &outcome) {
            self.inner.audit.note(event).await;
        }
        if let OpenOutcome::Refused { reason, .. } = outcome
            && is_patients_no(reason)
            && let Some(record) = Held::get(&open.vault, patient).await?
        {
            sync::shred(&self.inner, open, &record, "refused").await?;
            self.inner.show_held(open).await?;
            self.inner.update_for(open, |state| state.revision += 1);
        }
        Ok(outcome)
    }
}

/// What is held already. What of it cannot be read is fetched anew like what is not there.
async fn older(open: &Open, patient: &PatientId) -> Option<Older> {
    let record = Held::get(&open.vault, patient).await.ok()??;
    let bytes = open.vault.get(Kind::Document, patient.as_str()).await.ok()??;
    Some(Older { record, bytes })
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
