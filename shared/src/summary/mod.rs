//! An IPS document as a person reads it.
//!
//! The shape is stable and serialises as JSON (the example `summarise` prints it).

mod shape;
mod summarise;

pub use shape::*;
pub use summarise::summarise;
