//! A line of the queue as a FHIR Task.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::identity::Staff;
use shared::note::from_resources;

use super::thing::Thing;
use crate::store::{Alerted, Waiting};

const KIND: &str = "https://doorstep.example/CodeSystem/privacy-alert";
const REASON: &str = "https://doorstep.example/CodeSystem/break-glass-reason";

/// As it stands in the list.
pub(super) fn reference(it: &Waiting) -> Value {
    let mut task = json!({
        "resourceType": "Task",
        "id": it.id,
        "status": if it.review.is_some() { "completed" } else { "requested" },
        "intent": "order",
        "code": {"coding": [{"system": KIND, "code": it.kind}]},
        "authoredOn": it.raised,
    });
    if let Some(due) = it.due {
        let told = it.sent.map_or_else(|| json!({"end": due}), |sent| json!({"start": sent, "end": due}));
        task["restriction"] = json!({"period": told});
    }
    task
}

/// With everything that stands behind it.
pub(super) fn whole(it: &Waiting, thing: &Thing) -> Value {
    let mut task = reference(it);
    let staff = |id: &str| json!({"identifier": {"system": Staff::SYSTEM, "value": id}});
    task["requester"] = staff(thing.staff());
    if let Some(patient) = thing.patient() {
        task["for"] = json!({"reference": format!("Patient/{patient}")});
    }
    match thing {
        Thing::Glass(alert) => declared(&mut task, alert),
        Thing::Chain(aside) => {
            let input = |what: &str, value: String| json!({"type": {"text": what}, "valueString": value});
            task["input"] = json!([input("device", aside.device.clone()), input("entry", aside.seq.to_string())]);
        }
        Thing::Note(held, note) => {
            task["focus"] = json!({"reference": format!("{}/{}", held.kind, held.id)});
            task["input"] = json!([{"type": {"text": "note"}, "valueString": words_of(note)}]);
        }
    }
    if let Some(review) = &it.review {
        task["businessStatus"] = json!({"coding": [{"code": review.outcome}]});
        task["note"] = json!([{"time": review.at, "text": review.words, "authorReference": staff(&review.by)}]);
    }
    task
}

fn declared(task: &mut Value, it: &Alerted) {
    task["executionPeriod"] = json!({"start": it.declared});
    if let Some(end) = it.ended {
        task["executionPeriod"]["end"] = json!(end);
    }
    if it.reason_code.is_some() || it.reason_text.is_some() {
        let mut reason = json!({"text": it.reason_text.as_deref().unwrap_or_default()});
        if let Some(code) = &it.reason_code {
            reason["coding"] = json!([{"system": REASON, "code": code}]);
        }
        task["reasonCode"] = reason;
    }
}

/// The text of a note, and what its resources call what they say.
pub(super) fn words_of(note: &[Value]) -> String {
    let read = from_resources(&note.iter().collect::<Vec<_>>(), |text| STANDARD.decode(text).ok());
    let text = read.map(|note| note.text.reveal().clone()).unwrap_or_default();
    let named = |it: &Value| {
        let name =
            ["/code/text", "/description", "/medicationCodeableConcept/text"].map(|place| it.pointer(place)?.as_str());
        let value = it.pointer("/valueCodeableConcept/text").and_then(Value::as_str).map(str::to_owned);
        let value = value.or_else(|| it["valueQuantity"]["value"].as_number().map(ToString::to_string));
        let name = name.into_iter().flatten().next()?;
        Some(value.map_or_else(|| name.to_owned(), |value| format!("{name}: {value}")))
    };
    let named = note.iter().filter_map(named).filter(|words| *words != text);
    [text.clone()].into_iter().filter(|words| !words.is_empty()).chain(named).collect::<Vec<_>>().join("\n")
}
