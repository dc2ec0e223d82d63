//! The gate before every read of a record: the grant, and the decision made again at this moment.

use axum::http::HeaderMap;
use shared::consent::{Decision, Outcome, Reason};

use super::context::{Hub, Signed, grant};
use super::problem::Problem;
use crate::consent::{Ask, Exceptions, ask};

/// A read that may happen.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) decision: Decision,
    pub(crate) exceptions: Exceptions,
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
    let Some(grant) = grant else {
        let reason = Reason::NoRelationship;
        let mut row = signed.audit(action, Some(patient));
        (row.decision, row.reason) = (Some(Outcome::Deny.code()), Some(reason.code()));
        hub.store.audit(&row).await?;
        return Err(Problem::refused(reason));
    };
    let question = Ask { purpose: Some(grant.purpose), basis: grant.basis, refused: false };
    let answer = ask(&hub.store, hub.setting, &signed.staff, patient, &question).await?;
    let mut row = signed.audit(action, Some(patient));
    row.purpose = Some(grant.purpose.code().to_owned());
    (row.decision, row.reason) = (Some(answer.decision.outcome.code()), Some(answer.decision.reason.code()));
    hub.store.audit(&row).await?;
    match answer.decision.outcome {
        Outcome::Permit => Ok(Access { decision: answer.decision, exceptions: answer.exceptions }),
        Outcome::Deny => Err(Problem::refused(answer.decision.reason)),
        Outcome::NotFound => Err(Problem::not_found()),
    }
}
