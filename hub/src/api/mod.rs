//! What the hub answers: the FHIR R4 façade.
//!
//! [`router`] says where a request goes; [`access`] is the gate before every read of a record.

mod access;
mod account;
mod alerts;
mod answer;
mod body;
mod change;
mod context;
mod decision;
mod document;
mod documents;
mod frame;
mod glass;
mod history;
mod html;
mod lease;
mod lease_status;
mod lists;
mod metadata;
mod note;
mod params;
mod patient;
mod problem;
mod quarantine;
mod receipts;
mod records;
mod relay;
mod router;
mod summary;
mod transaction;

pub(crate) use context::{Hub, RequestId, Signed};
pub(crate) use glass::end_what_is_over;
pub(crate) use problem::Problem;
#[cfg(test)]
pub(crate) use records::is_note;
#[cfg(test)]
pub(crate) use router::paths;
pub(crate) use router::router;
