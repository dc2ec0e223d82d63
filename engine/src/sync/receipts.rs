//! What became of the notes that the record accepted: in which roles they were seen, and whether it still has them.
//!
//! A record service that was restored from a backup has forgotten what it accepted since. It says so itself: its answer
//! lacks a note that this device knows as accepted. Such a note goes again under its own identifier, which changes
//! nothing where it was there all the same.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api_client::{Client, NoteReceipt};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::identity::NoteId;
use shared::note::Content;
use shared::sync::{Event, OutboxState, Step, step};

use super::compare;
use super::push::settle_with;
use super::read_back::keeps_it_to_itself;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::Outgoing;
use crate::{EngineError, SeenBy};

/// For how long after its acceptance somebody may be waiting to be read.
const YOUNG: SignedDuration = SignedDuration::from_mins(15);
/// Between two questions about a note that is young and was seen by nobody, and about any other: each question stands
/// in the account of the record service.
const SOON: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(15 * 60);

/// Asks about what was sent; `fresh`: about all of it, because a person asked or the link came back. A service that tells
/// nothing of notes is asked nothing.
pub(super) async fn ask(inner: &Arc<Inner>, open: &Arc<Open>, fresh: bool) -> Result<(), EngineError> {
    let capability = inner.capability().await?;
    // Only a hub of ours is known to tell of each note of the asker: what any other leaves out says nothing.
    if !capability.decides_on_consent || !capability.receipts {
        return Ok(());
    }
    let mut due = due(inner, open, fresh).await?;
    for batch in due.chunks_mut(Client::MOST_RECEIPTS) {
        let notes: Vec<NoteId> = batch.iter().map(|out| out.entry.note).collect();
        held(&open.receipts).extend(notes.iter().map(|note| (*note, Instant::now())));
        let client = open.client()?;
        match inner.heard_as(open, client.receipts(&notes).await).await {
            Ok(answer) => learn(inner, open, batch, &answer.value).await?,
            Err(error) if keeps_it_to_itself(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn due(inner: &Inner, open: &Open, fresh: bool) -> Result<Vec<Outgoing>, EngineError> {
    let now = inner.clock.time();
    let (mut outgoing, _) = Outgoing::all(&open.vault).await?;
    let asked = held(&open.receipts);
    outgoing.retain(|out| {
        let (OutboxState::Sent { received }, Some(own)) = (&out.entry.state, &out.note) else { return false };
        // An edit stands in what it edits and has no identifier of its own.
        if matches!(own.note.content, Content::Change(_)) {
            return false;
        }
        let pause = pause(*received, own.seen.is_empty(), now);
        fresh || asked.get(&out.entry.note).is_none_or(|at| at.elapsed() >= pause)
    });
    Ok(outgoing)
}

fn pause(received: Timestamp, unseen: bool, now: Timestamp) -> Duration {
    if unseen && now.duration_since(received) < YOUNG { SOON } else { LATER }
}

/// Keeps what was told beside the notes, and offers again what the record has lost.
async fn learn(
    inner: &Arc<Inner>,
    open: &Arc<Open>,
    batch: &mut [Outgoing],
    told: &HashMap<NoteId, NoteReceipt>,
) -> Result<(), EngineError> {
    let (mut writes, mut lost) = (Vec::new(), false);
    for out in batch {
        match (told.get(&out.entry.note), &mut out.note) {
            (Some(receipt), Some(own)) => {
                let by = |(role, at): &(String, Timestamp)| SeenBy { role: role.clone(), at: *at };
                let seen: Vec<SeenBy> = receipt.seen.iter().map(by).collect();
                if own.seen != seen {
                    own.seen = seen;
                    writes.push(own.write()?);
                }
            }
            _ => {
                offer_again(inner, open, out).await?;
                lost = true;
            }
        }
    }
    if !writes.is_empty() {
        open.vault.put(writes).await?;
        inner.update_for(open, |state| state.revision += 1);
    }
    if lost {
        edits(inner, open).await?;
        tracing::warn!(code = "offered-again", "the record service does not have what it accepted");
        inner.wake.notify_one();
    }
    Ok(())
}

/// An edit has no identifier to ask for. When notes were forgotten, one whose thing is older in the record than its
/// acceptance was forgotten with them.
async fn edits(inner: &Arc<Inner>, open: &Arc<Open>) -> Result<(), EngineError> {
    for mut out in Outgoing::all(&open.vault).await?.0 {
        let (OutboxState::Sent { received }, Some(own)) = (&out.entry.state, &out.note) else { continue };
        let Content::Change(change) = &own.note.content else { continue };
        let older = |theirs: &Value| {
            let updated = theirs["meta"]["lastUpdated"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
            updated.is_some_and(|at| at < *received) && !change.is_in(theirs, own.note.id)
        };
        match compare::theirs(inner, open, &open.client()?, &own.note, change).await {
            Ok(theirs) if older(&theirs) => offer_again(inner, open, &mut out).await?,
            Ok(_) => {}
            Err(error) if keeps_it_to_itself(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Beside the vault first, as when it was saved: whoever is signed in may hand it over.
async fn offer_again(inner: &Arc<Inner>, open: &Arc<Open>, out: &mut Outgoing) -> Result<(), EngineError> {
    let (Step::To(next), Some(own)) = (step(&out.entry, out.sends(), &Event::Lost), &mut out.note) else {
        return Ok(());
    };
    (own.note.received, own.seen) = (None, Vec::new());
    let (own, id) = (own.clone(), out.entry.note);
    let _saving = inner.saving.lock().await;
    let staged = inner.stage(open, &own.note).await?;
    settle_with(inner, open, out, next, vec![own.write()?]).await?;
    if staged {
        let _ = inner.relaying(move |relay| relay.saved(id)).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_young_and_unseen_is_asked_for_sooner() {
        let received = Timestamp::UNIX_EPOCH;
        let after = |minutes| received + SignedDuration::from_mins(minutes);
        assert_eq!(pause(received, true, after(14)), SOON);
        assert_eq!(pause(received, false, after(1)), LATER);
        assert_eq!(pause(received, true, after(15)), LATER);
    }
}
