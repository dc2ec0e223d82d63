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
use super::state::{Cells, Head, Records};
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
    let log = journal::read(&paths.journal())?;
    let (index, on_index) = open_index(&paths.index(), ballast, &mut problems)?;
    let chosen = choose(keys, &log, &on_index);
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
    let journal = mend_journal(paths, keys, &log, &records, &stored, new, &mut problems, ballast)?;
    let index = mend_index(index, &on_index, &stored, keys, &records, new, &mut problems);
    Ok(Recovered { records, journal, index, problems })
}

/// Of the journal alone, and the index with the journal's newer frames on top, the complete one that is newest.
fn choose(keys: &Keys, log: &journal::Read, on_index: &Cells) -> Option<Records> {
    let mut from_log = Cells::new();
    journal::replay(&log.frames, 0, &mut from_log);
    let indexed = Records::check(on_index.clone(), keys);
    let mut both = on_index.clone();
    journal::replay(&log.frames, indexed.records.head.generation, &mut both);
    [Records::check(both, keys), Records::check(from_log, keys), indexed]
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

/// Opens the index; sets it aside and makes a new one when it cannot be read; gives the reserve up for it.
fn open_index(
    path: &Path,
    ballast: &mut Ballast,
    problems: &mut Vec<VaultProblem>,
) -> Result<(Option<Index>, Cells), UnlockError> {
    for attempt in 0..100 {
        match Index::open(path) {
            Ok((index, cells, true)) => return Ok((Some(index), cells)),
            Ok((index, cells, false)) => {
                drop(index);
                problems.push(VaultProblem::IndexRebuilt);
                disk::set_aside(path)?;
                return Ok((Index::open(path).ok().map(|(index, ..)| index), cells));
            }
            Err(Fault::Busy) => thread::sleep(Duration::from_millis(20)),
            Err(Fault::Full) if ballast.give_up() => {}
            Err(Fault::Full) => return Ok((None, Cells::new())),
            Err(Fault::Damaged) if attempt > 90 => return Ok((None, Cells::new())),
            Err(Fault::Damaged) => {
                if !problems.contains(&VaultProblem::IndexRebuilt) {
                    problems.push(VaultProblem::IndexRebuilt);
                }
                disk::set_aside(path)?;
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
    ballast: &mut Ballast,
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
        Err(error) if disk::is_full(&error) && ballast.give_up() => {
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

fn mend_index(
    index: Option<Index>,
    on_index: &Cells,
    stored: &Cells,
    keys: &Keys,
    records: &Records,
    new: bool,
    problems: &mut Vec<VaultProblem>,
) -> Option<Index> {
    let index = index.or_else(|| {
        problems.push(VaultProblem::IndexBehind);
        None
    })?;
    let indexed = Records::check(on_index.clone(), keys);
    // One transaction behind is a crash between journal and index; more than that is not supposed to happen.
    let close = indexed.adds_up && indexed.records.head.generation + 1 >= records.head.generation;
    if !close && !new && !problems.contains(&VaultProblem::IndexRebuilt) {
        problems.push(VaultProblem::IndexRebuilt);
    }
    let rebuilt = problems.contains(&VaultProblem::IndexRebuilt);
    if indexed.adds_up && indexed.records.head == records.head && !rebuilt {
        return Some(index);
    }
    let before = if rebuilt { Cells::new() } else { on_index.clone() };
    match index.apply(&index::difference(&before, stored)) {
        Ok(()) => Some(index),
        Err(_) => {
            problems.push(VaultProblem::IndexBehind);
            None
        }
    }
}
