//! The rules of exchange, pure: what an answer means for an outbox entry, when to try again, where a pull stands.

mod cursor;
mod outbox;
mod retry;

pub use cursor::Cursor;
pub use outbox::{Attention, OutboxEntry, OutboxState};
pub use retry::{Answer, Verdict, retry_delay, verdict};
