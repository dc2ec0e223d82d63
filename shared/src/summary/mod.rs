//! An IPS document as a person reads it.
//!
//! Start at [`summarise`]: it reads every entry ([`kind`]), puts each into its section ([`arrange`]), says what a
//! section without items means ([`absence`]) and draws the glance for the reader's role ([`glance`]).
//! [`summarise_all`] does so for several documents about one person and makes one record of them before the glance is
//! drawn ([`merge`]): what they say alike is one line, what they disagree on is marked, nothing is dropped.
//! The shape is stable and serialises as JSON (the example `summarise` prints it).

mod absence;
pub mod age;
mod arrange;
mod draft;
mod gated;
mod glance;
mod kind;
pub mod layout;
mod merge;
mod narrative;
mod negative;
mod notices;
mod overdue;
mod patient;
mod people;
mod phrases;
mod quoted;
pub mod search;
mod section;
mod shape;
mod sources;
mod summarise;
mod titles;

#[cfg(test)]
mod tests;

pub use narrative::Narrative;
pub use shape::*;
pub use sources::Source;
pub use summarise::{summarise, summarise_all};
