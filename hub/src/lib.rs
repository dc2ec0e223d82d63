//! A small shared care record: FHIR R4 façade, consent enforcement, leases, summaries, notes, audit.
//!
//! Where to start: [`serve`] runs it. [`store`] is what it keeps, `api` what it answers, `consent` who may see what,
//! [`ips`] the document, [`demo`] the made-up people, [`import`] documents made elsewhere,
//! [`keys`] what it signs with.

mod api;
mod auth;
mod consent;
pub mod demo;
mod enrolment;
pub mod import;
pub mod ips;
pub mod keys;
mod lease;
mod listen;
mod secret;
mod serve;
pub mod store;
mod tls;

pub use auth::{Enrolment, Entrance, Issuer, IssuerError, Limits, Rate};
pub use enrolment::{enrolment_code, enrolment_link, enrolment_qr};
pub use listen::CONNECTIONS;
pub use serve::{Options, Running, ServeError, serve, serve_over};
pub use store::{Store, StoreError};
pub use tls::{Tls, TlsError};
