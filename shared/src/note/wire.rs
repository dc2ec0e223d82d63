//! What every written resource has in common: who wrote it, when, about whom, under which id; and how it is read again.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Note, NoteError};
use crate::identity::{NoteId, Organisation, PatientId, Role, Staff, StaffId};

/// Namespace of a note's business identifier: the key by which sending twice changes nothing.
pub const SYSTEM: &str = "https://doorstep.example/NamingSystem/field-note";
/// Namespace of the further resources of one note, `{note}:{part}`.
pub const PART_SYSTEM: &str = "https://doorstep.example/NamingSystem/field-note-part";
/// Extension: the instant at which the record accepted the note.
pub const RECEIVED_EXTENSION: &str = "https://doorstep.example/StructureDefinition/received";
/// Extension: the instant at which the author's device saved it. A DocumentReference has its `date` for that.
pub const AUTHORED_EXTENSION: &str = "https://doorstep.example/StructureDefinition/authored";
/// Extension: the day on which somebody is to look at it again.
pub const REVIEW_EXTENSION: &str = "https://doorstep.example/StructureDefinition/review-date";
/// Our code system of things that no published code was found for.
pub const RECORD_ITEM: &str = "https://doorstep.example/CodeSystem/record-item";
pub(crate) const SNOMED: &str = "http://snomed.info/sct";
pub(crate) const LOINC: &str = "http://loinc.org";

/// One resource of a note, and how it is put into the record.
pub(crate) struct Part {
    /// `None` for the resource that stands for the note itself.
    pub(crate) name: Option<&'static str>,
    pub(crate) resource: Value,
}

/// The URN of a part in its transaction: the note's own for the first, one beside it for each other. It is unique in
/// the transaction and means nothing outside it.
pub(crate) fn urn(note: NoteId, part: usize) -> String {
    let part = u128::try_from(part).unwrap_or_default();
    NoteId::new(uuid::Uuid::from_u128(note.uuid().as_u128() ^ part)).urn()
}

/// A resource with identifier, author and time of writing. `subject` is the field that names the patient.
pub(crate) fn head(note: &Note, kind: &str, part: Option<&str>, subject: &str) -> Value {
    let identifier = match part {
        None => json!({"system": SYSTEM, "value": note.id.to_string()}),
        Some(part) => json!({"system": PART_SYSTEM, "value": format!("{}:{part}", note.id)}),
    };
    let mut made = json!({
        "resourceType": kind,
        "contained": [practitioner_role(&note.author)],
        "extension": [{"url": AUTHORED_EXTENSION, "valueInstant": note.authored.to_string()}],
        "identifier": [identifier],
    });
    made[subject] = json!({"reference": format!("Patient/{}", note.patient)});
    made
}

pub(crate) fn practitioner_role(author: &Staff) -> Value {
    json!({
        "resourceType": "PractitionerRole",
        "id": "author",
        "practitioner": staff_reference(author),
        "organization": {
            "identifier": {"system": Organisation::SYSTEM, "value": author.organisation.ods},
            "display": author.organisation.name
        },
        "code": [{"coding": [{"system": Role::SYSTEM, "code": author.role.code()}], "text": author.job_title}]
    })
}

/// Points at the contained author.
pub(crate) fn by_author(note: &Note) -> Value {
    json!({"reference": "#author", "display": note.author.name})
}

pub(crate) fn staff_reference(staff: &Staff) -> Value {
    json!({"identifier": {"system": Staff::SYSTEM, "value": staff.id.as_str()}, "display": staff.name})
}

pub(crate) fn concept(system: &str, code: &str, words: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": words}], "text": words})
}

/// A concept of our own code system.
pub(crate) fn ours(code: &str, words: &str) -> Value {
    json!({"coding": [{"system": RECORD_ITEM, "code": code}], "text": words})
}

/// The code of our system that a concept carries.
pub(crate) fn our_code(concept: &Value) -> Option<&str> {
    code_of(concept, RECORD_ITEM)
}

pub(crate) fn code_of<'a>(concept: &'a Value, system: &str) -> Option<&'a str> {
    concept["coding"].as_array()?.iter().find(|c| c["system"] == system)?["code"].as_str()
}

/// The free text as an annotation of its author; nothing when there is none.
pub(crate) fn annotate(note: &Note, resource: &mut Value) {
    if !note.text.reveal().is_empty() {
        resource["note"] = json!([annotation(note)]);
    }
}

pub(crate) fn annotation(note: &Note) -> Value {
    json!({
        "id": note.id.to_string(),
        "authorReference": staff_reference(&note.author),
        "time": note.authored.to_string(),
        "text": note.text.reveal()
    })
}

pub(crate) fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value[field].as_array().into_iter().flatten()
}

pub(crate) fn extension<'a>(value: &'a Value, url: &str) -> Option<&'a Value> {
    list(value, "extension").find(|e| e["url"] == url)
}

/// Whose note a resource belongs to, and which part of it this is.
pub fn belongs_to(resource: &Value) -> Option<(NoteId, Option<&str>)> {
    list(resource, "identifier").find_map(|identifier| {
        let value = identifier["value"].as_str()?;
        let (id, part) = match identifier["system"].as_str()? {
            SYSTEM => (value, None),
            PART_SYSTEM => value.split_once(':').map(|(id, part)| (id, Some(part)))?,
            _ => return None,
        };
        Some((NoteId::new(id.parse().ok()?), part))
    })
}

/// Reads what [`head`] wrote, with the free text left empty.
pub(crate) fn read_head(resource: &Value) -> Result<Note, NoteError> {
    let subject = [&resource["subject"], &resource["for"]].into_iter().find(|s| !s.is_null());
    let patient = subject.and_then(|s| s["reference"].as_str()?.strip_prefix("Patient/"));
    let role = list(resource, "contained").find(|r| r["resourceType"] == "PractitionerRole");
    let authored = extension(resource, AUTHORED_EXTENSION).map_or(&resource["date"], |e| &e["valueInstant"]);
    let id = match belongs_to(resource) {
        Some((id, None)) => id,
        _ => return Err(NoteError::Missing("an identifier")),
    };
    Ok(Note {
        id,
        patient: PatientId::new(patient.ok_or(NoteError::Missing("a patient"))?),
        author: author(role.ok_or(NoteError::Missing("an author"))?)?,
        text: String::new().into(),
        authored: instant(authored).ok_or(NoteError::Missing("the time it was written"))?,
        received: extension(resource, RECEIVED_EXTENSION).and_then(|e| instant(&e["valueInstant"])),
        content: super::Content::default(),
    })
}

/// The free text of an annotated resource.
pub(crate) fn read_text(resource: &Value, id: NoteId) -> String {
    let own = list(resource, "note").find(|note| note["id"] == id.to_string());
    own.and_then(|note| note["text"].as_str()).unwrap_or_default().to_owned()
}

fn author(role: &Value) -> Result<Staff, NoteError> {
    let field = |value: &Value, what| value.as_str().map(str::to_owned).ok_or(NoteError::Missing(what));
    let code = field(&role["code"][0]["coding"][0]["code"], "the author's role")?;
    Ok(Staff {
        id: StaffId::new(field(&role["practitioner"]["identifier"]["value"], "the author's identifier")?),
        name: field(&role["practitioner"]["display"], "the author's name")?,
        role: Role::from_code(&code).map_err(|_| NoteError::Missing("a known role of its author"))?,
        job_title: field(&role["code"][0]["text"], "the author's job")?,
        organisation: Organisation {
            ods: field(&role["organization"]["identifier"]["value"], "the author's organisation")?,
            name: role["organization"]["display"].as_str().unwrap_or_default().to_owned(),
        },
    })
}

pub(crate) fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
