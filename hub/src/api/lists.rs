//! Lists, a page at a time, to the end.

use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::access::access;
use super::answer::fhir;
use super::context::{Hub, Signed};
use super::params::Params;
use super::problem::Problem;
use super::records::{is_closed, require_relationship, visible, without_labels};
use crate::consent::is_privacy_consent;
use crate::store::{Page, PageToken, Scope, Stored};

/// `GET {type}?patient=…&_lastUpdated=…&_sort=_lastUpdated&_count=…` under a grant.
pub(crate) async fn search(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    kind: &str,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["patient", "_lastUpdated", "_sort", "_count", "_page"])?;
    let missing = || Problem::invalid("The search parameter patient is missing.");
    let patient = params.reference("patient", "Patient")?.ok_or_else(missing)?;
    let access = access(hub, signed, headers, patient, "search").await?;
    if is_closed(access.decision.dataset, kind) {
        return Err(Problem::forbidden("This permit opens the summary and the notes, not single lists."));
    }
    let page = page(params, kind, Scope::Patient(patient.to_owned()))?;
    list(hub, headers, params, page, |stored| visible(stored, &access)).await
}

/// `GET Appointment?practitioner=Practitioner/{me}`: one's own work and nobody else's.
pub(crate) async fn appointments(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["practitioner", "actor", "_lastUpdated", "_sort", "_count", "_page"])?;
    let named = params.reference("practitioner", "Practitioner")?.or(params.reference("actor", "Practitioner")?);
    match named {
        None => return Err(Problem::invalid("The search parameter practitioner is missing.")),
        Some(id) if id != signed.staff.id.as_str() => {
            return Err(Problem::forbidden("A list of work is for the person whose it is."));
        }
        Some(_) => {}
    }
    hub.store.audit(&signed.audit("work-list", None)).await?;
    let page = page(params, "Appointment", Scope::Actor(format!("Practitioner/{}", signed.staff.id)))?;
    list(hub, headers, params, page, as_they_are).await
}

/// `GET Consent?patient=…`, for staff to whom the record is open.
pub(crate) async fn consents(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["patient", "_lastUpdated", "_sort", "_count", "_page"])?;
    let missing = || Problem::invalid("The search parameter patient is missing.");
    let patient = params.reference("patient", "Patient")?.ok_or_else(missing)?;
    require_relationship(hub, signed, patient).await?;
    let page = page(params, "Consent", Scope::Patient(patient.to_owned()))?;
    list(hub, headers, params, page, |stored| {
        let privacy = stored.into_iter().filter(|stored| is_privacy_consent(&stored.resource));
        privacy.map(|stored| (stored.clone(), without_labels(&stored.resource))).collect()
    })
    .await
}

fn as_they_are(stored: Vec<Stored>) -> Vec<(Stored, Value)> {
    stored.into_iter().map(|stored| (stored.clone(), stored.resource)).collect()
}

fn page(params: &Params, kind: &str, scope: Scope) -> Result<Page, Problem> {
    if params.one("_sort")?.is_some_and(|sort| sort != "_lastUpdated") {
        return Err(Problem::invalid("The only order here is _sort=_lastUpdated."));
    }
    let after = params.one("_page")?.map(|token| read_token(token).ok_or_else(|| Problem::invalid("No such page.")));
    let (from, to) = params.last_updated()?;
    Ok(Page { kind: kind.to_owned(), scope, from, to, after: after.transpose()?, count: params.count()? })
}

/// One page, with a link to the next while there is one. What is not shown takes its place on the page: the number
/// of entries tells nothing, and no total is given.
async fn list(
    hub: &Hub,
    headers: &HeaderMap,
    params: &Params,
    page: Page,
    show: impl FnOnce(Vec<Stored>) -> Vec<(Stored, Value)>,
) -> Result<Response, Problem> {
    let size = usize::try_from(page.count).map_err(|_| Problem::internal())?;
    let mut rows = hub.store.page(&Page { count: page.count + 1, ..page.clone() }).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let url = format!("{}/{}", hub.base(headers), page.kind);
    let mut links = vec![json!({"relation": "self", "url": format!("{url}?{}", params.text())})];
    if let Some(last) = rows.last().filter(|_| more) {
        let next = params.next_page(&write_token(PageToken::of(last)));
        links.push(json!({"relation": "next", "url": format!("{url}?{next}")}));
    }
    let base = hub.base(headers);
    let entries: Vec<_> = show(rows).into_iter().map(|(stored, resource)| entry(&stored, resource, &base)).collect();
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "link": links});
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    Ok(fhir(&bundle))
}

fn write_token(token: PageToken) -> String {
    URL_SAFE_NO_PAD.encode(token.0.to_be_bytes())
}

fn read_token(text: &str) -> Option<PageToken> {
    Some(PageToken(i64::from_be_bytes(URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?)))
}

/// One entry of a searchset.
pub(crate) fn entry(stored: &Stored, resource: Value, base: &str) -> Value {
    let url = format!("{base}/{}/{}", stored.kind, stored.id);
    json!({"fullUrl": url, "resource": resource, "search": {"mode": "match"}})
}
