//! Every refusal and failure: an OperationOutcome whose words are ours. Nothing of the request is repeated in it.

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use shared::consent::Reason;

use super::answer::FHIR_JSON;
use crate::StoreError;

/// Code system of `details.coding` on a consent refusal.
pub(crate) const REASON_SYSTEM: &str = "https://doorstep.example/CodeSystem/decision-reason";

/// A refusal or failure.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    /// `OperationOutcome.issue.code`.
    code: &'static str,
    text: Cow<'static, str>,
    reason: Option<&'static str>,
    /// The one header that a status demands.
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, text: text.into(), reason: None, header: None }
    }

    /// 400: what was sent cannot be read or is not allowed in this place.
    pub(crate) fn invalid(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", text)
    }

    /// 422: read and understood, and not acceptable.
    pub(crate) fn unprocessable(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "business-rule", text)
    }

    /// 409: it collides with what is here.
    pub(crate) fn conflict(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", text)
    }

    /// 401.
    pub(crate) fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "login", "Sign in first: no valid access token came with the request.")
            .with(header::WWW_AUTHENTICATE, "Bearer realm=\"doorstep\", DPoP algs=\"ES256\"")
    }

    /// 401 for a token, a proof or a device that is not taken (RFC 9449 §7.1): `challenge` says which.
    pub(crate) fn not_taken(text: &'static str, challenge: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "login", text).with(header::WWW_AUTHENTICATE, challenge)
    }

    /// 403 by role, or because no relationship was declared.
    pub(crate) fn forbidden(text: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", text)
    }

    /// 403 for a decision. What the patient's choice closes is `suppressed`, what the role closes `forbidden`.
    pub(crate) fn refused(reason: Reason) -> Self {
        let by_role = matches!(reason, Reason::RoleNotPermitted | Reason::NoRelationship | Reason::NotInCareTeam);
        let code = if by_role { "forbidden" } else { "suppressed" };
        let text = "The record is not opened for this purpose.";
        Self { reason: Some(reason.code()), ..Self::new(StatusCode::FORBIDDEN, code, text) }
    }

    /// 404. One body for everything that is not there, so that nothing can be told from it.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here.")
    }

    /// 405.
    pub(crate) fn method(allow: &'static str) -> Self {
        let text = "This cannot be done here. Source records are read-only; notes come as a transaction.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "not-supported", text).with(header::ALLOW, allow)
    }

    /// 412: what was changed is not what is here now.
    pub(crate) fn other_version() -> Self {
        let text =
            "Somebody changed this in the meantime. Fetch it again, compare, and send the change on that version.";
        Self::new(StatusCode::PRECONDITION_FAILED, "conflict", text)
    }

    /// 428: a change that does not say what it is a change of.
    pub(crate) fn which_version() -> Self {
        let text = "Say which version you changed: send the ETag that you read as If-Match.";
        Self::new(StatusCode::PRECONDITION_REQUIRED, "required", text)
    }

    /// 413.
    pub(crate) fn too_long(text: &'static str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-long", text)
    }

    /// 429: the same address, device or person tried too often. `wait`: seconds.
    pub(crate) fn too_often(wait: u64) -> Self {
        let text = "Too many tries. Wait as long as Retry-After says.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", text)
            .with_value(header::RETRY_AFTER, HeaderValue::from(wait))
    }

    /// 500 without a word about what happened inside.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "exception", "The hub failed. Try again; nothing was changed.")
    }

    fn with(self, name: HeaderName, value: &'static str) -> Self {
        self.with_value(name, HeaderValue::from_static(value))
    }

    fn with_value(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some(Box::new((name, value))), ..self }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // The kind only: a database's own words may quote a row.
        let kind = match &error {
            StoreError::Database(sqlx::Error::Database(e)) => e.code().unwrap_or_default().into_owned(),
            StoreError::Database(_) => "connection".to_owned(),
            other => other.to_string(),
        };
        tracing::error!(kind, "the store failed");
        Self::internal()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut issue = json!({"severity": "error", "code": self.code, "diagnostics": self.text});
        if let Some(reason) = self.reason {
            issue["details"] = json!({"coding": [{"system": REASON_SYSTEM, "code": reason}]});
        }
        let body = json!({"resourceType": "OperationOutcome", "issue": [issue]}).to_string();
        let kind = [(header::CONTENT_TYPE, FHIR_JSON), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.status, kind, body).into_response();
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
