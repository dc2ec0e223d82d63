//! Sync, because somebody asks.

use std::sync::atomic::Ordering;

use crate::Engine;

impl Engine {
    /// Starts a sync now, or lets the one under way finish and start another. Waits that this device chose after
    /// failed tries are over with it.
    pub fn sync_now(&self) {
        self.inner.pressed.store(true, Ordering::Relaxed);
        self.inner.wake.notify_one();
    }
}
