//! What a person does about what the app shows them: they decide conflicts, and send again what was set aside.

use std::collections::BTreeSet;

use anyhow::Result;
use engine::{Engine, State};
use shared::identity::{NoteId, PatientId};
use shared::sync::{Action, Choice, OutboxState};

use super::edits::Settled;

/// What there is to do.
pub(super) enum Todo {
    /// Two edits contradict each other.
    Settle(NoteId),
    /// Refused, and not yet sent again by hand.
    SendAgain(NoteId, PatientId),
    /// Something is on its way.
    Wait,
    Nothing,
}

/// What there is to do on a device. `again`: what was sent again already.
pub(super) fn todo(state: &State, again: &BTreeSet<NoteId>) -> Todo {
    if let Some(conflict) = state.conflicts.first() {
        return Todo::Settle(conflict.note);
    }
    let mut on_its_way = false;
    for item in &state.outbox {
        match item.state {
            OutboxState::Sent { .. } => {}
            OutboxState::NeedsAttention(_) if item.actions.contains(&Action::Resend) && !again.contains(&item.note) => {
                return Todo::SendAgain(item.note, item.patient.clone());
            }
            // A conflict is set aside the moment before it is shown.
            OutboxState::NeedsAttention(_) => on_its_way |= item.actions.contains(&Action::Compare),
            _ => on_its_way = true,
        }
    }
    if on_its_way { Todo::Wait } else { Todo::Nothing }
}

/// Looks at a conflict and chooses, another way each `turn`. Nothing is decided yet.
pub(super) async fn choose(engine: &Engine, note: NoteId, turn: usize) -> Result<Vec<Settled>> {
    let shown = engine.conflict(note).await?;
    let one = |(at, conflict)| {
        let choice = Choice::ALL[(turn + at) % Choice::ALL.len()];
        Settled { note: note.to_string(), conflict, choice }
    };
    Ok(shown.differences.into_iter().enumerate().map(one).collect())
}
