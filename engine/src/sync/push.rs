//! The outbox, pushed: in order within a patient, patients independent of each other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use api_client::{Answer as Heard, Client, EntryAnswer, Error as ClientError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use shared::identity::PatientId;
use shared::note::to_transaction;
use shared::sync::{Answer, Attention, OutboxState, Verdict, retry_delay, verdict};

use super::runner::random;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::{Outgoing, OwnNote};

/// A wait longer than any this app sets was written under another clock.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// How a push ended.
pub(super) struct Pushed {
    /// When the next entry is due.
    pub(super) next: Option<Duration>,
    pub(super) result: Result<(), EngineError>,
}

/// What became of one entry.
enum Sent {
    /// Accepted or set aside: the next of the same patient may go.
    Settled,
    /// It waits, and what was written after it about the same patient waits with it.
    Waits,
    /// Nobody can be sent to now: no link, or no sign-in.
    Stop(EngineError),
}

/// Pushes all that is due; with `fresh`, also what only waits for its next try.
pub(super) async fn push(inner: &Inner, open: &Arc<Open>, fresh: bool) -> Pushed {
    let outgoing = match Outgoing::all(&open.vault).await {
        Ok((outgoing, _)) => outgoing,
        Err(error) => return Pushed { next: None, result: Err(error) },
    };
    let mut lanes: HashMap<PatientId, Vec<Outgoing>> = HashMap::new();
    let mut order = Vec::new();
    for out in outgoing {
        let lane = lanes.entry(out.entry.patient.clone()).or_insert_with(|| {
            order.push(out.entry.patient.clone());
            Vec::new()
        });
        lane.push(out);
    }
    let mut next = None;
    let mut silent = 0;
    for lane in order.iter().filter_map(|patient| lanes.remove(patient)) {
        match push_lane(inner, open, lane, fresh, &mut next).await {
            Ok(false) => {}
            // One lane that gets no answer may be what breaks the server; two are a link that is gone.
            Ok(true) => silent += 1,
            Err(error) => return Pushed { next, result: Err(error) },
        }
        if silent == 2 {
            break;
        }
    }
    Pushed { next, result: Ok(()) }
}

/// Pushes one patient's entries in order. True when the service fell silent on it.
async fn push_lane(
    inner: &Inner,
    open: &Arc<Open>,
    lane: Vec<Outgoing>,
    fresh: bool,
    next: &mut Option<Duration>,
) -> Result<bool, EngineError> {
    for mut out in lane {
        match wait(&out.entry.state, inner.clock.wall()) {
            None => continue,
            Some(wait) if wait > Duration::ZERO && !fresh => {
                *next = Some(next.map_or(wait, |next| next.min(wait)));
                return Ok(false);
            }
            Some(_) => {}
        }
        match send(inner, open, &mut out).await? {
            Sent::Settled => {}
            Sent::Waits => {
                let wait = wait(&out.entry.state, inner.clock.wall()).unwrap_or_default();
                *next = Some(next.map_or(wait, |next| next.min(wait)));
                return Ok(!inner.is_online());
            }
            Sent::Stop(error) => return Err(error),
        }
    }
    Ok(false)
}

/// How long an entry still waits; `None` when it does not want to be sent.
fn wait(state: &OutboxState, now: Timestamp) -> Option<Duration> {
    match state {
        OutboxState::Sent { .. } | OutboxState::NeedsAttention(_) => None,
        // The answer was never seen; sending again changes nothing at the other end.
        OutboxState::Sending | OutboxState::Pending { not_before: None } => Some(Duration::ZERO),
        OutboxState::Pending { not_before: Some(until) } => {
            let left = until.duration_since(now);
            let left = if left > LONGEST_WAIT { SignedDuration::ZERO } else { left };
            Some(Duration::try_from(left).unwrap_or_default())
        }
    }
}

async fn send(inner: &Inner, open: &Arc<Open>, out: &mut Outgoing) -> Result<Sent, EngineError> {
    let Some(own) = out.note.clone() else {
        let reason = "The note cannot be read on this device. Tell the service desk.".to_owned();
        settle(inner, open, out, OutboxState::NeedsAttention(Attention { status: 0, reason })).await?;
        return Ok(Sent::Settled);
    };
    let client = match open.client() {
        Ok(client) => client,
        Err(error) => return Ok(Sent::Stop(error)),
    };
    out.entry.attempts += 1;
    // That it is on its way need not be durable: found pending after a crash it is sent again as well.
    let _ = settle(inner, open, out, OutboxState::Sending).await;
    let answer = transact(inner, open, &client, &own).await;
    let (judged, received) = judge(&answer, inner.clock.time());
    let pending = |not_before| OutboxState::Pending { not_before };
    match verdict(&judged) {
        Verdict::Accepted => {
            settle(inner, open, out, OutboxState::Sent { received }).await?;
            Ok(Sent::Settled)
        }
        Verdict::NeedsAttention => {
            settle(inner, open, out, OutboxState::NeedsAttention(attention(&answer, &judged))).await?;
            Ok(Sent::Settled)
        }
        Verdict::SignIn => {
            settle(inner, open, out, pending(None)).await?;
            Ok(Sent::Stop(EngineError::sign_in_again()))
        }
        Verdict::Retry { after } => retry(inner, open, out, answer, after).await,
    }
}

async fn retry(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    answer: Result<Heard<Vec<EntryAnswer>>, ClientError>,
    after: Option<Duration>,
) -> Result<Sent, EngineError> {
    if let Err(
        error @ (ClientError::Unreachable(_) | ClientError::Html | ClientError::Redirected | ClientError::Untrusted(_)),
    ) = answer
    {
        // Nothing was sent. The wait is the runner's, for the link, not this entry's.
        settle(inner, open, out, OutboxState::Pending { not_before: None }).await?;
        return Ok(Sent::Stop(error.into()));
    }
    let delay = retry_delay(out.entry.attempts, after, random());
    let not_before = SignedDuration::try_from(delay).ok().and_then(|delay| inner.clock.wall().checked_add(delay).ok());
    settle(inner, open, out, OutboxState::Pending { not_before }).await?;
    Ok(Sent::Waits)
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

/// What an answer means for the entry: its status, and when the record received it. An entry is accepted only
/// when each part of its transaction was.
fn judge(answer: &Result<Heard<Vec<EntryAnswer>>, ClientError>, now: Timestamp) -> (Answer, Timestamp) {
    match answer {
        Ok(answer) => {
            let parts = &answer.value;
            let worst = parts.iter().map(|p| p.status).find(|s| !matches!(s, 200 | 201));
            let received = parts.first().and_then(|p| p.last_modified).or(answer.server_time).unwrap_or(now);
            match (worst, parts.first()) {
                (None, Some(first)) => (Answer::Status { code: first.status, retry_after: None }, received),
                // No status that can be read: nobody said that it was accepted, and asking again is harmless.
                (Some(0), _) | (None, None) => (Answer::Nothing, now),
                (Some(code), _) => (Answer::Status { code, retry_after: None }, now),
            }
        }
        Err(error) => match error.refusal() {
            Some(refusal) => (Answer::Status { code: refusal.status, retry_after: refusal.retry_after }, now),
            None => (Answer::Nothing, now),
        },
    }
}

fn attention(answer: &Result<Heard<Vec<EntryAnswer>>, ClientError>, judged: &Answer) -> Attention {
    let of_parts = |parts: &[EntryAnswer]| parts.iter().find_map(|p| p.issue.clone());
    let issue = match answer {
        Ok(answer) => of_parts(&answer.value),
        Err(error) => error.refusal().and_then(|r| r.issue.clone()),
    };
    let said = issue.map(|i| i.text.into_inner()).filter(|text| !text.is_empty());
    let status = if let Answer::Status { code, .. } = judged { *code } else { 0 };
    let reason = said.unwrap_or_else(|| format!("The record service refused this note (status {status})."));
    Attention { status, reason }
}

/// Moves an entry on: in the vault, then on the screen.
pub(super) async fn settle(
    inner: &Inner,
    open: &Arc<Open>,
    out: &mut Outgoing,
    next: OutboxState,
) -> Result<(), EngineError> {
    out.entry.state = next;
    let mut writes = vec![Outgoing::write_entry(&out.entry)?];
    if let (OutboxState::Sent { received }, Some(own)) = (&out.entry.state, &mut out.note) {
        own.note.received = Some(*received);
        writes.push(own.write()?);
    }
    let _showing = open.showing.lock().await;
    open.vault.put(writes).await?;
    if let OutboxState::Sent { .. } = out.entry.state {
        // What stays is delivered a second time, which changes nothing.
        let id = out.entry.note;
        let _ = inner.relaying(move |relay| relay.forget(id)).await;
    }
    let entry = &out.entry;
    inner.update_for(open, |state| {
        if let Some(item) = state.outbox.iter_mut().find(|item| item.note == entry.note) {
            (item.state, item.attempts) = (entry.state.clone(), entry.attempts);
            state.revision += 1;
        }
    });
    Ok(())
}
