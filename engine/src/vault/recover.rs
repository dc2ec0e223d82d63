//! Opening what is on the disk, whatever state it is in.
//!
//! Small records are kept twice, in the journal and in the index, and the head record tells of each whether it
//! is complete. The newest complete one is taken and the other is put right from it. Only when neither is
//! complete is everything put together that still opens (from both and from the object files), and it is said
//! that records may be missing. Nothing is deleted: what could not be read is set aside.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::ballast::Ballast;
use super::index::{self, Fault, Index};
use super::journal::{self, Entry, Journal};
use super::keyring::Keys;
use super::objects::Objects;
use super::pointer;
use super::record::{Label, NO_LEASE};
use super::state::{Cells, Checked, Head, Records};
use super::{UnlockError, VaultProblem, disk};

/// The files of a person's vault.
#[derive(Clone)]
pub(crate) struct Paths {
    pub(crate) folder: PathBuf,
}

impl Paths {
    pub(crate) fn index(&self) -> PathBuf {
        self.folder.join("idx")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.join("outbox.log")
    }

    pub(crate) fn objects(&self) -> Objects {
        Objects::new(self.folder.join("objects"))
    }
}

/// What came of it.
pub(crate) struct Recovered {
    pub(crate) records: Records,
    pub(crate) journal: Journal,
    /// `None`: there was no room for it, the journal has all.
    pub(crate) index: Option<Index>,
    pub(crate) problems: Vec<VaultProblem>,
}

/// Opens journal and index and makes them one. `new` says that neither is expected.
pub(crate) fn recover(
    paths: &Paths,
    keys: &Keys,
    ballast: &mut Ballast,
    anchor: u64,
    new: bool,
) -> Result<Recovered, UnlockError> {
    let mut problems = Vec::new();
    // Without a reserve the storage was full, and the writer left the index behind on purpose.
    let may_lag = new || ballast.spent;
    let log = journal::read(&paths.journal())?;
    let mut from_log = Cells::new();
    journal::replay(&log.frames, 0, &mut from_log);
    let from_log = Records::check(from_log, keys);
    // The reserve is for what the journal does not have; when it has all, the index can wait for room.
    let mut reserve = if from_log.adds_up { None } else { Some(ballast) };
    let Opening { index, cells: on_index, fresh } = open_index(&paths.index(), reserve.as_deref_mut(), &mut problems)?;
    let chosen = choose(keys, &log, from_log, &on_index);
    let records = match chosen {
        Some(records) => records,
        None if new => Records::default(),
        None => {
            problems.push(VaultProblem::RecordsMayBeMissing);
            gather(paths, keys, &log, &on_index, anchor)?
        }
    };
    if records.head.generation < anchor && !problems.contains(&VaultProblem::RecordsMayBeMissing) {
        problems.push(VaultProblem::RecordsMayBeMissing);
    }
    let stored = records.stored(keys)?;
    let journal = mend_journal(paths, keys, &log, &records, &stored, new, &mut problems, reserve)?;
    let indexed = Records::check(on_index.clone(), keys);
    // One transaction behind is a crash between journal and index; more than that is not supposed to happen.
    let close = indexed.adds_up && indexed.records.head.generation + 1 >= records.head.generation;
    if !close && !may_lag && !problems.contains(&VaultProblem::IndexRebuilt) {
        problems.push(VaultProblem::IndexRebuilt);
    }
    let before = if fresh { Cells::new() } else { on_index };
    let current = !fresh && indexed.adds_up && indexed.records.head == records.head;
    let index = index.filter(|index| current || index.apply(&index::difference(&before, &stored)).is_ok());
    if index.is_none() {
        problems.push(VaultProblem::IndexBehind);
    }
    Ok(Recovered { records, journal, index, problems })
}

/// Of the journal alone, and the index with the journal's newer frames on top, the complete one that is newest.
fn choose(keys: &Keys, log: &journal::Read, from_log: Checked, on_index: &Cells) -> Option<Records> {
    let indexed = Records::check(on_index.clone(), keys);
    let mut both = on_index.clone();
    journal::replay(&log.frames, indexed.records.head.generation, &mut both);
    [Records::check(both, keys), from_log, indexed]
        .into_iter()
        .filter(|checked| checked.adds_up)
        .map(|checked| checked.records)
        // The first of equals is the last `max_by_key` would take.
        .rev()
        .max_by_key(|records| records.head.generation)
}

/// Everything that opens, from wherever it is. Of two the newer one. What had been removed may come back.
fn gather(
    paths: &Paths,
    keys: &Keys,
    log: &journal::Read,
    on_index: &Cells,
    anchor: u64,
) -> Result<Records, UnlockError> {
    let mut cells = Cells::new();
    let mut newest = anchor;
    let logged = log.frames.iter().flat_map(|frame| &frame.changes);
    let logged = logged.filter_map(|(at, cell)| cell.as_ref().map(|cell| (*at, Arc::clone(cell))));
    let indexed = on_index.iter().map(|(at, cell)| (*at, Arc::clone(cell)));
    for (at, cell) in logged.chain(indexed).chain(pointer::from_objects(&paths.objects(), keys)?) {
        let Some(label) = Label::read(&cell) else { continue };
        newest = newest.max(label.revision);
        let older = cells.get(&at).and_then(|cell| Label::read(cell)).is_none_or(|held| held.revision < label.revision);
        if older && at != super::state::HEAD && !is_shredded(keys, &label) {
            cells.insert(at, cell);
        }
    }
    let generation = log.frames.iter().map(|frame| frame.generation).max().unwrap_or(0).max(newest) + 1;
    Ok(Records { head: Head::of(keys, &cells, generation), cells })
}

fn is_shredded(keys: &Keys, label: &Label) -> bool {
    label.lease != NO_LEASE && keys.lease(&label.lease).is_none()
}

/// The index as found, or a new one.
struct Opening {
    index: Option<Index>,
    /// What could be read, also from one that was set aside.
    cells: Cells,
    /// Nothing is in `index`.
    fresh: bool,
}

/// Opens the index; sets it aside and makes a new one when it cannot be read; gives the reserve, if any, up for it.
fn open_index(
    path: &Path,
    mut reserve: Option<&mut Ballast>,
    problems: &mut Vec<VaultProblem>,
) -> Result<Opening, UnlockError> {
    let mut damaged = false;
    for _ in 0..100 {
        match Index::open(path) {
            Ok((index, cells, true)) => return Ok(Opening { index: Some(index), cells, fresh: damaged }),
            Ok((index, cells, false)) => {
                drop(index);
                problems.push(VaultProblem::IndexRebuilt);
                disk::set_aside(path)?;
                let index = Index::open(path).ok().map(|(index, ..)| index);
                return Ok(Opening { index, cells, fresh: true });
            }
            Err(Fault::Busy) => thread::sleep(Duration::from_millis(20)),
            Err(Fault::Full) if reserve.as_mut().is_some_and(|ballast| ballast.give_up()) => {}
            Err(Fault::Damaged) if !damaged => {
                damaged = true;
                problems.push(VaultProblem::IndexRebuilt);
                disk::set_aside(path)?;
            }
            Err(Fault::Full | Fault::Damaged) => {
                return Ok(Opening { index: None, cells: Cells::new(), fresh: true });
            }
        }
    }
    Err(UnlockError::Locked)
}

#[expect(clippy::too_many_arguments, reason = "one step of one story, used once")]
fn mend_journal(
    paths: &Paths,
    keys: &Keys,
    log: &journal::Read,
    records: &Records,
    stored: &Cells,
    new: bool,
    problems: &mut Vec<VaultProblem>,
    reserve: Option<&mut Ballast>,
) -> Result<Journal, UnlockError> {
    let path = paths.journal();
    let last = log.frames.last().map_or(0, |frame| frame.generation);
    if !log.damaged && last == records.head.generation {
        return Ok(Journal::open(&path, log.end)?);
    }
    if !new {
        problems.push(VaultProblem::JournalRebuilt);
        if path.exists() {
            disk::set_aside(&path)?;
        }
    }
    Ok(match snapshot(paths, keys, &path, records.head.generation, stored) {
        Err(error) if disk::is_full(&error) && reserve.is_some_and(Ballast::give_up) => {
            snapshot(paths, keys, &path, records.head.generation, stored)?
        }
        other => other?,
    })
}

/// Writes the journal anew as one snapshot, with the large records that exist nowhere else.
pub(crate) fn snapshot(
    paths: &Paths,
    keys: &Keys,
    path: &Path,
    generation: u64,
    stored: &Cells,
) -> std::io::Result<Journal> {
    let changes: Vec<_> = stored.iter().map(|(at, cell)| (*at, Some(Arc::clone(cell)))).collect();
    let copies: Vec<_> = stored.iter().map(|(at, cell)| pointer::copy_for_journal(paths, keys, at, cell)).collect();
    let entries = changes.iter().zip(&copies).map(|(change, copy)| Entry { change, copy: copy.as_deref() });
    Journal::rewrite(path, generation, &entries.collect::<Vec<_>>())
}
