//! Destroying keys on purpose: of one person after ten wrong PINs, of all when the device is revoked, of the device
//! itself when it is wiped. What is left of the data opens with nothing and is thrown away after its keys.

use std::fs::{self, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::people::Entry;
use super::{Destroyed, Device};
use crate::vault::crypto::random;
use crate::vault::{VaultError, disk};

/// What opens a vault.
const KEYS: [&str; 5] = ["slot", "slot.spare", "keys", "keys.spare", "lease.keys"];
/// What opens anything at all on this device.
const DEVICE_KEYS: [&str; 6] = ["secret", "secret.spare", "signing", "signing.spare", "services", "services.spare"];

impl Device {
    /// Destroys the keys of one vault. Notes of its owner that were about to be sealed to the record service are
    /// taken as written: better one too many than one lost.
    pub(super) fn destroy(&self, entry: &Entry, why: Destroyed) -> Result<(), VaultError> {
        self.relay().keep_staged_of(&entry.staff.id)?;
        // Said first: a power cut in the middle is finished at the next start.
        self.people_list().change(|list| {
            let mine = list.iter_mut().filter(|line| line.folder == entry.folder);
            mine.for_each(|line| line.destroyed = Some(why));
        })?;
        self.shred_vault(entry)
    }

    fn shred_vault(&self, entry: &Entry) -> Result<(), VaultError> {
        let folder = self.folder_of(entry);
        KEYS.iter().try_for_each(|name| overwrite(&folder.join(name)))?;
        // From here on nothing opens; what cannot be removed now is rubbish.
        let _ = fs::remove_dir_all(&folder);
        Ok(())
    }

    /// Finishes what a power cut interrupted. To be called at the start.
    pub(super) fn finish_destroying(&self) -> Result<(), VaultError> {
        // A list that cannot be read is told when it is asked for.
        let people = self.people_list().read().unwrap_or_default();
        let mut begun = people.iter().filter(|entry| entry.destroyed.is_some() && self.folder_of(entry).exists());
        begun.try_for_each(|entry| self.shred_vault(entry))
    }

    /// The record service does not take this device any more: destroys every person's keys. A vault that holds notes
    /// which are nowhere else keeps its slot, for its owner to send them; its records go all the same.
    ///
    /// # Errors
    /// When a key could not be destroyed. The others are.
    pub fn destroy_all(&self) -> Result<(), VaultError> {
        let mut result = Ok(());
        for entry in self.people_list().read()?.iter().filter(|entry| entry.destroyed.is_none()) {
            let done = match self.only_here_of(entry).get() {
                Ok(true) => overwrite(&self.folder_of(entry).join("lease.keys")),
                Ok(false) => self.destroy(entry, Destroyed::DeviceRevoked),
                Err(error) => Err(error),
            };
            result = result.and(done);
        }
        result
    }

    /// Empties the device: first every key, then everything. After it the folder is that of a new device.
    ///
    /// # Errors
    /// When a key could not be destroyed, or a file not removed. Calling again goes on.
    pub fn wipe(&self) -> Result<(), VaultError> {
        let (own, people) = (self.inner.folder.join("device"), self.inner.folder.join("people"));
        DEVICE_KEYS.iter().try_for_each(|name| overwrite(&own.join(name)))?;
        for vault in fs::read_dir(&people)? {
            let vault = vault?.path();
            KEYS.iter().try_for_each(|name| overwrite(&vault.join(name)))?;
        }
        // Nothing is left that it opens: a key store that is locked now keeps nobody from emptying their device.
        if let Err(error) = self.inner.secret.forget() {
            tracing::warn!(%error, "the device's part of the keys may still be in the key store");
        }
        fs::remove_dir_all(&people)?;
        fs::remove_dir_all(&own)?;
        Ok(disk::sync_dir(&self.inner.folder)?)
    }
}

/// Writes noise over a file in its place, and only then removes it. A file that is not there is no error.
pub(super) fn overwrite(path: &Path) -> Result<(), VaultError> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    let mut left = length;
    while left > 0 {
        let noise = Zeroizing::new(random::<512>()?);
        let part = usize::try_from(left).unwrap_or(usize::MAX).min(noise.len());
        file.write_all(&noise[..part])?;
        left -= part as u64;
    }
    file.sync_data()?;
    fs::remove_file(path)?;
    Ok(disk::sync_parent(path)?)
}
