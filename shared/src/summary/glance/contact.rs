//! Whom to ring, one short line each: attorney and next of kin, a line that is open at night, the others, the practice.

use serde_json::Value;

use super::super::people::{Place, human_name, relations, telecoms, with_brackets};
use super::super::{Glance, GlanceKind};
use super::{Seen, joined, plain};
use crate::fhir::{Document, Subject, items, text};

const WORDS: [&str; 8] = [
    "power of attorney",
    "lasting power",
    "attorney for health",
    "key worker",
    "24/7",
    "out of hours contact",
    "advice line",
    "next of kin",
];
/// More than this share a last line.
const MOST: usize = 6;

/// `persons` are the lines on the contacts and the practice that the Patient itself names.
pub(super) fn lines(facts: &[Seen<'_, '_>], persons: Vec<Glance>) -> Vec<Glance> {
    let mut lines: Vec<Glance> = Vec::new();
    let (papers, people): (Vec<_>, Vec<_>) =
        facts.iter().copied().filter(|s| is_one(*s)).partition(|s| s.fact.item.resource_type == "DocumentReference");
    for line in people.iter().map(|s| s.line(GlanceKind::Contact, false)).chain(persons) {
        match lines.iter_mut().find(|l| is_same(l, &line)) {
            Some(known) => join(known, line),
            None => lines.push(line),
        }
    }
    for paper in papers {
        match lines.iter_mut().find(|l| names(paper, l)) {
            Some(known) => backed(known, paper),
            None => lines.push(on_paper(paper)),
        }
    }
    lines.sort_by_key(|l| rank(&format!("{} {}", l.text, l.detail).to_lowercase()));
    shortened(lines)
}

/// Whether a fact names somebody to ring.
pub(super) fn is_one(seen: Seen<'_, '_>) -> bool {
    let kind = seen.fact.item.resource_type.as_str();
    let lower = seen.fact.lower_text();
    let by_kind = matches!(kind, "RelatedPerson" | "CareTeam");
    seen.fact.holds() && (by_kind || kind != "Encounter" && WORDS.iter().any(|w| lower.contains(w)))
}

fn rank(lower: &str) -> usize {
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    match () {
        () if lower.starts_with("gp: ") => 4,
        () if has(&["attorney"]) => 0,
        () if has(&["next of kin", "emergency contact"]) => 1,
        () if has(&["advice line", "24/7", "day and night", "key worker", "out of hours"]) => 2,
        () => 3,
    }
}

fn bare(words: &str) -> String {
    words.split('(').next().unwrap_or_default().trim().to_lowercase()
}

fn is_same(one: &Glance, other: &Glance) -> bool {
    !bare(&one.text).is_empty() && bare(&one.text) == bare(&other.text)
}

// One person, named twice: the longer words, every number.
fn join(known: &mut Glance, other: Glance) {
    if other.text.chars().count() > known.text.chars().count() {
        known.text.clone_from(&other.text);
    }
    if !known.detail.contains(&other.detail) {
        known.detail = joined(&[&known.detail, &other.detail]);
    }
    let paths = other.item.into_iter().chain(other.also);
    match known.item {
        Some(_) => known.also.extend(paths),
        None => paths.for_each(|p| if known.item.is_none() { known.item = Some(p) } else { known.also.push(p) }),
    }
    if !other.source.is_empty() && !known.source.contains(&other.source) {
        known.source =
            [known.source.as_str(), &other.source].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
    }
}

fn names(paper: Seen<'_, '_>, line: &Glance) -> bool {
    let name = bare(&line.text);
    name.contains(' ') && paper.fact.lower().contains(&name)
}

// A power of attorney makes its holder's line firm; the paper is one touch away.
fn backed(line: &mut Glance, paper: Seen<'_, '_>) {
    if !line.text.to_lowercase().contains("attorney") {
        line.detail = joined(&[&paper.fact.item.text, &line.detail]);
    }
    if paper.is_doubtful() {
        line.detail = joined(&["read the source", &line.detail]);
    }
    if line.item.is_none() {
        line.item = Some(paper.at);
        line.age.clone_from(&paper.fact.when);
        line.source.clone_from(&paper.fact.item.source);
    } else {
        line.also.push(paper.at);
    }
    if line.disagreement.is_empty() {
        line.disagreement.clone_from(&paper.fact.item.disagreement);
    }
}

fn on_paper(paper: Seen<'_, '_>) -> Glance {
    let mut line = paper.line(GlanceKind::Contact, false);
    let parts = line.detail.split("; ").filter(|p| !p.starts_with("kept by: ") && !p.starts_with("attached: "));
    line.detail = parts.collect::<Vec<_>>().join("; ");
    line
}

fn shortened(mut lines: Vec<Glance>) -> Vec<Glance> {
    if lines.len() <= MOST {
        return lines;
    }
    let rest = lines.split_off(MOST - 1);
    let names: Vec<&str> = rest.iter().map(|l| l.text.as_str()).collect();
    let mut last = plain(GlanceKind::Contact, &format!("{} more: {}", rest.len(), names.join(", ")), "");
    let mut paths = rest.iter().flat_map(|l| l.item.into_iter().chain(l.also.iter().copied()));
    last.item = paths.next();
    last.also = paths.collect();
    let numbers: Vec<String> = rest
        .iter()
        .filter(|l| !l.detail.is_empty())
        .map(|l| format!("{}: {}", bare_words(&l.text), l.detail))
        .collect();
    last.detail = numbers.join("; ");
    lines.push(last);
    lines
}

fn bare_words(words: &str) -> &str {
    words.split('(').next().unwrap_or_default().trim()
}

/// The contacts and the practice that the Patient itself names.
pub(super) fn of_person(document: &Document) -> Vec<Glance> {
    let Subject::Patient(entry, person) = document.subject() else { return Vec::new() };
    let place = Place { document, entry: entry.unwrap_or_else(|| document.composition_index()), resource: person };
    let mut lines: Vec<Glance> =
        items(&person["contact"]).into_iter().take(20).filter_map(|c| contact(place, c)).collect();
    for practice in items(&person["generalPractitioner"]).into_iter().take(5) {
        let name = place.name(practice);
        let phone = place.follow(practice).resource().map(telecoms).unwrap_or_default().join(", ");
        if !name.is_empty() && !text(&practice["reference"]).ends_with(&name) {
            lines.push(plain(GlanceKind::Contact, &format!("GP: {name}"), &phone.replace(" (work)", "")));
        }
    }
    lines
}

fn contact<'a>(place: Place<'a>, contact: &'a Value) -> Option<Glance> {
    let relations = relations(&contact["relationship"]);
    let own = human_name(contact);
    let name = if own.is_empty() { place.name(&contact["organization"]) } else { own };
    let phones = telecoms(contact).join(", ");
    let words = with_brackets(&name, &relations);
    (!words.is_empty() || !phones.is_empty())
        .then(|| plain(GlanceKind::Contact, if words.is_empty() { "Contact without a name" } else { &words }, &phones))
}
