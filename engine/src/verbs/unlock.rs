//! Open the vault of a person known here.

use std::sync::atomic::Ordering;

use api_client::Token;
use secrecy::SecretString;
use shared::audit::Act;
use shared::identity::{Staff, StaffId};
use shared::lease::TrustedClock;

use crate::engine::blocking;
use crate::session::{Open, Who, held};
use crate::store::{self, KeptToken};
use crate::vault::{Kind, Person, UnlockError, Vault};
use crate::{Engine, EngineError, sync};

impl Engine {
    /// Opens the vault of a known person. Needs no connection.
    ///
    /// # Errors
    /// `wrong-pin`, `too-soon` and what the storage may say. Nothing is ever deleted by it.
    pub async fn unlock(&self, staff: &StaffId, pin: SecretString) -> Result<(), EngineError> {
        let inner = &self.inner;
        inner.lock_if_due().await;
        let _turn = inner.turn.lock().await;
        if inner.open().is_some_and(|open| open.staff.id == *staff) {
            return Ok(());
        }
        let before = self.known(staff).await?;
        let person = before.staff;
        let vault = inner.device.unlock(staff, &pin, inner.clock.time()).await;
        inner.show_people().await;
        if let Err(error) = &vault {
            inner.audit.note(inner.unlock_failed(&person, error)).await;
        }
        if let Err(UnlockError::Destroyed(why)) = &vault
            && before.destroyed.is_none()
        {
            inner.audit.note(inner.keys_destroyed(&person, *why)).await;
        }
        let token = match &*held(&inner.who) {
            Who::Locked(who, token) if who.id == *staff => token.clone(),
            _ => None,
        };
        self.begin(person, vault?, token).await
    }

    async fn known(&self, staff: &StaffId) -> Result<Person, EngineError> {
        let (device, id, now) = (self.inner.device.clone(), staff.clone(), self.inner.clock.time());
        let person =
            blocking(move || device.people(now).map(|all| all.into_iter().find(|p| p.staff.id == id))).await??;
        Ok(person.ok_or(UnlockError::NoVault)?)
    }

    /// A vault is open: the clock first, then the leases, and only then anything is shown.
    pub(super) async fn begin(&self, staff: Staff, vault: Vault, token: Option<Token>) -> Result<(), EngineError> {
        let inner = &self.inner;
        let open = Open::new(staff, vault);
        let remembered: Option<TrustedClock> = store::get(&open.vault, Kind::Clock, "clock").await.unwrap_or(None);
        inner.clock.load(remembered);
        // A full disk keeps nobody from reading: what is not done here is done by the next round.
        let _ = open.vault.tick(inner.clock.time()).await;
        let kept = match token {
            Some(token) => {
                let kept = KeptToken::new(&token, inner.clock.time());
                let _ = kept.put(&open.vault).await;
                Some(kept)
            }
            // A token that cannot be read is no reason to keep a person from their records.
            None => KeptToken::get(&open.vault).await.unwrap_or(None),
        };
        if let Some(kept) = kept {
            open.signed_in(&inner.client, &inner.clock, kept);
        }
        // The screen was left, whether or not there was time to say so.
        inner.leave_screen(&open, "screen-left").await;
        let _ = sync::enforce_leases(inner, &open).await;
        inner.recheck.store(true, Ordering::SeqCst);
        sync::before_drawing(inner, &open).await;
        let _ = sync::reconcile(inner, &open).await;
        self.close().await;
        inner.begin_presence();
        inner.set_who(Who::Open(open.clone()));
        inner.audit.note(inner.event(Act::SignIn, "unlock", Some(&open.staff))).await;
        inner.show_all(&open).await?;
        inner.show_people().await;
        self.sync_now();
        Ok(())
    }
}
