//! When a device that nobody uses closes its vault: after five minutes without a touch, after one minute out of
//! sight, and at every cold start (NHS login, session management for native apps).

use jiff::{SignedDuration, Timestamp};

/// Without a touch.
pub const IDLE: SignedDuration = SignedDuration::from_mins(5);
/// Out of sight.
pub const BACKGROUND: SignedDuration = SignedDuration::from_mins(1);

/// A moment on both clocks of a device. The counting one stands still while a phone sleeps, the wall clock can be
/// turned: what passed is what either of them says passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// A clock that only counts, from any beginning.
    pub counted: SignedDuration,
    /// The wall clock.
    pub wall: Timestamp,
}

impl Moment {
    /// How much passed since `earlier`. A wall clock turned back takes nothing away.
    fn since(self, earlier: Self) -> SignedDuration {
        (self.counted - earlier.counted).max(self.wall.duration_since(earlier.wall))
    }
}

/// How the open vault was used last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    touched: Moment,
    hidden: Option<Moment>,
}

impl Presence {
    /// Somebody just opened the vault.
    pub const fn begin(now: Moment) -> Self {
        Self { touched: now, hidden: None }
    }

    /// Somebody touched the app. Ask [`Presence::left`] first: a touch after the time is over comes too late.
    pub const fn touch(&mut self, now: Moment) {
        self.touched = now;
    }

    /// The app went out of sight or came back.
    pub const fn hide(&mut self, hidden: bool, now: Moment) {
        self.hidden = match (hidden, self.hidden) {
            (true, None) => Some(now),
            (true, since) => since,
            (false, _) => None,
        };
    }

    /// How long the vault may stay open if nothing happens; zero: close it now.
    pub fn left(&self, now: Moment) -> SignedDuration {
        let idle = IDLE - now.since(self.touched);
        let hidden = self.hidden.map_or(idle, |since| BACKGROUND - now.since(since));
        idle.min(hidden).max(SignedDuration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(counted: i64, wall: i64) -> Moment {
        let wall = Timestamp::from_second(1_800_000_000 + wall).unwrap();
        Moment { counted: SignedDuration::from_secs(counted), wall }
    }

    #[test]
    fn five_minutes_without_a_touch_and_one_out_of_sight() {
        let mut presence = Presence::begin(at(0, 0));
        assert_eq!(presence.left(at(299, 299)).as_secs(), 1);
        assert!(presence.left(at(300, 300)).is_zero());
        presence.touch(at(100, 100));
        assert_eq!(presence.left(at(300, 300)).as_secs(), 100);
        presence.hide(true, at(110, 110));
        presence.hide(true, at(150, 150));
        assert_eq!(presence.left(at(160, 160)).as_secs(), 10, "counted from when it went out of sight");
        assert!(presence.left(at(170, 170)).is_zero());
        presence.hide(false, at(160, 160));
        assert_eq!(presence.left(at(170, 170)).as_secs(), 230);
    }

    #[test]
    fn a_phone_that_slept_locks_though_its_counting_clock_stood_still() {
        let presence = Presence::begin(at(0, 0));
        assert!(presence.left(at(1, 3600)).is_zero());
    }

    proptest! {
        #[test]
        fn turning_the_wall_clock_never_keeps_a_vault_open(counted in 0i64..2000, wall in -100_000i64..100_000) {
            let mut presence = Presence::begin(at(0, 0));
            let left = presence.left(at(counted, wall));
            prop_assert!(left <= SignedDuration::from_secs((300 - counted).max(0)));
            presence.hide(true, at(0, 0));
            prop_assert!(presence.left(at(counted, wall)) <= SignedDuration::from_secs((60 - counted).max(0)));
        }
    }
}
