//! Resuscitation and limits of treatment, one line per decision: what is decided, where the paper is, what to do,
//! when it was to be looked at again. An Observation, a Consent and a form that say the same are one line.

use jiff::civil::Date;

use super::super::age::{is_past, spoken};
use super::super::kind::UNCONFIRMED;
use super::super::overdue;
use super::super::section::Judged;
use super::super::titles::DIRECTIVES;
use super::super::{Glance, GlanceKind, SectionState};
use super::decision::{Decision, decision, in_words, is_about, speaks_of_it};
use super::limits;
use super::words::{headline, prose, sentences, title};
use super::{Seen, joined, plain, safety, sources, together, wishes};
use crate::fhir::choice_text;

/// Lines on resuscitation and ceilings; there is always one.
pub(super) fn lines(facts: &[Seen<'_, '_>], judged: &[Judged<'_>], unread: usize, today: Date) -> Vec<Glance> {
    let found: Vec<(Seen<'_, '_>, Option<Decision>)> =
        facts.iter().filter(|s| is_about(**s)).map(|s| (*s, decided_by(*s))).collect();
    let of = |wanted: Option<Decision>| -> Vec<Seen<'_, '_>> {
        found.iter().filter(|(_, d)| *d == wanted).map(|(s, _)| *s).collect()
    };
    let (against, wish) = (of(Some(Decision::NotFor)), of(Some(Decision::For)));
    let conflict = !against.is_empty() && !wish.is_empty();
    let (open, plans): (Vec<_>, Vec<_>) =
        of(None).into_iter().partition(|s| speaks_of_it(*s) && !limits::is_ceiling(*s));
    let mut lines = Vec::new();
    lines.extend(decided("NOT for CPR", &against, conflict, today));
    lines.extend(decided("For CPR", &wish, conflict, today));
    lines.extend(open.iter().map(|s| undecided(*s, today)));
    // A care plan or a ceiling is no decision on resuscitation: that there is none is said beside it.
    if !found.iter().any(|(s, d)| d.is_some() || (speaks_of_it(*s) && !wishes::is_unconfirmed(*s))) {
        lines.push(nothing(judged, unread));
    }
    let forms: Vec<Seen<'_, '_>> = [against, wish].concat().into_iter().filter(|s| is_form(*s)).collect();
    lines.extend(limits::lines(&plans, &forms, today));
    lines
}

// What somebody heard is no decision, whatever it says.
fn decided_by(seen: Seen<'_, '_>) -> Option<Decision> {
    if wishes::is_unconfirmed(seen) { None } else { decision(seen) }
}

/// What an alert adds to the decision is what to do: as much of it as this stands in the line itself.
const TO_DO: usize = 90;

fn decided(words: &str, group: &[Seen<'_, '_>], conflict: bool, today: Date) -> Option<Glance> {
    let group = latest_first(group);
    let (alerts, others): (Vec<_>, Vec<_>) = group.iter().partition(|s| s.fact.item.resource_type == "Flag");
    let said: Vec<&str> = group.iter().flat_map(|s| told(*s)).collect();
    let paper = said.iter().find(|s| is_paper(s)).map(|s| shorter(s)).unwrap_or_default();
    let (to_do, rest) = headline(&beside(&alerts), TO_DO);
    let due = group.iter().find_map(|s| overdue::of(s.fact));
    let (late, later) = review(due.as_deref(), today);
    let words = if conflict { format!("{words} (CONFLICTING: verify the form)") } else { words.to_owned() };
    let text = [words.as_str(), &to_do].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(". ");
    let more = prose(&beside(&others));
    let recorded = recorded_as(*group.first()?);
    let detail = joined(&[doubt(&group), &late, &paper, &rest, &more, &later, &recorded]);
    let mut line = together(GlanceKind::Cpr, &group, text, detail, true)?;
    line.age = group.first()?.fact.when.clone();
    line.source = sources(&group.first()?.fact.item);
    line.review_overdue = !late.is_empty();
    Some(line)
}

// The decision taken last leads; on one day the one that is nothing but a decision.
fn latest_first<'a, 'd>(group: &[Seen<'a, 'd>]) -> Vec<Seen<'a, 'd>> {
    let mut group = group.to_vec();
    let day = |s: &Seen<'_, '_>| s.fact.when.chars().take(10).collect::<String>();
    group.sort_by_key(|s| (std::cmp::Reverse(day(s)), s.fact.item.resource_type != "Observation"));
    group
}

fn doubt(group: &[Seen<'_, '_>]) -> &'static str {
    if group.iter().any(|s| s.is_doubtful()) {
        "read the source: part of this is marked as changing its meaning"
    } else {
        ""
    }
}

/// What an entry tells beside the decision itself. A form is told among the limits, but for the place of the paper.
fn told<'a>(seen: Seen<'a, '_>) -> Vec<&'a str> {
    let item = &seen.fact.item;
    let named = matches!(item.resource_type.as_str(), "Flag" | "Goal" | "ServiceRequest" | "Condition");
    let own = if named { sentences(&item.text) } else { Vec::new() };
    let category = if item.resource_type == "Flag" { safety::category(seen) } else { String::new() };
    let all = own.into_iter().chain(sentences(&item.detail)).filter(|s| !is_said_elsewhere(s) && *s != category);
    all.filter(|s| !is_form(seen) || is_paper(s)).collect()
}

// What the entries of a group tell, without the place of the paper.
fn beside<'a>(group: &[Seen<'a, '_>]) -> Vec<&'a str> {
    group.iter().flat_map(|s| told(*s)).filter(|s| !is_paper(s)).collect()
}

/// Whether the sentence is about the paper, and where it is.
pub(super) fn is_paper(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    ["form is", "paper is", "original is", "original form", "copy is", "is kept in", "kept on the", "form kept"]
        .iter()
        .any(|w| lower.contains(w))
}

/// "The form is on the fridge" as "Form on the fridge".
pub(super) fn shorter(paper: &str) -> String {
    [("The form is ", "Form "), ("The paper is ", "Paper ")]
        .iter()
        .find_map(|(long, short)| Some(format!("{short}{}", paper.strip_prefix(long)?)))
        .unwrap_or_else(|| paper.to_owned())
}

/// Whether a sentence only repeats the decision, the review or whose form it is.
pub(super) fn is_said_elsewhere(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let short = sentence.chars().count() <= 60;
    (short && is_bare_decision(&lower))
        || (lower.starts_with("review") && lower.chars().count() <= 40)
        || ["kept by:", "attached:", "document:", "coded as:", "from:"].iter().any(|w| lower.starts_with(w))
        || (lower.contains("form in place") && short)
        || lower.starts_with("the sender marked this in a way")
}

// "Treated as for resuscitation during this stay" says more than the decision and is kept.
fn is_bare_decision(lower: &str) -> bool {
    let begins = ["not for", "for ", "do not", "dnacpr", "dnar", "dnr", "no cpr", "attempt"];
    in_words(lower).is_some() && begins.iter().any(|w| lower.starts_with(w))
}

fn is_form(seen: Seen<'_, '_>) -> bool {
    matches!(seen.fact.item.resource_type.as_str(), "DocumentReference" | "CarePlan" | "Consent")
}

// The record's own words stay to be read.
fn recorded_as(seen: Seen<'_, '_>) -> String {
    let value = choice_text(seen.fact.resource, "value");
    let words = if value.is_empty() { title(&seen.fact.item.text) } else { value };
    format!("recorded as “{words}”")
}

// What is overdue stands before everything else, what is not yet due behind it.
pub(super) fn review(due: Option<&str>, today: Date) -> (String, String) {
    match due {
        Some(date) if is_past(date, today) => {
            (format!("review was due {}: OVERDUE, verify the form", spoken(date)), String::new())
        }
        Some(date) => (String::new(), format!("review due {}", spoken(date))),
        None => (String::new(), String::new()),
    }
}

// It speaks of resuscitation and decides nothing that could be read: in its own words.
fn undecided(seen: Seen<'_, '_>, today: Date) -> Glance {
    let mut line = seen.valued(GlanceKind::Cpr, false);
    line.text = title(&line.text);
    if wishes::is_unconfirmed(seen) {
        line.text = format!("{} ({UNCONFIRMED})", line.text);
    }
    let (late, later) = review(overdue::of(seen.fact).as_deref(), today);
    let rest: Vec<&str> =
        sentences(&line.detail).into_iter().filter(|s| !s.to_lowercase().starts_with("review")).collect();
    line.detail = joined(&[&late, &prose(&rest), &later]);
    line
}

fn nothing(judged: &[Judged<'_>], unread: usize) -> Glance {
    let section = judged.iter().find(|j| j.shelf.code == DIRECTIVES);
    let (text, detail) = match section.map(|j| &j.verdict) {
        Some(verdict) if verdict.says(SectionState::Withheld) => {
            ("CPR decision: withheld by the sender", "There may be one. Ask for the form.")
        }
        Some(verdict) if verdict.says(SectionState::Unreadable) => match verdict.statement.split_once("Read it: ") {
            Some((_, words)) => ("CPR decision: only in words that cannot be checked", words),
            None => ("CPR decision: none that could be read", verdict.statement.as_str()),
        },
        _ if unread > 0 => {
            ("CPR decision: none among what could be read", "It may be in what could not be read. Ask for the form.")
        }
        _ => ("No CPR decision in this record", "Ask for the form."),
    };
    plain(GlanceKind::Cpr, text, detail)
}
