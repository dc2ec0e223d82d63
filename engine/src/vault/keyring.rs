//! The keys of an open vault.
//!
//! The vault's key wraps a data key per day of use ("epoch") and the key of the blind index; both live in the
//! file `keys`, kept twice. Destroying an epoch's data key once no record needs it is what deletes old copies
//! that a log-structured index keeps.
//!
//! ```text
//! "DK" | format 1 | 0 | entries u16 | entries: epoch u32, day i64, nonce 12, wrapped key 48 | CRC-32
//! ```
//! Epoch 0 is the key of the blind index.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use shared::identity::LeaseId;

use super::crypto::{Key, NONCE, derive, open, random, seal, tag_16};
use super::twin::{self, Found, How};
use super::{Kind, UnlockError, VaultError};

/// Where a record is found: its kind, and a name that says nothing without the key.
pub(crate) type DbKey = [u8; 17];
/// The name of a lease in the files.
pub(crate) type LeaseTag = [u8; 16];

const MAGIC: [u8; 4] = [b'D', b'K', 1, 0];
const ENTRY: usize = 4 + 8 + NONCE + 48;
const INDEX: u32 = 0;

/// Everything that opens a record of one vault.
pub(crate) struct Keys {
    pub(crate) store_id: [u8; 16],
    path: PathBuf,
    vault_key: Key,
    index: Key,
    head: Key,
    epochs: RwLock<BTreeMap<u32, Epoch>>,
    pub(crate) leases: RwLock<HashMap<LeaseTag, Key>>,
}

#[derive(Clone)]
struct Epoch {
    day: i64,
    key: Key,
}

impl Keys {
    /// Makes the keys of a new vault and their file.
    pub(crate) fn create(path: &Path, vault_key: Key, store_id: [u8; 16], day: i64) -> Result<Self, VaultError> {
        let epochs = BTreeMap::from([(1, Epoch { day, key: Key::random()? })]);
        let keys = Self::assemble(path, vault_key, store_id, Key::random()?, epochs)?;
        keys.save(&keys.snapshot())?;
        Ok(keys)
    }

    /// Reads the file of an existing vault.
    pub(crate) fn load(path: &Path, vault_key: Key, store_id: [u8; 16]) -> Result<Self, UnlockError> {
        let Found::Whole(bytes) = twin::read(path, How::Replace, twin::has_crc)? else {
            return Err(UnlockError::KeysDamaged);
        };
        let mut entries = unwrap_all(&bytes, &vault_key, store_id).ok_or(UnlockError::KeysDamaged)?;
        let index = entries.remove(&INDEX).ok_or(UnlockError::KeysDamaged)?.key;
        if entries.is_empty() {
            return Err(UnlockError::KeysDamaged);
        }
        Ok(Self::assemble(path, vault_key, store_id, index, entries)?)
    }

    fn assemble(
        path: &Path,
        vault_key: Key,
        store_id: [u8; 16],
        index: Key,
        epochs: BTreeMap<u32, Epoch>,
    ) -> Result<Self, VaultError> {
        let head = derive(&store_id, &[&vault_key], &[b"doorstep/v1/head"])?;
        let (epochs, leases) = (RwLock::new(epochs), RwLock::default());
        Ok(Self { store_id, path: path.to_owned(), vault_key, index, head, epochs, leases })
    }

    /// The place of a record in the index. Equal keys of different kinds are in different places.
    pub(crate) fn place(&self, kind: Kind, key: &str) -> DbKey {
        let mut place = [kind.byte(); 17];
        place[1..].copy_from_slice(&tag_16(&self.index, &[&[kind.byte()], key.as_bytes()]));
        place
    }

    /// The name of a lease in the files.
    pub(crate) fn lease_tag(&self, lease: LeaseId) -> LeaseTag {
        tag_16(&self.index, &[b"lease", lease.uuid().as_bytes()])
    }

    /// The key that wraps lease keys.
    pub(crate) fn lease_wrap(&self) -> Result<Key, VaultError> {
        derive(&self.store_id, &[&self.vault_key], &[b"doorstep/v1/lease-wrap"])
    }

    /// The key of the head record, and of the sum over all records.
    pub(crate) fn head(&self) -> &Key {
        &self.head
    }

    /// The data key of an epoch, when it has not been destroyed.
    pub(crate) fn epoch(&self, epoch: u32) -> Option<Key> {
        self.epochs.read().ok()?.get(&epoch).map(|epoch| epoch.key.clone())
    }

    /// The epoch that seals now.
    pub(crate) fn newest(&self) -> Result<(u32, Key), VaultError> {
        let epochs = self.epochs.read().map_err(|_| VaultError::Closed)?;
        let (number, epoch) = epochs.last_key_value().ok_or(VaultError::Closed)?;
        Ok((*number, epoch.key.clone()))
    }

    /// The key of a lease, when it is held.
    pub(crate) fn lease(&self, tag: &LeaseTag) -> Option<Key> {
        self.leases.read().ok()?.get(tag).cloned()
    }

    /// Starts a new epoch when the day is another one. The old keys still open what they sealed.
    pub(crate) fn rotate(&self, day: i64) -> Result<bool, VaultError> {
        let mut epochs = self.snapshot();
        let (newest, since) = epochs.last_key_value().map(|(n, e)| (*n, e.day)).ok_or(VaultError::Closed)?;
        if since == day {
            return Ok(false);
        }
        epochs.insert(newest + 1, Epoch { day, key: Key::random()? });
        self.keep(epochs)?;
        Ok(true)
    }

    /// Destroys the data keys that no record needs. The newest always stays.
    pub(crate) fn retain(&self, needed: impl Fn(u32) -> bool) -> Result<(), VaultError> {
        let mut epochs = self.snapshot();
        let (before, newest) = (epochs.len(), epochs.keys().last().copied());
        epochs.retain(|epoch, _| needed(*epoch) || Some(*epoch) == newest);
        if epochs.len() == before { Ok(()) } else { self.keep(epochs) }
    }

    /// Every key there is, but for those of leases.
    #[cfg(test)]
    pub(super) fn every(&self) -> Vec<Key> {
        let wrap = self.lease_wrap().unwrap();
        let epochs = self.snapshot().into_values().map(|epoch| epoch.key);
        [self.vault_key.clone(), self.index.clone(), self.head.clone(), wrap].into_iter().chain(epochs).collect()
    }

    fn snapshot(&self) -> BTreeMap<u32, Epoch> {
        self.epochs.read().map(|epochs| epochs.clone()).unwrap_or_default()
    }

    /// First the file, then the memory: no record is ever sealed under a key that is not kept.
    fn keep(&self, epochs: BTreeMap<u32, Epoch>) -> Result<(), VaultError> {
        self.save(&epochs)?;
        *self.epochs.write().map_err(|_| VaultError::Closed)? = epochs;
        Ok(())
    }

    fn save(&self, epochs: &BTreeMap<u32, Epoch>) -> Result<(), VaultError> {
        let index = Epoch { day: 0, key: self.index.clone() };
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&u16::try_from(epochs.len() + 1).unwrap_or(u16::MAX).to_be_bytes());
        for (number, epoch) in std::iter::once((&INDEX, &index)).chain(epochs) {
            wrap_into(&mut bytes, *number, epoch, &self.vault_key, self.store_id)?;
        }
        Ok(twin::write(&self.path, &twin::with_crc(bytes), How::Replace)?)
    }
}

fn wrap_into(
    bytes: &mut Vec<u8>,
    number: u32,
    epoch: &Epoch,
    vault_key: &Key,
    store_id: [u8; 16],
) -> Result<(), VaultError> {
    let aad = aad(number, epoch.day);
    bytes.extend_from_slice(&aad);
    let nonce = random::<NONCE>()?;
    bytes.extend_from_slice(&nonce);
    let from = bytes.len();
    bytes.extend_from_slice(epoch.key.bytes());
    seal(&wrap_key(vault_key, store_id, number)?, nonce, &aad, bytes, from)
}

fn unwrap_all(bytes: &[u8], vault_key: &Key, store_id: [u8; 16]) -> Option<BTreeMap<u32, Epoch>> {
    let content = twin::without_crc(bytes)?.strip_prefix(&MAGIC)?;
    let (count, content) = content.split_first_chunk::<2>()?;
    let entries = content.chunks_exact(ENTRY);
    if entries.len() != usize::from(u16::from_be_bytes(*count)) || !entries.remainder().is_empty() {
        return None;
    }
    entries.map(|entry| unwrap(entry, vault_key, store_id)).collect()
}

fn unwrap(entry: &[u8], vault_key: &Key, store_id: [u8; 16]) -> Option<(u32, Epoch)> {
    let (number, rest) = entry.split_first_chunk::<4>()?;
    let (day, rest) = rest.split_first_chunk::<8>()?;
    let (nonce, wrapped) = rest.split_first_chunk::<NONCE>()?;
    let (number, day) = (u32::from_be_bytes(*number), i64::from_be_bytes(*day));
    let mut wrapped = wrapped.to_vec();
    open(&wrap_key(vault_key, store_id, number).ok()?, *nonce, &aad(number, day), &mut wrapped)?;
    let key = Key::from_slice(&wrapped);
    zeroize::Zeroize::zeroize(&mut wrapped);
    Some((number, Epoch { day, key: key? }))
}

fn aad(number: u32, day: i64) -> Vec<u8> {
    [&number.to_be_bytes()[..], &day.to_be_bytes()].concat()
}

fn wrap_key(vault_key: &Key, store_id: [u8; 16], number: u32) -> Result<Key, VaultError> {
    derive(&store_id, &[vault_key], &[b"doorstep/v1/dek-wrap", &number.to_be_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_day_seals_with_a_new_key_and_old_ones_stay_until_nothing_needs_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let vault_key = Key::random().unwrap();
        let keys = Keys::create(&path, vault_key.clone(), [1; 16], 20_000).unwrap();
        assert!(!keys.rotate(20_000).unwrap());
        assert!(keys.rotate(20_001).unwrap());
        let again = Keys::load(&path, vault_key.clone(), [1; 16]).unwrap();
        assert_eq!(again.newest().unwrap().0, 2);
        assert_eq!(again.epoch(1).unwrap().bytes(), keys.epoch(1).unwrap().bytes());
        assert_eq!(again.place(Kind::Note, "a"), keys.place(Kind::Note, "a"));
        again.retain(|_| false).unwrap();
        let later = Keys::load(&path, vault_key.clone(), [1; 16]).unwrap();
        assert!(later.epoch(1).is_none() && later.epoch(2).is_some());
        assert!(Keys::load(&path, vault_key, [2; 16]).is_err(), "another store's id opens nothing");
    }

    #[test]
    fn a_place_tells_kinds_apart() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::create(&folder.path().join("keys"), Key::random().unwrap(), [1; 16], 0).unwrap();
        assert_ne!(keys.place(Kind::Note, "a")[1..], keys.place(Kind::Draft, "a")[1..]);
    }
}
