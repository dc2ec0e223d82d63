//! When to sync: now and then, when asked, and less often while nobody answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};
use shared::sync::retry_delay;

use super::round::{Round, round};
use super::{device, relay};
use crate::engine::Inner;

/// Between two rounds while the service answers.
const ONLINE: Duration = Duration::from_secs(15);
/// The longest wait while it does not: a link that is back is noticed within it.
const OFFLINE_AT_MOST: Duration = Duration::from_secs(60);
/// Between two looks at the clock while nobody has their vault open.
const IDLE: Duration = Duration::from_secs(60);

/// Syncs until the task is aborted. Woken by a saved note, a sign-in, or a person; being woken during a round
/// means one more round after it.
pub(crate) async fn run(inner: Arc<Inner>) {
    let mut failures = 0;
    let mut pause = IDLE;
    loop {
        let _ = tokio::time::timeout(pause, inner.wake.notified()).await;
        let pressed = inner.pressed.swap(false, Ordering::Relaxed);
        pause = match inner.open() {
            None => {
                alone(&inner, pressed).await;
                IDLE
            }
            Some(open) => match round(&inner, &open, pressed).await {
                Round::Answered { next } => {
                    failures = 0;
                    next.unwrap_or(ONLINE).clamp(Duration::from_millis(200), ONLINE)
                }
                Round::Offline => {
                    failures += 1;
                    retry_delay(failures, None, random()).min(OFFLINE_AT_MOST)
                }
            },
        };
    }
}

/// Nobody has their vault open: the device still learns whether it is taken, and a device that is not any more
/// still hands over what it keeps for its people.
async fn alone(inner: &Arc<Inner>, pressed: bool) {
    if !inner.wiped.load(Ordering::SeqCst) && device::check(inner, pressed).await {
        let _ = relay::deliver(inner, None, pressed).await;
    }
}

/// A number in `0.0..1.0`, so that many devices that lost the same link do not come back at the same moment.
pub(super) fn random() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
        Err(_) => 0.5,
    }
}
