//! A log of the device itself: appended and synced, sealed under the device secret, so that it can be written while
//! nobody has their vault open.
//!
//! ```text
//! frame:  see `frames.rs`, magic "DL1\n"
//! body:   kind 1 | number u64 | salt 16 | nonce 12 | sealed + tag 16
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Device, secret};
use crate::vault::crypto::{Key, NONCE, derive, open, random, seal};
use crate::vault::frames::{self, Frames, Magic, Scan};
use crate::vault::{VaultError, disk};

const MAGIC: Magic = *b"DL1\n";
/// Kind and number.
const PLACE: usize = 9;
const SALT: usize = 16;
/// How long a process that just ended may take to let go: 50 times 20 ms.
const LOCK_ATTEMPTS: u32 = 50;

/// One thing that was logged.
pub(crate) struct Line {
    /// What it is; its owner's to say.
    pub(crate) kind: u8,
    /// Its place; its owner's to say.
    pub(crate) number: u64,
    /// What is sealed.
    pub(crate) text: Zeroizing<Vec<u8>>,
}

/// What reading gave.
pub(crate) struct Lines {
    pub(crate) lines: Vec<Line>,
    /// Something that was written cannot be read any more. What a crash cut off is no damage: nobody was told that it
    /// was written.
    pub(crate) damaged: bool,
}

/// The log, open for appending; no other process has it.
pub(crate) struct Log {
    frames: Frames,
    seal: Seal,
    _lock: File,
}

#[derive(Clone)]
struct Seal {
    key: Key,
    /// Whose it is: a log copied from another device does not open.
    device: [u8; 16],
}

impl Device {
    /// Opens the log `name`, made with `first` when there is none.
    ///
    /// What was damaged is copied beside it and told; what is whole stays, and is written on.
    ///
    /// # Errors
    /// [`VaultError::DeviceSecretMissing`]; when the folder cannot be used, or another process has the log.
    pub(crate) fn log(&self, name: &'static str, first: &[Line]) -> Result<(Log, Lines), VaultError> {
        let folder = self.inner.folder.join("device").join(name);
        disk::make_dir(&folder)?;
        let lock = locked(folder.join("lock"))?;
        let seal = Seal { key: self.log_key(name)?, device: *self.inner.id.uuid().as_bytes() };
        let path = folder.join("log");
        if !path.exists() {
            let frames = Frames::replace(&path, &seal.frames(first)?)?;
            return Ok((Log { frames, seal, _lock: lock }, Lines { lines: Vec::new(), damaged: false }));
        }
        let found = seal.read(&path)?;
        let damaged = found.damaged || (found.torn && !found.cut_off);
        let frames = if damaged {
            keep_a_copy(&path)?;
            let whole = if found.frames.is_empty() { first } else { &found.frames };
            Frames::replace(&path, &seal.frames(whole)?)?
        } else {
            Frames::open(&path, found.end)?
        };
        Ok((Log { frames, seal, _lock: lock }, Lines { lines: found.frames, damaged }))
    }

    fn log_key(&self, name: &str) -> Result<Key, VaultError> {
        let secret = secret::load(&*self.inner.secret)?;
        derive(self.inner.id.uuid().as_bytes(), &[&secret], &[b"doorstep/v1/log/", name.as_bytes()])
    }
}

impl Log {
    /// Appends lines, all or none. Durable when this answers `Ok`.
    pub(crate) fn append(&mut self, lines: &[Line]) -> Result<(), VaultError> {
        Ok(self.frames.append(&self.seal.frames(lines)?)?)
    }

    /// Replaces all there is by these lines: after a power cut it holds the old or the new, whole.
    pub(crate) fn rewrite(&mut self, lines: &[Line]) -> Result<(), VaultError> {
        self.frames = Frames::replace(self.frames.path(), &self.seal.frames(lines)?)?;
        Ok(())
    }

    /// Reads all of it.
    pub(crate) fn read(&self) -> Result<Vec<Line>, VaultError> {
        Ok(self.seal.read(self.frames.path())?.frames)
    }
}

impl Seal {
    fn frames(&self, lines: &[Line]) -> Result<Vec<u8>, VaultError> {
        let mut bytes = Vec::new();
        for line in lines {
            let body = self.body(line)?;
            bytes.extend(frames::frame(MAGIC, |out| {
                out.extend_from_slice(&body);
                Ok(())
            })?);
        }
        Ok(bytes)
    }

    fn body(&self, line: &Line) -> Result<Vec<u8>, VaultError> {
        let (salt, nonce) = (random::<SALT>()?, random::<NONCE>()?);
        let mut body = vec![line.kind];
        body.extend_from_slice(&line.number.to_be_bytes());
        let about = self.about(&body);
        body.extend_from_slice(&salt);
        body.extend_from_slice(&nonce);
        let from = body.len();
        body.extend_from_slice(&line.text);
        seal(&self.key_of(&salt)?, nonce, &about, &mut body, from)?;
        Ok(body)
    }

    fn read(&self, path: &std::path::Path) -> Result<Scan<Line>, VaultError> {
        Ok(frames::scan(path, MAGIC, |body| self.opened(body))?)
    }

    fn opened(&self, body: &[u8]) -> Option<Line> {
        let (place, rest) = body.split_first_chunk::<PLACE>()?;
        let (salt, rest) = rest.split_first_chunk::<SALT>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        let mut text = Zeroizing::new(sealed.to_vec());
        open(&self.key_of(salt).ok()?, *nonce, &self.about(place), &mut text)?;
        let (&kind, number) = place.split_first()?;
        Some(Line { kind, number: u64::from_be_bytes(number.try_into().ok()?), text })
    }

    fn key_of(&self, salt: &[u8; SALT]) -> Result<Key, VaultError> {
        derive(salt, &[&self.key], &[b"doorstep/v1/log-line"])
    }

    fn about(&self, place: &[u8]) -> Vec<u8> {
        [&MAGIC[..], &self.device, place].concat()
    }
}

fn locked(path: PathBuf) -> Result<File, VaultError> {
    let file = disk::private().write(true).create(true).truncate(false).open(path)?;
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(VaultError::Device("the log is open in another window of the app"))
}

/// The damaged file stays as it was found, for whoever looks into it; a full disk does not keep the log from going on.
fn keep_a_copy(path: &std::path::Path) -> io::Result<()> {
    let aside = (1..1000).map(|number| disk::beside(path, &format!(".damaged-{number}"))).find(|it| !it.exists());
    match aside.map(|aside| fs::copy(path, aside)) {
        Some(Err(error)) if !disk::is_full(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn line(number: u64) -> Line {
        Line { kind: 2, number, text: Zeroizing::new(format!("said {number}").into_bytes()) }
    }

    fn written(folder: &Path) -> PathBuf {
        let device = Device::open_for_tests(folder).unwrap();
        let (mut log, _) = device.log("audit", &[line(0)]).unwrap();
        (1..4).for_each(|number| log.append(&[line(number)]).unwrap());
        log.append(&[line(4), line(5)]).unwrap();
        folder.join("device").join("audit").join("log")
    }

    fn numbers(folder: &Path) -> (Vec<u64>, bool) {
        let (_, found) = Device::open_for_tests(folder).unwrap().log("audit", &[]).unwrap();
        assert!(found.lines.iter().all(|it| *it.text == line(it.number).text[..]));
        (found.lines.iter().map(|it| it.number).collect(), found.damaged)
    }

    #[test]
    fn what_is_appended_is_read_and_stands_nowhere_in_the_clear() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = fs::read(written(folder.path())).unwrap();
        assert!(!bytes.windows(4).any(|part| part == b"said"));
        assert_eq!(numbers(folder.path()), (vec![0, 1, 2, 3, 4, 5], false));
    }

    #[test]
    fn a_tail_that_was_cut_off_is_repaired_and_is_no_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        let whole = fs::read(&path).unwrap();
        let last = whole.len() - 70;
        for end in last..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let (found, damaged) = numbers(folder.path());
            assert!(!damaged && found.ends_with(&[3, 4]), "cut at {end}: {found:?}");
            let (mut log, _) = Device::open_for_tests(folder.path()).unwrap().log("audit", &[]).unwrap();
            log.append(&[line(6)]).unwrap();
            drop(log);
            assert_eq!(numbers(folder.path()), (vec![0, 1, 2, 3, 4, 6], false));
        }
    }

    #[test]
    fn a_flipped_byte_anywhere_is_told_once_and_costs_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            fs::write(&path, &bytes).unwrap();
            let (found, damaged) = numbers(folder.path());
            assert!(damaged && found.len() == 5, "byte {at}: {found:?}");
            assert_eq!(numbers(folder.path()), (found, false), "what is left is whole");
            let aside = disk::beside(&path, ".damaged-1");
            assert_eq!(fs::read(&aside).unwrap(), bytes, "and what was found is kept");
            fs::remove_file(aside).unwrap();
        }
    }

    #[test]
    fn a_log_of_another_device_does_not_open() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (path, place) = (written(folder.path()), written(other.path()));
        fs::copy(path, place).unwrap();
        assert_eq!(numbers(other.path()), (vec![], true));
    }
}
