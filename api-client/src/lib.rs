//! The only user of reqwest: FHIR R4 REST and SMART sign-in.
//!
//! Where to start: [`Client`]. One operation is one file, each an `async` method of the client that is safe to drop
//! half-way: [`Client::read`], [`Client::search`] (every page), [`Client::create`], [`Client::hand_over`],
//! [`Client::transaction`], [`Client::summary`], [`Client::receipts`], [`Client::documents`], [`Client::document`],
//! [`Client::lease_status`], [`Client::consent_decision`], [`Client::break_glass`], [`Client::capability`],
//! [`Client::staff_list`], [`Client::who`], [`Client::sign_in`], [`Client::refresh`], [`Client::revoke`].
//!
//! What comes from outside is bounded before it is believed: time, size, content type, redirects, pages. [`Error`] names
//! what can be done about each. Nothing here retries by itself: when to try again is the engine's decision.

mod answer;
mod client;
mod device;
mod error;
mod outcome;
mod tls;
mod transport;
mod url;

mod account;
mod break_glass;
mod capability;
mod consent_decision;
mod create;
mod devices;
mod document;
mod documents;
mod lease;
mod read;
mod receipts;
mod search;
mod sign_in;
mod staff_list;
mod summary;
mod transaction;

#[cfg(test)]
mod test_server;

pub use answer::Answer;
pub use break_glass::GlassRequest;
pub use capability::Capability;
pub use client::{Client, Limits};
pub use consent_decision::{Decided, DecisionRequest, Grant};
pub use create::Created;
pub use devices::{Enrolled, Standing};
pub use documents::{Documents, MOST_DOCUMENTS, Place, Pointer};
pub use error::Error;
pub use lease::{GivenLease, LeaseStatus, LeaseToken};
pub use outcome::{Issue, Refusal};
pub use receipts::NoteReceipt;
pub use search::{Page, Pages};
pub use sign_in::{
    AccessToken, Asked, Code, Keeper, Launch, Link, Loopback, Offered, Polled, RefreshToken, Renewed, SignInProblem,
    Token, Why,
};
pub use summary::SummaryAnswer;
pub use transaction::EntryAnswer;
