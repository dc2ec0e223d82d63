//! A reserve of storage that is given up when the disk is full, so that a note can still be saved and the vault
//! still be opened.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::crypto::random;
use super::disk;

/// The reserve of one vault.
pub(crate) struct Ballast {
    path: PathBuf,
    bytes: u64,
    /// Given up since this vault was opened, or not there at all.
    pub(crate) spent: bool,
}

impl Ballast {
    pub(crate) fn new(path: PathBuf, bytes: u64) -> Self {
        let spent = fs::metadata(&path).map_or(true, |meta| meta.len() < bytes);
        Self { path, bytes, spent }
    }

    /// Gives the reserve up. True when that made room.
    pub(crate) fn give_up(&mut self) -> bool {
        self.spent = true;
        fs::remove_file(&self.path).and_then(|()| disk::sync_parent(&self.path)).is_ok()
    }

    /// Makes the reserve again when there is room for three of it. True when it is there.
    pub(crate) fn refill(&mut self) -> bool {
        if !self.spent {
            return true;
        }
        let folder = self.path.parent().unwrap_or(&self.path);
        let roomy = disk::free_space(folder).is_none_or(|free| free > self.bytes.saturating_mul(3));
        if roomy {
            self.spent = self.fill().is_err();
            if self.spent {
                self.give_up();
            }
        }
        !self.spent
    }

    /// Random bytes: zeros could be stored as nothing.
    fn fill(&self) -> io::Result<()> {
        let mut file = disk::private().write(true).create(true).truncate(true).open(&self.path)?;
        let mut left = self.bytes;
        while left > 0 {
            let block = random::<65_536>().map_err(io::Error::other)?;
            let part = usize::try_from(left).unwrap_or(block.len()).min(block.len());
            file.write_all(&block[..part])?;
            left -= part as u64;
        }
        file.sync_all()?;
        disk::sync_parent(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_up_once_and_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ballast");
        let mut ballast = Ballast::new(path.clone(), 100_000);
        assert!(ballast.refill());
        assert_eq!(fs::metadata(&path).unwrap().len(), 100_000);
        assert!(ballast.give_up() && !ballast.give_up());
        assert!(ballast.refill());
        assert!(!Ballast::new(path, 100_000).spent);
    }
}
