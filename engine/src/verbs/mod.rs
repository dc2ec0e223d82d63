//! The verbs of [`Engine`](crate::Engine), a file each.

mod break_glass;
mod conflict;
mod draft;
mod enrol;
mod find;
mod layout;
mod lock;
mod open_record;
mod person;
mod record;
mod refusal;
mod save_note;
mod send_again;
mod set_aside;
mod set_pin;
mod set_position;
mod sign_in;
mod sign_in_elsewhere;
mod source;
mod staff_list;
mod sync_now;
mod unlock;
mod wipe;

pub use break_glass::GlassOutcome;
pub use conflict::ConflictView;
pub use draft::{form_again, form_of};
pub use find::FindQuery;
pub use open_record::Permission;
pub use record::RecordView;
pub use save_note::Edit;
pub(crate) use sign_in_elsewhere::Waiting;
pub(crate) use wipe::is_unsent;
pub use wipe::{Unsent, Wipe};
