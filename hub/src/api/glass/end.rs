//! `POST Patient/{id}/$break-glass-end`: what broken glass opened is closed again, and the account says when and why.

use axum::response::Response;
use serde_json::json;
use shared::identity::LeaseId;
use uuid::Uuid;

use super::super::answer::fhir;
use super::super::context::Call;
use super::super::problem::Problem;
use crate::StoreError;
use crate::store::{Closing, Store};

/// Why it can end before its hour is over.
const REASONS: [&str; 3] = ["by-person", "screen-left", "signed-out"];

/// Ends it. What has ended already, or never was, is answered alike.
pub(crate) async fn end(call: &Call<'_>) -> Result<Response, Problem> {
    let Call { hub, signed, patient, parameters, .. } = *call;
    let lease = parameters.text("lease")?.and_then(|id| Uuid::parse_str(id).ok()).map(LeaseId::new);
    let lease = lease.ok_or_else(|| Problem::invalid("The parameter lease is missing or no UUID."))?;
    let said = parameters.text("reason")?.unwrap_or(REASONS[0]);
    let why = REASONS.iter().find(|known| **known == said);
    let why = *why.ok_or_else(|| Problem::invalid("The parameter reason has no known code."))?;
    let closing = Closing::One { lease, staff: signed.staff.id.as_str(), patient, why };
    hub.store.close_glass(closing, signed.request()).await?;
    Ok(fhir(&json!({"resourceType": "Parameters", "parameter": [{"name": "ended", "valueBoolean": true}]})))
}

/// Writes the end of everything whose hour is over.
///
/// # Errors
/// The database.
pub(crate) async fn end_what_is_over(store: &Store) -> Result<usize, StoreError> {
    store.close_glass(Closing::Over, None).await
}
