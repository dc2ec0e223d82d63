//! A small FHIR server that does as the wire contract says, until it is told to misbehave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use keys::{KeySet, SigningKey};
use serde_json::{Value, json};
use shared::identity::{NhsNumber, Organisation, Role, Staff, StaffId};
use shared::lease::{Claims, Lease, TYP, patient_hash};
use shared::note::{RECEIVED_EXTENSION, SYSTEM};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What goes wrong with one request.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    /// The connection closes before anything is done.
    DropBefore,
    /// All is done; the connection closes without an answer.
    DropAfter,
    /// All is done by two workers at once; the connection closes without an answer.
    Twice,
    /// All is done; the answer is cut half-way.
    CutAfter,
    /// Nothing is done; this status, with these header lines.
    Status(&'static str, &'static str),
    /// Nothing is done; 200 with this content type and body.
    Body(&'static str, String),
    /// Nothing is done; this status with an OperationOutcome whose words name the person.
    Outcome(&'static str),
    /// All is done as it should be, so much later.
    Late(std::time::Duration),
}

/// A further document of a person.
#[derive(Clone)]
pub(super) struct Letter {
    pub(super) id: String,
    /// Who keeps it.
    pub(super) from: String,
    /// Where it is said to be; `Bundle/{id}` when not given.
    pub(super) url: Option<String>,
    pub(super) text: String,
}

/// A request.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: HashMap<String, String>,
    pub(super) head: String,
    pub(super) body: String,
}

/// Tokens that end soon, and refresh tokens that are good once: the second use of one ends the sign-in.
#[derive(Default)]
pub(super) struct Renewing {
    pub(super) lasts: i64,
    /// How many were given. Each access token is taken to its end, but for the first so many.
    pub(super) given: usize,
    pub(super) ended: usize,
    /// A spent one came again.
    pub(super) reused: bool,
    pub(super) given_back: Vec<String>,
}

impl Renewing {
    fn token(&mut self, person: &str, spent: Option<&str>) -> (&'static str, String, Value) {
        if let Some(spent) = spent {
            self.reused |= spent != format!("refresh-{}", self.given);
        }
        if self.reused {
            return ("400 Bad Request", String::new(), json!({"error": "invalid_grant"}));
        }
        self.given += 1;
        let access = format!("token-{person}_{}", self.given);
        let value = json!({"access_token": access, "token_type": "Bearer", "expires_in": self.lasts,
            "refresh_token": format!("refresh-{}", self.given)});
        ("200 OK", String::new(), value)
    }

    fn takes(&self, head: &str) -> bool {
        let line = head.lines().find(|line| line.starts_with("authorization: "));
        let number = line.and_then(|line| line.split('_').nth(1)?.parse::<usize>().ok());
        !self.reused && number.is_some_and(|number| number > self.ended)
    }
}

/// Called with each request; what it answers happens.
type Misbehaviour = Box<dyn FnMut(&Request) -> Option<Fault> + Send>;

/// What the server knows and how it behaves.
pub(super) struct World {
    pub(super) staff: Vec<Staff>,
    pub(super) patients: HashMap<String, Value>,
    /// Patient to decision: PERMIT, or the reason of a denial.
    pub(super) decisions: HashMap<String, &'static str>,
    pub(super) documents: HashMap<String, String>,
    /// Patient to further documents; `None` for a server that has no such search.
    pub(super) letters: Option<HashMap<String, Vec<Letter>>>,
    pub(super) appointments: Vec<Value>,
    /// What stands for a note, in the order it came.
    pub(super) notes: Vec<Value>,
    /// Goals, tasks and alerts of the record.
    pub(super) things: Vec<Value>,
    /// Whether what is sent twice is stored once.
    pub(super) keeps_its_promise: bool,
    /// AuditEvents that devices handed over.
    pub(super) account: Vec<Value>,
    pub(super) requests: Vec<String>,
    pub(super) fault: Misbehaviour,
    pub(super) token_taken: bool,
    /// How its tokens end and are renewed; `None` for tokens that last a shift.
    pub(super) renewing: Option<Renewing>,
    pub(super) decides_on_consent: bool,
    /// It tells what became of notes, and in which roles they were seen.
    pub(super) seen: Option<Vec<&'static str>>,
    /// The server's clock minus this machine's.
    pub(super) ahead: SignedDuration,
    pub(super) lease_minutes: i64,
    /// It signs what it gives, with this key.
    pub(super) signs: Option<SigningKey>,
    /// What is done to a lease before it is signed.
    pub(super) forge: fn(&mut Value),
    /// What is done to the lease of a document before it is signed.
    pub(super) forge_document: fn(&mut Value),
    /// What its leases say that they are.
    pub(super) typ: &'static str,
    /// What is done to a lease after it was signed.
    pub(super) tamper: fn(String) -> String,
    /// Keys it signed with before, which it still publishes.
    pub(super) retired: Vec<SigningKey>,
    /// The claims of each lease by its id, and whose it is.
    pub(super) leases: HashMap<String, (String, Value)>,
    /// The thumbprint of the device that each person's token was given to.
    pub(super) devices: HashMap<String, String>,
    /// The last lease of each patient.
    pub(super) last: HashMap<String, String>,
    /// Patients who took back their permission.
    pub(super) withdrawn: Vec<String>,
    /// Opens relayed notes; a server with one enrols devices.
    pub(super) relay: Option<keys::RelayKey>,
    /// The code that an enrolment takes, where it takes one.
    pub(super) enrolment_code: Option<&'static str>,
    pub(super) revoked: bool,
}

/// The running server.
#[derive(Clone)]
pub(super) struct Hub {
    pub(super) base: String,
    world: Arc<Mutex<World>>,
}

impl Hub {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let hub = Self { base: format!("{origin}/fhir"), world: Arc::new(Mutex::new(World::new())) };
        let serving = hub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(serving.clone(), stream, origin.clone()));
            }
        });
        hub
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn misbehave(&self, fault: impl FnMut(&Request) -> Option<Fault> + Send + 'static) {
        self.world().fault = Box::new(fault);
    }

    /// From now on the server enrols devices and takes relayed notes.
    pub(super) fn enrols(&self) {
        self.world().relay = Some(keys::RelayKey::generate().unwrap());
    }

    pub(super) fn behave(&self) {
        self.misbehave(|_| None);
    }
}

pub(super) fn staff(id: &str, role: Role) -> Staff {
    Staff {
        id: StaffId::new(id),
        name: format!("Test {id}"),
        role,
        job_title: "Tester".into(),
        organisation: Organisation { ods: "T01".into(), name: "Test Service".into() },
    }
}

pub(super) fn patient(id: &str, number: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "identifier": [{"system": NhsNumber::SYSTEM, "value": number}],
        "name": [{"family": "Zanzibar", "given": ["Quill"]}], "birthDate": "1940-02-03"})
}

pub(super) fn document(patient: &Value, words: &str) -> String {
    let id = patient["id"].as_str().unwrap();
    json!({"resourceType": "Bundle", "type": "document", "entry": [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Composition", "status": "final",
            "subject": {"reference": format!("Patient/{id}")}, "date": "2026-01-01", "title": words,
            "section": [{"title": "Problems", "code": {"coding": [{"system": "http://loinc.org", "code": "11450-4"}]},
                "entry": [{"reference": "Condition/c1"}]}]}},
        {"fullUrl": format!("http://h/Patient/{id}"), "resource": patient},
        {"fullUrl": "http://h/Condition/c1", "resource": {"resourceType": "Condition", "id": "c1", "code": {"text": words}}}]})
    .to_string()
}

impl World {
    fn new() -> Self {
        let p1 = patient("p1", "9434765919");
        let p2 = patient("p2", "9434765870");
        Self {
            staff: vec![
                staff("crew", Role::EmergencyClinician),
                staff("nurse", Role::CareTeamClinician),
                staff("desk", Role::Admin),
            ],
            documents: HashMap::from([("p1".into(), document(&p1, "Gout")), ("p2".into(), document(&p2, "Asthma"))]),
            patients: HashMap::from([("p1".into(), p1), ("p2".into(), p2)]),
            decisions: HashMap::from([("p1".into(), "PERMIT"), ("p2".into(), "PERMIT")]),
            letters: Some(HashMap::new()),
            appointments: Vec::new(),
            notes: Vec::new(),
            things: Vec::new(),
            keeps_its_promise: true,
            account: Vec::new(),
            requests: Vec::new(),
            fault: Box::new(|_| None),
            token_taken: true,
            renewing: None,
            decides_on_consent: true,
            seen: None,
            ahead: SignedDuration::ZERO,
            lease_minutes: 720,
            signs: Some(SigningKey::generate().unwrap()),
            forge: |_| {},
            forge_document: |_| {},
            typ: TYP,
            tamper: |token| token,
            retired: Vec::new(),
            leases: HashMap::new(),
            devices: HashMap::new(),
            last: HashMap::new(),
            withdrawn: Vec::new(),
            relay: None,
            enrolment_code: None,
            revoked: false,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::now().checked_add(self.ahead).unwrap()
    }

    /// Counts the requests whose first line contains `text`.
    pub(super) fn count(&self, text: &str) -> usize {
        self.requests.iter().filter(|r| r.contains(text)).count()
    }

    /// Stores a note as a colleague's device would have sent it.
    pub(super) fn colleague_writes(&mut self, mut document: Value, updated: Timestamp) {
        let id = format!("n{}", self.notes.len() + 1);
        document["id"] = json!(id);
        document["meta"] = json!({"versionId": "1", "lastUpdated": updated.to_string()});
        receive(&mut document, updated);
        self.notes.push(document);
    }

    fn answer(&mut self, request: &Request, origin: &str) -> (&'static str, String, Value) {
        let path = request.path.strip_prefix("/fhir").unwrap_or(&request.path);
        let segments: Vec<_> = path.split('/').filter(|s| !s.is_empty()).collect();
        let open = matches!(segments.as_slice(), ["metadata"] | [".well-known", _] | ["auth", ..] | ["devices", ..])
            || (self.revoked && segments == ["$relay"]);
        let signed_in = self.token_taken
            && request.head.contains("authorization: Bearer token-")
            && self.renewing.as_ref().is_none_or(|renewing| renewing.takes(&request.head));
        if !open && !signed_in {
            return outcome("401 Unauthorized", "login", "");
        }
        let ok = |value| ("200 OK", String::new(), value);
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["metadata"]) => {
                let name = if self.decides_on_consent { "consent-decision" } else { "everything" };
                let signs = self.decides_on_consent && self.signs.is_some();
                let mut whole = if signs { vec![json!({"name": "lease-status"})] } else { Vec::new() };
                whole.extend(self.seen.as_ref().map(|_| json!({"name": "receipts"})));
                ok(json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
                    "rest": [{"operation": whole,
                        "resource": [{"type": "Patient", "operation": [{"name": "summary"}, {"name": name}]}]}]}))
            }
            ("GET", [".well-known", "jwks.json"]) => ok(self.key_set()),
            ("POST", ["$receipts"]) if self.seen.is_some() => ok(self.receipts(&request.body)),
            ("POST", ["$lease-status"]) => self.lease_status(&request.body),
            ("GET", [".well-known", _]) => {
                ok(json!({"doorstep_device_endpoint": self.relay.as_ref().map(|_| format!("{origin}/devices")),
                "authorization_endpoint": format!("{origin}/auth/authorize"),
                "token_endpoint": format!("{origin}/auth/token"), "userinfo_endpoint": format!("{origin}/auth/userinfo"),
                "revocation_endpoint": format!("{origin}/auth/revoke"), "code_challenge_methods_supported": ["S256"]}))
            }
            ("GET", ["auth", "staff"]) => ok(json!({"staff": self.staff})),
            ("GET", ["auth", "authorize"]) => {
                let (hint, state) = (&request.query["login_hint"], &request.query["state"]);
                ("302 Found", format!("Location: doorstep://signed-in?code={hint}&state={state}\r\n"), Value::Null)
            }
            ("POST", ["auth", "token"]) => {
                let field = |name| Some(request.body.split(name).nth(1)?.split('&').next().unwrap_or_default());
                let code = field("code=").unwrap_or("crew");
                self.devices.extend(prover(&request.head).map(|device| (code.to_owned(), device)));
                if let Some(renewing) = &mut self.renewing {
                    return renewing.token(code, field("refresh_token="));
                }
                ok(json!({"access_token": format!("token-{code}"), "token_type": "Bearer", "expires_in": 43200}))
            }
            ("POST", ["auth", "revoke"]) => {
                let token = request.body.split("token=").nth(1).unwrap_or_default().split('&').next();
                if let Some(renewing) = &mut self.renewing {
                    renewing.given_back.push(token.unwrap_or_default().to_owned());
                }
                ok(json!({}))
            }
            ("GET", ["auth", "userinfo"]) => {
                let token = request.head.split("Bearer token-").nth(1).unwrap_or_default();
                let id = token.lines().next().unwrap_or_default().split('_').next().unwrap_or_default();
                ok(self.staff.iter().find(|s| s.id.as_str() == id).map_or(Value::Null, |s| json!(s)))
            }
            ("POST", ["AuditEvent"]) => {
                let batch: Value = serde_json::from_str(&request.body).unwrap();
                let events: Vec<_> =
                    batch["entry"].as_array().unwrap().iter().map(|it| it["resource"].clone()).collect();
                let stored = vec![json!({"response": {"status": "201 Created"}}); events.len()];
                self.account.extend(events);
                ok(json!({"resourceType": "Bundle", "type": "batch-response", "entry": stored}))
            }
            ("GET", ["Patient"]) => {
                ok(searchset(self.patients.values().filter(|p| matches(p, &request.query)).cloned()))
            }
            ("GET", ["Patient", id]) => match self.patients.get(*id) {
                Some(patient) => ok(patient.clone()),
                None => outcome("404 Not Found", "not-found", ""),
            },
            ("POST", ["Patient", id, "$consent-decision"]) => self.decide(id, request, origin),
            ("GET", ["Patient", id, "$summary"]) => self.summary(id, request),
            ("POST", ["devices"]) => self.enrol(request),
            ("GET", ["devices", "self"]) => ok(json!({"state": if self.revoked { "revoked" } else { "active" }})),
            ("POST", ["$relay"]) => self.relayed(&request.body),
            ("POST", []) => self.store(&request.body),
            ("GET", ["DocumentReference"]) if request.query.contains_key("type") => self.list_letters(request),
            ("GET", [kind @ ("DocumentReference" | "Observation" | "Task" | "Flag" | "Goal")]) => {
                self.list_notes(kind, request)
            }
            ("GET", [kind @ ("Goal" | "Task" | "Flag"), id]) => self.thing(kind, id),
            ("GET", ["Bundle", id]) => self.letter(id, request),
            ("GET", ["Appointment"]) => ok(searchset(self.appointments.iter().cloned())),
            _ => outcome("404 Not Found", "not-found", ""),
        }
    }

    fn key_set(&self) -> Value {
        KeySet::of(&self.signs.iter().chain(&self.retired).collect::<Vec<_>>()).to_value()
    }

    fn lease_status(&self, body: &str) -> (&'static str, String, Value) {
        let asked: Value = serde_json::from_str(body).unwrap();
        let one = |p: &Value| {
            let status = match self.leases.get(p["valueString"].as_str().unwrap()) {
                None => "unknown",
                Some((patient, _)) if self.withdrawn.contains(patient) => "revoked",
                Some(_) => "active",
            };
            json!({"name": "lease", "part": [{"name": "id", "valueString": p["valueString"]},
                {"name": "status", "valueCode": status}]})
        };
        let said: Vec<_> = asked["parameter"].as_array().unwrap().iter().map(one).collect();
        ("200 OK", String::new(), json!({"resourceType": "Parameters", "parameter": said}))
    }

    /// Signs a plain lease for whoever asks.
    fn sign(&mut self, plain: &Value, request: &Request, origin: &str) -> Option<String> {
        let token = request.head.split("Bearer token-").nth(1).unwrap_or_default();
        let who = token.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let lease: Lease = serde_json::from_value(plain.clone()).unwrap();
        let claims = Claims {
            id: lease.id,
            issuer: origin.to_owned(),
            staff: StaffId::new(who),
            device: self.devices.get(who).cloned(),
            patient: patient_hash(crate::trust::sha256, lease.id, &lease.patient),
            purpose: lease.purpose,
            dataset: lease.dataset,
            residual: lease.residual,
            consents: Vec::new(),
            issued: lease.issued,
            check_after: lease.check_after,
            not_after: lease.not_after,
            shred_at: lease.shred_at,
            obligations: Vec::new(),
            bundle_sha256: None,
        };
        let mut claims = claims.to_value();
        (self.forge)(&mut claims);
        let patient = lease.patient.to_string();
        self.last.insert(patient.clone(), lease.id.to_string());
        self.leases.insert(lease.id.to_string(), (patient, claims.clone()));
        self.signs.as_ref().map(|key| (self.tamper)(key.sign(self.typ, &claims).unwrap()))
    }

    /// The header beside a document.
    fn beside(&self, request: &Request, body: &str) -> String {
        let path: Vec<_> = request.path.split('/').filter(|s| !s.is_empty()).collect();
        let of_letter = |id: &str| {
            let letters = self.letters.iter().flatten();
            letters.into_iter().find(|(_, all)| all.iter().any(|it| it.id == id)).map(|(patient, _)| patient.clone())
        };
        let patient = match path.as_slice() {
            ["fhir", "Patient", id, "$summary"] => Some((*id).to_owned()),
            ["fhir", "Bundle", id] => of_letter(id),
            _ => None,
        };
        let given = patient.and_then(|patient| self.leases.get(self.last.get(&patient)?));
        let (Some((_, claims)), Some(key)) = (given, &self.signs) else { return String::new() };
        let mut claims = claims.clone();
        claims["bundle_sha256"] = json!(hex::encode(crate::trust::sha256(body.as_bytes())));
        (self.forge_document)(&mut claims);
        format!("X-Doorstep-Lease: {}\r\n", (self.tamper)(key.sign(self.typ, &claims).unwrap()))
    }

    fn decide(&mut self, id: &str, request: &Request, origin: &str) -> (&'static str, String, Value) {
        let body = request.body.as_str();
        let asked = |name: &str, value: &str| body.contains(&format!("\"name\":\"{name}\",\"valueCode\":\"{value}\""));
        let decision = match self.decisions.get(id).copied() {
            None => return outcome("404 Not Found", "not-found", ""),
            _ if body.contains("\"valueBoolean\":true") => "patient-refused-now",
            Some("ask-the-patient") if asked("basis", "consent_now") || asked("basis", "incapable") => "PERMIT",
            Some(decision) => decision,
        };
        let mut list = vec![json!({"name": "obligation", "valueCode": "audit"})];
        if decision == "PERMIT" {
            let purpose = if asked("purpose", "ETREAT") { "ETREAT" } else { "CAREMGT" };
            let now = self.now();
            let whole = Timestamp::from_second(now.as_second()).unwrap();
            let at = |minutes| whole.checked_add(SignedDuration::from_mins(minutes)).unwrap().to_string();
            let lease = json!({"id": uuid::Uuid::now_v7(), "patient": id, "purpose": purpose,
                "dataset": if purpose == "ETREAT" { "emergency" } else { "care-plan+shared-record" }, "residual": "forbid R,V",
                "issued": at(0), "check_after": at(15.min(self.lease_minutes)), "not_after": at(self.lease_minutes), "shred_at": at(self.lease_minutes + 60)});
            let reason = if purpose == "ETREAT" { "tier-emergency" } else { "tier-long-term" };
            list.extend([
                json!({"name": "decision", "valueCode": "PERMIT"}),
                json!({"name": "reason", "valueCode": reason}),
                json!({"name": "grant", "valueString": format!("grant-{id}")}),
                json!({"name": "lease", "valueString": lease.to_string()}),
            ]);
            let token = self.sign(&lease, request, origin);
            list.extend(token.map(|token| json!({"name": "leaseJws", "valueString": token})));
        } else {
            list.extend([
                json!({"name": "decision", "valueCode": "DENY"}),
                json!({"name": "reason", "valueCode": decision}),
            ]);
        }
        ("200 OK", String::new(), json!({"resourceType": "Parameters", "parameter": list}))
    }

    fn summary(&self, id: &str, request: &Request) -> (&'static str, String, Value) {
        if self.decides_on_consent && !request.head.contains(&format!("x-doorstep-grant: grant-{id}")) {
            return outcome("403 Forbidden", "forbidden", "");
        }
        match self.documents.get(id) {
            Some(text) => whole(text, request),
            None => outcome("404 Not Found", "not-found", ""),
        }
    }

    fn list_letters(&self, request: &Request) -> (&'static str, String, Value) {
        let patient = &request.query["patient"];
        assert_eq!(request.query["type"], "http://loinc.org|60591-5");
        let Some(letters) = &self.letters else { return outcome("400 Bad Request", "invalid", "") };
        if self.decides_on_consent && !request.head.contains(&format!("x-doorstep-grant: grant-{patient}")) {
            return outcome("403 Forbidden", "forbidden", "");
        }
        let pointer = |letter: &Letter| {
            let url = letter.url.clone().unwrap_or_else(|| format!("Bundle/{}", letter.id));
            json!({"resourceType": "DocumentReference", "id": letter.id, "status": "current",
                "subject": {"reference": format!("Patient/{patient}")}, "custodian": {"display": letter.from},
                "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]},
                "content": [{"attachment": {"contentType": "application/fhir+json", "url": url}}]})
        };
        let letters = letters.get(patient).into_iter().flatten().map(pointer);
        ("200 OK", String::new(), searchset(letters))
    }

    fn letter(&self, id: &str, request: &Request) -> (&'static str, String, Value) {
        let mut all =
            self.letters.iter().flat_map(|letters| letters.iter()).flat_map(|(p, l)| l.iter().map(move |l| (p, l)));
        match all.find(|(_, letter)| letter.id == id) {
            Some((patient, _)) if !request.head.contains(&format!("x-doorstep-grant: grant-{patient}")) => {
                outcome("403 Forbidden", "forbidden", "")
            }
            Some((_, letter)) => whole(&letter.text, request),
            None => outcome("404 Not Found", "not-found", ""),
        }
    }

    fn store(&mut self, body: &str) -> (&'static str, String, Value) {
        let bundle: Value = serde_json::from_str(body).unwrap();
        let entries = bundle["entry"].as_array().unwrap();
        let stored = match entries[0]["request"]["method"].as_str() {
            Some("PUT") => self.put(&entries[0]),
            _ => Ok(self.create(&entries[0])),
        };
        let (status, first) = match stored {
            Ok(stored) => stored,
            Err(refused) => return refused,
        };
        let mut answers = vec![json!({"response": {"status": status}}); entries.len()];
        let location =
            format!("{}/{}/_history/1", first["resourceType"].as_str().unwrap(), first["id"].as_str().unwrap());
        answers[0]["response"]["location"] = json!(location);
        answers[0]["response"]["lastModified"] = first["meta"]["lastUpdated"].clone();
        ("200 OK", String::new(), json!({"resourceType": "Bundle", "type": "transaction-response", "entry": answers}))
    }

    fn create(&mut self, entry: &Value) -> (&'static str, Value) {
        let mut made = entry["resource"].clone();
        let identifier = made["identifier"][0]["value"].clone();
        let existing = self.notes.iter().find(|n| n["identifier"][0]["value"] == identifier).cloned();
        if let Some(existing) = existing.filter(|_| self.keeps_its_promise) {
            return ("200 OK", existing);
        }
        let now = self.now();
        made["id"] = json!(format!("n{}", self.notes.len() + 1));
        made["meta"] = json!({"versionId": "1", "lastUpdated": now.to_string()});
        receive(&mut made, now);
        self.notes.push(made.clone());
        ("201 Created", made)
    }

    /// Puts an edit on the version that it was made of (`If-Match`).
    fn put(&mut self, entry: &Value) -> Result<(&'static str, Value), (&'static str, String, Value)> {
        let (now, place) = (self.now(), entry["request"]["url"].as_str().unwrap());
        let of = |it: &&mut Value| {
            format!("{}/{}", it["resourceType"].as_str().unwrap(), it["id"].as_str().unwrap()) == place
        };
        let Some(thing) = self.things.iter_mut().find(of) else {
            return Err(outcome("404 Not Found", "not-found", ""));
        };
        let version: u32 = thing["meta"]["versionId"].as_str().unwrap().parse().unwrap();
        if entry["request"]["ifMatch"] != format!("W/\"{version}\"") {
            return Err(outcome("412 Precondition Failed", "conflict", ""));
        }
        *thing = entry["resource"].clone();
        thing["meta"] = json!({"versionId": (version + 1).to_string(), "lastUpdated": now.to_string()});
        Ok(("200 OK", thing.clone()))
    }

    fn thing(&self, kind: &str, id: &str) -> (&'static str, String, Value) {
        match self.things.iter().find(|it| it["resourceType"] == kind && it["id"] == id) {
            Some(thing) => ("200 OK", String::new(), thing.clone()),
            None => outcome("404 Not Found", "not-found", ""),
        }
    }

    fn receipts(&self, body: &str) -> Value {
        let asked: Value = serde_json::from_str(body).unwrap();
        let at = self.now().to_string();
        let seen = self.seen.iter().flatten().map(|role| {
            json!({"name": "seen", "part": [{"name": "role", "valueCode": role}, {"name": "when", "valueInstant": at}]})
        });
        let seen: Vec<_> = seen.collect();
        let known = |id: &&Value| self.notes.iter().any(|note| note["identifier"][0]["value"] == **id);
        let ids = asked["parameter"].as_array().unwrap().iter().map(|one| &one["valueString"]).filter(known);
        let told = |id| {
            let parts = [vec![json!({"name": "identifier", "valueString": id})], seen.clone()].concat();
            json!({"name": "note", "part": parts})
        };
        json!({"resourceType": "Parameters", "parameter": ids.map(told).collect::<Vec<_>>()})
    }

    fn enrol(&self, request: &Request) -> (&'static str, String, Value) {
        assert!(request.head.contains("dpop: "), "an enrolment proves the device's key");
        let asked: Value = serde_json::from_str(&request.body).unwrap();
        if self.enrolment_code.is_some_and(|code| asked["code"] != code) {
            return outcome("403 Forbidden", "forbidden", "");
        }
        let relay = self.relay.as_ref().unwrap().public().unwrap().to_text();
        let jwks = self.key_set();
        ("200 OK", String::new(), json!({"device": asked["device"], "relay_key": relay, "jwks": jwks}))
    }

    fn relayed(&mut self, body: &str) -> (&'static str, String, Value) {
        let asked: Value = serde_json::from_str(body).unwrap();
        let text = |at: usize| asked["parameter"][at]["valueString"].as_str().unwrap().to_owned();
        let place = shared::note::relay_place(
            shared::identity::NoteId::new(text(0).parse().unwrap()),
            &StaffId::new(text(1)),
            shared::identity::DeviceId::new(text(2).parse().unwrap()),
        );
        let sealed = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text(3)).unwrap();
        let opened = self.relay.as_ref().unwrap().open(shared::note::RELAY_INFO, &place, &sealed).unwrap();
        self.store(std::str::from_utf8(&opened).unwrap())
    }

    fn list_notes(&self, kind: &str, request: &Request) -> (&'static str, String, Value) {
        let patient = format!("Patient/{}", request.query["patient"]);
        if self.decides_on_consent && !request.head.contains("x-doorstep-grant: grant-") {
            return outcome("403 Forbidden", "suppressed", "opt-out");
        }
        let since: Option<Timestamp> =
            request.query.get("_lastUpdated").map(|s| s.trim_start_matches("ge").parse().unwrap());
        let updated = |n: &Value| n["meta"]["lastUpdated"].as_str().unwrap().parse::<Timestamp>().unwrap();
        let mut wanted: Vec<_> = self
            .notes
            .iter()
            .chain(&self.things)
            .filter(|n| n["resourceType"] == kind)
            .filter(|n| [&n["subject"], &n["for"]].iter().any(|s| s["reference"] == patient.as_str()))
            .filter(|n| request.query.get("identifier").is_none_or(|wanted| is_called(n, wanted)))
            .filter(|n| since.is_none_or(|s| updated(n) >= s))
            .cloned()
            .collect();
        wanted.sort_by_key(|n| updated(n));
        // Two to a page, so that every test with three notes follows a link.
        let page: usize = request.query.get("page").map_or(0, |p| p.parse().unwrap());
        let mut bundle = searchset(wanted.iter().skip(page * 2).take(2).cloned());
        if wanted.len() > (page + 1) * 2 {
            let since = since.map(|s| format!("&_lastUpdated=ge{s}")).unwrap_or_default();
            let url = format!("{kind}?patient={}&page={}{since}", request.query["patient"], page + 1);
            bundle["link"] = json!([{"relation": "next", "url": url}]);
        }
        ("200 OK", String::new(), bundle)
    }
}

/// Says when the record received a resource.
fn receive(resource: &mut Value, at: Timestamp) {
    let mut extensions = resource["extension"].as_array().cloned().unwrap_or_default();
    extensions.push(json!({"url": RECEIVED_EXTENSION, "valueInstant": at.to_string()}));
    resource["extension"] = json!(extensions);
}

/// Whether a resource has an identifier: `system|value`, or `system|` for any of it.
fn is_called(resource: &Value, wanted: &str) -> bool {
    let (system, value) = wanted.split_once('|').unwrap();
    let identifiers = resource["identifier"].as_array().into_iter().flatten();
    identifiers.into_iter().any(|it| it["system"] == system && (value.is_empty() || it["value"] == value))
}

/// The thumbprint of the key that a request proves.
fn prover(head: &str) -> Option<String> {
    let proof = head.lines().find_map(|line| line.strip_prefix("dpop: "))?;
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, proof.split('.').next()?);
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    Some(keys::thumbprint(&header["jwk"]).unwrap())
}

fn matches(patient: &Value, query: &HashMap<String, String>) -> bool {
    let number = format!("{}|{}", NhsNumber::SYSTEM, patient["identifier"][0]["value"].as_str().unwrap());
    match query.get("identifier") {
        Some(identifier) => *identifier == number,
        None => query.get("birthdate").map(String::as_str) == patient["birthDate"].as_str(),
    }
}

/// A document, or 304 when the asker has it.
fn whole(text: &str, request: &Request) -> (&'static str, String, Value) {
    let tag = text.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let tag = format!("W/\"{tag}\"");
    let same = request.head.contains(&format!("if-none-match: {tag}"));
    let status = if same { "304 Not Modified" } else { "200 OK" };
    (status, format!("ETag: {tag}\r\n"), serde_json::from_str(text).unwrap_or_else(|_| json!(text)))
}

fn searchset(resources: impl Iterator<Item = Value>) -> Value {
    let entries: Vec<_> = resources.map(|r| json!({"resource": r})).collect();
    json!({"resourceType": "Bundle", "type": "searchset", "entry": entries})
}

fn outcome(status: &'static str, code: &str, reason: &str) -> (&'static str, String, Value) {
    let details = json!({"coding": [{"code": reason}], "text": "Words of the server about Zanzibar"});
    let issue = json!({"severity": "error", "code": code, "details": details});
    (status, String::new(), json!({"resourceType": "OperationOutcome", "issue": [issue]}))
}

async fn serve(hub: Hub, mut stream: TcpStream, origin: String) {
    let Some(request) = read(&mut stream).await else { return };
    let fault = {
        let mut world = hub.world();
        world.requests.push(format!("{} {}?{:?} {}", request.method, request.path, request.query, request.body));
        (world.fault)(&request)
    };
    if let Some(Fault::Late(wait)) = &fault {
        tokio::time::sleep(*wait).await;
    }
    let bytes = respond(&mut hub.world(), &request, &origin, fault);
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

fn respond(world: &mut World, request: &Request, origin: &str, fault: Option<Fault>) -> Vec<u8> {
    let date = world.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let http = |status: &str, kind: &str, headers: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len()).into_bytes()
    };
    let done = |world: &mut World| {
        let (status, headers, body) = world.answer(request, origin);
        let headers = headers + &world.beside(request, &body.to_string());
        let body = if status.starts_with("304") { String::new() } else { body.to_string() };
        http(status, "application/fhir+json", &headers, &body)
    };
    match fault {
        None | Some(Fault::Late(_)) => done(world),
        Some(Fault::DropBefore) => Vec::new(),
        Some(Fault::DropAfter) => {
            done(world);
            Vec::new()
        }
        Some(Fault::Twice) => {
            done(world);
            done(world);
            Vec::new()
        }
        Some(Fault::CutAfter) => {
            let mut bytes = done(world);
            bytes.truncate(bytes.len() - bytes.len().min(40));
            bytes
        }
        Some(Fault::Status(status, headers)) => http(status, "text/plain", headers, ""),
        Some(Fault::Outcome(status)) => {
            let (_, _, body) = outcome(status, "invalid", "");
            http(status, "application/fhir+json", "", &body.to_string())
        }
        Some(Fault::Body(kind, body)) => http("200 OK", kind, "", &body),
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length: usize =
                head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(parse(head, body));
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

fn parse(head: &str, body: &str) -> Request {
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let decode = |text: &str| {
        let mut out = Vec::new();
        let mut bytes = text.bytes();
        while let Some(b) = bytes.next() {
            match b {
                b'%' => {
                    let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                    out.push(u8::from_str_radix(&hex, 16).unwrap());
                }
                b'+' => out.push(b' '),
                b => out.push(b),
            }
        }
        String::from_utf8(out).unwrap()
    };
    let query = query.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (decode(k), decode(v))).collect();
    let (head, body) = (head.to_owned(), body.to_owned());
    Request { method: method.to_owned(), path: decode(path), query, head, body }
}

/// A DocumentReference as a colleague's device makes it.
pub(super) fn note_by(author: &Staff, patient: &str, text: &str) -> Value {
    let note = shared::note::Note {
        id: shared::identity::NoteId::new(uuid::Uuid::now_v7()),
        patient: shared::identity::PatientId::new(patient),
        author: author.clone(),
        text: text.to_owned().into(),
        authored: Timestamp::now(),
        received: None,
        content: shared::note::Content::default(),
    };
    let device = shared::identity::DeviceId::new(uuid::Uuid::nil());
    let encode = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let document = shared::note::to_transaction(&note, device, encode)["entry"][0]["resource"].clone();
    assert_eq!(document["identifier"][0]["system"], SYSTEM);
    document
}
