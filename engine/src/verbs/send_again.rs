//! Try a refused note again.

use shared::identity::NoteId;
use shared::sync::{Event, OutboxEntry, Sends, Step, step};

use super::set_aside::no_such;
use crate::store::{self, Outgoing};
use crate::vault::Kind;
use crate::{Engine, EngineError};

impl Engine {
    /// Tries a refused note again as it is.
    ///
    /// # Errors
    /// `no-such-note`. For a note that waits or was sent already nothing is done.
    pub async fn send_again(&self, note: NoteId) -> Result<(), EngineError> {
        let open = self.open()?;
        let showing = open.showing.lock().await;
        let entry: Option<OutboxEntry> = store::get(&open.vault, Kind::Outbox, &note.to_string()).await?;
        let mut entry = entry.ok_or_else(no_such)?;
        if let Step::To(next) = step(&entry, Sends::New, &Event::Resent) {
            entry.state = next;
            open.vault.put(vec![Outgoing::write_entry(&entry)?]).await?;
            drop(showing);
            self.inner.show_outbox(&open).await?;
        }
        self.sync_now();
        Ok(())
    }
}
