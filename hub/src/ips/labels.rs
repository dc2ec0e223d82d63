//! Security labels on what leaves the hub: confidentiality of the whole, never the reason for it.

use serde_json::{Map, Value, json};
use shared::consent::Label;

/// Code system of confidentiality (HL7 v3).
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The effective label of a resource from the codes it carries (see [`Label::effective`]).
pub fn carried_label(resource: &Value) -> Label {
    let codes = resource["meta"]["security"].as_array().into_iter().flatten().filter_map(|c| c["code"].as_str());
    Label::effective(codes)
}

/// The resource without any security label: a category such as `HIV` beside a medicine would tell what the
/// medicine does not. Contained resources are stripped as well.
pub fn strip_labels(resource: &mut Value) {
    // `get_mut`, not an index: indexing a mutable value puts a null where there was nothing.
    if let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) {
        meta.retain(|key, _| key != "security");
    }
    if resource["meta"].as_object().is_some_and(Map::is_empty) {
        remove(resource, "meta");
    }
    // DocumentReference has a second place for the same codes.
    remove(resource, "securityLabel");
    for inner in resource.get_mut("contained").and_then(Value::as_array_mut).into_iter().flatten() {
        strip_labels(inner);
    }
}

/// The one label that a document carries: the highest of its entries.
pub(super) fn high_water<'a>(resources: impl IntoIterator<Item = &'a Value>) -> Label {
    let codes: Vec<&str> = resources.into_iter().map(|r| carried_label(r).code()).collect();
    Label::effective(codes)
}

/// `meta.security` for a label.
pub(super) fn security(label: Label) -> Value {
    json!([{"system": CONFIDENTIALITY, "code": label.code()}])
}

pub(super) fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.retain(|k, _| k != key); // keeps the order of the rest, which `Map::remove` does not
    }
}
