//! Lists, a page at a time, to the end.

use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::access::access;
use super::answer::{entry_of, searchset};
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
    let patient = params.patient()?;
    let access = access(hub, signed, headers, patient, "search").await?;
    if is_closed(access.decision.dataset, kind) {
        return Err(Problem::forbidden("This permit opens the summary and the notes, not single lists."));
    }
    let page = page(params, kind, Scope::Patient(patient.to_owned()))?;
    let mut shown = visible(hub, &access).await?;
    let (rows, next) = one_page(hub, page, |stored| shown.remove(&stored.address())).await?;
    super::receipts::shown(hub, signed, rows.iter().map(|(_, resource)| resource)).await?;
    Ok(answer(hub, headers, params, kind, (rows, next)))
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
            let mut row = signed.audit("work-list", None);
            (row.decision, row.reason) = (Some("DENY"), Some("not-ones-own"));
            hub.store.audit(&row).await?;
            return Err(Problem::forbidden("A list of work is for the person whose it is."));
        }
        Some(_) => {}
    }
    hub.store.audit(&signed.audit("work-list", None)).await?;
    let page = page(params, "Appointment", Scope::Actor(format!("Practitioner/{}", signed.staff.id)))?;
    list(hub, headers, params, page, |stored| Some(stored.resource.clone())).await
}

/// `GET Consent?patient=…`, for staff to whom the record is open.
pub(crate) async fn consents(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["patient", "_lastUpdated", "_sort", "_count", "_page"])?;
    let patient = params.patient()?;
    require_relationship(hub, signed, patient).await?;
    let page = page(params, "Consent", Scope::Patient(patient.to_owned()))?;
    let shown = |stored: &Stored| is_privacy_consent(&stored.resource).then(|| without_labels(&stored.resource));
    list(hub, headers, params, page, shown).await
}

fn page(params: &Params, kind: &str, scope: Scope) -> Result<Page, Problem> {
    if params.one("_sort")?.is_some_and(|sort| sort != "_lastUpdated") {
        return Err(Problem::invalid("The only order here is _sort=_lastUpdated."));
    }
    let after = params.one("_page")?.map(|token| read_token(token).ok_or_else(|| Problem::invalid("No such page.")));
    let (from, to) = params.last_updated()?;
    Ok(Page { kind: kind.to_owned(), scope, from, to, after: after.transpose()?, count: params.count()? })
}

/// One page, with a link to the next while there is one. Pages are counted over what is shown: a gap on one, or an
/// empty one before the last, would tell that something is not.
async fn list(
    hub: &Hub,
    headers: &HeaderMap,
    params: &Params,
    page: Page,
    show: impl FnMut(&Stored) -> Option<Value>,
) -> Result<Response, Problem> {
    let kind = page.kind.clone();
    let rows = one_page(hub, page, show).await?;
    Ok(answer(hub, headers, params, &kind, rows))
}

/// What is on a page, and where the next begins.
type Rows = (Vec<(Stored, Value)>, Option<String>);

async fn one_page(hub: &Hub, page: Page, show: impl FnMut(&Stored) -> Option<Value>) -> Result<Rows, Problem> {
    let size = usize::try_from(page.count).map_err(|_| Problem::internal())?;
    let mut rows = shown_rows(hub, page, size + 1, show).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(last, _)| write_token(PageToken::of(last)));
    Ok((rows, next))
}

fn answer(hub: &Hub, headers: &HeaderMap, params: &Params, kind: &str, (rows, next): Rows) -> Response {
    let base = hub.base(headers);
    let entries = rows.into_iter().map(|(stored, resource)| entry(&stored, resource, &base)).collect();
    searchset(&format!("{base}/{kind}"), params, next.as_deref(), entries)
}

/// The first `wanted` rows from the page on that are shown.
async fn shown_rows(
    hub: &Hub,
    mut page: Page,
    wanted: usize,
    mut show: impl FnMut(&Stored) -> Option<Value>,
) -> Result<Vec<(Stored, Value)>, Problem> {
    page.count += 1;
    let mut shown = Vec::new();
    loop {
        let rows = hub.store.page(&page).await?;
        let last = rows.last().map(PageToken::of);
        shown.extend(rows.into_iter().filter_map(|stored| show(&stored).map(|resource| (stored, resource))));
        if shown.len() >= wanted || last.is_none() {
            return Ok(shown);
        }
        page.after = last;
    }
}

fn write_token(token: PageToken) -> String {
    URL_SAFE_NO_PAD.encode(token.0.to_be_bytes())
}

fn read_token(text: &str) -> Option<PageToken> {
    Some(PageToken(i64::from_be_bytes(URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?)))
}

/// One entry of a searchset.
pub(crate) fn entry(stored: &Stored, resource: Value, base: &str) -> Value {
    entry_of(&format!("{base}/{}/{}", stored.kind, stored.id), resource)
}
