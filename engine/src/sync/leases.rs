//! Leases run out whether or not anybody looks.

use std::sync::Arc;

use shared::audit::{Act, Event};
use shared::consent::Purpose;
use shared::identity::PatientId;
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
            shred(inner, open, &record, "ended").await?;
            gone = true;
        } else if record.replaces.is_some() {
            shred_replaced(open, &record.lease.patient).await?;
        }
    }
    Ok(gone)
}

/// Destroys the key of a record: document, demographics, pulled notes and all. `why`: a short code for the account.
pub(crate) async fn shred(inner: &Inner, open: &Open, record: &Held, why: &str) -> Result<(), EngineError> {
    let leases = open.leases.lock().await;
    if let Some(replaced) = record.replaces {
        open.vault.shred(replaced).await?;
    }
    open.vault.shred(record.lease.id).await?;
    drop(leases);
    let ended = inner.event_under(Act::LeaseEnded, "shredded", open, &record.lease);
    // It is gone whether or not that can be written down.
    inner.audit.note(Event { reason: Some(why.to_owned()), ..ended }).await;
    glass_ended(inner, open, record, why).await;
    Ok(())
}

/// Whatever ended it: that the glass was broken has an end in the account as it had a beginning.
pub(crate) async fn glass_ended(inner: &Inner, open: &Open, record: &Held, why: &str) {
    if record.lease.purpose == Purpose::BreakGlass {
        let stop = inner.event_under(Act::BreakGlassStop, "break-glass-stop", open, &record.lease);
        inner.audit.note(Event { reason: Some(why.to_owned()), ..stop }).await;
    }
}

/// Destroys the key of the lease that the record of `patient` replaced.
pub(crate) async fn shred_replaced(open: &Open, patient: &PatientId) -> Result<(), EngineError> {
    let _leases = open.leases.lock().await;
    let Some(mut record) = Held::get(&open.vault, patient).await? else { return Ok(()) };
    let Some(replaced) = record.replaces.take() else { return Ok(()) };
    open.vault.shred(replaced).await?;
    Ok(open.vault.put(vec![record.write()?]).await?)
}
