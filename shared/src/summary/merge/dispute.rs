//! What the documents disagree on, and the sentence that says so.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::Fact;
use super::super::glance::decides_for_resuscitation;
use super::same::{Groups, members, spans_documents};
use super::stance::{POINTS, STRENGTH, Stance, words};

/// More than this do not fit into a sentence.
const MOST_SAID: usize = 3;
/// The longest words in a sentence, in characters; all of them stand on the line itself.
const LONGEST: usize = 120;

/// Marks every entry on which documents disagree with a sentence that names who says what.
pub(super) fn mark(facts: &mut [Fact<'_>], groups: &Groups, names: &[&str]) {
    let topics = members(&groups.topics).into_iter().filter(|t| t.len() > 1 && spans_documents(facts, t));
    let found: Vec<(Vec<usize>, String)> =
        topics.filter_map(|topic| on_a_topic(facts, groups, &topic, names)).collect();
    for (topic, sentence) in found.into_iter().chain(on_resuscitation(facts, names)) {
        for at in topic {
            add(&mut facts[at].item.disagreement, &sentence);
        }
    }
}

/// Adds a sentence to those that are there, once.
pub(super) fn add(disagreement: &mut String, sentence: &str) {
    if disagreement.is_empty() {
        sentence.clone_into(disagreement);
    } else if !disagreement.contains(sentence) {
        *disagreement = format!("{disagreement}; {sentence}");
    }
}

fn on_a_topic(facts: &[Fact<'_>], groups: &Groups, topic: &[usize], names: &[&str]) -> Option<(Vec<usize>, String)> {
    let current = current(facts, topic);
    let stances: Vec<Stance> = current.iter().map(|at| Stance::of(&facts[*at]).disputable(&facts[*at])).collect();
    let mut points: Vec<usize> = (0..POINTS)
        .filter(|point| {
            let told = current.iter().zip(&stances).filter_map(|(at, s)| Some((*at, s.0[*point].as_deref()?)));
            let told = told.map(|(at, words)| (facts[at].item.document, words));
            if *point == STRENGTH { nothing_in_common(told) } else { differs(told) }
        })
        .collect();
    if differs(current.iter().map(|at| (facts[*at].item.document, groups.concepts[*at]))) {
        points.push(POINTS);
    }
    if points.is_empty() {
        return None;
    }
    let said = |at: usize| points.iter().map(|p| word(&facts[at], *p)).filter(|w| !w.is_empty()).collect::<Vec<_>>();
    let told = current.iter().map(|at| (facts[*at].item.document, said(*at).join(", ")));
    let sentence = sentence(told, names);
    Some((current, sentence))
}

// What is over in a document counts only where nothing of it holds there: that a dose was changed is no dispute.
fn current(facts: &[Fact<'_>], topic: &[usize]) -> Vec<usize> {
    let held: BTreeSet<usize> =
        topic.iter().filter(|at| facts[**at].holds()).map(|at| facts[*at].item.document).collect();
    topic.iter().copied().filter(|at| facts[*at].holds() || !held.contains(&facts[*at].item.document)).collect()
}

// Documents that say something must all say the same set of things.
fn differs<T: Ord>(told: impl Iterator<Item = (usize, T)>) -> bool {
    let mut by_document: BTreeMap<usize, BTreeSet<T>> = BTreeMap::new();
    for (document, words) in told {
        by_document.entry(document).or_default().insert(words);
    }
    let mut sets = by_document.values();
    sets.next().is_some_and(|first| sets.any(|other| other != first))
}

// Of two strengths in use a document may list one; two documents that share none cannot both be right.
fn nothing_in_common<T: Ord>(told: impl Iterator<Item = (usize, T)>) -> bool {
    let mut by_document: BTreeMap<usize, BTreeSet<T>> = BTreeMap::new();
    for (document, words) in told {
        by_document.entry(document).or_default().insert(words);
    }
    let sets: Vec<_> = by_document.values().collect();
    sets.iter().enumerate().any(|(at, one)| sets[at + 1..].iter().any(|other| one.is_disjoint(other)))
}

fn word(fact: &Fact<'_>, point: usize) -> String {
    if point == POINTS { fact.item.text.clone() } else { words(fact, point) }
}

/// `GP record and Acute trust say active; Hospice says stopped`.
pub(super) fn sentence(told: impl Iterator<Item = (usize, String)>, names: &[&str]) -> String {
    let mut by_document: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (document, words) in told {
        let said = by_document.entry(document).or_default();
        if !words.is_empty() {
            said.insert(words);
        }
    }
    let mut clauses: Vec<(String, Vec<&str>)> = Vec::new();
    for (document, said) in by_document {
        let (said, name) = (few(said.iter(), " and "), names.get(document).copied().unwrap_or_default());
        match clauses.iter_mut().find(|(words, _)| *words == said) {
            Some((_, names)) => names.push(name),
            None => clauses.push((said, vec![name])),
        }
    }
    clauses.into_iter().map(|(said, names)| clause(&names, &said)).collect::<Vec<_>>().join("; ")
}

/// As many words as fit into a sentence, and how many more there are.
pub(super) fn few<'s>(all: impl ExactSizeIterator<Item = &'s String>, between: &str) -> String {
    let more = all.len().saturating_sub(MOST_SAID);
    let shown: Vec<String> = all.take(MOST_SAID).map(|words| words.chars().take(LONGEST).collect()).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(between))
}

fn clause(names: &[&str], said: &str) -> String {
    let several = names.len() > 1;
    match (several, said.is_empty()) {
        (false, false) => format!("{} says {said}", names.concat()),
        (true, false) => format!("{} say {said}", listed(names)),
        (false, true) => format!("{} does not say", names.concat()),
        (true, true) => format!("{} do not say", listed(names)),
    }
}

fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

// A decision has many shapes, so it is found by what it decides and not by its code.
fn on_resuscitation(facts: &[Fact<'_>], names: &[&str]) -> Option<(Vec<usize>, String)> {
    let decided: Vec<(usize, bool)> =
        facts.iter().enumerate().filter_map(|(at, f)| Some((at, decides_for_resuscitation(f)?))).collect();
    let of = |at: usize| facts[at].item.document;
    if !differs(decided.iter().map(|(at, decision)| (of(*at), *decision))) {
        return None;
    }
    let words = |decision| if decision { "for resuscitation" } else { "not for resuscitation" }.to_owned();
    let sentence = sentence(decided.iter().map(|(at, d)| (of(*at), words(*d))), names);
    Some((decided.into_iter().map(|(at, _)| at).collect(), sentence))
}
