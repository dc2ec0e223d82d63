//! The domain of Doorstep, pure.
//!
//! No I/O, no clock, no randomness, no async: `now` and ids are arguments. Everything here can be
//! tested by calling it, and everything that could mislead a reader is decided here.
//!
//! Where to start: [`fhir`] and [`summary`] turn an IPS document into what a person reads; [`consent`]
//! decides who may see it, [`lease`] for how long, [`audit`] who looked; [`note`] and [`sync`] are what is written and how it travels.

pub mod audit;
pub mod consent;
pub mod fhir;
pub mod identity;
pub mod lease;
pub mod lock;
pub mod note;
pub mod place;
pub mod sensitive;
pub mod summary;
pub mod sync;
pub mod visit;
