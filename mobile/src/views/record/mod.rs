//! The record: identity, strip, notices, glance, sections, notes.

mod glance;
mod item;
mod narrative;
mod notices;
mod page;
mod raw;
mod rest;
mod section;
mod sources;
mod standing;
mod strip;
mod view;

pub use page::{At, RecordActions, RecordPage, Same, Source};
pub use view::RecordView;
