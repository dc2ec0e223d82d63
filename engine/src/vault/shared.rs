//! What the writer and the readers of one open vault have in common.

use std::sync::{Arc, Mutex, RwLock};

use super::keyring::Keys;
use super::recover::Paths;
use super::state::Cells;
use super::{VaultError, VaultProblem};

/// What the writer and the readers share. Only the writer changes `cells`.
pub(crate) struct Shared {
    pub(crate) paths: Paths,
    /// `None` once closed.
    pub(crate) keys: RwLock<Option<Arc<Keys>>>,
    pub(crate) cells: RwLock<Cells>,
    pub(crate) problems: Mutex<Vec<VaultProblem>>,
}

impl Shared {
    /// The keys, while the vault is open.
    pub(crate) fn keys(&self) -> Result<Arc<Keys>, VaultError> {
        self.keys.read().map_err(|_| VaultError::Closed)?.clone().ok_or(VaultError::Closed)
    }

    /// Forgets keys and records; what still reads finishes with what it holds.
    pub(crate) fn forget(&self) {
        if let Ok(mut keys) = self.keys.write() {
            *keys = None;
        }
        if let Ok(mut cells) = self.cells.write() {
            cells.clear();
        }
    }

    pub(crate) fn tell(&self, problem: VaultProblem) {
        if let Ok(mut problems) = self.problems.lock()
            && !problems.contains(&problem)
        {
            problems.push(problem);
        }
    }

    pub(crate) fn untell(&self, problem: VaultProblem) {
        if let Ok(mut problems) = self.problems.lock() {
            problems.retain(|held| *held != problem);
        }
    }
}
