//! `GET DocumentReference?patient=…&type=http://loinc.org|60591-5`: where the further documents of a person are.
//! In the shape of IHE MHD ITI-67 and of the National Record Locator: one pointer for each document.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::fhir::Document;
use shared::identity::Organisation;

use super::access::{Access, access};
use super::answer::{FHIR_JSON, entry_of, fhir, searchset};
use super::context::{Hub, Signed};
use super::params::Params;
use super::problem::Problem;
use crate::consent::{Released, codings, release, strip_sensitivity};
use crate::store::Imported;

/// Patient summary document (LOINC).
const SUMMARY: &str = "60591-5";
const LOINC: &str = "http://loinc.org";

/// Whether a search is for pointers to documents and not for notes.
pub(crate) fn asked_for(params: &Params) -> bool {
    params.all("type").next().is_some()
}

/// One page of pointers. What may not be seen of is not pointed to, and no total is given.
pub(crate) async fn search(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    params.only(&["patient", "type", "status", "_count", "_page"])?;
    let patient = params.patient()?;
    let wanted = |value: Option<&str>, known: &[&str]| value.is_none_or(|value| known.contains(&value));
    if !wanted(params.one("type")?, &[&format!("{LOINC}|{SUMMARY}"), SUMMARY])
        || !wanted(params.one("status")?, &["current"])
    {
        return Err(Problem::invalid("Only current documents of the type http://loinc.org|60591-5 are found here."));
    }
    let access = access(hub, signed, headers, patient, "documents").await?;
    let base = hub.base(headers);
    let pointers = pointers(hub, patient, &access, &base).await?;
    page(pointers, params, &base)
}

async fn pointers(hub: &Hub, patient: &str, access: &Access, base: &str) -> Result<Vec<Value>, Problem> {
    let held = hub.store.further_documents(patient).await?;
    let mut pointers: Vec<Value> = held.iter().filter_map(|document| pointer(document, access, base)).collect();
    for known in hub.store.of_type(patient, "DocumentReference").await? {
        pointers.extend(elsewhere(known, access));
    }
    Ok(pointers)
}

/// A pointer that the record itself holds, to a document that is kept elsewhere.
fn elsewhere(pointer: Value, access: &Access) -> Option<Value> {
    let of_type = codings(&pointer["type"]).any(|coding| coding["system"] == LOINC && coding["code"] == SUMMARY);
    if !of_type || pointer["status"] != "current" {
        return None;
    }
    let filtered = crate::consent::filter(vec![pointer], &access.decision, &access.exceptions);
    let mut pointer = filtered.kept.into_iter().next()?;
    strip_sensitivity(&mut pointer);
    Some(pointer)
}

/// The pointer to a document that is kept here; `None` when nothing of the document may be seen. It is made from
/// what may be seen: the name of a clinic can be what is withheld.
pub(super) fn pointer(document: &Imported, access: &Access, base: &str) -> Option<Value> {
    let seen = match release(&document.bytes, &access.decision, &access.exceptions) {
        Released::Whole => Document::read(&document.bytes).ok()?,
        Released::Part(part) => Document::read(part.to_string().as_bytes()).ok()?,
        Released::Nothing => return None,
    };
    let title = words(&seen.composition()["title"]).unwrap_or("Patient summary");
    let mut made = json!({
        "resourceType": "DocumentReference",
        "id": document.id,
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": SUMMARY, "display": "Patient summary Document"}]},
        "subject": {"reference": format!("Patient/{}", document.patient)},
        "description": title,
        "content": [{"attachment": {
            "contentType": FHIR_JSON, "url": format!("{base}/Bundle/{}", document.id), "title": title
        }}]
    });
    if let Some(custodian) = custodian(&seen) {
        made["custodian"] = custodian;
    }
    if document.composed > Timestamp::UNIX_EPOCH {
        made["date"] = json!(document.composed.to_string());
    }
    Some(made)
}

/// Who keeps the original: the custodian, else the organisation or person that wrote it. Never a bare reference,
/// which would lead into a document that the asker does not have yet.
fn custodian(document: &Document) -> Option<Value> {
    let composition = document.composition();
    let authors = composition["author"].as_array().into_iter().flatten();
    let named = std::iter::once(&composition["custodian"]).chain(authors).find_map(|reference| {
        let target = document.resolve(document.composition_index(), reference).resource();
        let organisation = target.map(|resource| match resource["resourceType"].as_str() {
            Some("PractitionerRole") => {
                let of = &resource["organization"];
                document.resolve(document.composition_index(), of).resource().unwrap_or(of)
            }
            _ => resource,
        });
        let name = organisation.and_then(name).or_else(|| words(&reference["display"]).map(str::to_owned))?;
        Some((name, organisation.and_then(ods).or_else(|| ods(reference))))
    });
    named.map(|(name, ods)| match ods {
        Some(ods) => json!({"identifier": {"system": Organisation::SYSTEM, "value": ods}, "display": name}),
        None => json!({"display": name}),
    })
}

fn name(resource: &Value) -> Option<String> {
    let whole = [&resource["name"], &resource["display"], &resource["deviceName"][0]["name"]];
    let person = || words(&resource["name"][0]["text"]).map(str::to_owned);
    whole.into_iter().find_map(words).map(str::to_owned).or_else(person)
}

fn ods(resource: &Value) -> Option<String> {
    let identifiers = match &resource["identifier"] {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    let own = identifiers.into_iter().find(|identifier| identifier["system"] == Organisation::SYSTEM)?;
    words(&own["value"]).map(str::to_owned)
}

fn words(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn page(pointers: Vec<Value>, params: &Params, base: &str) -> Result<Response, Problem> {
    let no_page = || Problem::invalid("No such page.");
    let size = usize::try_from(params.count()?).map_err(|_| no_page())?;
    let from: usize = params.one("_page")?.map_or(Ok(0), |page| page.parse().map_err(|_| no_page()))?;
    let url = format!("{base}/DocumentReference");
    let end = from.saturating_add(size);
    let next = (end < pointers.len()).then(|| end.to_string());
    let entry = |pointer: Value| entry_of(&format!("{url}/{}", pointer["id"].as_str().unwrap_or_default()), pointer);
    let entries = pointers.into_iter().skip(from).take(size).map(entry).collect();
    Ok(searchset(&url, params, next.as_deref(), entries))
}

/// `GET DocumentReference/{id}` of a document that is kept here.
pub(crate) async fn read(hub: &Hub, signed: &Signed, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    // Who has no grant learns of no document; who has one for somebody else neither.
    let granted = super::context::grant(hub, signed, headers).await?.is_some();
    if !granted {
        return Err(Problem::not_found());
    }
    let (document, access) = super::document::open(hub, signed, headers, id, "documents").await?;
    pointer(&document, &access, &hub.base(headers)).map(|pointer| fhir(&pointer)).ok_or_else(Problem::not_found)
}
