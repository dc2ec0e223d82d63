//! Where the person wants to be cared for and to die, in one line.
//!
//! Values: SNOMED CT UK edition, preferred place of death, as used by NHS England EPaCCS.

use super::super::kind::{UNCONFIRMED, is_wish};
use super::super::{Glance, GlanceKind};
use super::{Seen, together};
use crate::fhir::choice_text;

const PLACES: [(&str, &str); 10] = [
    ("110481000000108", "home"),
    ("108401000000102", "hospice"),
    ("109401000000108", "hospital"),
    ("710571000000101", "care home"),
    ("89751000000108", "community hospital"),
    ("517161000000101", "undecided"),
    ("766391000000108", "asked, did not want to say"),
    ("517111000000103", "unable to say"),
    ("517131000000106", "not appropriate to ask"),
    ("1060941000000102", "no preference"),
];

pub(super) fn lines(facts: &[Seen<'_, '_>]) -> Vec<Glance> {
    let all: Vec<(Seen<'_, '_>, String)> = facts.iter().filter_map(|s| Some((*s, words(*s)?))).collect();
    let (apart, alike): (Vec<_>, Vec<_>) = all.into_iter().partition(|(s, _)| s.stands_alone());
    let mut lines: Vec<Glance> = apart.iter().map(|(s, words)| single(*s, words)).collect();
    let conflict = alike.iter().any(|(_, w)| alike.iter().any(|(_, o)| question(o) == question(w) && o != w));
    match alike.as_slice() {
        [_, _, ..] if !conflict => lines.extend(one(&alike)),
        _ => lines.extend(alike.iter().map(|(s, words)| single(*s, words))),
    }
    lines
}

fn words(seen: Seen<'_, '_>) -> Option<String> {
    let fact = seen.fact;
    let place = PLACES.iter().find(|(code, _)| fact.has_code(code)).map(|(_, words)| *words);
    let lower = fact.lower_text();
    let named = ["preferred place", "place of death", "preferred place of care", "wishes to die", "wants to die"]
        .iter()
        .any(|w| lower.contains(w));
    if !fact.holds() || !(place.is_some() || named) {
        return None;
    }
    let value = choice_text(fact.resource, "value");
    let question = if named { fact.item.text.as_str() } else { "Preferred place of death" };
    let coded = place.filter(|_| value.is_empty() || value.contains("http"));
    let words = coded.map_or_else(
        || seen.valued(GlanceKind::PreferredPlace, false).text.replace("patient undecided", "undecided"),
        |words| format!("{question}: {words}"),
    );
    // In the line itself: a wish that nobody confirmed must not be read as one that somebody did.
    Some(match is_preliminary(seen) {
        true if is_wish(&seen.fact.resource["code"]) => format!("{words} ({UNCONFIRMED})"),
        true => format!("{words} (not confirmed)"),
        false => words,
    })
}

fn is_preliminary(seen: Seen<'_, '_>) -> bool {
    seen.fact.resource["resourceType"] == "Observation" && seen.fact.resource["status"] == "preliminary"
}

/// Whether it is a wish that was only heard, and no clinician confirmed it.
pub(super) fn is_unconfirmed(seen: Seen<'_, '_>) -> bool {
    is_preliminary(seen) && is_wish(&seen.fact.resource["code"])
}

fn question(words: &str) -> &str {
    words.split(':').next().unwrap_or_default()
}

fn single(seen: Seen<'_, '_>, words: &str) -> Glance {
    Glance { text: words.to_owned(), ..seen.valued(GlanceKind::PreferredPlace, false) }
}

// The same place twice is said once; care and death share the line.
fn one(alike: &[(Seen<'_, '_>, String)]) -> Option<Glance> {
    let mut words: Vec<&str> = alike.iter().map(|(_, w)| w.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    let facts: Vec<Seen<'_, '_>> = alike.iter().map(|(s, _)| *s).collect();
    let details: Vec<String> = facts.iter().map(|s| s.valued(GlanceKind::PreferredPlace, false).detail).collect();
    let details: Vec<&str> = details.iter().map(String::as_str).collect();
    together(GlanceKind::PreferredPlace, &facts, words.join("; "), super::joined(&details), false)
}
