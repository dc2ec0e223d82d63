//! Leases as a device sees them: signed, beside every document, and asked about again.

use jiff::Timestamp;
use keys::KeySet;
use serde_json::{Value, json};
use shared::identity::{DeviceId, PatientId};
use shared::lease::{BadLease, Bound, Claims, HEADER, TYP, patient_hash};

use crate::device::{proven, refused};
use crate::http::send;
use crate::world::{Session, World, consent, note, parameter, purpose, uuid};

const SUMMARY: &str = "/fhir/Patient/p1/$summary";

fn sha256(bytes: &[u8]) -> [u8; 32] {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().try_into().unwrap()
}

async fn believed(world: &World) -> KeySet {
    let answer = send(world.hub.addr, "GET", "/.well-known/jwks.json", &[], b"").await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!text.contains("\"d\""), "nothing private is shown");
    KeySet::read(&answer.json()).unwrap()
}

async fn claims(world: &World, token: &str) -> Claims {
    Claims::read(&believed(world).await.verify(token, Some(TYP)).unwrap()).unwrap()
}

async fn status(world: &World, session: &Session, leases: &[&str]) -> Vec<String> {
    let list: Vec<Value> = leases.iter().map(|id| json!({"name": "lease", "valueString": id})).collect();
    let body = json!({"resourceType": "Parameters", "parameter": list});
    let answer = world.post(session, "/fhir/$lease-status", &body).await;
    assert_eq!(answer.status, 200);
    let all = answer.json();
    let parts = all["parameter"].as_array().unwrap().iter().map(|p| &p["part"]);
    parts
        .zip(leases)
        .map(|(part, id)| {
            assert_eq!(part[0]["valueString"], *id, "in the order asked");
            part[1]["valueCode"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_decision_brings_a_lease_that_the_published_key_has_signed() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let out = world.decide(&session, "p1", "ETREAT", "care_team").await.json();
    let lease = claims(&world, &parameter(&out, "leaseJws")).await;
    let plain: shared::lease::Lease = serde_json::from_str(&parameter(&out, "lease")).unwrap();
    assert_eq!(lease.lease(PatientId::new("p1")), plain, "the signed one says the same");
    let patient = patient_hash(sha256, lease.id, &PatientId::new("p1"));
    assert_eq!((lease.staff.as_str(), &lease.patient), ("crew", &patient));
    assert!(lease.device.is_some(), "the device proved itself, and the lease is for it alone");
    assert_eq!(lease.issuer, format!("http://{}", world.hub.addr));
    assert_eq!(
        lease.consents.iter().map(|c| (c.id.as_str(), c.version.as_str())).collect::<Vec<_>>(),
        [("c1", "1"), ("c2", "1")]
    );
    assert_eq!(lease.bundle_sha256, None);
    let denied = world.decide(&session, "p2", "ETREAT", "care_team").await.json();
    assert_eq!(parameter(&denied, "leaseJws"), "");
}

#[tokio::test]
async fn every_document_comes_with_its_lease_also_when_it_is_not_sent_again() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let out = world.decide(&session, "p1", "ETREAT", "care_team").await.json();
    let decided = claims(&world, &parameter(&out, "leaseJws")).await;
    let grant = parameter(&out, "grant");
    let first = world.with_grant(&session, SUMMARY, &grant).await;
    let lease = claims(&world, first.header(HEADER)).await;
    assert_eq!(lease.bundle_sha256.as_deref(), Some(hex::encode(sha256(&first.body)).as_str()));
    assert_eq!(Claims { bundle_sha256: None, ..lease.clone() }, decided, "the same lease");
    let headers = [("X-Doorstep-Grant", grant.as_str()), ("If-None-Match", first.header("etag"))];
    let same = world.request("GET", &session, SUMMARY, &headers, b"").await;
    assert_eq!(same.status, 304);
    assert_eq!(claims(&world, same.header(HEADER)).await, lease, "of the bytes that are held");
    // Somebody else never had these bytes: they get them.
    let other = world.sign_in("crew2").await;
    let theirs = world.grant(&other, "p1", "ETREAT", "care_team").await;
    let headers = [("X-Doorstep-Grant", theirs.as_str()), ("If-None-Match", first.header("etag"))];
    assert_eq!(world.request("GET", &other, SUMMARY, &headers, b"").await.status, 200);
}

#[tokio::test]
async fn what_is_asked_about_is_decided_again_and_told_to_nobody_else() {
    let world = World::new().await;
    let (crew, nurse) = (world.sign_in("crew").await, world.sign_in("nurse").await);
    let lease = async |session: &Session, patient: &str, purpose: &str, basis: &str| {
        let out = world.decide(session, patient, purpose, basis).await.json();
        claims(&world, &parameter(&out, "leaseJws")).await.id.to_string()
    };
    let emergency = lease(&crew, "p1", "ETREAT", "care_team").await;
    let glass = lease(&crew, "p2", "BTG", "incapable").await;
    let care = lease(&nurse, "p1", "CAREMGT", "care_team").await;
    let never = uuid(99);
    let asked = [emergency.as_str(), &glass, &care, &never, "nonsense"];
    assert_eq!(status(&world, &crew, &asked).await, ["active", "active", "unknown", "unknown", "unknown"]);
    assert_eq!(status(&world, &nurse, &asked[..3]).await, ["unknown", "unknown", "active"]);

    // Fewer labelled items are open than before: the copy shows too much.
    let narrower = json!({"type": "permit", "purpose": purpose("CAREMGT"), "actor": [crate::world::actor("HOSP1")]});
    world.hub.store.insert_resource(consent("c2", "p1", "long-term", narrower)).await.unwrap();
    assert_eq!(status(&world, &nurse, &[&care]).await, ["revoked"]);
    assert_eq!(status(&world, &crew, &[&emergency]).await, ["active"], "another tier is not touched");
    world.hub.store.insert_resource(consent("c1", "p1", "emergency", json!({"type": "deny"}))).await.unwrap();
    assert_eq!(status(&world, &crew, &[&emergency, &glass]).await, ["revoked", "active"]);
    let report = world.hub.store.access_report("p1").await.unwrap();
    let decided: Vec<_> = report.iter().filter(|line| line.action == "decision").collect();
    let told: Vec<_> = decided.iter().map(|line| line.reason.clone().unwrap_or_default()).collect();
    let first = ["tier-emergency", "tier-long-term"];
    let again = ["tier-emergency", "tier-long-term", "tier-long-term", "tier-emergency", "emergency-denied"];
    assert_eq!(told, [first.as_slice(), &again].concat(), "each is a decision of its own");
}

#[tokio::test]
async fn a_lease_and_a_grant_of_a_device_are_worth_nothing_on_another() {
    let world = World::new().await;
    let (own, other) = (world.sign_in("crew").await, world.sign_in("crew").await);
    let out = world.decide(&own, "p1", "ETREAT", "care_team").await.json();
    let lease = claims(&world, &parameter(&out, "leaseJws")).await;
    assert_eq!(lease.device.as_deref(), Some(own.key().thumbprint()));
    let staff = shared::identity::StaffId::new("crew");
    let patient = patient_hash(sha256, lease.id, &PatientId::new("p1"));
    let (issuer, device) = (lease.issuer.as_str(), Some(other.key().thumbprint()));
    let bound = Bound { issuer, staff: &staff, device, patient: &patient, purpose: None, bundle_sha256: None };
    assert_eq!(lease.check(&bound), Err(BadLease::Device));
    let (id, grant) = (lease.id.to_string(), parameter(&out, "grant"));
    assert_eq!(status(&world, &own, &[&id]).await, ["active"]);
    assert_eq!(status(&world, &other, &[&id]).await, ["unknown"]);
    let summary = "/fhir/Patient/p1/$summary";
    assert_eq!(world.with_grant(&own, summary, &grant).await.status, 200);
    world.with_grant(&other, summary, &grant).await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_revoked_device_learns_nothing_of_its_leases_and_gets_none() {
    let world = World::new().await;
    let (lost, found) = (world.sign_in("crew").await, world.sign_in("crew").await);
    let proof = proven(&world, lost.key(), "POST", "/devices", None);
    let wish = json!({"device": uuid(7), "name": "Lost tablet"}).to_string();
    assert_eq!(
        send(world.hub.addr, "POST", "/devices", &[("DPoP", proof.as_str())], wish.as_bytes()).await.status,
        201
    );
    let out = world.decide(&lost, "p1", "ETREAT", "care_team").await.json();
    let (id, grant) = (claims(&world, &parameter(&out, "leaseJws")).await.id.to_string(), parameter(&out, "grant"));
    assert_eq!(status(&world, &lost, &[&id]).await, ["active"]);

    let by = Timestamp::now();
    world.hub.store.revoke_device(DeviceId::new(uuid(7).parse().unwrap()), "clerk", by).await.unwrap();
    let question = json!({"resourceType": "Parameters", "parameter": [{"name": "lease", "valueString": id}]});
    refused(&world.post(&lost, "/fhir/$lease-status", &question).await, "device_revoked");
    refused(&world.decide(&lost, "p1", "ETREAT", "care_team").await, "device_revoked");
    refused(&world.with_grant(&lost, "/fhir/Patient/p1/$summary", &grant).await, "device_revoked");
    // What it held goes to no other device, and the person works on with theirs.
    assert_eq!(status(&world, &found, &[&id]).await, ["unknown"]);
    world.with_grant(&found, "/fhir/Patient/p1/$summary", &grant).await.is_problem(403, "forbidden");
    assert_eq!(parameter(&world.decide(&found, "p1", "ETREAT", "care_team").await.json(), "decision"), "PERMIT");
}

#[tokio::test]
async fn a_strange_question_is_refused_with_what_to_send() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let many: Vec<Value> = (0..201).map(|n| json!({"name": "lease", "valueString": uuid(n)})).collect();
    for (body, status) in [
        (json!({"resourceType": "Parameters"}), 400),
        (json!({"resourceType": "Bundle"}), 400),
        (json!({"resourceType": "Parameters", "parameter": [{"name": "lease", "valueCode": "x"}]}), 400),
        (json!({"resourceType": "Parameters", "parameter": many}), 413),
    ] {
        assert_eq!(world.post(&session, "/fhir/$lease-status", &body).await.status, status, "{body}");
    }
    assert_eq!(world.get(&session, "/fhir/$lease-status").await.status, 405);
}

/// The same note as of another moment.
fn written(mut bundle: Value, when: &str) -> Value {
    bundle["entry"][0]["resource"]["date"] = json!(when);
    bundle
}

#[tokio::test]
async fn a_note_is_never_dropped_and_what_nobody_can_place_stays_closed() {
    let world = World::new().await;
    let (nurse, crew) = (world.sign_in("nurse").await, world.sign_in("crew").await);
    let carer = world.sign_in("carer").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let later = "2099-01-01T00:00:00Z";
    world.grant(&crew, "p1", "ETREAT", "care_team").await;
    world.hub.store.insert_resource(consent("c1", "p1", "emergency", json!({"type": "deny"}))).await.unwrap();
    world.hub.store.insert_resource(consent("c2", "p1", "long-term", json!({"type": "deny"}))).await.unwrap();
    let before = note("carer", "p1", &uuid(1), "Written before the withdrawal.");
    let cared = written(note("crew", "p1", &uuid(2), "Written by a crew that was let in."), later);
    let placed = written(note("nurse", "p1", &uuid(3), "Written by the nurse who visits."), later);
    let strange = written(note("carer", "p1", &uuid(4), "Written by nobody who is known here."), later);
    for (who, sent) in
        [(&carer, before), (&crew, cared), (&nurse, placed), (&carer, strange.clone()), (&carer, strange)]
    {
        assert_eq!(world.post(who, "/fhir", &sent).await.status, 200);
    }
    let stored = world.hub.store.of_patient("p1").await.unwrap();
    let closed: Vec<_> = stored
        .iter()
        .filter(|s| s.kind == "DocumentReference" && s.resource["meta"]["tag"][0]["code"] == "quarantined")
        .collect();
    assert_eq!((closed.len(), stored.iter().filter(|s| s.kind == "DocumentReference").count()), (1, 4));
    let place = format!("/fhir/DocumentReference/{}", closed[0].id);
    assert_eq!(world.get(&carer, &place).await.status, 200, "its author reads it");
    world
        .hub
        .store
        .insert_resource(consent(
            "c2",
            "p1",
            "long-term",
            json!({"type": "permit", "purpose": purpose("CAREMGT"), "actor": [crate::world::actor("HOSP1")]}),
        ))
        .await
        .unwrap();
    let list = world.with_grant(&nurse, "/fhir/DocumentReference?patient=p1", &grant).await.json();
    let text = list.to_string();
    assert_eq!(list["entry"].as_array().unwrap().len(), 3, "{text}");
    world.with_grant(&nurse, &place, &grant).await.is_problem(404, "not-found");
    let report = world.hub.store.access_report("p1").await.unwrap();
    let told = report.iter().filter(|l| l.reason.as_deref() == Some("note-quarantined")).count();
    assert_eq!(told, 2, "the privacy officer is told each time");
}
