//! What every answer carries beside its content.

use jiff::Timestamp;

/// A successful answer.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The content.
    pub value: T,
    /// The server's clock (`Date`), to the second; `None` when it did not say. The device's source of time.
    pub server_time: Option<Timestamp>,
    /// `ETag` as sent, quotes and weakness mark included.
    pub etag: Option<String>,
}

impl<T> Answer<T> {
    pub(crate) fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Answer<U>, E> {
        Ok(Answer { value: f(self.value)?, server_time: self.server_time, etag: self.etag })
    }
}
