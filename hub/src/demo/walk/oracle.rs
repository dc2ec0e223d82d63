//! What must be answered, from the files of the demo people and the pure decision. It reads no Consent: the reader of
//! Consents is what it is compared with.

use serde_json::Value;
use shared::consent::{
    Basis, Choice, Dataset, Decision, EmergencyNone, Kind, Label, Purpose, RecordState, Request, Tiers, Treatment,
    treat,
};
use shared::identity::Staff;

use crate::api::is_note;
use crate::demo::format::{Choice as Recorded, Person};
use crate::demo::sources::Sources;

/// The people as they are written.
pub(super) struct Oracle {
    pub(super) people: Vec<Person>,
    sources: Sources,
}

impl Oracle {
    pub(super) fn read() -> Self {
        Self { people: crate::demo::files::people().unwrap(), sources: Sources::read().unwrap() }
    }

    fn org_of(&self, staff: &Staff) -> &str {
        let found = self.sources.organisations.iter().find(|(_, org)| org.ods == staff.organisation.ods);
        found.map(|(key, _)| key.as_str()).unwrap()
    }

    /// The input of the decision.
    pub(super) fn request(
        &self,
        person: &Person,
        staff: &Staff,
        purpose: Option<Purpose>,
        basis: Basis,
        setting: EmergencyNone,
    ) -> Request {
        let org = self.org_of(staff);
        let emergency = said(person, "emergency").map(|it| it.choice.as_str());
        let for_emergencies = self.sources.organisations[org].emergency;
        Request {
            role: staff.role,
            purpose,
            record: match (person.no_record, said(person, "opt-out")) {
                (true, _) => RecordState::None,
                (_, Some(_)) => RecordState::Locked,
                _ => RecordState::Open,
            },
            refused_now: false,
            tiers: Tiers {
                emergency: match emergency {
                    Some("permit") if for_emergencies => Choice::Permit,
                    Some("permit") | None => Choice::None,
                    Some(_) => Choice::Deny,
                },
                care_setting: plain(said(person, "care-setting")),
                long_term: plain(said(person, "long-term")),
            },
            organisation_in_consent: match purpose {
                Some(Purpose::Treatment) => said(person, "care-setting").is_some_and(|it| names(it, org)),
                _ => self.team_of(person).any(|member| member == org),
            },
            basis,
            break_glass_in_consent: emergency == Some("deny-but-break-glass") && for_emergencies,
            emergency_none: setting,
        }
    }

    fn team_of<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a str> {
        person.care.iter().flat_map(|care| &care.team).map(|key| self.sources.org_of(key).unwrap().0)
    }

    /// The labels that a person opened to the organisation of a member of staff for a purpose.
    fn opened(&self, person: &Person, staff: &Staff, purpose: Purpose) -> Vec<String> {
        let tier = match purpose {
            Purpose::Treatment => "care-setting",
            Purpose::CareManagement => "long-term",
            Purpose::EmergencyTreatment | Purpose::BreakGlass => "emergency",
        };
        let choice = said(person, tier).filter(|it| names(it, self.org_of(staff)));
        choice.map(|it| it.labels.clone()).unwrap_or_default()
    }

    /// What becomes of one resource under a permit, whatever the dataset.
    pub(super) fn treatment(
        &self,
        person: &Person,
        staff: &Staff,
        purpose: Purpose,
        decision: &Decision,
        it: &Value,
    ) -> Treatment {
        let labels: Vec<&str> = codes(&it["meta"]["security"]);
        let opened = self.opened(person, staff, purpose);
        let is_named = |code: &&&str| opened.iter().any(|o| o == **code);
        let categories: Vec<&&str> = labels.iter().filter(|l| !["N", "R", "V"].contains(l)).collect();
        let nested = if categories.is_empty() { is_named(&&"R") } else { categories.iter().all(is_named) };
        treat(decision, Label::effective(labels.iter().copied()), nested, kind(it))
    }
}

/// Whether a dataset has single resources of this kind.
pub(super) fn lists(dataset: Dataset, it: &Value) -> bool {
    let kind = it["resourceType"].as_str().unwrap_or_default();
    match dataset {
        Dataset::CarePlan => true,
        Dataset::Visit => ["DocumentReference", "Provenance", "CarePlan", "Goal", "Task"].contains(&kind),
        Dataset::SharedRecord => !["DocumentReference", "Provenance", "CarePlan"].contains(&kind),
        Dataset::Emergency => kind == "Provenance" || is_note(it),
    }
}

fn said<'a>(person: &'a Person, tier: &str) -> Option<&'a Recorded> {
    person.consents.iter().rfind(|it| it.tier == tier && !it.superseded)
}

/// The tiers that end after two years.
fn plain(choice: Option<&Recorded>) -> Choice {
    match choice {
        Some(it) if it.choice == "permit" && ["3y", "4y", "5y"].contains(&it.on.as_str()) => Choice::None,
        Some(it) if it.choice == "permit" => Choice::Permit,
        Some(_) => Choice::Deny,
        None => Choice::None,
    }
}

fn names(choice: &Recorded, org: &str) -> bool {
    choice.orgs.iter().any(|it| it == org)
}

fn codes(codings: &Value) -> Vec<&str> {
    codings.as_array().into_iter().flatten().filter_map(|coding| coding["code"].as_str()).collect()
}

fn kind(it: &Value) -> Kind {
    let categories = it["category"].as_array().into_iter().flatten();
    let danger = |c: &&str| ["safety", "drug", "behavioral", "SS", "IR"].contains(c);
    match it["resourceType"].as_str() {
        Some("AllergyIntolerance") => Kind::Allergy,
        Some("Flag") if it["category"].is_null() => Kind::SafetyFlag,
        Some("Flag") if categories.flat_map(|c| codes(&c["coding"])).any(|c| danger(&c)) => Kind::SafetyFlag,
        _ => Kind::Other,
    }
}
