//! One line of several entries that say the same.

use std::collections::HashSet;

use super::super::draft::Fact;
use super::super::{Item, Origin, Status};
use super::dispute::add;
use super::keys::plain;

/// Words that do not tell one thing from another.
const COMMON: [&str; 17] = [
    "allergy",
    "allergic",
    "intolerance",
    "to",
    "of",
    "the",
    "and",
    "in",
    "with",
    "for",
    "disorder",
    "finding",
    "situation",
    "substance",
    "product",
    "oral",
    "adverse",
];

/// The line of `lead` and `others`. Whatever the others say beyond it is added with their names.
pub(super) fn join<'a>(mut lead: Fact<'a>, others: Vec<Fact<'a>>, names: &[&str]) -> Fact<'a> {
    for other in others {
        let name = names.get(other.item.document).copied().unwrap_or_default();
        add_words(&mut lead.item, &other.item, name);
        add_facts(&mut lead.item, &other.item, name);
        for secret in other.secrets {
            if !lead.secrets.contains(&secret) {
                lead.secrets.push(secret);
            }
        }
        let Item { document, entry, source, listed_in_section, .. } = other.item;
        lead.item.also.push(Origin { document, entry, source, listed_in_section });
    }
    lead.item.also.sort_by_key(|origin| (origin.document, origin.entry));
    lead
}

/// What decides who leads, the same in every order of the documents: listed before not, severe before mild, the latest,
/// the one with the most words.
pub(super) fn rank(fact: &Fact<'_>) -> impl Ord + use<> {
    let item = &fact.item;
    let severe = item.detail.contains("severe") || item.criticality == "high";
    let known = item.status != Status::Unknown;
    (
        (!item.listed_in_section, !severe, !known),
        std::cmp::Reverse(item.when.clone()),
        std::cmp::Reverse(item.detail.len()),
        (item.text.clone(), item.detail.clone(), item.source.clone()),
        (item.document, item.entry),
    )
}

fn add_words(lead: &mut Item, other: &Item, name: &str) {
    if plain(&lead.text) != plain(&other.text) {
        if says_something_else(&other.text, &lead.text) {
            // Where only names are listed, this one must be among them.
            lead.text = format!("{} ({name}: {})", lead.text, other.text);
        } else if !plain(&lead.detail).contains(&plain(&other.text)) {
            more(&mut lead.detail, name, &format!("called {}", other.text));
        }
    }
    let known = plain(&lead.detail);
    let new: Vec<&str> = other.detail.split("; ").filter(|p| !p.is_empty() && !known.contains(&plain(p))).collect();
    if !new.is_empty() {
        more(&mut lead.detail, name, &new.join(", "));
    }
}

fn more(detail: &mut String, name: &str, words: &str) {
    let separator = if detail.is_empty() { "" } else { "; " };
    *detail = format!("{detail}{separator}{name}: {words}");
}

fn says_something_else(theirs: &str, ours: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        let all = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !COMMON.contains(w));
        all.map(str::to_owned).collect()
    };
    let ours = words(ours);
    !words(theirs).iter().any(|w| ours.contains(w))
}

fn add_facts(lead: &mut Item, other: &Item, name: &str) {
    let new = |ours: &[String], theirs: &[String]| {
        let known: HashSet<&String> = ours.iter().collect();
        theirs.iter().filter(|one| !known.contains(one)).cloned().collect::<Vec<_>>()
    };
    lead.dates.extend(new(&lead.dates, &other.dates).into_iter().map(|date| format!("{date} ({name})")));
    lead.codes.extend(new(&lead.codes, &other.codes));
    if lead.status == Status::Unknown {
        lead.status = other.status;
    }
    for (ours, theirs) in [(&mut lead.criticality, &other.criticality), (&mut lead.gated, &other.gated)] {
        if ours.is_empty() {
            theirs.clone_into(ours);
        }
    }
    lead.read_the_source |= other.read_the_source;
    lead.review_overdue |= other.review_overdue;
    if !other.disagreement.is_empty() {
        add(&mut lead.disagreement, &other.disagreement);
    }
}
