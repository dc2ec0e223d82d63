//! A type that nobody here knows: shown by what it holds, never dropped.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::people::first_words;
use super::code_of;
use crate::fhir::{choice_text, codes, concept_text, items, plain_text, text};

const NAMES: [&str; 9] =
    ["code", "type", "title", "name", "description", "category", "serviceType", "vaccineCode", "summary"];
const PLUMBING: [&str; 14] = [
    "resourceType",
    "id",
    "meta",
    "text",
    "contained",
    "extension",
    "modifierExtension",
    "identifier",
    "subject",
    "patient",
    "implicitRules",
    "language",
    "status",
    "note",
];
const MOST_FIELDS: usize = 25;
const MOST_WORDS: usize = 40;

pub(super) fn read(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    let kind = spaced(it["resourceType"].as_str().unwrap_or("Entry"));
    let name = first_words(it, &NAMES);
    draft.text = if name.is_empty() { kind.clone() } else { format!("{kind}: {name}") };
    NAMES.iter().for_each(|field| draft.codes.extend(codes(&it[*field])));
    let code = code_of(&it["status"]);
    draft.status = if code == "entered-in-error" { Status::EnteredInError } else { Status::Unknown };
    draft.part("status", &code);
    draft.part("", &plain_text(it["text"]["div"].as_str().unwrap_or_default()));
    fields(draft, it);
    for base in ["date", "authoredOn", "created", "recordedDate", "issued"] {
        draft.main_date(&spaced(base).to_lowercase(), &text(&it[base]));
    }
    draft.date("when", &choice_text(it, "effective"));
    draft.source = draft.place.source(&["author", "performer", "recorder", "asserter", "source", "requester"]);
    draft.read_the_source = true;
}

fn fields(draft: &mut Draft<'_>, it: &Value) {
    let Some(map) = it.as_object() else { return };
    for (name, value) in map
        .iter()
        .filter(|(n, _)| !PLUMBING.contains(&n.as_str()) && *n != "data" && !n.starts_with('_'))
        .take(MOST_FIELDS)
    {
        let said = if value.is_object() && !concept_text(value).is_empty() {
            concept_text(value)
        } else {
            words(value).join(", ")
        };
        draft.part(&spaced(name).to_lowercase(), &said);
    }
}

const NOT_WORDS: [&str; 10] =
    ["system", "url", "reference", "id", "div", "data", "version", "profile", "contentType", "fullUrl"];

/// The words a reader would read anywhere in a value, in order, at most a line's worth. A loop, not a recursion.
fn words(value: &Value) -> Vec<String> {
    let (mut found, mut waiting) = (Vec::new(), vec![value]);
    while let Some(next) = waiting.pop() {
        if found.len() >= MOST_WORDS {
            break;
        }
        match next {
            Value::Object(map) => {
                waiting.extend(
                    map.iter()
                        .rev()
                        .filter(|(n, _)| !NOT_WORDS.contains(&n.as_str()) && !n.starts_with('_'))
                        .map(|(_, v)| v),
                );
            }
            Value::Array(_) => waiting.extend(items(next).into_iter().rev()),
            leaf => found.extend(Some(text(leaf)).filter(|t| !t.is_empty())),
        }
    }
    found
}

/// `MedicationStatement` → `Medication statement`, `carePlan-intent` → `Care plan intent`.
pub(in super::super) fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut after_lower = false;
    for c in name.chars() {
        let part = matches!(c, '-' | '_' | '.');
        if (c.is_uppercase() && after_lower || part) && !out.is_empty() {
            out.push(' ');
        }
        if !part {
            out.extend(if out.is_empty() { c.to_uppercase().collect::<Vec<_>>() } else { c.to_lowercase().collect() });
        }
        after_lower = c.is_lowercase() || c.is_numeric();
    }
    out
}
