//! An edit whose thing was edited by somebody else meanwhile: what both say goes together, or waits for a person.

use std::sync::Arc;

use api_client::{Client, Error as ClientError};
use jiff::Timestamp;
use serde_json::Value;
use shared::care_plan::{Change, NotChangeable, said};
use shared::note::{Content, Note};
use shared::sync::{Attention, By, OutboxState, merge};

use super::push::settle_with;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::{Disputed, Held, Outgoing};

/// What became of the comparison.
pub(super) enum Compared {
    /// The record has the edit, since then.
    Since(Timestamp),
    /// Both together, to be sent on the version of the record.
    Merged(Change),
    /// A person must decide.
    Open(Disputed),
}

/// Compares an edit with what the record has now.
///
/// # Errors
/// When what the record has is not what was edited.
pub(super) fn compare(note: &Note, change: &Change, theirs: Value) -> Result<Compared, NotChangeable> {
    let updated = theirs["meta"]["lastUpdated"].as_str().and_then(|at| at.parse().ok());
    let since = updated.unwrap_or(note.authored);
    if change.is_in(&theirs, note.id) {
        return Ok(Compared::Since(since));
    }
    let me = By { who: note.author.name.clone(), at: Some(note.authored) };
    let merged = merge(change.base(), change.mine(), &theirs, &me, &them(change.base(), &theirs, updated));
    if !merged.conflicts.is_empty() {
        let (agreed, conflicts) = (merged.resource, merged.conflicts);
        return Ok(Compared::Open(Disputed { note: note.id, theirs, agreed, conflicts }));
    }
    // Somebody else said the very same.
    if merged.resource == theirs {
        return Ok(Compared::Since(since));
    }
    change.on(theirs, merged.resource).map(Compared::Merged)
}

/// Who edited it last, as far as it says.
fn them(base: &Value, theirs: &Value, updated: Option<Timestamp>) -> By {
    let before = said(base);
    let last = said(theirs).into_iter().filter(|one| !before.contains(one)).max_by_key(|one| one.at);
    match last {
        Some(last) => By { who: last.author, at: last.at.or(updated) },
        None => By { who: String::new(), at: updated },
    }
}

/// Reads what the record has now of what `change` edits.
///
/// # Errors
/// As the record service answers.
pub(super) async fn theirs(
    inner: &Inner,
    open: &Arc<Open>,
    client: &Client,
    note: &Note,
    change: &Change,
) -> Result<Value, ClientError> {
    let kind = ["Goal", "Task", "Flag"].into_iter().find(|kind| *kind == change.kind()).unwrap_or_default();
    let grant = Held::get(&open.vault, &note.patient).await.ok().flatten().and_then(|record| record.grant);
    let id = change.base()["id"].as_str().unwrap_or_default();
    Ok(inner.heard_as(open, client.read_with(kind, id, grant.as_ref()).await).await?.value)
}

/// Keeps what came of it, sealed, in one transaction with where the entry stands. True when it may go again at once.
pub(super) async fn keep(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    compared: Result<Compared, NotChangeable>,
) -> Result<bool, EngineError> {
    match compared {
        Ok(Compared::Since(received)) => {
            settle_with(inner, open, out, OutboxState::Sent { received }, Vec::new()).await?;
            Ok(false)
        }
        Ok(Compared::Merged(change)) => {
            put_again(inner, open, out, change).await?;
            Ok(true)
        }
        Ok(Compared::Open(disputed)) => {
            let writes = vec![disputed.write()?];
            set_aside(inner, open, out, 412, CONTRADICTS, writes).await?;
            inner.show_outbox(open).await?;
            Ok(false)
        }
        Err(_) => set_aside(inner, open, out, 422, NOT_THE_SAME, Vec::new()).await.map(|()| false),
    }
}

const CONTRADICTS: &str = "Somebody else changed the same meanwhile. Compare both, then decide.";
const NOT_THE_SAME: &str =
    "The record service answered with something else than what was changed. Tell the service desk.";
const GONE: &str = "What was changed is no longer in the record. Write a note instead.";
const CLOSED: &str = "Somebody else changed the same meanwhile, and this record is closed to you now. Open it again, then send this again.";

/// It cannot be compared: a person has to do something first.
pub(super) async fn cannot(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    status: u16,
) -> Result<(), EngineError> {
    let reason = if matches!(status, 404 | 410) { GONE } else { CLOSED };
    let status = if status == 412 { 403 } else { status };
    set_aside(inner, open, out, status, reason, Vec::new()).await
}

async fn set_aside(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    status: u16,
    reason: &str,
    writes: Vec<crate::vault::Write>,
) -> Result<(), EngineError> {
    let attention = Attention { status, reason: reason.to_owned() };
    settle_with(inner, open, out, OutboxState::NeedsAttention(attention), writes).await
}

/// The edit as it is now takes the place of what it was, also where it is sealed to the record service.
pub(crate) async fn put_again(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    change: Change,
) -> Result<(), EngineError> {
    let Some(own) = &mut out.note else { return Ok(()) };
    own.note.content = Content::Change(change);
    let (own, id) = (own.clone(), out.entry.note);
    let _saving = inner.saving.lock().await;
    let staged = inner.stage(open, &own.note).await?;
    let writes = vec![own.write()?, Disputed::forget(id)];
    settle_with(inner, open, out, OutboxState::Pending { not_before: None }, writes).await?;
    if staged {
        let _ = inner.relaying(move |relay| relay.saved(id)).await;
    }
    Ok(())
}
