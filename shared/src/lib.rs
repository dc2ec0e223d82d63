//! The domain of Doorstep, pure.
//!
//! No I/O, no clock, no randomness, no async: `now` and ids are arguments. Everything here can be
//! tested by calling it, and everything that could mislead a reader is decided here.
//!
//! Where to start: [`fhir`] and [`summary`] turn an IPS document into what a person reads; [`consent`]
//! decides who may see it, [`lease`] for how long, [`audit`] who looked; [`note`],
//! [`vitals`] and [`care_plan`] are what is written, [`sync`] how it travels.

pub mod audit;
pub mod care_plan;
pub mod consent;
pub mod fhir;
pub mod identity;
pub mod lease;
pub mod lock;
pub mod measure;
pub mod note;
pub mod place;
pub mod sensitive;
pub mod summary;
pub mod sync;
pub mod visit;
pub mod vitals;
