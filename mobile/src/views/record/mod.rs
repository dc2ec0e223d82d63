//! The record: identity, strip, notices, glance, sections, notes.

mod arranged;
mod glance;
mod glass;
mod hidden;
mod hit;
mod item;
mod narrative;
mod notes;
mod notices;
mod page;
mod raw;
mod reach;
mod rest;
mod search;
mod section;
mod sources;
mod standing;
mod strip;
mod view;

pub use hidden::TakenBackPage;
pub use page::{At, RecordActions, RecordPage, Same, Source};
pub use reach::reach;
pub use view::RecordView;
