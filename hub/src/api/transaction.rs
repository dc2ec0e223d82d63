//! `POST {base}`: notes and their provenance, all of a transaction or none of it.
//!
//! Accepting a note asks for no read consent: the duty to record care outlives a withdrawal. What is refused is
//! refused with a reason and stays with the sender; what was written after a withdrawal by somebody who is not known
//! to care for the patient is accepted and kept closed.

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use shared::note::{RECEIVED_EXTENSION, SYSTEM};

use super::answer::{fhir, version_tag};
use super::context::{Hub, Signed};
use super::note::{Draft, same_note};
use super::problem::Problem;
use super::quarantine;
use crate::store::{AuditRow, Created, Stored, Write};

/// The most entries of a transaction.
const MAX_ENTRIES: usize = 100;

/// Carries out a transaction. `revoked`: the device that brought it was revoked; it may have been in other hands, so that
/// somebody is to look at what it brings.
pub(crate) async fn transaction(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    bundle: &Value,
    revoked: bool,
) -> Result<Response, Problem> {
    let entries = entries_of(bundle)?;
    let mut drafts = drafts(entries, signed)?;
    for draft in drafts.values() {
        if !hub.store.knows_patient(&draft.patient).await? {
            return Err(Problem::unprocessable("The patient of the note is not known here."));
        }
    }
    for draft in drafts.values_mut() {
        if revoked {
            draft.resource["docStatus"] = json!("preliminary");
            draft.held = Some("note-of-revoked-device");
        }
        if quarantine::is_due(hub, signed, draft).await? {
            quarantine::close(&mut draft.resource);
            draft.held = Some("note-quarantined");
        }
    }
    let mut write = hub.store.begin().await?;
    let stored = store_all(&mut write, entries, &drafts, signed).await?;
    write.commit().await?;
    for (created, _) in stored.iter().filter(|(created, _)| created.kind == "DocumentReference") {
        hub.store.audit(&signed.audit("note", created.patient.as_deref())).await?;
    }
    for draft in drafts.values().filter(|draft| draft.held.is_some()) {
        let row = signed.audit("notify-privacy-officer", Some(&draft.patient));
        hub.store.audit(&AuditRow { reason: draft.held, ..row }).await?;
    }
    let base = hub.base(headers);
    let answers: Vec<_> = stored.iter().map(|(stored, new)| answer(stored, *new, &base)).collect();
    Ok(fhir(&json!({"resourceType": "Bundle", "type": "transaction-response", "entry": answers})))
}

fn entries_of(bundle: &Value) -> Result<&[Value], Problem> {
    if bundle["resourceType"] != "Bundle" || bundle["type"] != "transaction" {
        return Err(Problem::invalid("Send a Bundle of type transaction."));
    }
    let entries = bundle["entry"].as_array().filter(|entries| !entries.is_empty());
    let entries = entries.ok_or_else(|| Problem::invalid("The transaction has no entries."))?;
    if entries.len() > MAX_ENTRIES {
        return Err(Problem::too_long("A transaction may have 100 entries."));
    }
    Ok(entries)
}

/// Every note of the transaction, checked, by the `fullUrl` of its entry.
fn drafts(entries: &[Value], signed: &Signed) -> Result<HashMap<String, Draft>, Problem> {
    let mut drafts = HashMap::new();
    for entry in entries {
        let (request, resource) = (&entry["request"], &entry["resource"]);
        let (kind, url) = (resource["resourceType"].as_str(), request["url"].as_str());
        if request["method"] != "POST" || kind != url || !matches!(kind, Some("DocumentReference" | "Provenance")) {
            return Err(Problem::unprocessable("A transaction may create DocumentReference and Provenance only."));
        }
        if kind == Some("DocumentReference") {
            let draft = Draft::read(resource, request, &signed.staff)?;
            let url = entry["fullUrl"].as_str().filter(|url| url.starts_with("urn:uuid:"));
            let url = url.ok_or_else(|| Problem::invalid("A note needs a fullUrl of the form urn:uuid:…"))?;
            if drafts.insert(url.to_owned(), draft).is_some() {
                return Err(Problem::invalid("Two entries have the same fullUrl."));
            }
        }
    }
    Ok(drafts)
}

/// Notes first, so that what points at them has something to point at; the answers keep the order of the request.
async fn store_all(
    write: &mut Write,
    entries: &[Value],
    drafts: &HashMap<String, Draft>,
    signed: &Signed,
) -> Result<Vec<(Stored, bool)>, Problem> {
    let mut done: Vec<Option<(Stored, bool)>> = entries.iter().map(|_| None).collect();
    let mut notes = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some((url, draft)) = entry["fullUrl"].as_str().and_then(|url| drafts.get_key_value(url)) else { continue };
        if entry["resource"]["resourceType"] != "DocumentReference" {
            continue;
        }
        let (stored, new) = store_note(write, draft).await?;
        if let Some(kind) = draft.held.filter(|_| new) {
            write.hold(&stored, kind, signed.staff.id.as_str()).await?;
        }
        notes.insert(url.as_str(), stored.clone());
        done[at] = Some((stored, new));
    }
    for (at, entry) in entries.iter().enumerate() {
        if entry["resource"]["resourceType"] == "Provenance" {
            done[at] = Some(store_provenance(write, entry, drafts, &notes, signed).await?);
        }
    }
    done.into_iter().collect::<Option<_>>().ok_or_else(Problem::internal)
}

async fn store_note(write: &mut Write, draft: &Draft) -> Result<(Stored, bool), Problem> {
    let received = write.tick().await?;
    let mut resource = draft.resource.clone();
    let mut extensions = resource["extension"].as_array().cloned().unwrap_or_default();
    // Only the hub says when it received something.
    extensions.retain(|extension| extension["url"] != RECEIVED_EXTENSION);
    extensions.push(json!({"url": RECEIVED_EXTENSION, "valueInstant": received.to_string()}));
    resource["extension"] = Value::Array(extensions);
    match write.create_once(resource, &draft.patient, (SYSTEM, &draft.identifier)).await? {
        Created::New(stored) => Ok((stored, true)),
        Created::Existing(stored) if same_note(&stored.resource, &draft.resource) => Ok((stored, false)),
        // The same identifier on another text: taking it for a repetition would lose one of the two.
        Created::Existing(_) => Err(Problem::new(
            axum::http::StatusCode::CONFLICT,
            "duplicate",
            "Another note is stored under this identifier.",
        )),
    }
}

async fn store_provenance(
    write: &mut Write,
    entry: &Value,
    drafts: &HashMap<String, Draft>,
    notes: &HashMap<&str, Stored>,
    signed: &Signed,
) -> Result<(Stored, bool), Problem> {
    let unknown = || Problem::unprocessable("A Provenance must point at one note of the same transaction.");
    let mut resource = entry["resource"].clone();
    let target = match resource["target"].as_array().map(Vec::as_slice) {
        Some([one]) => one["reference"].as_str().ok_or_else(unknown)?.to_owned(),
        _ => return Err(unknown()),
    };
    let (note, draft) = (notes.get(target.as_str()).ok_or_else(unknown)?, drafts.get(&target).ok_or_else(unknown)?);
    if !super::note::agents_name(&resource, &signed.staff) {
        return Err(Problem::forbidden("The author of the provenance is not the person signed in."));
    }
    let criteria = entry["request"]["ifNoneExist"].as_str();
    let expected = format!("target:DocumentReference.identifier={SYSTEM}|{}", draft.identifier);
    if criteria.is_some_and(|criteria| criteria != expected) {
        return Err(Problem::unprocessable("ifNoneExist of a Provenance must name the note it points at."));
    }
    resource["target"] = json!([{"reference": format!("DocumentReference/{}", note.id)}]);
    let patient = note.patient.as_deref().unwrap_or_default();
    // Keyed by its note even when the sender did not ask for it: sent twice it is still one provenance.
    let key = ("target:DocumentReference.identifier", format!("{SYSTEM}|{}", draft.identifier));
    Ok(match write.create_once(resource, patient, (key.0, &key.1)).await? {
        Created::New(stored) => (stored, true),
        Created::Existing(stored) => (stored, false),
    })
}

fn answer(stored: &Stored, new: bool, base: &str) -> Value {
    let place = format!("{}/{}", stored.kind, stored.id);
    json!({
        "fullUrl": format!("{base}/{place}"),
        "response": {
            "status": if new { "201 Created" } else { "200 OK" },
            "location": format!("{place}/_history/{}", stored.version),
            "etag": version_tag(stored.version),
            "lastModified": stored.last_updated.to_string(),
        }
    })
}
