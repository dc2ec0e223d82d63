//! Try a refused note again.

use shared::identity::NoteId;
use shared::sync::{OutboxEntry, OutboxState};

use crate::store::{self, Outgoing};
use crate::vault::Kind;
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// Tries a refused note again as it is.
    ///
    /// # Errors
    /// `no-such-note`. For a note that waits or was sent already nothing is done.
    pub async fn send_again(&self, note: NoteId) -> Result<(), EngineError> {
        let open = self.open()?;
        let showing = open.showing.lock().await;
        let entry: Option<OutboxEntry> = store::get(&open.vault, Kind::Outbox, &note.to_string()).await?;
        let mut entry = entry.ok_or_else(|| {
            EngineError::new("no-such-note", "This note is no longer waiting on this device.", Advice::None)
        })?;
        if matches!(entry.state, OutboxState::NeedsAttention(_)) {
            entry.state = OutboxState::Pending { not_before: None };
            open.vault.put(vec![Outgoing::write_entry(&entry)?]).await?;
            drop(showing);
            self.inner.show_outbox(&open).await?;
        }
        self.sync_now();
        Ok(())
    }
}
