//! A permit carried out, resource by resource, without a trace of what stays behind.

use std::collections::HashSet;

use serde_json::Value;
use shared::consent::{Decision, Label, Treatment};

use super::label::{Exceptions, highest, label_of, treatment_of};
use crate::ips::section_of;

/// What may be sent.
#[derive(Debug, Default)]
pub(crate) struct Filtered {
    /// Resources as they may be seen.
    pub(crate) kept: Vec<Value>,
    /// LOINC codes of the sections that had content and have none now.
    pub(crate) withheld_sections: Vec<&'static str>,
    /// The highest confidentiality among what is kept; the Bundle's own label.
    pub(crate) label: Option<Label>,
}

/// Filters the resources of one record.
pub(crate) fn filter(resources: Vec<Value>, decision: &Decision, exceptions: &Exceptions) -> Filtered {
    let mut closed = Vec::new();
    let mut filtered = Filtered::default();
    for mut resource in resources {
        match treatment_of(&resource, decision, exceptions) {
            Treatment::Withhold => closed.push(resource),
            Treatment::Redact => {
                redact(&mut resource);
                filtered.kept.push(resource);
            }
            Treatment::Show => {
                let label = label_of(&resource);
                filtered.label = Some(highest(filtered.label.unwrap_or(Label::Normal), label));
                filtered.kept.push(resource);
            }
        }
    }
    drop_orphans(&mut filtered.kept, &closed);
    let gone: HashSet<String> = closed.iter().filter_map(name_of).collect();
    filtered.withheld_sections = emptied(&filtered.kept, &closed);
    for resource in &mut filtered.kept {
        forget(resource, &gone);
        strip_sensitivity(resource);
    }
    filtered
}

fn emptied(kept: &[Value], closed: &[Value]) -> Vec<&'static str> {
    let filled: HashSet<_> = kept.iter().filter_map(section_of).collect();
    let mut codes: Vec<_> = closed.iter().filter_map(section_of).filter(|code| !filled.contains(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
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

pub(super) fn name_of(resource: &Value) -> Option<String> {
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

/// Leaves the danger and takes away what tells why it is restricted.
pub(super) fn redact(resource: &mut Value) {
    const KEPT: [&str; 13] = [
        "resourceType",
        "id",
        "meta",
        "clinicalStatus",
        "verificationStatus",
        "type",
        "category",
        "criticality",
        "code",
        "patient",
        "subject",
        "status",
        "reaction",
    ];
    if let Some(map) = resource.as_object_mut() {
        map.retain(|field, _| KEPT.contains(&field.as_str()));
    }
    for reaction in resource.get_mut("reaction").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(map) = reaction.as_object_mut() {
            map.retain(|field, _| ["substance", "manifestation", "severity"].contains(&field.as_str()));
        }
    }
    if let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("security");
    }
}

/// A sensitivity category tells what is being hidden. Only the confidentiality level leaves the hub.
pub(super) fn strip_sensitivity(resource: &mut Value) {
    const LEVELS: [&str; 6] = ["U", "L", "M", "N", "R", "V"];
    let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) else { return };
    let Some(labels) = meta.get_mut("security").and_then(Value::as_array_mut) else { return };
    labels.retain(|coding| coding["code"].as_str().is_some_and(|code| LEVELS.contains(&code)));
    if labels.is_empty() {
        meta.remove("security");
    }
}
