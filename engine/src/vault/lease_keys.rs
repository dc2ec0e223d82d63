//! Keys of leases, outside every log: overwriting one in its place is what makes a leased record unreadable.
//!
//! A file of 128-byte slots, so that each lies within one sector and is written whole:
//! ```text
//! state 1 | lease tag 16 | nonce 12 | wrapped key 32 + tag 16 | filling 51
//! ```
//! Flash may keep an old copy of the sector until it is erased; that is said in SECURITY.md, not hidden here.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use super::crypto::{Key, NONCE, open, random, seal};
use super::keyring::{Keys, LeaseTag};
use super::{VaultError, disk};

pub(super) const SLOT: usize = 128;
const FREE: u8 = 0;
const LIVE: u8 = 1;
const SHREDDED: u8 = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    Live(LeaseTag),
    /// The key is gone; the records under the tag may still have to be forgotten.
    Shredded(LeaseTag),
    /// Says it is live and does not open.
    Damaged(LeaseTag),
}

/// The file. The keys in memory are in [`Keys::leases`], where readers find them.
pub(crate) struct LeaseKeys {
    file: File,
    wrap: Key,
    keys: Arc<Keys>,
    slots: Vec<State>,
}

impl LeaseKeys {
    /// Opens the file, made when missing, and takes the live keys into memory.
    pub(crate) fn load(path: &Path, keys: Arc<Keys>) -> Result<Self, VaultError> {
        let new = !path.exists();
        let mut file = disk::private().read(true).write(true).create(true).truncate(false).open(path)?;
        if new {
            file.sync_all()?;
            disk::sync_parent(path)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let wrap = keys.lease_wrap()?;
        let mut this = Self { file, wrap, keys, slots: Vec::new() };
        for slot in bytes.chunks_exact(SLOT) {
            let state = this.take(slot)?;
            this.slots.push(state);
        }
        Ok(this)
    }

    /// Leases whose key is destroyed and whose records may not all be forgotten yet.
    pub(crate) fn shredded(&self) -> Vec<LeaseTag> {
        let tag = |state: &State| if let State::Shredded(tag) = state { Some(*tag) } else { None };
        self.slots.iter().filter_map(tag).collect()
    }

    /// Whether a key could not be opened.
    pub(crate) fn is_damaged(&self) -> bool {
        self.slots.iter().any(|state| matches!(state, State::Damaged(_)))
    }

    /// Frees slots that do not open and whose lease no record names: their document was fetched again since.
    pub(crate) fn release_unneeded(&mut self, needed: &HashSet<LeaseTag>) -> Result<(), VaultError> {
        for at in 0..self.slots.len() {
            if matches!(self.slots[at], State::Damaged(tag) if !needed.contains(&tag) || self.keys.lease(&tag).is_some())
            {
                self.write(at, vec![FREE])?;
                self.set(at, State::Free);
            }
        }
        Ok(())
    }

    /// The key of a lease, made and kept when there is none.
    pub(crate) fn ensure(&mut self, tag: LeaseTag) -> Result<Key, VaultError> {
        if let Some(key) = self.keys.lease(&tag) {
            return Ok(key);
        }
        let at = self.slots.iter().position(|state| *state == State::Free).unwrap_or(self.slots.len());
        let key = Key::random()?;
        let nonce = random::<NONCE>()?;
        let mut slot = vec![LIVE];
        slot.extend_from_slice(&tag);
        slot.extend_from_slice(&nonce);
        let from = slot.len();
        slot.extend_from_slice(key.bytes());
        seal(&self.wrap, nonce, &aad(&self.keys.store_id, at, &tag), &mut slot, from)?;
        self.write(at, slot)?;
        self.set(at, State::Live(tag));
        self.keys.leases.write().map_err(|_| VaultError::Closed)?.insert(tag, key.clone());
        Ok(key)
    }

    /// Destroys the key. When this answers, it is nowhere: neither on disk nor in memory.
    pub(crate) fn shred(&mut self, tag: LeaseTag) -> Result<bool, VaultError> {
        let Some(at) = self.slots.iter().position(|state| *state == State::Live(tag)) else { return Ok(false) };
        let mut slot = vec![SHREDDED];
        slot.extend_from_slice(&tag);
        self.write(at, slot)?;
        self.set(at, State::Shredded(tag));
        self.keys.leases.write().map_err(|_| VaultError::Closed)?.remove(&tag);
        Ok(true)
    }

    /// The records under the tag are forgotten: the slot may be used again.
    pub(crate) fn release(&mut self, tag: LeaseTag) -> Result<(), VaultError> {
        while let Some(at) = self.slots.iter().position(|state| *state == State::Shredded(tag)) {
            self.write(at, vec![FREE])?;
            self.set(at, State::Free);
        }
        Ok(())
    }

    /// Writes a slot in its place, filled up with random bytes.
    fn write(&mut self, at: usize, mut slot: Vec<u8>) -> io::Result<()> {
        let noise = random::<SLOT>().map_err(io::Error::other)?;
        slot.extend_from_slice(&noise[slot.len()..]);
        self.file.seek(SeekFrom::Start((at * SLOT) as u64))?;
        self.file.write_all(&slot)?;
        self.file.sync_data()
    }

    fn set(&mut self, at: usize, state: State) {
        match self.slots.get_mut(at) {
            Some(slot) => *slot = state,
            None => self.slots.push(state),
        }
    }

    fn take(&self, slot: &[u8]) -> Result<State, VaultError> {
        let at = self.slots.len();
        let tag: LeaseTag = slot[1..17].try_into().map_err(|_| VaultError::Closed)?;
        if let Some(key) = unwrapped(&self.wrap, &self.keys.store_id, slot, (at, &tag)) {
            // A state byte that flipped does not cost the document: what opens is live.
            self.keys.leases.write().map_err(|_| VaultError::Closed)?.insert(tag, key);
            return Ok(State::Live(tag));
        }
        Ok(match slot[0] {
            FREE => State::Free,
            SHREDDED => State::Shredded(tag),
            _ => State::Damaged(tag),
        })
    }
}

/// The key in a slot, when it is that of this lease in this place.
pub(super) fn unwrapped(wrap: &Key, store_id: &[u8; 16], slot: &[u8], (at, tag): (usize, &LeaseTag)) -> Option<Key> {
    let (nonce, rest) = slot[17..].split_first_chunk::<NONCE>()?;
    let mut wrapped = rest[..48].to_vec();
    open(wrap, *nonce, &aad(store_id, at, tag), &mut wrapped)?;
    let key = Key::from_slice(&wrapped);
    zeroize::Zeroize::zeroize(&mut wrapped);
    key
}

fn aad(store_id: &[u8; 16], at: usize, tag: &LeaseTag) -> Vec<u8> {
    [&store_id[..], &(at as u64).to_be_bytes(), tag].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(folder: &Path) -> Arc<Keys> {
        Arc::new(Keys::create(&folder.join("keys"), Key::random().unwrap(), [1; 16], 0).unwrap())
    }

    #[test]
    fn a_shredded_key_is_nowhere_and_its_slot_is_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, keys) = (folder.path().join("lease.keys"), keys(folder.path()));
        let mut file = LeaseKeys::load(&path, Arc::clone(&keys)).unwrap();
        let (one, two) = ([1; 16], [2; 16]);
        let key = file.ensure(one).unwrap();
        assert_eq!(file.ensure(one).unwrap().bytes(), key.bytes());
        file.ensure(two).unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(file.shred(one).unwrap());
        assert!(keys.lease(&one).is_none() && keys.lease(&two).is_some());
        let after = std::fs::read(&path).unwrap();
        assert_ne!(before[17..77], after[17..77], "the wrapped key is overwritten where it lay");
        assert_eq!(LeaseKeys::load(&path, Arc::clone(&keys)).unwrap().shredded(), [one], "remembered over a crash");
        file.release(one).unwrap();
        file.ensure([3; 16]).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 256);
    }

    #[test]
    fn a_slot_moved_to_another_place_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let (path, keys) = (folder.path().join("lease.keys"), keys(folder.path()));
        let mut file = LeaseKeys::load(&path, Arc::clone(&keys)).unwrap();
        file.ensure([1; 16]).unwrap();
        file.ensure([2; 16]).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.rotate_left(SLOT);
        std::fs::write(&path, bytes).unwrap();
        keys.leases.write().unwrap().clear();
        assert!(LeaseKeys::load(&path, Arc::clone(&keys)).unwrap().is_damaged());
        assert!(keys.leases.read().unwrap().is_empty());
    }
}
