//! What belongs to the device: who has a vault here, and the device's part of every key.

mod destroy;
mod identity;
mod key_store;
mod log;
mod only_here;
mod people;
mod relay;
mod sealed;
mod secret;
mod service;
mod system_store;
mod tries;
mod unlock;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use keys::SigningKey;
use secrecy::SecretString;
use shared::identity::{DeviceId, Staff, StaffId};
use tokio::task;
use uuid::Uuid;

pub use self::key_store::keeper;
pub(crate) use self::log::{Line, Log};
use self::only_here::OnlyHere;
pub use self::people::Destroyed;
use self::people::{Entry, People};
pub(crate) use self::relay::{Relay, RelayNote};
pub use self::secret::{DeviceSecret, KeyStoreFault, SecretFile, SecretPlace};
pub(crate) use self::service::{Enrolled, Service};
use self::tries::Tries;
use super::crypto::random;
use super::twin::{self, Found, How};
use super::{Limits, UnlockError, Vault, VaultError, disk};

/// A person with a vault on this device, as the lock screen shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Who.
    pub staff: Staff,
    /// Wrong PINs in a row.
    pub tries: u32,
    /// When a PIN may be tried again, after wrong ones.
    pub try_after: Option<Timestamp>,
    /// One more wrong PIN destroys the keys.
    pub last_try: bool,
    /// The keys are gone: this person signs in and sets a PIN again.
    pub destroyed: Option<Destroyed>,
}

/// The device's folder. Cheap to clone.
#[derive(Clone)]
pub struct Device {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    id: DeviceId,
    secret: Arc<dyn DeviceSecret>,
    limits: Limits,
    /// Read once, at the first use.
    signing: Mutex<Option<Arc<SigningKey>>>,
}

impl Device {
    /// Opens the folder, made when missing, with the secret in a file and the app's limits.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        let secret = SecretFile::new(folder.join("device").join("secret"));
        Self::open_with(folder, Arc::new(secret), Limits::default())
    }

    /// The same with cheap PINs, for tests (see [`Limits::cheap_for_tests`]).
    ///
    /// # Errors
    /// When the folder cannot be used.
    #[cfg(any(test, debug_assertions, feature = "cheap-pins"))]
    pub fn open_for_tests(folder: &Path) -> Result<Self, VaultError> {
        let secret = SecretFile::new(folder.join("device").join("secret"));
        Self::open_with(folder, Arc::new(secret), Limits::cheap_for_tests())
    }

    /// Opens the folder with another keeper of the secret, or other limits.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open_with(folder: &Path, secret: Arc<dyn DeviceSecret>, limits: Limits) -> Result<Self, VaultError> {
        let own = folder.join("device");
        disk::make_dir(&own)?;
        disk::make_dir(&folder.join("people"))?;
        let unused = fs::read_dir(folder.join("people"))?.next().is_none();
        let missing = secret.load()?.is_none();
        // Never when there is a vault: a new secret would make the old one's loss look like a wrong PIN.
        if unused && missing {
            secret::make(&*secret)?;
        }
        let id = device_id(&own.join("id"))?;
        let inner = Inner { folder: folder.to_owned(), id, secret, limits, signing: Mutex::default() };
        let device = Self { inner: Arc::new(inner) };
        device.finish_destroying()?;
        Ok(device)
    }

    /// Where the device's part of every key is kept.
    pub fn secret_place(&self) -> SecretPlace {
        self.inner.secret.place()
    }

    /// The id of this device, made with the folder.
    pub fn id(&self) -> DeviceId {
        self.inner.id
    }

    /// Who has a vault here, in the order they came. `now` decides whether they still have to wait.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn people(&self, now: Timestamp) -> Result<Vec<Person>, VaultError> {
        let person = |entry: Entry| {
            let count = self.tries_of(&entry).read()?;
            let spared = entry.destroyed.is_some() || self.only_here_of(&entry).get()?;
            let last_try = count.wrong + 1 >= tries::LAST && !spared;
            let (tries, try_after, destroyed) = (count.wrong, count.try_after(now), entry.destroyed);
            Ok(Person { staff: entry.staff, tries, try_after, last_try, destroyed })
        };
        self.people_list().read()?.into_iter().map(person).collect()
    }

    /// Notes a person's new name, role or organisation, as a sign-in told it. Someone without a vault is no error.
    ///
    /// # Errors
    /// When the list cannot be written.
    pub fn update_person(&self, staff: &Staff) -> Result<(), VaultError> {
        let changed = self.people_list().find(&staff.id)?.is_some_and(|entry| entry.staff != *staff);
        if !changed {
            return Ok(());
        }
        self.people_list().change(|list| {
            list.iter_mut().filter(|entry| entry.staff.id == staff.id).for_each(|entry| entry.staff = staff.clone());
        })
    }

    /// Makes a vault for a person new to this device, and opens it. A PIN has six digits or more.
    ///
    /// # Errors
    /// See [`UnlockError`].
    pub async fn create_vault(&self, staff: &Staff, pin: &SecretString, now: Timestamp) -> Result<Vault, UnlockError> {
        let (staff, pin) = (staff.clone(), pin.clone());
        self.blocking(move |device| unlock::create(device, &staff, &pin, now)).await
    }

    /// Opens a person's vault. Takes about a second on purpose.
    ///
    /// # Errors
    /// See [`UnlockError`]: each is something else for the person to do, and none deletes anything.
    pub async fn unlock(&self, staff: &StaffId, pin: &SecretString, now: Timestamp) -> Result<Vault, UnlockError> {
        let (staff, pin) = (staff.clone(), pin.clone());
        self.blocking(move |device| unlock::unlock(device, &staff, &pin, now)).await
    }

    /// Changes the PIN: one slot is rewritten, nothing else. The vault may be open meanwhile.
    ///
    /// # Errors
    /// As for [`Device::unlock`]; the old PIN is then still the PIN.
    pub async fn change_pin(
        &self,
        staff: &StaffId,
        old: &SecretString,
        new: &SecretString,
        now: Timestamp,
    ) -> Result<(), UnlockError> {
        let (staff, old, new) = (staff.clone(), old.clone(), new.clone());
        self.blocking(move |device| unlock::change_pin(device, &staff, (&old, &new), now)).await
    }

    /// Whether this is the person's PIN, for what must not be done by somebody who merely holds an unlocked device.
    /// Counts like an unlocking: after [`UnlockError::Destroyed`] the vault must be closed.
    ///
    /// # Errors
    /// As for [`Device::unlock`].
    pub async fn check_pin(&self, staff: &StaffId, pin: &SecretString, now: Timestamp) -> Result<(), UnlockError> {
        let (staff, pin) = (staff.clone(), pin.clone());
        self.blocking(move |device| unlock::check_pin(device, &staff, &pin, now)).await
    }

    /// The random folder of a person's vault, for tests and tools that look at the files.
    ///
    /// # Errors
    /// When the list of people cannot be read.
    pub fn folder(&self, staff: &StaffId) -> Result<Option<PathBuf>, VaultError> {
        Ok(self.people_list().find(staff)?.map(|entry| self.folder_of(&entry)))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, UnlockError> + Send + 'static,
    ) -> Result<T, UnlockError> {
        let device = self.clone();
        let done = task::spawn_blocking(move || work(&device)).await;
        done.map_err(|_| UnlockError::Device("the unlocking thread failed"))?
    }

    fn people_list(&self) -> People {
        People::new(&self.inner.folder.join("device"))
    }

    fn folder_of(&self, entry: &Entry) -> PathBuf {
        self.inner.folder.join("people").join(&entry.folder)
    }

    fn only_here_of(&self, entry: &Entry) -> OnlyHere {
        OnlyHere::new(self.inner.folder.join("device").join(format!("only-here-{}", entry.folder)))
    }

    fn tries_of(&self, entry: &Entry) -> Tries {
        Tries::new(self.inner.folder.join("device").join(format!("tries-{}", entry.folder)))
    }
}

fn device_id(path: &Path) -> Result<DeviceId, VaultError> {
    if let Found::Whole(bytes) = twin::read(path, How::Replace, twin::has_crc)?
        && let Some(id) = twin::without_crc(&bytes).and_then(|content| Uuid::from_slice(content).ok())
    {
        return Ok(DeviceId::new(id));
    }
    // An id that cannot be read is given up: a device is enrolled anew rather than taken for another.
    let id = uuid::Builder::from_random_bytes(random()?).into_uuid();
    twin::write(path, &twin::with_crc(id.as_bytes().to_vec()), How::Replace)?;
    Ok(DeviceId::new(id))
}
