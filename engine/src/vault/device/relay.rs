//! Unsent notes, sealed to the record service beside their author's vault: whoever is signed in can deliver them, and
//! nobody on this device can read them. They outlive their author's PIN.
//!
//! ```text
//! device/relay/staged/<note>   sealed; the author's own transaction is not known to be durable yet
//! device/relay/<note>          saved: to be delivered
//! device/relay/sent/<note>     delivered: for the author's outbox to learn of
//! ```
//! A note is staged, then saved in the vault, then moved: a crash in between leaves it staged, and its author's next
//! unlocking tells from the vault whether it was saved. Each is kept twice; none is under a key of the device, so that
//! losing those loses no note.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::identity::{DeviceId, NoteId, StaffId};
use uuid::Uuid;

use super::Device;
use crate::vault::twin::{self, Found, How};
use crate::vault::{VaultError, disk};

/// A note only the record service can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RelayNote {
    pub(crate) note: NoteId,
    pub(crate) author: StaffId,
    pub(crate) device: DeviceId,
    /// The key it is sealed to. Another one since means that it has to be sealed anew.
    pub(crate) key: String,
    /// The transaction, sealed and in base64url.
    pub(crate) sealed: String,
}

/// A note that was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) note: NoteId,
    pub(crate) author: StaffId,
    pub(crate) received: Timestamp,
}

/// The folder of them.
pub(crate) struct Relay {
    folder: PathBuf,
}

impl Device {
    /// The notes that anybody here can deliver.
    pub(crate) fn relay(&self) -> Relay {
        Relay { folder: self.inner.folder.join("device").join("relay") }
    }
}

impl Relay {
    /// Keeps a sealed note durably, not yet to be delivered.
    pub(crate) fn stage(&self, note: &RelayNote) -> Result<(), VaultError> {
        write(&self.staged(), note.note, note)
    }

    /// The note is saved in its author's vault: from now on it may be delivered. Not being staged is no error.
    pub(crate) fn saved(&self, note: NoteId) -> Result<(), VaultError> {
        let (from, to) = (path(&self.staged(), note), path(&self.folder, note));
        // The spare goes first: the name that counts is moved last.
        for suffix in [".spare", ""] {
            let moved = fs::rename(disk::beside(&from, suffix), disk::beside(&to, suffix));
            moved.or_else(ignore_missing)?;
        }
        disk::sync_dir(&self.folder)?;
        Ok(disk::sync_dir(&self.staged()).or_else(ignore_missing)?)
    }

    /// Those to be delivered, oldest first, and how many cannot be read.
    pub(crate) fn waiting(&self) -> Result<(Vec<RelayNote>, usize), VaultError> {
        read_all(&self.folder)
    }

    /// Those that were staged and not said to be saved.
    pub(crate) fn unsettled(&self) -> Result<Vec<RelayNote>, VaultError> {
        Ok(read_all(&self.staged())?.0)
    }

    /// The key to which a note is sealed that is there to be delivered.
    pub(crate) fn sealed_to(&self, note: NoteId) -> Result<Option<String>, VaultError> {
        Ok(read::<RelayNote>(&path(&self.folder, note))?.map(|held| held.key))
    }

    /// The record has it.
    pub(crate) fn delivered(&self, note: &RelayNote, received: Timestamp) -> Result<(), VaultError> {
        let receipt = Receipt { note: note.note, author: note.author.clone(), received };
        write(&self.sent(), note.note, &receipt)?;
        self.forget(note.note)
    }

    /// What was delivered for this person.
    pub(crate) fn receipts(&self, author: &StaffId) -> Result<Vec<Receipt>, VaultError> {
        let (all, _) = read_all::<Receipt>(&self.sent())?;
        Ok(all.into_iter().filter(|receipt| receipt.author == *author).collect())
    }

    /// The author knows.
    pub(crate) fn forget_receipt(&self, note: NoteId) -> Result<(), VaultError> {
        remove(&path(&self.sent(), note))
    }

    /// The record has the note, or its author withdrew it.
    pub(crate) fn forget(&self, note: NoteId) -> Result<(), VaultError> {
        remove(&path(&self.folder, note))
    }

    /// It was never saved.
    pub(crate) fn unstage(&self, note: NoteId) -> Result<(), VaultError> {
        remove(&path(&self.staged(), note))
    }

    /// Nobody can tell any more whether these were saved.
    pub(super) fn keep_staged_of(&self, author: &StaffId) -> Result<(), VaultError> {
        let staged = self.unsettled()?;
        staged.iter().filter(|note| note.author == *author).try_for_each(|note| self.saved(note.note))
    }

    fn staged(&self) -> PathBuf {
        self.folder.join("staged")
    }

    fn sent(&self) -> PathBuf {
        self.folder.join("sent")
    }
}

fn path(folder: &Path, note: NoteId) -> PathBuf {
    folder.join(note.to_string())
}

fn write(folder: &Path, note: NoteId, value: &impl Serialize) -> Result<(), VaultError> {
    disk::make_dir(folder)?;
    let bytes = serde_json::to_vec(value).map_err(VaultError::Json)?;
    Ok(twin::write(&path(folder, note), &twin::with_crc(bytes), How::Replace)?)
}

fn read_all<T: for<'de> Deserialize<'de>>(folder: &Path) -> Result<(Vec<T>, usize), VaultError> {
    let mut names = Vec::new();
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        entries => {
            for entry in entries? {
                let name = entry?.file_name().to_string_lossy().trim_end_matches(".spare").to_owned();
                // A name of another form is a folder, or a file that a power cut left half-written.
                if Uuid::parse_str(&name).is_ok() {
                    names.push(name);
                }
            }
        }
    }
    names.sort();
    names.dedup();
    let mut damaged = 0;
    let mut all = Vec::new();
    for name in names {
        let value = read(&folder.join(name))?;
        damaged += usize::from(value.is_none());
        all.extend(value);
    }
    Ok((all, damaged))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, VaultError> {
    Ok(match twin::read(path, How::Replace, twin::has_crc)? {
        Found::Whole(bytes) => twin::without_crc(&bytes).and_then(|content| serde_json::from_slice(content).ok()),
        Found::Missing | Found::Damaged(_) => None,
    })
}

/// The spare first: as long as the name that counts is there, the note is.
fn remove(path: &Path) -> Result<(), VaultError> {
    for suffix in [".spare", ""] {
        fs::remove_file(disk::beside(path, suffix)).or_else(ignore_missing)?;
    }
    Ok(disk::sync_parent(path).or_else(ignore_missing)?)
}

fn ignore_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(number: u128, author: &str) -> RelayNote {
        let (note, device) = (NoteId::new(Uuid::from_u128(number)), DeviceId::new(Uuid::nil()));
        RelayNote { note, author: StaffId::new(author), device, key: "a2V5".into(), sealed: "c2VhbGVk".into() }
    }

    fn relay() -> (tempfile::TempDir, Relay) {
        let folder = tempfile::tempdir().unwrap();
        let relay = Device::open_for_tests(folder.path()).unwrap().relay();
        (folder, relay)
    }

    #[test]
    fn a_note_is_delivered_only_after_it_was_saved() {
        let (_folder, relay) = relay();
        relay.stage(&note(1, "a")).unwrap();
        assert_eq!(relay.waiting().unwrap(), (vec![], 0));
        relay.saved(note(1, "a").note).unwrap();
        assert_eq!(relay.waiting().unwrap(), (vec![note(1, "a")], 0));
        assert!(relay.unsettled().unwrap().is_empty());
        relay.delivered(&note(1, "a"), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(relay.waiting().unwrap(), (vec![], 0));
        assert_eq!(relay.receipts(&StaffId::new("a")).unwrap().len(), 1);
        assert!(relay.receipts(&StaffId::new("b")).unwrap().is_empty());
        relay.forget_receipt(note(1, "a").note).unwrap();
        assert!(relay.receipts(&StaffId::new("a")).unwrap().is_empty());
    }

    #[test]
    fn a_damaged_copy_is_mended_and_two_are_counted_and_stay() {
        let (folder, relay) = relay();
        for number in [1, 2] {
            relay.stage(&note(number, "a")).unwrap();
            relay.saved(note(number, "a").note).unwrap();
        }
        let file = |number| path(&folder.path().join("device/relay"), note(number, "a").note);
        fs::write(file(1), b"rubbish").unwrap();
        fs::remove_file(file(2)).unwrap();
        assert_eq!(relay.waiting().unwrap(), (vec![note(1, "a"), note(2, "a")], 0), "from their spares");
        fs::write(file(1), b"rubbish").unwrap();
        fs::write(disk::beside(&file(1), ".spare"), b"rubbish").unwrap();
        assert_eq!(relay.waiting().unwrap(), (vec![note(2, "a")], 1));
        assert!(file(1).exists());
    }
}
