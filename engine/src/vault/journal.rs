//! `outbox.log`: every transaction as it was decided, appended and synced before anyone is told that it is saved.
//!
//! It begins with a snapshot of all small records, so that it alone is enough to build the index again, and it
//! carries the whole of every large record that was written here and exists nowhere else.
//!
//! ```text
//! frame:  see `frames.rs`, magic "DJ1\n"
//! body:   snapshot 1 | generation u64 | changes u32 | changes
//! change: 0 | place 17 | cell length u32 | cell | copy length u32 | copy of its object     or     1 | place 17
//! ```

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::frames::{self, Frames, Magic, Scan};
use super::keyring::DbKey;
use super::record::Label;
use super::state::{Cells, Change, apply};

const MAGIC: Magic = *b"DJ1\n";
const PUT: u8 = 0;
const REMOVE: u8 = 1;

/// The open journal, for appending.
pub(crate) struct Journal(Frames);

/// A transaction as read.
pub(crate) struct Frame {
    snapshot: bool,
    pub(crate) generation: u64,
    pub(crate) changes: Vec<Change>,
    copies: Vec<(DbKey, Arc<[u8]>)>,
}

/// What reading gave.
pub(crate) type Read = Scan<Frame>;

/// One change with the object it points at, when that is to be kept here too.
pub(crate) struct Entry<'a> {
    pub(crate) change: &'a Change,
    pub(crate) copy: Option<&'a [u8]>,
}

impl Journal {
    /// Opens a journal that was read, and cuts off what a crash left unfinished behind `end`.
    pub(crate) fn open(path: &Path, end: u64) -> io::Result<Self> {
        Frames::open(path, end).map(Self)
    }

    /// Replaces the journal by one snapshot.
    pub(crate) fn rewrite(path: &Path, generation: u64, entries: &[Entry<'_>]) -> io::Result<Self> {
        Frames::replace(path, &frame(true, generation, entries)?).map(Self)
    }

    /// Appends a transaction. When this answers `Ok` it is decided; after an error it never happened.
    pub(crate) fn append(&mut self, generation: u64, entries: &[Entry<'_>]) -> io::Result<()> {
        self.0.append(&frame(false, generation, entries)?)
    }

    /// Its length, bytes.
    pub(crate) const fn length(&self) -> u64 {
        self.0.length()
    }

    /// The copy of an object that is damaged or gone, when the journal holds one of that revision.
    pub(crate) fn copy_of(path: &Path, at: &DbKey, revision: u64) -> Option<Vec<u8>> {
        let found = read(path).ok()?;
        let copies = found.frames.into_iter().flat_map(|frame| frame.copies);
        let is_it = |cell: &[u8]| Label::read(cell).is_some_and(|label| label.revision == revision);
        copies.filter(|(place, cell)| place == at && is_it(cell)).last().map(|(_, cell)| cell.to_vec())
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Reads all that can be read. A frame that does not check is skipped to the next that does; both are told.
pub(crate) fn read(path: &Path) -> io::Result<Read> {
    frames::scan(path, MAGIC, parse_body)
}

/// Applies frames newer than `after` to cells.
pub(crate) fn replay(frames: &[Frame], after: u64, cells: &mut Cells) {
    for frame in frames.iter().filter(|frame| frame.generation > after) {
        if frame.snapshot {
            cells.clear();
        }
        apply(cells, &frame.changes);
    }
}

fn frame(snapshot: bool, generation: u64, entries: &[Entry<'_>]) -> io::Result<Vec<u8>> {
    frames::frame(MAGIC, |bytes| {
        bytes.push(u8::from(snapshot));
        bytes.extend_from_slice(&generation.to_be_bytes());
        bytes.extend_from_slice(&length(entries.len())?);
        for Entry { change: (at, new), copy } in entries {
            bytes.push(if new.is_some() { PUT } else { REMOVE });
            bytes.extend_from_slice(at);
            if let Some(new) = new {
                for part in [new, copy.unwrap_or_default()] {
                    bytes.extend_from_slice(&length(part.len())?);
                    bytes.extend_from_slice(part);
                }
            }
        }
        Ok(())
    })
}

fn length(length: usize) -> io::Result<[u8; 4]> {
    u32::try_from(length).map(u32::to_be_bytes).map_err(io::Error::other)
}

fn parse_body(body: &[u8]) -> Option<Frame> {
    let (&snapshot, rest) = body.split_first()?;
    let (generation, rest) = rest.split_first_chunk::<8>()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let (snapshot, generation) = (snapshot == 1, u64::from_be_bytes(*generation));
    let mut frame = Frame { snapshot, generation, changes: Vec::new(), copies: Vec::new() };
    for _ in 0..u32::from_be_bytes(*count) {
        rest = parse_change(rest, &mut frame)?;
    }
    rest.is_empty().then_some(frame)
}

fn parse_change<'a>(bytes: &'a [u8], frame: &mut Frame) -> Option<&'a [u8]> {
    let (&what, rest) = bytes.split_first()?;
    let (at, rest) = rest.split_first_chunk::<17>()?;
    if what == REMOVE {
        frame.changes.push((*at, None));
        return Some(rest);
    }
    let (cell, rest) = parse_bytes(rest)?;
    let (copy, rest) = parse_bytes(rest)?;
    frame.changes.push((*at, Some(cell.into())));
    if !copy.is_empty() {
        frame.copies.push((*at, copy.into()));
    }
    Some(rest)
}

fn parse_bytes(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    use proptest::prelude::*;

    fn change(number: u8, text: &[u8]) -> Change {
        ([number; 17], Some(text.into()))
    }

    fn written(folder: &Path) -> PathBuf {
        let path = folder.join("outbox.log");
        let first = change(1, b"one");
        let mut journal = Journal::rewrite(&path, 1, &[Entry { change: &first, copy: None }]).unwrap();
        for generation in 2..6u8 {
            let change = change(generation, b"more");
            journal.append(generation.into(), &[Entry { change: &change, copy: Some(b"copy") }]).unwrap();
        }
        path
    }

    fn places(found: &Read) -> Vec<u8> {
        let mut cells = Cells::new();
        replay(&found.frames, 0, &mut cells);
        cells.keys().map(|place| place[0]).collect()
    }

    #[test]
    fn what_is_appended_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let found = read(&written(folder.path())).unwrap();
        assert_eq!(places(&found), [1, 2, 3, 4, 5]);
        assert!(!found.damaged && !found.torn);
    }

    #[test]
    fn a_torn_tail_is_cut_off_and_told_from_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        let whole = fs::read(&path).unwrap();
        for cut in 1..30 {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            let found = read(&path).unwrap();
            assert!(found.torn && !found.damaged);
            assert_eq!(places(&found), [1, 2, 3, 4]);
            let mut journal = Journal::open(&path, found.end).unwrap();
            let again = change(9, b"again");
            journal.append(9, &[Entry { change: &again, copy: None }]).unwrap();
            assert_eq!(places(&read(&path).unwrap()), [1, 2, 3, 4, 9]);
        }
    }

    proptest! {
        #[test]
        fn one_flipped_bit_costs_one_frame_and_is_told(at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let folder = tempfile::tempdir().unwrap();
            let path = written(folder.path());
            let mut bytes = fs::read(&path).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            fs::write(&path, bytes).unwrap();
            let found = read(&path).unwrap();
            prop_assert!(found.damaged || found.torn);
            prop_assert_eq!(places(&found).len(), 4);
        }
    }
}
