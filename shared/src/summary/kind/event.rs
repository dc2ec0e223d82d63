//! What was done: immunisations, procedures, contacts.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::{Absence, classify};
use super::super::people::moment;
use super::code_of;
use crate::fhir::{choice_text, codes, concept_text, items, period_text, quantity_text, text};

pub(super) fn immunization(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["vaccineCode"]);
    happened(draft, it, "Not given");
    draft.part("dose", &quantity_text(&it["doseQuantity"]));
    for protocol in items(&it["protocolApplied"]) {
        draft.part("dose number", &choice_text(protocol, "doseNumber"));
        draft.part("against", &concepts(&protocol["targetDisease"]));
    }
    draft.part("lot", &text(&it["lotNumber"]));
    draft.main_date("given", &choice_text(it, "occurrence"));
    draft.source = draft.place.source(&["performer"]);
    negative(draft, "Immunization", &it["vaccineCode"]);
}

pub(super) fn procedure(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    happened(draft, it, "Not done");
    draft.part("at", &concepts(&it["bodySite"]));
    draft.part("for", &concepts(&it["reasonCode"]));
    draft.part("outcome", &concept_text(&it["outcome"]));
    draft.codes.extend(codes(&it["usedCode"]));
    draft.date("done", &choice_text(it, "performed"));
    draft.when = moment(it, "performed");
    draft.source = draft.place.source(&["performer", "recorder", "asserter"]);
    negative(draft, "Procedure", &it["code"]);
}

pub(super) fn encounter(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    let kinds = [concepts(&it["type"]), concept_text(&it["serviceType"]), concept_text(&it["class"])];
    draft.text = kinds.into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    happened(draft, it, "Did not happen");
    draft.part("for", &concepts(&it["reasonCode"]));
    draft.part("by", &draft.place.names(&it["serviceProvider"]));
    draft.date("from", &period_text(&it["period"]));
    draft.when = text(&it["period"]["start"]);
}

// Something that did not happen must not stand in a list of what did.
fn happened(draft: &mut Draft<'_>, it: &Value, not: &str) {
    let code = code_of(&it["status"]);
    draft.status = match code.as_str() {
        "completed" | "finished" | "in-progress" | "preparation" | "arrived" | "triaged" | "planned" => Status::Active,
        "stopped" | "cancelled" => Status::Stopped,
        "on-hold" | "onleave" => Status::Inactive,
        "entered-in-error" => Status::EnteredInError,
        "not-done" => Status::Negative,
        _ => Status::Unknown,
    };
    if code == "not-done" {
        draft.text = format!("{not}: {}", draft.text);
    } else if !matches!(code.as_str(), "" | "completed" | "finished" | "entered-in-error") {
        draft.part("", &code.replace('-', " "));
    }
    draft.part("reason", &concept_text(&it["statusReason"]));
}

fn negative(draft: &mut Draft<'_>, kind: &str, concept: &Value) {
    if let Some(told) = classify(kind, concept) {
        draft.absence = Some(told);
        if draft.status != Status::EnteredInError {
            draft.status =
                if matches!(told, Absence::None | Absence::Scoped) { Status::Negative } else { Status::Unknown };
        }
    }
}

fn concepts(list: &Value) -> String {
    let all: Vec<String> = items(list).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}
