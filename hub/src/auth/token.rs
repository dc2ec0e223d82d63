//! `POST /auth/token`: what a person agreed to, as tokens.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::gate::Enrolment;
use super::limits::Address;
use super::proof::{self, NoProof};
use super::refused::Refused;
use super::sent::Sent;
use super::{by_code, by_device, issue, refresh};
use crate::api::Hub;

/// The form of a token request, of any grant.
#[derive(Deserialize)]
pub(crate) struct Asked {
    grant_type: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) code: Option<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) device_code: Option<String>,
}

/// Tokens for a code, a refresh token or an approved device code, each once.
pub(crate) async fn token(
    State(hub): State<Hub>,
    headers: HeaderMap,
    address: Address,
    Sent(asked): Sent<Asked>,
) -> Result<Response, Refused> {
    let key = key_of(&hub, &headers, &address, "/auth/token").await?;
    if key.is_none() && !hub.gate.unbound {
        return Err(NoProof::Missing.into());
    }
    admitted(&hub, key.as_deref()).await?;
    let granted = match asked.grant_type.as_deref() {
        Some("authorization_code") => by_code::granted(&hub, &asked, key).await?,
        Some("refresh_token") => refresh::granted(&hub, &asked, key.as_deref()).await?,
        Some(by_device::GRANT) => by_device::granted(&hub, &asked, key).await?,
        Some(_) => return Err(Refused::Because("unsupported_grant_type")),
        None => return Err(Refused::Because("invalid_request")),
    };
    issue::issue(&hub, &headers, &granted).await
}

/// The key that proves a request to an endpoint of this provider, when there is a proof.
pub(super) async fn key_of(
    hub: &Hub,
    headers: &HeaderMap,
    address: &Address,
    path: &str,
) -> Result<Option<String>, Refused> {
    let asked = proof::Asked { method: &Method::POST, path, headers };
    let proof = match proof::read(hub, &asked, None) {
        Err(NoProof::Missing) => None,
        proof => Some(proof?),
    };
    let key = proof.as_ref().map(|proof| proof.jkt.as_str());
    // Before the proof is remembered: whoever asks too often must not fill the memory.
    hub.gate.sign_in.check(address, key)?;
    if let Some(proof) = &proof {
        proof::once(hub, proof).await?;
    }
    Ok(proof.map(|proof| proof.jkt))
}

/// Refuses a device that was shut out, and where devices need a code one that was not let in.
async fn admitted(hub: &Hub, key: Option<&str>) -> Result<(), Refused> {
    let device = match key {
        Some(key) => hub.store.heard_of(key, Timestamp::now()).await?,
        None => None,
    };
    match device {
        Some(device) if device.revoked.is_some() => Err(Refused::Because("device_revoked")),
        None if hub.gate.enrolment == Enrolment::Code => Err(Refused::Because("unauthorized_client")),
        _ => Ok(()),
    }
}
