//! Where the device is.

use shared::place::Position;

use crate::Engine;
use crate::session::held;

impl Engine {
    /// Where the device is, for the order of the list. Kept in memory only: never stored, logged or sent.
    pub async fn set_position(&self, here: Option<Position>) {
        *held(&self.inner.here) = here;
        if let Some(open) = self.inner.open() {
            // A list that cannot be read now stays as it is shown.
            let _ = self.inner.show_today(&open).await;
        }
    }
}
