//! What a device may believe of the time: the server's, counted on, never backwards.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far the clocks of a device may be apart, from drift and rounding, before none of them is believed.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// The clock that nobody can set. It starts anew with the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monotonic {
    /// Which start of the device it counts from; 0 when the system does not say.
    pub boot: u64,
    /// Milliseconds, time asleep included.
    pub millis: i64,
}

/// Both clocks, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, which belongs to whoever holds the device.
    pub wall: Timestamp,
    /// `None` where the system has none.
    pub monotonic: Option<Monotonic>,
}

/// A time, and what the other clock showed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Anchor {
    time: Timestamp,
    monotonic: Monotonic,
}

/// What a device knows of time: the offset to the hub, the highest time seen, and a time to count on from.
///
/// Time as this clock tells it never runs backwards. It is not believed when the wall clock is found more than five
/// minutes behind the mark, or when the wall clock and the monotonic one do not agree on how long it has been: until a
/// server tells the time. After a restart of the device the wall clock is all there is, and the mark still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedClock {
    /// Server time minus wall time at the last contact, seconds.
    offset_s: i64,
    /// The latest time seen, from the server or counted on from it.
    high_water: Timestamp,
    #[serde(default)]
    anchor: Option<Anchor>,
}

/// A time that can be used, or the finding that the clocks of the device cannot be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// Believed.
    At(Timestamp),
    /// The wall clock was set: every lease counts as expired until a server tells the time.
    Doubtful {
        /// It is not earlier than this.
        at_least: Timestamp,
    },
}

impl TrustedClock {
    /// From a server's answer (`Date`) received when the device's clocks showed `read`.
    pub fn from_server(server: Timestamp, read: Reading) -> Self {
        let anchor = read.monotonic.map(|monotonic| Anchor { time: server, monotonic });
        Self { offset_s: server.as_second() - read.wall.as_second(), high_water: server, anchor }
    }

    /// A device that never heard a server has only its wall clock.
    pub fn from_wall(read: Reading) -> Self {
        Self::from_server(read.wall, read)
    }

    /// Takes a server's time: the offset is replaced; the mark is too, because the server is the one that may
    /// correct a device whose clock once ran far ahead.
    pub fn hear_server(&mut self, server: Timestamp, read: Reading) {
        *self = Self::from_server(server, read);
    }

    /// The time now. Call [`TrustedClock::observe`] with it so that the mark moves on.
    pub fn now(&self, read: Reading) -> Now {
        let counted = self.counted(read.monotonic);
        let at_least = counted.map_or(self.high_water, |time| time.max(self.high_water));
        let Ok(wall) = read.wall.checked_add(SignedDuration::from_secs(self.offset_s)) else {
            return Now::Doubtful { at_least };
        };
        let behind = wall.duration_since(self.high_water) < -TOLERANCE;
        let disagree = counted.is_some_and(|time| wall.duration_since(time).abs() > TOLERANCE);
        if behind || disagree { Now::Doubtful { at_least } } else { Now::At(wall.max(at_least)) }
    }

    /// Moves the mark to the time now, never back; after a restart of the device, begins to count anew from there.
    /// True when something changed that should be stored.
    pub fn observe(&mut self, read: Reading) -> bool {
        let Now::At(now) = self.now(read) else { return false };
        let restarted = read.monotonic.filter(|_| self.counted(read.monotonic).is_none());
        if let Some(monotonic) = restarted {
            self.anchor = Some(Anchor { time: now, monotonic });
        }
        let moved = now > self.high_water;
        self.high_water = self.high_water.max(now);
        moved || restarted.is_some()
    }

    /// The anchor's time and what has passed since by the clock that nobody can set, when it still counts from the
    /// same start. Never moved on with each look: small steps back would add up.
    fn counted(&self, monotonic: Option<Monotonic>) -> Option<Timestamp> {
        let (anchor, monotonic) = (self.anchor?, monotonic?);
        let passed = monotonic.millis.checked_sub(anchor.monotonic.millis).filter(|passed| *passed >= 0)?;
        let same = monotonic.boot == anchor.monotonic.boot;
        same.then(|| anchor.time.checked_add(SignedDuration::from_millis(passed)).unwrap_or(Timestamp::MAX))
    }
}
