//! A hub with the demo people, asked in this process: the same routes and layers, without sockets.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::consent::{EmergencyNone, STEP_UP};
use shared::identity::{NhsNumber, Organisation, Role, Staff, StaffId};
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use crate::api::{Hub, router};
use crate::auth::{Entrance, Gate};
use crate::keys::HubKeys;
use crate::secret;
use crate::store::Store;

/// A running hub of made-up people.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) staff: Vec<Staff>,
    /// Whose signatures are believed.
    pub(super) believed: keys::KeySet,
    routes: Router,
    _folder: tempfile::TempDir,
}

/// An answer, without what is new in every answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of an out-parameter of an operation.
    pub(super) fn parameters(&self, name: &str) -> Vec<String> {
        let json = self.json();
        let named = json["parameter"].as_array().into_iter().flatten().filter(|p| p["name"] == *name);
        let value = |p: &Value| p["valueCode"].as_str().or(p["valueString"].as_str()).map(str::to_owned);
        named.filter_map(value).collect()
    }

    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters(name).pop()
    }
}

impl World {
    /// The demo people and staff, and clinicians of the organisations whom some people opened labelled items to.
    pub(super) async fn seeded(setting: EmergencyNone) -> Self {
        // In memory where the system has it: what is looked at here is what is answered, not what the disk keeps.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let file = folder.path().join("hub.sqlite");
        std::fs::write(&file, SEEDED.get_or_init(seed).await).unwrap();
        let store = Store::open(&file).await.unwrap();
        let staff = store.all_staff().await.unwrap();
        let keys: Arc<HubKeys> = HubKeys::in_memory().unwrap().into();
        let believed = keys.set();
        let gate = Gate::new(&Entrance::default(), true).unwrap();
        let hub = Hub {
            store: store.clone(),
            setting,
            keys,
            address: "hub.test".into(),
            encrypted: false,
            gate,
            dev_sign_in: true,
        };
        Self { store, staff, believed, routes: router(hub), _folder: folder }
    }

    /// One of each role and organisation: to the decision the others are the same.
    pub(super) fn distinct_staff(&self) -> impl Iterator<Item = &Staff> {
        let same = |a: &Staff, b: &Staff| a.role == b.role && a.organisation == b.organisation;
        let first = move |it: &&Staff| self.staff.iter().find(|other| same(it, other)) == Some(*it);
        self.staff.iter().filter(first)
    }

    /// Asks as a member of staff; their id serves as their token.
    pub(super) async fn ask(&self, who: &str, method: &str, path: &str, grant: Option<&str>, body: &Value) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("Authorization", format!("Bearer {who}"));
        if let Some(grant) = grant {
            request = request.header("X-Doorstep-Grant", grant);
        }
        if method == "PUT" {
            // A version that nothing has: who may change it is told so, and nothing is changed.
            request = request.header("If-Match", "W/\"0\"");
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header("Content-Type", "application/fhir+json").body(body).unwrap();
        let (head, body) = self.routes.clone().oneshot(request).await.unwrap().into_parts();
        let text = |v: &axum::http::HeaderValue| v.to_str().unwrap().to_owned();
        let mut headers: BTreeMap<_, _> = head.headers.iter().map(|(n, v)| (n.to_string(), text(v))).collect();
        headers.remove("x-request-id");
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: head.status.as_u16(), headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(super) async fn get(&self, who: &str, path: &str, grant: Option<&str>) -> Reply {
        self.ask(who, "GET", path, grant, &Value::Null).await
    }

    /// Asks for a decision, with all that one under this purpose takes.
    pub(super) async fn decide(&self, who: &str, patient: &str, purpose: &str, basis: &str, refused: bool) -> Reply {
        let mut body = json!({"resourceType": "Parameters", "parameter": [
            {"name": "purpose", "valueCode": purpose}, {"name": "basis", "valueCode": basis},
            {"name": "patientRefused", "valueBoolean": refused}, {"name": "reasonText", "valueString": "Unconscious"}]});
        if let (Some(list), "BTG") = (body["parameter"].as_array_mut(), purpose) {
            list.extend(self.glass(who, patient).await);
        }
        self.ask(who, "POST", &format!("/fhir/Patient/{patient}/$consent-decision"), None, &body).await
    }
}

impl World {
    /// What breaking the glass takes beside the declaration: the code, the proof of the PIN, two identifiers.
    async fn glass(&self, who: &str, patient: &str) -> [Value; 4] {
        let stored = self.store.read("Patient", patient).await.unwrap().map(|it| it.resource).unwrap_or_default();
        let claims = json!({"sub": who, "patient": patient, "iat": Timestamp::now().as_second()});
        let proof = keys::SigningKey::generate().unwrap().sign(STEP_UP, &claims).unwrap();
        let number = stored["identifier"].as_array().into_iter().flatten().find(|it| it["system"] == NhsNumber::SYSTEM);
        let number = number.map_or("9434765919", |it| it["value"].as_str().unwrap());
        [
            json!({"name": "reasonCode", "valueCode": "unconscious"}),
            json!({"name": "stepUp", "valueString": proof}),
            json!({"name": "nhsNumber", "valueString": number}),
            json!({"name": "birthDate", "valueString": stored["birthDate"].as_str().unwrap_or("1950")}),
        ]
    }
}

/// The file of a seeded hub: made once, for every test a copy.
static SEEDED: OnceCell<Vec<u8>> = OnceCell::const_new();

async fn seed() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.sqlite");
    let store = Store::open(&file).await.unwrap();
    crate::demo::seed(&store).await.unwrap();
    let sources = crate::demo::sources::Sources::read().unwrap();
    for org in ["acute", "clinic", "heathside"] {
        store.insert_staff(&clinician(org, &sources.org(org).unwrap().ods)).await.unwrap();
    }
    let until = Timestamp::now() + SignedDuration::from_hours(12);
    for one in store.all_staff().await.unwrap() {
        store.insert_token(&secret::hash(one.id.as_str()), one.id.as_str(), "", until).await.unwrap();
    }
    // Closing writes the log back into the file.
    store.close().await;
    std::fs::read(&file).unwrap()
}

fn clinician(org: &str, ods: &str) -> Staff {
    Staff {
        id: StaffId::new(format!("clinician-{org}")),
        name: format!("Clinician of {org}"),
        role: Role::CareTeamClinician,
        job_title: "Doctor".to_owned(),
        organisation: Organisation { ods: ods.to_owned(), name: org.to_owned() },
    }
}
