//! What this device knows of its record service: under which base it is enrolled, and whose signatures and seals.

use jiff::Timestamp;
use keys::RelayPublic;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Device;
use super::sealed::Sealed;
use crate::vault::VaultError;

/// The enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Service {
    /// Base of the FHIR service.
    pub(crate) base: String,
    /// Notes are sealed to this key, base64url.
    pub(crate) relay_key: String,
    /// The service's signing keys, as it published them.
    pub(crate) jwks: Value,
    /// When this device was enrolled, by the believed clock.
    pub(crate) enrolled: Timestamp,
    /// The service does not take this device any more.
    pub(crate) revoked: bool,
}

impl Service {
    /// The key that notes are sealed to.
    pub(crate) fn relay(&self) -> Option<RelayPublic> {
        RelayPublic::from_text(&self.relay_key).ok()
    }
}

impl Device {
    /// What is known of the record service; `None` before the enrolment.
    ///
    /// # Errors
    /// As for [`Device::signing_key`].
    pub(crate) fn service(&self) -> Result<Option<Service>, VaultError> {
        let kept = self.service_file().read()?;
        Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Keeps it durably.
    ///
    /// # Errors
    /// When it cannot be written; what was known before is then still known.
    pub(crate) fn set_service(&self, service: &Service) -> Result<(), VaultError> {
        self.service_file().write(&serde_json::to_vec(service).map_err(VaultError::Json)?)
    }

    fn service_file(&self) -> Sealed<'_> {
        let path = self.inner.folder.join("device").join("service");
        Sealed::new(path, b"service", &*self.inner.secret)
    }
}
