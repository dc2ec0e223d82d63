//! What was done: immunisations, procedures, contacts.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::classify;
use super::super::people::moment;
use super::{code_of, is_set, statement};
use crate::fhir::{choice_text, codes, codings, concept_text, items, period_text, quantity_text, text};

pub(super) fn immunization(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["vaccineCode"]);
    draft.coded_as(&codings(&it["vaccineCode"]));
    happened(draft, it);
    if is_set(&it["isSubpotent"]) {
        draft.part("", "sub-potent dose, does not count");
    }
    draft.part("dose", &quantity_text(&it["doseQuantity"]));
    for protocol in items(&it["protocolApplied"]) {
        draft.part("dose number", &choice_text(protocol, "doseNumber"));
        draft.part("against", &concepts(&protocol["targetDisease"]));
    }
    draft.part("lot", &text(&it["lotNumber"]));
    draft.main_date("given", &choice_text(it, "occurrence"));
    draft.source = draft.place.source(&["performer"]);
    named_or_not(draft, "Immunization", &it["vaccineCode"], "immunisations", "Not given");
}

pub(super) fn procedure(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    draft.coded_as(&codings(&it["code"]));
    happened(draft, it);
    draft.part("at", &concepts(&it["bodySite"]));
    draft.part("for", &concepts(&it["reasonCode"]));
    draft.part("outcome", &concept_text(&it["outcome"]));
    draft.codes.extend(codes(&it["usedCode"]));
    draft.date("done", &choice_text(it, "performed"));
    draft.when = moment(it, "performed");
    draft.source = draft.place.source(&["performer", "recorder", "asserter"]);
    named_or_not(draft, "Procedure", &it["code"], "procedures", "Not done");
}

pub(super) fn encounter(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    let kinds = [concepts(&it["type"]), concept_text(&it["serviceType"]), concept_text(&it["class"])];
    draft.text = kinds.into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    happened(draft, it);
    draft.part("for", &concepts(&it["reasonCode"]));
    draft.part("by", &draft.place.names(&it["serviceProvider"]));
    draft.date("from", &period_text(&it["period"]));
    draft.when = text(&it["period"]["start"]);
}

// Something that did not happen must not stand in a list of what did.
fn happened(draft: &mut Draft<'_>, it: &Value) {
    let code = code_of(&it["status"]);
    draft.status = match code.as_str() {
        "completed" | "finished" | "in-progress" | "arrived" | "triaged" => Status::Active,
        "stopped" | "cancelled" => Status::Stopped,
        "on-hold" | "onleave" => Status::Inactive,
        "entered-in-error" => Status::EnteredInError,
        "not-done" => Status::Negative,
        _ => Status::Unknown,
    };
    if !matches!(code.as_str(), "" | "completed" | "finished" | "entered-in-error" | "not-done") {
        draft.part("", &code.replace('-', " "));
    }
    draft.part("reason", &concept_text(&it["statusReason"]));
}

// "Not given: no known immunisations" would turn the statement around; only a thing can be not given.
fn named_or_not(draft: &mut Draft<'_>, kind: &str, concept: &Value, things: &str, not: &str) {
    match classify(kind, concept) {
        Some(told) => {
            let doubtful = draft.status == Status::Stopped;
            statement::make(draft, told, things, doubtful);
        }
        None if draft.status == Status::Negative => draft.text = format!("{not}: {}", draft.text),
        None => {}
    }
}

fn concepts(list: &Value) -> String {
    let all: Vec<String> = items(list).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}
