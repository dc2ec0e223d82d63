//! Who may see what, why: the tiers a patient chooses by, the decision, and what it means for one resource.
//!
//! Start at [`decide`]. The hub's answer is the authoritative one; the app uses the same function to explain it.

mod codes;
mod decide;
mod glass;
mod resource;

pub use codes::{
    Basis, Choice, Dataset, EmergencyNone, GlassReason, Label, Obligation, Outcome, Purpose, Reason, RecordState,
    Residual, UnknownCode,
};
pub use decide::{Decision, Request, Tiers, decide};
pub use glass::{MAX_REASON, MIN_REASON, STEP_UP, STEP_UP_SECONDS, reason_fits};
pub use resource::{Kind, Treatment, treat};
