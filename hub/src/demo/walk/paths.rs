//! One person's record, path by path, under each permit and under none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::consent::{Basis, Dataset, Decision, EmergencyNone, Outcome, Purpose, Treatment, decide};
use shared::identity::Staff;

use super::listed::{CHANGED, RECORD};
use super::oracle::{Oracle, lists};
use super::world::{Reply, World};
use crate::consent::is_privacy_consent;
use crate::demo::format::Person;
use crate::demo::{address, key};

/// A permit and all that is stored of the person, divided by what must be answered.
struct Walk<'a> {
    world: &'a World,
    who: &'a str,
    patient: String,
    grant: String,
    dataset: Dataset,
    stored: Vec<Value>,
    /// Addresses of what single reads and lists show.
    shown: BTreeSet<String>,
    /// What the decision closes, whatever the dataset.
    closed: Vec<Value>,
    /// Names and words that no answer may hold.
    traces: Vec<String>,
}

/// Walks one person's record under every permit there is; how many there were.
pub(super) async fn of_person(world: &World, oracle: &Oracle, person: &Person) -> usize {
    let mut walked = 0;
    let mut roles = Vec::new();
    for staff in world.distinct_staff() {
        // Without a permit it is the same for all of one role.
        if !roles.contains(&staff.role) {
            roles.push(staff.role);
            under_no_permit(world, staff.id.as_str(), person).await;
            account(world, staff.id.as_str(), &key(&person.slug)).await;
        }
        for purpose in Purpose::ALL {
            let open = |basis: &&Basis| {
                decide(&oracle.request(person, staff, Some(*purpose), **basis, EmergencyNone::Ask)).outcome
                    == Outcome::Permit
            };
            let Some(basis) = Basis::ALL.iter().find(open) else { continue };
            let walk = begin(world, oracle, person, staff, *purpose, *basis).await;
            walk.lists().await;
            walk.reads().await;
            walk.changes().await;
            walk.summary().await;
            walk.consents().await;
            walk.documents().await;
            walked += 1;
            if *purpose == Purpose::BreakGlass {
                alerts(world, staff.id.as_str()).await;
                alerts(world, "admin-park").await;
            }
        }
    }
    walked
}

async fn begin<'a>(
    world: &'a World,
    oracle: &Oracle,
    person: &Person,
    staff: &'a Staff,
    purpose: Purpose,
    basis: Basis,
) -> Walk<'a> {
    let decision = decide(&oracle.request(person, staff, Some(purpose), basis, EmergencyNone::Ask));
    let (who, patient) = (staff.id.as_str(), key(&person.slug));
    let reply = world.decide(who, &patient, purpose.code(), basis.code(), false).await;
    let grant = reply.parameter("grant").unwrap();
    let stored: Vec<Value> = world.store.of_patient(&patient).await.unwrap().into_iter().map(|s| s.resource).collect();
    let fate = |it: &Value| oracle.treatment(person, staff, purpose, &decision, it);
    let of = |wanted: Treatment| stored.iter().filter(|it| fate(it) == wanted).cloned().collect::<Vec<_>>();
    let (closed, redacted) = (of(Treatment::Withhold), of(Treatment::Redact));
    let shown = shown(&stored, &decision, |it| fate(it) != Treatment::Withhold);
    let dataset = decision.dataset.unwrap();
    let traces = traces(&stored, &closed, &redacted);
    Walk { world, who, patient, grant, dataset, stored, shown, closed, traces }
}

/// The names of what is closed, and what closed and altered resources say and no other does.
fn traces(stored: &[Value], closed: &[Value], redacted: &[Value]) -> Vec<String> {
    let open = stored.iter().filter(|it| !closed.contains(it) && !redacted.contains(it));
    let open: Vec<String> = open.map(Value::to_string).collect();
    let said = closed.iter().chain(redacted).flat_map(words).filter(|word| !open.iter().any(|it| it.contains(*word)));
    let names = closed.iter().flat_map(|it| [address(it), format!("\"{}\"", it["id"].as_str().unwrap())]);
    names.chain(said.map(str::to_owned)).collect()
}

/// What is in the dataset and not withheld. A Provenance is there when something that it vouches for is.
fn shown(stored: &[Value], decision: &Decision, open: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let dataset = decision.dataset.unwrap();
    let there = |it: &&Value| lists(dataset, it) && open(it);
    let plain: BTreeSet<String> =
        stored.iter().filter(there).filter(|it| it["resourceType"] != "Provenance").map(address).collect();
    let vouched = |it: &&Value| {
        let mut targets = it["target"].as_array().into_iter().flatten().filter_map(|t| t["reference"].as_str());
        targets.any(|target| plain.contains(target))
    };
    let vouching = stored.iter().filter(|it| it["resourceType"] == "Provenance").filter(there).filter(vouched);
    let vouching: BTreeSet<String> = vouching.map(address).collect();
    plain.into_iter().chain(vouching).collect()
}

impl Walk<'_> {
    async fn get(&self, path: &str) -> Reply {
        let reply = self.world.get(self.who, path, Some(&self.grant)).await;
        self.tells_nothing_closed(&reply, path);
        reply
    }

    fn case(&self, path: &str) -> String {
        format!("{} under {:?}: {path}", self.who, self.dataset)
    }

    /// Neither the name nor the words of what is withheld, nor a category or the words of what is redacted.
    fn tells_nothing_closed(&self, reply: &Reply, path: &str) {
        for trace in &self.traces {
            assert!(!reply.body.contains(trace), "{trace:?} in {}", self.case(path));
        }
        for category in ["PSY", "HIV", "OPIOIDUD", "SDV"] {
            let coded = format!("\"code\":\"{category}\"");
            assert!(!reply.body.contains(&coded), "{category} in {}", self.case(path));
        }
        assert!(!reply.body.contains("\"total\""), "{}", self.case(path));
    }

    async fn lists(&self) {
        for kind in RECORD {
            let path = format!("/fhir/{kind}?patient={}", self.patient);
            let reply = self.get(&format!("{path}&_count=200")).await;
            let of_kind = |it: &&String| it.starts_with(&format!("{kind}/"));
            let expected: Vec<&String> = self.shown.iter().filter(of_kind).collect();
            if reply.status == 403 {
                assert!(expected.is_empty(), "{}", self.case(&path));
                continue;
            }
            assert_eq!(reply.status, 200, "{}", self.case(&path));
            let mut found = entries(&reply.json());
            found.sort();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{}", self.case(&path));
            if self.stored.iter().filter(|it| it["resourceType"] == kind).count() > 2 {
                self.pages(&path, expected.len()).await;
            }
        }
    }

    /// Page by page: each is full but the last, so that no gap tells of what is not shown.
    async fn pages(&self, path: &str, expected: usize) {
        let (mut left, mut next) = (expected, Some(format!("{path}&_count=2")));
        while let Some(path) = next {
            let page = self.get(&path).await.json();
            next = link(&page);
            assert_eq!(entries(&page).len(), left.min(2), "{}", self.case(&path));
            left -= left.min(2);
            assert_eq!(next.is_some(), left > 0, "{}", self.case(&path));
        }
        assert_eq!(left, 0);
    }

    async fn reads(&self) {
        let nothing = self.get("/fhir/Condition/there-is-none").await;
        assert_eq!(nothing.status, 404);
        let mut seen = BTreeSet::new();
        for it in self.stored.iter().filter(|it| !is_privacy_consent(it) && it["resourceType"] != "Appointment") {
            // Two of a kind with one fate are read alike; all of them are compared in the lists.
            let fate =
                (it["resourceType"].as_str().unwrap(), self.shown.contains(&address(it)), self.closed.contains(it));
            if !seen.insert(fate) {
                continue;
            }
            let path = format!("/fhir/{}", address(it));
            let reply = self.get(&path).await;
            let kind = it["resourceType"].as_str().unwrap();
            self.history(&path, self.shown.contains(&address(it)) && RECORD.contains(&kind)).await;
            let open = self.shown.contains(&address(it)) && (RECORD.contains(&kind) || kind == "Consent");
            if open {
                assert_eq!(reply.status, 200, "{}", self.case(&path));
            } else {
                assert_eq!(reply, nothing, "{}", self.case(&path));
            }
        }
    }

    async fn history(&self, path: &str, open: bool) {
        let nothing = self.get("/fhir/Condition/there-is-none/_history").await;
        assert_eq!(nothing.status, 404);
        for part in ["/_history", "/_history/1"] {
            let reply = self.get(&format!("{path}{part}")).await;
            if open {
                assert_eq!(reply.status, 200, "{}", self.case(path));
            } else {
                assert_eq!(reply, nothing, "{}", self.case(path));
            }
        }
    }

    /// What is shown can be changed, when it is shown whole; all else answers like what is not there.
    async fn changes(&self) {
        for it in self.stored.iter().filter(|it| CHANGED.iter().any(|kind| it["resourceType"] == *kind)) {
            let path = format!("/fhir/{}", address(it));
            let reply = self.world.ask(self.who, "PUT", &path, Some(&self.grant), it).await;
            self.tells_nothing_closed(&reply, &path);
            let mut none = it.clone();
            none["id"] = json!("there-is-none");
            let nothing = format!("/fhir/{}", address(&none));
            let nothing = self.world.ask(self.who, "PUT", &nothing, Some(&self.grant), &none).await;
            assert_eq!(nothing.status, 404);
            let read = self.get(&path).await;
            match read.status {
                200 if read.body.contains("REDACTED") => assert_eq!(reply.status, 403, "{}", self.case(&path)),
                200 => assert_eq!(reply.status, 412, "{}", self.case(&path)),
                _ => assert_eq!(reply, nothing, "{}", self.case(&path)),
            }
        }
    }

    async fn summary(&self) {
        let path = format!("/fhir/Patient/{}/$summary", self.patient);
        let reply = self.get(&path).await;
        assert_eq!(reply.status, 200, "{}", self.case(&path));
        let document = reply.json();
        let entries: Vec<&Value> = document["entry"].as_array().unwrap().iter().map(|e| &e["resource"]).collect();
        for it in self.stored.iter().filter(|it| it["resourceType"] == "AllergyIntolerance") {
            let there = entries.iter().any(|entry| address(entry) == address(it));
            assert_eq!(
                there,
                !self.closed.contains(it),
                "an allergy that is not very restricted: {}",
                self.case(&path)
            );
        }
        let other = self.world.get(self.who, "/fhir/Patient/demo-nobody/$summary", Some(&self.grant)).await;
        assert_eq!(other.status, 403, "a grant is for one person");
    }

    /// What is pointed to can be read, and what is not pointed to answers like what never was.
    async fn documents(&self) {
        let path = format!("/fhir/DocumentReference?patient={}&{DOCUMENTS}&_count=200", self.patient);
        let pointers = self.get(&path).await.json();
        let pointed = pointers.to_string();
        let nothing = self.get("/fhir/Bundle/there-is-none").await;
        assert_eq!(nothing.status, 404);
        for document in self.world.store.further_documents(&self.patient).await.unwrap() {
            let path = format!("/fhir/Bundle/{}", document.id);
            let reply = self.get(&path).await;
            if pointed.contains(&document.id) {
                assert_eq!(reply.status, 200, "{}", self.case(&path));
            } else {
                assert_eq!(reply, nothing, "{}", self.case(&path));
            }
        }
    }

    async fn consents(&self) {
        let reply = self.get(&format!("/fhir/Consent?patient={}&_count=200", self.patient)).await;
        let mine: BTreeSet<String> = self.stored.iter().filter(|it| is_privacy_consent(it)).map(address).collect();
        assert_eq!(entries(&reply.json()).into_iter().collect::<BTreeSet<_>>(), mine);
        for it in mine {
            assert_eq!(self.get(&format!("/fhir/{it}")).await.status, 200, "{}", self.case(&it));
        }
    }
}

/// The account of accesses is for privacy officers: for all others it is the same whoever it is asked about.
async fn account(world: &World, who: &str, patient: &str) {
    for path in ["/fhir/AuditEvent?patient=", "/access-report/"] {
        let theirs = world.get(who, &format!("{path}{patient}"), None).await;
        if who == "admin-park" {
            assert_eq!(theirs.status, 200, "{path}");
        } else {
            let nobodys = world.get(who, &format!("{path}nobody"), None).await;
            assert_eq!((theirs.status, &theirs), (403, &nobodys), "{who} {path}{patient}");
        }
    }
}

/// The queue of alerts is for privacy officers too, and so is what can be done with it.
async fn alerts(world: &World, who: &str) {
    let list = world.get(who, "/admin/alerts", None).await;
    if who == "admin-park" {
        assert_eq!(list.status, 200);
        assert!(!list.body.contains("demo-") && !list.body.contains("Practitioner"), "the list names nobody");
        return;
    }
    let some = world.store.queue().await.unwrap().pop().unwrap().id;
    assert_eq!(list.status, 403, "{who}");
    for id in [some.as_str(), "there-is-none"] {
        assert_eq!(world.get(who, &format!("/admin/alerts/{id}"), None).await, list, "{who}");
        for what in ["review", "letter"] {
            let body = json!({"resourceType": "Parameters"});
            let path = format!("/admin/alerts/{id}/{what}");
            assert_eq!(world.ask(who, "POST", &path, None, &body).await, list, "{who} {what}");
        }
    }
}

/// Pointers to documents, in the place of notes.
const DOCUMENTS: &str = "type=http://loinc.org%7C60591-5";

/// Without a permit nothing of a record is answered, and what is there looks like what is not.
async fn under_no_permit(world: &World, who: &str, person: &Person) {
    let patient = key(&person.slug);
    let nobodys = world.get(who, "/fhir/Condition?patient=nobody", None).await;
    for kind in RECORD.iter().chain(&["Consent"]) {
        let theirs = world.get(who, &format!("/fhir/{kind}?patient={patient}"), None).await;
        assert_eq!((theirs.status, &theirs), (403, &nobodys), "{who} {kind} {patient}");
    }
    let theirs = world.get(who, &format!("/fhir/DocumentReference?patient={patient}&{DOCUMENTS}"), None).await;
    assert_eq!(theirs, nobodys, "{who} documents of {patient}");
    for document in world.store.further_documents(&patient).await.unwrap() {
        let theirs = world.get(who, &format!("/fhir/Bundle/{}", document.id), None).await;
        assert_eq!((theirs.status, &theirs), (403, &nobodys), "{who} a document of {patient}");
    }
    let theirs = world.get(who, &format!("/fhir/Patient/{patient}/$summary"), None).await;
    assert_eq!((theirs.status, &theirs), (403, &world.get(who, "/fhir/Patient/nobody/$summary", None).await));
    let mut nothing = BTreeMap::new();
    for stored in world.store.of_patient(&patient).await.unwrap() {
        let it = &stored.resource;
        let mine = it.to_string().contains(&format!("Practitioner/{who}\""));
        let kind = stored.kind.as_str();
        if kind == "Appointment" && mine {
            continue;
        }
        // One of each kind: nothing of a resource itself is looked at.
        if nothing.contains_key(kind) {
            continue;
        }
        if CHANGED.contains(&kind) {
            let mut none = it.clone();
            none["id"] = json!("there-is-none");
            let none = world.ask(who, "PUT", &format!("/fhir/{}", address(&none)), None, &none).await;
            let reply = world.ask(who, "PUT", &format!("/fhir/{}", address(it)), None, it).await;
            assert_eq!((reply.status, &reply), (403, &none), "{who} PUT {}", address(it));
        }
        nothing.insert(kind.to_owned(), world.get(who, &format!("/fhir/{kind}/there-is-none"), None).await);
        let reply = world.get(who, &format!("/fhir/{}", address(it)), None).await;
        assert!([403, 404].contains(&reply.status), "{who} {}", address(it));
        assert_eq!(reply, nothing[kind], "{who} {}", address(it));
        for part in ["_history", "_history/1"] {
            let nothing = world.get(who, &format!("/fhir/{kind}/there-is-none/{part}"), None).await;
            let reply = world.get(who, &format!("/fhir/{}/{part}", address(it)), None).await;
            assert_eq!(reply, nothing, "{who} {} {part}", address(it));
        }
    }
}

fn entries(bundle: &Value) -> Vec<String> {
    bundle["entry"].as_array().into_iter().flatten().map(|entry| address(&entry["resource"])).collect()
}

fn link(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array().into_iter().flatten();
    let next = links.into_iter().find(|link| link["relation"] == "next")?["url"].as_str()?;
    Some(format!("/fhir{}", next.split_once("/fhir").unwrap().1))
}

/// The words that say what a resource is about.
fn words(it: &Value) -> impl Iterator<Item = &str> {
    let places = ["/code/text", "/medicationCodeableConcept/text", "/vaccineCode/text", "/description", "/note/0/text"];
    places.into_iter().filter_map(|place| it.pointer(place)?.as_str())
}
