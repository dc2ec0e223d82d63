//! The grant `refresh_token`: each is used once, and a second use ends the sign-in (RFC 9700 §4.14.2).

use jiff::Timestamp;

use super::issue::Granted;
use super::refused::Refused;
use super::token::Asked;
use crate::api::Hub;
use crate::secret;
use crate::store::{AuditRow, SignIn};

/// The sign-in that goes on.
///
/// Of the two who hold a token that was used twice one is a thief, and nobody can tell which: both sign in again.
pub(super) async fn granted(hub: &Hub, asked: &Asked, key: Option<&str>) -> Result<Granted, Refused> {
    let token = asked.refresh_token.as_deref().ok_or(Refused::Because("invalid_request"))?;
    let (hash, now) = (secret::hash(token), Timestamp::now());
    let refused = Refused::Because("invalid_grant");
    let Some((sign_in, used)) = hub.store.refresh_token(&hash, now).await? else { return Err(refused) };
    if !used && sign_in.jkt.as_deref() != key {
        // Not used up: without the key of its device it is worth nothing.
        refuse(hub, &sign_in, "proof-of-another-device").await?;
        return Err(refused);
    }
    if !used && asked.client_id.as_deref() != Some(sign_in.client.as_str()) {
        return Err(refused);
    }
    if used || !hub.store.use_refresh_token(&hash, now).await? {
        if hub.store.revoke_sign_in(&sign_in.id, now).await? {
            refuse(hub, &sign_in, "refresh-token-reused").await?;
        }
        return Err(refused);
    }
    Ok(Granted { sign_in, nonce: None })
}

async fn refuse(hub: &Hub, sign_in: &SignIn, reason: &'static str) -> Result<(), Refused> {
    let (staff, decision) = (Some(sign_in.staff.clone()), Some("DENY"));
    let row = AuditRow { action: "refresh", staff, decision, reason: Some(reason), ..AuditRow::default() };
    Ok(hub.store.audit(&row).await?)
}
