//! Whom this device believes: the keys of the record services it knows, sealed under its secret.

use std::collections::BTreeMap;
use std::fs::File;

use serde_json::Value;

use super::Device;
use super::sealed::Sealed;
use crate::vault::{VaultError, disk};

/// Key sets (RFC 7517) by the base of the service.
type Known = BTreeMap<String, Value>;

impl Device {
    /// The keys of a service, when this device learned them.
    ///
    /// # Errors
    /// [`VaultError::DeviceSecretMissing`], [`VaultError::DeviceDamaged`].
    pub fn service_keys(&self, base: &str) -> Result<Option<Value>, VaultError> {
        Ok(self.known_services()?.remove(base))
    }

    /// Keeps the keys of a service in the place of those it had before.
    ///
    /// # Errors
    /// As [`Device::service_keys`], or when they cannot be written; the old ones are then still there.
    pub fn keep_service_keys(&self, base: &str, keys: &Value) -> Result<(), VaultError> {
        let place = self.inner.folder.join("device").join("lock");
        let lock = disk::private().write(true).create(true).truncate(false).open(place)?;
        File::lock(&lock)?;
        // What cannot be read is learned anew from the service; nothing else stands here.
        let mut known = self.known_services().unwrap_or_default();
        known.insert(base.to_owned(), keys.clone());
        self.trust().write(&serde_json::to_vec(&known).map_err(VaultError::Json)?)
    }

    fn known_services(&self) -> Result<Known, VaultError> {
        let Some(bytes) = self.trust().read()? else { return Ok(Known::new()) };
        serde_json::from_slice(&bytes).map_err(|_| VaultError::DeviceDamaged)
    }

    fn trust(&self) -> Sealed<'_> {
        Sealed::new(self.inner.folder.join("device").join("trust"), b"trust", &*self.inner.secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_service_has_its_own_keys() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open_for_tests(folder.path()).unwrap();
        assert_eq!(device.service_keys("http://a/fhir").unwrap(), None);
        device.keep_service_keys("http://a/fhir", &json!({"keys": [1]})).unwrap();
        device.keep_service_keys("http://b/fhir", &json!({"keys": [2]})).unwrap();
        device.keep_service_keys("http://a/fhir", &json!({"keys": [3]})).unwrap();
        let again = Device::open_for_tests(folder.path()).unwrap();
        assert_eq!(again.service_keys("http://a/fhir").unwrap(), Some(json!({"keys": [3]})));
        assert_eq!(again.service_keys("http://b/fhir").unwrap(), Some(json!({"keys": [2]})));
    }
}
