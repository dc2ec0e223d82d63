//! Leases, signed: with a decision, and with every document that goes out under it.

use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde_json::json;
use shared::consent::Basis;
use shared::lease::{Claims, HEADER, Lease, TYP, patient_hash};

use super::access::Access;
use super::context::{Hub, Signed};
use super::problem::Problem;
use crate::consent::{Answer, opens};
use crate::secret;
use crate::store::Given;

/// Signs the lease of a permit, and keeps it to decide again about.
pub(super) async fn give(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    (lease, basis): (&Lease, Basis),
    answer: &Answer,
) -> Result<String, Problem> {
    let claims = Claims {
        id: lease.id,
        issuer: hub.origin(headers),
        staff: signed.staff.id.clone(),
        device: signed.jkt.clone(),
        patient: patient_hash(secret::sha256, lease.id, &lease.patient),
        purpose: lease.purpose,
        dataset: lease.dataset,
        residual: lease.residual,
        consents: answer.versions.clone(),
        issued: lease.issued,
        check_after: lease.check_after,
        not_after: lease.not_after,
        shred_at: lease.shred_at,
        obligations: answer.decision.obligations.clone(),
        bundle_sha256: None,
    };
    let given = Given {
        id: lease.id,
        staff: signed.staff.id.to_string(),
        device: signed.jkt.clone(),
        patient: lease.patient.to_string(),
        purpose: lease.purpose,
        basis,
        opens: opens(&answer.decision, &answer.exceptions),
        claims: claims.to_value(),
        shred_at: lease.shred_at,
    };
    hub.store.insert_lease(&given).await?;
    hub.keys.signing.sign(TYP, &given.claims).map_err(|_| Problem::internal())
}

/// Puts the lease of the grant beside a document: the same, with the hash of the body. What it opens is what was
/// decided at this moment, because that is what the document holds.
pub(super) async fn beside(hub: &Hub, access: &Access, sha256: &str, response: &mut Response) -> Result<(), Problem> {
    let Some(given) = hub.store.lease(access.lease).await? else { return Ok(()) };
    let mut claims = given.claims;
    claims["bundle_sha256"] = json!(sha256);
    claims["dataset"] = json!(access.decision.dataset.map(|it| it.code()));
    claims["residual"] = json!(access.decision.residual.map(|it| it.code()));
    let token = hub.keys.signing.sign(TYP, &claims).map_err(|_| Problem::internal())?;
    let token = HeaderValue::from_str(&token).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(HEADER, token);
    Ok(())
}

/// Who holds what is served: a person on a device.
pub(super) fn holder(signed: &Signed) -> String {
    format!("{} {}", signed.staff.id, signed.jkt.as_deref().unwrap_or_default())
}
