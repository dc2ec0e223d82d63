//! Allergies. There is always a line, and it never says more than the record does.

use std::collections::HashSet;

use super::super::absence::is_allergy;
use super::super::section::Judged;
use super::super::titles::ALLERGIES;
use super::super::{Glance, GlanceKind, SectionState, Status};
use super::{Seen, plain, together};
use crate::fhir::{items, text};

/// More than this many that are not severe share one line, each by its name. None is left out.
const SINGLE: usize = 2;
const NONE_NOW: &str = "Allergies: none that holds now is listed";

pub(super) fn lines(facts: &[Seen<'_, '_>], judged: &[Judged<'_>]) -> Vec<Glance> {
    let all = || facts.iter().copied().filter(|s| is_allergy(s.fact));
    let (active, past): (Vec<_>, Vec<_>) = all().partition(|s| s.fact.item.status != Status::Inactive);
    let none_active = active.is_empty();
    let (severe, others): (Vec<_>, Vec<_>) = active.into_iter().partition(|s| is_severe(*s));
    // What the sources disagree on, what must be read at its source, and what its name does not tell is never one name
    // among many.
    let (apart, mild): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|s| s.stands_alone() || names_another(&s.fact.item.detail));
    let mut lines: Vec<Glance> = severe.iter().map(|s| single(*s, true)).collect();
    lines.extend(apart.iter().map(|s| single(*s, false)));
    if mild.len() <= SINGLE {
        lines.extend(mild.iter().map(|s| single(*s, false)));
    } else {
        lines.extend(grouped(&mild, lines.is_empty()));
    }
    let mut doubts = doubts(judged, none_active);
    let none_now = doubts.iter().any(|d| d.text == NONE_NOW);
    lines.extend(over(&past, none_now));
    doubts.retain(|d| past.is_empty() || d.text != NONE_NOW);
    lines.extend(doubts);
    lines
}

fn is_severe(seen: Seen<'_, '_>) -> bool {
    let item = &seen.fact.item;
    let reactions = items(&seen.fact.resource["reaction"]);
    item.criticality == "high"
        || reactions.iter().any(|r| text(&r["severity"]) == "severe")
        || ["anaphyla", "angioedema", "angio-oedema", "angiooedema", "stevens", "life-threatening", "life threatening"]
            .iter()
            .any(|w| seen.fact.lower().contains(w))
}

// "Tablets from abroad", coded as penicillin.
fn names_another(detail: &str) -> bool {
    detail.split("; ").any(|p| p.starts_with("coded as: ") || p.starts_with("substance: "))
}

fn single(seen: Seen<'_, '_>, severe: bool) -> Glance {
    let mut line = seen.line(GlanceKind::Allergy, severe);
    let high = if seen.fact.item.criticality == "high" { "HIGH RISK" } else { "" };
    let all: Vec<&str> = line.detail.split("; ").collect();
    // "Eczema (severe); Eczema": the reaction and its description in the same word.
    let repeats = |p: &str| all.iter().any(|other| other.strip_prefix(p).is_some_and(|rest| rest.starts_with(" (")));
    let parts: Vec<&str> = all.iter().copied().filter(|p| !is_category(p) && !repeats(p)).collect();
    line.detail = super::joined(&[high, &parts.join("; ")]);
    line
}

// "medication", "food, intolerance": the name tells it, and a short line is read.
fn is_category(part: &str) -> bool {
    !part.is_empty()
        && part.split(", ").all(|w| matches!(w, "food" | "medication" | "environment" | "biologic" | "intolerance"))
}

fn grouped(mild: &[Seen<'_, '_>], alone: bool) -> Option<Glance> {
    let names = names(mild);
    let also = if alone { "Allergic" } else { "Also allergic" };
    let text = format!("{also} to {}: {}", names.len(), names.join(", "));
    together(GlanceKind::Allergy, mild, text, String::new(), false)
}

// Each name once: the same substance entered twice is one to avoid.
fn names(group: &[Seen<'_, '_>]) -> Vec<String> {
    let mut known = HashSet::new();
    group.iter().map(|s| s.name()).filter(|n| known.insert(n.to_lowercase())).collect()
}

// "None that holds now" and "one that held once" are one fact to a reader.
fn over(past: &[Seen<'_, '_>], none_now: bool) -> Option<Glance> {
    let names = names(past).join(", ");
    let text = if none_now {
        format!("{NONE_NOW}. Marked as over: {names}")
    } else {
        format!("Past allergies, marked as over: {names}")
    };
    together(GlanceKind::Allergy, past, text, "Ask whether that still holds.".to_owned(), false)
}

// A document may have two sections on allergies; what each of them says counts, said once.
fn doubts(judged: &[Judged<'_>], none_active: bool) -> Vec<Glance> {
    let sections = judged.iter().enumerate().filter(|(_, j)| j.shelf.code == ALLERGIES);
    let mut lines: Vec<Glance> = Vec::new();
    for line in sections.filter_map(|(at, section)| doubt(at, section, none_active)) {
        if lines.iter().all(|known| known.text != line.text) {
            lines.push(line);
        }
    }
    lines
}

// What the section says beside or in place of the allergies themselves.
fn doubt(at: usize, section: &Judged<'_>, none_active: bool) -> Option<Glance> {
    let statement = section.verdict.statement.as_str();
    match section.verdict.state {
        SectionState::Listed if section.verdict.gaps => Some(alarm("Allergies: the list is incomplete", statement)),
        SectionState::Listed if none_active => {
            Some(plain(GlanceKind::Allergy, NONE_NOW, "The section has entries that are over or in error. Ask."))
        }
        SectionState::Listed => None,
        SectionState::NoneKnown => none_known(at, section),
        SectionState::Unreadable => Some(alarm(&first_sentence(statement), statement)),
        SectionState::Withheld => {
            Some(plain(GlanceKind::Allergy, &first_sentence(statement), "There may be some. Ask."))
        }
        SectionState::NotRecorded | SectionState::NotProvided if none_active => {
            let short = first_sentence(statement);
            let rest = statement.strip_prefix(&short).unwrap_or(statement).trim_start_matches('.').trim();
            Some(plain(GlanceKind::Allergy, &short, rest))
        }
        SectionState::NotRecorded | SectionState::NotProvided => None,
    }
}

// Who said so and when stands where every line has it; only what else is said of it stands in words.
fn none_known(section_at: usize, section: &Judged<'_>) -> Option<Glance> {
    let statement = section.verdict.statement.as_str();
    let (at, fact) = section.shelf.facts.iter().enumerate().find(|(_, f)| f.item.status == Status::Negative)?;
    let (text, rest) = statement.split_once(" (").unwrap_or((statement, ""));
    let rest =
        if statement.ends_with(')') { rest.trim_end_matches(')').to_owned() } else { rest.replacen("). ", ". ", 1) };
    let known = format!("recorded {} by {}", fact.when, fact.item.source);
    let rest = rest.strip_prefix(&known).filter(|_| !fact.when.is_empty()).unwrap_or(&rest).trim_start_matches("; ");
    Some(Glance {
        item: Some((section_at, at)),
        age: fact.when.clone(),
        source: fact.item.source.clone(),
        disagreement: fact.item.disagreement.clone(),
        ..plain(GlanceKind::Allergy, text, rest)
    })
}

fn alarm(text: &str, detail: &str) -> Glance {
    let detail = if detail == text { "" } else { detail };
    Glance { alert: true, ..plain(GlanceKind::Allergy, text, detail) }
}

fn first_sentence(statement: &str) -> String {
    statement.split_once(". ").map_or(statement, |(first, _)| first).to_owned()
}
