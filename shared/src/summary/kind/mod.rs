//! One resource as one item. Every type has a way; an unknown one is shown by what it holds.

mod allergy;
mod body;
mod device;
mod directive;
mod event;
mod generic;
mod medicine;
mod person;
mod statement;

use serde_json::Value;

use super::draft::{Draft, Fact};
use super::people::Place;
use super::{Status, gated};
use crate::fhir::{absent_reason, choice_text, codings, concept_text, items, modifiers, plain_text, text};

pub(super) use body::{UNCONFIRMED, is_wish};
pub(super) use generic::spaced;
pub(super) use medicine::doses;

/// Reads the resource at `place`. `listed` tells whether a section names it.
pub(super) fn read<'a>(place: Place<'a>, listed: bool) -> Fact<'a> {
    let mut draft = Draft::new(place);
    match place.resource["resourceType"].as_str().unwrap_or_default() {
        "AllergyIntolerance" => allergy::read(&mut draft),
        "MedicationStatement"
        | "MedicationRequest"
        | "MedicationAdministration"
        | "MedicationDispense"
        | "MedicationOrder"
        | "Medication" => {
            medicine::read(&mut draft);
        }
        "Observation" => body::observation(&mut draft),
        "Condition" => body::condition(&mut draft),
        "DiagnosticReport" => body::report(&mut draft),
        "FamilyMemberHistory" => body::family(&mut draft),
        "Flag" => directive::flag(&mut draft),
        "Consent" => directive::consent(&mut draft),
        "DocumentReference" => directive::document(&mut draft),
        "Goal" => directive::goal(&mut draft),
        "CarePlan" => directive::care_plan(&mut draft),
        "ServiceRequest" => directive::service(&mut draft),
        "Immunization" => event::immunization(&mut draft),
        "Procedure" => event::procedure(&mut draft),
        "Encounter" => event::encounter(&mut draft),
        "DeviceUseStatement" | "DeviceUsage" => device::used(&mut draft),
        "Device" => device::device(&mut draft),
        "RelatedPerson" | "CareTeam" => person::read(&mut draft),
        _ => generic::read(&mut draft),
    }
    common(&mut draft);
    draft.finish(listed)
}

// What holds for every type: remarks, doubts, labels, and that no line is ever blank.
fn common(draft: &mut Draft<'_>) {
    let resource = draft.place.resource;
    for note in items(&resource["note"]) {
        draft.part("note", &if note.is_object() { text(&note["text"]) } else { text(note) });
    }
    extensions(draft, resource);
    told_in_narrative(draft, resource);
    forbidden(draft, resource);
    hide_codes(draft);
    labels(draft, resource);
    doubts(draft, resource);
    never_blank(draft, resource);
}

// Whatever the order is about, the flag turns it into its opposite.
fn forbidden(draft: &mut Draft<'_>, resource: &Value) {
    if !is_set(&resource["doNotPerform"]) || matches!(draft.status, Status::EnteredInError | Status::NotToBeGiven) {
        return;
    }
    draft.status = Status::NotToBeGiven;
    draft.text = format!("DO NOT DO: {}", if draft.text.is_empty() { "an order without a name" } else { &draft.text });
}

const DECISIVE: [&str; 8] = ["resuscit", "dnacpr", "dnar", "dnr", "cpr", "polst", "molst", "respect"];

// A decision may stand in the words of an entry whose codes say nothing of it.
fn told_in_narrative(draft: &mut Draft<'_>, resource: &Value) {
    let may_decide = ["Consent", "Goal", "Flag", "DocumentReference", "CarePlan", "ServiceRequest"]
        .iter()
        .any(|kind| resource["resourceType"] == *kind);
    let Some(div) = resource["text"]["div"].as_str().filter(|_| may_decide) else { return };
    let decides = |words: &str| DECISIVE.iter().any(|w| words.to_lowercase().contains(w));
    if decides(div) && !decides(&format!("{} {}", draft.text, draft.parts.join(" "))) {
        let words = plain_text(div);
        if decides(&words) {
            draft.part("in words", &words.chars().take(300).collect::<String>());
        }
    }
}

// The words with an access code in clear go behind the gate; the line keeps the place, not the code.
fn hide_codes(draft: &mut Draft<'_>) {
    let all = std::iter::once(&draft.text).chain(&draft.parts).map(String::as_str).collect::<Vec<_>>().join("; ");
    let is_access = draft.parts.iter().any(|p| p.eq_ignore_ascii_case("access"));
    if !is_access && !gated::is_about_entry(&all) {
        return;
    }
    let codes = gated::codes_in(&all);
    if !codes.is_empty() {
        draft.text = gated::masked(&draft.text, &codes);
        draft.gated = all;
        draft.secrets = codes;
    }
}

fn doubts(draft: &mut Draft<'_>, resource: &Value) {
    let unknown = modifiers(resource);
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|u| u.rsplit('/').next().unwrap_or(u)).collect();
        draft.part("the sender marked this in a way that changes its meaning", &names.join(", "));
        (draft.modified, draft.read_the_source) = (true, true);
        if matches!(draft.status, Status::Active | Status::Inactive | Status::Negative) {
            draft.status = Status::Unknown;
        }
    }
    let entry = draft.place.document.entries().get(draft.place.entry);
    for repeated in entry.map(|e| e.repeated.as_slice()).unwrap_or_default() {
        draft.part("contradicts itself", &format!("it also says {} = {}", repeated.name, repeated.earlier));
        draft.read_the_source = true;
    }
}

fn labels(draft: &mut Draft<'_>, resource: &Value) {
    let all = items(&resource["meta"]["security"]).into_iter().chain(items(&resource["meta"]["tag"]));
    for label in all.flat_map(codings) {
        match label.code.as_ref() {
            "R" | "V" if label.system.ends_with("Confidentiality") => draft.part("", "restricted information"),
            "REDACTED" | "MASKED" | "ABSTRED" | "PSEUDED" => draft.part("", "part of this entry was withheld"),
            "PATRPT" | "PATAST" => draft.part("", "reported by the patient"),
            _ => {}
        }
    }
}

const SILENT: [&str; 7] = [
    "narrativeLink",
    "data-absent-reason",
    "translation",
    "rendered-value",
    "rendering-markdown",
    "artifact-date",
    "entered-date",
];

// An extension nobody here knows may hold the only words that matter, such as a decision about resuscitation.
fn extensions(draft: &mut Draft<'_>, resource: &Value) {
    let fields = ["code", "description", "category", "status", "valueCodeableConcept"];
    let holders = std::iter::once(resource).chain(fields.iter().map(|f| &resource[*f]));
    let found: Vec<(String, String)> = holders.flat_map(|h| items(&h["extension"])).flat_map(said).take(12).collect();
    for (name, words) in found {
        draft.part(&name, &words);
    }
}

fn said(extension: &Value) -> Vec<(String, String)> {
    let own = std::iter::once(extension).chain(items(&extension["extension"]));
    own.filter_map(|e| {
        let url = text(&e["url"]);
        let name = url.rsplit(['/', '#', ':']).next().unwrap_or_default();
        let words = choice_text(e, "value");
        let shown =
            !words.is_empty() && !SILENT.iter().any(|s| s.eq_ignore_ascii_case(name)) && !words.starts_with("http");
        shown.then(|| (spaced(name), words))
    })
    .collect()
}

fn never_blank(draft: &mut Draft<'_>, resource: &Value) {
    if !draft.text.is_empty() {
        return;
    }
    draft.read_the_source = true;
    let narrative = plain_text(resource["text"]["div"].as_str().unwrap_or_default());
    let kind = spaced(resource["resourceType"].as_str().unwrap_or("entry"));
    draft.text = match (narrative.is_empty(), reason_for_none(resource)) {
        (false, _) => narrative.chars().take(200).collect(),
        (true, Some(reason)) => format!("{kind}: name {reason}"),
        (true, None) => format!("{kind} without a name: read the source"),
    };
}

fn reason_for_none(resource: &Value) -> Option<&'static str> {
    ["code", "medicationCodeableConcept", "medicationReference", "vaccineCode", "type", "device"]
        .iter()
        .find_map(|field| absent_reason(resource, field))
}

/// The code of a status that may be a code, a concept, or words, in the spelling of the standard. Of several the one
/// that takes most back counts: an entry in error stays one, whatever else is said of it.
fn code_of(value: &Value) -> String {
    let standard = |words: &str| words.to_lowercase().replace([' ', '_'], "-");
    let all: Vec<String> = codings(value)
        .into_iter()
        .map(|c| standard(if c.code.is_empty() { &c.display } else { &c.code }))
        .filter(|c| !c.is_empty())
        .collect();
    let taken_back = ["entered-in-error", "refuted"].iter().find(|wanted| all.iter().any(|c| c == *wanted));
    match (taken_back, all.first()) {
        (Some(code), _) => (*code).to_owned(),
        (None, Some(first)) => all.iter().find(|c| is_standard(c)).unwrap_or(first).clone(),
        (None, None) => standard(&concept_text(value)),
    }
}

// A local code beside the one of the standard says nothing here.
fn is_standard(code: &str) -> bool {
    !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

/// Whether a flag is set, as a boolean or as a word.
fn is_set(value: &Value) -> bool {
    text(value).eq_ignore_ascii_case("true")
}
