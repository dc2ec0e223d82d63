//! Sign in with the service.

use shared::audit::Act;
use shared::identity::{Staff, StaffId};

use crate::engine::blocking;
use crate::session::Who;
use crate::store::KeptToken;
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// Signs in with the service. Needs a connection. Then [`Session::NeedsPin`](crate::Session) or `Locked`; for
    /// whom the vault is open already, it stays open and is signed in again.
    ///
    /// # Errors
    /// `sign-in-failed`, or what came between. Who was at the device before still is.
    pub async fn sign_in(&self, staff: &StaffId) -> Result<(), EngineError> {
        let inner = &self.inner;
        let _turn = inner.turn.lock().await;
        let token = inner.hear(inner.client.sign_in(staff).await)?.value;
        let client = inner.client.with_token(token.access.clone());
        let person = inner.hear(client.userinfo().await)?.value;
        if person.id != *staff {
            let text = "The sign-in service signed in somebody else. Try again; if it stays so, tell the service desk.";
            return Err(EngineError::new("sign-in-failed", text, Advice::CallServiceDesk));
        }
        inner.audit.note(inner.event(Act::SignIn, "sign-in", Some(&person))).await;
        if let Some(open) = inner.open().filter(|open| open.staff.id == *staff) {
            // A token that cannot be sealed now works until the app ends.
            let _ = KeptToken::new(&token.access, token.expires).put(&open.vault).await;
            open.signed_in(&inner.client, token.access, token.expires);
            inner.show_problems(&open);
            self.sync_now();
            return Ok(());
        }
        let known = self.remember(&person).await?;
        self.close().await;
        inner.set_who(if known { Who::Locked(person, Some(token)) } else { Who::NeedsPin(person, token) });
        inner.show_people().await;
        Ok(())
    }

    /// Whether this person has a vault here; if so, notes what the sign-in told about them.
    async fn remember(&self, person: &Staff) -> Result<bool, EngineError> {
        let (device, person, now) = (self.inner.device.clone(), person.clone(), self.inner.clock.time());
        blocking(move || {
            let known = device.people(now)?.iter().any(|p| p.staff.id == person.id);
            if known {
                device.update_person(&person)?;
            }
            Ok(known)
        })
        .await?
    }
}
