//! Devices in and on the body.

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::classify;
use super::super::people::{device_name, moment};
use super::{code_of, statement};
use crate::fhir::{choice_text, codes, concept_text, items, text};
use serde_json::Value;

pub(super) fn used(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    let target = draft.place.follow(&it["device"]).resource().unwrap_or(&Value::Null);
    draft.text = device_name(target);
    if draft.text.is_empty() {
        draft.text = [concept_text(&it["device"]["concept"]), draft.place.name(&it["device"])]
            .into_iter()
            .find(|t| !t.is_empty())
            .unwrap_or_default();
        draft.read_the_source |= target.is_null();
    }
    draft.codes.extend(codes(&target["type"]));
    draft.status = match code_of(&it["status"]).as_str() {
        "active" | "intended" => Status::Active,
        "completed" => Status::Inactive,
        "stopped" | "on-hold" => Status::Stopped,
        "entered-in-error" => Status::EnteredInError,
        _ => Status::Unknown,
    };
    let code = draft.status_code();
    draft.part("", if matches!(code.as_str(), "active" | "entered-in-error") { "" } else { &code });
    if code_of(&target["status"]) == "entered-in-error" {
        draft.part("the record of the device is", "entered in error");
        draft.read_the_source = true;
        if draft.status == Status::Active {
            draft.status = Status::Unknown;
        }
    }
    draft.part("at", &concept_text(&it["bodySite"]));
    draft.part("for", &items(&it["reasonCode"]).into_iter().map(concept_text).collect::<Vec<_>>().join(", "));
    details(draft, target);
    draft.main_date("used", &choice_text(it, "timing"));
    draft.when = moment(it, "timing");
    draft.main_date("recorded", &text(&it["recordedOn"]));
    draft.source = draft.place.source(&["source"]);
    let concept = if target.is_null() { &it["device"]["concept"] } else { &target["type"] };
    absence(draft, concept);
}

pub(super) fn device(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.text = device_name(it);
    draft.codes.extend(codes(&it["type"]));
    draft.status = match code_of(&it["status"]).as_str() {
        "active" | "" => Status::Active,
        "inactive" => Status::Inactive,
        "entered-in-error" => Status::EnteredInError,
        _ => Status::Unknown,
    };
    details(draft, it);
    absence(draft, &it["type"]);
}

fn absence(draft: &mut Draft<'_>, concept: &Value) {
    if let Some(told) = classify("Device", concept) {
        let doubtful = draft.status == Status::Stopped;
        statement::make(draft, told, "devices", doubtful);
    }
}

fn details(draft: &mut Draft<'_>, device: &Value) {
    for field in ["manufacturer", "modelNumber", "serialNumber"] {
        draft.part("", &text(&device[field]));
    }
}
