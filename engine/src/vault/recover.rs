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
    // Without a reserve the storage was full, and the writer left the index behind on purpose.
    let may_lag = new || ballast.spent;
    let log = journal::read(&paths.journal())?;
    let from_log = replayed(keys, &log, Cells::new(), 0);
    // The reserve is for what the journal does not have; when it has all, the index can wait for room.
    let reserve = if from_log.adds_up { None } else { Some(ballast) };
    let mut recovery = Recovery { paths, keys, reserve, new, problems: Vec::new() };
    let opening = recovery.open_index()?;
    let records = match choose(keys, &log, from_log, &opening.cells) {
        Some(records) => records,
        None if new => Records::default(),
        None => {
            recovery.tell(VaultProblem::RecordsMayBeMissing);
            gather(paths, keys, &log, &opening.cells, anchor)?
        }
    };
    if records.head.generation < anchor {
        recovery.tell(VaultProblem::RecordsMayBeMissing);
    }
    let stored = records.stored(keys)?;
    let journal = recovery.mend_journal(&log, records.head.generation, &stored)?;
    let index = recovery.mend_index(opening, &records, &stored, may_lag);
    Ok(Recovered { records, journal, index, problems: recovery.problems })
}

struct Recovery<'a> {
    paths: &'a Paths,
    keys: &'a Keys,
    reserve: Option<&'a mut Ballast>,
    new: bool,
    problems: Vec<VaultProblem>,
}

/// The index as found, or a new one.
struct Opening {
    index: Option<Index>,
    /// What could be read, also from one that was set aside.
    cells: Cells,
    /// Nothing is in `index`.
    fresh: bool,
}

impl Recovery<'_> {
    fn tell(&mut self, problem: VaultProblem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// True when there was a reserve to give up.
    fn give_up_reserve(&mut self) -> bool {
        self.reserve.as_mut().is_some_and(|ballast| ballast.give_up())
    }

    /// Opens the index; sets it aside and makes a new one when it cannot be read; gives the reserve, if any, up for it.
    fn open_index(&mut self) -> Result<Opening, UnlockError> {
        let path = self.paths.index();
        let mut damaged = false;
        for _ in 0..100 {
            match Index::open(&path) {
                Ok((index, cells, true)) => return Ok(Opening { index: Some(index), cells, fresh: damaged }),
                Ok((index, cells, false)) => {
                    drop(index);
                    self.tell(VaultProblem::IndexRebuilt);
                    disk::set_aside(&path)?;
                    let index = Index::open(&path).ok().map(|(index, ..)| index);
                    return Ok(Opening { index, cells, fresh: true });
                }
                Err(Fault::Busy) => thread::sleep(Duration::from_millis(20)),
                Err(Fault::Full) if self.give_up_reserve() => {}
                Err(Fault::Damaged) if !damaged => {
                    damaged = true;
                    self.tell(VaultProblem::IndexRebuilt);
                    disk::set_aside(&path)?;
                }
                Err(Fault::Full | Fault::Damaged) => {
                    return Ok(Opening { index: None, cells: Cells::new(), fresh: true });
                }
            }
        }
        Err(UnlockError::Locked)
    }

    /// The journal for appending: as it is when it is whole and current, written anew otherwise.
    fn mend_journal(&mut self, log: &journal::Read, generation: u64, stored: &Cells) -> Result<Journal, UnlockError> {
        let path = self.paths.journal();
        let last = log.frames.last().map_or(0, |frame| frame.generation);
        if !log.damaged && last == generation {
            return Ok(Journal::open(&path, log.end)?);
        }
        if !self.new {
            self.tell(VaultProblem::JournalRebuilt);
            if path.exists() {
                disk::set_aside(&path)?;
            }
        }
        match snapshot(self.paths, self.keys, &path, generation, stored) {
            Err(error) if disk::is_full(&error) && self.give_up_reserve() => {
                Ok(snapshot(self.paths, self.keys, &path, generation, stored)?)
            }
            other => Ok(other?),
        }
    }

    /// The index brought up to the chosen records; `None` when it has to wait for room.
    fn mend_index(&mut self, opening: Opening, records: &Records, stored: &Cells, may_lag: bool) -> Option<Index> {
        let Opening { index, cells, fresh } = opening;
        let indexed = Records::check(cells.clone(), self.keys);
        // One transaction behind is a crash between journal and index; more than that is not supposed to happen.
        let close = indexed.adds_up && indexed.records.head.generation + 1 >= records.head.generation;
        if !close && !may_lag {
            self.tell(VaultProblem::IndexRebuilt);
        }
        let current = !fresh && indexed.adds_up && indexed.records.head == records.head;
        let before = if fresh { Cells::new() } else { cells };
        let index = index.filter(|index| current || index.apply(&index::difference(&before, stored)).is_ok());
        if index.is_none() {
            self.tell(VaultProblem::IndexBehind);
        }
        index
    }
}

/// `cells` with the journal's frames after a generation on top.
fn replayed(keys: &Keys, log: &journal::Read, mut cells: Cells, after: u64) -> Checked {
    journal::replay(&log.frames, after, &mut cells);
    Records::check(cells, keys)
}

/// Of the journal alone, and the index with the journal's newer frames on top, the complete one that is newest.
fn choose(keys: &Keys, log: &journal::Read, from_log: Checked, on_index: &Cells) -> Option<Records> {
    let indexed = Records::check(on_index.clone(), keys);
    let both = replayed(keys, log, on_index.clone(), indexed.records.head.generation);
    let complete = [both, from_log, indexed].into_iter().filter(|checked| checked.adds_up);
    complete.map(|checked| checked.records).max_by_key(|records| records.head.generation)
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
