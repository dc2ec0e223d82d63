//! Medicines: statements, requests, administrations, dispensings, and the Medication they point to.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::classify;
use super::super::people::{moment, reference_words};
use super::{code_of, is_set, statement};
use crate::fhir::{choice_text, codes, codings, concept_text, items, modifiers, quantity_text, text, value_text};

pub(super) fn read(draft: &mut Draft<'_>) {
    let resource = draft.place.resource;
    let medication = name(draft, resource);
    draft.status = status(draft, resource);
    the_medicine_itself(draft, medication);
    draft.part("", &doses(resource));
    draft.part("strength", &ingredients(medication));
    draft.part("form", &concept_text(&medication["form"]));
    for field in ["reasonCode", "category", "courseOfTherapyType"] {
        draft.part(if field == "reasonCode" { "for" } else { "" }, &concepts(&resource[field]));
    }
    draft.part("for", &draft.place.names(&resource["reasonReference"]));
    dates(draft, resource);
    draft.source = draft.place.source(&["informationSource", "requester", "performer", "recorder"]);
    absence(draft, resource, medication);
    forbidden(draft, resource);
}

/// Takes the name from the concept or from the Medication pointed to; returns the latter, or null.
fn name<'a>(draft: &mut Draft<'a>, resource: &'a Value) -> &'a Value {
    if resource["resourceType"] == "Medication" {
        draft.concept(&resource["code"]);
        return resource;
    }
    let concept = concept_of(resource);
    draft.concept(concept);
    let reference = reference_of(resource);
    let medication = draft.place.follow(reference).resource().unwrap_or(&Value::Null);
    if draft.text.is_empty() {
        draft.text = concept_text(&medication["code"]);
    }
    draft.codes.extend(codes(&medication["code"]));
    let codings = [codings(concept), codings(&medication["code"])].concat();
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

// In R5 both stand in one CodeableReference.
fn concept_of(resource: &Value) -> &Value {
    let r4 = &resource["medicationCodeableConcept"];
    if r4.is_null() { &resource["medication"]["concept"] } else { r4 }
}

fn reference_of(resource: &Value) -> &Value {
    let r4 = &resource["medicationReference"];
    if r4.is_null() { &resource["medication"]["reference"] } else { r4 }
}

// What is wrong with the record of the medicine is wrong with every line about it.
fn the_medicine_itself(draft: &mut Draft<'_>, medication: &Value) {
    if medication["resourceType"] != "Medication" || std::ptr::eq(medication, draft.place.resource) {
        return;
    }
    let unknown = modifiers(medication);
    let state = code_of(&medication["status"]).replace('-', " ");
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|u| u.rsplit('/').next().unwrap_or(u)).collect();
        draft.part("the sender marked the medicine in a way that changes its meaning", &names.join(", "));
    }
    if !matches!(state.as_str(), "" | "active") {
        draft.part("the record of the medicine is", &state);
    }
    if !unknown.is_empty() || state == "entered in error" {
        draft.read_the_source = true;
        if draft.status == Status::Active {
            draft.status = Status::Unknown;
        }
    }
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
        // It was handed over or given; whether it is taken today is not said.
        "completed" if is_done_by_being_given(resource) => Status::Unknown,
        "recorded" => adherence(resource),
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
    if resource["taken"] == "n" && told != Status::EnteredInError { Status::Stopped } else { told }
}

// In R5 the status says only that something was written, the adherence whether it is taken.
fn adherence(resource: &Value) -> Status {
    match code_of(&resource["adherence"]["code"]).as_str() {
        "taking" | "taking-as-directed" => Status::Active,
        "not-taking" | "stopped" | "stopped-as-directed" | "not-taking-as-directed" => Status::Stopped,
        "on-hold" | "on-hold-as-directed" => Status::Inactive,
        _ => Status::Unknown,
    }
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
    let rates = items(&dosage["doseAndRate"]);
    let amounts: Vec<String> =
        rates.into_iter().flat_map(|rate| [choice_text(rate, "dose"), choice_text(rate, "rate")]).collect();
    if written.is_empty() {
        words.extend(amounts);
        words.extend([choice_text(dosage, "dose"), quantity_text(&dosage["dose"]), concept_text(&dosage["route"])]);
        words.push(value_text("Timing", &dosage["timing"]));
    } else {
        // "As directed" beside an amount in numbers: the amount must not be lost.
        let said = squeezed(&[&written, " ", &text(&dosage["patientInstruction"])].concat());
        let unsaid = amounts.into_iter().filter(|a| !said.contains(&squeezed(a))).collect::<Vec<_>>();
        words.push(written);
        words.extend(unsaid);
    }
    words.push(text(&dosage["patientInstruction"]));
    words.extend(items(&dosage["additionalInstruction"]).into_iter().map(concept_text));
    words.push(match (is_set(&dosage["asNeededBoolean"]), concept_text(&dosage["asNeededCodeableConcept"])) {
        (_, reason) if !reason.is_empty() => format!("as needed for {reason}"),
        (true, _) => "as needed".to_owned(),
        _ => String::new(),
    });
    let most = value_text("Ratio", &dosage["maxDosePerPeriod"]);
    words.push(if most.is_empty() { most } else { format!("at most {most}") });
    words.retain(|w| !w.is_empty());
    words.join(", ")
}

// `5 mg`, `5mg` and `5 MG` are one amount, and so are `one tablet` and `1 tablet`.
fn squeezed(words: &str) -> String {
    let spoken = |word: &str| {
        match word {
            "one" => "1",
            "two" => "2",
            "three" => "3",
            "four" => "4",
            other => other,
        }
        .to_owned()
    };
    words.to_lowercase().split_whitespace().map(spoken).collect()
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

fn absence(draft: &mut Draft<'_>, resource: &Value, medication: &Value) {
    let own = concept_of(resource);
    let concept = if concept_text(own).is_empty() { &medication["code"] } else { own };
    if let Some(told) = classify("Medication", concept) {
        let doubtful = draft.status == Status::Stopped;
        statement::make(draft, told, "medicines", doubtful);
    }
}

fn forbidden(draft: &mut Draft<'_>, resource: &Value) {
    if is_set(&resource["doNotPerform"]) && draft.status != Status::EnteredInError {
        draft.status = Status::NotToBeGiven;
        draft.text =
            format!("DO NOT GIVE: {}", if draft.text.is_empty() { "a medicine without a name" } else { &draft.text });
    }
}

fn concepts(list: &Value) -> String {
    let all: Vec<String> = items(list).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}
