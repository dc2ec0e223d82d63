//! Leases run out whether or not anybody looks.

use std::sync::Arc;

use shared::lease::LeaseState;

use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::Held;

/// Destroys the keys of what may not be kept any longer, and of leases that were replaced. True when something went.
pub(crate) async fn enforce(inner: &Inner, open: &Arc<Open>) -> Result<bool, EngineError> {
    let mut gone = false;
    for record in Held::all(&open.vault).await?.0 {
        if record.lease.state(inner.clock.now()) == LeaseState::ShredDue {
            shred(open, &record).await?;
            gone = true;
        } else if record.replaces.is_some() {
            shred_replaced(open, record).await;
        }
    }
    Ok(gone)
}

/// Destroys the key of a record: document, demographics, pulled notes and all.
pub(crate) async fn shred(open: &Open, record: &Held) -> Result<(), EngineError> {
    if let Some(replaced) = record.replaces {
        open.vault.shred(replaced).await?;
    }
    Ok(open.vault.shred(record.lease.id).await?)
}

/// Destroys the key of the lease that `record` replaced. What fails now is done by the next round.
pub(crate) async fn shred_replaced(open: &Open, mut record: Held) {
    let Some(replaced) = record.replaces.take() else { return };
    if open.vault.shred(replaced).await.is_ok()
        && let Ok(write) = record.write()
    {
        let _ = open.vault.put(vec![write]).await;
    }
}
