//! Sign-in for a device without a browser: it shows a code, and the person approves on a second screen (RFC 8628).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::issue::Granted;
use super::limits::Address;
use super::refused::Refused;
use super::sent::Sent;
use super::{CLIENT, MAX_TEXT, token, words};
use crate::api::{Hub, Problem};
use crate::secret;
use crate::store::{AuditRow, DeviceCode, Polled, SignIn};

/// The name of the grant (§3.4).
pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How long a code waits to be approved.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long a device waits between two questions, seconds; each one too early adds as much.
const WAIT: i64 = 5;

/// The form of a device authorisation request.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    client_id: Option<String>,
    scope: Option<String>,
    nonce: Option<String>,
}

/// `POST /auth/device`: the two codes (§3.1, §3.2). A proof binds them to the device that asks.
pub(crate) async fn start(
    State(hub): State<Hub>,
    headers: HeaderMap,
    address: Address,
    Sent(asked): Sent<Asked>,
) -> Result<Response, Refused> {
    let jkt = token::key_of(&hub, &headers, &address, "/auth/device").await?;
    if asked.client_id.as_deref() != Some(CLIENT) {
        return Err(Refused::Because("invalid_client"));
    }
    let (scope, nonce) = (asked.scope.unwrap_or_default(), asked.nonce);
    if scope.len() > MAX_TEXT || nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_TEXT) {
        return Err(Refused::Because("invalid_request"));
    }
    let (secret, shown) = (secret::token()?, words::random(2)?);
    let over = Timestamp::now().checked_add(LIFE).map_err(|_| Problem::internal())?;
    let id = Uuid::now_v7().to_string();
    let code = DeviceCode { id, client: CLIENT.to_owned(), scope, nonce, jkt, over, wait: WAIT };
    hub.store.insert_device_code(&secret::hash(&secret), &words::plain(&shown), &code).await?;
    let page = format!("{}/device", hub.origin(&headers));
    let body = json!({"device_code": secret, "user_code": shown, "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={shown}"), "expires_in": LIFE.as_secs(), "interval": WAIT});
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// The sign-in of a code that was approved, once (§3.5).
pub(super) async fn granted(hub: &Hub, asked: &token::Asked, key: Option<String>) -> Result<Granted, Refused> {
    let code = asked.device_code.as_deref().ok_or(Refused::Because("invalid_request"))?;
    let hash = secret::hash(code);
    let asker = (asked.client_id.as_deref().unwrap_or_default(), key.as_deref());
    let (sign_in, nonce) = match hub.store.poll_device_code(&hash, asker, Timestamp::now()).await? {
        Polled::Approved(sign_in, nonce) => (SignIn { jkt: key, ..*sign_in }, nonce),
        Polled::Pending => return Err(Refused::Because("authorization_pending")),
        Polled::TooEarly => return Err(Refused::Because("slow_down")),
        Polled::Denied => return Err(Refused::Because("access_denied")),
        Polled::Over => return Err(Refused::Because("expired_token")),
        Polled::Used => return Err(Refused::Because("invalid_grant")),
    };
    let row = AuditRow { action: "sign-in", staff: Some(sign_in.staff.clone()), ..AuditRow::default() };
    hub.store.audit(&row).await?;
    hub.store.insert_sign_in(&sign_in).await?;
    hub.store.forget_expired(Timestamp::now()).await?;
    Ok(Granted { sign_in, nonce })
}
