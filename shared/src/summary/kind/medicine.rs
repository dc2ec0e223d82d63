//! Medicines: statements, requests, administrations, dispensings, and the Medication they point to.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::{Absence, classify};
use super::super::people::{moment, reference_words};
use super::code_of;
use crate::fhir::{choice_text, codes, codings, concept_text, items, quantity_text, text, value_text};

pub(super) fn read(draft: &mut Draft<'_>) {
    let resource = draft.place.resource;
    let medication = name(draft, resource);
    draft.status = status(draft, resource);
    draft.part("", &doses(resource));
    draft.part("strength", &ingredients(medication));
    draft.part("form", &concept_text(&medication["form"]));
    for field in ["reasonCode", "category", "courseOfTherapyType"] {
        draft.part(if field == "reasonCode" { "for" } else { "" }, &concepts(&resource[field]));
    }
    draft.part("for", &draft.place.names(&resource["reasonReference"]));
    dates(draft, resource);
    draft.source = draft.place.source(&["informationSource", "requester", "performer", "recorder"]);
    absence(draft, resource);
    forbidden(draft, resource);
}

/// Takes the name from the concept or from the Medication pointed to; returns the latter, or null.
fn name<'a>(draft: &mut Draft<'a>, resource: &'a Value) -> &'a Value {
    if resource["resourceType"] == "Medication" {
        draft.concept(&resource["code"]);
        return resource;
    }
    draft.concept(&resource["medicationCodeableConcept"]);
    let reference = &resource["medicationReference"];
    let medication = draft.place.follow(reference).resource().unwrap_or(&Value::Null);
    if draft.text.is_empty() {
        draft.text = concept_text(&medication["code"]);
    }
    draft.codes.extend(codes(&medication["code"]));
    let codings = [codings(&resource["medicationCodeableConcept"]), codings(&medication["code"])].concat();
    draft.coded_as(&codings);
    if draft.text.is_empty() && medication.is_null() {
        draft.text = unresolved(reference);
        draft.read_the_source = true;
    }
    if draft.text.is_empty() {
        draft.text = ingredients(medication);
    }
    medication
}

fn unresolved(reference: &Value) -> String {
    let display = text(&reference["display"]);
    match (display.is_empty(), reference_words(reference)) {
        (false, _) => display,
        (true, address) if address.is_empty() => String::new(),
        (true, address) => format!("A medicine that is not in the document ({address})"),
    }
}

fn ingredients(medication: &Value) -> String {
    let one = |i: &Value| {
        let name = [value_text("CodeableConcept", &i["itemCodeableConcept"]), text(&i["itemReference"]["display"])];
        let strength = value_text("Ratio", &i["strength"]);
        let words: Vec<String> =
            name.into_iter().filter(|n| !n.is_empty()).take(1).chain([strength]).filter(|w| !w.is_empty()).collect();
        words.join(" ")
    };
    let all: Vec<String> = items(&medication["ingredient"]).into_iter().map(one).filter(|w| !w.is_empty()).collect();
    all.join(" + ")
}

fn status(draft: &mut Draft<'_>, resource: &Value) -> Status {
    let code = code_of(&resource["status"]);
    let reason = [concepts(&resource["statusReason"]), concepts(&resource["statusReasonCodeableConcept"])].concat();
    let told = match code.as_str() {
        "active" | "in-progress" => Status::Active,
        "completed" if is_done_by_being_given(resource) => Status::Active,
        "completed" => Status::Inactive,
        "entered-in-error" => Status::EnteredInError,
        "stopped" | "cancelled" | "not-taken" | "declined" | "not-done" => Status::Stopped,
        "on-hold" => Status::Inactive,
        _ => Status::Unknown,
    };
    if !matches!(code.as_str(), "" | "active" | "entered-in-error") {
        draft.part("", &code.replace('-', " "));
    }
    draft.part("reason", &reason);
    let intent = text(&resource["intent"]);
    if matches!(intent.as_str(), "proposal" | "plan" | "option") {
        draft.part("", &format!("{intent} only, not ordered"));
    }
    if resource["taken"] == "n" { Status::Stopped } else { told }
}

fn is_done_by_being_given(resource: &Value) -> bool {
    resource["resourceType"] == "MedicationAdministration" || resource["resourceType"] == "MedicationDispense"
}

/// All doses in words, in order; empty when none is given.
pub(in super::super) fn doses(resource: &Value) -> String {
    let lists = [&resource["dosage"], &resource["dosageInstruction"]];
    let all: Vec<String> = lists.into_iter().flat_map(items).take(10).map(dose).filter(|d| !d.is_empty()).collect();
    all.join("; then ")
}

fn dose(dosage: &Value) -> String {
    let mut words: Vec<String> = Vec::new();
    let written = text(&dosage["text"]);
    if written.is_empty() {
        for rate in items(&dosage["doseAndRate"]) {
            words.extend([choice_text(rate, "dose"), choice_text(rate, "rate")]);
        }
        words.extend([choice_text(dosage, "dose"), quantity_text(&dosage["dose"]), concept_text(&dosage["route"])]);
        words.push(value_text("Timing", &dosage["timing"]));
    } else {
        words.push(written);
    }
    words.push(text(&dosage["patientInstruction"]));
    words.extend(items(&dosage["additionalInstruction"]).into_iter().map(concept_text));
    words.push(match (dosage["asNeededBoolean"].as_bool(), concept_text(&dosage["asNeededCodeableConcept"])) {
        (_, reason) if !reason.is_empty() => format!("as needed for {reason}"),
        (Some(true), _) => "as needed".to_owned(),
        _ => String::new(),
    });
    let most = value_text("Ratio", &dosage["maxDosePerPeriod"]);
    words.push(if most.is_empty() { most } else { format!("at most {most}") });
    words.retain(|w| !w.is_empty());
    words.join(", ")
}

fn dates(draft: &mut Draft<'_>, resource: &Value) {
    let effective = choice_text(resource, "effective");
    draft.main_date("recorded", &text(&resource["dateAsserted"]));
    draft.main_date("ordered", &text(&resource["authoredOn"]));
    draft.main_date("given", &text(&resource["whenHandedOver"]));
    draft.date("taken", &effective);
    if draft.when.is_empty() {
        draft.when = moment(resource, "effective");
    }
}

fn absence(draft: &mut Draft<'_>, resource: &Value) {
    let Some(told) = classify("Medication", &resource["medicationCodeableConcept"]) else { return };
    draft.absence = Some(told);
    if draft.status != Status::EnteredInError {
        draft.status = if matches!(told, Absence::None | Absence::Scoped) { Status::Negative } else { Status::Unknown };
    }
}

// Senders write the flag as a boolean or as a word; either way it turns the line into its opposite.
fn forbidden(draft: &mut Draft<'_>, resource: &Value) {
    if text(&resource["doNotPerform"]) == "true" && draft.status != Status::EnteredInError {
        draft.status = Status::NotToBeGiven;
        draft.text =
            format!("DO NOT GIVE: {}", if draft.text.is_empty() { "a medicine without a name" } else { &draft.text });
    }
}

fn concepts(list: &Value) -> String {
    let all: Vec<String> = items(list).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}
