//! What binds or warns the next person at the door: alerts, consents, documents, goals, plans, orders.

use serde_json::Value;

use super::super::Status;
use super::super::draft::Draft;
use super::super::people::first_words;
use super::{code_of, is_set};
use crate::fhir::{choice_text, codes, codings, concept_text, items, period_text, text};

pub(super) fn flag(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    draft.status = status(draft, &code_of(&it["status"]));
    draft.codes.extend(codes(&it["category"]));
    draft.part("", &concepts(&it["category"]));
    draft.main_date("since", &text(&it["period"]["start"]));
    draft.date("until", &text(&it["period"]["end"]));
    draft.source = draft.place.source(&["author"]);
}

pub(super) fn consent(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.text = categories(it);
    draft.codes.extend([codes(&it["category"]), codes(&it["scope"]), codes(&it["provision"]["code"])].concat());
    draft.status = status(draft, &code_of(&it["status"]));
    let provision = &it["provision"];
    let about = [concepts(&provision["code"]), concepts(&provision["class"])].concat();
    let kind = text(&provision["type"]);
    draft.part(if kind.is_empty() { "" } else { kind.as_str() }, &about);
    for inner in draft.some(&provision["provision"], 5) {
        let kind = text(&inner["type"]);
        draft.part(if kind.is_empty() { "except" } else { kind.as_str() }, &concepts(&inner["code"]));
        draft.codes.extend(codes(&inner["code"]));
    }
    draft.part("document", &draft.place.names(&it["sourceReference"]));
    draft.part("document", &text(&it["sourceAttachment"]["title"]));
    draft.main_date("agreed", &text(&it["dateTime"]));
    draft.date("valid", &period_text(&provision["period"]));
    draft.source = draft.place.source(&["performer", "consentingParty", "organization"]);
}

fn categories(it: &Value) -> String {
    let told: Vec<String> = items(&it["category"])
        .into_iter()
        .map(|c| match codings(c).first().map(|k| k.code.as_ref()) {
            Some("dnr") => "Do not resuscitate".to_owned(),
            Some("acd") => "Advance care directive".to_owned(),
            Some("polst") => "Physician order for life-sustaining treatment (POLST)".to_owned(),
            Some("hcd") => "Health care directive".to_owned(),
            Some("emrgonly") => "Emergency only".to_owned(),
            _ => concept_text(c),
        })
        .filter(|t| !t.is_empty())
        .collect();
    if told.is_empty() { first_words(it, &["scope", "policyRule"]) } else { told.join(", ") }
}

pub(super) fn document(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["type"]);
    draft.codes.extend(codes(&it["category"]));
    draft.status = status(draft, &code_of(&it["status"]));
    draft.part("", &text(&it["description"]));
    let attachments: Vec<&Value> = items(&it["content"]).into_iter().map(|c| &c["attachment"]).collect();
    for attachment in attachments.iter().take(5) {
        draft.part("attached", &first_words(attachment, &["title", "contentType"]));
        draft.date("made", &text(&attachment["creation"]));
    }
    if draft.text.is_empty() {
        draft.text = attachments
            .iter()
            .map(|a| text(&a["title"]))
            .find(|t| !t.is_empty())
            .unwrap_or_else(|| first_words(it, &["category", "description"]));
    }
    draft.read_the_source |= !attachments.is_empty();
    let state = code_of(&it["docStatus"]);
    draft.part("", if state == "final" { "" } else { &state });
    if state == "entered-in-error" {
        draft.status = Status::EnteredInError;
    }
    for related in items(&it["relatesTo"]) {
        draft.part(&code_of(&related["code"]), &draft.place.name(&related["target"]));
    }
    draft.main_date("written", &text(&it["date"]));
    draft.main_date("written", &text(&it["created"]));
    draft.date("valid", &period_text(&it["context"]["period"]));
    draft.source = draft.place.source(&["author", "authenticator", "custodian"]);
    draft.part("kept by", &draft.place.names(&it["custodian"]));
}

pub(super) fn goal(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["description"]);
    draft.codes.extend(codes(&it["category"]));
    let state = [code_of(&it["lifecycleStatus"]), code_of(&it["status"])].concat();
    draft.status = status(draft, &state);
    draft.part("", &concepts(&it["category"]));
    if draft.text.is_empty() {
        draft.text = concepts(&it["category"]);
    }
    draft.part("achieved", &concept_text(&it["achievementStatus"]));
    for target in items(&it["target"]) {
        draft.part("target", &choice_text(target, "detail"));
        draft.date("due", &choice_text(target, "due"));
    }
    draft.main_date("since", &choice_text(it, "start"));
    draft.main_date("stated", &text(&it["statusDate"]));
    draft.source = draft.place.source(&["expressedBy"]);
}

pub(super) fn care_plan(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.text = first_words(it, &["title", "category", "description"]);
    draft.codes.extend(codes(&it["category"]));
    draft.status = status(draft, &code_of(&it["status"]));
    draft.part("", &text(&it["description"]));
    for activity in draft.some(&it["activity"], 15) {
        let detail = &activity["detail"];
        let words = [concept_text(&detail["code"]), text(&detail["description"])];
        let words: Vec<String> = words.into_iter().filter(|w| !w.is_empty()).collect();
        let label = if is_set(&detail["doNotPerform"]) { "DO NOT" } else { "to do" };
        draft.part(label, &words.join(", "));
        draft.part("to do", &draft.place.name(&activity["reference"]));
    }
    draft.part("goals", &draft.place.names(&it["goal"]));
    draft.main_date("made", &text(&it["created"]));
    draft.main_date("since", &text(&it["period"]["start"]));
    draft.date("until", &text(&it["period"]["end"]));
    draft.source = draft.place.source(&["author", "contributor"]);
}

pub(super) fn service(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.concept(&it["code"]);
    draft.status = status(draft, &code_of(&it["status"]));
    draft.part("", &concepts(&it["category"]));
    draft.part("for", &concepts(&it["reasonCode"]));
    let intent = text(&it["intent"]);
    draft.part("", if intent == "order" { "" } else { &intent });
    draft.main_date("ordered", &text(&it["authoredOn"]));
    draft.date("planned", &choice_text(it, "occurrence"));
    draft.source = draft.place.source(&["requester"]);
}

fn status(draft: &mut Draft<'_>, code: &str) -> Status {
    if !matches!(code, "" | "active" | "current" | "entered-in-error" | "completed") {
        draft.part("", &code.replace('-', " "));
    }
    match code {
        "active" | "current" | "accepted" | "in-progress" => Status::Active,
        "inactive" | "superseded" | "completed" | "on-hold" => Status::Inactive,
        "revoked" | "cancelled" | "stopped" => Status::Stopped,
        "rejected" => Status::Refuted,
        "entered-in-error" => Status::EnteredInError,
        _ => Status::Unknown,
    }
}

fn concepts(list: &Value) -> String {
    let all: Vec<String> = items(list).into_iter().map(concept_text).filter(|t| !t.is_empty()).collect();
    all.join(", ")
}
