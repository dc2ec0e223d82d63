//! The account that is given of every look at a record: who, what, whose, why, when, and what was answered.
//!
//! [`Event`] says it once and becomes a FHIR AuditEvent in the shape of IHE BALP; [`Line`] is what a person reads of
//! one. [`Head`] and [`Entry`] chain the events of one device, so that nothing can be changed, taken out, put in or
//! reordered unseen. Ids and codes only: no clinical word ever stands in an event.

mod chain;
mod event;
mod fhir;
mod jcs;
mod line;
mod wire;

pub use chain::{Break, Entry, GENESIS, Head, Sha256, follow};
pub use event::{Act, Actor, Event, Observer};
pub use jcs::{NotCanonical, canonical};
pub use line::Line;
pub use wire::{signature_of, to_batch};
