//! The device's part of every key in the key store of the system.
//!
//! `device/key-store` says that it is there and under which name. The name is derived from the secret, so that what the
//! store gives can be told from anything else: a wrong secret would look like a wrong PIN, and ten of those destroy a
//! vault.
//!
//! Losing the secret is losing every note that was not sent. So it leaves its file only after the store wrote it, the
//! disk was told to keep it, and it was read back over another connection.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::destroy::overwrite;
use super::secret::{DeviceSecret, SecretFile, SecretPlace};
use super::system_store;
use crate::vault::crypto::{Key, derive_16, random};
use crate::vault::twin::{self, Found, How};
use crate::vault::{KeyStoreFault, VaultError, disk};

type Secret = Zeroizing<[u8; 32]>;
type Name = [u8; 16];

/// Where the secret of a folder is, or is to be: in the key store when it is there already, or when `wanted` and the
/// store takes it; else in the file.
///
/// # Errors
/// When the folder cannot be read. A store that takes nothing is none.
pub fn keeper(folder: &Path, wanted: SecretPlace) -> Result<Arc<dyn DeviceSecret>, VaultError> {
    let own = folder.join("device");
    disk::make_dir(&own)?;
    let store = KeyStore::new(&own)?;
    if store.is_named() {
        return Ok(Arc::new(store));
    }
    let secret = match store.file.load()? {
        _ if wanted == SecretPlace::File => None,
        // A vault whose secret is lost gets no other one.
        None if is_used(folder) => None,
        None => Some(Zeroizing::new(random::<32>()?)),
        found => found,
    };
    let Some(secret) = secret else { return Ok(Arc::new(store.file)) };
    match store.store(&secret) {
        Ok(()) => Ok(Arc::new(store)),
        // The store has it and only the spare of the note that says so could not be written.
        Err(_) if KeyStore::new(&own)?.is_named() => Ok(Arc::new(KeyStore::new(&own)?)),
        Err(error) => {
            tracing::info!(%error, "the device's part of the keys stays in a file");
            Ok(Arc::new(store.file))
        }
    }
}

fn is_used(folder: &Path) -> bool {
    fs::read_dir(folder.join("people")).is_ok_and(|mut people| people.next().is_some())
}

/// The secret in the key store.
struct KeyStore {
    /// Says under which name it is kept there.
    place: PathBuf,
    file: SecretFile,
    own: PathBuf,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    name: Option<Name>,
    /// Asked for once: the store may be locked while somebody works.
    secret: Option<Secret>,
}

impl KeyStore {
    fn new(own: &Path) -> Result<Self, VaultError> {
        let place = own.join("key-store");
        let name = match twin::read(&place, How::Replace, twin::has_crc)? {
            Found::Missing => None,
            Found::Damaged(_) => return Err(VaultError::DeviceDamaged),
            Found::Whole(bytes) => {
                let name = twin::without_crc(&bytes).and_then(|content| Name::try_from(content).ok());
                Some(name.ok_or(VaultError::DeviceDamaged)?)
            }
        };
        let known = Mutex::new(Known { name, secret: None });
        Ok(Self { place, file: SecretFile::new(own.join("secret")), own: own.to_owned(), known })
    }

    fn is_named(&self) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).name.is_some()
    }

    /// What the file holds, when it is the secret of this name: a power cut came before it was removed.
    fn left_in_file(&self, name: &Name) -> Result<Option<Secret>, VaultError> {
        let left = self.file.load()?;
        Ok(left.filter(|secret| name_of(secret).is_ok_and(|its| its == *name)))
    }

    /// The store has it: the file goes, noise first. One that stays is removed at the next start.
    fn leave_the_file(&self) {
        for name in ["secret", "secret.spare"] {
            let _ = overwrite(&self.own.join(name));
        }
    }
}

impl DeviceSecret for KeyStore {
    fn load(&self) -> Result<Option<Secret>, VaultError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.secret.is_some() {
            return Ok(known.secret.clone());
        }
        let Some(name) = known.name else { return Ok(None) };
        let given = system_store::get(&hex::encode(name));
        if let Ok(Some(secret)) = &given
            && name_of(secret)? == name
        {
            self.leave_the_file();
            known.secret = Some(secret.clone());
            return Ok(Some(secret.clone()));
        }
        match (self.left_in_file(&name)?, given) {
            (Some(secret), _) => Ok(Some(secret)),
            (None, given) => given.map(|_| None).map_err(VaultError::KeyStore),
        }
    }

    fn store(&self, secret: &[u8; 32]) -> Result<(), VaultError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, refused) = (name_of(secret)?, VaultError::KeyStore(KeyStoreFault::Refused));
        let text = hex::encode(name);
        system_store::put(&text, secret).map_err(VaultError::KeyStore)?;
        disk::sync_everything();
        let back = system_store::get(&text).map_err(VaultError::KeyStore)?;
        if back.is_none_or(|back| *back != *secret) {
            return Err(refused);
        }
        twin::write(&self.place, &twin::with_crc(name.to_vec()), How::Replace)?;
        *known = Known { name: Some(name), secret: Some(Zeroizing::new(*secret)) };
        self.leave_the_file();
        Ok(())
    }

    fn forget(&self) -> Result<(), VaultError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(name) = known.name else { return self.file.forget() };
        system_store::forget(&hex::encode(name)).map_err(VaultError::KeyStore)?;
        self.leave_the_file();
        for path in [self.place.clone(), disk::beside(&self.place, ".spare")] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        *known = Known::default();
        Ok(())
    }

    fn place(&self) -> SecretPlace {
        SecretPlace::KeyStore
    }
}

/// Under which name a secret is kept: says nothing about it to who does not have it.
fn name_of(secret: &[u8; 32]) -> Result<Name, VaultError> {
    let key = Key::from_slice(secret).ok_or(VaultError::DeviceSecretMissing)?;
    derive_16(b"doorstep/v1/secret", &[&key], &[b"doorstep/v1/secret-name"])
}
