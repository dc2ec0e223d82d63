//! `GET Patient/{id}/$summary`: the record as an IPS document, as far as the consents of this moment allow.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;
use shared::consent::{Dataset, Reason};

use super::access::{Access, access};
use super::answer::{FHIR_JSON, fhir, has_already, stamp, unchanged};
use super::context::{Hub, Signed};
use super::lease::{beside, holder};
use super::problem::Problem;
use crate::consent::{Filtered, Released, filter, is_privacy_consent, name_of, release};
use crate::ips;
use crate::secret;
use crate::store::{Imported, Store, Stored};

/// The document, or 304 when the asker has it already.
pub(crate) async fn summary(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    patient: &str,
) -> Result<Response, Problem> {
    let access = access(hub, signed, headers, patient, "summary").await?;
    if let Some(document) = hub.store.latest_document(patient).await? {
        let received = received(hub, &document, &access, headers).await?;
        return received.ok_or_else(|| Problem::refused(Reason::EmergencyDenied));
    }
    let person = hub.store.read("Patient", patient).await?.ok_or_else(Problem::not_found)?;
    let (bundle, modified) = compose(&hub.store, person, &access).await?;
    let tag = content_tag(&bundle);
    let holder = holder(signed);
    // It carries its time, so that the same content is not the same bytes: the lease names what they have.
    if has_already(headers, &tag)
        && let Some(sha256) = hub.store.served(&holder, patient, &tag).await?
    {
        let mut response = unchanged(&tag, modified);
        beside(hub, &access, &sha256, &mut response).await?;
        return Ok(response);
    }
    let entries = bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    super::receipts::shown(hub, signed, entries).await?;
    let sha256 = secret::hash(bundle.to_string());
    hub.store.note_served(&holder, patient, &tag, &sha256).await?;
    let mut response = fhir(&bundle);
    stamp(response.headers_mut(), &tag, modified);
    beside(hub, &access, &sha256, &mut response).await?;
    Ok(response)
}

/// A document made elsewhere goes out as it came, to the byte, unless something in it is labelled or outside the
/// dataset. `None` when nothing of it may be seen.
pub(super) async fn received(
    hub: &Hub,
    document: &Imported,
    access: &Access,
    headers: &HeaderMap,
) -> Result<Option<Response>, Problem> {
    let (bytes, tag) = match release(&document.bytes, &access.decision, &access.exceptions) {
        Released::Whole => (document.bytes.clone(), format!("W/\"{}\"", &document.sha256[..32])),
        Released::Part(part) => (part.to_string().into_bytes(), content_tag(&part)),
        Released::Nothing => return Ok(None),
    };
    let sha256 = secret::hash(&bytes);
    let mut response = if has_already(headers, &tag) {
        unchanged(&tag, document.composed)
    } else {
        ([(header::CONTENT_TYPE, FHIR_JSON), (header::CACHE_CONTROL, "private, no-cache")], bytes).into_response()
    };
    stamp(response.headers_mut(), &tag, document.composed);
    beside(hub, access, &sha256, &mut response).await?;
    Ok(Some(response))
}

async fn compose(store: &Store, person: Stored, access: &Access) -> Result<(Value, Timestamp), Problem> {
    let dataset = access.decision.dataset.unwrap_or(Dataset::Emergency);
    let stored: Vec<Stored> = store.of_patient(&person.id).await?.into_iter().filter(is_of_summary).collect();
    let changed: HashMap<String, Timestamp> = stored.iter().map(|s| (s.address(), s.last_updated)).collect();
    let resources = stored.into_iter().map(|s| s.resource).collect();
    let now = Timestamp::now();
    let Filtered { mut kept, closed } = filter(resources, &access.decision, &access.exceptions);
    // Of what is sent only: the date must not move when something that is withheld changes.
    let sent = kept.iter().filter_map(|resource| changed.get(&name_of(resource)?)).copied();
    let modified = sent.fold(person.last_updated, Timestamp::max);
    // Only of sections that this dataset holds: what was never to be sent is not said to be withheld.
    let withheld: Vec<_> = ips::select(&closed, dataset, now).kept.iter().map(|(section, _)| section.code()).collect();
    add_supporting(store, &mut kept, &person.resource).await?;
    Ok((ips::assemble(&person.resource, &kept, &withheld, dataset, now), modified))
}

/// What administers the record is not part of it; notes have a list of their own.
fn is_of_summary(stored: &Stored) -> bool {
    let administrative = ["Appointment", "AuditEvent", "Group"].contains(&stored.kind.as_str());
    let note = super::records::is_note(&stored.resource);
    !administrative && !note && !is_privacy_consent(&stored.resource)
}

/// Resources that belong to no one person (Medication, Practitioner, Organization …) come along when something that
/// is sent refers to them; two steps, for a PractitionerRole names two more.
async fn add_supporting(store: &Store, kept: &mut Vec<Value>, person: &Value) -> Result<(), Problem> {
    let name = |v: &Value| Some(format!("{}/{}", v["resourceType"].as_str()?, v["id"].as_str()?));
    let mut known: HashSet<String> = kept.iter().chain([person]).filter_map(name).collect();
    for _ in 0..2 {
        let named: HashSet<String> = kept.iter().chain([person]).flat_map(crate::consent::references).collect();
        for reference in named {
            let Some((kind, id)) = reference.split_once('/') else { continue };
            if !known.insert(reference.clone()) {
                continue;
            }
            if let Some(found) = store.read(kind, id).await?.filter(|found| found.patient.is_none()) {
                kept.push(found.resource);
            }
        }
    }
    Ok(())
}

/// A tag of what the document says, whenever it was made.
fn content_tag(bundle: &Value) -> String {
    format!("W/\"{}\"", &secret::hash(ips::undated(bundle).to_string())[..32])
}
