//! Restricted allergies and safety alerts: the danger stays, what makes it private goes.

use serde_json::{Map, Value, json};

/// On a restricted AllergyIntolerance or Flag: the words its author chose for readers who may not see the rest,
/// for example the class of the substance.
pub const REDACTED_AS: &str = "https://doorstep.example/StructureDefinition/redacted-as";

/// How a resource was altered before it was sent (HL7 v3, security alteration): `REDACTED`, `SUBSETTED`. No category:
/// it says that something was taken out, as the text itself does.
pub(super) const ALTERATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

/// What may stay. A list of what to keep, because a field added later must not slip through a list of what to drop.
const KEPT: [&str; 11] = [
    "resourceType",
    "id",
    "clinicalStatus",
    "verificationStatus",
    "type",
    "category",
    "criticality",
    "status",
    "patient",
    "subject",
    "period",
];

/// The redacted form of a restricted AllergyIntolerance or Flag. Keeps class, severity and status, and says that
/// care is needed; drops the substance, words, people and sources (a clinic's name tells as much as the drug's).
pub fn redact(resource: &Value) -> Value {
    let mut kept: Map<String, Value> = KEPT
        .iter()
        .filter(|field| !resource[**field].is_null())
        .map(|field| ((*field).to_owned(), resource[*field].clone()))
        .collect();
    kept.insert("meta".into(), json!({"tag": [{"system": ALTERATION, "code": "REDACTED"}]}));
    kept.insert("code".into(), json!({"text": words(resource)}));
    if let Some(reactions) = resource["reaction"].as_array() {
        kept.insert("reaction".into(), reactions.iter().map(reaction).collect());
    }
    Value::Object(kept)
}

/// Whether a resource came out of [`redact`].
pub(super) fn is_redacted(resource: &Value) -> bool {
    resource["meta"]["tag"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|t| t["system"] == ALTERATION && t["code"] == "REDACTED")
}

fn words(resource: &Value) -> String {
    let own = resource["extension"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|e| e["url"] == REDACTED_AS)
        .and_then(|e| e["valueString"].as_str());
    match (resource["resourceType"].as_str(), own) {
        (Some("Flag"), Some(words)) => format!("{words} Details are not shown: act with care."),
        (Some("Flag"), None) => "Safety alert. Details are not shown: act with care, ask control.".to_owned(),
        (_, Some(class)) => format!("{class}. Details are not shown: act with care, ask before giving any of these."),
        (_, None) => format!("{}. Details are not shown: act with care, ask the patient.", class(resource)),
    }
}

fn class(allergy: &Value) -> &'static str {
    match allergy["category"][0].as_str() {
        Some("medication") => "Allergy to a medicine",
        Some("food") => "Allergy to a food",
        Some("environment") => "Allergy to something in the surroundings",
        Some("biologic") => "Allergy to a biological product",
        _ => "An allergy",
    }
}

// How bad and what it looked like tell the reader how to act; how it came about and what was given do not.
fn reaction(reaction: &Value) -> Value {
    let mut kept = Map::new();
    for field in ["manifestation", "severity"] {
        if !reaction[field].is_null() {
            kept.insert(field.to_owned(), reaction[field].clone());
        }
    }
    Value::Object(kept)
}
