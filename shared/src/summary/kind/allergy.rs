//! AllergyIntolerance.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::{Absence, classify};
use super::{code_of, statement};
use crate::fhir::{choice_text, codes, codings, concept_text, items, text};

pub(super) fn read(draft: &mut Draft<'_>) {
    let allergy = draft.place.resource;
    let code = code(allergy);
    draft.concept(code);
    draft.criticality = criticality(&allergy["criticality"]);
    draft.status = status(draft, allergy);
    let told = classify("AllergyIntolerance", code);
    let substances = substances(draft, allergy, told.is_some());
    draft.coded_as(&codings(code));
    reactions(draft, allergy);
    draft.part("", &kinds(allergy));
    draft.main_date("recorded", &text(&allergy["recordedDate"]));
    draft.main_date("recorded", &text(&allergy["assertedDate"]));
    draft.date("onset", &choice_text(allergy, "onset"));
    draft.date("last occurrence", &text(&allergy["lastOccurrence"]));
    draft.source = draft.place.source(&["recorder", "asserter"]);
    if let Some(told) = told.filter(|_| substances.is_empty()) {
        absence(draft, allergy, told);
    }
}

// Before R4 (DSTU2) the substance stood under its own name.
fn code(allergy: &Value) -> &Value {
    if concept_text(&allergy["code"]).is_empty() { &allergy["substance"] } else { &allergy["code"] }
}

// The words of the standard, also from before R4.
fn criticality(written: &Value) -> String {
    match code_of(written).as_str() {
        "crith" => "high".to_owned(),
        "critl" => "low".to_owned(),
        "critu" => "unable-to-assess".to_owned(),
        other => other.to_owned(),
    }
}

fn status(draft: &mut Draft<'_>, allergy: &Value) -> Status {
    let (mut verification, mut clinical) =
        (code_of(&allergy["verificationStatus"]), code_of(&allergy["clinicalStatus"]));
    // Before STU3 one status said both.
    let both = code_of(&allergy["status"]);
    if matches!(both.as_str(), "entered-in-error" | "refuted") {
        verification.clone_from(&both);
    }
    if clinical.is_empty() && matches!(both.as_str(), "active" | "inactive" | "resolved") {
        clinical = both;
    }
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

/// Adds substances that the code does not name, and returns them: "penicillin" may stand only there. A code that says
/// there is none does not outweigh them.
fn substances(draft: &mut Draft<'_>, allergy: &Value, denied: bool) -> Vec<String> {
    let said = draft.text.to_lowercase();
    let named: Vec<String> = items(&allergy["reaction"])
        .into_iter()
        .map(|r| concept_text(&r["substance"]))
        .filter(|s| !s.is_empty() && !said.contains(&s.to_lowercase()))
        .collect();
    for reaction in items(&allergy["reaction"]) {
        draft.codes.extend(codes(&reaction["substance"]));
    }
    if draft.text.is_empty() || (denied && !named.is_empty()) {
        let own = std::mem::replace(&mut draft.text, named.join(", "));
        draft.part("although its code says", &own);
        draft.read_the_source |= denied;
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

// A statement of absence must be clean to be one: any doubt about it, and it is only words. Words that could mean
// nothing ("unknown") beside a reaction or a danger are the name of what caused it.
fn absence(draft: &mut Draft<'_>, allergy: &Value, told: Absence) {
    let reacted = items(&allergy["reaction"]).into_iter().any(|r| r.as_object().is_some_and(|r| !r.is_empty()));
    if (reacted || draft.criticality == "high") && !matches!(told, Absence::None | Absence::Scoped | Absence::Withheld)
    {
        draft.read_the_source = true;
        return;
    }
    let doubtful = draft.status == Status::Inactive || reacted;
    statement::make(draft, told, "allergies", doubtful);
}
