//! The device side of Doorstep: what is kept, sealed, and how it travels.
//!
//! The only user of sled and of ciphers. Knows no Dioxus. Start at [`Engine`]: one façade, verbs that are
//! async and cancel-safe, and one `watch` of its [`State`]. Views read the state and call verbs; they never
//! see an answer from the network that is not in the vault.

mod error;
mod state;

mod facade;
pub mod vault;

pub use error::{Advice, EngineError};
pub use facade::{Config, Engine, FindQuery, Permission, RecordView};
pub use state::{
    HeldRecord, KnownPerson, LeaseView, Link, NoteView, OpenOutcome, OutboxItem, Problem, Session, State, SyncState,
    Today, VisitView,
};
