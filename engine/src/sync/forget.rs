//! What was sent long enough ago leaves the device.

use jiff::SignedDuration;
use shared::sync::OutboxState;

use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::Outgoing;
use crate::vault::{Kind, Write};

/// How long a sent note stays in the list of its author: a shift.
const SENT_STAYS: SignedDuration = SignedDuration::from_hours(12);

/// Forgets notes that the record received more than a shift ago, by the hub's clock at both ends.
pub(super) async fn sent(inner: &Inner, open: &Open) -> Result<(), EngineError> {
    let now = inner.clock.time();
    let is_old = |out: &&Outgoing| match out.entry.state {
        OutboxState::Sent { received } => now.duration_since(received) >= SENT_STAYS,
        _ => false,
    };
    let (outgoing, _) = Outgoing::all(&open.vault).await?;
    let old = outgoing.iter().filter(is_old).map(|out| out.entry.note.to_string());
    let writes: Vec<_> =
        old.flat_map(|key| [Kind::Outbox, Kind::Note].map(|k| Write::remove(k, key.clone()))).collect();
    if writes.is_empty() {
        return Ok(());
    }
    Ok(open.vault.put(writes).await?)
}
