//! From the vault to the state. What a screen shows is read back from what is durable.

use std::sync::Arc;

use shared::lease::{LeaseState, Now};
use shared::sync::OutboxState;
use shared::visit;

use crate::audit::Trouble;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::{Declared, Disputed, Duplicates, Held, KeptLayout, Outgoing, Visits};
use crate::vault::VaultProblem;
use crate::{EngineError, HeldRecord, Problem, Today, VisitView};

impl Inner {
    /// Shows all there is of a person's vault.
    pub(crate) async fn show_all(&self, open: &Arc<Open>) -> Result<(), EngineError> {
        self.show_outbox(open).await?;
        self.show_declared(open).await?;
        self.show_held(open).await?;
        self.show_today(open).await?;
        self.show_layout(open).await;
        self.show_duplicates(open).await;
        Ok(())
    }

    /// Shows the order of the sections.
    pub(crate) async fn show_layout(&self, open: &Arc<Open>) {
        let _showing = open.showing.lock().await;
        let layout = KeptLayout::get(&open.vault, open.staff.role).await;
        self.update_for(open, |state| state.layout = layout);
    }

    /// Shows the outbox, and that stored notes changed.
    pub(crate) async fn show_outbox(&self, open: &Arc<Open>) -> Result<(), EngineError> {
        let _showing = open.showing.lock().await;
        let (outgoing, unreadable) = Outgoing::all(&open.vault).await?;
        held(&open.findings).unreadable_outbox = unreadable;
        let items: Vec<_> = outgoing.iter().map(Outgoing::item).collect();
        let (disputed, _) = Disputed::all(&open.vault).await?;
        let waits = |out: &&Outgoing| matches!(out.entry.state, OutboxState::NeedsAttention(_));
        let about = |out: &Outgoing| Some(out.conflict(disputed.iter().find(|it| it.note == out.entry.note)?));
        let conflicts: Vec<_> = outgoing.iter().filter(waits).filter_map(about).collect();
        self.update_for(open, |state| {
            if state.outbox != items || state.conflicts != conflicts {
                (state.outbox, state.conflicts) = (items, conflicts);
                state.revision += 1;
            }
        });
        Ok(())
    }

    /// Shows how many notes the record has more than once.
    pub(crate) async fn show_duplicates(&self, open: &Arc<Open>) {
        let known = Duplicates::all(&open.vault).await.map(|all| all.len());
        held(&open.findings).duplicates = known.unwrap_or_default();
        self.show_problems(open);
    }

    /// Shows what was declared and not told of yet.
    pub(crate) async fn show_declared(&self, open: &Arc<Open>) -> Result<(), EngineError> {
        let _showing = open.showing.lock().await;
        let (all, unreadable) = Declared::all(&open.vault).await?;
        let count = all.len() + unreadable;
        self.update_for(open, |state| state.declared = count);
        Ok(())
    }

    /// Shows the records held and where their leases stand.
    pub(crate) async fn show_held(&self, open: &Arc<Open>) -> Result<(), EngineError> {
        let _showing = open.showing.lock().await;
        let (all, unreadable) = Held::all(&open.vault).await?;
        {
            let mut findings = held(&open.findings);
            findings.unreadable_records = unreadable;
            findings.grants_ended = all.iter().filter(|h| h.grant_ended).count();
        }
        let now = self.clock.now();
        let view = |h: Held| {
            let proven = self.trust.proves(&open.staff.id, &h, None).is_ok();
            HeldRecord { lease: h.view(now, proven), person: h.person, retrieved: h.retrieved }
        };
        // What is to be destroyed is not shown, even when destroying it failed.
        let held: Vec<_> = all.into_iter().map(view).filter(|h| h.lease.state != LeaseState::ShredDue).collect();
        self.update_for(open, |state| state.held = held);
        Ok(())
    }

    /// Shows the work list in the order of where the device is.
    pub(crate) async fn show_today(&self, open: &Arc<Open>) -> Result<(), EngineError> {
        let _showing = open.showing.lock().await;
        let Some(list) = Visits::get(&open.vault).await? else {
            self.update_for(open, |state| state.today = Today::default());
            return Ok(());
        };
        let here = *held(&self.here);
        let mut visits = list.visits;
        visit::order(&mut visits, here);
        let metres = |v: &visit::Visit| here.and_then(|h| Some(h.metres_to(v.position?)));
        let visits = visits.into_iter().map(|visit| VisitView { metres: metres(&visit), visit }).collect();
        let today = Today { visits, heard: Some(list.heard), unreadable: list.unreadable };
        self.update_for(open, |state| state.today = today);
        Ok(())
    }

    /// Shows what the person must know about the device itself.
    pub(crate) fn show_problems(&self, open: &Arc<Open>) {
        let mut problems: Vec<_> = open.vault.problems().into_iter().map(of_vault).collect();
        if matches!(self.clock.now(), Now::Doubtful { .. }) {
            problems.push(problem(CLOCK_TURNED_BACK, CLOCK_CHANGED));
        }
        problems.extend(of_account(self.audit.trouble()));
        let findings = held(&open.findings).clone();
        if findings.unreadable_outbox + findings.unreadable_records > 0 {
            problems.push(problem("record-damaged", "Something stored on this device is damaged and cannot be read. Nothing was deleted. Open the record again with a connection, and tell the service desk."));
        }
        if !held(&open.revoked).is_empty() {
            problems.push(problem("consent-changed", CONSENT_CHANGED));
        }
        if findings.grants_ended > 0 {
            problems.push(problem("grant-ended", "The permission to fetch news of a record on this device has ended. What is held stays until its time is over. Open the record again to renew it."));
        }
        if findings.duplicates > 0 {
            problems.push(problem("stored-twice", "The record service stored something you wrote more than once. Nothing is missing and nothing was deleted: the first of them counts. Tell the service desk."));
        }
        if findings.service_full {
            problems.push(problem("service-full", "The record service has no room at the moment. Notes are kept on this device and sent by themselves as soon as it takes them again. Tell the service desk."));
        }
        if open.must_sign_in() {
            problems.push(problem(
                "sign-in-again",
                "Your sign-in with the record service has ended. Sign in again. Notes are kept and sent after it.",
            ));
        }
        problems.dedup();
        self.update_for(open, |state| state.problems = problems);
    }
}

/// The code of [`CLOCK_CHANGED`].
pub(crate) const CLOCK_TURNED_BACK: &str = "clock-turned-back";
/// Said when no clock of the device is believed.
pub(crate) const CLOCK_CHANGED: &str = "This device's clock was changed, so records are hidden. Correct the time, or connect: the record service tells the time.";

/// Said of a record that was taken away. Names nobody: it stands on every screen.
pub(crate) const CONSENT_CHANGED: &str = "The patient's consent changed, or the permission was taken back: a record was removed from this device. Notes written under it are still sent.";

fn problem(code: &str, text: &str) -> Problem {
    Problem { code: code.to_owned(), text: text.to_owned() }
}

fn of_account(trouble: Trouble) -> impl Iterator<Item = Problem> {
    let unwritten = trouble.unwritten.then(|| problem("account-not-written", "This device could not write down what was last done or looked at. Tell the service desk, and note it yourself."));
    let damaged = trouble.damaged.then(|| problem("account-damaged", "Part of this device's account of who looked at records is damaged. Nothing was deleted. Tell the service desk."));
    let refused = trouble.refused.then(|| problem("account-refused", "The record service found that this device's account of who looked does not follow what it has. It is kept on both sides. Tell the service desk; your notes are sent as always."));
    [unwritten, damaged, refused].into_iter().flatten()
}

fn of_vault(found: VaultProblem) -> Problem {
    match found {
        VaultProblem::StorageFull => problem(
            "storage-full",
            "The storage of this device is full. Notes are still saved for now. Free some space soon.",
        ),
        VaultProblem::RecordsMayBeMissing => problem(
            "records-missing",
            "Less was found on this device than was stored: records or notes may be missing. Connect, and tell the service desk.",
        ),
        VaultProblem::LeaseKeyDamaged => problem(
            "record-damaged",
            "The key of a record on this device is damaged. Open that record again with a connection.",
        ),
        VaultProblem::IndexRebuilt | VaultProblem::JournalRebuilt => problem(
            "store-rebuilt",
            "This device's storage was damaged and has been repaired. Nothing that was saved is missing.",
        ),
        VaultProblem::IndexBehind => problem(
            "index-behind",
            "Part of this device's storage cannot be written. What is saved is safe. Restart the device when you can.",
        ),
    }
}
