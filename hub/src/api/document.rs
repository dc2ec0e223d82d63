//! `GET Bundle/{id}`: a further document of a person, as far as the consents of this moment allow.

use axum::http::HeaderMap;
use axum::response::Response;
use shared::consent::{Outcome, Reason};

use super::access::{Access, access};
use super::context::{Hub, Signed, grant};
use super::problem::Problem;
use super::summary::received;
use crate::store::Imported;

/// What the audit calls it.
const ACTION: &str = "document";

/// The document, or 304 when the asker has it already. One 404 for what is not there, what is somebody else's and
/// what may not be known of.
pub(crate) async fn bundle(hub: &Hub, signed: &Signed, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let (document, access) = open(hub, signed, headers, id, ACTION).await?;
    received(hub, &document, &access, headers).await?.ok_or_else(Problem::not_found)
}

/// A document that belongs to the person of the grant, and what may be seen of it.
///
/// # Errors
/// 403 without a grant, whether or not there is such a document, and when the consents refuse; else 404.
pub(super) async fn open(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    id: &str,
    action: &'static str,
) -> Result<(Imported, Access), Problem> {
    let document = hub.store.document(id).await?;
    let owner = document.as_ref().map(|document| document.patient.clone());
    let granted = grant(hub, signed, headers).await?.map(|grant| grant.patient);
    // Whoever reaches for a document that the grant is not for stands in the access report of the person it is about.
    if granted.is_none() || (owner.is_some() && owner != granted) {
        let mut row = signed.audit(action, owner.as_deref());
        (row.decision, row.reason) = (Some(Outcome::Deny.code()), Some(Reason::NoRelationship.code()));
        hub.store.audit(&row).await?;
    }
    let Some(patient) = granted else { return Err(Problem::refused(Reason::NoRelationship)) };
    let access = access(hub, signed, headers, &patient, action).await?;
    let document = document.filter(|document| document.patient == patient);
    Ok((document.ok_or_else(Problem::not_found)?, access))
}
