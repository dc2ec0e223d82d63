//! Who asks: the access token of a request, and the proof that it is used by the device it was given to.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use jiff::Timestamp;
use shared::identity::{DeviceId, Staff};

use super::gate::Enrolment;
use super::issuer::Trusted;
use super::proof::{self, Asked};
use crate::api::{Hub, Problem, RequestId, Signed};
use crate::secret;
use crate::store::AuditRow;

const INVALID: &str = "DPoP error=\"invalid_token\", algs=\"ES256\"";

/// Who a token stands for.
struct Known {
    staff: Staff,
    until: Timestamp,
    jkt: Option<String>,
    device: Option<DeviceId>,
    revoked: bool,
}

impl FromRequestParts<Hub> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = value.and_then(|v| v.split_once(' ')).ok_or_else(Problem::sign_in)?;
        let token = token.trim();
        let asked = Asked { method: &parts.method, path: parts.uri.path(), headers: &parts.headers };
        let request = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
        let known = if scheme.eq_ignore_ascii_case("dpop") {
            proven(hub, &asked, token).await
        } else if scheme.eq_ignore_ascii_case("bearer") {
            carried(hub, token).await
        } else {
            return Err(Problem::sign_in());
        };
        let known = match known {
            Ok(known) => known,
            Err(problem) => {
                refused(hub, token, request).await?;
                return Err(problem);
            }
        };
        Ok(Self { staff: known.staff, until: known.until, device: known.device, jkt: known.jkt, request })
    }
}

/// Writes down that a token was not taken, and whose it was where that is known: it may be in the wrong hands. Tokens
/// that nobody here was given are written down a few times a minute, so that nobody fills the account with them.
async fn refused(hub: &Hub, token: &str, request: Option<String>) -> Result<(), Problem> {
    let whose = hub.store.token(&secret::hash(token), Timestamp::now()).await?.map(|found| found.staff);
    if whose.is_none() && !hub.gate.is_one_of_few(Timestamp::now()) {
        return Ok(());
    }
    let (decision, reason) = (Some("DENY"), Some(if whose.is_some() { "not-its-device" } else { "unknown-token" }));
    let row = AuditRow { action: "token-refused", decision, reason, request, ..AuditRow::default() };
    let row = match whose {
        None => row,
        Some(staff) => AuditRow {
            staff: Some(staff.id.to_string()),
            role: Some(staff.role),
            organisation: staff.organisation.ods,
            ..row
        },
    };
    Ok(hub.store.audit(&row).await?)
}

/// The key that a request proves, for what a device may do with nobody signed in.
pub(crate) async fn proven_key(hub: &Hub, parts: &Parts) -> Result<String, Problem> {
    let asked = Asked { method: &parts.method, path: parts.uri.path(), headers: &parts.headers };
    let proof = proof::read(hub, &asked, None)?;
    proof::once(hub, &proof).await?;
    Ok(proof.jkt)
}

/// A token that came with a proof.
async fn proven(hub: &Hub, asked: &Asked<'_>, token: &str) -> Result<Known, Problem> {
    let proof = proof::read(hub, asked, Some(token))?;
    let known = find(hub, token).await?;
    if known.jkt.as_deref() != Some(proof.jkt.as_str()) {
        return Err(Problem::not_taken("The token was given to another device.", INVALID));
    }
    if known.revoked {
        return Err(revoked());
    }
    proof::once(hub, &proof).await?;
    Ok(known)
}

/// A token that is good for whoever has it. One that is bound to a device is not (RFC 9449 §7.2).
async fn carried(hub: &Hub, token: &str) -> Result<Known, Problem> {
    let known = find(hub, token).await?;
    if known.jkt.is_some() {
        return Err(Problem::not_taken("The token must come with the proof of its device.", INVALID));
    }
    Ok(known)
}

/// One of our own is in the database; what has the form of a signed one is the issuer's.
async fn find(hub: &Hub, token: &str) -> Result<Known, Problem> {
    match &hub.gate.issuer {
        Some(issuer) if token.matches('.').count() == 2 => signed_elsewhere(hub, issuer, token).await,
        _ => {
            let found = hub.store.token(&secret::hash(token), Timestamp::now()).await?.ok_or_else(Problem::sign_in)?;
            let (until, jkt) = (found.sign_in.ends, found.sign_in.jkt);
            Ok(Known { staff: found.staff, until, jkt, device: found.device, revoked: found.revoked })
        }
    }
}

async fn signed_elsewhere(hub: &Hub, issuer: &Trusted, token: &str) -> Result<Known, Problem> {
    let claims = issuer.claims(token, Timestamp::now()).map_err(|fault| {
        // Names a claim and no value: it may be logged, and an owner who set something wrong finds it.
        tracing::info!(%fault, "a token of the issuer was not taken");
        Problem::not_taken("The token is not one that this hub takes.", INVALID)
    })?;
    let Some(staff) = hub.store.staff(&claims.staff).await? else {
        tracing::info!("the issuer vouches for somebody who is no member of staff here");
        return Err(Problem::not_taken("Nobody here is who the token says.", INVALID));
    };
    let device = match &claims.jkt {
        Some(jkt) => hub.store.device_of_key(jkt).await?,
        None => None,
    };
    let needed = hub.gate.enrolment == Enrolment::Code;
    if needed && device.is_none() {
        return Err(Problem::not_taken("This device is not enrolled.", INVALID));
    }
    let revoked = device.as_ref().is_some_and(|device| device.revoked.is_some());
    let device = device.map(|device| device.id);
    Ok(Known { staff, until: claims.until, jkt: claims.jkt, device, revoked })
}

/// The device was revoked: it may send nothing and destroys what it holds.
pub(crate) fn revoked() -> Problem {
    let text = "This device was revoked. What it holds is to be destroyed.";
    Problem::not_taken(text, "DPoP error=\"device_revoked\", algs=\"ES256\"")
}
