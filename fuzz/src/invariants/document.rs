use serde_json::{Value, json};
use shared::fhir::{Document, Entry, check_subject, choice_text, codings, concept_text, modifiers, text};
use shared::identity::Demographics;

use super::all_values;

const NUMBER: &str = "9434765919";

/// Reading, following references and asking whose it is: `shared::fhir`.
pub fn document(bytes: &[u8]) {
    let Ok(document) = Document::read(bytes) else { return };
    let input = std::str::from_utf8(bytes).unwrap_or_default();
    assert!(document.composition_index() < document.entries().len(), "the Composition is an entry");
    for entry in document.entries() {
        assert!(input.contains(&entry.raw), "the text of an entry is the sender's, byte by byte");
        same_as_written(entry);
    }
    counted(input, &document);
    everything_is_answered(&document);
    somebody_elses(input, &document);
}

// A reader that knows nothing of FHIR finds the same resource in the entry's own text.
fn same_as_written(entry: &Entry) {
    let Ok(resource) = &entry.resource else { return };
    assert!(resource.is_object() && !text_of(resource, "resourceType").trim().is_empty(), "a resource says what it is");
    let Ok(whole) = serde_json::from_str::<Value>(&entry.raw) else { return };
    let holds = |value: &Value| value == resource || all_values(value).contains(&resource);
    let plain = entry.repeated.is_empty() && entry.raw.matches("\"resource\"").count() <= 1;
    assert!(!plain || holds(&whole), "the resource is what the entry says");
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

// One entry for each in the list, unless Bundles stand in Bundles or a name is given twice.
fn counted(input: &str, document: &Document) {
    let Ok(whole) = serde_json::from_str::<Value>(input.trim_start_matches('\u{feff}')) else { return };
    let Some(list) = whole["entry"].as_array().filter(|_| whole["resourceType"] == "Bundle") else { return };
    let simple = input.matches("Bundle").count() == 1
        && input.matches("\"resource\"").count() <= list.len()
        && input.matches("\"entry\"").count() == 1
        && !input.contains("\\u");
    assert!(!simple || list.len() == document.entries().len(), "no entry is lost and none is made up");
}

fn everything_is_answered(document: &Document) {
    for (at, entry) in document.entries().iter().enumerate() {
        let Ok(resource) = &entry.resource else { continue };
        let _ = modifiers(resource);
        for value in all_values(resource).into_iter().take(2_000) {
            let found = document.resolve(at, value).entry();
            assert!(found.is_none_or(|e| e < document.entries().len()));
            let shown = [text(value), concept_text(value), choice_text(value, "value")];
            assert!(shown.iter().all(|s| !s.contains(['\u{202e}', '\u{200b}', '\n'])), "nothing unseen on a line");
            let _ = codings(value);
        }
    }
}

// Nobody is shown a document in which neither the number nor the identifier asked for stands anywhere.
fn somebody_elses(input: &str, document: &Document) {
    let asked = |value: Value| Demographics::from_fhir(&value).ok();
    let number = asked(json!({"resourceType": "Patient", "id": "nobody-has-this-id",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}]}));
    let abroad = asked(json!({"resourceType": "Patient", "id": "nobody-has-this-id",
        "identifier": [{"system": "urn:oid:1.2.3", "value": "nobody-has-this-number"}]}));
    let digits: String = input.chars().filter(char::is_ascii_digit).collect();
    let escaped = input.contains("\\u");
    if let Some(expected) = number.filter(|_| !escaped && !digits.contains(NUMBER)) {
        assert!(check_subject(document, &expected).is_err(), "another person's document");
    }
    if let Some(expected) = abroad.filter(|_| !escaped && !input.contains("nobody-has-this")) {
        assert!(check_subject(document, &expected).is_err(), "another person's document");
    }
}
