//! A file that is only appended to: frames with a checksum each, synced before anyone is told.
//!
//! ```text
//! frame:  magic 4 | body length u32 | CRC-32 of the body | body
//! ```

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::disk;

/// Which kind of file it is.
pub(crate) type Magic = [u8; 4];

const HEAD: usize = 12;

/// Such a file, open for appending.
pub(crate) struct Frames {
    path: PathBuf,
    file: File,
    length: u64,
    /// A failed append could not be cut off again: it must be before the next one.
    dirty: bool,
}

/// What reading gave.
pub(crate) struct Scan<T> {
    pub(crate) frames: Vec<T>,
    /// Where the last whole frame ends.
    pub(crate) end: u64,
    /// There are bytes after it: an append that a crash cut off, or a last frame that was damaged.
    pub(crate) torn: bool,
    /// What is after it is the beginning of a frame and nothing else: nobody was told that it was written.
    pub(crate) cut_off: bool,
    /// Something between whole frames could not be read, or there is no file.
    pub(crate) damaged: bool,
}

impl<T> Default for Scan<T> {
    fn default() -> Self {
        Self { frames: Vec::new(), end: 0, torn: false, cut_off: false, damaged: false }
    }
}

impl Frames {
    /// Opens a file that was scanned, and cuts off what a crash left unfinished behind `end`.
    pub(crate) fn open(path: &Path, end: u64) -> io::Result<Self> {
        let mut file = File::options().read(true).write(true).open(path)?;
        if file.metadata()?.len() != end {
            file.set_len(end)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(end))?;
        Ok(Self { path: path.to_owned(), file, length: end, dirty: false })
    }

    /// Replaces the file by these bytes: after a power cut it holds the old or the new, whole.
    pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        disk::replace(path, bytes)?;
        Self::open(path, bytes.len() as u64)
    }

    /// Appends frames. When this answers `Ok` they are durable; after an error they never were.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.dirty {
            self.take_back()?;
        }
        if let Err(error) = self.file.write_all(bytes).and_then(|()| self.file.sync_data()) {
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

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.sync_all()?;
        self.dirty = false;
        Ok(())
    }
}

/// A frame with what `body` writes into it.
pub(crate) fn frame(magic: Magic, body: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; HEAD];
    body(&mut bytes)?;
    let crc = crc32fast::hash(&bytes[HEAD..]);
    let length = u32::try_from(bytes.len() - HEAD).map_err(io::Error::other)?;
    bytes[..4].copy_from_slice(&magic);
    bytes[4..8].copy_from_slice(&length.to_be_bytes());
    bytes[8..HEAD].copy_from_slice(&crc.to_be_bytes());
    Ok(bytes)
}

/// Reads all that can be read. A frame that does not check is skipped to the next that does; both are told.
pub(crate) fn scan<T>(path: &Path, magic: Magic, parse: impl Fn(&[u8]) -> Option<T>) -> io::Result<Scan<T>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Scan { damaged: true, ..Scan::default() }),
        Err(error) => return Err(error),
    };
    let mut found = Scan::default();
    let (mut at, mut last) = (0, 0);
    let mut skipping = false;
    while at < bytes.len() {
        let whole = body(&bytes[at..], magic).and_then(|body| Some((parse(body)?, HEAD + body.len())));
        if let Some((frame, length)) = whole {
            found.damaged |= skipping;
            skipping = false;
            found.frames.push(frame);
            at += length;
            last = at;
        } else {
            skipping = true;
            at += 1 + next(&bytes[at + 1..], magic);
        }
    }
    found.end = last as u64;
    found.torn = skipping;
    found.cut_off = skipping && is_beginning(&bytes[last..], magic);
    found.damaged |= found.frames.is_empty();
    Ok(found)
}

fn next(bytes: &[u8], magic: Magic) -> usize {
    bytes.windows(magic.len()).position(|window| window == magic).unwrap_or(bytes.len())
}

fn body(bytes: &[u8], magic: Magic) -> Option<&[u8]> {
    let (length, crc, rest) = head(bytes, magic)?;
    let (body, _) = rest.split_at_checked(length)?;
    (crc32fast::hash(body) == crc).then_some(body)
}

fn head(bytes: &[u8], magic: Magic) -> Option<(usize, u32, &[u8])> {
    let (length, rest) = bytes.strip_prefix(&magic)?.split_first_chunk::<4>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, u32::from_be_bytes(*crc), rest))
}

/// Whether these bytes are a frame of which the end never came. One whose length alone is wrong is not: what is there
/// fits its checksum.
fn is_beginning(bytes: &[u8], magic: Magic) -> bool {
    match head(bytes, magic) {
        Some((length, crc, rest)) => rest.len() < length && crc32fast::hash(rest) != crc,
        None => bytes.len() < HEAD && bytes.iter().zip(magic).all(|(byte, wanted)| *byte == wanted),
    }
}
