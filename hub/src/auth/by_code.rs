//! The grant `authorization_code` with PKCE (RFC 6749 §4.1.3, RFC 7636).

use jiff::Timestamp;

use super::issue::Granted;
use super::refused::Refused;
use super::token::Asked;
use crate::api::Hub;
use crate::secret;
use crate::store::{AuditRow, SignIn, Taken};

/// The sign-in of a code that comes back for the first time, from whoever asked for it.
pub(super) async fn granted(hub: &Hub, asked: &Asked, key: Option<String>) -> Result<Granted, Refused> {
    let (Some(code), Some(verifier)) = (asked.code.as_deref(), asked.code_verifier.as_deref()) else {
        return Err(Refused::Because("invalid_request"));
    };
    let now = Timestamp::now();
    // Taken out before it is looked at: whoever guesses wrong has used it up.
    let pending = match hub.store.take_code(&secret::hash(code), now).await? {
        Taken::Once(pending) => *pending,
        Taken::Again(sign_in) => return Err(stolen(hub, &sign_in).await?),
        Taken::Never => return Err(Refused::Because("invalid_grant")),
    };
    let sign_in = pending.sign_in;
    let good = pending.expires > now
        && pending.challenge == secret::challenge(verifier)
        && asked.client_id.as_deref() == Some(sign_in.client.as_str())
        && asked.redirect_uri.as_deref() == Some(pending.redirect.as_str())
        // Whoever asked with `dpop_jkt` named the key that alone may bring the code back (RFC 9449 §10).
        && (sign_in.jkt.is_none() || sign_in.jkt == key);
    let mut row = AuditRow { action: "sign-in", staff: Some(sign_in.staff.clone()), ..AuditRow::default() };
    if !good {
        (row.decision, row.reason) = (Some("DENY"), Some("invalid-grant"));
        hub.store.audit(&row).await?;
        return Err(Refused::Because("invalid_grant"));
    }
    hub.store.audit(&row).await?;
    let sign_in = SignIn { jkt: key, ..sign_in };
    hub.store.insert_sign_in(&sign_in).await?;
    hub.store.forget_expired(Timestamp::now()).await?;
    Ok(Granted { sign_in, nonce: pending.nonce })
}

/// A code that comes twice was seen by somebody else: what it gave ends (RFC 6749 §4.1.2).
async fn stolen(hub: &Hub, sign_in: &str) -> Result<Refused, Refused> {
    if hub.store.revoke_sign_in(sign_in, Timestamp::now()).await? {
        let staff = hub.store.sign_in(sign_in).await?.map(|it| it.staff);
        let (decision, reason) = (Some("DENY"), Some("code-reused"));
        hub.store.audit(&AuditRow { action: "sign-in", staff, decision, reason, ..AuditRow::default() }).await?;
    }
    Ok(Refused::Because("invalid_grant"))
}
