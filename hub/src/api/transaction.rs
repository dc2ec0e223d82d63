//! `POST {base}`: notes with their provenance, and changes of goals, tasks and alerts; all of a transaction or none of it.
//!
//! Accepting a note asks for no read consent: the duty to record care outlives a withdrawal. What is refused is
//! refused with a reason and stays with the sender; what was written after a withdrawal by somebody who is not known
//! to care for the patient is accepted and kept closed. A change is of something that its author must be able to see.

use std::collections::{BTreeMap, HashMap};

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use shared::identity::NoteId;
use shared::note::{Amendment, SYSTEM, belongs_to};

use super::answer::{fhir, version_tag};
use super::change::Edit;
use super::context::{Hub, Signed};
use super::note::{Draft, NOTE_TYPES, amends, received, same_note};
use super::problem::Problem;
use super::records::is_author;
use super::{access, quarantine, records};
use crate::store::{Amending, AuditRow, Claim, Created, Stored, Write, is_for_clinicians};

/// The most entries of a transaction.
const MAX_ENTRIES: usize = 100;

/// What a transaction is to do, checked.
struct Plan {
    notes: Vec<Draft>,
    edits: Vec<Edit>,
}

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
    let mut plan =
        Plan { notes: drafts(entries, signed)?, edits: edits(hub, signed, headers, entries, revoked).await? };
    for draft in &plan.notes {
        if !hub.store.knows_patient(draft.patient()).await? {
            return Err(Problem::unprocessable("The patient of the note is not known here."));
        }
    }
    let mut seen = Vec::new();
    for draft in &mut plan.notes {
        hold(hub, signed, draft, revoked).await?;
        seen.push(sees_what_it_amends(hub, signed, draft).await?);
    }
    let mut write = hub.store.begin().await?;
    let stored = store_all(&mut write, entries, &plan, &seen, signed).await?;
    write.commit().await?;
    account(hub, signed, &plan).await?;
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

/// Every note of the transaction, checked.
fn drafts(entries: &[Value], signed: &Signed) -> Result<Vec<Draft>, Problem> {
    let mut by_note: BTreeMap<NoteId, Vec<(usize, &Value)>> = BTreeMap::new();
    let mut urls = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let (request, resource) = (&entry["request"], &entry["resource"]);
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        if entry["fullUrl"].as_str().is_some_and(|url| urls.insert(url, at).is_some()) {
            return Err(Problem::invalid("Two entries have the same fullUrl."));
        }
        match request["method"].as_str() {
            Some("PUT") if super::change::TYPES.contains(&kind) => {}
            Some("POST") if request["url"] == kind && kind == "Provenance" => {}
            Some("POST") if request["url"] == kind && NOTE_TYPES.contains(&kind) => {
                let (note, _) = belongs_to(resource).ok_or_else(super::note::no_identifier)?;
                by_note.entry(note).or_default().push((at, entry));
            }
            _ => {
                return Err(Problem::unprocessable(
                    "A transaction may create notes with their Provenance, and change goals, tasks and alerts.",
                ));
            }
        }
    }
    by_note.into_values().map(|entries| Draft::read(&entries, &signed.staff)).collect()
}

async fn edits(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    entries: &[Value],
    revoked: bool,
) -> Result<Vec<Edit>, Problem> {
    let mut edits: Vec<Edit> = Vec::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry["request"]["method"] == "PUT") {
        if revoked {
            return Err(Problem::forbidden(
                "A device that was revoked may not change the record. Write the change down as a note.",
            ));
        }
        let (request, resource) = (&entry["request"], &entry["resource"]);
        let place = request["url"].as_str().and_then(|url| url.split_once('/'));
        let place = place.filter(|(kind, _)| resource["resourceType"] == *kind);
        let place = place.ok_or_else(|| Problem::invalid("A change goes to Type/id of what it changes."))?;
        let edit = Edit::read(hub, signed, headers, place, request["ifMatch"].as_str(), resource).await?;
        if edits.iter().any(|other| other.address() == edit.address()) {
            return Err(Problem::invalid("Two entries change the same thing."));
        }
        edits.push(edit.at(at, entry["fullUrl"].as_str()));
    }
    Ok(edits)
}

async fn hold(hub: &Hub, signed: &Signed, draft: &mut Draft, revoked: bool) -> Result<(), Problem> {
    if revoked {
        draft.parts.iter_mut().for_each(|part| quarantine::mark(&mut part.resource));
        draft.held = Some("note-of-revoked-device");
    }
    if quarantine::is_due(hub, signed, draft).await? {
        draft.parts.iter_mut().for_each(|part| quarantine::close(&mut part.resource));
        draft.held = Some("note-quarantined");
    }
    Ok(())
}

/// Whether the author of a later word may see the note that it is about. Without that it stands beside it and changes
/// nothing: nobody closes a note that is closed to them.
async fn sees_what_it_amends(hub: &Hub, signed: &Signed, draft: &Draft) -> Result<bool, Problem> {
    let Some(amends) = amends(&draft.note) else { return Ok(false) };
    let earlier = hub.store.of_note(amends.note).await?;
    let Some(first) = earlier.first().filter(|it| it.patient.as_deref() == Some(draft.patient())) else {
        return Ok(false);
    };
    if is_author(&first.resource, &signed.staff) {
        return Ok(true);
    }
    let Some(access) = access::standing(hub, signed, draft.patient()).await? else { return Ok(false) };
    let seen = records::visible(hub, &access).await?.contains_key(&first.address());
    let clinician = shared::care_plan::is_clinician(signed.staff.role);
    if seen && !clinician && is_for_clinicians(&first.resource) && !matches!(amends.how, Amendment::Appends) {
        return Err(Problem::forbidden(
            "Only a clinician may take back a decision on resuscitation or a wish that was confirmed. Add to it instead.",
        ));
    }
    Ok(seen)
}

/// Notes first, so that what points at them has something to point at; the answers keep the order of the request.
async fn store_all(
    write: &mut Write,
    entries: &[Value],
    plan: &Plan,
    seen: &[bool],
    signed: &Signed,
) -> Result<Vec<(Stored, bool)>, Problem> {
    let mut done: Vec<Option<(Stored, bool)>> = entries.iter().map(|_| None).collect();
    let mut places = HashMap::new();
    for (draft, seen) in plan.notes.iter().zip(seen) {
        for (part, stored) in draft.parts.iter().zip(store_note(write, draft, *seen, signed).await?) {
            places.insert(part.url.as_str(), stored.0.address());
            done[part.at] = Some(stored);
        }
    }
    for edit in &plan.edits {
        let stored = edit.store(write).await?;
        places.extend(edit.url.as_deref().map(|url| (url, stored.address())));
        done[edit.at] = Some((stored, false));
    }
    for (at, entry) in entries.iter().enumerate() {
        if entry["resource"]["resourceType"] == "Provenance" {
            done[at] = Some(store_provenance(write, entry, plan, &places, signed).await?);
        }
    }
    done.into_iter().collect::<Option<_>>().ok_or_else(Problem::internal)
}

/// All resources of a note, in the order of its parts: new, or those that are here from an earlier sending.
async fn store_note(
    write: &mut Write,
    draft: &Draft,
    seen: bool,
    signed: &Signed,
) -> Result<Vec<(Stored, bool)>, Problem> {
    let kind = |resource: &Value| resource["resourceType"].as_str().unwrap_or_default().to_owned();
    let own = draft.parts.first().map(|part| kind(&part.resource)).unwrap_or_default();
    if write.is_of_another_kind(draft.note.id, &own).await? {
        return Err(another());
    }
    let (mut claims, mut places) = (Vec::new(), HashMap::new());
    for part in &draft.parts {
        let kind = kind(&part.resource);
        let claim = write.claim(&kind, (part.identifier.0, &part.identifier.1)).await?;
        let id = match &claim {
            Claim::Free(id) => id,
            Claim::Taken(stored) => &stored.id,
        };
        places.insert(part.url.as_str(), format!("{kind}/{id}"));
        claims.push(claim);
    }
    let at = write.tick().await?;
    let mut stored = Vec::new();
    for (part, claim) in draft.parts.iter().zip(claims) {
        let mut resource = part.resource.clone();
        name(&mut resource, &places);
        stored.push(match claim {
            Claim::Free(id) => {
                resource["id"] = json!(id);
                (write.put(received(resource, at), Some(draft.patient())).await?, true)
            }
            Claim::Taken(it) if same_note(&write.first_version(&it.kind, &it.id).await?, &resource) => (it, false),
            Claim::Taken(_) => return Err(another()),
        });
    }
    match stored.iter().filter(|(_, new)| *new).count() {
        0 => {}
        new if new == stored.len() => after_storing(write, draft, seen, signed, stored.first()).await?,
        // A part that was not there the first time.
        _ => return Err(another()),
    }
    Ok(stored)
}

/// The same identifier on another text: taking it for a repetition would lose one of the two.
fn another() -> Problem {
    Problem::new(
        axum::http::StatusCode::CONFLICT,
        "duplicate",
        "Another note is stored under this identifier. Write this one again as a new note.",
    )
}

async fn after_storing(
    write: &mut Write,
    draft: &Draft,
    seen: bool,
    signed: &Signed,
    first: Option<&(Stored, bool)>,
) -> Result<(), Problem> {
    // What amends it may have come before it.
    write.settle(draft.note.id).await?;
    match (draft.held.zip(first), amends(&draft.note)) {
        // Somebody looks at it before anything follows from it.
        (Some((kind, (first, _))), _) => write.hold(first, kind, signed.staff.id.as_str()).await?,
        (None, Some(amends)) => {
            let (note, patient, author) = (draft.note.id, draft.patient(), &signed.staff);
            write.amend(&Amending { note, patient, amends, author, seen }).await?;
        }
        (None, None) => {}
    }
    Ok(())
}

/// Puts the address of each resource where the transaction has its name.
fn name(value: &mut Value, places: &HashMap<&str, String>) {
    match value {
        Value::Object(map) => {
            let place = map.get("reference").and_then(Value::as_str).and_then(|r| places.get(r));
            if let Some(place) = place.cloned() {
                map.insert("reference".to_owned(), json!(place));
            }
            map.values_mut().for_each(|inner| name(inner, places));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| name(inner, places)),
        _ => {}
    }
}

async fn store_provenance(
    write: &mut Write,
    entry: &Value,
    plan: &Plan,
    places: &HashMap<&str, String>,
    signed: &Signed,
) -> Result<(Stored, bool), Problem> {
    let unknown = || Problem::unprocessable("A Provenance must point at one note or change of the same transaction.");
    let mut resource = entry["resource"].clone();
    let targets: Option<Vec<String>> = resource["target"]
        .as_array()
        .filter(|all| !all.is_empty())
        .and_then(|all| all.iter().map(|target| target["reference"].as_str().map(str::to_owned)).collect());
    let targets = targets.ok_or_else(unknown)?;
    if !super::note::agents_name(&resource, &signed.staff) {
        return Err(Problem::forbidden("The author of the provenance is not the person signed in."));
    }
    name(&mut resource, places);
    if let Some(draft) = plan.notes.iter().find(|draft| targets.iter().all(|target| draft.has(target))) {
        return of_note(write, entry, resource, draft).await;
    }
    let changed = |edit: &&Edit| targets.iter().all(|target| edit.url.as_ref() == Some(target));
    let edit = plan.edits.iter().find(changed).ok_or_else(unknown)?;
    Ok((write.put(resource, Some(&edit.patient)).await?, true))
}

/// Keyed by its note even when the sender did not ask for it: sent twice it is still one provenance.
async fn of_note(write: &mut Write, entry: &Value, resource: Value, draft: &Draft) -> Result<(Stored, bool), Problem> {
    let kind = draft.parts.first().and_then(|part| part.resource["resourceType"].as_str()).unwrap_or_default();
    let (key, value) = (format!("target:{kind}.identifier"), format!("{SYSTEM}|{}", draft.note.id));
    let criteria = entry["request"]["ifNoneExist"].as_str();
    if criteria.is_some_and(|criteria| criteria != format!("{key}={value}")) {
        return Err(Problem::unprocessable("ifNoneExist of a Provenance must name the note it points at."));
    }
    Ok(match write.create_once(resource, draft.patient(), (&key, &value)).await? {
        Created::New(stored) => (stored, true),
        Created::Existing(stored) => (stored, false),
    })
}

async fn account(hub: &Hub, signed: &Signed, plan: &Plan) -> Result<(), Problem> {
    for draft in &plan.notes {
        hub.store.audit(&signed.audit("note", Some(draft.patient()))).await?;
        if draft.held.is_some() {
            let row = signed.audit("notify-privacy-officer", Some(draft.patient()));
            hub.store.audit(&AuditRow { reason: draft.held, ..row }).await?;
        }
    }
    for edit in &plan.edits {
        hub.store.audit(&signed.audit("change", Some(&edit.patient))).await?;
    }
    Ok(())
}

fn answer(stored: &Stored, new: bool, base: &str) -> Value {
    let place = stored.address();
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
