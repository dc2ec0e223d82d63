//! Who may see what, why: the tiers a patient chooses by, the decision, and what it means for one resource.
//!
//! Start at [`decide`]. The hub's answer is the authoritative one; the app uses the same function to explain it.

mod codes;
mod decide;
mod resource;

pub use codes::{
    Basis, Choice, Dataset, EmergencyNone, Label, Obligation, Outcome, Purpose, Reason, RecordState, Residual,
    UnknownCode,
};
pub use decide::{Decision, Request, Tiers, decide};
pub use resource::{Kind, Treatment, treat};
