//! Who may see what: stored FHIR Consents become a [`Request`], `shared` decides, [`filter`] carries it out.
//!
//! A Consent is data from outside. One that cannot be understood closes its tier; it never opens one.

mod actor;
mod ask;
mod document;
mod filter;
mod label;
mod rule;

use jiff::Timestamp;
use serde_json::Value;
use shared::consent::{Basis, Choice, EmergencyNone, Outcome, Purpose, Reason, RecordState, Request, Tiers, decide};

pub(crate) use actor::{Asker, is_member};
pub(crate) use ask::{Answer, Ask, ask, is_on_a_team};
pub(crate) use document::{Released, release};
pub(crate) use filter::{Filtered, filter, name_of, references, strip_sensitivity};
pub(crate) use label::{Exceptions, codings, is_privacy_consent, opens, treatment_of};

use rule::{Reading, Rule};

/// The tier a Consent speaks for, by its category code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    Emergency,
    CareSetting,
    LongTerm,
    OptOut,
}

impl Tier {
    pub(crate) const SYSTEM: &str = "https://doorstep.example/CodeSystem/consent-tier";
    const ALL: [Self; 4] = [Self::Emergency, Self::CareSetting, Self::LongTerm, Self::OptOut];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::CareSetting => "care-setting",
            Self::LongTerm => "long-term",
            Self::OptOut => "opt-out",
        }
    }

    /// The one purpose a permit of this tier must name. Exactly that: the code system nests them.
    const fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Emergency => Some(Purpose::EmergencyTreatment),
            Self::CareSetting => Some(Purpose::Treatment),
            Self::LongTerm => Some(Purpose::CareManagement),
            Self::OptOut => None,
        }
    }
}

/// What a person's consents say to one asker.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    rules: Vec<Rule>,
}

/// Reads the consents of a person as they bind `asker` at `now`.
pub(crate) fn read<'a>(consents: impl IntoIterator<Item = &'a Value>, asker: &Asker, now: Timestamp) -> Said {
    let mut rules = Vec::new();
    for consent in consents {
        match rule::read(consent, asker, now) {
            Reading::NotForUs => {}
            Reading::Rule(rule) => rules.push(rule),
            Reading::Unreadable(tiers) => {
                tracing::warn!(code = "consent-not-understood", "a stored Consent was taken as a refusal");
                rules.extend(tiers.into_iter().map(Rule::refusal));
            }
        }
    }
    Said { rules }
}

impl Said {
    fn of(&self, tier: Tier) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.tier == tier)
    }

    /// The choice of a tier. Where two Consents contradict each other the refusal counts.
    fn choice(&self, tier: Tier) -> Choice {
        let choices: Vec<_> = self.of(tier).map(|rule| rule.choice).collect();
        [Choice::Deny, Choice::Permit].into_iter().find(|c| choices.contains(c)).unwrap_or(Choice::None)
    }

    fn break_glass(&self) -> bool {
        let mut refusals = self.of(Tier::Emergency).filter(|rule| rule.choice == Choice::Deny).peekable();
        refusals.peek().is_some() && refusals.all(|rule| rule.break_glass == Some(true))
    }

    fn break_glass_forbidden(&self) -> bool {
        self.of(Tier::Emergency).any(|rule| rule.break_glass == Some(false))
    }

    fn names_asker(&self, purpose: Option<Purpose>) -> bool {
        let tier = match purpose {
            Some(Purpose::Treatment) => Tier::CareSetting,
            Some(Purpose::CareManagement) => Tier::LongTerm,
            _ => Tier::Emergency,
        };
        self.of(tier).any(|rule| rule.choice == Choice::Permit && rule.names_asker)
    }

    /// What was said about labelled items under a purpose.
    pub(crate) fn exceptions(&self, purpose: Purpose) -> Exceptions {
        let tier = match purpose {
            Purpose::EmergencyTreatment | Purpose::BreakGlass => Tier::Emergency,
            Purpose::Treatment => Tier::CareSetting,
            Purpose::CareManagement => Tier::LongTerm,
        };
        self.of(tier).flat_map(|rule| rule.exceptions.iter().cloned()).collect()
    }

    /// The decision's input.
    pub(crate) fn request(&self, ask: &Ask, asker: &Asker, record: RecordState, setting: EmergencyNone) -> Request {
        // A nested refusal of break-glass inside an emergency permit has no row of its own in the table.
        let no_glass = ask.purpose == Some(Purpose::BreakGlass) && self.break_glass_forbidden();
        let locked = record == RecordState::Open && self.choice(Tier::OptOut) == Choice::Deny;
        Request {
            role: asker.role(),
            purpose: ask.purpose,
            record: if locked { RecordState::Locked } else { record },
            refused_now: ask.refused,
            tiers: Tiers {
                emergency: if no_glass { Choice::Deny } else { self.choice(Tier::Emergency) },
                care_setting: self.choice(Tier::CareSetting),
                long_term: self.choice(Tier::LongTerm),
            },
            organisation_in_consent: self.names_asker(ask.purpose),
            basis: ask.basis,
            break_glass_in_consent: !no_glass && self.break_glass(),
            emergency_none: setting,
        }
    }
}

/// Whether break-glass is worth offering to someone who asked under another purpose. Where the decision comes before
/// existence so does this: it must not tell whether there is a record.
pub(crate) fn break_glass_available(request: &Request) -> bool {
    let blind = [Reason::RoleNotPermitted, Reason::NoRelationship].contains(&decide(request).reason);
    let asked = Request { purpose: Some(Purpose::BreakGlass), basis: Basis::Incapable, ..*request };
    !blind && request.purpose != Some(Purpose::BreakGlass) && decide(&asked).outcome == Outcome::Permit
}

#[cfg(test)]
mod tests;
