//! What a note is besides its free text: every kind of thing that is written at a door.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::amend::Amends;
use super::template::Template;
use crate::care_plan::{Action, Akps, Alert, Change, CprDecision, Dose, Ipos, Phase, Preference, StockCheck};
use crate::vitals::Vitals;

/// The kind of a note with what only this kind has. [`super::Note::text`] stands beside each of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Content {
    /// A note of a visit, or a later word on a note.
    Visit(Visit),
    /// Vital signs.
    Vitals {
        /// When they were taken.
        at: Timestamp,
        /// The set.
        vitals: Vitals,
    },
    /// An edit of a goal, task or alert that is in the record already.
    Change(Change),
    /// Something to do, or done without having been asked for.
    Action(Action),
    /// A wish for the end of life.
    Preference(Preference),
    /// A decision on resuscitation.
    Cpr(CprDecision),
    /// A special note or an alert to a danger.
    Alert(Alert),
    /// Phase of illness.
    Phase(Phase),
    /// Performance status.
    Akps(Akps),
    /// Outcome scale.
    Ipos(Ipos),
    /// Count of the just-in-case medicines.
    Stock(StockCheck),
    /// A medicine given or refused.
    Dose(Dose),
}

impl Default for Content {
    fn default() -> Self {
        Self::Visit(Visit::default())
    }
}

// A kind is no secret in itself; what it holds is.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Visit(_) => "Visit(…)",
            Self::Vitals { .. } => "Vitals(…)",
            Self::Change(_) => "Change(…)",
            Self::Action(_) => "Action(…)",
            Self::Preference(_) => "Preference(…)",
            Self::Cpr(_) => "Cpr(…)",
            Self::Alert(_) => "Alert(…)",
            Self::Phase(_) => "Phase(…)",
            Self::Akps(_) => "Akps(…)",
            Self::Ipos(_) => "Ipos(…)",
            Self::Stock(_) => "Stock(…)",
            Self::Dose(_) => "Dose(…)",
        })
    }
}

/// A note in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visit {
    /// The form it was written with.
    pub template: Template,
    /// Logical id of the CarePlan it is about.
    pub care_plan: Option<String>,
    /// The note it adds to, corrects or takes back.
    pub amends: Option<Amends>,
}
