//! The end of a lease.

use std::collections::HashSet;

use shared::identity::LeaseId;

use super::{Prepared, Writer};
use crate::vault::keyring::LeaseTag;
use crate::vault::record::Label;
use crate::vault::state::Change;
use crate::vault::{VaultError, VaultProblem};

impl Writer {
    /// First the key is destroyed, then the records under it are forgotten: at no moment in between can they be
    /// read, and a crash in between is finished by the next opening.
    pub(super) fn shred(&mut self, lease: LeaseId) -> Result<(), VaultError> {
        let tag = self.keys.lease_tag(lease);
        self.leases.shred(tag)?;
        self.forget(tag)?;
        self.leases.release(tag)
    }

    pub(super) fn forget(&mut self, tag: LeaseTag) -> Result<(), VaultError> {
        let under = |cell: &[u8]| Label::read(cell).is_some_and(|label| label.lease == tag);
        let changes: Vec<Change> = {
            let cells = self.shared.cells.read().map_err(|_| VaultError::Closed)?;
            cells.iter().filter(|(_, cell)| under(cell)).map(|(at, _)| (*at, None)).collect()
        };
        if changes.is_empty() {
            return Ok(());
        }
        let copies = vec![None; changes.len()];
        let prepared = Prepared { changes, copies, files: Vec::new() };
        self.with_reserve(true, |this| this.decide(&prepared))?;
        self.after_commit();
        Ok(())
    }

    pub(super) fn finish_shredding(&mut self) -> Result<(), VaultError> {
        for tag in self.leases.shredded() {
            self.forget(tag)?;
            for name in self.objects.all()?.0 {
                let object = self.objects.peek(&name)?;
                if object.and_then(|object| Label::read(&object.cell)).is_some_and(|label| label.lease == tag) {
                    self.objects.remove(&name)?;
                }
            }
            self.leases.release(tag)?;
        }
        Ok(())
    }

    /// Tells that a lease's key is damaged, unless its document was fetched again since.
    pub(super) fn check_lease_keys(&mut self) {
        let needed = self.shared.cells.read().map(|cells| {
            cells.values().filter_map(|cell| Label::read(cell)).map(|label| label.lease).collect::<HashSet<_>>()
        });
        if let Ok(needed) = needed
            && !self.in_doubt()
        {
            // A slot that stays is only told again next time.
            let _ = self.leases.release_unneeded(&needed);
        }
        if self.leases.is_damaged() {
            self.shared.tell(VaultProblem::LeaseKeyDamaged);
        }
    }
}
