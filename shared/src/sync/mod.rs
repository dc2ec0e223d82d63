//! The rules of exchange, pure: what an answer means for an outbox entry, when to try again, what may go now, where a
//! pull stands, and what becomes of two edits of the same thing.

mod conflict;
mod cursor;
mod lane;
mod merge;
mod outbox;
mod retry;
mod status;
mod step;

pub use conflict::{By, Choice, Conflict, Side, settle};
pub use cursor::Cursor;
pub use lane::{LONGEST_WAIT, due, wait};
pub use merge::{Merged, merge};
pub use outbox::{Attention, OutboxEntry, OutboxState};
pub use retry::{Answer, Verdict, retry_delay, verdict};
pub use status::{Both, both};
pub use step::{Action, Event, Sends, Step, actions, step};
