//! Tokens are made.

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::has;
use super::refused::Refused;
use crate::api::{Hub, Problem};
use crate::secret;
use crate::store::SignIn;

/// How long an access token lasts for whoever can get the next one. All others get one for the shift.
const SHORT: SignedDuration = SignedDuration::from_mins(15);

/// A sign-in for which tokens are given.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) sign_in: SignIn,
    pub(super) nonce: Option<String>,
}

/// The answer of the token endpoint (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3).
pub(super) async fn issue(hub: &Hub, headers: &HeaderMap, granted: &Granted) -> Result<Response, Refused> {
    let (of, now) = (&granted.sign_in, Timestamp::now());
    let renewed = has(&of.scope, "offline_access");
    let short = now.checked_add(SHORT).map_err(|_| Problem::internal())?;
    let over = if renewed { short.min(of.ends) } else { of.ends };
    let access = secret::token()?;
    hub.store.insert_access_token(&secret::hash(&access), &of.id, now, over).await?;
    let kind = if of.jkt.is_some() { "DPoP" } else { "Bearer" };
    let lasts = over.duration_since(now).as_secs();
    let mut body = json!({"access_token": access, "token_type": kind, "expires_in": lasts, "scope": of.scope});
    if renewed {
        let refresh = secret::token()?;
        hub.store.insert_refresh_token(&secret::hash(&refresh), &of.id, now).await?;
        body["refresh_token"] = json!(refresh);
    }
    if has(&of.scope, "openid") {
        body["id_token"] = json!(id_token(hub, headers, granted, &access, now)?);
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// Who signed in, when and how, signed (OpenID Connect Core 1.0 §2).
fn id_token(
    hub: &Hub,
    headers: &HeaderMap,
    granted: &Granted,
    access: &str,
    now: Timestamp,
) -> Result<String, Problem> {
    let of = &granted.sign_in;
    let mut claims = json!({
        "iss": hub.origin(headers),
        "sub": of.staff,
        "aud": of.client,
        "iat": now.as_second(),
        "exp": of.ends.as_second(),
        "auth_time": of.at.as_second(),
        // §2: "0" is for a sign-in that proves nothing of the person. This one asks for no password.
        "acr": "0",
        "at_hash": half_hash(access),
        "fhirUser": format!("{}/Practitioner/{}", hub.base(headers), of.staff),
    });
    if let Some(nonce) = &granted.nonce {
        claims["nonce"] = Value::from(nonce.as_str());
    }
    hub.keys.signing.sign("JWT", &claims).map_err(|_| Problem::internal())
}

/// `at_hash` (§3.1.3.6): the left half of the hash, base64url.
fn half_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&secret::sha256(token.as_bytes())[..16])
}
