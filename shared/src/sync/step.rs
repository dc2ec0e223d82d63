//! What may happen to an entry of the outbox, and where it leads. An entry leaves on the record's acceptance or by a
//! person's decision; nothing else ends it, and nothing turns it into something it was not.

use jiff::{SignedDuration, Timestamp};

use super::{Answer, Attention, OutboxEntry, OutboxState, Verdict, retry_delay, verdict};

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// Something new, on condition of its identifier.
    New,
    /// An edit of what is in the record, on condition of its version.
    Edit,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It is being sent now.
    Taken,
    /// The app came up again and found it on its way: the answer was never seen.
    Found,
    /// An answer, or none.
    Answered {
        /// What came.
        answer: Answer,
        /// When the record received it, by its clock.
        received: Timestamp,
        /// What the record said of a refusal.
        reason: String,
        /// The device's time now.
        now: Timestamp,
        /// In `0.0..1.0`.
        random: f64,
    },
    /// A person decided to send it again as it is.
    Resent,
    /// A person decided a conflict, and it goes again on the version they saw.
    Settled,
    /// The record told of what it has, and does not have this any more: it was restored from before it came.
    Lost,
}

/// Where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It stands there now.
    To(OutboxState),
    /// It waits unchanged, and nothing can be sent before somebody signs in.
    SignIn(OutboxState),
    /// It waits; what it edits was changed by somebody else. Fetch that, and compare (see [`super::merge`]).
    Compare(OutboxState),
    /// That cannot happen to it where it stands; it stays.
    Stays,
}

const PENDING: OutboxState = OutboxState::Pending { not_before: None };

/// The next state of `entry`.
pub fn step(entry: &OutboxEntry, sends: Sends, event: &Event) -> Step {
    match (&entry.state, event) {
        (OutboxState::Pending { .. }, Event::Taken) => Step::To(OutboxState::Sending),
        (OutboxState::Sending, Event::Found) => Step::To(PENDING),
        (OutboxState::Sending, Event::Answered { .. }) => answered(entry, sends, event),
        (OutboxState::NeedsAttention(_), Event::Resent | Event::Settled) => Step::To(PENDING),
        (OutboxState::Sent { .. }, Event::Lost) => Step::To(PENDING),
        _ => Step::Stays,
    }
}

fn answered(entry: &OutboxEntry, sends: Sends, event: &Event) -> Step {
    let Event::Answered { answer, received, reason, now, random } = event else { return Step::Stays };
    if let (Sends::Edit, Answer::Status { code: 409 | 412, .. }) = (sends, answer) {
        return Step::Compare(PENDING);
    }
    match verdict(answer) {
        Verdict::Accepted => Step::To(OutboxState::Sent { received: *received }),
        Verdict::SignIn => Step::SignIn(PENDING),
        Verdict::Retry { after } => {
            let delay = SignedDuration::try_from(retry_delay(entry.attempts, after, *random)).ok();
            Step::To(OutboxState::Pending { not_before: delay.and_then(|delay| now.checked_add(delay).ok()) })
        }
        Verdict::NeedsAttention => {
            let status = if let Answer::Status { code, .. } = answer { *code } else { 0 };
            Step::To(OutboxState::NeedsAttention(Attention { status, reason: reason.clone() }))
        }
    }
}

/// What a person can do about an entry that was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Write it anew: a new note takes its place, and only when that is saved the old one leaves.
    Edit,
    /// Send it again as it is.
    Resend,
    /// Look at both edits and decide.
    Compare,
    /// Give it to a colleague who may write it.
    HandOver,
    /// Take it out of the device as a file, so that it is never lost here.
    Export,
}

/// What can be done about an entry that was set aside, the likeliest first. There is always something, and what was
/// written can always be taken out.
pub fn actions(attention: &Attention, sends: Sends) -> Vec<Action> {
    use Action::{Compare, Edit, Export, HandOver, Resend};
    match (attention.status, sends) {
        (409 | 412, Sends::Edit) => vec![Compare, HandOver, Export],
        // Not the author's to write, or not from this device.
        (403, _) => vec![HandOver, Resend, Export],
        // Too long, or not understood: as it is it will be refused again.
        (400 | 413 | 415 | 422, Sends::New) => vec![Edit, Resend, HandOver, Export],
        // Another note under the same identifier: only a new one can go.
        (409, Sends::New) => vec![Edit, HandOver, Export],
        // It cannot be read on this device any more.
        (0, _) => vec![Resend, Export],
        _ => vec![Resend, Edit, HandOver, Export],
    }
}

#[cfg(test)]
#[path = "step/tests.rs"]
mod tests;
