//! Allergies. There is always a line, and it never says more than the record does.

use super::super::absence::is_allergy;
use super::super::section::Judged;
use super::super::titles::ALLERGIES;
use super::super::{Glance, GlanceKind, SectionState, Status};
use super::{Seen, plain};
use crate::fhir::{items, text};

/// More than this many mild ones share one line, so that the glance stays on one screen. None is left out.
const SINGLE: usize = 4;

pub(super) fn lines(facts: &[Seen<'_, '_>], judged: &[Judged<'_>]) -> Vec<Glance> {
    let all = || facts.iter().copied().filter(|s| is_allergy(s.fact));
    let (mut active, past): (Vec<_>, Vec<_>) = all().partition(|s| s.fact.item.status != Status::Inactive);
    active.sort_by_key(|s| !is_severe(*s));
    let severe = active.iter().filter(|s| is_severe(**s)).count();
    let mut lines: Vec<Glance> = active[..severe].iter().map(|s| single(*s, true)).collect();
    let mild = &active[severe..];
    if mild.len() <= SINGLE {
        lines.extend(mild.iter().map(|s| single(*s, false)));
    } else {
        lines.push(together(mild));
    }
    lines.extend(doubts(judged, active.is_empty()));
    if !past.is_empty() {
        lines.push(together_past(&past));
    }
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

fn single(seen: Seen<'_, '_>, severe: bool) -> Glance {
    let mut line = seen.line(GlanceKind::Allergy, severe);
    let criticality = if seen.fact.item.criticality == "high" { "HIGH criticality" } else { "" };
    line.detail = super::joined(&[criticality, &line.detail]);
    // "Allergy: Allergy to penicillin" says it twice; every word before the substance costs a tired reader.
    if !line.text.to_lowercase().contains("allerg") {
        line.text = format!("Allergy: {}", line.text);
    }
    line
}

fn together(mild: &[Seen<'_, '_>]) -> Glance {
    let names: Vec<&str> = mild.iter().map(|s| s.fact.item.text.as_str()).collect();
    plain(
        GlanceKind::Allergy,
        &format!("Also allergic to {} more: {}", mild.len(), names.join(", ")),
        "Details are in the section.",
    )
}

fn together_past(past: &[Seen<'_, '_>]) -> Glance {
    let names: Vec<&str> = past.iter().map(|s| s.fact.item.text.as_str()).collect();
    plain(
        GlanceKind::Allergy,
        &format!("Past allergies, marked inactive or resolved: {}", names.join(", ")),
        "Ask whether that still holds.",
    )
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
        SectionState::Listed if none_active => Some(plain(
            GlanceKind::Allergy,
            "Allergies: none that holds now is listed",
            "The section has entries that are over or in error. Ask.",
        )),
        SectionState::Listed => None,
        SectionState::NoneKnown => section
            .shelf
            .facts
            .iter()
            .position(|f| f.item.status == Status::Negative)
            .map(|i| Glance { item: Some((at, i)), ..plain(GlanceKind::Allergy, statement, "") }),
        SectionState::Unreadable => Some(alarm(&first_sentence(statement), statement)),
        SectionState::Withheld => {
            Some(plain(GlanceKind::Allergy, &first_sentence(statement), "There may be some. Ask."))
        }
        SectionState::NotRecorded | SectionState::NotProvided if none_active => {
            let short = first_sentence(statement);
            Some(plain(
                GlanceKind::Allergy,
                &short,
                statement.strip_prefix(&short).unwrap_or(statement).trim_start_matches('.').trim(),
            ))
        }
        SectionState::NotRecorded | SectionState::NotProvided => None,
    }
}

fn alarm(text: &str, detail: &str) -> Glance {
    let detail = if detail == text { "" } else { detail };
    Glance { alert: true, ..plain(GlanceKind::Allergy, text, detail) }
}

fn first_sentence(statement: &str) -> String {
    statement.split_once(". ").map_or(statement, |(first, _)| first).to_owned()
}
