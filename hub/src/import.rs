//! `import DIR`: IPS documents made elsewhere, kept to the byte and made findable.
//!
//! A document becomes a person with the emergency tier permitted (an owner who imports a record means it to be used),
//! unless it is about somebody who is known here: then it is a further document of theirs, and nothing of their
//! choices or of what is known of them changes. A shared identifier alone joins nobody: test systems give one number
//! to everyone, and two people in one record can kill.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::Purpose;
use shared::fhir::{Document, Subject};
use shared::identity::{NhsNumber, PatientId};

use crate::consent::Tier;
use crate::secret;
use crate::store::{Imported, Store, StoreError, Stored, family_names, identifiers_of};

/// What became of each file, in order of its path.
#[derive(Debug, Default)]
pub struct Report {
    /// One line per file.
    pub lines: Vec<Line>,
}

/// What became of one file.
#[derive(Debug)]
pub struct Line {
    /// The file.
    pub file: PathBuf,
    /// What became of it.
    pub result: Result<Accepted, Refused>,
}

/// A document that is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Whose it is.
    pub patient: PatientId,
    /// Entries of the Bundle.
    pub entries: usize,
    /// The same bytes were there before.
    pub known: bool,
}

/// Why a file was not taken. The words hold nothing of the file.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It could not be read from the disk.
    #[error("the file cannot be read: {0}")]
    File(std::io::ErrorKind),
    /// It is no IPS document.
    #[error("{0}")]
    Document(#[from] shared::fhir::NotADocument),
    /// It does not say whom it is about.
    #[error("the document does not say whom it is about")]
    NoPatient,
    /// It names several people and does not say whom it is about.
    #[error("the document names several people and does not say whom it is about")]
    Unclear,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Imports every `*.json` below `directory`. One bad file costs no other.
///
/// # Errors
/// The directory itself cannot be read.
pub async fn import(store: &Store, directory: &Path) -> Result<Report, std::io::Error> {
    let mut files = Vec::new();
    collect(directory, &mut files)?;
    files.sort();
    let mut report = Report::default();
    for file in files {
        let result = import_file(store, &file).await;
        report.lines.push(Line { file, result });
    }
    Ok(report)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), std::io::Error> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        // Links are not followed: one could lead back up, without end.
        if kind.is_dir() {
            collect(&path, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            files.push(path);
        }
    }
    Ok(())
}

async fn import_file(store: &Store, file: &Path) -> Result<Accepted, Refused> {
    let bytes = tokio::fs::read(file).await.map_err(|e| Refused::File(e.kind()))?;
    import_document(store, bytes).await
}

/// Imports one document.
///
/// # Errors
/// See [`Refused`].
pub async fn import_document(store: &Store, bytes: Vec<u8>) -> Result<Accepted, Refused> {
    let document = Document::read(&bytes)?;
    let patient = match document.subject() {
        Subject::Patient(_, patient) => patient.clone(),
        Subject::Unclear => return Err(Refused::Unclear),
        Subject::None => return Err(Refused::NoPatient),
    };
    let sha256 = secret::hash(&bytes);
    let entries = document.entries().len();
    if let Some(known) = store.patient_of_document(&sha256).await? {
        return Ok(Accepted { patient: PatientId::new(known), entries, known: true });
    }
    let composed = composed(&document);
    let (person, beside) = match same_person(store, &patient).await? {
        // A record that is put together here knows the person better than a paper from elsewhere.
        Some(person) if store.latest_document(&person.id).await?.is_none() => (person.id, true),
        Some(person) => (update(store, person, &patient, composed).await?, false),
        None => (create(store, &patient, &sha256).await?, false),
    };
    store.insert_document(&Imported::new(&person, sha256, composed, beside, bytes)).await?;
    Ok(Accepted { patient: PatientId::new(person), entries, known: false })
}

fn composed(document: &Document) -> Timestamp {
    let said = [&document.composition()["date"], &document.bundle()["timestamp"]];
    let moment = |text: &str| {
        let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        text.parse().ok().or_else(|| day().map(|zoned| zoned.timestamp()))
    };
    said.into_iter().find_map(|value| moment(value.as_str()?)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Someone known here. With the NHS number and the date of birth in common the name may have changed. With another
/// identifier (or, where the document has none, the id) it must be the date of birth and a family name, and somebody
/// who was imported before: what such an identifier is worth to a record put together here, nobody can tell.
async fn same_person(store: &Store, patient: &Value) -> Result<Option<Stored>, StoreError> {
    let mut candidates = Vec::new();
    for (system, value) in provable(patient) {
        let national = system == NhsNumber::SYSTEM && NhsNumber::parse(&value).is_ok();
        let found = store.patients_by_identifier(Some(&system), &value).await?;
        candidates.extend(found.into_iter().map(|person| (person, national)));
    }
    if let (true, Some(id)) = (provable(patient).is_empty(), patient["id"].as_str()) {
        candidates.extend(store.read("Patient", id).await?.map(|person| (person, false)));
    }
    for (candidate, national) in candidates {
        let (known, imported) = (&candidate.resource, store.latest_document(&candidate.id).await?.is_some());
        if (national && same_birth_date(known, patient)) || (imported && agrees(known, patient)) {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Identifiers that mean something elsewhere too: those with a system.
fn provable(patient: &Value) -> Vec<(String, String)> {
    identifiers_of(patient).into_iter().filter(|(system, _)| !system.is_empty()).collect()
}

fn agrees(a: &Value, b: &Value) -> bool {
    let names = |p: &Value| family_names(p).into_iter().collect::<BTreeSet<_>>();
    let (left, right) = (names(a), names(b));
    let named = (left.is_empty() && right.is_empty()) || !left.is_disjoint(&right);
    named && same_birth_date(a, b)
}

fn same_birth_date(a: &Value, b: &Value) -> bool {
    !a["birthDate"].is_null() && a["birthDate"] == b["birthDate"]
}

/// A newer document brings the newer demographics; identifiers of both are kept.
async fn update(store: &Store, person: Stored, patient: &Value, composed: Timestamp) -> Result<String, StoreError> {
    let newer = store.latest_document(&person.id).await?.is_none_or(|latest| composed > latest.composed);
    let (leading, other) = if newer { (patient, &person.resource) } else { (&person.resource, patient) };
    let mut merged = demographics(leading, &person.id);
    let known = identifiers_of(&merged);
    let is_new = |i: &&Value| !identifiers_of(&json!({"identifier": [i]})).iter().any(|pair| known.contains(pair));
    let more = other["identifier"].as_array().into_iter().flatten().filter(is_new);
    let all: Vec<_> = leading["identifier"].as_array().into_iter().flatten().chain(more).cloned().collect();
    merged["identifier"] = Value::Array(all);
    Ok(store.insert_resource(merged).await?.id)
}

async fn create(store: &Store, patient: &Value, sha256: &str) -> Result<String, StoreError> {
    let id = id_for(store, patient, sha256).await?;
    let person = store.insert_resource(demographics(patient, &id)).await?;
    store.insert_resource(emergency_permit(&person.id)).await?;
    Ok(person.id)
}

/// A reader proves whose document it is by an identifier. Where there is none with a system, only the document's own
/// id for the person is left, so that is kept while it is free.
async fn id_for(store: &Store, patient: &Value, sha256: &str) -> Result<String, StoreError> {
    let made = format!("imported-{}", &sha256[..16]);
    let own = patient["id"].as_str().filter(|id| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    });
    match own {
        Some(own) if provable(patient).is_empty() && !store.knows_patient(own).await? => Ok(own.to_owned()),
        _ => Ok(made),
    }
}

fn demographics(patient: &Value, id: &str) -> Value {
    const FIELDS: [&str; 9] =
        ["identifier", "active", "name", "telecom", "gender", "birthDate", "_birthDate", "address", "deceasedBoolean"];
    let mut person = json!({"resourceType": "Patient", "id": id});
    for field in FIELDS {
        if !patient[field].is_null() {
            person[field] = patient[field].clone();
        }
    }
    person
}

fn emergency_permit(patient: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [
            {"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
            {"coding": [{"system": Tier::SYSTEM, "code": Tier::Emergency.code()}]}
        ],
        "patient": {"reference": format!("Patient/{patient}")},
        "dateTime": Timestamp::now().to_string(),
        "policy": [{"uri": "https://doorstep.example/policy/imported-documents"}],
        "provision": {
            "type": "permit",
            "purpose": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                "code": Purpose::EmergencyTreatment.code()
            }]
        }
    })
}
