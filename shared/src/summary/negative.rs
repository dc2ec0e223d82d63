//! Statements that something is not there: full, scoped, not asked, free text. They are never confused.
//!
//! Codes: HL7 International Patient Summary, CodeSystem absent-unknown-uv-ips and value set
//! absent-or-unknown-snomed-uv-ips (CC0); HL7 data-absent-reason and v3-NullFlavor.

use serde_json::Value;

use super::phrases::{is_negative_phrase, speaks_of_none, speaks_of_not_knowing};
use crate::fhir::{Coding, absent_reason, codings, concept_text, items, text};

/// What a statement of absence says. Of several in one section the first of this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Absence {
    /// There is something that may not be shown.
    Withheld,
    /// A coded statement that there is nothing of the kind at all.
    None,
    /// A coded statement about a part of the kind: drugs, food, latex.
    Scoped,
    /// The sender has no information.
    NoInformation,
    /// Nobody asked.
    NotAsked,
    /// Words only, or a code that is not known to mean it.
    FreeText,
}

const SNOMED_NONE: [(&str, &str); 6] = [
    ("AllergyIntolerance", "716186003"),
    ("Medication", "787481004"),
    ("Condition", "160245001"),
    ("Immunization", "787482006"),
    ("Procedure", "787480003"),
    ("Device", "787483001"),
];
const SNOMED_SCOPED: [&str; 5] = ["409137002", "429625007", "428607008", "1003774007", "428197003"];
const SNOMED_NOT_ASKED: [&str; 1] = ["1631000175102"];
// "No known allergies (context-dependent category)": retired, and said of what was asked at the time only.
const SNOMED_RETIRED: [&str; 1] = ["160244002"];
const NOT_ASKED: [&str; 3] = ["not-asked", "NASK", "notasked"];
const NO_INFORMATION: [&str; 14] = [
    "unknown",
    "asked-unknown",
    "asked-declined",
    "temp-unknown",
    "not-applicable",
    "not-permitted",
    "error",
    "UNK",
    "NI",
    "NA",
    "ASKU",
    "NAV",
    "NAVU",
    "unsupported",
];
const WITHHELD: [&str; 2] = ["masked", "MSK"];

/// What the concept of a resource of this type says about absence; `None` when it names something.
pub(super) fn classify(resource_type: &str, concept: &Value) -> Option<Absence> {
    let all = codings(concept);
    let own = own_words(concept);
    if all.is_empty() && own.is_empty() {
        return of_reason(concept);
    }
    let words = concept_text(concept);
    let mut told = None;
    for coding in all.iter().filter(|c| !c.code.is_empty()) {
        match of_coding(resource_type, coding) {
            Some(Absence::Withheld) => {
                return Some(Absence::Withheld).filter(|_| !names_beside(&own, Absence::Withheld));
            }
            Some(absence) => told = told.max(Some(absence)),
            None if names_a_thing(coding, &words) => return None,
            None => {}
        }
    }
    match told {
        Some(absence) => Some(absence).filter(|_| !names_beside(&own, absence)),
        None => is_negative_phrase(&words).then_some(Absence::FreeText),
    }
}

fn own_words(concept: &Value) -> String {
    let of = |c: &Value| if c.is_object() { text(&c["text"]) } else { text(c) };
    items(concept).into_iter().map(of).find(|t| !t.is_empty()).unwrap_or_default()
}

// A concept without any code that says why it has none.
fn of_reason(concept: &Value) -> Option<Absence> {
    let bare = serde_json::json!({ "it": concept });
    Some(match absent_reason(&bare, "it")? {
        "withheld" => Absence::Withheld,
        "not asked" => Absence::NotAsked,
        _ => Absence::NoInformation,
    })
}

// "Penicillin" under the code for "no known allergy": the word names a thing, and the thing counts.
fn names_beside(own: &str, told: Absence) -> bool {
    if own.is_empty() || speaks_of_none(own) {
        return false;
    }
    matches!(told, Absence::None | Absence::Scoped | Absence::FreeText) || !speaks_of_not_knowing(own)
}

// A code that names a thing, beside one that says there is nothing: the thing counts. A code that nobody knows and
// that has no words of its own is judged by the words of the whole, unless it is a clinical code after all.
fn names_a_thing(coding: &Coding<'_>, words: &str) -> bool {
    let judged = if coding.display.is_empty() && !coding.is_snomed() { words } else { &coding.display };
    !(speaks_of_none(judged) || speaks_of_not_knowing(judged))
}

fn of_coding(resource_type: &str, coding: &Coding<'_>) -> Option<Absence> {
    let (system, code) = (coding.system.as_ref(), coding.code.as_ref());
    if system.contains("absent-unknown-uv-ips") {
        return of_ips(resource_type, code);
    }
    if system.contains("data-absent-reason")
        || system.ends_with("v3-NullFlavor")
        || system.ends_with("2.16.840.1.113883.5.1008")
    {
        return of_flavour(code);
    }
    if !coding.is_snomed() {
        return None;
    }
    if SNOMED_NONE.iter().any(|(kind, c)| *c == code && resource_type.starts_with(kind)) {
        return Some(Absence::None);
    }
    // "No known allergy" on a problem says nothing about problems.
    if SNOMED_NONE.iter().any(|(_, c)| *c == code) {
        return Some(Absence::FreeText);
    }
    if SNOMED_NOT_ASKED.contains(&code) {
        return Some(Absence::NotAsked);
    }
    if SNOMED_RETIRED.contains(&code) {
        return Some(Absence::FreeText);
    }
    SNOMED_SCOPED.contains(&code).then_some(Absence::Scoped)
}

fn of_flavour(code: &str) -> Option<Absence> {
    [(&NOT_ASKED[..], Absence::NotAsked), (&WITHHELD, Absence::Withheld), (&NO_INFORMATION, Absence::NoInformation)]
        .into_iter()
        .find(|(codes, _)| codes.contains(&code))
        .map(|(_, absence)| absence)
}

const IPS: [(&str, &str); 6] = [
    ("AllergyIntolerance", "allerg"),
    ("Medication", "medication"),
    ("Condition", "problem"),
    ("Immunization", "immunization"),
    ("Procedure", "procedure"),
    ("Device", "device"),
];

fn of_ips(resource_type: &str, code: &str) -> Option<Absence> {
    let told = match code {
        "no-known-allergies"
        | "no-known-medications"
        | "no-known-problems"
        | "no-known-procedures"
        | "no-known-devices"
        | "no-known-immunizations" => Absence::None,
        c if c.starts_with("no-known-") => Absence::Scoped,
        c if c.starts_with("no-") && c.ends_with("-info") => Absence::NoInformation,
        _ => return None,
    };
    let fits = IPS.iter().any(|(kind, about)| *kind == resource_type && code.contains(about));
    Some(if fits { told } else { Absence::FreeText })
}

/// What a statement of absence is about, when its code is not about the type it stands on: "allergies" on a problem.
pub(super) fn about_another(resource_type: &str, concept: &Value) -> Option<&'static str> {
    let all = codings(concept);
    let kind = |coding: &Coding<'_>| {
        let snomed = SNOMED_NONE.iter().find(|(_, c)| coding.is_snomed() && *c == coding.code).map(|(kind, _)| *kind);
        let ips = || IPS.iter().find(|(_, about)| coding.code.contains(about)).map(|(kind, _)| *kind);
        snomed.or_else(|| ips().filter(|_| coding.system.contains("absent-unknown-uv-ips")))
    };
    match all.iter().find_map(kind).filter(|kind| *kind != resource_type)? {
        "AllergyIntolerance" => Some("allergies"),
        "Medication" => Some("medicines"),
        "Condition" => Some("problems"),
        "Immunization" => Some("immunisations"),
        "Procedure" => Some("procedures"),
        _ => Some("devices"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn allergy(concept: Value) -> Option<Absence> {
        classify("AllergyIntolerance", &concept)
    }

    #[test]
    fn only_the_two_codes_say_that_there_are_no_allergies_at_all() {
        let sct = |code: &str| json!({"coding": [{"system": "http://snomed.info/sct", "code": code}]});
        assert_eq!(allergy(sct("716186003")), Some(Absence::None));
        let ips = json!({"coding": [{"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "no-known-allergies"}]});
        assert_eq!(allergy(ips), Some(Absence::None));
        assert_eq!(allergy(sct("409137002")), Some(Absence::Scoped));
        assert_eq!(allergy(sct("1631000175102")), Some(Absence::NotAsked));
        assert_eq!(
            allergy(json!({"coding": [{"code": "716186003"}], "text": "No known allergies"})),
            Some(Absence::FreeText)
        );
        assert_eq!(allergy(sct("787481004")), Some(Absence::FreeText));
        assert_eq!(allergy(sct("160244002")), Some(Absence::FreeText));
    }

    #[test]
    fn a_thing_named_beside_a_negative_counts_as_the_thing() {
        let both = json!({"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}, {"system": "http://snomed.info/sct", "code": "91936005", "display": "Allergy to penicillin"}]});
        assert_eq!(allergy(both), None);
        assert_eq!(allergy(json!({"text": "No known allergies except penicillin"})), None);
    }

    #[test]
    fn words_alone_are_free_text_and_nothing_more() {
        for words in
            ["No known allergies", "NKDA", "nil known", "Not on File", "Unknown", "none", "- No Known Drug Allergies"]
        {
            assert_eq!(allergy(json!({"text": words})), Some(Absence::FreeText), "{words}");
        }
        for words in
            ["Penicillin", "Nickel", "Norfloxacin", "Nonoxynol", "Nilotinib", "Unknown antibiotic given 1998 but rash"]
        {
            assert_eq!(allergy(json!({"text": words})), None, "{words}");
        }
    }
}
