//! `GET AuditEvent?patient=…&date=…`: who looked at one person's record, why and when.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use shared::identity::NhsNumber;

use super::super::answer::{entry_of, searchset};
use super::super::context::{Hub, Signed};
use super::super::params::Params;
use super::super::problem::Problem;
use super::require_privacy_officer;

/// The identifier of the person, as IHE ITI-81 names the parameter (`system|value`).
const NUMBER: &str = "patient.identifier";

/// Whose account: of the record, or of every record that carries the number.
async fn whose(hub: &Hub, params: &Params) -> Result<Vec<String>, Problem> {
    let Some(token) = params.one(NUMBER)? else { return Ok(vec![params.patient()?.to_owned()]) };
    if params.all("patient").next().is_some() {
        return Err(Problem::invalid("Ask by patient or by patient.identifier, not by both."));
    }
    let number = token.strip_prefix(NhsNumber::SYSTEM).and_then(|rest| rest.strip_prefix('|'));
    numbered(hub, number.ok_or_else(|| Problem::invalid("patient.identifier is the system of the NHS number|number."))?)
        .await
}

/// Every record that carries an NHS number.
pub(super) async fn numbered(hub: &Hub, number: &str) -> Result<Vec<String>, Problem> {
    let number = NhsNumber::parse(number).map_err(|_| Problem::invalid("This is no NHS number: it has 10 digits."))?;
    Ok(hub.store.ids_by_identifier("Patient", NhsNumber::SYSTEM, &number.to_string()).await?)
}

/// One page, in order of arrival.
pub(crate) async fn search(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["patient", NUMBER, "date", "_count", "_page"])?;
    let patients = whose(hub, params).await?;
    let (span, count) = (params.span("date")?, params.count()?);
    let after = params.one("_page")?.map(|page| page.parse().map_err(|_| Problem::invalid("No such page.")));
    require_privacy_officer(hub, signed, &patients).await?;
    let mut rows = hub.store.account(&patients, span, after.transpose()?.unwrap_or(0), count + 1).await?;
    let size = usize::try_from(count).map_err(|_| Problem::internal())?;
    let more = rows.len() > size;
    rows.truncate(size);
    let url = format!("{}/AuditEvent", hub.base(headers));
    let next = rows.last().filter(|_| more).map(|(last, _)| last.to_string());
    let entry = |resource: Value| entry_of(&format!("{url}/{}", resource["id"].as_str().unwrap_or_default()), resource);
    let entries = rows.iter().filter_map(|(_, it)| it.to_resource()).map(entry).collect();
    Ok(searchset(&url, params, next.as_deref(), entries))
}
