//! A note on the wire: DocumentReference and Provenance, created in one transaction.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Note;
use crate::identity::{DeviceId, NoteId, Organisation, PatientId, Role, Staff, StaffId};

/// Namespace of a note's business identifier: the key by which sending twice changes nothing.
pub const SYSTEM: &str = "https://doorstep.example/NamingSystem/field-note";
/// Extension on DocumentReference: the instant at which the record accepted the note.
pub const RECEIVED_EXTENSION: &str = "https://doorstep.example/StructureDefinition/received";
const ROLE_SYSTEM: &str = "https://doorstep.example/CodeSystem/staff-role";

/// Why a DocumentReference cannot be read as a note. It is counted and shown as unreadable, never dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Another resource type.
    #[error("not a DocumentReference")]
    NotADocumentReference,
    /// A part without which nobody could rely on the note.
    #[error("a note without {0}")]
    Missing(&'static str),
    /// The text is not base64 of UTF-8.
    #[error("the text of a note could not be decoded")]
    Text,
}

/// The transaction that creates `note` (FHIR R4 §3.1.0.11), conditional on its identifier.
/// `encode` is base64 (RFC 4648 §4), handed in so that this crate needs no codec of its own.
pub fn to_transaction(note: &Note, device: DeviceId, encode: impl Fn(&[u8]) -> String) -> Value {
    let document = note.id.urn();
    json!({
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": document,
                "resource": document_reference(note, &encode),
                "request": {"method": "POST", "url": "DocumentReference", "ifNoneExist": format!("identifier={SYSTEM}|{}", note.id)}
            },
            {
                "resource": {
                    "resourceType": "Provenance",
                    "target": [{"reference": document}],
                    "recorded": note.authored.to_string(),
                    "activity": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "CREATE"}]},
                    "agent": [
                        {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "author"}]},
                         "who": staff_reference(&note.author)},
                        {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "assembler"}]},
                         "who": {"identifier": {"system": "urn:ietf:rfc:3986", "value": device.urn()}, "display": "Doorstep device"}}
                    ]
                },
                "request": {"method": "POST", "url": "Provenance", "ifNoneExist": format!("target:DocumentReference.identifier={SYSTEM}|{}", note.id)}
            }
        ]
    })
}

fn document_reference(note: &Note, encode: impl Fn(&[u8]) -> String) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "identifier": [{"system": SYSTEM, "value": note.id.to_string()}],
        "contained": [{
            "resourceType": "PractitionerRole",
            "id": "author",
            "practitioner": staff_reference(&note.author),
            "organization": {
                "identifier": {"system": Organisation::SYSTEM, "value": note.author.organisation.ods},
                "display": note.author.organisation.name
            },
            "code": [{"coding": [{"system": ROLE_SYSTEM, "code": note.author.role.code()}], "text": note.author.job_title}]
        }],
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}]},
        "category": [{"coding": [{"system": "http://snomed.info/sct", "code": "823651000000106", "display": "Clinical note"}]}],
        "subject": {"reference": format!("Patient/{}", note.patient)},
        "date": note.authored.to_string(),
        "author": [{"reference": "#author", "display": note.author.name}],
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": encode(note.text.reveal().as_bytes())}}]
    })
}

fn staff_reference(staff: &Staff) -> Value {
    json!({"identifier": {"system": Staff::SYSTEM, "value": staff.id.as_str()}, "display": staff.name})
}

/// Reads a note back from a record. `decode` is base64.
///
/// # Errors
/// See [`NoteError`].
pub fn from_document_reference(document: &Value, decode: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Note, NoteError> {
    if document["resourceType"] != "DocumentReference" {
        return Err(NoteError::NotADocumentReference);
    }
    let list = |field: &'static str| document[field].as_array().into_iter().flatten();
    let id = list("identifier")
        .find(|i| i["system"] == SYSTEM)
        .and_then(|i| i["value"].as_str()?.parse().ok())
        .map(NoteId::new)
        .ok_or(NoteError::Missing("an identifier"))?;
    let patient = document["subject"]["reference"].as_str().and_then(|r| r.strip_prefix("Patient/"));
    let role =
        list("contained").find(|r| r["resourceType"] == "PractitionerRole").ok_or(NoteError::Missing("an author"))?;
    let data = document["content"][0]["attachment"]["data"].as_str().ok_or(NoteError::Missing("text"))?;
    let text = decode(data).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(NoteError::Text)?;
    Ok(Note {
        id,
        patient: PatientId::new(patient.ok_or(NoteError::Missing("a patient"))?),
        author: author(role)?,
        text: text.into(),
        authored: instant(&document["date"]).ok_or(NoteError::Missing("the time it was written"))?,
        received: list("extension").find(|e| e["url"] == RECEIVED_EXTENSION).and_then(|e| instant(&e["valueInstant"])),
    })
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

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    // Hexadecimal stands in for base64: the mapping is under test here, not the codec.
    fn encode(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    fn decode(text: &str) -> Option<Vec<u8>> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
    }

    fn note() -> Note {
        Note {
            id: NoteId::new(Uuid::from_u128(7)),
            patient: PatientId::new("p1"),
            author: Staff {
                id: StaffId::new("s1"),
                name: "Test Writer".into(),
                role: Role::DomiciliaryCarer,
                job_title: "Carer".into(),
                organisation: Organisation { ods: "X1".into(), name: "Test Care".into() },
            },
            text: "Ate half her lunch — “no pain”. 血圧 120/80".to_owned().into(),
            authored: Timestamp::UNIX_EPOCH,
            received: None,
        }
    }

    #[test]
    fn a_note_survives_the_wire_whole() {
        let bundle = to_transaction(&note(), DeviceId::new(Uuid::from_u128(9)), encode);
        let document = &bundle["entry"][0]["resource"];
        assert_eq!(from_document_reference(document, decode), Ok(note()));
        assert_eq!(bundle["entry"][1]["resource"]["target"][0]["reference"], bundle["entry"][0]["fullUrl"]);
    }

    #[test]
    fn the_time_of_receipt_is_the_records_not_the_authors() {
        let mut document = to_transaction(&note(), DeviceId::new(Uuid::nil()), encode)["entry"][0]["resource"].clone();
        document["extension"] = json!([{"url": RECEIVED_EXTENSION, "valueInstant": "2026-03-01T08:00:00Z"}]);
        let read = from_document_reference(&document, decode);
        assert_eq!(read.map(|n| n.received.map(|t| t.to_string())), Ok(Some("2026-03-01T08:00:00Z".to_owned())));
    }

    #[test]
    fn a_note_with_a_part_missing_is_an_error_and_no_default() {
        let whole = to_transaction(&note(), DeviceId::new(Uuid::nil()), encode)["entry"][0]["resource"].clone();
        for field in ["identifier", "contained", "subject", "date", "content"] {
            let mut document = whole.clone();
            document.as_object_mut().expect("an object").shift_remove(field);
            assert!(from_document_reference(&document, decode).is_err(), "{field}");
        }
        assert_eq!(from_document_reference(&whole, |_| None), Err(NoteError::Text));
        assert_eq!(
            from_document_reference(&json!({"resourceType": "Patient"}), decode),
            Err(NoteError::NotADocumentReference)
        );
    }
}
