//! The pieces that several screens share.

mod chip;
mod closed;
mod fault_box;
mod icon;
mod identity_bar;
mod link_strip;
mod note_card;
mod qr;
mod reveal;
mod wait;

pub use chip::{CriticalityChip, StatusChip};
pub use closed::Closable;
pub use fault_box::FaultBox;
pub use icon::{Icon, Shape};
pub use identity_bar::{IdentityBar, IdentityStill, Whom};
pub use link_strip::{LinkStrip, link_words, note_state};
pub use note_card::NoteCard;
pub use qr::Qr;
pub use reveal::{REVEALED_FOR, Reveal};
pub use wait::{Progress, Wait};
