//! The device's account, handed over by whoever is signed in: it must not wait for those it is about.

use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::audit::{Head, to_batch};

use crate::EngineError;
use crate::audit::Batch;
use crate::engine::Inner;
use crate::session::Open;

/// How long nothing is handed over after the record service found that it does not follow: what it was sent it has
/// kept, and somebody has to look into it.
pub(crate) const LEFT_ALONE: Duration = Duration::from_secs(60 * 60);

/// Hands over what was written down since the last time, and forgets what the record service has then. A refusal is
/// told and keeps nothing else from being sent; what it was about stays here.
pub(crate) async fn hand_over(inner: &Arc<Inner>, open: &Arc<Open>) -> Result<(), EngineError> {
    // A server of another kind knows no chains: the account stays on the device.
    if !inner.capability().await?.decides_on_consent || !inner.audit.may_hand_over(Instant::now()) {
        return Ok(());
    }
    let mut through = None;
    let result = send(inner, open, &mut through).await;
    if let Some(head) = through {
        inner.audit.handed_over(head).await?;
    }
    result
}

async fn send(inner: &Arc<Inner>, open: &Arc<Open>, through: &mut Option<Head>) -> Result<(), EngineError> {
    for batch in inner.audit.batches().await? {
        let client = open.client()?;
        let answer = client.hand_over(&bundle(inner, &batch)).await;
        match inner.heard_as(open, answer).await {
            Ok(_) => {
                *through = Some(batch.head);
                inner.audit.follows();
            }
            Err(error) if error.status() == Some(409) => {
                tracing::warn!(code = "account-refused", "the record service has another history of this device");
                inner.audit.does_not_follow(Instant::now() + LEFT_ALONE);
                inner.show_problems(open);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn bundle(inner: &Inner, batch: &Batch) -> serde_json::Value {
    let signature = batch.signature.clone().or_else(|| inner.audit.signature(&batch.head));
    to_batch(&batch.entries, signature.as_deref(), inner.clock.time())
}
