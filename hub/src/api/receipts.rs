//! `POST {base}/$receipts`: what became of one's own notes: received when, shown to whom first.
//!
//! In: Parameters `note` 0..*, the identifiers that the device gave them, each a `valueString`. Out, for each note of the
//! asker that is here: `note` with the parts `identifier`, `received` (instant) and `seen` 0..* with the parts `role`
//! (code) and `when` (instant), one for each role that it was shown to. No names, and nothing of notes of others: those
//! and the unknown are left out alike.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use shared::identity::NoteId;
use shared::note::{RECEIVED_EXTENSION, belongs_to};

use super::answer::fhir;
use super::body::FhirBody;
use super::context::{Hub, Signed};
use super::problem::Problem;
use super::records::is_author;
use crate::store::Stored;

/// The most notes that are asked about at once.
const MAX_NOTES: usize = 200;

/// `POST /fhir/$receipts`.
pub(crate) async fn receipts(
    State(hub): State<Hub>,
    signed: Signed,
    FhirBody(body): FhirBody,
) -> Result<Response, Problem> {
    let mut told = Vec::new();
    let mut patients = Vec::new();
    for note in asked(&body)? {
        let parts = hub.store.of_note(note).await?;
        let Some(first) = parts.first().filter(|first| is_author(&first.resource, &signed.staff)) else { continue };
        if !patients.contains(&first.patient) {
            patients.push(first.patient.clone());
        }
        told.push(receipt(&hub, note, first).await?);
    }
    for patient in &patients {
        hub.store.audit(&signed.audit("receipts", patient.as_deref())).await?;
    }
    if patients.is_empty() {
        hub.store.audit(&signed.audit("receipts", None)).await?;
    }
    let mut answer = json!({"resourceType": "Parameters"});
    if !told.is_empty() {
        answer["parameter"] = Value::Array(told);
    }
    Ok(fhir(&answer))
}

fn asked(body: &Value) -> Result<Vec<NoteId>, Problem> {
    if body["resourceType"] != "Parameters" {
        return Err(Problem::invalid("Send Parameters with the identifiers of your notes as note."));
    }
    let all: Vec<&Value> =
        body["parameter"].as_array().into_iter().flatten().filter(|it| it["name"] == "note").collect();
    if all.len() > MAX_NOTES {
        return Err(Problem::too_long("Ask about 200 notes at a time."));
    }
    let id = |it: &&Value| it["valueString"].as_str()?.parse().ok().map(NoteId::new);
    let mut notes: Vec<NoteId> = all.iter().filter_map(id).collect();
    notes.sort_unstable();
    notes.dedup();
    Ok(notes)
}

async fn receipt(hub: &Hub, note: NoteId, first: &Stored) -> Result<Value, Problem> {
    let extensions = first.resource["extension"].as_array().into_iter().flatten();
    let received = extensions.into_iter().find(|it| it["url"] == RECEIVED_EXTENSION).map(|it| &it["valueInstant"]);
    let mut parts = vec![json!({"name": "identifier", "valueString": note.to_string()})];
    parts.extend(received.map(|at| json!({"name": "received", "valueInstant": at})));
    for (role, at) in hub.store.readers_of(note).await? {
        parts.push(json!({"name": "seen", "part": [
            {"name": "role", "valueCode": role.code()}, {"name": "when", "valueInstant": at.to_string()}]}));
    }
    Ok(json!({"name": "note", "part": parts}))
}

/// Remembers which notes of others are in what is about to be answered.
pub(super) async fn shown<'a>(
    hub: &Hub,
    signed: &Signed,
    resources: impl IntoIterator<Item = &'a Value>,
) -> Result<(), Problem> {
    let others = resources.into_iter().filter(|it| !is_author(it, &signed.staff));
    let mut notes: Vec<NoteId> = others.filter_map(|it| belongs_to(it).map(|(note, _)| note)).collect();
    notes.sort_unstable();
    notes.dedup();
    Ok(hub.store.note_shown(&notes, &signed.staff).await?)
}
