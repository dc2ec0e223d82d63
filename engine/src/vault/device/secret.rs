//! The device's part of every key.

use std::fs;
use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::vault::crypto::{Key, random};
use crate::vault::twin::{self, Found, How};
use crate::vault::{VaultError, disk};

/// Where the device's part of every key is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SecretPlace {
    /// A file only its owner may read.
    #[default]
    File,
    /// The key store of the system.
    KeyStore,
}

/// Keeps the 32 bytes without which no PIN opens a vault of this device. A phone's key store goes here.
pub trait DeviceSecret: Send + Sync {
    /// The secret; `None` when there is none (any more), or none that can be read.
    ///
    /// # Errors
    /// When the keeper cannot be asked: [`VaultError::KeyStore`], or what the storage says. Never for a missing secret.
    fn load(&self) -> Result<Option<Zeroizing<[u8; 32]>>, VaultError>;

    /// Keeps a new secret. Called once in the life of a device folder, when there is no vault yet.
    ///
    /// # Errors
    /// When it cannot be kept durably.
    fn store(&self, secret: &[u8; 32]) -> Result<(), VaultError>;

    /// Forgets it: the device is wiped.
    ///
    /// # Errors
    /// When it may still be there.
    fn forget(&self) -> Result<(), VaultError>;

    /// Where it is kept, for the person to know.
    fn place(&self) -> SecretPlace {
        SecretPlace::File
    }
}

/// Why the key store of the system did not do what it was asked. The secret may still be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreFault {
    /// None answers: another session, or a system without one.
    #[error("no key store answers")]
    Absent,
    /// It is locked, and nobody unlocked it.
    #[error("the key store is locked")]
    Locked,
    /// It is there and does not do it.
    #[error("the key store refuses")]
    Refused,
}

/// The secret as a file only its owner may read: where the system has no key store. It stops a copied vault
/// folder from being opened elsewhere only as long as `device/` is not copied with it.
pub struct SecretFile {
    path: PathBuf,
}

impl SecretFile {
    /// The file; it need not exist yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

impl DeviceSecret for SecretFile {
    fn load(&self) -> Result<Option<Zeroizing<[u8; 32]>>, VaultError> {
        let Found::Whole(bytes) = twin::read(&self.path, How::Replace, twin::has_crc)? else { return Ok(None) };
        let bytes = Zeroizing::new(bytes);
        let secret = twin::without_crc(&bytes).and_then(|content| <[u8; 32]>::try_from(content).ok());
        Ok(secret.map(Zeroizing::new))
    }

    fn store(&self, secret: &[u8; 32]) -> Result<(), VaultError> {
        let bytes = Zeroizing::new(twin::with_crc(secret.to_vec()));
        Ok(twin::write(&self.path, &bytes, How::Replace)?)
    }

    fn forget(&self) -> Result<(), VaultError> {
        for path in [self.path.clone(), disk::beside(&self.path, ".spare")] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Makes the secret of a new device.
pub(super) fn make(keeper: &dyn DeviceSecret) -> Result<(), VaultError> {
    keeper.store(&Zeroizing::new(random::<32>()?))
}

/// The secret, or the error that says it is gone.
pub(super) fn load(keeper: &dyn DeviceSecret) -> Result<Key, VaultError> {
    let secret = keeper.load()?.ok_or(VaultError::DeviceSecretMissing)?;
    Key::from_slice(&*secret).ok_or(VaultError::DeviceSecretMissing)
}
