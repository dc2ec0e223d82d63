//! A person's sign-in: renewed before it ends, sealed before it is used, given back when they leave.
//!
//! A refresh token is good once. A service that sees one twice takes the second for a thief's and ends the whole
//! sign-in (SMART App Launch 2.2; RFC 9700 §4.14.2). Hence:
//!
//! - The answer is durable in the vault before the token in it is used. What a crash can lose is an answer that never
//!   came.
//! - The renewal is a task of its own: a screen that was left, or a lock, does not lose an answer that is on its way.
//! - One renewal at a time, and whoever waited for it takes its result.
//! - That a renewal was asked for is durable before it is. While its answer is missing the present token is used to its
//!   end; only then is the same refresh token tried once more, because nothing is left to lose: the service either
//!   never saw it, or wants a new sign-in.
//! - Who signs in again gets new tokens in the same place. A request that is on its way with an earlier one goes once
//!   more with the new one, and a refusal of the earlier one ends nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use api_client::{AccessToken, Client, Error as ClientError, Keeper, RefreshToken, Renewed, SignInProblem, Why};
use shared::lease::Now;

use crate::clock::Clock;
use crate::session::held;
use crate::store::KeptToken;
use crate::vault::Vault;

/// The sign-in of the person whose vault is open. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Shared>);

struct Shared {
    /// As the device, without a token.
    client: Client,
    vault: Vault,
    clock: Clock,
    kept: Mutex<KeptToken>,
    /// The service does not take the present token, nor gives another.
    ended: AtomicBool,
    /// Held until what a renewal gave is durable.
    renewing: tokio::sync::Mutex<()>,
}

impl Tokens {
    pub(crate) fn new(client: &Client, vault: &Vault, clock: &Clock, kept: KeptToken) -> Self {
        let (client, vault, clock) = (client.clone(), vault.clone(), clock.clone());
        let (ended, renewing) = Default::default();
        Self(Arc::new(Shared { client, vault, clock, kept: Mutex::new(kept), ended, renewing }))
    }

    /// Whether there is a token to be used, or one to be had.
    pub(crate) fn is_good(&self) -> bool {
        if self.is_ended() {
            return false;
        }
        let kept = held(&self.0.kept);
        let over = match self.0.clock.now() {
            Now::At(now) => kept.expires().is_some_and(|end| now >= end),
            // The service knows the time and will say so itself.
            Now::Doubtful { .. } => false,
        };
        !over || kept.refresh().is_some()
    }

    /// Waits for a renewal that is under way, so that the vault is not closed before its answer is in it.
    pub(crate) async fn settle(&self) {
        drop(self.0.renewing.lock().await);
    }

    /// Whether the service refused the present token.
    pub(crate) fn is_ended(&self) -> bool {
        self.0.ended.load(Ordering::SeqCst)
    }

    /// The person signed in again. Answers what is to be given back, if it is worth anything.
    pub(crate) async fn replace(&self, kept: KeptToken) -> Option<(AccessToken, Option<RefreshToken>)> {
        let _one = self.0.renewing.lock().await;
        let before = (!self.is_ended()).then(|| self.both());
        self.0.keep(kept).await;
        self.0.ended.store(false, Ordering::SeqCst);
        before
    }

    /// Takes a token that ended out of the vault, unless somebody signed in again meanwhile.
    pub(crate) async fn forget(&self) {
        let _one = self.0.renewing.lock().await;
        if self.is_ended() {
            // It is worth nothing any more, so a vault that cannot forget it now loses nothing by it.
            let _ = self.0.vault.put(vec![KeptToken::forget()]).await;
        }
    }

    /// What is to be given back.
    pub(crate) fn both(&self) -> (AccessToken, Option<RefreshToken>) {
        let kept = held(&self.0.kept);
        (kept.access(), kept.refresh())
    }
}

impl Keeper for Tokens {
    fn current(&self) -> AccessToken {
        held(&self.0.kept).access()
    }

    fn ends_soon(&self) -> bool {
        matches!(self.0.clock.now(), Now::At(now) if held(&self.0.kept).ends_soon(now))
    }

    fn renew(&self, stale: &AccessToken, why: Why) -> Renewed {
        let (shared, stale) = (Arc::clone(&self.0), stale.clone());
        let task = tokio::spawn(async move { shared.renew(&stale, why).await });
        Box::pin(async move { task.await.unwrap_or(Ok(None)) })
    }

    fn refused(&self, token: &AccessToken) {
        let kept = held(&self.0.kept);
        if kept.access().reveal() == token.reveal() {
            self.0.ended.store(true, Ordering::SeqCst);
        }
    }
}

impl Shared {
    async fn renew(&self, stale: &AccessToken, why: Why) -> Result<Option<AccessToken>, ClientError> {
        let _one = self.renewing.lock().await;
        let kept = held(&self.kept).clone();
        if kept.access().reveal() != stale.reveal() {
            return Ok(Some(kept.access()));
        }
        // Whoever waited here may have waited for a renewal whose answer was lost: what is still good is used to its end.
        if why == Why::EndsSoon && !matches!(self.clock.now(), Now::At(now) if kept.ends_soon(now)) {
            return Ok(None);
        }
        let Some(refresh) = kept.refresh() else { return Ok(None) };
        self.keep(kept.asked()).await;
        match self.client.refresh(&refresh, kept.subject()).await {
            Ok(answer) => {
                self.keep(kept.renewed(&answer.value, self.clock.time())).await;
                Ok(Some(answer.value.access))
            }
            // It is spent, or was never good.
            Err(ClientError::SignIn(
                SignInProblem::Refused | SignInProblem::Unexpected | SignInProblem::NotBelieved(_),
            )) => {
                self.keep(kept.without_refresh()).await;
                Ok(None)
            }
            // No route: it was never sent.
            Err(error @ ClientError::Unreachable(_)) => {
                self.keep(kept).await;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Durable first, then in use. What a full disk does not take works until the app ends.
    async fn keep(&self, next: KeptToken) {
        if next.put(&self.vault).await.is_err() {
            tracing::warn!("the sign-in could not be stored; it lasts until the app ends");
        }
        *held(&self.kept) = next;
    }
}
