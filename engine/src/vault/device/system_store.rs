//! The Secret Service of a Linux desktop (freedesktop.org Secret Service API 0.2), one item for each device folder. Other
//! systems have none here yet.

use zeroize::Zeroizing;

use crate::vault::KeyStoreFault;

#[cfg(target_os = "linux")]
pub(super) use self::linux::{forget, get, put};

#[cfg(not(target_os = "linux"))]
mod none {
    use super::*;

    pub(crate) fn put(_: &str, _: &[u8; 32]) -> Result<(), KeyStoreFault> {
        Err(KeyStoreFault::Absent)
    }

    pub(crate) fn get(_: &str) -> Result<Option<Zeroizing<[u8; 32]>>, KeyStoreFault> {
        Err(KeyStoreFault::Absent)
    }

    pub(crate) fn forget(_: &str) -> Result<(), KeyStoreFault> {
        Err(KeyStoreFault::Absent)
    }
}
#[cfg(not(target_os = "linux"))]
pub(super) use self::none::{forget, get, put};

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use keyring_core::api::CredentialStoreApi;
    use keyring_core::{Entry, Error};
    use zbus_secret_service_keyring_store::Store;
    use zbus_secret_service_keyring_store::cred::Wrapper;

    use super::*;

    /// What the items are listed under, in the system's own view of them.
    const SERVICE: &str = "doorstep";
    const LABEL: &str = "Doorstep: the key of this device. Without it no record and no unsent note here opens.";
    /// A locked store asks the person for its password; this is how long they may take.
    const PATIENCE: Duration = Duration::from_secs(60);
    /// Items here are forgotten when the person leaves the session.
    const SESSION: &str = "/collection/session/";

    /// Writes it, over what is there under this name.
    pub(in super::super) fn put(name: &str, secret: &[u8; 32]) -> Result<(), KeyStoreFault> {
        // Some stores keep text only.
        let text = Zeroizing::new(hex::encode(secret));
        ask(name, move |entry| {
            entry.set_secret(text.as_bytes())?;
            if lasts(entry)? {
                return Ok(());
            }
            entry.delete_credential()?;
            Err(Error::NotSupportedByStore("it keeps nothing beyond this session".to_owned()))
        })
    }

    /// Reads it; `None` when the store has nothing under this name.
    pub(in super::super) fn get(name: &str) -> Result<Option<Zeroizing<[u8; 32]>>, KeyStoreFault> {
        let text = ask(name, |entry| match entry.get_secret() {
            Err(Error::NoEntry) => Ok(None),
            found => found.map(|text| Some(Zeroizing::new(text))),
        })?;
        let Some(text) = text else { return Ok(None) };
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&*text, &mut *secret).map_err(|_| KeyStoreFault::Refused)?;
        Ok(Some(secret))
    }

    /// Removes it. One that is not there is no error.
    pub(in super::super) fn forget(name: &str) -> Result<(), KeyStoreFault> {
        ask(name, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            done => done,
        })
    }

    fn lasts(entry: &Entry) -> keyring_core::Result<bool> {
        let item = entry.get_credential()?;
        Ok(item.as_any().downcast_ref::<Wrapper>().is_some_and(|item| !item.get_path().contains(SESSION)))
    }

    /// On a connection and a thread of its own: the store's client may not run inside another runtime, and a store that
    /// waits for a person may never answer.
    fn ask<T: Send + 'static>(
        name: &str,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, KeyStoreFault> {
        let (name, (answer, heard)) = (name.to_owned(), mpsc::channel());
        let asking = move || {
            let store = Store::new().map_err(|error| (KeyStoreFault::Absent, error))?;
            let entry = store.build(SERVICE, &name, Some(&HashMap::from([("label", LABEL)])));
            entry.and_then(|entry| work(&entry)).map_err(|error| (kind(&error), error))
        };
        let begun = thread::Builder::new().name("key-store".to_owned()).spawn(move || {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(asking());
        });
        begun.map_err(|_| KeyStoreFault::Refused)?;
        match heard.recv_timeout(PATIENCE) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err((fault, error))) => {
                tracing::info!(%error, "the key store of the system");
                Err(fault)
            }
            Err(mpsc::RecvTimeoutError::Timeout) => Err(KeyStoreFault::Locked),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(KeyStoreFault::Refused),
        }
    }

    const fn kind(error: &Error) -> KeyStoreFault {
        match error {
            Error::NoStorageAccess(_) => KeyStoreFault::Locked,
            _ => KeyStoreFault::Refused,
        }
    }
}
