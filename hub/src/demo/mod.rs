//! The made-up people and staff of `--demo`.
//!
//! They are written in `assets/demo` in a compact form; the README there says who is who and what is hard about
//! each. [`demo`] expands them into FHIR R4 at a given time, [`seed`] puts them into a store.

mod expand;
mod files;
mod format;
mod letters;
mod rota;
mod sources;
mod when;

use jiff::Timestamp;
use serde_json::Value;
use shared::consent::RecordState;
use shared::identity::{PatientId, Staff};

use crate::secret;
use crate::store::{Imported, Store, StoreError};

/// The id of a demo person: `okafor` is `Patient/demo-okafor`.
pub fn key(slug: &str) -> String {
    format!("demo-{slug}")
}

/// Why the demo files cannot be used. Only a change to the files can bring it about.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file is not in its form.
    #[error("{name}.json: {source}")]
    File {
        /// The file.
        name: String,
        /// What is wrong and where.
        source: serde_json::Error,
    },
    /// A code, kind or section that there is none of.
    #[error("no such code: {0}")]
    Code(String),
    /// An organisation, professional or person that there is none of.
    #[error("nobody of the key {0}")]
    Source(String),
    /// Not a date or a length of time.
    #[error("not a time: {0:?}")]
    Date(String),
}

/// The demo people at one moment.
#[derive(Debug, Default)]
pub struct Demo {
    /// Organisations and professionals, to which the records point.
    pub shared: Vec<Value>,
    /// Each person: id, Patient, and all other resources of the record, Consents and Provenance among them.
    pub people: Vec<DemoPerson>,
    /// What other services wrote about them.
    pub letters: Vec<DemoLetter>,
    /// Today's work.
    pub appointments: Vec<Value>,
    /// Who can sign in.
    pub staff: Vec<Staff>,
}

/// One person.
#[derive(Debug)]
pub struct DemoPerson {
    /// `demo-<slug>`.
    pub id: PatientId,
    /// What is hard about this person.
    pub awkward: String,
    /// `open`; `locked` after an opt-out; `none` when the record is kept elsewhere.
    pub state: RecordState,
    /// The Patient.
    pub patient: Value,
    /// Everything else.
    pub resources: Vec<Value>,
}

/// A document of another service about a person.
#[derive(Debug)]
pub struct DemoLetter {
    /// `demo-<slug>`.
    pub patient: PatientId,
    /// When it was written.
    pub composed: Timestamp,
    /// An IPS document, with its labels.
    pub document: Value,
}

/// The demo people as they stand at `now`.
///
/// # Errors
/// [`DemoError`].
pub fn demo(now: Timestamp) -> Result<Demo, DemoError> {
    let (sources, people) = (sources::Sources::read()?, files::people()?);
    Ok(Demo {
        shared: sources.resources(),
        letters: letters::letters(&sources, now)?,
        appointments: rota::appointments(&people, &sources, now)?,
        staff: sources.staff()?,
        people: people.iter().map(|p| person(p, &sources, now)).collect::<Result<_, _>>()?,
    })
}

fn person(it: &format::Person, sources: &sources::Sources, now: Timestamp) -> Result<DemoPerson, DemoError> {
    let mut resources = expand::expand(it, sources, now)?;
    let patient = resources.remove(0);
    let opted_out = it.consents.iter().any(|c| c.tier == "opt-out" && !c.superseded);
    let state = match (it.no_record, opted_out) {
        (true, _) => RecordState::None,
        (false, true) => RecordState::Locked,
        (false, false) => RecordState::Open,
    };
    Ok(DemoPerson { id: PatientId::new(key(&it.slug)), awkward: it.awkward.clone(), state, patient, resources })
}

/// Who of the staff may read the account of accesses.
const PRIVACY_OFFICER: &str = "admin-park";
/// Who of the staff may see and revoke devices.
const DEVICE_STEWARD: &str = "admin-park";

/// Fills an empty store with the demo people, their records, consents and visits, and with staff of each role.
///
/// # Errors
/// The store could not be written.
pub async fn seed(store: &Store) -> Result<(), StoreError> {
    // The files are built in and tested: a fault in them is a fault of this binary.
    let demo = demo(Timestamp::now()).map_err(|_| StoreError::Corrupt("demo person"))?;
    let mut write = store.begin().await?;
    for resource in demo.shared.into_iter().chain(demo.appointments) {
        write.put(resource, None).await?;
    }
    let mut states = Vec::new();
    for person in demo.people {
        write.put(person.patient, None).await?;
        for resource in person.resources {
            write.put(resource, Some(person.id.as_str())).await?;
        }
        states.push((person.id, person.state));
    }
    write.commit().await?;
    for (id, state) in states {
        store.set_record_state(&id, state).await?;
    }
    for letter in demo.letters {
        // As a service would send it: readable by eye, kept to the byte.
        let bytes = format!("{:#}\n", letter.document).into_bytes();
        let sha256 = secret::hash(&bytes);
        store.insert_document(&Imported::new(letter.patient.as_str(), sha256, letter.composed, true, bytes)).await?;
    }
    for staff in &demo.staff {
        store.insert_staff(staff).await?;
    }
    store.appoint_privacy_officer(PRIVACY_OFFICER).await?;
    store.appoint_device_steward(DEVICE_STEWARD).await?;
    Ok(())
}

/// `Type/id` of a resource.
fn address(resource: &Value) -> String {
    let part = |field: &str| resource[field].as_str().unwrap_or_default();
    format!("{}/{}", part("resourceType"), part("id"))
}

#[cfg(test)]
mod choices;
#[cfg(test)]
mod glances;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walk;
#[cfg(test)]
pub(crate) mod wellformed;
