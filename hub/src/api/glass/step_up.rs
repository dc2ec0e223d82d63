//! Whether the PIN was entered just now: a token of the device says so, signed by the key that the request is bound to.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use keys::{KeySet, header, thumbprint};
use serde_json::{Value, json};
use shared::consent::{STEP_UP, STEP_UP_SECONDS};

use super::super::context::Signed;

/// Whether `token` proves that `signed` entered their PIN for `patient` within the last minute before `at`.
pub(super) fn is_proven(token: &str, headers: &HeaderMap, signed: &Signed, patient: &str, at: Timestamp) -> bool {
    let Some(claims) = claims(token, headers, signed) else { return false };
    let fresh = claims["iat"].as_i64().is_some_and(|iat| (at.as_second() - iat).abs() <= STEP_UP_SECONDS);
    fresh && claims["sub"] == signed.staff.id.as_str() && claims["patient"] == patient
}

fn claims(token: &str, headers: &HeaderMap, signed: &Signed) -> Option<Value> {
    let Some(jkt) = &signed.jkt else { return unsigned(token) };
    let key = device_key(headers).filter(|key| thumbprint(key).is_ok_and(|it| it == *jkt))?;
    KeySet::read(&json!({"keys": [key]})).ok()?.verify(token, Some(STEP_UP)).ok()
}

/// The key that the request proved to have.
fn device_key(headers: &HeaderMap) -> Option<Value> {
    let proof = headers.get("dpop")?.to_str().ok()?;
    serde_json::to_value(header(proof).ok()?.jwk?).ok()
}

/// Of a request that is bound to no device only what the token says can be looked at.
fn unsigned(token: &str) -> Option<Value> {
    let typ = header(token).ok()?.typ?;
    let claims = token.split('.').nth(1).filter(|_| typ == STEP_UP)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
