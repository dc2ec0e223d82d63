//! The outbox, pushed: in order within a patient, patients independent of each other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use api_client::{Answer as Heard, Client, EntryAnswer, Error as ClientError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use shared::identity::{NoteId, PatientId};
use shared::note::{Content, to_transaction};
use shared::sync::{Answer, Attention, Event, OutboxEntry, OutboxState, Step, due, retry_delay, step, wait};

use super::compare;
use super::judge::{judge, reason};
use super::read_back::{self, Known};
use super::runner::random;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::{Disputed, Outgoing, OwnNote};
use crate::vault::Write;

/// How a push ended.
pub(super) struct Pushed {
    /// When the next entry is due.
    pub(super) next: Option<Duration>,
    pub(super) result: Result<(), EngineError>,
}

/// What became of one entry.
pub(super) enum Sent {
    /// Accepted or set aside: the next of the same patient may go.
    Settled,
    /// It waits, and what was written after it about the same patient waits with it.
    Waits,
    /// Nobody can be sent to now: no link, or no sign-in.
    Stop(EngineError),
}

/// What was written about one patient, in its order.
struct Lane {
    outgoing: Vec<Outgoing>,
    entries: Vec<OutboxEntry>,
    /// Which note needs which to be in the record before it.
    needs: HashMap<NoteId, NoteId>,
}

impl Lane {
    fn new(mut outgoing: Vec<Outgoing>, fresh: bool) -> Self {
        for out in &mut outgoing {
            // A person asked: what this device chose to wait for is over.
            if let (OutboxState::Pending { not_before }, true) = (&mut out.entry.state, fresh) {
                *not_before = None;
            }
        }
        let needs = |out: &Outgoing| match &out.note.as_ref()?.note.content {
            Content::Visit(visit) => Some((out.entry.note, visit.amends.as_ref()?.note)),
            _ => None,
        };
        let needs = outgoing.iter().filter_map(needs).collect();
        Self { entries: outgoing.iter().map(|out| out.entry.clone()).collect(), outgoing, needs }
    }
}

/// Pushes all that is due; with `fresh`, also what only waits for its next try.
pub(super) async fn push(inner: &Inner, open: &Arc<Open>, fresh: bool) -> Pushed {
    let outgoing = match Outgoing::all(&open.vault).await {
        Ok((outgoing, _)) => outgoing,
        Err(error) => return Pushed { next: None, result: Err(error) },
    };
    let (mut next, mut silent, mut result) = (None, 0, Ok(()));
    for lane in lanes(outgoing) {
        match push_lane(inner, open, Lane::new(lane, fresh), &mut next).await {
            Ok(Sent::Settled) => {}
            // One lane that gets no answer may be what breaks the server; two are a link that is gone.
            Ok(Sent::Waits) if inner.is_online() => {}
            Ok(Sent::Waits) => silent += 1,
            Ok(Sent::Stop(error)) => return Pushed { next, result: result.and(Err(error)) },
            // What cannot be written down here, a full disk, keeps nobody else's notes from the record.
            Err(error) => result = result.and(Err(error)),
        }
        if silent == 2 {
            break;
        }
    }
    Pushed { next, result }
}

/// What still wants to go, each patient by themselves, in the order in which the first of each was written.
fn lanes(outgoing: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut place: HashMap<PatientId, usize> = HashMap::new();
    let mut lanes: Vec<Vec<Outgoing>> = Vec::new();
    for out in outgoing.into_iter().filter(|out| !matches!(out.entry.state, OutboxState::Sent { .. })) {
        let at = *place.entry(out.entry.patient.clone()).or_insert(lanes.len());
        match lanes.get_mut(at) {
            Some(lane) => lane.push(out),
            None => lanes.push(vec![out]),
        }
    }
    lanes
}

/// Pushes one patient's entries in order, as far as they go.
async fn push_lane(
    inner: &Inner,
    open: &Arc<Open>,
    mut lane: Lane,
    next: &mut Option<Duration>,
) -> Result<Sent, EngineError> {
    let mut from = 0;
    loop {
        while lane.entries.get(from).is_some_and(|entry| matches!(entry.state, OutboxState::Sent { .. })) {
            from += 1;
        }
        let (entries, now) = (&lane.entries[from..], inner.clock.wall());
        let Some(at) = due(entries, |note| lane.needs.get(&note).copied(), now).first().map(|at| at + from) else {
            let waits = entries.iter().filter_map(|entry| wait(&entry.state, now)).filter(|wait| !wait.is_zero());
            earlier(next, waits.min());
            return Ok(Sent::Settled);
        };
        let sent = send(inner, open, &mut lane.outgoing[at]).await?;
        lane.entries[at] = lane.outgoing[at].entry.clone();
        if let Sent::Waits = sent {
            earlier(next, wait(&lane.entries[at].state, inner.clock.wall()));
        }
        if !matches!(sent, Sent::Settled) {
            return Ok(sent);
        }
    }
}

fn earlier(next: &mut Option<Duration>, wait: Option<Duration>) {
    *next = [*next, wait].into_iter().flatten().min();
}

/// How often an edit is put together with what others write meanwhile before the rest of the outbox has its turn.
const MOST_MERGES: usize = 4;

async fn send(inner: &Inner, open: &Arc<Open>, out: &mut Outgoing) -> Result<Sent, EngineError> {
    for _ in 0..MOST_MERGES {
        let sent = send_once(inner, open, out).await?;
        if !matches!((&sent, &out.entry.state), (Sent::Settled, OutboxState::Pending { .. })) {
            return Ok(sent);
        }
    }
    let until = SignedDuration::try_from(retry_delay(out.entry.attempts, None, random())).unwrap_or_default();
    let not_before = inner.clock.wall().checked_add(until).ok();
    settle(inner, open, out, OutboxState::Pending { not_before }).await?;
    Ok(Sent::Waits)
}

/// One try. An edit that was put together with that of somebody else is settled and pending: it goes again.
async fn send_once(inner: &Inner, open: &Arc<Open>, out: &mut Outgoing) -> Result<Sent, EngineError> {
    let Some(own) = out.note.clone() else {
        let reason = "The note cannot be read on this device. Tell the service desk.".to_owned();
        settle(inner, open, out, OutboxState::NeedsAttention(Attention { status: 0, reason })).await?;
        return Ok(Sent::Settled);
    };
    let client = match open.client() {
        Ok(client) => client,
        Err(error) => return Ok(Sent::Stop(error)),
    };
    take(inner, open, out).await;
    let known = if out.entry.attempts > 1 { known(inner, open, &client, &own).await } else { Ok(Known::No) };
    let answer = match known {
        Ok(Known::Since(received)) => {
            settle(inner, open, out, OutboxState::Sent { received }).await?;
            return Ok(Sent::Settled);
        }
        Ok(Known::No) => transact(inner, open, &client, &own).await,
        Err(error) => Err(error),
    };
    answered(inner, open, &client, out, answer).await
}

/// It is on its way, also when it was found so: then the answer was never seen.
async fn take(inner: &Inner, open: &Arc<Open>, out: &mut Outgoing) {
    for event in [Event::Found, Event::Taken] {
        if let Step::To(next) = step(&out.entry, out.sends(), &event) {
            out.entry.state = next;
        }
    }
    out.entry.attempts += 1;
    // That it is on its way need not be durable: with a full disk it goes all the same.
    let now = out.entry.state.clone();
    let _ = settle(inner, open, out, now).await;
}

/// What the record has already of something that was tried before.
async fn known(inner: &Inner, open: &Arc<Open>, client: &Client, own: &OwnNote) -> Result<Known, ClientError> {
    let Content::Change(change) = &own.note.content else {
        return read_back::known(inner, open, client, &own.note).await;
    };
    match compare::theirs(inner, open, client, &own.note, change).await {
        Ok(theirs) if change.is_in(&theirs, own.note.id) => {
            let updated = theirs["meta"]["lastUpdated"].as_str().and_then(|at| at.parse().ok());
            Ok(Known::Since(updated.unwrap_or(own.note.authored)))
        }
        Ok(_) => Ok(Known::No),
        Err(error) if read_back::keeps_it_to_itself(&error) => Ok(Known::No),
        Err(error) => Err(error),
    }
}

async fn answered(
    inner: &Inner,
    open: &Arc<Open>,
    client: &Client,
    out: &mut Outgoing,
    answer: Result<Heard<Vec<EntryAnswer>>, ClientError>,
) -> Result<Sent, EngineError> {
    let (judged, received) = judge(&answer, inner.clock.time());
    hear_of_room(inner, open, &judged);
    let (now, reason) = (inner.clock.wall(), reason(&answer, &judged));
    if let Err(error) = answer
        && was_not_sent(&error)
    {
        // The wait is the runner's, for the link, not this entry's.
        settle(inner, open, out, OutboxState::Pending { not_before: None }).await?;
        return Ok(Sent::Stop(error.into()));
    }
    let event = Event::Answered { answer: judged, received, reason, now, random: random() };
    match step(&out.entry, out.sends(), &event) {
        Step::To(next) => {
            let waits = matches!(next, OutboxState::Pending { .. });
            settle(inner, open, out, next).await?;
            Ok(if waits { Sent::Waits } else { Sent::Settled })
        }
        Step::SignIn(next) => {
            settle(inner, open, out, next).await?;
            Ok(Sent::Stop(EngineError::sign_in_again()))
        }
        Step::Compare(_) => edited_meanwhile(inner, open, client, out).await,
        Step::Stays => Ok(Sent::Waits),
    }
}

const fn was_not_sent(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Unreachable(_) | ClientError::Html | ClientError::Redirected | ClientError::Untrusted(_)
    )
}

/// Somebody else edited the same thing: both edits are compared, on what the record has now.
async fn edited_meanwhile(
    inner: &Inner,
    open: &Arc<Open>,
    client: &Client,
    out: &mut Outgoing,
) -> Result<Sent, EngineError> {
    let Some(own) = out.note.clone() else { return Ok(Sent::Waits) };
    let Content::Change(change) = &own.note.content else { return Ok(Sent::Waits) };
    match compare::theirs(inner, open, client, &own.note, change).await {
        Ok(theirs) => {
            compare::keep(inner, open, out, compare::compare(&own.note, change, theirs)).await?;
            Ok(Sent::Settled)
        }
        Err(error) if read_back::keeps_it_to_itself(&error) => {
            compare::cannot(inner, open, out, error.status().unwrap_or_default()).await?;
            Ok(Sent::Settled)
        }
        // Asked again with the next try, like a write whose answer was lost.
        Err(error) => Box::pin(answered(inner, open, client, out, Err(error))).await,
    }
}

/// A record service without room is told of; the note is kept and tried again like after any fault of a server.
fn hear_of_room(inner: &Inner, open: &Arc<Open>, answer: &Answer) {
    let full = match answer {
        Answer::Status { code: 507, .. } => true,
        Answer::Status { code: 200 | 201, .. } => false,
        _ => return,
    };
    if std::mem::replace(&mut held(&open.findings).service_full, full) != full {
        inner.show_problems(open);
    }
}

async fn transact(
    inner: &Inner,
    open: &Arc<Open>,
    client: &Client,
    own: &OwnNote,
) -> Result<Heard<Vec<EntryAnswer>>, ClientError> {
    let bundle = to_transaction(&own.note, inner.device_id, |bytes| STANDARD.encode(bytes));
    inner.heard_as(open, client.transaction(&bundle).await).await
}

/// Moves an entry on: in the vault, then on the screen.
pub(super) async fn settle(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    next: OutboxState,
) -> Result<(), EngineError> {
    settle_with(inner, open, out, next, Vec::new()).await
}

/// The same, with what else changes in the same transaction.
pub(super) async fn settle_with(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    next: OutboxState,
    mut writes: Vec<Write>,
) -> Result<(), EngineError> {
    out.entry.state = next;
    writes.push(Outgoing::write_entry(&out.entry)?);
    if let (OutboxState::Sent { received }, Some(own)) = (&out.entry.state, &mut out.note) {
        own.note.received = Some(*received);
        writes.push(own.write()?);
        if matches!(own.note.content, Content::Change(_)) {
            writes.push(Disputed::forget(own.note.id));
        }
    }
    let _showing = open.showing.lock().await;
    open.vault.put(writes).await?;
    if let OutboxState::Sent { .. } = out.entry.state {
        // What stays is delivered a second time, which changes nothing.
        let id = out.entry.note;
        let _ = inner.relaying(move |relay| relay.forget(id)).await;
    }
    let item = out.item();
    inner.update_for(open, |state| {
        if let Some(shown) = state.outbox.iter_mut().find(|shown| shown.note == item.note) {
            if matches!(item.state, OutboxState::Sent { .. }) {
                state.conflicts.retain(|conflict| conflict.note != item.note);
            }
            *shown = item;
            state.revision += 1;
        }
    });
    Ok(())
}
