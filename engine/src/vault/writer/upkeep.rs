//! What the writer does beside its transactions.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{COMPACT_FROM, Writer, day};
use crate::vault::index::{self, Index};
use crate::vault::record::Label;
use crate::vault::recover::snapshot;
use crate::vault::{VaultError, VaultProblem};

impl Writer {
    /// Removes objects nothing points at: what a crash left behind. Not while anything is in doubt: they might be
    /// all that is left of a record.
    pub(super) fn sweep(&self) {
        let Ok(cells) = self.shared.cells.read() else { return };
        let pointers = cells.values().filter(|cell| Label::read(cell).is_some_and(|label| label.is_pointer)).count();
        if self.in_doubt() || pointers != self.files.len() {
            return;
        }
        let known: HashSet<_> = self.files.values().collect();
        let Ok((names, unfinished)) = self.objects.all() else { return };
        names.iter().filter(|name| !known.contains(name)).for_each(|name| drop(self.objects.remove(name)));
        unfinished.iter().for_each(|path| drop(std::fs::remove_file(path)));
    }

    /// Whether less may have been found than there is.
    pub(super) fn in_doubt(&self) -> bool {
        let doubt = |problems: &Vec<VaultProblem>| problems.iter().any(|told| *told != VaultProblem::StorageFull);
        self.shared.problems.lock().map_or(true, |problems| doubt(&problems))
    }

    pub(super) fn tick(&mut self, now: Timestamp) -> Result<(), VaultError> {
        self.refill();
        if self.index.is_none() {
            self.catch_up();
        }
        self.remember();
        self.keys.rotate(day(now))?;
        let needed: HashSet<u32> = {
            let cells = self.shared.cells.read().map_err(|_| VaultError::Closed)?;
            cells.values().filter_map(|cell| Label::read(cell)).map(|label| label.epoch).collect()
        };
        self.keys.retain(|epoch| needed.contains(&epoch))
    }

    pub(super) fn refill(&mut self) {
        if self.ballast.refill() {
            self.shared.untell(VaultProblem::StorageFull);
        } else {
            self.shared.tell(VaultProblem::StorageFull);
        }
    }

    /// Writes the journal anew. Failing leaves the old one, which is as good, only longer.
    pub(super) fn compact(&mut self) {
        let Some(stored) = self.stored() else { return };
        let path = self.journal.path().to_owned();
        if let Ok(journal) = snapshot(&self.shared.paths, &self.keys, &path, self.head.generation, &stored) {
            self.journal = journal;
        }
        self.compact_at = COMPACT_FROM.max(4 * self.journal.length());
    }

    /// Tells the device how far this vault has come, so that an older copy of it is noticed.
    pub(super) fn remember(&mut self) {
        // Failing only makes the next check less sharp.
        let _ = self.anchor.write(self.head.generation);
        self.since_anchor = 0;
    }

    /// Opens the index again and gives it all it missed.
    pub(super) fn catch_up(&mut self) {
        let Ok((index, cells, _)) = Index::open(&self.shared.paths.index()) else { return };
        let Some(stored) = self.stored() else { return };
        if index.apply(&index::difference(&cells, &stored)).is_ok() {
            self.index = Some(index);
            self.shared.untell(VaultProblem::IndexBehind);
        }
    }
}
