//! `POST /auth/revoke`: signing out (RFC 7009). Whoever has a token may end its sign-in.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use super::limits::Address;
use super::refused::Refused;
use super::sent::Sent;
use crate::api::Hub;
use crate::secret;
use crate::store::AuditRow;

/// The form.
#[derive(Deserialize)]
pub(crate) struct Asked {
    token: String,
}

/// 200, also for what is no token: nothing is to be learned here (§2.2).
pub(crate) async fn revoke(
    State(hub): State<Hub>,
    address: Address,
    Sent(asked): Sent<Asked>,
) -> Result<StatusCode, Refused> {
    hub.gate.sign_in.check(&address, None)?;
    if let Some(sign_in) = hub.store.sign_in_of(&secret::hash(&asked.token)).await?
        && hub.store.revoke_sign_in(&sign_in.id, Timestamp::now()).await?
    {
        let row = AuditRow { action: "sign-out", staff: Some(sign_in.staff), ..AuditRow::default() };
        hub.store.audit(&row).await?;
    }
    Ok(StatusCode::OK)
}
