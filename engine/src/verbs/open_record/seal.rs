//! Sealing: all documents of a record under one lease, each set of them in one transaction.

use std::sync::Arc;
use std::time::Instant;

use shared::identity::PatientId;

use super::sources::Found;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::{Held, Pull, PulledNote, PulledThing, pulls_notes};
use crate::sync;
use crate::vault::{Kind, Opened, Write};

/// One transaction: the documents and all that stands beside them, under the new lease. Then the old lease is
/// shredded, and with it every document that was held under it; should that be interrupted, the record says which
/// one it was.
pub(super) async fn seal(
    inner: &Inner,
    open: &Arc<Open>,
    mut record: Held,
    first: &Opened,
    found: Found,
) -> Result<(), EngineError> {
    let (patient, lease) = (record.lease.patient.clone(), record.lease.id);
    let leases = open.leases.lock().await;
    // What is held and cannot be read is replaced like any other.
    let old = Held::get(&open.vault, &patient).await.unwrap_or(None);
    let old = old.filter(|old| old.lease.id != record.lease.id);
    record.replaces = old.as_ref().map(|old| old.lease.id);
    record.further = found.kept.iter().map(|kept| kept.further.clone()).collect();
    record.missing = found.missing;
    let mut writes = record.writes(first.bytes(), &found.kept)?;
    if old.is_some() && pulls_notes(&record.lease) {
        let lease = record.lease.id;
        for note in PulledNote::all(&open.vault, &patient).await?.0 {
            writes.push(note.write(lease)?);
        }
        for thing in PulledThing::all(&open.vault, &patient).await?.0 {
            writes.push(thing.write(&patient, lease)?);
        }
        writes.push(Pull::get(&open.vault, &patient).await.unwrap_or_default().write(&patient, lease)?);
    }
    open.vault.put(writes).await?;
    drop(leases);
    if let Some(old) = &old {
        sync::glass_ended(inner, open, old, "replaced").await;
    }
    // It was given anew, and that it holds was just said.
    held(&open.revoked).remove(&patient);
    held(&open.asked).insert(lease, Instant::now());
    // What fails here is done by the next round.
    let _ = sync::shred_replaced(open, &patient).await;
    inner.show_held(open).await?;
    inner.show_problems(open);
    inner.update_for(open, |state| state.revision += 1);
    inner.wake.notify_one();
    Ok(())
}

/// Puts what came later beside the first document, in one transaction. The record may have been opened again, or
/// shredded, since: then what came belongs to a lease that is no more, and is thrown away.
pub(super) async fn complete(inner: &Inner, open: &Arc<Open>, record: &Held, found: Found) -> Result<(), EngineError> {
    let (patient, lease) = (&record.lease.patient, record.lease.id);
    let leases = open.leases.lock().await;
    let Some(mut current) = Held::get(&open.vault, patient).await?.filter(|now| now.lease.id == lease) else {
        return Ok(());
    };
    let wanted: Vec<_> = found.kept.iter().map(|kept| kept.further.key(patient)).collect();
    let gone = current.further.iter().map(|further| further.key(patient)).filter(|key| !wanted.contains(key));
    let mut writes: Vec<Write> = gone.map(|key| Write::remove(Kind::Document, key)).collect();
    writes.extend(found.kept.iter().map(|kept| kept.write(patient, lease)));
    current.further = found.kept.into_iter().map(|kept| kept.further).collect();
    (current.missing, current.asking) = (found.missing, false);
    writes.push(current.write()?);
    open.vault.put(writes).await?;
    drop(leases);
    inner.update_for(open, |state| state.revision += 1);
    Ok(())
}

/// Completes a record when the answers are there, whether or not anybody waits for it.
pub(super) fn complete_later(
    inner: Arc<Inner>,
    open: Arc<Open>,
    record: Held,
    answers: tokio::task::JoinHandle<Found>,
) {
    let patient = record.lease.patient.clone();
    let asked = Asked::begin(&open, &patient);
    tokio::spawn(async move {
        if let Ok(found) = answers.await
            && let Err(error) = complete(&inner, &open, &record, found).await
        {
            tracing::info!(code = error.code, "further documents were not sealed");
        }
        drop(asked);
        // Whoever looks at it learns that nothing more comes.
        inner.update_for(&open, |state| state.revision += 1);
    });
}

/// Says as long as it lives that answers are on their way.
struct Asked {
    open: Arc<Open>,
    patient: PatientId,
}

impl Asked {
    fn begin(open: &Arc<Open>, patient: &PatientId) -> Self {
        *held(&open.asking).entry(patient.clone()).or_default() += 1;
        Self { open: Arc::clone(open), patient: patient.clone() }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut asking = held(&self.open.asking);
        let left = asking.get(&self.patient).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            asking.remove(&self.patient);
        } else {
            asking.insert(self.patient.clone(), left);
        }
    }
}
