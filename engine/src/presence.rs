//! The vault closes by itself when nobody uses the device. The rule is [`shared::lock`]; the app only tells when it
//! was touched and when it went out of sight.

use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::SignedDuration;
use shared::lock::{Moment, Presence};

use crate::Engine;
use crate::engine::Inner;
use crate::session::held;

/// Between two looks at the clocks: the wall clock may jump while the counting one stands still.
const LOOK: Duration = Duration::from_secs(15);

impl Engine {
    /// Somebody touched the app or pressed a key. May be called as often as that happens; once in ten seconds is enough.
    /// A touch that comes after the time was over locks instead.
    pub fn touched(&self) {
        let now = self.inner.moment();
        let in_time = match &mut *held(&self.inner.presence) {
            Some(presence) if presence.left(now).is_zero() => false,
            Some(presence) => {
                presence.touch(now);
                true
            }
            None => return,
        };
        if !in_time {
            self.inner.look.notify_one();
        }
    }

    /// The app went out of sight (`true`) or came back. Coming back answers after a vault that was out of sight for
    /// too long is closed: until then nothing may be drawn.
    pub async fn in_background(&self, hidden: bool) {
        if !hidden {
            self.inner.lock_if_due().await;
        }
        let now = self.inner.moment();
        if let Some(presence) = &mut *held(&self.inner.presence) {
            presence.hide(hidden, now);
        }
        self.inner.look.notify_one();
    }
}

impl Inner {
    fn moment(&self) -> Moment {
        let counted = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX);
        Moment { counted, wall: self.clock.wall() }
    }

    /// Somebody just opened their vault.
    pub(crate) fn begin_presence(&self) {
        *held(&self.presence) = Some(Presence::begin(self.moment()));
        self.look.notify_one();
    }

    /// How long the vault may stay open; `None` when none is.
    fn left(&self) -> Option<Duration> {
        let left = (*held(&self.presence))?.left(self.moment());
        Some(Duration::try_from(left).unwrap_or_default())
    }

    /// Whether the vault may not be used any more, though nobody came to close it yet.
    pub(crate) fn is_overdue(&self) -> bool {
        self.locks_itself && self.left() == Some(Duration::ZERO)
    }

    /// Closes the vault when its time is over.
    pub(crate) async fn lock_if_due(&self) {
        if self.is_overdue() {
            let _turn = self.turn.lock().await;
            // Somebody may have unlocked it meanwhile.
            if self.is_overdue() {
                let open = self.open();
                self.close().await;
                if let Some(open) = open {
                    self.audit.note(self.locked_itself(&open.staff)).await;
                }
            }
        }
    }
}

/// Watches the clocks until the device is gone.
pub(crate) async fn watch(inner: Weak<Inner>) {
    loop {
        let Some(strong) = inner.upgrade() else { return };
        strong.lock_if_due().await;
        let (wait, look) = (strong.left().map_or(LOOK, |left| left.min(LOOK)), Arc::clone(&strong.look));
        drop(strong);
        let _ = tokio::time::timeout(wait.max(Duration::from_millis(50)), look.notified()).await;
    }
}
