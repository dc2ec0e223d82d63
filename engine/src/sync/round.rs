//! One round.

use std::sync::Arc;
use std::time::Duration;

use super::push::Pushed;
use super::{account, declared, device, forget, leases, pull, push, receipts, relay, revoked, today};
use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;

/// How a round ended.
pub(super) enum Round {
    /// The service answered. `next`: when an entry of the outbox wants its next try, if before the usual time.
    Answered { next: Option<Duration> },
    /// It did not.
    Offline,
}

/// Does one round for the person whose vault is open. Whatever goes wrong is said in the state.
pub(super) async fn round(inner: &Arc<Inner>, open: &Arc<Open>, pressed: bool) -> Round {
    let _round = inner.rounds.lock().await;
    inner.update_for(open, |state| state.sync.running = true);
    let was_online = inner.is_online();
    let (next, result) = steps(inner, open, pressed || !was_online).await;
    open.store_clock(&inner.clock).await;
    inner.show_problems(open);
    let (online, end) = (inner.is_online(), inner.clock.time());
    inner.update_for(open, |state| {
        state.sync.running = false;
        match &result {
            Ok(()) => (state.sync.last_success, state.sync.last_problem) = (Some(end), None),
            Err(error) => state.sync.last_problem = Some(error.text.clone()),
        }
    });
    if let Err(error) = &result {
        tracing::info!(code = error.code, "a sync did not finish");
    }
    if online { Round::Answered { next } } else { Round::Offline }
}

/// The steps in their order. One that fails does not keep the later ones from being tried while there is a link;
/// the first failure is the one that is told.
async fn steps(inner: &Arc<Inner>, open: &Arc<Open>, fresh: bool) -> (Option<Duration>, Result<(), EngineError>) {
    if device::check(inner, fresh).await {
        return (None, Ok(()));
    }
    let kept = keep(inner, open).await;
    // Who cannot ask as themselves still learns whether there is a link, and what time it is.
    if fresh || open.must_sign_in() {
        let answer = inner.hear(inner.client.capability().await);
        if let Err(error) = answer
            && error.is_transient()
        {
            return (None, kept.and(Err(error.into())));
        }
        let kept_again = keep(inner, open).await;
        if open.must_sign_in() {
            return (None, kept.and(kept_again).and(Err(EngineError::sign_in_again())));
        }
    }
    // Before anything else: what was taken back is not shown for a moment longer, nor written about in its name.
    let taken_back = if open.must_sign_in() { Ok(()) } else { revoked::check(inner, open).await };
    let told = declared::tell(inner, open).await;
    let Pushed { next, result } = push::push(inner, open, fresh).await;
    let mut results = vec![kept, taken_back, told, result];
    if inner.is_online() {
        results.push(relay::deliver(inner, Some(open), fresh).await);
        results.push(receipts::ask(inner, open, fresh).await);
        results.push(account::hand_over(inner, open).await);
    }
    if inner.is_online() {
        results.push(pull::pull(inner, open, fresh).await);
    }
    if inner.is_online() {
        results.push(today::refresh(inner, open).await);
    }
    (next, results.into_iter().collect())
}

/// Sends what waits, as far as there is a link: what was declared, the person's own notes and those of others.
pub(crate) async fn send_all(inner: &Arc<Inner>, open: &Arc<Open>) {
    let _round = inner.rounds.lock().await;
    let _ = relay::reconcile(inner, open).await;
    let _ = declared::tell(inner, open).await;
    let _ = push::push(inner, open, true).await;
    let _ = relay::deliver(inner, Some(open), true).await;
}

/// Time, leases, and what was sent long ago. Needs no link.
async fn keep(inner: &Arc<Inner>, open: &Arc<Open>) -> Result<(), EngineError> {
    open.vault.tick(inner.clock.time()).await?;
    relay::reconcile(inner, open).await?;
    forget::sent(inner, open).await?;
    inner.show_outbox(open).await?;
    let gone = leases::enforce(inner, open).await?;
    inner.show_held(open).await?;
    if gone {
        inner.update_for(open, |state| state.revision += 1);
    }
    Ok(())
}
