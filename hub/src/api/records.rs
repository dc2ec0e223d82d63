//! Reading single resources of a person's record, and what of it a dataset opens.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::{Dataset, Reason};
use shared::identity::Staff;

use super::access::{Access, access};
use super::answer::versioned;
use super::context::{Hub, Signed};
use super::problem::Problem;
use crate::consent::{Filtered, codings, filter, is_privacy_consent, strip_sensitivity};
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

/// What the asker may see of `stored`, as they may see it.
pub(super) fn visible(stored: Vec<Stored>, access: &Access) -> Vec<(Stored, Value)> {
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

/// Consents are for those to whom the record is open.
pub(super) async fn require_relationship(hub: &Hub, signed: &Signed, patient: &str) -> Result<(), Problem> {
    hub.store.audit(&signed.audit("consents", Some(patient))).await?;
    let known = hub.store.has_relationship(signed.staff.id.as_str(), patient, Timestamp::now()).await?;
    if known { Ok(()) } else { Err(Problem::refused(Reason::NoRelationship)) }
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
    let Some(stored) = hub.store.read(kind, id).await? else {
        return match kind {
            "DocumentReference" => super::documents::read(hub, signed, headers, id).await,
            _ => Err(Problem::not_found()),
        };
    };
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
    if is_closed(access.decision.dataset, kind) {
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
