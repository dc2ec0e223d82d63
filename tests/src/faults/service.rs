//! The hub: the real one, in this process, that can end at any moment and be played back from a backup.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result};
use hub::{Enrolment, Entrance, Limits, Options, Rate, Running, Store, serve};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::EmergencyNone;
use shared::identity::{DeviceId, NhsNumber, Organisation, PatientId, Role, Staff, StaffId};
use tempfile::TempDir;

use super::plan::{EDITED, PATIENTS};
use super::proxy::{Place, held};
use crate::device::copy_into;

/// Valid NHS numbers from the range that is given to nobody.
const NUMBERS: [&str; PATIENTS] = ["9434765919", "9434765870", "9449305552"];

/// Nobody here is as slow as a person.
const OFTEN: Limits = Limits { address: Rate(NonZeroU32::MAX), one: Rate(NonZeroU32::MAX) };

/// The record service.
pub(super) struct Service {
    folder: TempDir,
    backup: Option<TempDir>,
    running: Option<Running>,
    pub(super) place: Place,
}

impl Service {
    pub(super) async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fill(&folder.path().join("hub.sqlite")).await?;
        let place = Arc::new(Mutex::new(SocketAddr::from(([127, 0, 0, 1], 9))));
        let mut it = Self { folder, backup: None, running: None, place };
        it.start().await?;
        Ok(it)
    }

    async fn start(&mut self) -> Result<()> {
        let options = Options {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: self.folder.path().join("hub.sqlite"),
            demo: false,
            import: None,
            emergency_none: EmergencyNone::Ask,
            entrance: Entrance {
                enrolment: Some(Enrolment::Open),
                sign_in: OFTEN,
                search: OFTEN,
                ..Entrance::default()
            },
            connections: hub::CONNECTIONS,
        };
        let running = serve(options).await?;
        *held(&self.place) = running.addr;
        self.running = Some(running);
        Ok(())
    }

    pub(super) fn store(&self) -> Result<&Store> {
        Ok(&self.running.as_ref().context("the hub is off")?.store)
    }

    /// Ends without finishing what is in flight, and starts again.
    pub(super) async fn crash(&mut self) -> Result<()> {
        self.running = None;
        self.start().await
    }

    pub(super) async fn back_up(&mut self) -> Result<()> {
        let backup = tempfile::tempdir()?;
        self.stop().await;
        copy_into(self.folder.path(), backup.path())?;
        self.backup = Some(backup);
        self.start().await
    }

    /// Is as it was at the backup: what it said since, it does not know of.
    pub(super) async fn restore(&mut self) -> Result<()> {
        let Some(backup) = self.backup.take() else { return Ok(()) };
        self.stop().await;
        self.folder = backup;
        self.start().await
    }

    pub(super) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// The person gives their permission, or takes it back.
    pub(super) async fn permit(&self, number: usize, given: bool) -> Result<()> {
        Ok(self.store()?.insert_resources(consents(number, given)).await?)
    }

    /// What the record has now of what can be edited.
    pub(super) async fn thing(&self, kind: &str, patient: usize) -> Result<Value> {
        let found = self.store()?.read(kind, &thing_id(kind, patient)).await?;
        Ok(found.context("a thing of the story")?.resource)
    }

    /// Shuts a device out.
    pub(super) async fn revoke(&self, device: DeviceId) -> Result<()> {
        self.store()?.revoke_device(device, "steward", Timestamp::now()).await?;
        Ok(())
    }
}

/// Makes the database of a hub that knows everybody, and says what of it can be edited.
pub(super) async fn fill(database: &Path) -> Result<Vec<Value>> {
    let store = Store::open(database).await?;
    for staff in staff() {
        store.insert_staff(&staff).await?;
    }
    let all = (0..PATIENTS).flat_map(|number| [vec![patient(number)], consents(number, true), things(number)]);
    store.insert_resources(all.flatten().collect()).await?;
    let mut made = Vec::new();
    for it in things(EDITED) {
        let (kind, id) = (it["resourceType"].as_str().unwrap_or_default(), it["id"].as_str().unwrap_or_default());
        made.extend(store.read(kind, id).await?.map(|it| it.resource));
    }
    store.close().await;
    Ok(made)
}

/// Whoever uses the devices: two share the first. In an emergency nobody edits goals.
pub(super) fn staff() -> Vec<Staff> {
    let one = |id: &str, role| Staff {
        id: StaffId::new(id),
        name: format!("Test {id}"),
        role,
        job_title: "Tester".into(),
        organisation: Organisation { ods: "T01".into(), name: "Test Service".into() },
    };
    vec![
        one("medic", Role::EmergencyClinician),
        one("district", Role::CareTeamClinician),
        one("nurse", Role::CareTeamClinician),
        one("carer", Role::CareTeamClinician),
    ]
}

/// Whether somebody edits what others wrote.
pub(super) fn edits(who: &StaffId) -> bool {
    staff().iter().any(|it| it.id == *who && it.role == Role::CareTeamClinician)
}

pub(super) fn patient_id(number: usize) -> PatientId {
    PatientId::new(format!("p{number}"))
}

fn patient(number: usize) -> Value {
    json!({"resourceType": "Patient", "id": format!("p{number}"), "birthDate": "1940-02-03",
        "name": [{"family": format!("Testcase{number}"), "given": ["Fault"]}],
        "identifier": [{"system": NhsNumber::SYSTEM, "value": NUMBERS[number]}]})
}

fn consents(number: usize, given: bool) -> Vec<Value> {
    let decision = if given { "permit" } else { "deny" };
    let organisation = json!({"identifier": {"system": Organisation::SYSTEM, "value": "T01"}});
    let receives = json!({"coding": [{"code": "IRCP"}]});
    let one = |tier: &str, purpose: &str| {
        json!({"resourceType": "Consent", "id": format!("{tier}-{number}"), "status": "active",
            "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
                {"coding": [{"system": "https://doorstep.example/CodeSystem/consent-tier", "code": tier}]}],
            "patient": {"reference": format!("Patient/p{number}")},
            "provision": {"type": decision,
                "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": purpose}],
                "actor": [{"role": receives, "reference": organisation}]}})
    };
    vec![one("emergency", "ETREAT"), one("long-term", "CAREMGT")]
}

pub(super) fn thing_id(kind: &str, patient: usize) -> String {
    format!("{}-{patient}", kind.to_lowercase())
}

/// What can be edited of a person.
fn things(number: usize) -> Vec<Value> {
    let person = json!({"reference": format!("Patient/p{number}")});
    let id = |kind: &str| thing_id(kind, number);
    vec![
        json!({"resourceType": "Goal", "id": id("Goal"), "subject": person, "lifecycleStatus": "planned",
            "description": {"text": "Walk to the garden"}}),
        json!({"resourceType": "Task", "id": id("Task"), "for": person, "status": "requested", "intent": "plan",
            "description": "Change the dressing"}),
        json!({"resourceType": "Flag", "id": id("Flag"), "subject": person, "status": "active",
            "category": [{"coding": [{"system": "https://fhir.nhs.uk/CodeSystem/flag-categories-bars", "code": "SS"}]}],
            "code": {"text": "Dog in the yard"}, "period": {"start": "2026-01-01T00:00:00Z", "end": "2029-01-01"}}),
    ]
}
