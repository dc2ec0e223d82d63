//! Wrong PINs, counted before each try, and how long to wait after them.
//!
//! The counter is a file of the device. Whoever can put an older copy of it back can start again; that is what the
//! cost of the derivation and the device secret are for. The tenth wrong one destroys the vault's keys (see
//! `destroy.rs`), unless the vault holds notes that are nowhere else: then it answers once an hour instead.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use crate::vault::VaultError;
use crate::vault::twin::{self, Found, How};

/// So many wrong ones destroy the keys.
pub(super) const LAST: u32 = 10;
/// What to assume of a counter that cannot be read: enough for the first wait.
const UNREADABLE: u32 = 5;

/// The counter of one vault.
pub(super) struct Tries {
    path: PathBuf,
}

/// What the counter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    pub(super) wrong: u32,
    last: Option<Timestamp>,
}

/// How long to wait after so many wrong ones.
fn delay(wrong: u32) -> SignedDuration {
    SignedDuration::from_mins(match wrong {
        0..=4 => 0,
        5 => 1,
        6 => 5,
        7..=9 => 15,
        _ => 60,
    })
}

impl Count {
    /// When the next PIN may be tried; `None`: now. A clock that was turned back does not make the wait longer
    /// than it is, nor does it end it.
    pub(super) fn try_after(self, now: Timestamp) -> Option<Timestamp> {
        let wait = delay(self.wrong);
        let since = self.last.filter(|last| *last <= now).unwrap_or(now);
        let after = since.checked_add(wait).ok()?;
        (!wait.is_zero() && after > now).then_some(after)
    }

    /// The count with one more.
    pub(super) fn and_one(self, now: Timestamp) -> Self {
        Self { wrong: self.wrong.saturating_add(1), last: Some(now) }
    }
}

impl Tries {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn read(&self) -> Result<Count, VaultError> {
        Ok(match twin::read(&self.path, How::InPlace, twin::has_crc)? {
            Found::Missing => Count::default(),
            Found::Damaged(_) => Count { wrong: UNREADABLE, last: None },
            Found::Whole(bytes) => parse(&bytes).unwrap_or(Count { wrong: UNREADABLE, last: None }),
        })
    }

    pub(super) fn write(&self, count: Count) -> Result<(), VaultError> {
        let last = count.last.map_or(i64::MIN, Timestamp::as_second);
        let bytes = [&count.wrong.to_be_bytes()[..], &last.to_be_bytes()].concat();
        Ok(twin::write(&self.path, &twin::with_crc(bytes), How::InPlace)?)
    }
}

fn parse(bytes: &[u8]) -> Option<Count> {
    let (wrong, last) = twin::without_crc(bytes)?.split_first_chunk::<4>()?;
    let last = i64::from_be_bytes(last.try_into().ok()?);
    Some(Count { wrong: u32::from_be_bytes(*wrong), last: Timestamp::from_second(last).ok() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    #[test]
    fn waits_are_1_5_15_and_60_minutes() {
        let mut count = Count::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            count = count.and_one(at(0));
            waits.push(count.try_after(at(0)).map_or(0, |after| (after.as_second() - at(0).as_second()) / 60));
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 5, 15, 15, 15, 60, 60, 60]);
        assert_eq!(count.try_after(at(60)), None);
        assert_eq!(count.try_after(at(-500)), Some(at(-440)), "turning the clock back does not lock anyone out");
    }

    #[test]
    fn the_count_is_kept_and_a_damaged_one_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tries");
        let tries = Tries::new(path.clone());
        assert_eq!(tries.read().unwrap(), Count::default());
        let count = Count::default().and_one(at(3)).and_one(at(4));
        tries.write(count).unwrap();
        assert_eq!(tries.read().unwrap(), count);
        std::fs::write(&path, b"x").unwrap();
        std::fs::write(folder.path().join("tries.spare"), b"x").unwrap();
        assert!(tries.read().unwrap().try_after(at(0)).is_some());
    }
}
