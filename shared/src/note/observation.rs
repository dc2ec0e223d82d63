//! Observations of a note.

use serde_json::{Value, json};

use super::Note;
use super::wire::{annotate, by_author, head};

/// The category of an Observation (HL7 observation-category).
#[derive(Clone, Copy)]
pub(crate) enum Category {
    VitalSigns,
    Survey,
    SocialHistory,
}

/// An Observation without a value, taken at `at` (FHIR dateTime or date).
pub(crate) fn observation(note: &Note, part: Option<&str>, category: Category, code: Value, at: &str) -> Value {
    let (category, words) = match category {
        Category::VitalSigns => ("vital-signs", "Vital Signs"),
        Category::Survey => ("survey", "Survey"),
        Category::SocialHistory => ("social-history", "Social History"),
    };
    let mut made = head(note, "Observation", part, "subject");
    made["status"] = json!("final");
    made["category"] = json!([{"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": category, "display": words
    }]}]);
    made["code"] = code;
    made["effectiveDateTime"] = json!(at);
    made["issued"] = json!(note.authored.to_string());
    made["performer"] = json!([by_author(note)]);
    if part.is_none() {
        annotate(note, &mut made);
    }
    made
}

/// Why a value is absent (HL7 data-absent-reason).
pub(crate) fn absent(code: &str, words: &str) -> Value {
    json!({
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": code}],
        "text": words
    })
}
