//! The gate before every read of a record: the grant, and the decision made again at this moment.

use axum::http::HeaderMap;
use jiff::Timestamp;
use shared::consent::{Decision, Outcome, Reason};
use shared::identity::LeaseId;

use super::context::{Hub, Signed, grant};
use super::problem::Problem;
use super::quarantine::RELATED;
use crate::consent::{Answer, Ask, Exceptions, ask};
use crate::store::Grant;

/// A read that may happen.
#[derive(Debug)]
pub(crate) struct Access {
    /// Whose record.
    pub(crate) patient: String,
    pub(crate) decision: Decision,
    pub(crate) exceptions: Exceptions,
    /// The lease of the grant.
    pub(crate) lease: LeaseId,
}

/// Lets a request at a patient's record through, or says why not. Both are in the audit before anything is answered.
///
/// # Errors
/// 403 without a grant for this patient or when the consents of this moment refuse; 404 when no record is kept.
pub(crate) async fn access(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    patient: &str,
    action: &'static str,
) -> Result<Access, Problem> {
    let grant = grant(hub, signed, headers).await?.filter(|grant| grant.patient == patient);
    match grant {
        Some(grant) => under(hub, signed, &grant, action).await,
        None => Err(no_relationship(hub, signed, Some(patient), action).await?),
    }
}

/// The same for a read by id. The grant is looked at before the id: whoever has none, or one for somebody else, must
/// not learn from the answer whether there is anything of this id. `owner`: whose it is, when it exists.
///
/// # Errors
/// As [`access`], and 404 for what is not of the person whom the grant is for.
pub(crate) async fn access_to_one(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    owner: Option<&str>,
) -> Result<Access, Problem> {
    let Some(grant) = grant(hub, signed, headers).await? else {
        return Err(no_relationship(hub, signed, owner, "read").await?);
    };
    if owner != Some(grant.patient.as_str()) {
        no_relationship(hub, signed, owner, "read").await?;
        let question = Ask { purpose: Some(grant.purpose), basis: grant.basis, refused: false };
        let answer = ask(&hub.store, hub.setting, &signed.staff, &grant.patient, &question).await?;
        return Err(closed(&answer.decision).unwrap_or_else(Problem::not_found));
    }
    under(hub, signed, &grant, "read").await
}

/// Whether the record is open to this person at this moment, under any relationship they declared.
///
/// # Errors
/// The database.
pub(crate) async fn is_open(hub: &Hub, signed: &Signed, patient: &str) -> Result<bool, Problem> {
    let declared = hub.store.relationships(signed.staff.id.as_str(), patient, Timestamp::now()).await?;
    for (purpose, basis) in declared {
        let question = Ask { purpose: Some(purpose), basis, refused: false };
        let answer = ask(&hub.store, hub.setting, &signed.staff, patient, &question).await?;
        if answer.decision.outcome == Outcome::Permit {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The gate before a change, which may come long after the record was read: under the grant that came with it, or under
/// a relationship that was declared for this person and that the consents of this moment still permit.
///
/// # Errors
/// As [`access_to_one`].
pub(crate) async fn access_to_change(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    owner: Option<&str>,
) -> Result<Access, Problem> {
    if grant(hub, signed, headers).await?.is_some() {
        return access_to_one(hub, signed, headers, owner).await;
    }
    match owner {
        Some(patient) => match standing(hub, signed, patient).await? {
            Some(access) => Ok(access),
            None => Err(no_relationship(hub, signed, owner, "change").await?),
        },
        None => Err(no_relationship(hub, signed, owner, "change").await?),
    }
}

/// What a member of staff may see of a record at this moment, under any relationship that they declared in the last two
/// years; `None` when nothing.
pub(super) async fn standing(hub: &Hub, signed: &Signed, patient: &str) -> Result<Option<Access>, Problem> {
    let now = Timestamp::now();
    let since = now.checked_sub(RELATED).unwrap_or(Timestamp::MIN);
    for (lease, purpose, basis) in hub.store.standing(signed.staff.id.as_str(), patient, (now, since)).await? {
        let question = Ask { purpose: Some(purpose), basis, refused: false };
        let answer = ask(&hub.store, hub.setting, &signed.staff, patient, &question).await?;
        if answer.decision.outcome == Outcome::Permit {
            let Answer { decision, exceptions, .. } = answer;
            return Ok(Some(Access { patient: patient.to_owned(), decision, exceptions, lease }));
        }
    }
    Ok(None)
}

async fn under(hub: &Hub, signed: &Signed, grant: &Grant, action: &'static str) -> Result<Access, Problem> {
    let question = Ask { purpose: Some(grant.purpose), basis: grant.basis, refused: false };
    let answer = ask(&hub.store, hub.setting, &signed.staff, &grant.patient, &question).await?;
    let mut row = signed.audit(action, Some(&grant.patient));
    row.purpose = Some(grant.purpose.code().to_owned());
    (row.decision, row.reason) = (Some(answer.decision.outcome.code()), Some(answer.decision.reason.code()));
    hub.store.audit(&row).await?;
    match closed(&answer.decision) {
        Some(problem) => Err(problem),
        None => {
            let Answer { decision, exceptions, .. } = answer;
            Ok(Access { patient: grant.patient.clone(), decision, exceptions, lease: grant.lease })
        }
    }
}

fn closed(decision: &Decision) -> Option<Problem> {
    match decision.outcome {
        Outcome::Permit => None,
        Outcome::Deny => Some(Problem::refused(decision.reason)),
        Outcome::NotFound => Some(Problem::not_found()),
    }
}

/// Writes the refusal of someone who declared nothing; the refusal itself.
async fn no_relationship(
    hub: &Hub,
    signed: &Signed,
    patient: Option<&str>,
    action: &'static str,
) -> Result<Problem, Problem> {
    let reason = Reason::NoRelationship;
    let mut row = signed.audit(action, patient);
    (row.decision, row.reason) = (Some(Outcome::Deny.code()), Some(reason.code()));
    hub.store.audit(&row).await?;
    Ok(Problem::refused(reason))
}
