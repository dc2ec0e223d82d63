//! The time this device believes: the server's, counted on, never backwards.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shared::lease::{Now, TrustedClock};

/// What the wall says. An argument so that tests can turn it.
pub(crate) type Wall = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How far the stored mark may trail the true one. Well inside the tolerance of [`shared::lease::TOLERANCE`],
/// so that a kill between two storings gives nobody more than that.
const STORE_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// One clock for the device; all clones are one.
#[derive(Clone)]
pub(crate) struct Clock {
    wall: Wall,
    believed: Arc<Mutex<Believed>>,
}

struct Believed {
    clock: TrustedClock,
    /// A server was heard in this run: what a vault remembers is older news.
    heard: bool,
    stored: Option<Timestamp>,
}

impl Clock {
    pub(crate) fn new(wall: Wall) -> Self {
        let clock = TrustedClock::from_wall(wall());
        Self { wall, believed: Arc::new(Mutex::new(Believed { clock, heard: false, stored: None })) }
    }

    /// What the wall shows.
    pub(crate) fn wall(&self) -> Timestamp {
        (self.wall)()
    }

    /// The time now, or that the wall clock was turned back. The mark moves on with it.
    pub(crate) fn now(&self) -> Now {
        let wall = self.wall();
        let mut believed = self.lock();
        believed.clock.observe(wall);
        believed.clock.now(wall)
    }

    /// A time to write down: the believed one, else the latest seen.
    pub(crate) fn time(&self) -> Timestamp {
        match self.now() {
            Now::At(time) | Now::TurnedBack { high_water: time } => time,
        }
    }

    /// Takes the `Date` of an answer.
    pub(crate) fn hear(&self, server: Timestamp) {
        let wall = self.wall();
        let mut believed = self.lock();
        believed.clock.hear_server(server, wall);
        believed.heard = true;
    }

    /// Takes what a vault remembers, unless a server was heard since this run began.
    pub(crate) fn load(&self, remembered: Option<TrustedClock>) {
        let mut believed = self.lock();
        if !believed.heard {
            believed.clock = remembered.unwrap_or_else(|| TrustedClock::from_wall(self.wall()));
        }
        believed.stored = None;
    }

    /// The mark, when it moved far enough to be stored again.
    pub(crate) fn to_store(&self) -> Option<TrustedClock> {
        let time = self.time();
        let mut believed = self.lock();
        let near = believed.stored.is_some_and(|stored| time.duration_since(stored).abs() < STORE_EVERY);
        if near {
            return None;
        }
        believed.stored = Some(time);
        Some(believed.clock)
    }

    fn lock(&self) -> MutexGuard<'_, Believed> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn clock() -> (Arc<AtomicI64>, Clock) {
        let hand = Arc::new(AtomicI64::new(0));
        let wall = hand.clone();
        (hand, Clock::new(Arc::new(move || at(wall.load(Ordering::SeqCst)))))
    }

    #[test]
    fn a_vault_remembers_that_the_clock_was_turned_back() {
        let (hand, clock) = clock();
        clock.load(Some(TrustedClock::from_server(at(7200), at(7200))));
        hand.store(600, Ordering::SeqCst);
        assert_eq!(clock.now(), Now::TurnedBack { high_water: at(7200) });
        clock.hear(at(605));
        assert_eq!(clock.now(), Now::At(at(605)), "the server puts it right");
        clock.load(Some(TrustedClock::from_server(at(7200), at(7200))));
        assert_eq!(clock.now(), Now::At(at(605)), "and is not overruled by older news");
    }

    #[test]
    fn the_mark_is_stored_now_and_then() {
        let (hand, clock) = clock();
        assert!(clock.to_store().is_some() && clock.to_store().is_none());
        hand.store(59, Ordering::SeqCst);
        assert!(clock.to_store().is_none());
        hand.store(61, Ordering::SeqCst);
        assert!(clock.to_store().is_some());
    }
}
