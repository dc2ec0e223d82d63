//! A sealed record.
//!
//! ```text
//! revision u64 | lease tag 16 | "DR" | format 1 | cipher 1 | flags 1 | kind 1 | epoch u32 | salt 16 | nonce 12 | text | tag 16
//! └──── where it belongs ───┘ └────────────────────────── the record: 54 bytes more than its text ─────────────────────────┘
//! ```
//! Each record has a key of its own, derived from its epoch's data key (and the lease's key when it is leased)
//! and its salt, so that the number of records under one GCM key is one. What the seal binds besides: header,
//! store, place, revision, lease. A record that is moved to another place, kind, revision, lease or store does
//! not open.

use zeroize::Zeroizing;

use super::crypto::{Key, NONCE, TAG, derive, open, random, seal};
use super::keyring::{DbKey, Keys, LeaseTag};
use super::{Kind, VaultError};

/// The name of no lease.
pub(crate) const NO_LEASE: LeaseTag = [0; 16];

const MAGIC: [u8; 2] = *b"DR";
const FORMAT: u8 = 1;
const AES_256_GCM: u8 = 1;
const LEASED: u8 = 1;
const POINTER: u8 = 2;
const PLACE: usize = 24;
const HEADER: usize = 38;

/// What is known of a record without opening it.
#[derive(Clone, Copy)]
pub(crate) struct Label {
    pub(crate) revision: u64,
    pub(crate) lease: LeaseTag,
    pub(crate) epoch: u32,
    /// The text is not the value but the name of the file that holds it.
    pub(crate) is_pointer: bool,
    leased: bool,
    kind: Kind,
    salt: [u8; 16],
    nonce: [u8; NONCE],
}

/// Where a record is to lie.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) key: DbKey,
    pub(crate) kind: Kind,
    pub(crate) revision: u64,
    pub(crate) lease: LeaseTag,
    pub(crate) is_pointer: bool,
}

/// Seals a packed value under the newest epoch (the head record under its own key).
pub(crate) fn seal_record(keys: &Keys, place: Place, packed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let (epoch, data_key) = if place.kind == Kind::Head { (0, keys.head().clone()) } else { keys.newest()? };
    let leased = place.lease != NO_LEASE;
    let label = Label {
        revision: place.revision,
        lease: place.lease,
        epoch,
        is_pointer: place.is_pointer,
        leased,
        kind: place.kind,
        salt: random()?,
        nonce: random()?,
    };
    let lease_key = if leased { Some(keys.lease(&place.lease).ok_or(VaultError::Closed)?) } else { None };
    let key = record_key(&data_key, lease_key.as_ref(), &label)?;
    let mut cell = Vec::with_capacity(PLACE + HEADER + packed.len() + TAG);
    label.write(&mut cell);
    let aad = label.aad(&keys.store_id, &place.key);
    cell.extend_from_slice(packed);
    seal(&key, label.nonce, &aad, &mut cell, PLACE + HEADER)?;
    Ok(cell)
}

/// Opens a record at its place. `None`: it is damaged, it is not from here, or its key is destroyed.
pub(crate) fn open_record(keys: &Keys, at: &DbKey, cell: &[u8]) -> Option<(Label, Zeroizing<Vec<u8>>)> {
    let label = Label::read(cell)?;
    let data_key = if label.kind == Kind::Head { keys.head().clone() } else { keys.epoch(label.epoch)? };
    let lease_key = if label.leased { Some(keys.lease(&label.lease)?) } else { None };
    let key = record_key(&data_key, lease_key.as_ref(), &label).ok()?;
    let mut text = Zeroizing::new(cell[PLACE + HEADER..].to_vec());
    open(&key, label.nonce, &label.aad(&keys.store_id, at), &mut text)?;
    Some((label, text))
}

impl Label {
    /// Reads the label of a cell. `None` for anything this version did not write.
    pub(crate) fn read(cell: &[u8]) -> Option<Self> {
        let (revision, rest) = cell.split_first_chunk::<8>()?;
        let (lease, rest) = rest.split_first_chunk::<16>()?;
        let (fixed, rest) = rest.strip_prefix(&MAGIC)?.split_first_chunk::<4>()?;
        let (epoch, rest) = rest.split_first_chunk::<4>()?;
        let (salt, rest) = rest.split_first_chunk::<16>()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>()?;
        let [format, cipher, flags, kind] = *fixed;
        if format != FORMAT || cipher != AES_256_GCM || flags & !(LEASED | POINTER) != 0 || text.len() < TAG {
            return None;
        }
        Some(Self {
            revision: u64::from_be_bytes(*revision),
            lease: *lease,
            epoch: u32::from_be_bytes(*epoch),
            is_pointer: flags & POINTER != 0,
            leased: flags & LEASED != 0,
            kind: Kind::from_byte(kind)?,
            salt: *salt,
            nonce: *nonce,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.revision.to_be_bytes());
        out.extend_from_slice(&self.lease);
        out.extend_from_slice(&self.header());
    }

    fn header(&self) -> Vec<u8> {
        let flags = if self.leased { LEASED } else { 0 } | if self.is_pointer { POINTER } else { 0 };
        let fixed = [FORMAT, AES_256_GCM, flags, self.kind.byte()];
        [&MAGIC[..], &fixed, &self.epoch.to_be_bytes(), &self.salt, &self.nonce].concat()
    }

    fn aad(&self, store_id: &[u8; 16], at: &DbKey) -> Vec<u8> {
        let length = 17u16.to_be_bytes();
        [&self.header()[..], store_id, &length, at, &self.revision.to_be_bytes(), &self.lease].concat()
    }
}

fn record_key(data_key: &Key, lease_key: Option<&Key>, label: &Label) -> Result<Key, VaultError> {
    let purpose: &[u8] = if label.leased { b"doorstep/v1/record/leased" } else { b"doorstep/v1/record" };
    let info = [purpose, &[label.kind.byte()]];
    match lease_key {
        Some(lease_key) => derive(&label.salt, &[data_key, lease_key], &info),
        None => derive(&label.salt, &[data_key], &info),
    }
}

/// What a cell says when it is opened by these keys, whosever they are.
#[cfg(test)]
pub(super) fn opened_by(
    store_id: &[u8; 16],
    (at, cell): (&DbKey, &[u8]),
    data_key: &Key,
    lease_key: Option<&Key>,
) -> Option<Zeroizing<Vec<u8>>> {
    let label = Label::read(cell)?;
    let key = record_key(data_key, lease_key, &label).ok()?;
    let mut text = Zeroizing::new(cell[PLACE + HEADER..].to_vec());
    open(&key, label.nonce, &label.aad(store_id, at), &mut text)?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(store_id: [u8; 16]) -> Keys {
        let folder = tempfile::tempdir().unwrap();
        let vault_key = Key::from_slice(&[9; 32]).unwrap();
        Keys::create(&folder.path().join("keys"), vault_key, store_id, 0).unwrap()
    }

    fn place(keys: &Keys, lease: LeaseTag) -> Place {
        Place { key: keys.place(Kind::Note, "a"), kind: Kind::Note, revision: 7, lease, is_pointer: false }
    }

    #[test]
    fn the_overhead_is_54_bytes_and_where_it_belongs() {
        let keys = keys([1; 16]);
        let cell = seal_record(&keys, place(&keys, NO_LEASE), &[0; 100]).unwrap();
        assert_eq!(cell.len(), 100 + 54 + 24);
    }

    #[test]
    fn a_record_moved_to_another_place_kind_revision_lease_or_store_does_not_open() {
        let keys = keys([1; 16]);
        let here = keys.place(Kind::Note, "a");
        let cell = seal_record(&keys, place(&keys, NO_LEASE), b"text").unwrap();
        assert_eq!(&**open_record(&keys, &here, &cell).unwrap().1, b"text");

        assert!(open_record(&keys, &keys.place(Kind::Note, "b"), &cell).is_none(), "another key");
        assert!(open_record(&keys, &keys.place(Kind::Draft, "a"), &cell).is_none(), "another kind's place");
        let changed = |at: usize, to: u8| {
            let mut cell = cell.clone();
            cell[at] = to;
            cell
        };
        assert!(open_record(&keys, &here, &changed(PLACE + 5, Kind::Draft.byte())).is_none(), "another kind");
        assert!(open_record(&keys, &here, &changed(7, 8)).is_none(), "another revision");
        assert!(open_record(&keys, &here, &changed(8, 1)).is_none(), "another lease");
        let mut elsewhere = super::tests::keys([2; 16]);
        elsewhere.store_id = [2; 16];
        assert!(open_record(&elsewhere, &here, &cell).is_none(), "another store");
    }

    #[test]
    fn another_store_with_the_same_keys_does_not_open_it() {
        let mut keys = keys([1; 16]);
        let here = keys.place(Kind::Note, "a");
        let cell = seal_record(&keys, place(&keys, NO_LEASE), b"text").unwrap();
        keys.store_id = [2; 16];
        assert!(open_record(&keys, &here, &cell).is_none());
    }

    #[test]
    fn without_its_lease_key_a_leased_record_does_not_open_with_every_key_left() {
        let keys = keys([1; 16]);
        let tag = [5; 16];
        keys.leases.write().unwrap().insert(tag, Key::random().unwrap());
        let cell = seal_record(&keys, place(&keys, tag), b"text").unwrap();
        let here = keys.place(Kind::Note, "a");
        assert!(open_record(&keys, &here, &cell).is_some());
        keys.leases.write().unwrap().insert(tag, Key::random().unwrap());
        assert!(open_record(&keys, &here, &cell).is_none(), "a new key for the same lease");
        keys.leases.write().unwrap().clear();
        assert!(open_record(&keys, &here, &cell).is_none());
    }

    #[test]
    fn two_seals_of_one_text_are_not_alike() {
        let keys = keys([1; 16]);
        let one = seal_record(&keys, place(&keys, NO_LEASE), b"text").unwrap();
        let two = seal_record(&keys, place(&keys, NO_LEASE), b"text").unwrap();
        assert_ne!(one[PLACE + 10..], two[PLACE + 10..]);
    }

    proptest! {
        #[test]
        fn sealing_round_trips_and_any_change_is_found(
            text in proptest::collection::vec(any::<u8>(), 0..2000), at in any::<prop::sample::Index>(), bit in 0..8u8,
        ) {
            let keys = keys([1; 16]);
            let here = keys.place(Kind::Note, "a");
            let mut cell = seal_record(&keys, place(&keys, NO_LEASE), &text).unwrap();
            prop_assert_eq!(&**open_record(&keys, &here, &cell).unwrap().1, &text[..]);
            let at = at.index(cell.len());
            cell[at] ^= 1 << bit;
            prop_assert!(open_record(&keys, &here, &cell).is_none(), "byte {} bit {}", at, bit);
            cell.truncate(at);
            prop_assert!(open_record(&keys, &here, &cell).is_none());
        }
    }
}
