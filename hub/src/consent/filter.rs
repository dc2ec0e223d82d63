//! A permit carried out, resource by resource, without a trace of what stays behind.

use std::collections::HashSet;

use serde_json::Value;
use shared::consent::{Decision, Treatment};

use super::label::{Exceptions, treatment_of};
use crate::ips::{redact, section_of};

/// A record divided by a decision.
#[derive(Debug, Default)]
pub(crate) struct Filtered {
    /// Resources as they may be seen, still with their labels.
    pub(crate) kept: Vec<Value>,
    /// What stays here. Nothing of it may be sent; it tells which sections something is missing from.
    pub(crate) closed: Vec<Value>,
}

/// Filters the resources of one record.
pub(crate) fn filter(resources: Vec<Value>, decision: &Decision, exceptions: &Exceptions) -> Filtered {
    let (mut kept, mut closed) = (Vec::new(), Vec::new());
    for resource in resources {
        match treatment_of(&resource, decision, exceptions) {
            Treatment::Withhold => closed.push(resource),
            Treatment::Redact => kept.push(redact(&resource)),
            Treatment::Show => kept.push(resource),
        }
    }
    drop_orphans(&mut kept, &closed);
    let gone: HashSet<String> = closed.iter().filter_map(name_of).collect();
    kept.iter_mut().for_each(|resource| forget(resource, &gone));
    Filtered { kept, closed }
}

/// What only withheld resources refer to goes with them: the Medication tells as much as its statement.
fn drop_orphans(kept: &mut Vec<Value>, closed: &[Value]) {
    let named = |resources: &[Value]| -> HashSet<String> { resources.iter().flat_map(references).collect() };
    let (by_closed, by_kept) = (named(closed), named(kept));
    kept.retain(|resource| {
        let orphan = name_of(resource).is_some_and(|name| by_closed.contains(&name) && !by_kept.contains(&name));
        section_of(resource).is_some() || !orphan
    });
}

/// `Type/id`.
pub(crate) fn name_of(resource: &Value) -> Option<String> {
    Some(format!("{}/{}", resource["resourceType"].as_str()?, resource["id"].as_str()?))
}

/// `Type/id` of a literal reference, also from an absolute or a versioned one.
fn target(reference: &str) -> String {
    let plain = reference.split("/_history/").next().unwrap_or(reference);
    let mut parts = plain.rsplitn(3, '/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) => format!("{kind}/{id}"),
        _ => plain.to_owned(),
    }
}

/// Every literal reference in a value: as written, and as `Type/id`.
pub(crate) fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("reference").and_then(Value::as_str);
            let own = own.into_iter().flat_map(|r| [target(r), r.to_owned()]);
            own.chain(map.values().flat_map(references)).collect()
        }
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => vec![],
    }
}

/// Takes out every reference to what is withheld, and what becomes empty by that.
pub(super) fn forget(value: &mut Value, gone: &HashSet<String>) {
    match value {
        Value::Object(map) => map.retain(|_, inner| survives(inner, gone)),
        Value::Array(list) => list.retain_mut(|inner| survives(inner, gone)),
        _ => {}
    }
}

fn survives(value: &mut Value, gone: &HashSet<String>) -> bool {
    if points_at(value, gone) {
        return false;
    }
    let had_content = !is_empty(value);
    forget(value, gone);
    !(had_content && is_empty(value))
}

pub(super) fn points_at(reference: &Value, names: &HashSet<String>) -> bool {
    reference["reference"].as_str().is_some_and(|r| names.contains(r) || names.contains(&target(r)))
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// A sensitivity category tells what is being hidden. Only the confidentiality level leaves the hub.
pub(crate) fn strip_sensitivity(resource: &mut Value) {
    const LEVELS: [&str; 6] = ["U", "L", "M", "N", "R", "V"];
    let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) else { return };
    let Some(labels) = meta.get_mut("security").and_then(Value::as_array_mut) else { return };
    labels.retain(|coding| coding["code"].as_str().is_some_and(|code| LEVELS.contains(&code)));
    if labels.is_empty() {
        meta.remove("security");
    }
}
