//! The hub: the real one, in this process, that can end at any moment and be played back from a backup.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result};
use hub::{Enrolment, Entrance, Limits, Options, Rate, Running, Store, serve};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::EmergencyNone;
use shared::identity::{DeviceId, NhsNumber, Organisation, PatientId, Role, Staff, StaffId};
use tempfile::TempDir;

use super::plan::PATIENTS;
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
        let store = Store::open(&folder.path().join("hub.sqlite")).await?;
        for staff in staff() {
            store.insert_staff(&staff).await?;
        }
        let all = (0..PATIENTS).flat_map(|number| [patient(number), consent(number, "permit")]);
        store.insert_resources(all.collect()).await?;
        store.close().await;
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

    /// The person takes back their permission.
    pub(super) async fn withdraw(&self, number: usize) -> Result<()> {
        self.store()?.insert_resource(consent(number, "deny")).await?;
        Ok(())
    }

    /// Shuts a device out.
    pub(super) async fn revoke(&self, device: DeviceId) -> Result<()> {
        self.store()?.revoke_device(device, "steward", Timestamp::now()).await?;
        Ok(())
    }
}

/// Whoever uses the devices: two share the first.
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
        one("crew", Role::EmergencyClinician),
        one("nurse", Role::CareTeamClinician),
        one("carer", Role::CareTeamClinician),
    ]
}

pub(super) fn patient_id(number: usize) -> PatientId {
    PatientId::new(format!("p{number}"))
}

fn patient(number: usize) -> Value {
    json!({"resourceType": "Patient", "id": format!("p{number}"), "birthDate": "1940-02-03",
        "name": [{"family": format!("Testcase{number}"), "given": ["Fault"]}],
        "identifier": [{"system": NhsNumber::SYSTEM, "value": NUMBERS[number]}]})
}

fn consent(number: usize, decision: &str) -> Value {
    json!({"resourceType": "Consent", "id": format!("c{number}"), "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
            {"coding": [{"system": "https://doorstep.example/CodeSystem/consent-tier", "code": "emergency"}]}],
        "patient": {"reference": format!("Patient/p{number}")}, "provision": {"type": decision}})
}
