//! The device's signing key: its name among the devices of a record service is the thumbprint of this key.

use std::fs::File;
use std::sync::{Arc, PoisonError};

use keys::SigningKey;

use super::Device;
use super::sealed::Sealed;
use crate::vault::{VaultError, disk};

impl Device {
    /// The key this device signs with (P-256), made when the device has none yet. Sealed under the device secret
    /// and kept twice.
    ///
    /// # Errors
    /// [`VaultError::DeviceSecretMissing`], [`VaultError::DeviceDamaged`] when neither copy can be read. No new key is
    /// made then: the record service knows the device by the old one, and somebody has to decide.
    pub fn signing_key(&self) -> Result<Arc<SigningKey>, VaultError> {
        let mut known = self.inner.signing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = &*known {
            return Ok(key.clone());
        }
        let key = Arc::new(self.read_or_make()?);
        *known = Some(key.clone());
        Ok(key)
    }

    fn read_or_make(&self) -> Result<SigningKey, VaultError> {
        let own = self.inner.folder.join("device");
        // Two processes that start together must not make two keys.
        let lock = disk::private().write(true).create(true).truncate(false).open(own.join("lock"))?;
        File::lock(&lock)?;
        let sealed = Sealed::new(own.join("signing"), b"signing", &*self.inner.secret);
        if let Some(pkcs8) = sealed.read()? {
            return SigningKey::from_pkcs8(&pkcs8).map_err(|_| VaultError::DeviceDamaged);
        }
        let key = SigningKey::generate().map_err(|_| VaultError::Device("no randomness"))?;
        sealed.write(key.to_pkcs8())?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn thumbprint(folder: &Path) -> Result<String, VaultError> {
        Device::open_for_tests(folder)?.signing_key().map(|key| key.thumbprint().to_owned())
    }

    fn flip(path: &Path, at: usize) {
        let mut bytes = fs::read(path).unwrap();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn a_device_keeps_its_key_and_shows_it_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let first = thumbprint(folder.path()).unwrap();
        assert_eq!(thumbprint(folder.path()).unwrap(), first);
        let key = Device::open_for_tests(folder.path()).unwrap().signing_key().unwrap();
        for name in ["signing", "signing.spare"] {
            let bytes = fs::read(folder.path().join("device").join(name)).unwrap();
            assert!(!bytes.windows(32).any(|part| key.to_pkcs8().windows(32).any(|secret| secret == part)), "{name}");
        }
        let other = tempfile::tempdir().unwrap();
        assert_ne!(thumbprint(other.path()).unwrap(), first);
    }

    #[test]
    fn one_damaged_copy_is_mended_at_every_byte() {
        let folder = tempfile::tempdir().unwrap();
        let first = thumbprint(folder.path()).unwrap();
        let path = folder.path().join("device").join("signing");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            flip(&path, at);
            assert_eq!(thumbprint(folder.path()).unwrap(), first, "byte {at}");
            assert_eq!(fs::read(&path).unwrap(), whole, "byte {at} was not mended");
        }
        fs::remove_file(folder.path().join("device").join("signing.spare")).unwrap();
        assert_eq!(thumbprint(folder.path()).unwrap(), first);
    }

    #[test]
    fn two_damaged_copies_are_an_error_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        thumbprint(folder.path()).unwrap();
        let paths = ["signing", "signing.spare"].map(|name| folder.path().join("device").join(name));
        paths.iter().for_each(|path| flip(path, 40));
        let before = paths.each_ref().map(|path| fs::read(path).unwrap());
        assert!(matches!(thumbprint(folder.path()), Err(VaultError::DeviceDamaged)));
        assert_eq!(paths.each_ref().map(|path| fs::read(path).unwrap()), before);
    }

    #[test]
    fn without_the_device_secret_it_is_said_and_no_other_key_is_made() {
        let folder = tempfile::tempdir().unwrap();
        thumbprint(folder.path()).unwrap();
        let device = Device::open_for_tests(folder.path()).unwrap();
        for name in ["secret", "secret.spare"] {
            fs::remove_file(folder.path().join("device").join(name)).unwrap();
        }
        assert!(matches!(device.signing_key(), Err(VaultError::DeviceSecretMissing)));
    }
}
