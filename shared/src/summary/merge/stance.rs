//! What an entry claims of the thing it is about, so that claims can be held against each other.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Fact;
use super::super::kind::doses;
use crate::fhir::{choice, choice_text, codings, concept_text, items, modifiers, text};

/// On what two entries can disagree.
pub(super) const POINTS: usize = 8;
const STATUS: usize = 0;
const ACCESS: usize = 6;
pub(super) const STRENGTH: usize = 7;

/// What an entry says on each point: status, verification, criticality, severity, dose, value, access code, strength.
/// `None` where it says nothing.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Stance(pub(super) [Option<String>; POINTS]);

impl Stance {
    pub(super) fn of(fact: &Fact<'_>) -> Self {
        let it = fact.resource;
        let medicine = fact.item.resource_type.starts_with("Medication");
        let filled = |words: String| Some(dense(&words)).filter(|w| !w.is_empty());
        Self([
            status(fact).map(str::to_owned),
            filled(verification(it)),
            filled(fact.item.criticality.clone()),
            filled(severity(it)),
            if medicine { filled(doses(it)) } else { None },
            filled(value(fact)),
            filled(fact.item.gated.clone()),
            if medicine { filled(strength(&fact.item.text)) } else { None },
        ])
    }

    /// The stance as it counts in a disagreement: an entry without a status is taken as one that holds, and two
    /// measurements of one day may differ.
    pub(super) fn disputable(self, fact: &Fact<'_>) -> Self {
        let [status, verification, criticality, severity, dose, value, access, strength] = self.0;
        let status = status.or_else(|| Some("active".to_owned()));
        let value = value.filter(|_| !is_measured(fact) || fact.when.contains('T'));
        Self([status, verification, criticality, severity, dose, value, access, strength])
    }

    /// Whether nothing in one contradicts the other. Silence contradicts nothing; only on the status it may not stand
    /// beside a word that takes the entry off the list of what holds.
    pub(super) fn fits(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).enumerate().all(|(point, (a, b))| match (a, b) {
            (Some(a), Some(b)) => a == b,
            (None, None) => true,
            (Some(said), None) | (None, Some(said)) => point != STATUS || said == "active",
        })
    }

    /// On how many points it says something.
    pub(super) fn says(&self) -> usize {
        self.0.iter().flatten().count()
    }
}

/// The words for what a fact says on a point; empty where it says nothing.
pub(super) fn words(fact: &Fact<'_>, point: usize) -> String {
    let it = fact.resource;
    let labelled = |words: String, label: &str| if words.is_empty() { words } else { format!("{words} {label}") };
    match point {
        STATUS => status_words(fact),
        1 => verification(it),
        2 => labelled(fact.item.criticality.clone(), "criticality"),
        3 => labelled(severity(it), "reaction"),
        4 => doses(it),
        5 => value(fact),
        STRENGTH => fact.item.text.clone(),
        ACCESS if !fact.item.gated.is_empty() => "an access code that differs".to_owned(),
        _ => String::new(),
    }
}

// The numbers of a medicine's name, each with the word after it: one code often stands for every strength, and half a
// tablet's strength under the same dose is half the dose.
fn strength(name: &str) -> String {
    let mut found = String::new();
    let mut rest = name;
    while let Some(from) = rest.find(|c: char| c.is_ascii_digit()) {
        let number = rest[from..].find(|c: char| !c.is_ascii_digit() && !".,".contains(c)).unwrap_or(rest.len() - from);
        let after = rest[from + number..].trim_start();
        let unit = after.find(|c: char| !c.is_alphabetic() && !"%/".contains(c)).unwrap_or(after.len());
        found.push_str(rest[from..from + number].trim_end_matches(['.', ',']));
        found.push_str(&after[..unit]);
        found.push(';');
        rest = &after[unit..];
    }
    found
}

// `5 mg` and `5mg` are one dose; `< 5` and `5`, or `0.5` and `5`, are not.
fn dense(words: &str) -> String {
    words.to_lowercase().split_whitespace().collect()
}

fn status(fact: &Fact<'_>) -> Option<&'static str> {
    Some(match fact.item.status {
        Status::Active => "active",
        Status::Inactive => "inactive",
        Status::Stopped => "stopped",
        Status::NotToBeGiven => "not to be given",
        Status::Refuted => "refuted",
        Status::EnteredInError => "entered in error",
        Status::Negative => "negative",
        Status::Unknown if is_silent(fact.resource) => return None,
        Status::Unknown => "status unknown",
    })
}

// A status that is not there, and nothing else that puts the entry in doubt.
fn is_silent(it: &Value) -> bool {
    ["status", "clinicalStatus"].iter().all(|f| it[*f].is_null()) && modifiers(it).is_empty()
}

// The record's own word says more than ours: resolved, completed, on hold.
fn status_words(fact: &Fact<'_>) -> String {
    let own = ["clinicalStatus", "status"].iter().map(|f| code_of(&fact.resource[*f])).find(|c| !c.is_empty());
    match (fact.item.status, own) {
        (Status::Inactive | Status::Stopped, Some(own)) => own.replace('-', " "),
        (Status::Negative, _) if fact.absence.is_some() => "that there is none".to_owned(),
        (Status::Negative, _) => "not done".to_owned(),
        _ => status(fact).unwrap_or("active, or leaves it open").to_owned(),
    }
}

fn verification(it: &Value) -> String {
    match code_of(&it["verificationStatus"]).as_str() {
        "entered-in-error" | "refuted" => String::new(),
        other => other.to_owned(),
    }
}

fn severity(it: &Value) -> String {
    let told: Vec<String> = items(&it["reaction"]).into_iter().map(|r| text(&r["severity"])).collect();
    ["severe", "moderate", "mild"].into_iter().find(|s| told.iter().any(|t| t == s)).unwrap_or_default().to_owned()
}

fn value(fact: &Fact<'_>) -> String {
    let it = fact.resource;
    match fact.item.resource_type.as_str() {
        "Observation" => {
            let parts = items(&it["component"]).into_iter().map(|c| choice_text(c, "value"));
            let all = std::iter::once(choice_text(it, "value")).chain(parts).filter(|v| !v.is_empty());
            all.collect::<Vec<_>>().join(", ")
        }
        "DiagnosticReport" => text(&it["conclusion"]),
        "Consent" => text(&it["provision"]["type"]),
        _ => String::new(),
    }
}

fn is_measured(fact: &Fact<'_>) -> bool {
    fact.item.resource_type == "Observation"
        && (!items(&fact.resource["component"]).is_empty()
            || choice(fact.resource, "value").is_some_and(|(kind, _)| matches!(kind, "Quantity" | "Integer")))
}

fn code_of(value: &Value) -> String {
    let coded = codings(value).into_iter().map(|c| c.code.into_owned()).find(|c| !c.is_empty());
    coded.unwrap_or_else(|| concept_text(value).to_lowercase())
}
