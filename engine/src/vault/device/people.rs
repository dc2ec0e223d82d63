//! Who has a vault on this device. Names of staff and nothing else: the lock screen shows them before any key is there.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shared::identity::{Staff, StaffId};

use crate::vault::twin::{self, Found, How};
use crate::vault::{VaultError, disk};

/// A line of the list.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The random name of the folder under `people/`.
    pub(super) folder: String,
    pub(super) staff: Staff,
    /// Set when the keys of the vault were destroyed. The line stays until the person sets a PIN again, so that the
    /// lock screen can say what happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) destroyed: Option<Destroyed>,
}

/// Why the keys of a vault are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destroyed {
    /// The tenth wrong PIN.
    WrongPins,
    /// The record service does not take this device any more.
    DeviceRevoked,
}

/// The list as a file.
pub(super) struct People {
    path: PathBuf,
    lock: PathBuf,
}

impl People {
    pub(super) fn new(device: &Path) -> Self {
        Self { path: device.join("people"), lock: device.join("lock") }
    }

    /// The list. One that cannot be read is an error and not an empty list: a new device secret would be made.
    pub(super) fn read(&self) -> Result<Vec<Entry>, VaultError> {
        let unreadable = || std::io::Error::new(std::io::ErrorKind::InvalidData, "the list of people is damaged");
        match twin::read(&self.path, How::Replace, twin::has_crc)? {
            Found::Missing => Ok(Vec::new()),
            Found::Damaged(_) => Err(unreadable().into()),
            Found::Whole(bytes) => twin::without_crc(&bytes)
                .and_then(|content| serde_json::from_slice(content).ok())
                .ok_or_else(|| unreadable().into()),
        }
    }

    /// The line of one person.
    pub(super) fn find(&self, staff: &StaffId) -> Result<Option<Entry>, VaultError> {
        Ok(self.read()?.into_iter().find(|entry| entry.staff.id == *staff))
    }

    /// Changes the list while no other process does.
    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<Entry>)) -> Result<(), VaultError> {
        let lock = disk::private().write(true).create(true).truncate(false).open(&self.lock)?;
        File::lock(&lock)?;
        let mut list = self.read()?;
        change(&mut list);
        let bytes = serde_json::to_vec(&list).map_err(VaultError::Json)?;
        Ok(twin::write(&self.path, &twin::with_crc(bytes), How::Replace)?)
    }
}
