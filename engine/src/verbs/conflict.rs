//! Two edits of the same thing: look at both, and decide.

use shared::care_plan::Pen;
use shared::identity::NoteId;
use shared::note::Content;
use shared::sync::{Choice, Conflict, Event, OutboxState, Sends, Step, settle, step};

use crate::session::Open;
use crate::store::{Disputed, Outgoing};
use crate::{Advice, ConflictItem, Engine, EngineError, sync};

/// A conflict with all that a person needs to decide it.
#[derive(Clone, PartialEq)]
pub struct ConflictView {
    /// Which note, whom and what it is about.
    pub item: ConflictItem,
    /// What was said on both sides, by whom and when; each is decided by itself.
    pub differences: Vec<Conflict>,
}

impl Engine {
    /// Both edits of a thing, as they are kept.
    ///
    /// # Errors
    /// `no-such-conflict` when it is decided already.
    pub async fn conflict(&self, note: NoteId) -> Result<ConflictView, EngineError> {
        let open = self.open()?;
        let (out, disputed) = found(&open, note).await?;
        Ok(ConflictView { item: out.conflict(&disputed), differences: disputed.conflicts })
    }

    /// Decides a conflict, one choice for each difference in the order of [`ConflictView::differences`], and sends what
    /// was decided on the version that was looked at. What was not chosen is kept as a note of the thing itself. Answers
    /// after it is durable here.
    ///
    /// # Errors
    /// `no-such-conflict`, `choose-each` when a choice is missing, and what the storage may say: nothing is decided then.
    pub async fn settle_conflict(&self, note: NoteId, choices: &[Choice]) -> Result<(), EngineError> {
        let open = self.open()?;
        let (mut out, disputed) = found(&open, note).await?;
        if choices.len() != disputed.conflicts.len() {
            let text = "Choose for each difference first. Both texts are kept.";
            return Err(EngineError::new("choose-each", text, Advice::Correct));
        }
        let decided: Vec<_> = disputed.conflicts.iter().cloned().zip(choices.iter().copied()).collect();
        let pen = Pen { note, author: &open.staff, at: self.inner.clock.time(), words: "" };
        let settled = settle(&disputed.agreed, &decided, pen);
        let Some(Content::Change(change)) = out.note.as_ref().map(|own| &own.note.content) else {
            return Err(no_such());
        };
        let change = change.on(disputed.theirs, settled).map_err(|_| no_such())?;
        if let Step::To(OutboxState::Pending { .. }) = step(&out.entry, Sends::Edit, &Event::Settled) {
            // A decision is a new try, not a later one of what was refused.
            out.entry.attempts = 0;
            sync::put_again(&self.inner, &open, &mut out, change).await?;
        }
        self.inner.show_outbox(&open).await?;
        self.sync_now();
        Ok(())
    }
}

async fn found(open: &Open, note: NoteId) -> Result<(Outgoing, Disputed), EngineError> {
    let disputed = Disputed::get(&open.vault, note).await?.ok_or_else(no_such)?;
    let (all, _) = Outgoing::all(&open.vault).await?;
    let out = all.into_iter().find(|out| out.entry.note == note).ok_or_else(no_such)?;
    Ok((out, disputed))
}

fn no_such() -> EngineError {
    EngineError::new("no-such-conflict", "This is decided already.", Advice::None)
}
