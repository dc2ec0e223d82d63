use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::identity::{NoteId, Organisation, PatientId, Role, Staff, StaffId};
use crate::note::RECEIVED_EXTENSION;

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
        content: Content::default(),
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
