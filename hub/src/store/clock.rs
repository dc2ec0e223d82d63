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

#[cfg(test)]
impl super::Store {
    /// Moves the hub's clock forward, so that what is stored next is later by more than a second.
    pub(crate) async fn an_hour_later(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE server_clock SET last_us = last_us + 3600000000").execute(&self.writer).await?;
        Ok(())
    }
}
