//! The time this device believes: the server's, counted on, never backwards.

mod monotonic;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shared::lease::{Monotonic, Now, Reading, TrustedClock};

/// What the wall says. An argument so that tests can turn it.
pub(crate) type Wall = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the clock shows that nobody can set.
pub(crate) type Counter = Arc<dyn Fn() -> Option<Monotonic> + Send + Sync>;

/// The system's.
pub(crate) fn counter() -> Counter {
    Arc::new(monotonic::read)
}

/// How far the stored mark may trail the true one. Well inside the tolerance of [`shared::lease::TOLERANCE`],
/// so that a kill between two storings gives nobody more than that.
const STORE_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// One clock for the device; all clones are one.
#[derive(Clone)]
pub(crate) struct Clock {
    wall: Wall,
    counter: Counter,
    believed: Arc<Mutex<Believed>>,
}

struct Believed {
    clock: TrustedClock,
    /// A server was heard in this run: what a vault remembers is older news.
    heard: bool,
    stored: Option<Timestamp>,
}

impl Clock {
    pub(crate) fn new(wall: Wall, counter: Counter) -> Self {
        let clock = TrustedClock::from_wall(Reading { wall: wall(), monotonic: counter() });
        Self { wall, counter, believed: Arc::new(Mutex::new(Believed { clock, heard: false, stored: None })) }
    }

    /// What the wall shows.
    pub(crate) fn wall(&self) -> Timestamp {
        (self.wall)()
    }

    fn read(&self) -> Reading {
        Reading { wall: self.wall(), monotonic: (self.counter)() }
    }

    /// The time now, or that the clocks cannot be believed. The mark moves on with it.
    pub(crate) fn now(&self) -> Now {
        let read = self.read();
        let mut believed = self.lock();
        believed.clock.observe(read);
        believed.clock.now(read)
    }

    /// A time to write down: the believed one, else the latest seen.
    pub(crate) fn time(&self) -> Timestamp {
        match self.now() {
            Now::At(time) | Now::Doubtful { at_least: time } => time,
        }
    }

    /// Takes the `Date` of an answer.
    pub(crate) fn hear(&self, server: Timestamp) {
        let read = self.read();
        let mut believed = self.lock();
        believed.clock.hear_server(server, read);
        believed.heard = true;
    }

    /// Takes what a vault remembers, unless a server was heard since this run began.
    pub(crate) fn load(&self, remembered: Option<TrustedClock>) {
        let mut believed = self.lock();
        if !believed.heard {
            believed.clock = remembered.unwrap_or_else(|| TrustedClock::from_wall(self.read()));
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

    fn seen(seconds: i64) -> TrustedClock {
        TrustedClock::from_server(at(seconds), Reading { wall: at(seconds), monotonic: None })
    }

    /// A clock, its wall, and its other clock, in seconds.
    fn clock() -> (Arc<AtomicI64>, Arc<AtomicI64>, Clock) {
        let (hand, up) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let (wall, count) = (hand.clone(), up.clone());
        let counter = move || Some(Monotonic { boot: 1, millis: count.load(Ordering::SeqCst) * 1000 });
        let wall = move || at(wall.load(Ordering::SeqCst));
        (hand, up, Clock::new(Arc::new(wall), Arc::new(counter)))
    }

    #[test]
    fn a_vault_remembers_that_the_clock_was_turned_back() {
        let (hand, up, clock) = clock();
        clock.load(Some(seen(7200)));
        hand.store(600, Ordering::SeqCst);
        up.store(600, Ordering::SeqCst);
        assert_eq!(clock.now(), Now::Doubtful { at_least: at(7200) });
        clock.hear(at(605));
        assert_eq!(clock.now(), Now::At(at(605)), "the server puts it right");
        clock.load(Some(seen(7200)));
        assert_eq!(clock.now(), Now::At(at(605)), "and is not overruled by older news");
    }

    #[test]
    fn a_wall_clock_that_runs_away_is_noticed_by_the_other() {
        let (hand, up, clock) = clock();
        clock.hear(at(0));
        up.store(30, Ordering::SeqCst);
        hand.store(30 + 400, Ordering::SeqCst);
        assert_eq!(clock.now(), Now::Doubtful { at_least: at(30) });
        assert_eq!(clock.time(), at(30));
        clock.hear(at(40));
        assert_eq!(clock.now(), Now::At(at(40)));
    }

    #[test]
    fn the_mark_is_stored_now_and_then() {
        let (hand, up, clock) = clock();
        assert!(clock.to_store().is_some() && clock.to_store().is_none());
        for (passed, stored) in [(59, false), (61, true)] {
            hand.store(passed, Ordering::SeqCst);
            up.store(passed, Ordering::SeqCst);
            assert_eq!(clock.to_store().is_some(), stored);
        }
    }
}
