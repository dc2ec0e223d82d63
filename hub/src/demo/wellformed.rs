//! What FHIR R4 wants of each type that the demo people are made of, checked by hand.

use serde_json::Value;

/// Elements with a minimum of one, and for `a|b` one of them (R4 resource definitions; of a MedicationStatement also
/// what IPS 2.0 adds).
const MANDATORY: [(&str, &[&str]); 25] = [
    ("AllergyIntolerance", &["patient", "code"]),
    ("Appointment", &["status", "participant"]),
    ("CarePlan", &["status", "intent", "subject"]),
    ("CareTeam", &["subject"]),
    ("Condition", &["subject", "code"]),
    ("Consent", &["status", "scope", "category", "policy|policyRule"]),
    ("Composition", &["status", "type", "date", "author", "title", "section"]),
    ("Device", &[]),
    ("DeviceUseStatement", &["status", "subject", "device"]),
    ("DocumentReference", &["status", "content"]),
    ("Encounter", &["status", "class"]),
    ("Flag", &["status", "code", "subject"]),
    ("Goal", &["lifecycleStatus", "description", "subject"]),
    ("Immunization", &["status", "vaccineCode", "patient", "occurrenceDateTime|occurrenceString"]),
    ("List", &["status", "mode"]),
    ("MedicationRequest", &["status", "intent", "medicationCodeableConcept|medicationReference", "subject"]),
    (
        "MedicationStatement",
        &["status", "medicationCodeableConcept|medicationReference", "subject", "effectivePeriod|_effectiveDateTime"],
    ),
    ("Observation", &["status", "code"]),
    ("Organization", &["name|identifier"]),
    ("Patient", &[]),
    ("Practitioner", &[]),
    ("PractitionerRole", &[]),
    ("Procedure", &["status", "subject"]),
    ("Provenance", &["target", "recorded", "agent"]),
    ("Bundle", &["type"]),
];

/// What is wrong with a resource; empty when nothing is.
pub(crate) fn faults(resource: &Value) -> Vec<String> {
    let kind = resource["resourceType"].as_str().unwrap_or("(no type)");
    let id = resource["id"].as_str().unwrap_or_default();
    let mut found = Vec::new();
    match MANDATORY.iter().find(|(known, _)| *known == kind) {
        None => found.push("a type this check does not know".to_owned()),
        Some((_, fields)) => {
            let missing = fields.iter().filter(|f| f.split('|').all(|one| resource[one].is_null()));
            found.extend(missing.map(|f| format!("{f} is missing")));
        }
    }
    if kind != "Bundle" && !is_id(id) {
        found.push(format!("id {id:?} is no FHIR id"));
    }
    hollow(resource, kind, &mut found);
    found.extend(invariants(resource));
    found.into_iter().map(|fault| format!("{kind}/{id}: {fault}")).collect()
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

/// FHIR JSON has no null (outside arrays with extensions), no empty object, array or string.
fn hollow(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(format!("{path} is null")),
        Value::String(text) if text.trim().is_empty() => found.push(format!("{path} is an empty string")),
        Value::Array(items) if items.is_empty() => found.push(format!("{path} is an empty array")),
        Value::Object(fields) if fields.is_empty() => found.push(format!("{path} is an empty object")),
        Value::Array(items) => items.iter().for_each(|item| hollow(item, path, found)),
        Value::Object(fields) => fields.iter().for_each(|(key, v)| hollow(v, &format!("{path}.{key}"), found)),
        _ => {}
    }
}

/// The invariants of R4 that hand-made data breaks most easily.
fn invariants(resource: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut broken = |rule: &str, is_broken: bool| {
        if is_broken {
            found.push(rule.to_owned());
        }
    };
    let coded =
        |field: &str, code: &str| resource[field]["coding"].as_array().into_iter().flatten().any(|c| c["code"] == code);
    let wrong = coded("verificationStatus", "entered-in-error");
    if ["AllergyIntolerance", "Condition"].iter().any(|t| resource["resourceType"] == *t) {
        broken("ait-1, con-3: needs a clinicalStatus", !wrong && resource["clinicalStatus"].is_null());
        broken("ait-2, con-5: has a clinicalStatus", wrong && !resource["clinicalStatus"].is_null());
        let over = ["resolved", "inactive", "remission"].iter().any(|c| coded("clinicalStatus", c));
        broken("con-4: is over but active", !over && !resource["abatementDateTime"].is_null());
    }
    if resource["resourceType"] == "Consent" {
        broken("ppc: no source", resource["sourceAttachment"].is_null() && resource["sourceReference"].is_null());
    }
    if resource["resourceType"] == "Patient" {
        let contacts = resource["contact"].as_array().into_iter().flatten();
        let bare = |c: &Value| ["name", "telecom", "address", "organization"].iter().all(|f| c[*f].is_null());
        broken("pat-1: a contact without details", contacts.into_iter().any(bare));
    }
    for inner in resource["contained"].as_array().into_iter().flatten() {
        let pointer = format!("\"#{}\"", inner["id"].as_str().unwrap_or_default());
        broken("dom-3: contained but not referred to", !resource.to_string().contains(&pointer));
    }
    found
}

/// Every `reference` in a value.
pub(crate) fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(fields) => {
            let own = fields.get("reference").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        _ => Vec::new(),
    }
}
