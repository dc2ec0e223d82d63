//! Who is asking, as the actors of a Consent and the members of a care team name them.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;
use shared::identity::{Organisation, Role, Staff};

use super::rule::{Span, span};

/// The group that stands for every emergency clinician in the nested break-glass permit.
const EMERGENCY_CLINICIANS: &str = "Group/emergency-clinicians";

/// A member of staff with every name a Consent may call them by.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    role: Role,
    staff: String,
    ods: String,
    references: HashSet<String>,
}

/// Whether an actor is the asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// The asker, their organisation or their team.
    Asker,
    /// Certainly someone else.
    Other,
    /// Cannot be told.
    Unknown,
}

impl Asker {
    /// From the sign-in. `references` are the resources that stand for them: `Organization/…`, `CareTeam/…`.
    pub(crate) fn new(staff: &Staff, references: impl IntoIterator<Item = String>) -> Self {
        let mut references: HashSet<String> = references.into_iter().collect();
        references.insert(format!("Practitioner/{}", staff.id));
        if staff.role == Role::EmergencyClinician {
            references.insert(EMERGENCY_CLINICIANS.to_owned());
        }
        Self { role: staff.role, staff: staff.id.to_string(), ods: staff.organisation.ods.clone(), references }
    }

    pub(crate) const fn role(&self) -> Role {
        self.role
    }

    pub(super) fn is_on_a_team(&self) -> bool {
        self.references.iter().any(|reference| reference.starts_with("CareTeam/"))
    }

    /// Matches a FHIR Reference: its identifier first, it is the same everywhere; then the literal reference.
    pub(super) fn matches(&self, reference: &Value) -> Match {
        let identifier = &reference["identifier"];
        if let Some(value) = identifier["value"].as_str() {
            let mine = match identifier["system"].as_str() {
                Some(Organisation::SYSTEM) => &self.ods,
                Some(Staff::SYSTEM) => &self.staff,
                _ => return Match::Unknown,
            };
            return if value == mine { Match::Asker } else { Match::Other };
        }
        match reference["reference"].as_str() {
            Some(literal) if self.references.contains(literal) => Match::Asker,
            Some(l) if ["CareTeam/", "Group/", "Practitioner/"].iter().any(|kind| l.starts_with(kind)) => Match::Other,
            _ => Match::Unknown,
        }
    }
}

/// Whether the asker belongs to a CareTeam at `now`: by name, or because their organisation does.
pub(crate) fn is_member(team: &Value, asker: &Asker, now: Timestamp) -> bool {
    let active = team["status"].is_null() || team["status"] == "active";
    let participants = team["participant"].as_array().into_iter().flatten();
    active
        && span(&team["period"], now) == Span::Within
        && participants.filter(|p| span(&p["period"], now) == Span::Within).any(|participant| {
            [&participant["member"], &participant["onBehalfOf"]].iter().any(|r| asker.matches(r) == Match::Asker)
        })
}
