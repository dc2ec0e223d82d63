//! What was taken back while nobody could say so: asked before anything of that person is drawn again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use api_client::LeaseStatus;
use shared::identity::LeaseId;
use shared::lease::LeaseState;
use tokio::time::timeout;

use super::leases::shred;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::Held;

/// How often a lease is asked about while there is a link.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// How long somebody who wants to read waits for the answer. After that it is as if there were no link.
const WAIT: Duration = Duration::from_secs(3);
/// As many as the service answers at once.
const AT_ONCE: usize = 200;

/// Asks about every lease held, when the link came back or it is time, destroys what was taken back, and hides
/// what the service does not know of.
pub(super) async fn check(inner: &Inner, open: &Arc<Open>) -> Result<(), EngineError> {
    let _one = open.checking.lock().await;
    let due = inner.recheck.load(Ordering::SeqCst);
    let asked = held(&open.asked).clone();
    let now = Instant::now();
    let is_due = |id: &LeaseId| due || asked.get(id).is_none_or(|at| now.duration_since(*at) >= EVERY);
    let (all, _) = Held::all(&open.vault).await?;
    let alive = |r: &&Held| r.proof.is_some() && r.lease.state(inner.clock.now()) != LeaseState::ShredDue;
    let wanted: Vec<Held> = all.iter().filter(alive).filter(|r| is_due(&r.lease.id)).cloned().collect();
    for some in wanted.chunks(AT_ONCE) {
        let ids: Vec<LeaseId> = some.iter().map(|record| record.lease.id).collect();
        let client = open.client()?;
        let said = inner.heard_as(open, client.lease_status(&ids).await).await?.value;
        for (record, status) in some.iter().zip(said) {
            match status {
                LeaseStatus::Revoked => take_away(inner, open, record).await?,
                LeaseStatus::Active => mark(inner, open, record, false).await?,
                LeaseStatus::Unknown => mark(inner, open, record, true).await?,
            }
            held(&open.asked).insert(record.lease.id, now);
        }
    }
    inner.recheck.store(false, Ordering::SeqCst);
    Ok(())
}

/// The key first, then the screen. Whose it was stays known for as long as the vault is open: a note can be written.
async fn take_away(inner: &Inner, open: &Arc<Open>, record: &Held) -> Result<(), EngineError> {
    open.name_is(&record.lease.patient, record.person.display_name());
    shred(inner, open, record, "lease-revoked").await?;
    held(&open.revoked).insert(record.lease.patient.clone());
    inner.show_held(open).await?;
    inner.show_problems(open);
    inner.update_for(open, |state| state.revision += 1);
    Ok(())
}

/// Hides a record of whose lease the service does not know, and shows it again once it does. It is not destroyed: a
/// service that was restored from a backup knows of nothing that it gave since, and nobody took that back. Its lease
/// still ends when it ends, and asking for the record makes the decision anew.
async fn mark(inner: &Inner, open: &Arc<Open>, record: &Held, unknown: bool) -> Result<(), EngineError> {
    if record.unknown == unknown {
        return Ok(());
    }
    let leases = open.leases.lock().await;
    // It may have been opened again while the answer was on its way.
    let current = Held::get(&open.vault, &record.lease.patient).await?;
    let Some(current) = current.filter(|now| now.lease.id == record.lease.id) else { return Ok(()) };
    open.vault.put(vec![Held { unknown, ..current }.write()?]).await?;
    drop(leases);
    inner.show_held(open).await?;
    inner.update_for(open, |state| state.revision += 1);
    Ok(())
}

/// Before something is drawn: while it is not known whether it was taken back since there was a link, the service is
/// asked first. One that does not answer soon keeps nobody from reading what their lease allows.
pub(crate) async fn before_drawing(inner: &Inner, open: &Arc<Open>) {
    if !inner.recheck.load(Ordering::SeqCst) || !inner.may_be_online() || open.must_sign_in() {
        return;
    }
    match timeout(WAIT, check(inner, open)).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => tracing::info!(code = error.code, "leases could not be asked about"),
    }
}
