//! How a goal comes along.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Change, NotChangeable, Pen};

const ACHIEVEMENT: &str = "http://terminology.hl7.org/CodeSystem/goal-achievement";

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$one])* $variant),+
        }

        crate::measure::quiet!($name);

        impl $name {
            /// All of them, in the order of a list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code on the wire.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// Reads a code; an unknown one is none of these.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}
pub(super) use codes;

codes! {
    /// Progress towards a goal (HL7 goal-achievement).
    Achievement {
        /// Being worked on.
        InProgress = "in-progress",
        /// Better.
        Improving = "improving",
        /// Worse.
        Worsening = "worsening",
        /// As before.
        NoChange = "no-change",
        /// Reached.
        Achieved = "achieved",
        /// Reached and kept.
        Sustaining = "sustaining",
        /// Not reached.
        NotAchieved = "not-achieved",
        /// No progress.
        NoProgress = "no-progress",
        /// Cannot be reached.
        NotAttainable = "not-attainable",
    }
}
codes! {
    /// Where a goal stands (FHIR R4 goal-status, what a person may set).
    Lifecycle {
        /// Being pursued.
        Active = "active",
        /// Paused.
        OnHold = "on-hold",
        /// Over, because it was reached or its time passed.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

/// What is new about a goal; the words stand with the pen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GoalProgress {
    /// Progress, where it changed.
    pub achievement: Option<Achievement>,
    /// Where it stands, where that changed.
    pub lifecycle: Option<Lifecycle>,
}

crate::measure::quiet!(GoalProgress);

impl GoalProgress {
    /// Edits the goal `base`.
    ///
    /// # Errors
    /// [`NotChangeable`].
    pub fn change(self, base: Value, pen: Pen<'_>) -> Result<Change, NotChangeable> {
        Change::of(base, "Goal", pen, |goal| {
            if let Some(achievement) = self.achievement {
                goal["achievementStatus"] = json!({"coding": [{"system": ACHIEVEMENT, "code": achievement.code()}]});
            }
            if let Some(lifecycle) = self.lifecycle {
                goal["lifecycleStatus"] = json!(lifecycle.code());
            }
            if self.achievement.is_some() || self.lifecycle.is_some() {
                goal["statusDate"] = json!(pen.at.strftime("%Y-%m-%d").to_string());
            }
        })
    }

    /// What a goal of the record says.
    pub fn read(goal: &Value) -> Self {
        let achievement = crate::note::wire::code_of(&goal["achievementStatus"], ACHIEVEMENT);
        Self {
            achievement: achievement.and_then(Achievement::from_code),
            lifecycle: goal["lifecycleStatus"].as_str().and_then(Lifecycle::from_code),
        }
    }
}
