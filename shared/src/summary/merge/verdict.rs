//! What several documents say of one section, in one word and one statement.

use std::collections::HashMap;

use super::super::absence::{Around, Verdict, capital, entries};
use super::super::arrange::Shelf;
use super::super::titles::{ALLERGIES, things};
use super::super::{SectionState, SourceDocument};

/// What one document says of a section.
pub(super) struct Voice {
    pub(super) document: usize,
    pub(super) verdict: Verdict,
}

/// How much a state of one document weighs beside the states of others; the heaviest is that of the merged section.
///
/// `listed > unreadable > withheld > none-known > not-recorded > not-provided`. What is there, or may be there, beats
/// every statement that there is nothing. A signed statement that there is nothing beats silence: a source that
/// nobody asked takes nothing away from what another source was told, so it is named beside it and no more. A
/// statement that another source disputes is no longer one, see [`together`].
const fn weight(state: SectionState) -> u8 {
    match state {
        SectionState::Listed => 5,
        SectionState::Unreadable => 4,
        SectionState::Withheld => 3,
        SectionState::NoneKnown => 2,
        SectionState::NotRecorded => 1,
        SectionState::NotProvided => 0,
    }
}

/// One verdict from those of all documents, each named.
pub(super) fn together(
    shelf: &Shelf<'_>,
    mut voices: Vec<Voice>,
    around: &[Around<'_>],
    sources: &[SourceDocument],
) -> Verdict {
    voices.sort_by_key(|v| std::cmp::Reverse(weight(v.verdict.state)));
    let strongest = voices.first().map_or(SectionState::NotProvided, |v| v.verdict.state);
    let doubt = doubt(shelf, strongest, around);
    let state = if doubt.is_some() { SectionState::Unreadable } else { strongest };
    let name = |v: &Voice| sources.get(v.document).map(|s| s.name.clone()).unwrap_or_default();
    let statement = match (state, doubt) {
        (SectionState::Listed, _) => list(voices.iter().filter(|v| speaks_beside_a_list(&v.verdict)), name, shelf),
        (SectionState::NoneKnown, _) => none_known(&voices, name, shelf),
        (_, Some(doubt)) => format!("{doubt} {}", list(voices.iter(), name, shelf)),
        (_, None) => format!("{}, {}", capital(things(&shelf.code)), list(voices.iter(), name, shelf)),
    };
    let gaps = state == SectionState::Listed && voices.iter().any(|v| lacks_something(&v.verdict));
    Verdict { gaps, others: voices.iter().map(|v| v.verdict.state).collect(), ..Verdict::new(state, statement) }
}

// A statement of nothing in one document is no better than what the other documents leave open.
fn doubt(shelf: &Shelf<'_>, strongest: SectionState, around: &[Around<'_>]) -> Option<String> {
    if strongest != SectionState::NoneKnown {
        return None;
    }
    let what = things(&shelf.code);
    let unread: usize = around.iter().map(|a| a.unread_of_unknown_type).sum();
    if shelf.code == ALLERGIES && around.iter().any(|a| a.allergies > 0) {
        return Some(format!("A statement of no {what} is contradicted by an allergy elsewhere."));
    }
    if shelf.facts.iter().any(|f| super::super::section::denies(f) && !f.item.disagreement.is_empty()) {
        return Some(format!("A statement of no {what} is disputed by another source."));
    }
    (unread > 0).then(|| {
        let count = entries(unread);
        format!("A statement of no {what} is recorded, but {count} could not be read and may be one.")
    })
}

fn lacks_something(verdict: &Verdict) -> bool {
    verdict.gaps || matches!(verdict.state, SectionState::Unreadable | SectionState::Withheld)
}

fn speaks_beside_a_list(verdict: &Verdict) -> bool {
    verdict.state != SectionState::NotProvided && !verdict.statement.is_empty()
}

fn none_known(voices: &[Voice], name: impl Fn(&Voice) -> String, shelf: &Shelf<'_>) -> String {
    let what = things(&shelf.code);
    let (none, others): (Vec<&Voice>, Vec<&Voice>) =
        voices.iter().partition(|v| v.verdict.state == SectionState::NoneKnown);
    let opening = format!("No known {what} (");
    let who = none.iter().map(|v| {
        let said = v.verdict.statement.strip_prefix(&opening).and_then(|s| s.strip_suffix(')'));
        format!("{}: {}", name(v), said.unwrap_or(&v.verdict.statement))
    });
    let who = who.collect::<Vec<_>>().join("; ");
    let beside = list(others.into_iter(), name, shelf);
    format!("{opening}{who}){}{beside}", if beside.is_empty() { "" } else { ". " })
}

// `GP record: not recorded, nobody asked. Hospice: withheld by the sender. There may be some. Ask.`
fn list<'v>(voices: impl Iterator<Item = &'v Voice>, name: impl Fn(&Voice) -> String, shelf: &Shelf<'_>) -> String {
    let subject = format!("{}: ", capital(things(&shelf.code)));
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for voice in voices.filter(|v| !v.verdict.statement.is_empty()) {
        let said = voice.verdict.statement.strip_prefix(&subject).unwrap_or(&voice.verdict.statement).trim_end();
        let at = *known.entry(said.to_owned()).or_insert_with(|| {
            parts.push((said.to_owned(), Vec::new()));
            parts.len() - 1
        });
        if parts[at].1.last() != Some(&name(voice)) {
            parts[at].1.push(name(voice));
        }
    }
    let stop = |said: &str| if said.ends_with(['.', '!', '?', '”']) { "" } else { "." };
    let parts = parts.into_iter().map(|(said, names)| format!("{}: {said}{}", names.join(", "), stop(&said)));
    parts.collect::<Vec<_>>().join(" ")
}
