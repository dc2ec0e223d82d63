//! What must hold for a record of any bytes, and how to make such bytes.
//!
//! [`invariants`] is also compiled into a test of `shared`, which replays the seeds and all findings.

pub mod invariants;
pub mod mutate;
