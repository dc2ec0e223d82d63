//! What an opening may cost.

use std::time::Duration;

/// Cost of the key derivation and size of the reserve. The default is what the app uses.
#[derive(Debug, Clone)]
pub struct Limits {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u16,
    pub(crate) lanes: u16,
    pub(crate) floor_kib: u32,
    pub(crate) floor_passes: u16,
    pub(crate) ballast_bytes: u64,
    /// What a guess must take on this device; passes are added until it does. Zero: as given.
    pub(crate) at_least: Duration,
}

/// Below this memory (KiB) no slot of the app is made or opened: the second choice of RFC 9106 §4, 64 MiB.
pub(crate) const FLOOR_KIB: u32 = 64 * 1024;
/// Below this many passes no slot of the app is made or opened.
pub(crate) const FLOOR_PASSES: u16 = 3;
/// What a guess takes at least on the device where the PIN was set.
const AT_LEAST: Duration = Duration::from_millis(300);
/// More passes are not set, however fast the device: a slower moment must not lock its owner out for seconds.
const MOST_PASSES: u16 = 24;
/// What a test may go down to, KiB. Not secure, and only reachable through [`Limits::cheap_for_tests`].
#[cfg(any(test, debug_assertions, feature = "cheap-pins"))]
pub(crate) const TEST_FLOOR_KIB: u32 = 64;

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
            floor_kib: FLOOR_KIB,
            floor_passes: FLOOR_PASSES,
            ballast_bytes: 8 * 1024 * 1024,
            at_least: AT_LEAST,
        }
    }
}

impl Limits {
    /// The passes that make a guess take long enough, when so many took `measured`.
    pub(crate) fn passes_for(&self, measured: Duration) -> u16 {
        if measured >= self.at_least {
            return self.passes;
        }
        let times = self.at_least.as_secs_f64() / measured.as_secs_f64().max(0.001);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped on the next line")]
        let passes = (f64::from(self.passes) * times).ceil() as u16;
        passes.clamp(self.passes, MOST_PASSES.max(self.passes))
    }

    /// A derivation that costs nothing and a small reserve, for tests that open thousands of vaults. A release
    /// build does not have it unless the feature `cheap-pins` is asked for by name.
    #[cfg(any(test, debug_assertions, feature = "cheap-pins"))]
    pub fn cheap_for_tests() -> Self {
        Self {
            memory_kib: TEST_FLOOR_KIB,
            passes: 1,
            lanes: 1,
            floor_kib: TEST_FLOOR_KIB,
            floor_passes: 1,
            ballast_bytes: 64 * 1024,
            at_least: Duration::ZERO,
        }
    }

    /// The same with another size of the reserve.
    #[cfg(any(test, debug_assertions, feature = "cheap-pins"))]
    #[must_use]
    pub fn with_reserve(self, ballast_bytes: u64) -> Self {
        Self { ballast_bytes, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_device_works_longer_and_a_slow_one_never_less() {
        let limits = Limits::default();
        let passes = |millis| limits.passes_for(Duration::from_millis(millis));
        assert_eq!([passes(5000), passes(300)], [3, 3]);
        assert_eq!([passes(299), passes(150), passes(100)], [4, 6, 9]);
        assert_eq!([passes(1), passes(0)], [24, 24], "no faster device makes its owner wait for ever");
        assert_eq!(Limits::cheap_for_tests().passes_for(Duration::ZERO), 1);
    }
}
