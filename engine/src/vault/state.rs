//! The sealed small records in memory, and the sum by which a missing or an old one is noticed.
//!
//! Each record opens on its own, so each could be taken away or put back to an older one without any seal being
//! broken. The head record holds how many there are and a keyed sum over place and revision of all: whatever is
//! read from disk is only believed when it adds up.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Kind;
use super::VaultError;
use super::crypto::tag_16;
use super::keyring::{DbKey, Keys};
use super::record::{Label, NO_LEASE, Place, open_record, seal_record};

/// Where the head record lies.
pub(crate) const HEAD: DbKey = {
    let mut key = [0; 17];
    key[0] = Kind::Head.byte();
    key
};
const FORMAT: u8 = 1;

/// Sealed records by place; shared, because readers hold on to one while the writer replaces it.
pub(crate) type Cells = BTreeMap<DbKey, Arc<[u8]>>;

/// What the head record says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Counts transactions.
    pub(crate) generation: u64,
    count: u64,
    sum: [u8; 16],
}

/// All records as of one transaction.
#[derive(Clone, Default)]
pub(crate) struct Records {
    pub(crate) cells: Cells,
    pub(crate) head: Head,
}

/// One change of the sealed records: put or remove.
pub(crate) type Change = (DbKey, Option<Arc<[u8]>>);

impl Head {
    /// Seals the head for the index and the journal.
    pub(crate) fn seal(&self, keys: &Keys) -> Result<Arc<[u8]>, VaultError> {
        let text = [&[FORMAT][..], &self.generation.to_be_bytes(), &self.count.to_be_bytes(), &self.sum].concat();
        let (kind, revision) = (Kind::Head, self.generation);
        let place = Place { key: HEAD, kind, revision, lease: NO_LEASE, is_pointer: false };
        Ok(seal_record(keys, place, &text)?.into())
    }

    /// Opens a sealed head.
    pub(crate) fn open(keys: &Keys, cell: &[u8]) -> Option<Self> {
        let (label, text) = open_record(keys, &HEAD, cell)?;
        let (generation, rest) = text.strip_prefix(&[FORMAT])?.split_first_chunk::<8>()?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let head = Self {
            generation: u64::from_be_bytes(*generation),
            count: u64::from_be_bytes(*count),
            sum: rest.try_into().ok()?,
        };
        (label.revision == head.generation).then_some(head)
    }

    /// The head after these changes to `cells`.
    pub(crate) fn after(&self, keys: &Keys, cells: &Cells, changes: &[Change]) -> Self {
        let mut next = Self { generation: self.generation + 1, ..*self };
        for (at, new) in changes {
            if let Some(old) = cells.get(at) {
                next.add(keys, at, old);
                next.count -= 1;
            }
            if let Some(new) = new {
                next.add(keys, at, new);
                next.count += 1;
            }
        }
        next
    }

    /// The head that fits these records.
    pub(crate) fn of(keys: &Keys, cells: &Cells, generation: u64) -> Self {
        let mut head = Self { generation, count: cells.len() as u64, sum: [0; 16] };
        for (at, cell) in cells {
            head.add(keys, at, cell);
        }
        head
    }

    /// Adding twice takes away: the sum is an exclusive or.
    fn add(&mut self, keys: &Keys, at: &DbKey, cell: &[u8]) {
        let revision = Label::read(cell).map_or(0, |label| label.revision);
        let term = tag_16(keys.head(), &[b"sum", at, &revision.to_be_bytes()]);
        for (sum, term) in self.sum.iter_mut().zip(term) {
            *sum ^= term;
        }
    }
}

impl Records {
    /// Takes what was read apart: the head, and whether everything it speaks of is there as it was.
    pub(crate) fn check(mut cells: Cells, keys: &Keys) -> Checked {
        let head = cells.remove(&HEAD).and_then(|cell| Head::open(keys, &cell));
        let adds_up = head.is_some_and(|head| Head::of(keys, &cells, head.generation) == head);
        Checked { records: Self { cells, head: head.unwrap_or_default() }, adds_up }
    }

    /// The records with the sealed head among them, as they are stored.
    pub(crate) fn stored(&self, keys: &Keys) -> Result<Cells, VaultError> {
        let mut cells = self.cells.clone();
        cells.insert(HEAD, self.head.seal(keys)?);
        Ok(cells)
    }
}

/// Records as read from somewhere.
pub(crate) struct Checked {
    pub(crate) records: Records,
    /// Nothing is missing and nothing is older than the head says.
    pub(crate) adds_up: bool,
}

/// Does the changes to cells.
pub(crate) fn apply(cells: &mut Cells, changes: &[Change]) {
    for (at, new) in changes {
        match new {
            Some(new) => cells.insert(*at, Arc::clone(new)),
            None => cells.remove(at),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::crypto::Key;
    use super::*;

    fn keys() -> Keys {
        let folder = tempfile::tempdir().unwrap();
        Keys::create(&folder.path().join("keys"), Key::random().unwrap(), [1; 16], 0).unwrap()
    }

    fn cell(keys: &Keys, key: &str, revision: u64) -> Change {
        let place =
            Place { key: keys.place(Kind::Note, key), kind: Kind::Note, revision, lease: NO_LEASE, is_pointer: false };
        (place.key, Some(seal_record(keys, place, b"text").unwrap().into()))
    }

    #[test]
    fn a_record_taken_away_or_put_back_to_an_older_one_is_noticed() {
        let keys = keys();
        let mut records = Records::default();
        let old = cell(&keys, "a", 1);
        for changes in [vec![old.clone(), cell(&keys, "b", 1)], vec![cell(&keys, "a", 2)]] {
            records.head = records.head.after(&keys, &records.cells, &changes);
            apply(&mut records.cells, &changes);
        }
        let stored = records.stored(&keys).unwrap();
        assert!(Records::check(stored.clone(), &keys).adds_up);

        let mut fewer = stored.clone();
        fewer.remove(&keys.place(Kind::Note, "b"));
        assert!(!Records::check(fewer, &keys).adds_up, "one taken away");
        let mut older = stored;
        apply(&mut older, &[old]);
        assert!(!Records::check(older, &keys).adds_up, "one put back");
        assert!(!Records::check(Cells::new(), &keys).adds_up, "all gone");
    }
}
