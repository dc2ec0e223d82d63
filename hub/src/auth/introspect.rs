//! `POST /auth/introspect`: what a token is worth (RFC 7662, with the fields of SMART App Launch 2.2).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refused::Refused;
use super::sent::Sent;
use crate::api::{Hub, Signed};
use crate::secret;
use crate::store::Token;

/// The form.
#[derive(Deserialize)]
pub(crate) struct Asked {
    token: String,
}

/// For whoever is signed in, about tokens of their own; for stewards, about all. Of all others nothing is told, not
/// even that they are.
pub(crate) async fn introspect(
    State(hub): State<Hub>,
    signed: Signed,
    headers: HeaderMap,
    Sent(asked): Sent<Asked>,
) -> Result<Response, Refused> {
    let known = hub.store.token(&secret::hash(&asked.token), Timestamp::now()).await?.filter(|known| !known.revoked);
    let own = known.as_ref().is_some_and(|known| known.staff.id == signed.staff.id);
    let told = own || hub.store.is_device_steward(signed.staff.id.as_str()).await?;
    let body = match known.filter(|_| told) {
        Some(known) => shown(&known, &hub.origin(&headers), &hub.base(&headers)),
        None => json!({"active": false}),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn shown(it: &Token, issuer: &str, base: &str) -> Value {
    let of = &it.sign_in;
    let mut shown = json!({
        "active": true,
        "scope": of.scope,
        "client_id": of.client,
        "sub": of.staff,
        "iss": issuer,
        "aud": base,
        "iat": it.issued.as_second(),
        "exp": it.expires.as_second(),
        "token_type": if of.jkt.is_some() { "DPoP" } else { "Bearer" },
        "fhirUser": format!("{base}/Practitioner/{}", of.staff),
    });
    if let Some(jkt) = &of.jkt {
        shown["cnf"] = json!({"jkt": jkt});
    }
    shown
}
