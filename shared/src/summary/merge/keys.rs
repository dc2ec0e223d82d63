//! What two entries of two documents must have in common to be about one thing, and to be one fact.

use serde_json::Value;

use super::super::draft::Fact;
use super::super::negative::Absence;
use super::super::{Item, Status};
use crate::fhir::{choice_text, codes, items, text};

/// Codes that only say what kind of thing it is; the words beside them say which. SNOMED CT, international edition:
/// clinical finding, disease, the general allergies and intolerances, drug or medicament, device, procedure.
const GENERAL: [&str; 17] = [
    "404684003",
    "64572001",
    "419199007",
    "416098002",
    "414285001",
    "418038007",
    "420134006",
    "419511003",
    "418471000",
    "426232007",
    "106190000",
    "609328004",
    "281647001",
    "59037007",
    "410942007",
    "49062001",
    "71388002",
];

/// What an entry can be recognised by.
#[derive(Default)]
pub(super) struct Keys {
    /// Its business identifiers, with its type.
    pub(super) identifiers: Vec<String>,
    /// What it is about: two entries that share one of these are about one thing.
    pub(super) concepts: Vec<String>,
    /// What it is about and when: two entries that share one of these are one fact, unless they disagree.
    pub(super) facts: Vec<String>,
}

impl Keys {
    pub(super) fn of(fact: &Fact<'_>) -> Self {
        let item = &fact.item;
        let kind = item.resource_type.as_str();
        let (codes, words) = (concept(fact), plain(&item.text));
        let date = date(fact);
        let about = if is_lasting(kind) { String::new() } else { date.clone() };
        let family = if kind.starts_with("Medication") && is_lasting(kind) { "Medicine" } else { kind };
        let mut concepts: Vec<String> = codes.iter().map(|c| format!("{family}|{about}|{c}")).collect();
        concepts.push(format!("{family}|{about}|words|{words}"));
        let facts = if codes.is_empty() {
            vec![format!("{kind}|{date}|words|{words}")]
        } else {
            codes.iter().map(|c| format!("{kind}|{date}|{c}")).collect()
        };
        Self { identifiers: identifiers(fact.resource, item), concepts, facts }
    }
}

/// Words as they are compared: without case, and without a full stop at the end. Signs stay, `Rhesus +` is not
/// `Rhesus -`.
pub(super) fn plain(words: &str) -> String {
    let lower = words.trim().trim_end_matches('.').to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

// An identifier without its system is `1` in every system.
fn identifiers(resource: &Value, item: &Item) -> Vec<String> {
    let of = |i: &Value| (text(&i["system"]), text(&i["value"]));
    let told = items(&resource["identifier"]).into_iter().map(of).filter(|(s, v)| !s.is_empty() && !v.is_empty());
    told.map(|(system, value)| format!("{}|{system}|{value}", item.resource_type)).collect()
}

/// The codes of what the entry is, with their systems; empty where its words say it better.
fn concept(fact: &Fact<'_>) -> Vec<String> {
    let it = fact.resource;
    let all = match fact.item.resource_type.as_str() {
        // An alert or a plan has a code for its kind, and its words for what it is.
        "Flag" | "Consent" | "DocumentReference" | "Goal" | "CarePlan" | "CareTeam" | "RelatedPerson" => Vec::new(),
        kind if kind.starts_with("Medication") || kind.starts_with("Device") => fact.item.codes.clone(),
        "Immunization" => codes(&it["vaccineCode"]),
        "Encounter" => codes(&it["type"]),
        _ => codes(&it["code"]),
    };
    let tells = |code: &String| match code.rsplit_once('|') {
        Some((system, code)) => !system.is_empty() && !GENERAL.contains(&code),
        None => false,
    };
    let none = (fact.absence == Some(Absence::None)).then(|| "none".to_owned());
    all.into_iter().filter(tells).chain(none).collect()
}

/// Whether entries of this kind tell of something that lasts, so that two of different dates may be one thing.
pub(super) fn is_lasting(kind: &str) -> bool {
    [
        "AllergyIntolerance",
        "Condition",
        "MedicationStatement",
        "MedicationRequest",
        "Medication",
        "Flag",
        "Consent",
        "Goal",
        "CarePlan",
        "CareTeam",
        "RelatedPerson",
        "Device",
        "DeviceUseStatement",
        "FamilyMemberHistory",
    ]
    .contains(&kind)
}

// The date that tells one fact from the next of its kind. When somebody wrote down an allergy, or a medicine or a
// problem that goes on, is no part of what it is: every system has a date of its own for it.
fn date(fact: &Fact<'_>) -> String {
    let goes_on = matches!(fact.item.status, Status::Active | Status::NotToBeGiven | Status::Negative);
    match fact.item.resource_type.as_str() {
        "AllergyIntolerance" | "Flag" | "CareTeam" | "RelatedPerson" | "Device" | "FamilyMemberHistory" => {
            String::new()
        }
        "Condition" => {
            let onset = choice_text(fact.resource, "onset");
            if onset.is_empty() && !goes_on { moment(&fact.when) } else { moment(&onset) }
        }
        "MedicationStatement" | "MedicationRequest" | "Medication" | "DeviceUseStatement" if goes_on => String::new(),
        _ => moment(&fact.when),
    }
}

// One instant may be written in several zones.
fn moment(written: &str) -> String {
    written.parse::<jiff::Timestamp>().map_or_else(|_| written.to_owned(), |instant| instant.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_blanks_and_with_their_signs() {
        assert_eq!(plain("  Penicillin V  (Oral). "), "penicillin v (oral)");
        assert_ne!(plain("Rhesus +"), plain("Rhesus -"));
    }

    #[test]
    fn an_instant_is_the_same_in_every_zone_and_a_partial_date_stays() {
        assert_eq!(moment("2026-10-01T10:00:00+01:00"), moment("2026-10-01T09:00:00Z"));
        assert_eq!(moment("2026-10"), "2026-10");
    }
}
