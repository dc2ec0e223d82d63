//! A note on the wire: its resources and their Provenance, written in one transaction, and read again.

use serde_json::{Value, json};

use super::Note;
use super::amend::Amends;
use super::content::{Content, Visit};
use super::template::Template;
use super::wire::{
    LOINC, PART_SYSTEM, Part, SNOMED, SYSTEM, belongs_to, code_of, list, our_code, practitioner_role, read_head,
    read_text, staff_reference, urn,
};
use crate::care_plan;
use crate::identity::DeviceId;
use crate::vitals;

const TEMPLATE: &str = "https://doorstep.example/CodeSystem/note-template";

/// Why resources cannot be read as a note. It is counted and shown as unreadable, never dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Another resource type.
    #[error("not a DocumentReference")]
    NotADocumentReference,
    /// No resource that stands for a note, or of a kind this version does not know.
    #[error("not a note")]
    NotANote,
    /// A part without which nobody could rely on the note.
    #[error("a note without {0}")]
    Missing(&'static str),
    /// The text is not base64 of UTF-8.
    #[error("the text of a note could not be decoded")]
    Text,
}

/// The transaction that writes `note` (FHIR R4 §3.1.0.11): what is new is created on condition of its identifier, what
/// is edited is put on condition of its version. The first entry stands for the note itself, the last is the Provenance.
/// `encode` is base64 (RFC 4648 §4), handed in so that this crate needs no codec of its own.
pub fn to_transaction(note: &Note, device: DeviceId, encode: impl Fn(&[u8]) -> String) -> Value {
    let mut entries: Vec<Value> = match &note.content {
        Content::Change(change) => vec![change.entry(&note.id.urn())],
        _ => parts(note, &encode).into_iter().enumerate().map(|(at, part)| creation(note, at, part)).collect(),
    };
    entries.push(provenance(note, device, &entries));
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}

fn creation(note: &Note, at: usize, part: Part) -> Value {
    let kind = part.resource["resourceType"].clone();
    let identifier = match part.name {
        None => format!("identifier={SYSTEM}|{}", note.id),
        Some(name) => format!("identifier={PART_SYSTEM}|{}:{name}", note.id),
    };
    json!({
        "fullUrl": urn(note.id, at),
        "resource": part.resource,
        "request": {"method": "POST", "url": kind, "ifNoneExist": identifier}
    })
}

fn provenance(note: &Note, device: DeviceId, entries: &[Value]) -> Value {
    let participant = |code: &str| json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": code}]});
    let edits = matches!(note.content, Content::Change(_));
    let mut request = json!({"method": "POST", "url": "Provenance"});
    if let (false, Some(kind)) = (edits, entries.first().and_then(|e| e["resource"]["resourceType"].as_str())) {
        // An edit is refused whole when it comes twice, and its Provenance with it.
        request["ifNoneExist"] = json!(format!("target:{kind}.identifier={SYSTEM}|{}", note.id));
    }
    json!({
        "resource": {
            "resourceType": "Provenance",
            "target": entries.iter().map(|e| json!({"reference": e["fullUrl"]})).collect::<Vec<_>>(),
            "recorded": note.authored.to_string(),
            "activity": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": if edits { "UPDATE" } else { "CREATE" }}]},
            "agent": [
                {"type": participant("author"), "who": staff_reference(&note.author)},
                {"type": participant("assembler"),
                 "who": {"identifier": {"system": "urn:ietf:rfc:3986", "value": device.urn()}, "display": "Doorstep device"}}
            ]
        },
        "request": request
    })
}

fn parts(note: &Note, encode: impl Fn(&[u8]) -> String) -> Vec<Part> {
    match &note.content {
        Content::Visit(visit) => vec![Part { name: None, resource: document_reference(note, visit, encode) }],
        Content::Vitals { at, vitals } => vitals::parts(note, vitals, *at),
        Content::Change(_) => Vec::new(),
        Content::Action(action) => care_plan::action_parts(note, action),
        Content::Preference(preference) => care_plan::preference_parts(note, preference),
        Content::Cpr(cpr) => care_plan::cpr_parts(note, cpr),
        Content::Alert(alert) => care_plan::alert_parts(note, alert),
        Content::Phase(phase) => care_plan::phase_parts(note, *phase),
        Content::Akps(akps) => care_plan::akps_parts(note, *akps),
        Content::Ipos(ipos) => care_plan::ipos_parts(note, ipos),
        Content::Stock(check) => care_plan::stock_parts(note, check),
        Content::Dose(dose) => care_plan::dose_parts(note, dose),
    }
}

fn document_reference(note: &Note, visit: &Visit, encode: impl Fn(&[u8]) -> String) -> Value {
    let mut made = json!({
        "resourceType": "DocumentReference",
        "identifier": [{"system": SYSTEM, "value": note.id.to_string()}],
        "contained": [practitioner_role(&note.author)],
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": LOINC, "code": "11506-3", "display": "Progress note"}]},
        "category": [{"coding": [{"system": SNOMED, "code": "823651000000106", "display": "Clinical note"}]}],
        "subject": {"reference": format!("Patient/{}", note.patient)},
        "date": note.authored.to_string(),
        "author": [super::wire::by_author(note)],
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": encode(note.text.reveal().as_bytes())}}]
    });
    if let (true, Some(all)) = (visit.template != Template::Free, made["category"].as_array_mut()) {
        all.push(json!({"coding": [{"system": TEMPLATE, "code": visit.template.code()}]}));
    }
    if let Some(plan) = &visit.care_plan {
        made["context"] = json!({"related": [{"reference": format!("CarePlan/{plan}")}]});
    }
    if let Some(amends) = &visit.amends {
        amends.write(&mut made);
    }
    made
}

/// Reads a note in words back from a record. `decode` is base64.
///
/// # Errors
/// See [`NoteError`].
pub fn from_document_reference(document: &Value, decode: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Note, NoteError> {
    if document["resourceType"] != "DocumentReference" {
        return Err(NoteError::NotADocumentReference);
    }
    let mut note = read_head(document)?;
    let data = document["content"][0]["attachment"]["data"].as_str().ok_or(NoteError::Missing("text"))?;
    note.text = decode(data).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(NoteError::Text)?.into();
    let template = list(document, "category").find_map(|category| code_of(category, TEMPLATE));
    let plan = list(&document["context"], "related").find_map(|r| r["reference"].as_str()?.strip_prefix("CarePlan/"));
    note.content = Content::Visit(Visit {
        template: template.map(Template::from_code).unwrap_or_default(),
        care_plan: plan.map(str::to_owned),
        amends: Amends::read(document)?,
    });
    Ok(note)
}

/// Reads a note back from all resources of the record that [`belongs_to`] it, in any order; resources of other notes
/// among them do no harm. `decode` is base64.
///
/// # Errors
/// See [`NoteError`].
pub fn from_resources(resources: &[&Value], decode: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Note, NoteError> {
    let own = |r: &&&Value| matches!(belongs_to(r), Some((_, None)));
    let first: &Value = resources.iter().find(own).ok_or(NoteError::NotANote)?;
    if first["resourceType"] == "DocumentReference" {
        return from_document_reference(first, decode);
    }
    let mut note = read_head(first)?;
    let part = |name: &str| {
        let wanted = Some((note.id, Some(name)));
        resources.iter().copied().find(|r| belongs_to(r) == wanted)
    };
    let mut text = read_text(first, note.id);
    note.content = match first["resourceType"].as_str() {
        Some("Observation") => observed(first, part)?,
        Some("Flag") => {
            let (words, alert) = care_plan::read_alert(first)?;
            text = words;
            Content::Alert(alert)
        }
        Some("Task") => Content::Action(care_plan::read_action(first)?),
        Some("MedicationAdministration") => Content::Dose(care_plan::read_dose(first)?),
        _ => return Err(NoteError::NotANote),
    };
    note.text = text.into();
    Ok(note)
}

fn observed<'a>(made: &Value, part: impl Fn(&str) -> Option<&'a Value>) -> Result<Content, NoteError> {
    let code = &made["code"];
    Ok(match (our_code(code), code_of(code, LOINC), code_of(code, SNOMED)) {
        (None, Some("85353-1"), _) => {
            let (at, vitals) = vitals::from_parts(made, part)?;
            Content::Vitals { at, vitals }
        }
        (None, _, Some("304251008")) => Content::Cpr(care_plan::read_cpr(made)?),
        (Some("phase-of-illness"), ..) => Content::Phase(care_plan::read_phase(made)?),
        (Some("akps"), ..) => Content::Akps(care_plan::read_akps(made)?),
        (Some("ipos"), ..) => Content::Ipos(care_plan::read_ipos(made)?),
        (Some("just-in-case"), ..) => Content::Stock(care_plan::read_stock(made)?),
        (Some("preferred-place" | "care-wish" | "treatment-wish"), ..) => {
            Content::Preference(care_plan::read_preference(made)?)
        }
        _ => return Err(NoteError::NotANote),
    })
}

#[cfg(test)]
#[path = "fhir/tests.rs"]
mod tests;
