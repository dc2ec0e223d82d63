//! What a handler is given beside its request.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use shared::consent::EmergencyNone;
use shared::identity::{DeviceId, Staff};

use super::glass::Parameters;
use crate::auth::Gate;
use crate::keys::HubKeys;
use crate::store::{AuditRow, Store};
use crate::{StoreError, secret};

/// The running hub, shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct Hub {
    pub(crate) store: Store,
    /// The owner's setting for an emergency with no recorded choice.
    pub(crate) setting: EmergencyNone,
    /// What it signs with.
    pub(crate) keys: Arc<HubKeys>,
    /// `host:port` it listens on, for links when a request carries no host.
    pub(crate) address: Arc<str>,
    /// How people and devices come in.
    pub(crate) gate: Arc<Gate>,
    /// Whether it answers over TLS.
    pub(crate) encrypted: bool,
    /// Whether the identity provider of the demonstration is on.
    pub(crate) dev_sign_in: bool,
}

impl Hub {
    /// `http://host:port`, or `https`, as the asker sees it.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        let sound = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).filter(sound);
        format!("{}://{}", if self.encrypted { "https" } else { "http" }, host.unwrap_or(&self.address))
    }

    /// `{origin}/fhir`.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        format!("{}/fhir", self.origin(headers))
    }
}

/// The id of a request, the asker's own or made here; in the audit and in the answer.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// A signed-in member of staff.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) staff: Staff,
    /// When the sign-in ends, and with it the shift.
    pub(crate) until: Timestamp,
    /// The device they use, when it is enrolled.
    pub(crate) device: Option<DeviceId>,
    /// Thumbprint of the key that proved this request; `None` for a bearer token.
    pub(crate) jkt: Option<String>,
    pub(crate) request: Option<String>,
}

impl Signed {
    /// The id of the request.
    pub(crate) fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// The audit line of something this person did.
    pub(crate) fn audit(&self, action: &'static str, patient: Option<&str>) -> AuditRow {
        AuditRow {
            staff: Some(self.staff.id.to_string()),
            role: Some(self.staff.role),
            organisation: self.staff.organisation.ods.clone(),
            device: self.device,
            action,
            patient: patient.map(str::to_owned),
            request: self.request.clone(),
            ..AuditRow::default()
        }
    }
}

/// An operation about one person: who asks, and with what.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) signed: &'a Signed,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) patient: &'a str,
    pub(crate) parameters: Parameters<'a>,
}

/// Header that carries the grant of a decision.
pub(crate) const GRANT: &str = "x-doorstep-grant";

/// The grant of a request, if it is this person's, on the device it was given to, and still good. Whose record it is for is the caller's to compare.
///
/// # Errors
/// The database.
pub(crate) async fn grant(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
) -> Result<Option<crate::store::Grant>, StoreError> {
    let Some(token) = headers.get(GRANT).and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let grant = hub.store.grant(&secret::hash(token.trim()), Timestamp::now()).await?;
    Ok(grant.filter(|grant| grant.staff == signed.staff.id.as_str() && grant.jkt == signed.jkt))
}
