//! A small shared care record: FHIR R4 façade, consent enforcement, leases, summaries, notes, audit.
//!
//! Where to start: [`serve`] runs it; [`store`] is what it keeps; `api` is what it answers; `consent` is who may see what.

mod consent;
pub mod demo;
pub mod ips;
pub mod store;

pub use store::{Store, StoreError};
