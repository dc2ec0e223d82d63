//! What this device knows of each record service: whose signatures it believes, and under which key it is enrolled.

use std::collections::BTreeMap;
use std::fs::File;

use jiff::Timestamp;
use keys::RelayPublic;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Device;
use super::sealed::Sealed;
use crate::vault::{VaultError, disk};

/// One service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Service {
    /// Its signing keys (RFC 7517 §5), once they were learned.
    pub(crate) keys: Option<Value>,
    /// `None` as long as the device is not enrolled there.
    pub(crate) enrolled: Option<Enrolled>,
}

/// The enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enrolled {
    /// Notes are sealed to this key, base64url.
    pub(crate) relay_key: String,
    /// When, by the believed clock.
    pub(crate) since: Timestamp,
    /// The service does not take this device any more.
    pub(crate) revoked: bool,
}

impl Enrolled {
    /// The key that notes are sealed to.
    pub(crate) fn relay(&self) -> Option<RelayPublic> {
        RelayPublic::from_text(&self.relay_key).ok()
    }
}

/// By the base of the service: what one says is no news of another.
type Known = BTreeMap<String, Service>;

impl Device {
    /// What is known of the service with this base; nothing as long as it was never met.
    ///
    /// # Errors
    /// As for [`Device::signing_key`].
    pub(crate) fn service(&self, base: &str) -> Result<Service, VaultError> {
        Ok(self.services()?.remove(base).unwrap_or_default())
    }

    /// Changes what is known of a service, durably, while no other process does.
    ///
    /// # Errors
    /// When it cannot be written; what was known before is then still known.
    pub(crate) fn change_service(&self, base: &str, change: impl FnOnce(&mut Service)) -> Result<(), VaultError> {
        let place = self.inner.folder.join("device").join("lock");
        let lock = disk::private().write(true).create(true).truncate(false).open(place)?;
        File::lock(&lock)?;
        let mut known = match self.services() {
            // It names no secret, and all of it is told again by the services themselves.
            Err(VaultError::DeviceDamaged) => Known::new(),
            read => read?,
        };
        change(known.entry(base.to_owned()).or_default());
        self.service_file().write(&serde_json::to_vec(&known).map_err(VaultError::Json)?)
    }

    fn services(&self) -> Result<Known, VaultError> {
        let Some(bytes) = self.service_file().read()? else { return Ok(Known::new()) };
        serde_json::from_slice(&bytes).map_err(|_| VaultError::DeviceDamaged)
    }

    fn service_file(&self) -> Sealed<'_> {
        let path = self.inner.folder.join("device").join("services");
        Sealed::new(path, b"services", &*self.inner.secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const A: &str = "http://a/fhir";
    const B: &str = "http://b/fhir";

    #[test]
    fn what_one_service_says_is_no_news_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open_for_tests(folder.path()).unwrap();
        assert_eq!(device.service(A).unwrap(), Service::default());
        let enrolled = Enrolled { relay_key: "k".into(), since: Timestamp::UNIX_EPOCH, revoked: true };
        device.change_service(A, |it| it.enrolled = Some(enrolled.clone())).unwrap();
        device.change_service(B, |it| it.keys = Some(json!({"keys": [2]}))).unwrap();
        device.change_service(A, |it| it.keys = Some(json!({"keys": [3]}))).unwrap();
        let again = Device::open_for_tests(folder.path()).unwrap();
        let (a, b) = (again.service(A).unwrap(), again.service(B).unwrap());
        assert_eq!(a, Service { keys: Some(json!({"keys": [3]})), enrolled: Some(enrolled) });
        assert_eq!(b, Service { keys: Some(json!({"keys": [2]})), enrolled: None });
    }

    #[test]
    fn what_is_damaged_in_both_copies_is_told_and_learned_again() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open_for_tests(folder.path()).unwrap();
        device.change_service(A, |it| it.keys = Some(json!({"keys": [1]}))).unwrap();
        let mut broken = 0;
        for entry in std::fs::read_dir(folder.path().join("device")).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with("services") {
                std::fs::write(&path, b"nothing").unwrap();
                broken += 1;
            }
        }
        assert_eq!(broken, 2);
        assert!(matches!(device.service(A), Err(VaultError::DeviceDamaged)));
        device.change_service(A, |it| it.keys = Some(json!({"keys": [2]}))).unwrap();
        assert_eq!(device.service(A).unwrap().keys, Some(json!({"keys": [2]})));
    }
}
