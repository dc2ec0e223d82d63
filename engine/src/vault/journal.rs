//! `outbox.log`: every transaction as it was decided, appended and synced before anyone is told that it is saved.
//!
//! It begins with a snapshot of all small records, so that it alone is enough to build the index again, and it
//! carries the whole of every large record that was written here and exists nowhere else.
//!
//! ```text
//! frame:  "DJ1\n" | body length u32 | CRC-32 of the body | body
//! body:   snapshot 1 | generation u64 | changes u32 | changes
//! change: 0 | place 17 | cell length u32 | cell | copy length u32 | copy of its object     or     1 | place 17
//! ```

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk;
use super::keyring::DbKey;
use super::record::Label;
use super::state::{Cells, Change, apply};

const MAGIC: [u8; 4] = *b"DJ1\n";
const FRAME_HEAD: usize = 12;
const PUT: u8 = 0;
const REMOVE: u8 = 1;

/// The open journal, for appending.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    /// A failed append could not be cut off again: it must be before the next one.
    dirty: bool,
}

/// A transaction as read.
pub(crate) struct Frame {
    snapshot: bool,
    pub(crate) generation: u64,
    pub(crate) changes: Vec<Change>,
    copies: Vec<(DbKey, Arc<[u8]>)>,
}

/// What reading gave.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) frames: Vec<Frame>,
    /// Where the last whole frame ends.
    pub(crate) end: u64,
    /// Bytes after it: an append that a crash cut off, or a last frame that was damaged.
    pub(crate) torn: bool,
    /// Something between whole frames could not be read, or there is no journal.
    pub(crate) damaged: bool,
}

/// One change with the object it points at, when that is to be kept here too.
pub(crate) struct Entry<'a> {
    pub(crate) change: &'a Change,
    pub(crate) copy: Option<&'a [u8]>,
}

impl Journal {
    /// Opens a journal that was read, and cuts off what a crash left unfinished behind `end`.
    pub(crate) fn open(path: &Path, end: u64) -> io::Result<Self> {
        let mut file = File::options().read(true).write(true).open(path)?;
        if file.metadata()?.len() != end {
            file.set_len(end)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(end))?;
        Ok(Self { path: path.to_owned(), file, length: end, dirty: false })
    }

    /// Replaces the journal by one snapshot.
    pub(crate) fn rewrite(path: &Path, generation: u64, entries: &[Entry<'_>]) -> io::Result<Self> {
        let bytes = frame(true, generation, entries)?;
        disk::replace(path, &bytes)?;
        Self::open(path, bytes.len() as u64)
    }

    /// Appends a transaction. When this answers `Ok` it is decided; after an error it never happened.
    pub(crate) fn append(&mut self, generation: u64, entries: &[Entry<'_>]) -> io::Result<()> {
        let bytes = frame(false, generation, entries)?;
        if self.dirty {
            self.take_back()?;
        }
        if let Err(error) = self.file.write_all(&bytes).and_then(|()| self.file.sync_data()) {
            self.dirty = self.take_back().is_err();
            return Err(error);
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Its length, bytes.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.sync_all()?;
        self.dirty = false;
        Ok(())
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
        &self.path
    }
}

/// Reads all that can be read. A frame that does not check is skipped to the next that does; both are told.
pub(crate) fn read(path: &Path) -> io::Result<Read> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read { damaged: true, ..Read::default() }),
        Err(error) => return Err(error),
    };
    let mut found = Read::default();
    let mut at = 0;
    let mut skipping = false;
    while at < bytes.len() {
        if let Some((frame, length)) = parse_frame(&bytes[at..]) {
            found.damaged |= skipping;
            skipping = false;
            found.frames.push(frame);
            at += length;
            found.end = at as u64;
        } else {
            skipping = true;
            at += 1 + next_magic(&bytes[at + 1..]);
        }
    }
    found.torn = skipping;
    found.damaged |= found.frames.is_empty();
    Ok(found)
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

fn next_magic(bytes: &[u8]) -> usize {
    bytes.windows(MAGIC.len()).position(|window| window == MAGIC).unwrap_or(bytes.len())
}

fn frame(snapshot: bool, generation: u64, entries: &[Entry<'_>]) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; FRAME_HEAD];
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
    let crc = crc32fast::hash(&bytes[FRAME_HEAD..]);
    let body = length(bytes.len() - FRAME_HEAD)?;
    bytes[..4].copy_from_slice(&MAGIC);
    bytes[4..8].copy_from_slice(&body);
    bytes[8..FRAME_HEAD].copy_from_slice(&crc.to_be_bytes());
    Ok(bytes)
}

fn length(length: usize) -> io::Result<[u8; 4]> {
    u32::try_from(length).map(u32::to_be_bytes).map_err(io::Error::other)
}

fn parse_frame(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (length, rest) = bytes.strip_prefix(&MAGIC)?.split_first_chunk::<4>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (body, _) = rest.split_at_checked(length)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*crc) {
        return None;
    }
    Some((parse_body(body)?, FRAME_HEAD + length))
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
