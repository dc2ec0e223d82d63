//! Resuscitation: the decision, when and by whom, when its review is due, where the paper is; other plans and
//! ceilings of treatment. A decision may be an Observation, Consent, document, goal, order, alert, or words in an extension.
//!
//! Codes: SNOMED CT as used by NHS England (EPaCCS, ReSPECT) and HL7 IPS examples; HL7 consentcategorycodes; LOINC.

use jiff::civil::Date;

use super::super::age::is_past;
use super::super::overdue;
use super::super::section::Judged;
use super::super::titles::DIRECTIVES;
use super::super::{Glance, GlanceKind, SectionState};
use super::safety::has_category;
use super::{Seen, joined, plain};

const NOT_FOR: [&str; 5] = ["450476008", "304253006", "143021000119109", "dnr", "304253006"];
const FOR: [&str; 2] = ["450475007", "304252001"];
// Resuscitation status, ReSPECT, treatment escalation, end-of-life and advance care plans, advance decisions, POLST.
const ABOUT: [&str; 21] = [
    "304251008",
    "439569004",
    "365870005",
    "1382601000000107",
    "735324008",
    "736373009",
    "736366004",
    "861421000000109",
    "887701000000100",
    "425392003",
    "310305009",
    "acd",
    "polst",
    "hcd",
    "emrgonly",
    "75779-9",
    "100822-6",
    "100821-8",
    "84095-9",
    "75320-2",
    "86533-7",
];
const WORDS: [&str; 24] = [
    "resuscit",
    "dnacpr",
    "dnar",
    "do not attempt cpr",
    "respect form",
    "respect plan",
    "summary plan for emergency care",
    "polst",
    "molst",
    "advance decision",
    "advance directive",
    "advance care",
    "advanced care",
    "adrt",
    "treatment escalation",
    "ceiling of",
    "not for hospital",
    "not for intubation",
    "do not intubate",
    "not for ventilation",
    "not for escalation",
    "life-sustaining",
    "living will",
    "emergency health care plan",
];

/// What a decision says; `None` for a plan or a text that decides in words only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    NotFor,
    For,
}

/// Lines on resuscitation and ceilings; there is always one.
pub(super) fn lines(facts: &[Seen<'_, '_>], judged: &[Judged<'_>], unread: usize, today: Date) -> Vec<Glance> {
    let found: Vec<(Seen<'_, '_>, Option<Decision>)> =
        facts.iter().filter(|s| is_about(**s)).map(|s| (*s, decision(*s))).collect();
    let has = |wanted| found.iter().any(|(_, d)| *d == Some(wanted));
    let conflict = has(Decision::For) && has(Decision::NotFor);
    let mut lines: Vec<Glance> = found.iter().map(|(s, d)| line(*s, *d, conflict, today)).collect();
    // The line that says the decision in its first words comes before the form that holds it.
    lines.sort_by_key(|l| (!l.alert, in_words(&l.text.to_lowercase()).is_none()));
    // A care plan or a ceiling is no decision on resuscitation: that there is none is said beside it.
    if !found.iter().any(|(s, d)| d.is_some() || speaks_of_it(*s)) {
        lines.push(nothing(judged, unread));
    }
    lines
}

/// Whether a fact decides for resuscitation (true) or against it; `None` when it decides neither.
pub(super) fn decides(seen: Seen<'_, '_>) -> Option<bool> {
    let decided = if is_about(seen) { decision(seen) } else { None };
    decided.map(|d| d == Decision::For)
}

fn is_about(seen: Seen<'_, '_>) -> bool {
    let fact = seen.fact;
    let kind = fact.item.resource_type.as_str();
    if !fact.holds()
        || fact.absence.is_some()
        || matches!(kind, "AllergyIntolerance" | "Immunization" | "RelatedPerson" | "Encounter" | "FamilyMemberHistory")
    {
        return fact.item.status == super::super::Status::NotToBeGiven && names_it(seen);
    }
    ABOUT.iter().chain(&NOT_FOR).chain(&FOR).any(|c| fact.has_code(c)) || has_category(seen, "RT") || names_it(seen)
}

fn names_it(seen: Seen<'_, '_>) -> bool {
    let lower = seen.fact.lower();
    let original = format!("{} {}", seen.fact.item.text, seen.fact.item.detail);
    let whole_word = |w: &str| original.split(|c: char| !c.is_alphanumeric()).any(|t| t == w);
    let is_course = ["training", "course", "taught"].iter().any(|w| lower.contains(w));
    !is_course
        && (WORDS.iter().any(|w| lower.contains(w)) || ["CPR", "DNR", "ReSPECT", "TEP"].iter().any(|w| whole_word(w)))
}

// Whether it is about resuscitation itself, decided or not.
fn speaks_of_it(seen: Seen<'_, '_>) -> bool {
    let lower = seen.fact.lower();
    let named = [
        "resuscit",
        "dnacpr",
        "dnar",
        "dnr",
        "cpr",
        "respect form",
        "respect plan",
        "summary plan for emergency",
        "polst",
        "molst",
    ];
    ["304251008", "439569004", "365870005", "1382601000000107", "75779-9", "100822-6"]
        .iter()
        .any(|c| seen.fact.has_code(c))
        || has_category(seen, "RT")
        || named.iter().any(|w| lower.contains(w))
}

fn decision(seen: Seen<'_, '_>) -> Option<Decision> {
    let fact = seen.fact;
    // "Do not resuscitate: no" is a sentence nobody should decide by a code.
    if fact.resource["valueBoolean"] == false
        || fact.item.detail.to_lowercase().starts_with("no;")
        || fact.item.detail.eq_ignore_ascii_case("no")
    {
        return None;
    }
    if NOT_FOR.iter().any(|c| fact.has_code(c)) {
        return Some(Decision::NotFor);
    }
    if FOR.iter().any(|c| fact.has_code(c)) {
        return Some(Decision::For);
    }
    in_words(fact.lower())
}

fn in_words(lower: &str) -> Option<Decision> {
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let against = [
        "not for resuscitation",
        "not for attempted",
        "not for cpr",
        "do not resuscitate",
        "do not attempt",
        "dnacpr",
        "dnar",
        "not to be resuscitated",
        "no cpr",
        "not for cardiopulmonary",
        "do not do: cardiopulmonary",
        "deny: cardiopulmonary",
        "deny: resuscitation",
        "deny: cpr",
        "deny: attempt",
        "dnr",
    ];
    let wish = [
        "for attempted cardio",
        "for attempted cpr",
        "for attempted resus",
        "for full resus",
        "for resuscitation",
        "for cpr",
        "full code",
        "attempt cpr",
        "cpr should be attempted",
    ];
    if any(&against) {
        return (!any(&["no dnacpr", "no dnar", "dnacpr: no", "revoked", "cancelled"])).then_some(Decision::NotFor);
    }
    any(&wish).then_some(Decision::For)
}

fn line(seen: Seen<'_, '_>, decision: Option<Decision>, conflict: bool, today: Date) -> Glance {
    let mut line = seen.valued(GlanceKind::Cpr, decision.is_some());
    let conflict =
        if conflict && decision.is_some() { "CONFLICTING decisions in this record: verify the form" } else { "" };
    let review = review(seen, today);
    let rest = if review.is_empty() { line.detail.clone() } else { without_review(&line.detail) };
    line.detail = joined(&[conflict, &review, &rest]);
    line.alert |= !conflict.is_empty();
    line
}

fn review(seen: Seen<'_, '_>, today: Date) -> String {
    let Some(date) = overdue::of(seen.fact) else { return String::new() };
    let spoken = spoken(&date);
    if is_past(&date, today) {
        format!("review was due {spoken}: OVERDUE, verify the form")
    } else {
        format!("review due {spoken}")
    }
}

// `22 Dec 2026` for a whole date; a partial one stays as it was written.
fn spoken(date: &str) -> String {
    date.get(..10)
        .and_then(|day| day.parse::<Date>().ok())
        .map_or_else(|| date.to_owned(), |day| day.strftime("%-d %b %Y").to_string())
}

// The date of the review is said once, at the front.
fn without_review(detail: &str) -> String {
    let is_only_the_date = |part: &&str| {
        let words = part.trim_start_matches("note: ").to_lowercase();
        words.starts_with("review") && words.len() <= 32
    };
    detail.split("; ").filter(|part| !is_only_the_date(part)).collect::<Vec<_>>().join("; ")
}

fn nothing(judged: &[Judged<'_>], unread: usize) -> Glance {
    let section = judged.iter().find(|j| j.shelf.code == DIRECTIVES);
    let (text, detail) = match section.map(|j| &j.verdict) {
        Some(verdict) if verdict.says(SectionState::Withheld) => {
            ("CPR decision: withheld by the sender", "There may be one. Ask for the form.")
        }
        Some(verdict) if verdict.says(SectionState::Unreadable) => {
            ("CPR decision: none that could be read", verdict.statement.as_str())
        }
        _ if unread > 0 => {
            ("CPR decision: none among what could be read", "It may be in what could not be read. Ask for the form.")
        }
        _ => ("No CPR decision in this document", "That is not a decision for CPR. Ask for the form."),
    };
    plain(GlanceKind::Cpr, text, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_decide_only_when_they_are_plain() {
        assert!(in_words("dnacpr in place") == Some(Decision::NotFor));
        assert!(in_words("not for attempted cardiopulmonary resuscitation") == Some(Decision::NotFor));
        assert!(in_words("for attempted cardiopulmonary resuscitation") == Some(Decision::For));
        assert!(
            in_words("no dnacpr in place").is_none() && in_words("thoughts on cardiopulmonary resuscitation").is_none()
        );
    }

    #[test]
    fn a_whole_date_is_said_in_words_and_a_partial_one_as_written() {
        assert_eq!(spoken("2026-12-02"), "2 Dec 2026");
        assert_eq!(spoken("2026-12-02T11:00:00Z"), "2 Dec 2026");
        assert_eq!((spoken("2026-12").as_str(), spoken("soon").as_str()), ("2026-12", "soon"));
    }
}
