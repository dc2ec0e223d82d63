//! Who asks: the access token of a request, and the proof that it is used by the device it was given to.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use jiff::Timestamp;

use super::proof::{self, Asked};
use crate::api::{Hub, Problem, RequestId, Signed};
use crate::secret;
use crate::store::Token;

const INVALID: &str = "DPoP error=\"invalid_token\", algs=\"ES256\"";

impl FromRequestParts<Hub> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = value.and_then(|v| v.split_once(' ')).ok_or_else(Problem::sign_in)?;
        let token = token.trim();
        let asked = Asked { method: &parts.method, path: parts.uri.path(), headers: &parts.headers };
        let known = if scheme.eq_ignore_ascii_case("dpop") {
            proven(hub, &asked, token).await?
        } else if scheme.eq_ignore_ascii_case("bearer") {
            carried(hub, token).await?
        } else {
            return Err(Problem::sign_in());
        };
        let request = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
        let (until, jkt) = (known.sign_in.ends, known.sign_in.jkt);
        let signed = Self { staff: known.staff, until, device: known.device, jkt, request };
        tracing::trace!(proven = signed.jkt.is_some(), enrolled = signed.device.is_some(), "who asks is known");
        Ok(signed)
    }
}

/// A token that came with a proof.
async fn proven(hub: &Hub, asked: &Asked<'_>, token: &str) -> Result<Token, Problem> {
    let proof = proof::read(hub, asked, Some(token))?;
    let known = find(hub, token).await?;
    if known.sign_in.jkt.as_deref() != Some(proof.jkt.as_str()) {
        return Err(Problem::not_taken("The token was given to another device.", INVALID));
    }
    if known.revoked {
        return Err(revoked());
    }
    proof::once(hub, &proof).await?;
    Ok(known)
}

/// A token that is good for whoever has it. One that is bound to a device is not (RFC 9449 §7.2).
async fn carried(hub: &Hub, token: &str) -> Result<Token, Problem> {
    let known = find(hub, token).await?;
    if known.sign_in.jkt.is_some() {
        return Err(Problem::not_taken("The token must come with the proof of its device.", INVALID));
    }
    Ok(known)
}

async fn find(hub: &Hub, token: &str) -> Result<Token, Problem> {
    hub.store.token(&secret::hash(token), Timestamp::now()).await?.ok_or_else(Problem::sign_in)
}

/// The device was revoked: it may send nothing and destroys what it holds.
pub(crate) fn revoked() -> Problem {
    let text = "This device was revoked. What it holds is to be destroyed.";
    Problem::not_taken(text, "DPoP error=\"device_revoked\", algs=\"ES256\"")
}
