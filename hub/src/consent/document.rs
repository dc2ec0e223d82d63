//! A permit carried out on a document made elsewhere.

use std::collections::HashSet;

use serde_json::{Value, json};
use shared::consent::{Decision, Label, Treatment};
use shared::fhir::{Document, Entry};

use super::filter::{forget, name_of, points_at, references, strip_sensitivity};
use super::label::{Exceptions, label_of, treatment_of};
use crate::ips::redact;

mod dataset;

use dataset::narrowed;

/// How a document goes out.
#[derive(Debug)]
pub(crate) enum Released {
    /// Nothing in it is labelled or outside the dataset: byte for byte.
    Whole,
    /// Without what is withheld.
    Part(Box<Value>),
    /// The document as such is labelled beyond the permit.
    Nothing,
}

/// Takes from an IPS document the sections that the dataset does not hold, then filters its entries by their labels.
pub(crate) fn release(bytes: &[u8], decision: &Decision, exceptions: &Exceptions) -> Released {
    let Ok(document) = Document::read(bytes) else { return Released::Nothing };
    let narrower = narrowed(&document, decision.dataset);
    let open = |entry: &Entry| match &entry.resource {
        Ok(resource) => {
            label_of(resource) == Label::Normal && treatment_of(resource, decision, exceptions) == Treatment::Show
        }
        // It cannot be asked for its label, so it must not seem to have one.
        Err(_) => !entry.raw.contains("\"security\""),
    };
    if !narrower.cuts() && document.entries().iter().all(open) {
        return Released::Whole;
    }
    // A Bundle within a Bundle, and one with a mistake in it, can be read and not be cut: whole or not at all.
    match serde_json::from_slice::<Value>(bytes) {
        Ok(bundle) if is_flat(&bundle) => release_part(&narrower.carry_out(bundle), decision, exceptions),
        _ => Released::Nothing,
    }
}

fn is_flat(bundle: &Value) -> bool {
    let entries = bundle["entry"].as_array();
    bundle["resourceType"] == "Bundle"
        && entries.is_some_and(|all| {
            all.iter().all(|e| !["Bundle", "Parameters"].iter().any(|t| e["resource"]["resourceType"] == *t))
        })
}

fn release_part(bundle: &Value, decision: &Decision, exceptions: &Exceptions) -> Released {
    let entries: Vec<&Value> = bundle["entry"].as_array().into_iter().flatten().collect();
    let fates: Vec<_> = entries.iter().map(|e| treatment_of(&e["resource"], decision, exceptions)).collect();
    let of_the_whole =
        |entry: &Value| ["Composition", "Patient"].iter().any(|t| entry["resource"]["resourceType"] == *t);
    let closed = |(entry, fate): (&&Value, &Treatment)| *fate != Treatment::Show && of_the_whole(entry);
    if entries.iter().zip(&fates).any(closed) {
        return Released::Nothing;
    }
    Released::Part(Box::new(part(bundle, &entries, &fates)))
}

fn part(bundle: &Value, entries: &[&Value], fates: &[Treatment]) -> Value {
    let of = |fate: Treatment| entries.iter().zip(fates).filter(move |(_, f)| **f == fate).map(|(entry, _)| *entry);
    let mut gone: HashSet<String> = of(Treatment::Withhold).flat_map(names).collect();
    let redacted: HashSet<String> = of(Treatment::Redact).flat_map(names).collect();
    let named_by_closed: HashSet<String> = of(Treatment::Withhold).flat_map(references).collect();
    let named_by_kept: HashSet<String> =
        of(Treatment::Show).chain(of(Treatment::Redact)).flat_map(references).collect();
    let any = |entry: &Value, set: &HashSet<String>| names(entry).iter().any(|name| set.contains(name));
    let orphans = of(Treatment::Show).filter(|e| any(e, &named_by_closed) && !any(e, &named_by_kept));
    gone.extend(orphans.flat_map(names).collect::<Vec<_>>());

    let mut out = bundle.clone();
    if let Some(map) = out.as_object_mut() {
        map.remove("total");
    }
    strip_sensitivity(&mut out);
    if let Some(entries) = out.get_mut("entry").and_then(Value::as_array_mut) {
        entries.retain(|entry| !any(entry, &gone));
        for entry in entries.iter_mut() {
            let is_redacted = any(entry, &redacted);
            if let Some(resource) = entry.get_mut("resource") {
                rewrite(resource, &gone, &redacted, is_redacted);
            }
        }
    }
    out
}

fn names(entry: &Value) -> Vec<String> {
    name_of(&entry["resource"]).into_iter().chain(entry["fullUrl"].as_str().map(str::to_owned)).collect()
}

fn rewrite(resource: &mut Value, gone: &HashSet<String>, redacted: &HashSet<String>, is_redacted: bool) {
    if is_redacted {
        *resource = redact(resource);
    }
    if resource["resourceType"] == "Composition" {
        close_sections(resource.get_mut("section"), gone, redacted);
        if let Some(map) = resource.as_object_mut() {
            map.remove("text");
        }
    }
    forget(resource, gone);
    strip_sensitivity(resource);
}

/// A section that loses something loses its narrative too: nobody can cut one item out of prose.
fn close_sections(sections: Option<&mut Value>, gone: &HashSet<String>, redacted: &HashSet<String>) {
    for section in sections.and_then(Value::as_array_mut).into_iter().flatten() {
        close_sections(section.get_mut("section"), gone, redacted);
        let listed = || section["entry"].as_array().into_iter().flatten();
        let touched = listed().any(|e| points_at(e, gone) || points_at(e, redacted));
        let emptied = touched && listed().all(|e| points_at(e, gone));
        if touched {
            section["text"] = json!({"status": "generated",
                "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">This section is not shown in full.</div>"});
        }
        if emptied {
            section["emptyReason"] = json!({"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "withheld"}]});
        }
    }
}
