//! The record: identity, strip, notices, glance, sections, notes.

mod glance;
mod item;
mod notices;
mod page;
mod section;
mod strip;
mod view;

pub use page::{RecordActions, RecordPage, Same, Source};
pub use view::RecordView;
