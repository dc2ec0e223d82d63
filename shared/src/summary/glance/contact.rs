//! Whom to ring: next of kin, attorney, key worker, a line that is open at night, the practice.

use serde_json::Value;

use super::super::people::{Place, human_name, relations, telecoms, with_brackets};
use super::super::{Glance, GlanceKind};
use super::{Seen, plain};
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

pub(super) fn lines(seen: Seen<'_, '_>) -> Vec<Glance> {
    let kind = seen.fact.item.resource_type.as_str();
    let lower = seen.fact.item.text.to_lowercase();
    let by_kind = matches!(kind, "RelatedPerson" | "CareTeam");
    let by_words = kind != "Encounter" && WORDS.iter().any(|w| lower.contains(w));
    if seen.fact.holds() && (by_kind || by_words) { vec![seen.line(GlanceKind::Contact, false)] } else { Vec::new() }
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
            lines.push(plain(GlanceKind::Contact, &format!("GP: {name}"), &phone));
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
