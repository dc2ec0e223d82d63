//! Devices: one asks to be let in, stewards see them all and shut one out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use keys::dpop::Proof;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::identity::DeviceId;
use uuid::Uuid;

use super::gate::Enrolment;
use super::proof::{self, Asked};
use super::{address_of, asker, words};
use crate::api::{Hub, Problem, Signed};
use crate::secret;
use crate::store::{Applicant, AuditRow, Device, Enrolled};

/// The longest name, characters.
const MAX_NAME: usize = 100;

/// A request that proves a key and nothing else.
pub(crate) struct Prover(Proof);

impl FromRequestParts<Hub> for Prover {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let asked = Asked { method: &parts.method, path: parts.uri.path(), headers: &parts.headers };
        let proof = proof::read(hub, &asked, None)?;
        hub.gate.sign_in.check(&address_of(&parts.extensions), Some(&proof.jkt))?;
        proof::once(hub, &proof).await?;
        Ok(Self(proof))
    }
}

#[derive(Deserialize)]
struct Wish {
    device: Uuid,
    name: String,
    code: Option<String>,
}

/// `POST /devices`: lets the device in whose key proves the request. Said twice it is once.
///
/// Body `{device, name, code?}`; answer `{device, name, state, relay_key, jwks}`, 201 the first time.
pub(crate) async fn enrol(State(hub): State<Hub>, Prover(proof): Prover, body: Bytes) -> Result<Response, Problem> {
    let wish: Wish = serde_json::from_slice(&body).map_err(|_| Problem::invalid("Send {device, name, code}."))?;
    let name = wish.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Problem::invalid("A device has a name of 1 to 100 characters."));
    }
    let (id, jkt) = (DeviceId::new(wish.device), proof.jkt);
    let applicant = Applicant { id, jkt, key: proof.key.to_string(), name: name.to_owned() };
    let code = secret::hash(words::plain(&wish.code.unwrap_or_default()));
    let code = (hub.gate.enrolment == Enrolment::Code).then_some(code.as_str());
    let done = hub.store.enrol(&applicant, code, Timestamp::now()).await?;
    let status = match done {
        Enrolled::New => StatusCode::CREATED,
        Enrolled::Known => StatusCode::OK,
        Enrolled::Revoked => return Err(asker::revoked()),
        Enrolled::Taken => return Err(Problem::new(StatusCode::CONFLICT, "conflict", TAKEN)),
        Enrolled::WithoutCode => return Err(Problem::forbidden(NO_CODE)),
    };
    if done == Enrolled::New {
        let row = AuditRow { action: "device-enrolled", device: Some(id), ..AuditRow::default() };
        hub.store.audit(&row).await?;
    }
    let relay = hub.keys.relay.public().map_err(|_| Problem::internal())?;
    let answer = json!({"device": id, "name": applicant.name, "state": "active", "relay_key": relay.to_text(),
        "jwks": hub.keys.set().to_value()});
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

const TAKEN: &str = "This id or this key is another device's. Make the device anew.";
const NO_CODE: &str =
    "This device is let in by a code only, and the code is used, over, or mistyped. Ask for a new one.";

/// `GET /devices/self`: what the hub holds of the device whose key proves the request. `state` is `active`, `revoked` or
/// `unknown`.
pub(crate) async fn itself(State(hub): State<Hub>, Prover(proof): Prover) -> Result<Response, Problem> {
    let known = hub.store.heard_of(&proof.jkt, Timestamp::now()).await?;
    let answer = known.map_or_else(|| json!({"state": "unknown"}), |device| shown(&device));
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// `GET /devices`: all of them, for stewards.
pub(crate) async fn all(State(hub): State<Hub>, signed: Signed) -> Result<Response, Problem> {
    require_steward(&hub, &signed, "device-list").await?;
    let devices: Vec<Value> = hub.store.devices().await?.iter().map(shown).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json!({"devices": devices}))).into_response())
}

/// `POST /devices/{id}/revoke`: shuts one out, for stewards. Said twice it is once.
pub(crate) async fn revoke(
    State(hub): State<Hub>,
    signed: Signed,
    path: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Problem> {
    require_steward(&hub, &signed, "device-revoked").await?;
    let Ok(Path(id)) = path else { return Err(Problem::not_found()) };
    let id = DeviceId::new(id);
    let done = hub.store.revoke_device(id, signed.staff.id.as_str(), Timestamp::now()).await?;
    if done.ok_or_else(Problem::not_found)? {
        // Which one: the device it was done to, not the steward's own.
        hub.store.audit(&AuditRow { device: Some(id), ..signed.audit("device-revoked", None) }).await?;
    }
    Ok(Json(json!({"device": id, "state": "revoked"})).into_response())
}

async fn require_steward(hub: &Hub, signed: &Signed, action: &'static str) -> Result<(), Problem> {
    if hub.store.is_device_steward(signed.staff.id.as_str()).await? {
        return Ok(());
    }
    let mut row = signed.audit(action, None);
    (row.decision, row.reason) = (Some("DENY"), Some("not-a-device-steward"));
    hub.store.audit(&row).await?;
    Err(Problem::forbidden("Devices are for their stewards."))
}

fn shown(it: &Device) -> Value {
    let mut shown = json!({"device": it.id, "name": it.name, "jkt": it.jkt, "enrolled": it.enrolled,
        "last_seen": it.last_seen, "state": "active"});
    if let Some(revoked) = it.revoked {
        shown["state"] = json!("revoked");
        (shown["revoked"], shown["revoked_by"]) = (json!(revoked), json!(it.revoked_by));
    }
    shown
}
