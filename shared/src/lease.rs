//! How long a document may be read on a device, and what the clock may not do about it.
//!
//! The hub sets the times, the device only counts. A lease is never extended here.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::consent::{Dataset, Purpose, Residual};
use crate::identity::{LeaseId, PatientId};

/// A permission to keep one document, as the hub grants it with a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Id, by which the hub can revoke it.
    pub id: LeaseId,
    /// Whose document.
    pub patient: PatientId,
    /// What for.
    pub purpose: Purpose,
    /// What it opens.
    pub dataset: Dataset,
    /// What stays closed.
    pub residual: Residual,
    /// Hub time of the grant.
    pub issued: Timestamp,
    /// From here on the age is pressed on the reader and a check with the hub is due.
    pub check_after: Timestamp,
    /// From here on the document is hidden.
    pub not_after: Timestamp,
    /// From here on its key is destroyed.
    pub shred_at: Timestamp,
}

/// Where a lease stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeaseState {
    /// Read.
    Fresh,
    /// Read, and be told how old it is.
    Stale,
    /// Hidden: connect to renew.
    Expired,
    /// Its key must be destroyed.
    ShredDue,
}

/// What a device knows of time: the offset and the highest time the hub has shown it.
///
/// The wall clock of a device belongs to whoever holds it. Time as this clock tells it never runs
/// backwards, and a wall clock found more than five minutes behind the high-water mark is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedClock {
    /// Server time minus wall time at the last contact, seconds.
    offset_s: i64,
    /// The latest time seen, from the server or counted on from it.
    high_water: Timestamp,
}

/// How far behind the high-water mark the wall clock may be found, from drift and rounding.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A time that can be used, or the finding that the clock was turned back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// Believed.
    At(Timestamp),
    /// The wall clock is behind what was already seen: every lease counts as expired until the hub answers.
    TurnedBack {
        /// The latest time seen.
        high_water: Timestamp,
    },
}

impl TrustedClock {
    /// From a server's answer (`Date`) received when the wall clock showed `wall`.
    pub fn from_server(server: Timestamp, wall: Timestamp) -> Self {
        Self { offset_s: server.as_second() - wall.as_second(), high_water: server }
    }

    /// A device that never heard a server has only its wall clock.
    pub fn from_wall(wall: Timestamp) -> Self {
        Self { offset_s: 0, high_water: wall }
    }

    /// Takes a server's time: the offset is replaced; the mark is too, because the server is the one that may
    /// correct a device whose clock once ran far ahead.
    pub fn hear_server(&mut self, server: Timestamp, wall: Timestamp) {
        *self = Self::from_server(server, wall);
    }

    /// The time now. Call [`TrustedClock::observe`] with it so that the mark moves on.
    pub fn now(&self, wall: Timestamp) -> Now {
        let Ok(counted) = wall.checked_add(SignedDuration::from_secs(self.offset_s)) else {
            return Now::TurnedBack { high_water: self.high_water };
        };
        match counted.checked_add(TOLERANCE) {
            Ok(latest) if latest < self.high_water => Now::TurnedBack { high_water: self.high_water },
            _ => Now::At(counted.max(self.high_water)),
        }
    }

    /// Moves the mark to the time now, never back. True when it moved and should be stored.
    pub fn observe(&mut self, wall: Timestamp) -> bool {
        match self.now(wall) {
            Now::At(now) if now > self.high_water => {
                self.high_water = now;
                true
            }
            _ => false,
        }
    }
}

impl Lease {
    /// Where the lease stands. A clock that was turned back hides, and never destroys: the times of the
    /// lease have not passed as far as anyone can know.
    pub fn state(&self, now: Now) -> LeaseState {
        let now = match now {
            Now::At(now) => now,
            Now::TurnedBack { high_water } if high_water >= self.shred_at => return LeaseState::ShredDue,
            Now::TurnedBack { .. } => return LeaseState::Expired,
        };
        match now {
            t if t >= self.shred_at => LeaseState::ShredDue,
            t if t >= self.not_after => LeaseState::Expired,
            t if t >= self.check_after => LeaseState::Stale,
            _ => LeaseState::Fresh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn lease() -> Lease {
        Lease {
            id: LeaseId::new(Uuid::nil()),
            patient: PatientId::new("p"),
            purpose: Purpose::EmergencyTreatment,
            dataset: Dataset::Emergency,
            residual: Residual::ForbidRestricted,
            issued: at(0),
            check_after: at(15),
            not_after: at(720),
            shred_at: at(780),
        }
    }

    #[test]
    fn a_lease_runs_fresh_stale_expired_shred() {
        let states: Vec<_> = [0, 14, 15, 719, 720, 779, 780].map(|m| lease().state(Now::At(at(m)))).into();
        use LeaseState::{Expired, Fresh, ShredDue, Stale};
        assert_eq!(states, [Fresh, Fresh, Stale, Stale, Expired, Expired, ShredDue]);
    }

    #[test]
    fn a_clock_turned_back_does_not_help() {
        let mut clock = TrustedClock::from_server(at(0), at(0));
        assert!(clock.observe(at(730)));
        assert_eq!(lease().state(clock.now(at(10))), LeaseState::Expired);
        assert_eq!(lease().state(clock.now(at(726))), LeaseState::Expired, "within tolerance the mark still counts");
        clock.hear_server(at(5), at(10));
        assert_eq!(lease().state(clock.now(at(10))), LeaseState::Fresh, "the server may put it right");
    }

    #[test]
    fn a_device_whose_clock_is_wrong_by_days_is_served_by_the_offset() {
        let clock = TrustedClock::from_server(at(0), at(-5000));
        assert_eq!(clock.now(at(-4990)), Now::At(at(10)));
    }

    proptest! {
        #[test]
        fn a_lease_is_never_extended_by_anything_the_wall_clock_does(walls in proptest::collection::vec(-2000i64..2000, 1..20)) {
            let mut clock = TrustedClock::from_server(at(0), at(0));
            let mut worst = 0;
            for wall in walls {
                clock.observe(at(wall));
                let rank = match lease().state(clock.now(at(wall))) {
                    LeaseState::Fresh => 0, LeaseState::Stale => 1, LeaseState::Expired => 2, LeaseState::ShredDue => 3,
                };
                prop_assert!(rank >= worst || (worst == 2 && rank >= 2) , "went from {worst} back to {rank}");
                // A jump back hides what was only stale; when the clock is put right again it may be shown again.
                if !matches!(clock.now(at(wall)), Now::TurnedBack { .. }) { worst = worst.max(rank); }
            }
        }
    }
}
