//! A document as another service writes it about a person: whole, with its labels, under its own letterhead. What of
//! it a reader may see is decided when it is read.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::Dataset;

use super::dataset::select;
use super::document::section;
use super::plumbing::{address, carried, close_references};
use super::section::Section;

/// Who writes it, and about what.
#[derive(Debug)]
pub(crate) struct Letterhead<'a> {
    /// Base of the addresses inside it: names that need not answer.
    pub(crate) base: &'a str,
    /// Its business identifier.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) composed: Timestamp,
    /// References with a name.
    pub(crate) author: Value,
    pub(crate) custodian: Value,
    /// Security labels of the whole.
    pub(crate) labels: Vec<Value>,
}

/// The document of `patient` from `resources`, which may hold more: what entries point to comes along.
pub(crate) fn letter(patient: &Value, resources: &[Value], head: &Letterhead<'_>) -> Value {
    let selection = select(resources, Dataset::CarePlan, head.composed);
    let sections: Vec<Value> =
        Section::ALL.into_iter().filter_map(|s| section(s, &selection, resources, &[])).collect();
    let mut composition = json!({
        "resourceType": "Composition",
        "id": format!("{}-composition", head.id),
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5", "display": "Patient summary Document"}]},
        "subject": {"reference": address(patient)},
        "date": head.composed.to_string(),
        "author": [head.author],
        "title": head.title,
        "custodian": head.custodian,
        "section": sections
    });
    if !head.labels.is_empty() {
        composition["meta"] = json!({"security": head.labels});
    }
    let mut entries = vec![composition, patient.clone()];
    entries.extend(selection.kept.iter().map(|(_, resource)| (*resource).clone()));
    let behind = carried(&entries, resources);
    entries.extend(behind);
    let present: BTreeSet<String> = entries.iter().map(address).collect();
    entries.iter_mut().for_each(|entry| close_references(entry, &present));
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|resource| json!({"fullUrl": format!("{}/{}", head.base, address(&resource)), "resource": resource}))
        .collect();
    json!({
        "resourceType": "Bundle",
        "identifier": {"system": format!("{}/documents", head.base), "value": head.id},
        "type": "document",
        "timestamp": head.composed.to_string(),
        "entry": entries
    })
}
