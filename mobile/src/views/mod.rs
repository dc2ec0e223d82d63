//! The screens, a file per route. In each: a `…Page` drawn from data alone, and a `…View` that feeds it.

pub mod arrange;
mod confirm;
mod consent;
mod elsewhere;
mod find;
mod me;
mod note;
mod opening;
mod order;
pub mod record;
mod refused;
mod set_pin;
mod shell;
mod sign_in;
mod to_send;
mod today;
mod unlock;
mod welcome;

pub use arrange::ArrangeList;
pub use confirm::{ConfirmPage, ConfirmView};
pub use consent::{ConsentPage, ConsentView};
pub use elsewhere::{BrowserPage, CodePage};
pub use find::{FindPage, FindView};
pub use me::{MePage, MeView};
pub use note::{NotePage, NoteView, Saved};
pub use order::{Order, OrderView, use_order};
pub use record::{At, RecordPage, RecordView, Same};
pub use refused::{RefusedPage, RefusedView};
pub use set_pin::{SetPinPage, SetPinView};
pub use shell::{Frame, NavBar, Shell};
pub use sign_in::{SignInPage, SignInView, Way, Ways};
pub use to_send::{ToSendPage, ToSendView};
pub use today::{TodayPage, TodayView};
pub use unlock::{UnlockPage, UnlockView};
pub use welcome::Welcome;
