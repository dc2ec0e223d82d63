//! CodeableConcept and Coding (FHIR R4 §2.24.0.6), in all the shapes that senders give them.

use std::borrow::Cow;

use serde_json::Value;

use super::lens::{absent_reason, items, text, written};

/// A code from a code system; each part may be empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Coding<'a> {
    /// URI of the code system.
    pub system: Cow<'a, str>,
    /// The code.
    pub code: Cow<'a, str>,
    /// The sender's words for it.
    pub display: Cow<'a, str>,
}

impl<'a> Coding<'a> {
    /// Whether the system is SNOMED CT, as URI, with an edition or version, or as OID.
    pub fn is_snomed(&self) -> bool {
        self.system.contains("snomed.info/sct") || self.system.ends_with("2.16.840.1.113883.6.96")
    }

    fn of(value: &'a Value) -> Option<Self> {
        let part = |name: &str| written(&value[name]);
        let coding = Self { system: part("system"), code: part("code"), display: part("display") };
        (!coding.code.is_empty() || !coding.display.is_empty()).then_some(coding)
    }
}

/// All codings of a concept, of a list of concepts, or of a bare Coding.
pub fn codings(concept: &Value) -> Vec<Coding<'_>> {
    items(concept)
        .into_iter()
        .flat_map(|c| match &c["coding"] {
            Value::Null => vec![c],
            list => items(list),
        })
        .filter_map(Coding::of)
        .collect()
}

/// `system|code` of all codings.
pub fn codes(concept: &Value) -> Vec<String> {
    codings(concept).into_iter().filter(|c| !c.code.is_empty()).map(|c| format!("{}|{}", c.system, c.code)).collect()
}

/// Whether any coding has this code, or the concept is just this code (as STU3 wrote status codes).
pub fn has_code(concept: &Value, code: &str) -> bool {
    concept.as_str() == Some(code) || codings(concept).iter().any(|c| c.code == code)
}

/// The concept in words: its text, else a display, else `code (system)`, else why it is absent; empty only when
/// there is nothing at all.
pub fn concept_text(concept: &Value) -> String {
    items(concept).into_iter().map(one_text).find(|t| !t.is_empty()).unwrap_or_default()
}

fn one_text(concept: &Value) -> String {
    let own = if concept.is_object() { text(&concept["text"]) } else { text(concept) };
    if !own.is_empty() {
        return own;
    }
    let all = codings(concept);
    let displayed = |c: &&Coding<'_>| !c.display.is_empty();
    let chosen = items(&concept["coding"]).into_iter().find(|c| c["userSelected"] == true).and_then(Coding::of);
    if let Some(coding) = chosen.as_ref().filter(displayed).or_else(|| all.iter().find(displayed)) {
        return coding.display.clone().into_owned();
    }
    match all.first() {
        Some(c) if c.system.is_empty() => c.code.clone().into_owned(),
        Some(c) => format!("{} ({})", c.code, c.system),
        None => absent(concept),
    }
}

fn absent(concept: &Value) -> String {
    let inner = items(&concept["coding"]).into_iter().find_map(|c| absent_reason(c, "code"));
    let wrapped = serde_json::json!({"it": {"extension": concept["extension"]}});
    absent_reason(&wrapped, "it")
        .or(inner)
        .or_else(|| absent_reason(concept, "text"))
        .map(str::to_owned)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_code_without_any_text_is_shown_with_its_system_rather_than_nothing() {
        assert_eq!(concept_text(&json!({"coding": [{"system": "urn:s", "code": "1"}]})), "1 (urn:s)");
        assert_eq!(concept_text(&json!({"coding": [{"code": "1"}]})), "1");
    }

    #[test]
    fn the_text_comes_first_then_the_display_the_sender_chose() {
        let coding = json!([{"code": "1", "display": "A"}, {"code": "2", "display": "B", "userSelected": true}]);
        assert_eq!(concept_text(&json!({"text": " T ", "coding": coding})), "T");
        assert_eq!(concept_text(&json!({"coding": coding})), "B");
        assert_eq!(concept_text(&json!({"coding": [{"display": "Only words"}]})), "Only words");
    }

    #[test]
    fn shapes_of_older_versions_are_read() {
        assert_eq!(codes(&json!({"coding": [[{"system": "s", "code": "1"}]]})), ["s|1"]);
        assert!(has_code(&json!("active"), "active") && has_code(&json!({"coding": {"code": "active"}}), "active"));
        assert_eq!(concept_text(&json!(["", "x"])), "x");
        assert_eq!(concept_text(&json!(7)), "7");
    }
}
