//! `GET AuditEvent?patient=…&date=…`: who looked at one person's record, why and when.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::super::answer::{entry_of, searchset};
use super::super::context::{Hub, Signed};
use super::super::params::Params;
use super::super::problem::Problem;
use super::require_privacy_officer;

/// One page, in order of arrival.
pub(crate) async fn search(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["patient", "date", "_count", "_page"])?;
    let patient = params.patient()?;
    let (span, count) = (params.span("date")?, params.count()?);
    let after = params.one("_page")?.map(|page| page.parse().map_err(|_| Problem::invalid("No such page.")));
    require_privacy_officer(hub, signed, patient).await?;
    let mut rows = hub.store.account(patient, span, after.transpose()?.unwrap_or(0), count + 1).await?;
    let size = usize::try_from(count).map_err(|_| Problem::internal())?;
    let more = rows.len() > size;
    rows.truncate(size);
    let url = format!("{}/AuditEvent", hub.base(headers));
    let next = rows.last().filter(|_| more).map(|(last, _)| last.to_string());
    let entry = |resource: Value| entry_of(&format!("{url}/{}", resource["id"].as_str().unwrap_or_default()), resource);
    let entries = rows.iter().filter_map(|(_, it)| it.to_resource()).map(entry).collect();
    Ok(searchset(&url, params, next.as_deref(), entries))
}
