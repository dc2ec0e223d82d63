//! The care plan: what is wished, decided, watched and to be done. What is new is a [`crate::note::Content`] of its own;
//! what is in the record already is edited whole by a [`Change`].

mod action;
mod alert;
mod change;
mod cpr;
mod goal;
mod medicine;
mod palliative;
mod preference;

pub use action::{Action, NotDone, Outcome, WhyNot};
pub use alert::{Alert, AlertEdit, AlertKind};
pub use change::{Change, NotChangeable, Pen, Said, WORDS_EXTENSION, said};
pub use cpr::{CprDecision, Form, Resuscitation};
pub use goal::{Achievement, GoalProgress, Lifecycle};
pub use medicine::{Amount, Dose, DoseUnit, Drug, Given, StockCheck, StockLine};
pub use palliative::{Akps, Completed, Grade, Ipos, IposItem, NotAScore, Phase, Score};
pub use preference::{Place, Preference, Speaker, Wish};

pub(crate) use action::{parts as action_parts, read as read_action};
pub(crate) use alert::{parts as alert_parts, read as read_alert};
pub(crate) use cpr::{parts as cpr_parts, read as read_cpr};
pub(crate) use medicine::{dose_parts, read_dose, read_stock, stock_parts};
pub(crate) use palliative::{akps_parts, ipos_parts, phase_parts, read_akps, read_ipos, read_phase};
pub(crate) use preference::{parts as preference_parts, read as read_preference};

use crate::identity::Role;

/// Whether somebody of this role may decide and confirm what only a clinician may.
pub const fn is_clinician(role: Role) -> bool {
    matches!(role, Role::EmergencyClinician | Role::CareTeamClinician)
}
