//! Close the vault, and leave.

use shared::audit::Act;

use crate::Engine;
use crate::engine::Inner;
use crate::session::{Given, Open, Who, held};
use crate::store::{Held, KeptToken, Visits};
use crate::sync;

impl Engine {
    /// Closes the vault and forgets its keys; who is signed in stays known. Nothing of the person is shown from
    /// the moment this is called.
    pub async fn lock(&self) {
        let _turn = self.inner.turn.lock().await;
        if self.inner.open().is_some() {
            self.close().await;
        }
    }

    /// Locks and goes back to the list of people. The sign-in with the service is forgotten, and so are the
    /// records held and the work list; unsent notes stay, and are sent when their author is back.
    pub async fn sign_out(&self) {
        let _turn = self.inner.turn.lock().await;
        let mut given = None;
        if let Some(open) = self.inner.open() {
            open.settle().await;
            // While the token is still good.
            self.inner.leave_screen(&open, "signed-out").await;
            given = open.signed_out();
            forget(&self.inner, &open).await;
            self.inner.audit.note(self.inner.event(Act::SignOut, "sign-out", Some(&open.staff))).await;
        } else if let Who::NeedsPin(_, token) | Who::Locked(_, Some(token)) = &*held(&self.inner.who) {
            given = Some((token.access.clone(), token.refresh.clone()));
        }
        self.close().await;
        self.inner.set_who(Who::Nobody);
        self.inner.show_people().await;
        self.inner.give_back(given);
    }

    /// Closes an open vault.
    pub(super) async fn close(&self) {
        self.inner.close().await;
    }
}

impl Inner {
    /// Tells the service that these tokens are not used any more, after all that is told with them. Nobody waits for it:
    /// without a connection they end by themselves, and are worth nothing without this device's key.
    pub(crate) fn give_back(&self, given: Option<Given>) {
        let Some((access, refresh)) = given else { return };
        let (client, telling) = (self.client.clone(), std::mem::take(&mut *held(&self.telling)));
        tokio::spawn(async move {
            for told in telling {
                let _ = told.await;
            }
            if let Err(error) = client.revoke(&access, refresh.as_ref()).await {
                tracing::info!(%error, "a sign-in was not given back");
            }
        });
    }
}

// What cannot be forgotten now is bounded by its lease all the same; the person is not kept from leaving.
async fn forget(inner: &Inner, open: &Open) {
    let _ = open.vault.put(vec![KeptToken::forget(), Visits::forget()]).await;
    for record in Held::all(&open.vault).await.map(|(all, _)| all).unwrap_or_default() {
        let _ = sync::shred(inner, open, &record, "signed-out").await;
    }
}
