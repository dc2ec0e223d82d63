//! Where the person wants to be cared for and to die.
//!
//! Values: SNOMED CT UK edition, preferred place of death, as used by NHS England EPaCCS.

use super::super::{Glance, GlanceKind};
use super::Seen;
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

pub(super) fn lines(seen: Seen<'_, '_>) -> Vec<Glance> {
    let fact = seen.fact;
    let place = PLACES.iter().find(|(code, _)| fact.has_code(code)).map(|(_, words)| *words);
    let lower = fact.item.text.to_lowercase();
    let named = ["preferred place", "place of death", "preferred place of care", "wishes to die", "wants to die"]
        .iter()
        .any(|w| lower.contains(w));
    if !fact.holds() || !(place.is_some() || named) {
        return Vec::new();
    }
    let mut line = seen.valued(GlanceKind::PreferredPlace, false);
    let value = choice_text(fact.resource, "value");
    if let Some(words) = place.filter(|_| value.is_empty() || value.contains("http")) {
        line.text = format!("{}: {words}", if named { fact.item.text.as_str() } else { "Preferred place of death" });
    }
    vec![line]
}
