//! What a goal, task or alert says in one of its fields, in the words of the forms.

use jiff::Timestamp;
use serde_json::Value;
use shared::fhir::concept_text;

use super::options::{ACHIEVEMENT, LIFECYCLE, Options, WHY, word};
use crate::format::{clock, recorded_date};
use crate::i18n::Lang;

/// What the fields of the three are called. `status` is that of a task or an alert.
const FIELDS: Options = &[
    ("achievementStatus", "change-achievement"),
    ("lifecycleStatus", "change-standing"),
    ("status", "change-standing"),
    ("statusReason", "change-why"),
    ("executionPeriod", "change-when"),
    ("period", "change-period"),
    ("description", "change-description"),
    ("code", "change-description"),
    ("note", "change-note"),
    ("target", "change-target"),
    ("restriction", "change-due"),
    ("priority", "change-priority"),
    ("owner", "change-owner"),
];
const STATUS: Options = &[
    ("active", "flag-reviewed"),
    ("inactive", "flag-cleared"),
    ("entered-in-error", "status-entered-in-error"),
    ("requested", "outcome-new"),
    ("in-progress", "outcome-started"),
    ("completed", "outcome-done"),
    ("cancelled", "outcome-not-done"),
    ("on-hold", "goal-on-hold"),
];
/// What follows from the rest, and nobody decides.
const BESIDE: [&str; 5] = ["meta", "text", "statusDate", "lastModified", "extension"];

/// The name of a field; of one that nobody knows the name on the wire.
pub fn field_name(lang: Lang, field: &str) -> String {
    word(lang, FIELDS, field)
}

/// Fields that are decided as one: a label with words each; empty when there is nothing in any.
pub fn told(lang: Lang, fields: &Value, now: Timestamp) -> Vec<(String, String)> {
    let said = fields.as_object().into_iter().flatten();
    said.map(|(field, value)| (field_name(lang, field), value_of(lang, field, value, now)))
        .filter(|(_, words)| !words.is_empty())
        .collect()
}

/// What an edit changes, line by line; the words beside it are those of its note.
pub(super) fn changed(lang: Lang, base: &Value, mine: &Value, now: Timestamp) -> Vec<String> {
    let fields = mine.as_object().into_iter().flatten();
    fields
        .filter(|(field, value)| base[field.as_str()] != **value)
        .filter(|(field, _)| !BESIDE.contains(&field.as_str()) && *field != "note")
        .map(|(field, value)| format!("{}: {}", field_name(lang, field), value_of(lang, field, value, now)))
        .collect()
}

fn value_of(lang: Lang, field: &str, value: &Value, now: Timestamp) -> String {
    let code = value["coding"][0]["code"].as_str().unwrap_or_default();
    match (field, value) {
        ("achievementStatus", _) if ACHIEVEMENT.iter().any(|(known, _)| *known == code) => {
            word(lang, ACHIEVEMENT, code)
        }
        ("lifecycleStatus", Value::String(code)) => word(lang, LIFECYCLE, code),
        ("status", Value::String(code)) => word(lang, STATUS, code),
        ("statusReason", _) if WHY.iter().any(|(known, _)| *known == code) => {
            let words = value["text"].as_str().filter(|words| *words != code).unwrap_or_default();
            [word(lang, WHY, code).as_str(), words]
                .into_iter()
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
                .join(" – ")
        }
        (_, value) => leaves(lang, value, now),
    }
}

/// All that a value of an unknown shape says: nothing of it may be hidden from who decides.
fn leaves(lang: Lang, value: &Value, now: Timestamp) -> String {
    let joined = |words: Vec<String>| words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ");
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.parse().map_or_else(|_| recorded_date(lang, text), |at| clock(lang, at, now)),
        Value::Array(all) => joined(all.iter().map(|one| leaves(lang, one, now)).collect()),
        Value::Object(fields) => match concept_text(value).as_str() {
            "" => joined(fields.iter().map(|(name, one)| part(lang, name, one, now)).collect()),
            words => words.to_owned(),
        },
        other => other.to_string(),
    }
}

fn part(lang: Lang, name: &str, value: &Value, now: Timestamp) -> String {
    let words = leaves(lang, value, now);
    match name {
        "start" => lang.with("change-from", [("at", words.into())]),
        "end" => lang.with("change-until", [("at", words.into())]),
        _ => words,
    }
}
