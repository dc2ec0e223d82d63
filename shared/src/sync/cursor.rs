//! Where a pull stands.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The server's time up to which changes were seen. Made from `meta.lastUpdated` of what the server sent,
/// never from the device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(Timestamp);

impl Cursor {
    /// How far a pull reaches back behind the cursor: rows become visible out of order of their
    /// `lastUpdated`, and what comes twice is recognised by id and version.
    pub const OVERLAP: SignedDuration = SignedDuration::from_secs(150);

    /// The cursor after seeing something last updated at `seen`.
    pub const fn at(seen: Timestamp) -> Self {
        Self(seen)
    }

    /// Moves on to `seen`, never back.
    pub fn advance(&mut self, seen: Timestamp) {
        self.0 = self.0.max(seen);
    }

    /// The value of `_lastUpdated` to ask for.
    pub fn since(self) -> String {
        let from = self.0.checked_sub(Self::OVERLAP).unwrap_or(Timestamp::UNIX_EPOCH);
        format!("ge{from}")
    }
}
