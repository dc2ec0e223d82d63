//! What was found about the body: observations, problems, reports, family history.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::{Absence, about_another, classify};
use super::super::people::moment;
use super::{code_of, statement};
use crate::fhir::{absent_reason, choice_text, codes, codings, concept_text, items, quantity_text, text};

pub(super) fn observation(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    draft.codes.extend(codes(&it["valueCodeableConcept"]));
    draft.status = observation_status(draft, it);
    draft.part("", &value(it));
    draft.part("", &concepts(&it["interpretation"]));
    for component in draft.some(&it["component"], 40) {
        draft.part(&concept_text(&component["code"]), &value(component));
        draft.codes.extend(codes(&component["code"]));
    }
    draft.part("usual", &ranges(it));
    draft.part("about", &draft.place.names(&it["focus"]));
    draft.part("at", &concept_text(&it["bodySite"]));
    draft.part("", &text(&it["comment"]));
    draft.main_date("observed", &choice_text(it, "effective"));
    draft.when = moment(it, "effective");
    draft.main_date("issued", &text(&it["issued"]));
    draft.source = draft.place.source(&["performer"]);
    draft.part("from", &draft.place.names(&it["derivedFrom"]));
    draft.read_the_source |= !items(&it["focus"]).is_empty();
    // A statement that there is nothing of some kind, made as a finding: words, and nothing more.
    if let Some(things) = about_another("Observation", &it["code"]) {
        statement::make(draft, Absence::FreeText, things, true);
    }
}

fn value(it: &Value) -> String {
    let told = choice_text(it, "value");
    if !told.is_empty() {
        return told;
    }
    let absent = concept_text(&it["dataAbsentReason"]);
    if !absent.is_empty() {
        return format!("no value: {absent}");
    }
    absent_reason(it, "value").map(|r| format!("no value: {r}")).unwrap_or_default()
}

fn observation_status(draft: &mut Draft<'_>, it: &Value) -> Status {
    let code = code_of(&it["status"]);
    if code == "preliminary" && is_wish(&it["code"]) {
        draft.part("", UNCONFIRMED);
    } else if !matches!(code.as_str(), "final" | "" | "entered-in-error") {
        draft.part("", &code);
    }
    match code.as_str() {
        "final" | "amended" | "corrected" | "appended" | "preliminary" | "partial" | "registered" => Status::Active,
        "entered-in-error" => Status::EnteredInError,
        "cancelled" => Status::Inactive,
        _ => Status::Unknown,
    }
}

/// A wish that a clinician has not confirmed: whoever acts on it must know.
pub(in super::super) const UNCONFIRMED: &str = "said to a carer, not confirmed";

/// Whether a code is that of a wish as this app writes it down.
pub(in super::super) fn is_wish(code: &Value) -> bool {
    let wish = |c: &Value| ["preferred-place", "care-wish", "treatment-wish"].iter().any(|w| c["code"] == *w);
    items(&code["coding"]).into_iter().any(wish)
}

fn ranges(it: &Value) -> String {
    let one = |range: &Value| {
        let (low, high, words) = (quantity_text(&range["low"]), quantity_text(&range["high"]), text(&range["text"]));
        match (low.is_empty(), high.is_empty()) {
            (false, false) => format!("{low} – {high}"),
            (false, true) => format!("from {low}"),
            (true, false) => format!("up to {high}"),
            (true, true) => words,
        }
    };
    let all: Vec<String> =
        items(&it["referenceRange"]).into_iter().take(3).map(one).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}

pub(super) fn condition(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    draft.coded_as(&codings(&it["code"]));
    draft.status = condition_status(draft, it);
    draft.part("", &concept_text(&it["severity"]));
    draft.part("at", &concepts(&it["bodySite"]));
    for stage in items(&it["stage"]) {
        draft.part("stage", &concept_text(&stage["summary"]));
    }
    draft.date("onset", &choice_text(it, "onset"));
    draft.date("ended", &choice_text(it, "abatement"));
    draft.main_date("recorded", &text(&it["recordedDate"]));
    draft.main_date("recorded", &text(&it["assertedDate"]));
    if draft.when.is_empty() {
        draft.when = moment(it, "onset");
    }
    draft.source = draft.place.source(&["recorder", "asserter"]);
    if let Some(told) = classify("Condition", &it["code"]) {
        let doubtful = draft.status == Status::Inactive;
        statement::make(draft, told, about_another("Condition", &it["code"]).unwrap_or("problems"), doubtful);
    }
}

fn condition_status(draft: &mut Draft<'_>, it: &Value) -> Status {
    match code_of(&it["verificationStatus"]).as_str() {
        "entered-in-error" => return Status::EnteredInError,
        "refuted" => return Status::Refuted,
        "" | "confirmed" => {}
        other => draft.part("", other),
    }
    let clinical = code_of(&it["clinicalStatus"]);
    match clinical.as_str() {
        "active" => Status::Active,
        "recurrence" | "relapse" => {
            draft.part("", &clinical);
            Status::Active
        }
        "inactive" | "remission" | "resolved" => {
            draft.part("", &clinical);
            Status::Inactive
        }
        "" if !choice_text(it, "abatement").is_empty() => Status::Inactive,
        "" => Status::Unknown,
        other => {
            draft.part("status", other);
            Status::Unknown
        }
    }
}

pub(super) fn report(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    draft.status = observation_status(draft, it);
    draft.part("", &text(&it["conclusion"]));
    draft.part("", &concepts(&it["conclusionCode"]));
    draft.part("results", &draft.place.names(&it["result"]));
    for form in items(&it["presentedForm"]) {
        draft.part("attached", &concept_text(&form["title"]));
        draft.read_the_source = true;
    }
    draft.main_date("observed", &choice_text(it, "effective"));
    draft.main_date("issued", &text(&it["issued"]));
    draft.source = draft.place.source(&["performer", "resultsInterpreter"]);
}

pub(super) fn family(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    let who = concept_text(&it["relationship"]);
    let conditions: Vec<String> =
        items(&it["condition"]).into_iter().map(|c| concept_text(&c["code"])).filter(|t| !t.is_empty()).collect();
    let whose = if who.is_empty() { "Family".to_owned() } else { who };
    draft.text = if conditions.is_empty() {
        format!("Family history: {whose}")
    } else {
        format!("{whose}: {}", conditions.join(", "))
    };
    draft.part("name", &text(&it["name"]));
    draft.part("died", &choice_text(it, "deceased"));
    draft.status = if code_of(&it["status"]) == "entered-in-error" { Status::EnteredInError } else { Status::Active };
    draft.main_date("recorded", &text(&it["date"]));
}

fn concepts(list: &Value) -> String {
    let all: Vec<String> = items(list).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}
