//! AllergyIntolerance.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::{Absence, classify};
use super::code_of;
use crate::fhir::{choice_text, codes, codings, concept_text, items, modifiers, text};

pub(super) fn read(draft: &mut Draft<'_>) {
    let allergy = draft.place.resource;
    draft.concept(&allergy["code"]);
    draft.criticality = text(&allergy["criticality"]);
    draft.status = status(draft, allergy);
    let substances = substances(draft, allergy);
    draft.coded_as(&codings(&allergy["code"]));
    reactions(draft, allergy);
    draft.part("", &kinds(allergy));
    draft.main_date("recorded", &text(&allergy["recordedDate"]));
    draft.main_date("recorded", &text(&allergy["assertedDate"]));
    draft.date("onset", &choice_text(allergy, "onset"));
    draft.date("last occurrence", &text(&allergy["lastOccurrence"]));
    draft.source = draft.place.source(&["recorder", "asserter"]);
    absence(draft, allergy, !substances.is_empty());
}

fn status(draft: &mut Draft<'_>, allergy: &Value) -> Status {
    let (verification, clinical) = (code_of(&allergy["verificationStatus"]), code_of(&allergy["clinicalStatus"]));
    match verification.as_str() {
        "entered-in-error" => return Status::EnteredInError,
        "refuted" => return Status::Refuted,
        "" | "confirmed" => {}
        other => draft.part("", other),
    }
    match clinical.as_str() {
        "active" => Status::Active,
        "inactive" | "resolved" => {
            draft.part("", &clinical);
            Status::Inactive
        }
        "" => Status::Unknown,
        other => {
            draft.part("status", other);
            Status::Unknown
        }
    }
}

/// Adds substances that the code does not name, and returns them: "penicillin" may stand only there.
fn substances(draft: &mut Draft<'_>, allergy: &Value) -> Vec<String> {
    let said = draft.text.to_lowercase();
    let named: Vec<String> = items(&allergy["reaction"])
        .into_iter()
        .map(|r| concept_text(&r["substance"]))
        .filter(|s| !s.is_empty() && !said.contains(&s.to_lowercase()))
        .collect();
    for reaction in items(&allergy["reaction"]) {
        draft.codes.extend(codes(&reaction["substance"]));
    }
    if draft.text.is_empty() {
        draft.text = named.join(", ");
    }
    draft.part("substance", &named.join(", "));
    named
}

fn reactions(draft: &mut Draft<'_>, allergy: &Value) {
    for reaction in draft.some(&allergy["reaction"], 10) {
        let shown: Vec<String> =
            items(&reaction["manifestation"]).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
        let severity = text(&reaction["severity"]);
        let words = match (shown.is_empty(), severity.is_empty()) {
            (false, false) => format!("{} ({severity})", shown.join(", ")),
            (false, true) => shown.join(", "),
            (true, false) => format!("{severity} reaction"),
            (true, true) => String::new(),
        };
        draft.part("", &words);
        draft.part("", &text(&reaction["description"]));
        draft.date("reaction", &text(&reaction["onset"]));
        draft.part("route", &concept_text(&reaction["exposureRoute"]));
    }
}

fn kinds(allergy: &Value) -> String {
    let mut kinds: Vec<String> = items(&allergy["category"]).into_iter().map(text).collect();
    kinds.extend(Some(text(&allergy["type"])).filter(|t| t == "intolerance"));
    kinds.retain(|k| !k.is_empty());
    kinds.join(", ")
}

// A statement of absence must be clean to be one: any doubt about it, and it is only words.
fn absence(draft: &mut Draft<'_>, allergy: &Value, names_a_substance: bool) {
    let Some(told) = classify("AllergyIntolerance", &allergy["code"]).filter(|_| !names_a_substance) else { return };
    let doubtful = draft.status == Status::Inactive
        || !modifiers(allergy).is_empty()
        || draft.place.document.entries().get(draft.place.entry).is_some_and(|e| !e.repeated.is_empty())
        || !items(&allergy["reaction"]).is_empty();
    let told = if doubtful && matches!(told, Absence::None | Absence::Scoped) { Absence::FreeText } else { told };
    draft.absence = Some(told);
    let own_words = std::mem::take(&mut draft.text);
    draft.text = words(told, &own_words);
    if told == Absence::FreeText {
        draft.part("in the record's words", &own_words.to_lowercase());
        draft.read_the_source = true;
    }
    let stands = !matches!(draft.status, Status::EnteredInError | Status::Refuted);
    if stands {
        draft.status = if matches!(told, Absence::None | Absence::Scoped) { Status::Negative } else { Status::Unknown };
    }
}

fn words(absence: Absence, own: &str) -> String {
    match absence {
        Absence::None => "No known allergies".to_owned(),
        Absence::Scoped if own.contains("no-known-") => {
            let scope = own.split("no-known-").nth(1).and_then(|s| s.split('-').next()).unwrap_or_default();
            format!("No known {scope} allergies")
        }
        Absence::Scoped => own.to_owned(),
        Absence::NoInformation => "No information about allergies".to_owned(),
        Absence::NotAsked => "Not asked about allergies".to_owned(),
        Absence::FreeText => "Uncoded statement about the absence of allergies".to_owned(),
    }
}
