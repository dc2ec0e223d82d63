//! A hub of its own for each test: a temporary file, made-up staff and one made-up record.

use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hub::{Enrolment, Entrance, Options, Running, Store, serve};
use jiff::Timestamp;
use keys::SigningKey;
use serde_json::{Value, json};
use shared::consent::{EmergencyNone, STEP_UP};
use shared::identity::{Organisation, Role, Staff, StaffId};

use crate::device::{exchange, post_form, proven};
use crate::http::{Answer, send};

pub(crate) const NHS: &str = "https://fhir.nhs.uk/Id/nhs-number";
pub(crate) const NOTE: &str = "https://doorstep.example/NamingSystem/field-note";

/// A running hub and the folder it lives in.
pub(crate) struct World {
    pub(crate) hub: Hub,
    pub(crate) folder: tempfile::TempDir,
}

/// A hub in this process, or in one of its own.
pub(crate) struct Hub {
    pub(crate) addr: SocketAddr,
    pub(crate) store: Store,
    running: Option<Running>,
}

impl From<Running> for Hub {
    fn from(running: Running) -> Self {
        Self { addr: running.addr, store: running.store.clone(), running: Some(running) }
    }
}

/// A signed-in member of staff, and the key of their device.
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) staff: String,
    /// None for a token that is good for whoever has it.
    key: Option<SigningKey>,
}

impl Session {
    /// Of a token that somebody made up.
    pub(crate) fn made_up(token: &str) -> Self {
        Self { token: token.to_owned(), staff: token.to_owned(), key: None }
    }

    pub(crate) fn key(&self) -> &SigningKey {
        self.key.as_ref().unwrap()
    }
}

impl World {
    /// A hub with the staff and the person of [`record`].
    pub(crate) async fn new() -> Self {
        let world = Self::empty(EmergencyNone::Ask).await;
        for staff in staff() {
            world.hub.store.insert_staff(&staff).await.unwrap();
        }
        world.hub.store.insert_resources(record()).await.unwrap();
        world
    }

    pub(crate) async fn empty(emergency_none: EmergencyNone) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = serve(options(folder.path().join("hub.sqlite"), emergency_none)).await.unwrap().into();
        Self { hub, folder }
    }

    /// A hub with the same staff and person that lets people and devices in in another way.
    pub(crate) async fn with(entrance: Entrance) -> Self {
        let world = Self::new().await;
        let Self { hub, folder } = world;
        hub.running.unwrap().stop().await;
        let options = options_with(folder.path().join("hub.sqlite"), EmergencyNone::Ask, entrance);
        Self { hub: serve(options).await.unwrap().into(), folder }
    }

    /// The same world served by a process that is already listening.
    pub(crate) async fn moved_to(self, addr: SocketAddr) -> Self {
        let store = Store::open(&self.folder.path().join("hub.sqlite")).await.unwrap();
        Self { hub: Hub { addr, store, running: None }, folder: self.folder }
    }

    /// Stops the hub of this process; the file stays.
    pub(crate) async fn stop(&mut self) {
        self.hub.running.take().unwrap().stop().await;
    }

    /// Stops the hub and starts another on the same file.
    pub(crate) async fn restart(self) -> Self {
        let Self { hub, folder } = self;
        hub.running.unwrap().stop().await;
        let hub = serve(options(folder.path().join("hub.sqlite"), EmergencyNone::Ask)).await.unwrap().into();
        Self { hub, folder }
    }

    pub(crate) async fn get(&self, session: &Session, path: &str) -> Answer {
        self.request("GET", session, path, &[], b"").await
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        session: &Session,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let scheme = if session.key.is_some() { "DPoP" } else { "Bearer" };
        let authorization = format!("{scheme} {}", session.token);
        let proof = session.key.as_ref().map(|key| proven(self, key, method, path, Some(&session.token)));
        let mut all = vec![("Authorization", authorization.as_str())];
        all.extend(proof.as_deref().map(|proof| ("DPoP", proof)));
        all.extend(headers);
        send(self.hub.addr, method, path, &all, body).await
    }

    pub(crate) async fn post(&self, session: &Session, path: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/fhir+json")];
        self.request("POST", session, path, &headers, body.to_string().as_bytes()).await
    }

    /// Signs in the whole way: authorisation, code, token.
    pub(crate) async fn sign_in(&self, staff: &str) -> Session {
        let verifier = "a-verifier-of-forty-three-characters-or-more";
        let answer = send(self.hub.addr, "GET", &self.authorize(staff, &challenge(verifier)), &[], b"").await;
        assert_eq!(answer.status, 302);
        let code = answer.header("location").split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let key = SigningKey::generate().unwrap();
        let answer = self.exchange_as(&key, &code, verifier).await;
        assert_eq!(answer.status, 200);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Session { token, staff: staff.to_owned(), key: Some(key) }
    }

    /// Signs in without a key, where the owner lets anybody.
    pub(crate) async fn sign_in_unbound(&self, staff: &str) -> Session {
        let given = exchange(self, staff, &[]).await.json();
        let token = given["access_token"].as_str().unwrap().to_owned();
        Session { token, staff: staff.to_owned(), key: None }
    }

    pub(crate) fn authorize(&self, staff: &str, challenge: &str) -> String {
        format!(
            "/auth/authorize?response_type=code&client_id=doorstep-app&redirect_uri=doorstep%3A%2F%2Fsigned-in\
             &scope=openid&state=st-1&aud=http%3A%2F%2F{}%2Ffhir&code_challenge={challenge}\
             &code_challenge_method=S256&login_hint={staff}",
            self.hub.addr
        )
    }

    /// Brings a code back from a new device.
    pub(crate) async fn exchange(&self, code: &str, verifier: &str) -> Answer {
        self.exchange_as(&SigningKey::generate().unwrap(), code, verifier).await
    }

    async fn exchange_as(&self, key: &SigningKey, code: &str, verifier: &str) -> Answer {
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri=doorstep%3A%2F%2Fsigned-in\
             &client_id=doorstep-app&code_verifier={verifier}"
        );
        post_form(self, "/auth/token", &[&proven(self, key, "POST", "/auth/token", None)], &form).await
    }

    /// Asks for a decision, with all that one under this purpose takes.
    pub(crate) async fn decide(&self, session: &Session, patient: &str, purpose: &str, basis: &str) -> Answer {
        let body = if purpose == "BTG" {
            with(self.glass(session, patient).await, "basis", json!(basis))
        } else {
            json!({"resourceType": "Parameters", "parameter": [
                {"name": "purpose", "valueCode": purpose}, {"name": "basis", "valueCode": basis}]})
        };
        self.post(session, &format!("/fhir/Patient/{patient}/$consent-decision"), &body).await
    }

    /// What breaking the glass takes, as a device sends it.
    pub(crate) async fn glass(&self, session: &Session, patient: &str) -> Value {
        let made = SigningKey::generate().unwrap();
        let (key, staff) = (session.key.as_ref().unwrap_or(&made), &session.staff);
        let stored = self.hub.store.read("Patient", patient).await.unwrap().map(|it| it.resource).unwrap_or_default();
        let number = stored["identifier"].as_array().into_iter().flatten().find(|it| it["system"] == NHS);
        let claims = json!({"sub": staff, "patient": patient, "iat": Timestamp::now().as_second()});
        let mut list = json!([
            {"name": "purpose", "valueCode": "BTG"}, {"name": "basis", "valueCode": "incapable"},
            {"name": "reasonCode", "valueCode": "unconscious"},
            {"name": "reasonText", "valueString": "Found on the floor, no answer"},
            {"name": "stepUp", "valueString": key.sign(STEP_UP, &claims).unwrap()},
            {"name": "birthDate", "valueString": stored["birthDate"].as_str().unwrap_or("1900-01-01")},
            {"name": "family", "valueString": stored["name"][0]["family"].as_str().unwrap_or("Nobody")}
        ]);
        if let (Some(number), Some(list)) = (number, list.as_array_mut()) {
            list.push(json!({"name": "nhsNumber", "valueString": number["value"]}));
        }
        json!({"resourceType": "Parameters", "parameter": list})
    }

    /// Asks for a decision that must be a permit; its grant.
    pub(crate) async fn grant(&self, session: &Session, patient: &str, purpose: &str, basis: &str) -> String {
        let answer = self.decide(session, patient, purpose, basis).await;
        assert_eq!(parameter(&answer.json(), "decision"), "PERMIT", "{}", answer.json());
        parameter(&answer.json(), "grant")
    }

    pub(crate) async fn with_grant(&self, session: &Session, path: &str, grant: &str) -> Answer {
        self.request("GET", session, path, &[("X-Doorstep-Grant", grant)], b"").await
    }
}

fn options(database: PathBuf, emergency_none: EmergencyNone) -> Options {
    let entrance = Entrance { enrolment: Some(Enrolment::Open), ..Entrance::default() };
    options_with(database, emergency_none, entrance)
}

pub(crate) fn options_with(database: PathBuf, emergency_none: EmergencyNone, entrance: Entrance) -> Options {
    let (listen, connections) = (([127, 0, 0, 1], 0).into(), hub::CONNECTIONS);
    Options { listen, database, demo: false, import: None, emergency_none, entrance, connections }
}

/// The PKCE challenge of a verifier.
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes()))
}

/// Parameters with another value of one; `null` takes it out.
pub(crate) fn with(mut parameters: Value, name: &str, value: Value) -> Value {
    let list = parameters["parameter"].as_array_mut().unwrap();
    list.retain(|p| p["name"] != name);
    if !value.is_null() {
        list.push(json!({"name": name, "valueString": value}));
    }
    parameters
}

/// The value of an out-parameter as text.
pub(crate) fn parameter(parameters: &Value, name: &str) -> String {
    let all = parameters["parameter"].as_array().into_iter().flatten();
    let found = all.into_iter().find(|p| p["name"] == name);
    let value = found.and_then(|p| p.as_object()?.iter().find(|(key, _)| key.starts_with("value")).map(|(_, v)| v));
    value.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).unwrap_or_default()
}

pub(crate) fn staff() -> Vec<Staff> {
    [
        ("crew", Role::EmergencyClinician, "AMB1"),
        ("crew2", Role::EmergencyClinician, "AMB1"),
        ("nurse", Role::CareTeamClinician, "HOSP1"),
        ("carer", Role::DomiciliaryCarer, "CARE1"),
        ("clerk", Role::Admin, "HOSP1"),
    ]
    .map(|(id, role, ods)| Staff {
        id: StaffId::new(id),
        name: format!("Name of {id}"),
        role,
        job_title: "Tester".to_owned(),
        organisation: Organisation { ods: ods.to_owned(), name: "An organisation".to_owned() },
    })
    .into()
}

/// A consent of a tier.
pub(crate) fn consent(id: &str, patient: &str, tier: &str, provision: Value) -> Value {
    json!({
        "resourceType": "Consent", "id": id, "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
            {"coding": [{"system": "https://doorstep.example/CodeSystem/consent-tier", "code": tier}]}],
        "patient": {"reference": format!("Patient/{patient}")},
        "provision": provision
    })
}

pub(crate) fn purpose(code: &str) -> Value {
    json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code}])
}

pub(crate) fn actor(ods: &str) -> Value {
    json!({"role": {"coding": [{"code": "IRCP"}]},
        "reference": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": ods}}})
}

pub(crate) fn patient(id: &str, family: &str, born: &str, number: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "name": [{"family": family, "given": ["Testy"]}], "birthDate": born,
        "identifier": [{"system": NHS, "value": number}], "contact": [{"name": {"text": "Next Of Kin"}}]})
}

/// `p1`: emergency and long-term tiers permitted, one plain and one restricted problem. `p2`: emergency refused but
/// for break-glass. `p3`: nothing recorded.
fn record() -> Vec<Value> {
    let team = json!({"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": "CareTeam/t1"}});
    let group =
        json!({"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": "Group/emergency-clinicians"}});
    let glass = json!([{"type": "permit", "purpose": purpose("BTG"), "actor": [group]}]);
    let subject = json!({"reference": "Patient/p1"});
    vec![
        patient("p1", "Śmith-O’Brien", "1938-11-23", "9434765919"),
        patient("p2", "Jones", "1950-01-02", "9876543210"),
        patient("p3", "Nothing", "1960-01-02", "4010232137"),
        consent("c1", "p1", "emergency", json!({"type": "permit", "purpose": purpose("ETREAT")})),
        consent(
            "c2",
            "p1",
            "long-term",
            json!({"type": "permit", "purpose": purpose("CAREMGT"), "actor": [team, actor("CARE1")],
            "provision": [{"type": "permit", "securityLabel": [{"code": "PSY"}], "actor": [actor("HOSP1")]}]}),
        ),
        consent("c3", "p2", "emergency", json!({"type": "deny", "purpose": purpose("ETREAT"), "provision": glass})),
        json!({"resourceType": "CareTeam", "id": "t1", "status": "active", "subject": subject,
            "participant": [{"member": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "HOSP1"}}}]}),
        json!({"resourceType": "Condition", "id": "plain", "subject": subject, "code": {"text": "Chair-shaped knee"},
            "clinicalStatus": {"coding": [{"code": "active"}]}}),
        json!({"resourceType": "Condition", "id": "secret", "subject": subject, "code": {"text": "Hidden sorrow"},
            "clinicalStatus": {"coding": [{"code": "active"}]}, "meta": {"security": [{"code": "R"}, {"code": "PSY"}]}}),
        json!({"resourceType": "Procedure", "id": "deep", "subject": subject, "status": "completed",
            "code": {"text": "Unspoken cut"}, "meta": {"security": [{"code": "V"}]}}),
        json!({"resourceType": "Appointment", "id": "a1", "status": "booked", "start": "2026-06-01T09:00:00Z",
            "participant": [{"actor": {"reference": "Patient/p1", "display": "SMITH, Testy"}},
                {"actor": {"reference": "Practitioner/nurse"}}]}),
    ]
}

/// A note as the app sends it.
pub(crate) fn note(staff: &str, patient: &str, id: &str, text: &str) -> Value {
    let who = json!({"identifier": {"system": Staff::SYSTEM, "value": staff}, "display": "Name"});
    let url = format!("urn:uuid:{id}");
    json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": url, "request": {"method": "POST", "url": "DocumentReference", "ifNoneExist": format!("identifier={NOTE}|{id}")},
         "resource": {"resourceType": "DocumentReference", "identifier": [{"system": NOTE, "value": id}],
            "contained": [{"resourceType": "PractitionerRole", "id": "author", "practitioner": who,
                "organization": {"identifier": {"system": Organisation::SYSTEM, "value": "HOSP1"}, "display": "An organisation"},
                "code": [{"coding": [{"code": "care_team"}], "text": "Tester"}]}],
            "status": "current", "docStatus": "final",
            "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
            "subject": {"reference": format!("Patient/{patient}")}, "date": "2026-06-01T09:10:00Z",
            "author": [{"reference": "#author"}],
            "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": STANDARD.encode(text)}}]}},
        {"request": {"method": "POST", "url": "Provenance", "ifNoneExist": format!("target:DocumentReference.identifier={NOTE}|{id}")},
         "resource": {"resourceType": "Provenance", "target": [{"reference": url}], "recorded": "2026-06-01T09:10:00Z",
            "agent": [{"type": {"coding": [{"code": "author"}]}, "who": who}]}}
    ]})
}

/// A UUID for the `n`th note of a test.
pub(crate) fn uuid(n: u32) -> String {
    format!("01920000-0000-7000-8000-{n:012}")
}
