//! Whether a vault holds notes that are nowhere else: unsent, and not sealed to the record service as well, because
//! its key was not known yet. Such a vault is never destroyed. When in doubt, it holds some.

use std::path::PathBuf;

use shared::identity::StaffId;

use super::Device;
use crate::vault::VaultError;
use crate::vault::twin::{self, Found, How};

/// The mark of one vault.
pub(super) struct OnlyHere {
    path: PathBuf,
}

impl OnlyHere {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn get(&self) -> Result<bool, VaultError> {
        Ok(match twin::read(&self.path, How::InPlace, twin::has_crc)? {
            Found::Whole(bytes) => twin::without_crc(&bytes) != Some(&[0]),
            Found::Missing | Found::Damaged(_) => true,
        })
    }

    /// In its place: marking must work on a full disk.
    pub(super) fn set(&self, yes: bool) -> Result<(), VaultError> {
        Ok(twin::write(&self.path, &twin::with_crc(vec![u8::from(yes)]), How::InPlace)?)
    }
}

impl Device {
    /// Notes durably whether a person's vault holds notes that are nowhere else. To be called before such a note is
    /// saved, and after the last of them is sent or sealed to the record service.
    ///
    /// # Errors
    /// When it cannot be written, or the person has no vault.
    pub fn set_only_here(&self, staff: &StaffId, yes: bool) -> Result<(), VaultError> {
        let Some(entry) = self.people_list().find(staff)? else { return Ok(()) };
        let mark = self.only_here_of(&entry);
        if mark.get()? == yes { Ok(()) } else { mark.set(yes) }
    }

    /// Whose vaults here hold notes that are nowhere else.
    ///
    /// # Errors
    /// When the list of people cannot be read.
    pub fn only_here(&self) -> Result<Vec<StaffId>, VaultError> {
        let mut found = Vec::new();
        for entry in self.people_list().read()?.into_iter().filter(|entry| entry.destroyed.is_none()) {
            if self.only_here_of(&entry).get()? {
                found.push(entry.staff.id);
            }
        }
        Ok(found)
    }
}
