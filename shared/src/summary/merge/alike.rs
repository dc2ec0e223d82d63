//! Which entries say the same, and so become one line.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::super::draft::Fact;
use super::keys::plain;
use super::same::{Groups, members, spans_documents};
use super::stance::Stance;
use crate::fhir::{codes, text};

/// More ways than this of saying something about one fact are compared word by word only.
const MOST_CLAIMS: usize = 24;

/// All that must be alike beside the key: the stance, what it is, and what its words alone tell.
type Claim = (Stance, usize, String);

/// The entries in sets of one line each, none with two entries of one document. Entries that are in no set have a
/// line of their own. The sets do not depend on the order of the documents.
pub(super) fn alike(facts: &[Fact<'_>], groups: &Groups) -> Vec<Vec<usize>> {
    let several = |group: &Vec<usize>| group.len() > 1 && spans_documents(facts, group);
    let groups_of_facts = members(&groups.facts).into_iter().filter(several);
    groups_of_facts.flat_map(|group| claims(facts, groups, group)).flat_map(|claim| lines(facts, claim)).collect()
}

// Entries of one fact, apart by what they claim.
fn claims(facts: &[Fact<'_>], groups: &Groups, group: Vec<usize>) -> Vec<Vec<usize>> {
    let mut by_claim: BTreeMap<Claim, Vec<usize>> = BTreeMap::new();
    for at in group {
        let claim = (Stance::of(&facts[at]), groups.concepts[at], only_words(&facts[at]));
        by_claim.entry(claim).or_default().push(at);
    }
    if by_claim.len() == 1 || by_claim.len() > MOST_CLAIMS {
        return by_claim.into_values().collect();
    }
    let all: Vec<(Claim, Vec<usize>)> = by_claim.into_iter().collect();
    let told: Vec<&Claim> = all.iter().map(|(claim, _)| claim).collect();
    let target: Vec<usize> = (0..told.len()).map(|at| fuller(&told, at)).collect();
    let mut joined: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (_, members)) in all.iter().enumerate() {
        joined.entry(end(&target, at)).or_default().extend(members);
    }
    joined.into_values().collect()
}

// A claim that leaves points open joins the one that fills them, when every fuller claim it fits agrees on them.
fn fuller(told: &[&Claim], at: usize) -> usize {
    let (stance, concept, words) = told[at];
    let fits = |other: &usize| {
        let (s, c, w) = told[*other];
        s.says() > stance.says() && stance.fits(s) && concept == c && words == w
    };
    let found: Vec<usize> = (0..told.len()).filter(fits).collect();
    let agreed = found.iter().all(|a| found.iter().all(|b| told[*a].0.fits(&told[*b].0)));
    let fullest = found.into_iter().max_by_key(|a| (told[*a].0.says(), std::cmp::Reverse(*a)));
    fullest.filter(|_| agreed).unwrap_or(at)
}

fn end(target: &[usize], mut at: usize) -> usize {
    while target[at] != at {
        at = target[at];
    }
    at
}

// What is no point of dispute and still tells two entries apart: kinds and ends of alerts and plans, and everything
// of a type that nobody here knows.
fn only_words(fact: &Fact<'_>) -> String {
    let it = fact.resource;
    match fact.item.resource_type.as_str() {
        "Flag" | "Consent" | "Goal" | "CarePlan" | "ServiceRequest" => {
            let ends = [text(&it["period"]["end"]), text(&it["provision"]["period"]["end"])].concat();
            format!("{}|{ends}", codes(&it["category"]).join(","))
        }
        "AllergyIntolerance"
        | "Condition"
        | "MedicationStatement"
        | "MedicationRequest"
        | "Medication"
        | "MedicationAdministration"
        | "MedicationDispense"
        | "Observation"
        | "DiagnosticReport"
        | "Immunization"
        | "Procedure"
        | "Encounter"
        | "Device"
        | "DeviceUseStatement"
        | "RelatedPerson"
        | "FamilyMemberHistory" => absence_words(fact, it),
        _ => plain(&fact.item.detail),
    }
}

// Words that say there is nothing are all that such an entry is.
fn absence_words(fact: &Fact<'_>, it: &Value) -> String {
    let doubts = crate::fhir::modifiers(it).join(",");
    match fact.absence {
        Some(absence) => format!("{absence:?}{doubts}"),
        None => doubts,
    }
}

// One document may hold several entries of one claim, such as two strengths of one medicine: then words decide.
fn lines(facts: &[Fact<'_>], claim: Vec<usize>) -> Vec<Vec<usize>> {
    if is_one_a_document(facts, &claim) {
        return vec![claim];
    }
    let by_text = apart(claim, |at| plain(&facts[at].item.text));
    by_text
        .into_iter()
        .flat_map(|set| if is_one_a_document(facts, &set) { vec![set] } else { copies(facts, set) })
        .collect()
}

// The first copy here is the first copy there, the second the second.
fn copies(facts: &[Fact<'_>], set: Vec<usize>) -> Vec<Vec<usize>> {
    let same = apart(set, |at| {
        let item = &facts[at].item;
        (plain(&item.detail), item.when.clone(), item.dates.clone(), item.gated.clone())
    });
    same.into_iter()
        .flat_map(|set| {
            let mut count: BTreeMap<usize, usize> = BTreeMap::new();
            let rank = |at: usize| {
                let seen = count.entry(facts[at].item.document).or_default();
                *seen += 1;
                *seen
            };
            apart(set, rank)
        })
        .collect()
}

fn apart<K: Ord>(set: Vec<usize>, mut key: impl FnMut(usize) -> K) -> Vec<Vec<usize>> {
    let mut parts: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for at in set {
        parts.entry(key(at)).or_default().push(at);
    }
    parts.into_values().collect()
}

fn is_one_a_document(facts: &[Fact<'_>], set: &[usize]) -> bool {
    let mut documents = HashSet::new();
    set.iter().all(|at| documents.insert(facts[*at].item.document))
}
