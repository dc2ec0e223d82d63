//! Reading and listing stored resources of a person's record.

use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::{Dataset, Purpose};
use shared::identity::Staff;

use super::access::{Access, access};
use super::answer::{fhir, versioned};
use super::context::{Hub, Signed};
use super::params::Params;
use super::problem::Problem;
use crate::consent::{Filtered, codings, filter, is_privacy_consent, strip_sensitivity};
use crate::store::{Page, PageToken, Scope, Stored};

/// Progress note, the type of what staff write.
const NOTE: &str = "11506-3";

/// Whether a resource is a note.
pub(crate) fn is_note(resource: &Value) -> bool {
    resource["resourceType"] == "DocumentReference" && codings(&resource["type"]).any(|coding| coding["code"] == NOTE)
}

/// One entry of a searchset.
pub(crate) fn entry(stored: &Stored, resource: Value, base: &str) -> Value {
    let url = format!("{base}/{}/{}", stored.kind, stored.id);
    json!({"fullUrl": url, "resource": resource, "search": {"mode": "match"}})
}

/// Whether a dataset holds this resource at all.
fn is_in(dataset: Option<Dataset>, stored: &Stored) -> bool {
    match (dataset, stored.kind.as_str()) {
        (Some(Dataset::CarePlan), _) => true,
        (Some(Dataset::Visit), "DocumentReference" | "Provenance" | "CarePlan" | "Goal" | "Task") => true,
        (Some(Dataset::SharedRecord), kind) => !["DocumentReference", "Provenance", "CarePlan"].contains(&kind),
        // A crew must be able to read what the nurse wrote; the rest of the emergency dataset is the summary.
        (Some(Dataset::Emergency), "DocumentReference") => is_note(&stored.resource),
        (Some(Dataset::Emergency), "Provenance") => true,
        _ => false,
    }
}

fn visible(stored: Vec<Stored>, access: &Access) -> Vec<(Stored, Value)> {
    let dataset = access.decision.dataset;
    let mut shown = Vec::new();
    for stored in stored.into_iter().filter(|stored| is_in(dataset, stored)) {
        let Filtered { kept, .. } = filter(vec![stored.resource.clone()], &access.decision, &access.exceptions);
        shown.extend(kept.into_iter().next().map(|mut resource| {
            strip_sensitivity(&mut resource);
            (stored, resource)
        }));
    }
    shown
}

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
    if is_closed(access.decision.dataset, access.purpose, kind) {
        return Err(Problem::forbidden("This permit opens the summary and the notes, not single lists."));
    }
    let page = page(params, kind, Scope::Patient(patient.to_owned()))?;
    list(hub, headers, params, page, |stored| visible(stored, &access)).await
}

/// Data minimisation: in an emergency there is the summary, not a list of everything.
fn is_closed(dataset: Option<Dataset>, purpose: Purpose, kind: &str) -> bool {
    let notes = ["DocumentReference", "Provenance"].contains(&kind);
    match dataset {
        Some(Dataset::CarePlan) => false,
        Some(Dataset::Visit) => !notes && !["CarePlan", "Goal", "Task"].contains(&kind),
        Some(Dataset::Emergency) => !notes,
        Some(Dataset::SharedRecord) => notes || purpose != Purpose::Treatment,
        None => true,
    }
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

async fn require_relationship(hub: &Hub, signed: &Signed, patient: &str) -> Result<(), Problem> {
    hub.store.audit(&signed.audit("consents", Some(patient))).await?;
    let known = hub.store.has_relationship(signed.staff.id.as_str(), patient, Timestamp::now()).await?;
    if known { Ok(()) } else { Err(Problem::refused(shared::consent::Reason::NoRelationship)) }
}

/// A nested provision about labelled items tells what there is to hide. It stays in the hub, and the tag says so.
fn without_labels(consent: &Value) -> Value {
    let mut consent = consent.clone();
    let Some(nested) = consent.pointer_mut("/provision/provision").and_then(Value::as_array_mut) else {
        return consent;
    };
    let before = nested.len();
    nested.retain(|provision| provision["securityLabel"].is_null());
    if nested.len() < before {
        let tag = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"});
        consent["meta"]["tag"] = json!([tag]);
    }
    consent
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

/// `GET {type}/{id}`. Whoever wrote a note may read it back; for all else the record must be open.
pub(crate) async fn read(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    kind: &str,
    id: &str,
) -> Result<Response, Problem> {
    let found = hub.store.read(kind, id).await?;
    let Some(stored) = found else { return Err(Problem::not_found()) };
    if kind == "Appointment" {
        let me = format!("Practitioner/{}", signed.staff.id);
        let mine = stored.resource["participant"].as_array().into_iter().flatten();
        let mine = mine.map(|p| &p["actor"]["reference"]).any(|actor| *actor == me);
        return if mine { Ok(versioned(&stored, &stored.resource)) } else { Err(Problem::not_found()) };
    }
    let Some(patient) = stored.patient.clone() else {
        // Practitioner, Organization, Medication …: of no person, open to whoever is signed in.
        return Ok(versioned(&stored, &stored.resource));
    };
    if is_privacy_consent(&stored.resource) {
        require_relationship(hub, signed, &patient).await?;
        return Ok(versioned(&stored, &without_labels(&stored.resource)));
    }
    if is_note(&stored.resource) && is_author(&stored.resource, &signed.staff) {
        hub.store.audit(&signed.audit("read", Some(&patient))).await?;
        return Ok(versioned(&stored, &stored.resource));
    }
    let access = access(hub, signed, headers, &patient, "read").await?;
    if is_closed(access.decision.dataset, access.purpose, kind) {
        return Err(Problem::not_found());
    }
    let (stored, resource) = visible(vec![stored], &access).pop().ok_or_else(Problem::not_found)?;
    Ok(versioned(&stored, &resource))
}

/// Whether a note names `staff` as its author.
pub(crate) fn is_author(note: &Value, staff: &Staff) -> bool {
    let roles = note["contained"].as_array().into_iter().flatten();
    let mut identifiers = roles.map(|role| &role["practitioner"]["identifier"]);
    identifiers.any(|i| i["system"] == Staff::SYSTEM && i["value"] == staff.id.as_str())
}
