//! The traps of real documents, one test each, on documents of our own.

mod absence;
mod first_screen;
mod glance;
mod lines;
mod merge;
mod places;

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{Glance, GlanceKind, Item, Narrative, Section, Summary, summarise};
use crate::fhir::Document;
use crate::identity::Role;

pub(super) const TODAY: Date = date(2026, 11, 22);
pub(super) const SCT: &str = "http://snomed.info/sct";
pub(super) const IPS: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
pub(super) const ALLERGIES: &str = "48765-2";
pub(super) const MEDICINES: &str = "10160-0";

/// A concept with one coding.
pub(super) fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// An allergy by its code.
pub(super) fn allergy(id: &str, code: Value) -> Value {
    json!({"resourceType": "AllergyIntolerance", "id": id, "code": code, "patient": {"reference": "Patient/p"}})
}

/// `it` with more members.
pub(super) fn with(mut it: Value, more: Value) -> Value {
    if let (Some(it), Value::Object(more)) = (it.as_object_mut(), more) {
        it.extend(more);
    }
    it
}

/// A section that names all of `resources`.
pub(super) fn section(code: &str, resources: &[Value]) -> Value {
    let entry: Vec<Value> = resources.iter().map(|r| json!({"reference": format!("{}/{}", r["resourceType"].as_str().unwrap_or_default(), r["id"].as_str().unwrap_or_default())})).collect();
    json!({"title": "As the sender calls it", "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "entry": entry})
}

/// A document of these sections and resources, about a Patient `p`.
pub(super) fn bundle(sections: &[Value], resources: &[Value]) -> Value {
    let composition = json!({"resourceType": "Composition", "id": "c", "status": "final", "type": coded("http://loinc.org", "60591-5"), "date": "2026-10-01T09:00:00Z",
        "subject": {"reference": "Patient/p"}, "author": [{"display": "Dr Ada Byron"}], "section": sections});
    let patient = json!({"resourceType": "Patient", "id": "p", "name": [{"family": "Okafor", "given": ["Ngozi"]}], "birthDate": "1938-11-23"});
    let entries: Vec<Value> = [composition, patient].iter().chain(resources).map(|r| json!({"resource": r})).collect();
    json!({"resourceType": "Bundle", "type": "document", "entry": entries})
}

pub(super) fn read(bundle: &Value) -> Summary {
    read_as(bundle, Role::EmergencyClinician)
}

pub(super) fn read_as(bundle: &Value, role: Role) -> Summary {
    let summary = summarise(&Document::read(bundle.to_string().as_bytes()).unwrap(), role, TODAY);
    accounts(&summary, bundle);
    summary
}

// Holds for every document of every test: no entry is lost, none is told twice in two ways, no line is blank.
fn accounts(summary: &Summary, bundle: &Value) {
    let count = bundle["entry"].as_array().map_or(0, Vec::len);
    let of_items: Vec<usize> = summary.sections.iter().flat_map(|s| &s.items).map(|i| i.entry).collect();
    for entry in 0..count {
        let places = [
            of_items.contains(&entry),
            summary.unread.iter().any(|u| u.entry == entry),
            summary.context.iter().any(|c| c.entry == entry),
        ];
        let contained = places[0] && places[2] && bundle["entry"][entry]["resource"]["contained"].is_array();
        assert!(places.iter().filter(|p| **p).count() == 1 || contained, "entry {entry}: {places:?}");
    }
    let items = summary.sections.iter().flat_map(|s| &s.items);
    assert!(items.map(|i| &i.text).chain(summary.glance.iter().map(|g| &g.text)).all(|t| !t.trim().is_empty()));
    assert!(summary.unread.is_empty() || summary.notices.iter().any(|n| n.code == "incomplete"));
    for kind in [GlanceKind::Allergy, GlanceKind::Cpr] {
        assert!(summary.glance.iter().any(|g| g.kind == kind), "a line on {kind:?} is always there");
    }
}

pub(super) fn of<'a>(summary: &'a Summary, code: &str) -> &'a Section {
    summary.sections.iter().find(|s| s.code == code).unwrap()
}

pub(super) fn item<'a>(summary: &'a Summary, words: &str) -> &'a Item {
    summary
        .sections
        .iter()
        .flat_map(|s| &s.items)
        .find(|i| i.text.contains(words))
        .unwrap_or_else(|| panic!("no item says {words}"))
}

pub(super) fn lines(summary: &Summary, kind: GlanceKind) -> Vec<&Glance> {
    summary.glance.iter().filter(|g| g.kind == kind).collect()
}

/// Everything a reader reads, but the sender's own narrative and raw text.
pub(super) fn all_words(summary: &Summary) -> String {
    let mut copy = summary.clone();
    copy.sections.iter_mut().for_each(|s| s.narrative = Narrative::default());
    copy.unread.iter_mut().for_each(|u| u.raw.clear());
    serde_json::to_string(&copy).unwrap().to_lowercase()
}

pub(super) fn says_none_known(summary: &Summary) -> bool {
    all_words(summary).contains("no known allergies")
}

pub(super) fn notice(summary: &Summary, code: &str) -> bool {
    summary.notices.iter().any(|n| n.code == code)
}
