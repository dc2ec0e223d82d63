//! The device side of Doorstep: what is kept, sealed, and how it travels.
//!
//! The only user of sled and of ciphers. Knows no Dioxus. Start at [`Engine`]: one façade, verbs that are
//! async and cancel-safe (a file each in `verbs/`), and one `watch` of its [`State`]. Views read the state and
//! call verbs; they never see an answer from the network that is not in the vault.
//!
//! `session` says who is at the device, `store` what their [`vault`] holds and in which form, `sync` what
//! happens without anyone asking, `explain` what a person is told when something goes wrong, `trust` whose signature a lease must have.

mod audit;
mod clock;
mod engine;
mod error;
mod explain;
mod presence;
mod session;
mod show;
mod state;
mod store;
mod sync;
mod tokens;
mod trust;
pub mod vault;
mod verbs;

#[cfg(test)]
mod tests;

pub use engine::{Config, Engine, Options};
pub use error::{Advice, EngineError};
pub use state::{
    ConflictItem, DeviceView, Enrolment, HeldRecord, KnownPerson, LeaseView, Link, NoteView, OpenOutcome, OutboxItem,
    Problem, Receipt, SeenBy, Session, SignInWays, SigningIn, State, SyncState, Today, VisitView,
};
pub use store::MissingSource;
pub use vault::{Destroyed, SecretPlace};
pub use verbs::{
    ConflictView, Edit, FindQuery, GlassOutcome, Permission, RecordView, Unsent, Wipe, form_again, form_of,
};
