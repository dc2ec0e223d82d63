//! A document made elsewhere, cut to a dataset: whole sections, for nobody can cut prose.

use std::collections::HashSet;

use serde_json::Value;
use shared::consent::Dataset;
use shared::fhir::Document;

use super::names;
use crate::consent::filter::references;
use crate::ips::{Section, holds};

/// What of a document a dataset leaves.
#[derive(Debug)]
pub(super) struct Narrower {
    dataset: Option<Dataset>,
    cuts: bool,
}

/// What `dataset` leaves of `document`. In an emergency all of it: what its author thought a stranger must know is
/// the dataset, and what cannot be classed may be what matters.
pub(super) fn narrowed(document: &Document, dataset: Option<Dataset>) -> Narrower {
    let dataset = dataset.filter(|dataset| matches!(dataset, Dataset::Visit | Dataset::SharedRecord));
    let sections = document.composition()["section"].as_array().into_iter().flatten();
    let cuts = dataset.is_some_and(|dataset| sections.into_iter().any(|section| !is_in(dataset, section)));
    Narrower { dataset, cuts }
}

impl Narrower {
    /// Whether anything is to go.
    pub(super) const fn cuts(&self) -> bool {
        self.cuts
    }

    /// The Bundle without the sections outside the dataset, and without what only they led to.
    pub(super) fn carry_out(&self, mut bundle: Value) -> Value {
        let Some(dataset) = self.dataset.filter(|_| self.cuts) else { return bundle };
        for entry in bundle["entry"].as_array_mut().into_iter().flatten() {
            let Some(composition) = entry.get_mut("resource").filter(|r| r["resourceType"] == "Composition") else {
                continue;
            };
            if let Some(sections) = composition.get_mut("section").and_then(Value::as_array_mut) {
                sections.retain(|section| is_in(dataset, section));
            }
            // The words about the whole tell of what is not in the part.
            composition.as_object_mut().map(|map| map.remove("text"));
        }
        let reached = reached(&bundle);
        if let Some(entries) = bundle.get_mut("entry").and_then(Value::as_array_mut) {
            let mut at = 0..entries.len();
            entries.retain(|_| at.next().is_some_and(|at| reached.contains(&at)));
        }
        bundle
    }
}

fn is_in(dataset: Dataset, section: &Value) -> bool {
    let codes = section["code"]["coding"].as_array().into_iter().flatten().filter_map(|c| c["code"].as_str());
    let known = codes.into_iter().find_map(Section::from_code).unwrap_or(Section::Other);
    holds(dataset, known)
}

/// The entries that the Composition leads to, over as many steps as it takes, and itself.
fn reached(bundle: &Value) -> HashSet<usize> {
    let entries: Vec<&Value> = bundle["entry"].as_array().into_iter().flatten().collect();
    let first = |at: &usize| entries[*at]["resource"]["resourceType"] == "Composition";
    let mut next: Vec<usize> = (0..entries.len()).filter(first).collect();
    let mut reached: HashSet<usize> = next.iter().copied().collect();
    while let Some(from) = next.pop() {
        let named: HashSet<String> = references(&entries[from]["resource"]).into_iter().collect();
        for (at, entry) in entries.iter().enumerate() {
            if names(entry).iter().any(|name| named.contains(name)) && reached.insert(at) {
                next.push(at);
            }
        }
    }
    reached
}
