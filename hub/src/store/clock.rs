//! Times as the database keeps them: microseconds, and never twice the same.

use jiff::Timestamp;

use super::StoreError;

/// Microseconds since the epoch.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The time of a stored number.
///
/// # Errors
/// A number outside the calendar: not written by this hub.
pub(crate) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::Corrupt("time"))
}
