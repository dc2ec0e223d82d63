//! sled, as far as it is trusted: an index of small sealed records that can be built again at any time.
//!
//! sled 0.34.7 panics on damaged files, loses what it cannot read without saying so, opens nothing on a full disk,
//! and on Linux its `flush` does not reach the disk. So it is opened on a thread of its own, what it gives is
//! checked against the head record by the caller, its log is synced here after every flush, and values stay
//! under 4 KB, because larger ones end in files that it never syncs.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::disk;
use super::state::{Cells, Change};

/// The largest value.
pub(crate) const MAX_VALUE: usize = 4096;
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// A damaged log can also make sled wait for itself for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// The open index.
pub(crate) struct Index {
    db: Option<sled::Db>,
    log: File,
}

/// Why there is no index.
#[derive(Debug)]
pub(crate) enum Fault {
    /// No room to open it. Nothing is wrong with it.
    Full,
    /// A handle of this process has not let go of it yet.
    Busy,
    /// It cannot be read.
    Damaged,
}

impl Index {
    /// Opens the folder, made when missing, and reads everything in it. With an error among the records those that
    /// could be read are given with `false`.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Cells, bool), Fault> {
        let new = !folder.join("conf").exists();
        let (tell, told) = mpsc::channel();
        let path = folder.to_owned();
        thread::Builder::new()
            .name("vault-index-open".into())
            .spawn(move || {
                // The receiver may have lost patience; there is nobody else to tell.
                let _ = tell.send(catch_unwind(|| open_and_read(path)).unwrap_or(Err(Fault::Damaged)));
            })
            .map_err(|_| Fault::Busy)?;
        let (db, cells, whole) = told.recv_timeout(PATIENCE).map_err(|_| Fault::Damaged)??;
        let log = File::options().read(true).write(true).open(folder.join("db")).map_err(|_| Fault::Damaged)?;
        if new {
            sync_new(folder, &log).map_err(|error| Fault::from(&error))?;
        }
        Ok((Self { db: Some(db), log }, cells, whole))
    }

    /// Does the changes in one batch and makes them last.
    pub(crate) fn apply(&self, changes: &[Change]) -> Result<(), Fault> {
        let db = self.db.as_ref().ok_or(Fault::Damaged)?;
        let mut batch = sled::Batch::default();
        for (at, new) in changes {
            match new {
                Some(cell) => batch.insert(&at[..], &cell[..]),
                None => batch.remove(&at[..]),
            }
        }
        // A panic inside leaves sled in an unknown state; the caller drops it and opens it anew.
        catch_unwind(AssertUnwindSafe(|| db.apply_batch(batch).and_then(|()| db.flush())))
            .map_err(|_| Fault::Damaged)?
            .map_err(Fault::from)?;
        if cfg!(target_os = "linux") {
            self.log.sync_data().map_err(|error| Fault::from(&error))?;
        }
        Ok(())
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // sled flushes when dropped and may panic doing so; everything was synced before.
        let db = self.db.take();
        let _ = catch_unwind(AssertUnwindSafe(move || drop(db)));
    }
}

fn open_and_read(path: PathBuf) -> Result<(sled::Db, Cells, bool), Fault> {
    let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(None);
    let db = config.open().map_err(Fault::from)?;
    let mut cells = Cells::new();
    let mut whole = true;
    for entry in db.iter() {
        let Ok((place, cell)) = entry else {
            whole = false;
            break;
        };
        match place.as_ref().try_into() {
            Ok(place) => drop(cells.insert(place, Arc::from(cell.as_ref()))),
            Err(_) => whole = false,
        }
    }
    Ok((db, cells, whole))
}

/// sled syncs neither its settings nor the folder they are in.
fn sync_new(folder: &Path, log: &File) -> io::Result<()> {
    File::open(folder.join("conf"))?.sync_all()?;
    log.sync_all()?;
    disk::sync_dir(folder)?;
    disk::sync_parent(folder)
}

/// The changes that turn `from` into `to`.
pub(crate) fn difference(from: &Cells, to: &Cells) -> Vec<Change> {
    let gone = from.keys().filter(|at| !to.contains_key(*at)).map(|at| (*at, None));
    let new =
        to.iter().filter(|(at, cell)| from.get(*at) != Some(*cell)).map(|(at, cell)| (*at, Some(Arc::clone(cell))));
    gone.chain(new).collect()
}

impl From<sled::Error> for Fault {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) => Self::from(&error),
            _ => Self::Damaged,
        }
    }
}

impl From<&io::Error> for Fault {
    fn from(error: &io::Error) -> Self {
        if disk::is_full(error) {
            Self::Full
        } else if error.to_string().contains("could not acquire lock") {
            Self::Busy
        } else {
            Self::Damaged
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_applied_is_there_at_the_next_opening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("idx");
        let (index, cells, whole) = Index::open(&path).unwrap();
        assert!(cells.is_empty() && whole);
        let change = |number: u8, text: Option<&[u8]>| ([number; 17], text.map(Arc::from));
        index.apply(&[change(1, Some(b"one")), change(2, Some(b"two"))]).unwrap();
        index.apply(&[change(1, None)]).unwrap();
        drop(index);
        let (_, cells, _) = Index::open(&path).unwrap();
        assert_eq!(cells.into_iter().collect::<Vec<_>>(), [([2; 17], Arc::from(&b"two"[..]))]);
    }

    #[test]
    fn rubbish_in_its_place_is_damage_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("idx");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("conf"), b"rubbish that is long enough").unwrap();
        std::fs::write(path.join("db"), vec![7; 100_000]).unwrap();
        assert!(matches!(Index::open(&path), Err(Fault::Damaged)));
    }
}
