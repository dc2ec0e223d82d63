//! Reading single resources of a person's record, and what of it a dataset opens.

use std::collections::{HashMap, HashSet};

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use shared::consent::{Dataset, Reason};
use shared::identity::Staff;

use super::access::{Access, access_to_one, is_open};
use super::answer::versioned;
use super::context::{Hub, Signed, grant};
use super::metadata::SHARED_TYPES;
use super::problem::Problem;
use crate::consent::{Filtered, codings, filter, is_privacy_consent, name_of, references, strip_sensitivity};
use crate::store::Stored;

/// Progress note, the type of what staff write.
const NOTE: &str = "11506-3";

/// Whether a resource is a note.
pub(crate) fn is_note(resource: &Value) -> bool {
    resource["resourceType"] == "DocumentReference" && codings(&resource["type"]).any(|coding| coding["code"] == NOTE)
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

/// What the asker may see of a person's record, resource by resource, as they may see it. By `Type/id`.
pub(super) type Shown = HashMap<String, Value>;

/// Decided over the whole record, even when one resource was asked for: what is shown must not point at what is
/// withheld, and what only withheld resources use, or what vouches for nothing else, goes with them.
pub(super) async fn visible(hub: &Hub, access: &Access) -> Result<Shown, Problem> {
    Ok(shown_of(hub.store.of_patient(&access.patient).await?, access))
}

/// The same of a record that was read already.
pub(super) fn shown_of(stored: Vec<Stored>, access: &Access) -> Shown {
    let dataset = access.decision.dataset;
    let inside: HashSet<String> = stored.iter().filter(|stored| is_in(dataset, stored)).map(Stored::address).collect();
    let resources = stored.into_iter().map(|stored| stored.resource).collect();
    let Filtered { kept, .. } = filter(resources, &access.decision, &access.exceptions);
    let mut shown: Shown = kept.into_iter().filter_map(|it| Some((name_of(&it)?, it))).collect();
    shown.retain(|name, _| inside.contains(name));
    let plain: HashSet<String> = shown.keys().filter(|name| !name.starts_with("Provenance/")).cloned().collect();
    shown.retain(|name, it| plain.contains(name) || references(&it["target"]).iter().any(|t| plain.contains(t)));
    shown.values_mut().for_each(strip_sensitivity);
    shown
}

/// Data minimisation: in an emergency there is the summary, not a list of everything.
pub(super) fn is_closed(dataset: Option<Dataset>, kind: &str) -> bool {
    let notes = ["DocumentReference", "Provenance"].contains(&kind);
    match dataset {
        Some(Dataset::CarePlan) => false,
        Some(Dataset::Visit) => !notes && !["CarePlan", "Goal", "Task"].contains(&kind),
        Some(Dataset::Emergency) => !notes,
        Some(Dataset::SharedRecord) => notes,
        None => true,
    }
}

/// Consents are for those to whom the record is open at this moment.
pub(super) async fn require_relationship(hub: &Hub, signed: &Signed, patient: &str) -> Result<(), Problem> {
    hub.store.audit(&signed.audit("consents", Some(patient))).await?;
    if is_open(hub, signed, patient).await? { Ok(()) } else { Err(Problem::refused(Reason::NoRelationship)) }
}

/// A nested provision about labelled items tells what there is to hide. It stays in the hub, and the tag says so.
pub(super) fn without_labels(consent: &Value) -> Value {
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

/// `GET {type}/{id}`. Whoever wrote a note may read it back; for all else the record must be open.
pub(crate) async fn read(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    kind: &str,
    id: &str,
) -> Result<Response, Problem> {
    let found = hub.store.read(kind, id).await?;
    if ["Appointment"].iter().chain(&SHARED_TYPES).any(|own| *own == kind) {
        return of_no_record(hub, signed, found).await;
    }
    if let Some(stored) = &found
        && let Some(answer) = by_right(hub, signed, stored).await?
    {
        return Ok(answer);
    }
    if found.is_none() && kind == "DocumentReference" && grant(hub, signed, headers).await?.is_some() {
        return super::documents::read(hub, signed, headers, id).await;
    }
    let owner = found.as_ref().and_then(|stored| stored.patient.as_deref());
    let access = access_to_one(hub, signed, headers, owner).await?;
    let stored = found.filter(|_| !is_closed(access.decision.dataset, kind)).ok_or_else(Problem::not_found)?;
    // A Consent about sharing is not part of the record: it was looked at above.
    let shown = if is_privacy_consent(&stored.resource) {
        None
    } else {
        visible(hub, &access).await?.remove(&stored.address())
    };
    let shown = shown.ok_or_else(Problem::not_found)?;
    super::receipts::shown(hub, signed, [&shown]).await?;
    Ok(versioned(&stored, &shown))
}

/// Work of one's own, and what belongs to no person: open to whoever is signed in.
async fn of_no_record(hub: &Hub, signed: &Signed, found: Option<Stored>) -> Result<Response, Problem> {
    let stored = found.ok_or_else(Problem::not_found)?;
    if stored.kind == "Appointment" {
        let me = format!("Practitioner/{}", signed.staff.id);
        let mut actors =
            stored.resource["participant"].as_array().into_iter().flatten().map(|p| &p["actor"]["reference"]);
        if !actors.any(|actor| *actor == me) {
            return Err(Problem::not_found());
        }
        hub.store.audit(&signed.audit("read", stored.patient.as_deref())).await?;
    }
    Ok(versioned(&stored, &stored.resource))
}

/// What needs no grant: a Medication and the like of no person, a note of one's own, and the consents of a person
/// whose record is open.
async fn by_right(hub: &Hub, signed: &Signed, stored: &Stored) -> Result<Option<Response>, Problem> {
    let Some(patient) = stored.patient.as_deref() else {
        return Ok(Some(versioned(stored, &stored.resource)));
    };
    if is_privacy_consent(&stored.resource) && is_open(hub, signed, patient).await? {
        hub.store.audit(&signed.audit("consents", Some(patient))).await?;
        return Ok(Some(versioned(stored, &without_labels(&stored.resource))));
    }
    if is_note(&stored.resource) && is_author(&stored.resource, &signed.staff) {
        hub.store.audit(&signed.audit("read", Some(patient))).await?;
        return Ok(Some(versioned(stored, &stored.resource)));
    }
    Ok(None)
}

/// Whether a note names `staff` as its author.
pub(crate) fn is_author(note: &Value, staff: &Staff) -> bool {
    let roles = note["contained"].as_array().into_iter().flatten();
    let mut identifiers = roles.map(|role| &role["practitioner"]["identifier"]);
    identifiers.any(|i| i["system"] == Staff::SYSTEM && i["value"] == staff.id.as_str())
}
