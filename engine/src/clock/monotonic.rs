//! The clock that nobody can set, from the system.

use shared::lease::Monotonic;

/// What it shows; `None` where the system has none that counts time asleep as well.
pub(super) fn read() -> Option<Monotonic> {
    system()
}

#[cfg(unix)]
fn system() -> Option<Monotonic> {
    use rustix::time::{ClockId, clock_gettime};
    // Linux stops its plain monotonic clock while the device sleeps; Apple's goes on.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let clock = ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let clock = ClockId::Monotonic;
    let time = clock_gettime(clock);
    let millis = time.tv_sec.checked_mul(1000)?.checked_add(time.tv_nsec / 1_000_000)?;
    Some(Monotonic { boot: boot(), millis })
}

#[cfg(not(unix))]
fn system() -> Option<Monotonic> {
    None
}

/// Which start of the device this is; 0 where the system does not say.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot() -> u64 {
    static BOOT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let read = || {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
        u64::from_str_radix(&digits, 16).ok()
    };
    *BOOT.get_or_init(|| read().unwrap_or(0))
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const fn boot() -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_and_names_its_start() {
        let (one, two) = (read(), read());
        if let (Some(one), Some(two)) = (one, two) {
            assert!(one.boot == two.boot && one.millis <= two.millis && one.millis > 0);
        }
    }
}
