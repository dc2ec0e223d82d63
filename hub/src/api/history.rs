//! Earlier versions of what is in a record (FHIR R4 §3.1.0.9, §3.1.0.15).
//!
//! What a resource said once may be withheld now, and what was withheld once may be open now: a version is shown only
//! when the present one is open to the asker in full, and it is open by itself as well. Otherwise it never was.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::access::{Access, access_to_one};
use super::answer::{fhir, version_tag, versioned};
use super::context::{Hub, Signed};
use super::problem::Problem;
use super::records::{is_author, is_closed, is_note, shown_of};
use crate::consent::{is_privacy_consent, strip_sensitivity};
use crate::store::Stored;

/// A version, as the asker may see it.
type Version = (Stored, Value);

/// `GET {type}/{id}/_history`: every version that is shown, newest first. No total: it would tell of the others.
pub(super) async fn history(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    kind: &str,
    id: &str,
) -> Result<Response, Problem> {
    let url = format!("{}/{kind}/{id}", hub.base(headers));
    let entries: Vec<Value> =
        versions(hub, signed, headers, kind, id).await?.iter().map(|it| entry(&url, it)).collect();
    let link = json!([{"relation": "self", "url": format!("{url}/_history")}]);
    Ok(fhir(&json!({"resourceType": "Bundle", "type": "history", "link": link, "entry": entries})))
}

/// `GET {type}/{id}/_history/{version}`.
pub(super) async fn version(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    (kind, id, version): (&str, &str, &str),
) -> Result<Response, Problem> {
    let all = versions(hub, signed, headers, kind, id).await?;
    let wanted = all.into_iter().find(|(stored, _)| stored.version.to_string() == version);
    let (stored, resource) = wanted.ok_or_else(Problem::not_found)?;
    Ok(versioned(&stored, &resource))
}

fn entry(url: &str, (stored, resource): &Version) -> Value {
    let (method, status) = if stored.version == 1 { ("POST", "201 Created") } else { ("PUT", "200 OK") };
    json!({
        "fullUrl": url,
        "resource": resource,
        "request": {"method": method, "url": if stored.version == 1 { stored.kind.clone() } else { stored.address() }},
        "response": {
            "status": status,
            "etag": version_tag(stored.version),
            "lastModified": stored.last_updated
        }
    })
}

/// Newest first. Whoever wrote a note may see what they wrote; for all else the record must be open.
async fn versions(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    kind: &str,
    id: &str,
) -> Result<Vec<Version>, Problem> {
    let found = hub.store.read(kind, id).await?.filter(|stored| !is_privacy_consent(&stored.resource));
    let owner = found.as_ref().and_then(|stored| stored.patient.as_deref());
    let by_me = |it: &Value| is_note(it) && is_author(it, &signed.staff);
    if owner.is_some() && found.as_ref().is_some_and(|stored| by_me(&stored.resource)) {
        hub.store.audit(&signed.audit("read", owner)).await?;
        let all = hub.store.versions(kind, id).await?.into_iter();
        return Ok(all.filter(|it| by_me(&it.resource)).map(|it| (it.clone(), it.resource)).collect());
    }
    let access = access_to_one(hub, signed, headers, owner).await?;
    let stored = found.filter(|_| !is_closed(access.decision.dataset, kind)).ok_or_else(Problem::not_found)?;
    of_record(hub, &access, &stored).await
}

async fn of_record(hub: &Hub, access: &Access, stored: &Stored) -> Result<Vec<Version>, Problem> {
    let record = hub.store.of_patient(&access.patient).await?;
    let address = stored.address();
    let present = shown_of(record.clone(), access).remove(&address).ok_or_else(Problem::not_found)?;
    let mut whole = stored.resource.clone();
    strip_sensitivity(&mut whole);
    if present != whole {
        // Something of it is withheld now. What it said before might be just that.
        return Ok(vec![(stored.clone(), present)]);
    }
    let all = hub.store.versions(&stored.kind, &stored.id).await?;
    let as_shown = |then: Stored| {
        let others = record.iter().filter(|it| it.address() != address).cloned();
        let shown = shown_of(others.chain([then.clone()]).collect(), access).remove(&address)?;
        Some((then, shown))
    };
    Ok(all.into_iter().filter_map(as_shown).collect())
}
