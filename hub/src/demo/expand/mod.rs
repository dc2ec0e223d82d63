//! From the compact form to FHIR R4: one module for each kind of thing.

mod care;
mod clinical;
mod consent;
mod observations;
mod papers;
mod patient;
mod provenance;
mod record;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::DemoError;
use super::format::{Fact, Person};
use super::sources::Sources;
use record::Record;
pub(super) use record::label;

/// Everything recorded about a person, the Patient first.
///
/// # Errors
/// See [`DemoError`]: the file names something that is not there.
pub(super) fn expand(person: &Person, sources: &Sources, now: Timestamp) -> Result<Vec<Value>, DemoError> {
    let mut record = Record::new(sources, person, now);
    let patient = record.patient()?;
    record.made.push(patient);
    type Each<'a> = fn(&mut Record<'a>, &Fact) -> Result<(), DemoError>;
    let lists: [(&Vec<Fact>, Each<'_>); 16] = [
        (&person.allergies, Record::allergy),
        (&person.problems, Record::problem),
        (&person.medicines, Record::medicine),
        (&person.flags, Record::flag),
        (&person.cpr, Record::cpr),
        (&person.documents, Record::document),
        (&person.wishes, Record::wish),
        (&person.devices, Record::device),
        (&person.pregnancy, Record::pregnancy),
        (&person.measures, Record::measure),
        (&person.results, Record::result),
        (&person.social, Record::social),
        (&person.procedures, Record::procedure),
        (&person.vaccines, Record::vaccine),
        (&person.contacts_with, Record::contact_with),
        (&person.elsewhere, Record::elsewhere),
    ];
    for (facts, each) in lists {
        facts.iter().try_for_each(|fact| each(&mut record, fact))?;
    }
    if let Some(care) = &person.care {
        record.care(care)?;
    }
    record.provenance()?;
    person.consents.iter().try_for_each(|choice| record.consent(choice))?;
    let not_asked =
        person.not_asked.iter().map(|section| not_asked(&mut record, section)).collect::<Result<Vec<_>, _>>()?;
    record.made.extend(not_asked);
    Ok(record.made)
}

/// A List that says that nobody asked (R4 List.emptyReason): how the hub keeps that apart from "nothing known".
fn not_asked(record: &mut Record<'_>, section: &str) -> Result<Value, DemoError> {
    let code = match section {
        "allergies" => "48765-2",
        "medicines" => "10160-0",
        "problems" => "11450-4",
        other => return Err(DemoError::Code(format!("not asked: {other}"))),
    };
    Ok(json!({
        "resourceType": "List",
        "id": record.id("list"),
        "status": "current",
        "mode": "snapshot",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": record.subject(),
        "emptyReason": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "notasked"}]}
    }))
}
