//! What an opening may cost.

/// Cost of the key derivation and size of the reserve. The default is what the app uses.
#[derive(Debug, Clone)]
pub struct Limits {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u16,
    pub(crate) lanes: u16,
    pub(crate) floor_kib: u32,
    pub(crate) floor_passes: u16,
    pub(crate) ballast_bytes: u64,
}

/// Below this memory (KiB) no slot of the app is made or opened: 19 MiB with two passes, OWASP's lowest for Argon2id.
pub(crate) const FLOOR_KIB: u32 = 19 * 1024;
/// Below this many passes no slot of the app is made or opened.
pub(crate) const FLOOR_PASSES: u16 = 2;
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
        }
    }
}

impl Limits {
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
        }
    }

    /// The same with another size of the reserve.
    #[cfg(any(test, debug_assertions, feature = "cheap-pins"))]
    #[must_use]
    pub fn with_reserve(self, ballast_bytes: u64) -> Self {
        Self { ballast_bytes, ..self }
    }
}
