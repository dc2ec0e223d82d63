//! The people, organisations and devices that entries point to, and who vouches for what.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::labels::remove;
use super::redact::is_redacted;

/// Types that come along when an entry points to them.
const CARRIED: [&str; 7] =
    ["Organization", "Practitioner", "PractitionerRole", "RelatedPerson", "Device", "Medication", "Location"];

/// `Type/id` of a resource; empty parts when it has none.
pub(super) fn address(resource: &Value) -> String {
    let part = |field: &str| resource[field].as_str().unwrap_or_default();
    format!("{}/{}", part("resourceType"), part("id"))
}

/// What `entries` point to among `resources`, and what that points to, each once.
pub(super) fn carried(entries: &[Value], resources: &[Value]) -> Vec<Value> {
    let known: BTreeMap<String, &Value> = resources
        .iter()
        .filter(|r| r["resourceType"].as_str().is_some_and(|t| CARRIED.contains(&t)))
        .map(|r| (address(r), r))
        .collect();
    let mut found: BTreeMap<String, &Value> = BTreeMap::new();
    let mut wanted: BTreeSet<String> = entries.iter().flat_map(references).collect();
    while let Some(next) = wanted.pop_first() {
        if let Some(resource) = known.get(&next).copied()
            && found.insert(next, resource).is_none()
        {
            wanted.extend(references(resource).into_iter().filter(|r| !found.contains_key(r)));
        }
    }
    found.into_values().cloned().collect()
}

/// The Provenance of what is in the document, each cut to those targets. Of a redacted entry nothing is said: the
/// name of a clinic would undo the redaction.
pub(super) fn provenance(entries: &[Value], resources: &[Value]) -> Vec<Value> {
    let open: BTreeSet<String> = entries.iter().filter(|e| !is_redacted(e)).map(address).collect();
    let mut kept: Vec<Value> = resources.iter().filter(|r| r["resourceType"] == "Provenance").cloned().collect();
    kept.sort_by_cached_key(address);
    kept.retain_mut(|p| {
        let Some(targets) = p.get_mut("target").and_then(Value::as_array_mut) else { return false };
        targets.retain(|t| t["reference"].as_str().is_some_and(|r| open.contains(r)));
        !targets.is_empty()
    });
    kept
}

/// Makes every reference to what is not in the document a name only: the reader must not look for it here.
pub(super) fn close_references(value: &mut Value, present: &BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| close_references(item, present)),
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(_, inner)| close_references(inner, present));
            let missing =
                fields.get("reference").and_then(Value::as_str).filter(|r| is_local(r) && !present.contains(*r));
            if missing.is_some() {
                let named = fields.contains_key("display") || fields.contains_key("identifier");
                remove(value, "reference");
                if !named {
                    value["display"] = json!("Not part of this summary");
                }
            }
        }
        _ => {}
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(fields) => {
            let own = fields.get("reference").and_then(Value::as_str).filter(|r| is_local(r)).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        _ => Vec::new(),
    }
}

/// `Type/id`, as opposed to `#contained`, `urn:…` or an address elsewhere.
fn is_local(reference: &str) -> bool {
    reference.split_once('/').is_some_and(|(kind, id)| {
        !id.is_empty()
            && kind.starts_with(|c: char| c.is_ascii_uppercase())
            && kind.chars().all(|c| c.is_ascii_alphabetic())
    })
}
