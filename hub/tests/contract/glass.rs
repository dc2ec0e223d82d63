//! Broken glass: what it takes, what it opens, who is told, and how it ends.

use hub::{Enrolment, Entrance};
use jiff::Timestamp;
use keys::SigningKey;
use serde_json::{Value, json};
use shared::consent::{RecordState, STEP_UP};
use shared::identity::PatientId;

use crate::device::{Device, proven};
use crate::http::{Answer, send};
use crate::world::{Session, World, parameter, uuid, with};

const DECIDE: &str = "/fhir/Patient/p2/$consent-decision";

async fn ask(world: &World, session: &Session, patient: &str, body: &Value) -> Answer {
    world.post(session, &format!("/fhir/Patient/{patient}/$consent-decision"), body).await
}

async fn officer(world: &World) -> Session {
    world.hub.store.appoint_privacy_officer("clerk").await.unwrap();
    world.sign_in("clerk").await
}

/// The alerts of the queue with what the officer reads of each.
async fn queue(world: &World, officer: &Session) -> Vec<Value> {
    let list = world.get(officer, "/admin/alerts").await.json();
    let mut all = Vec::new();
    for entry in list["entry"].as_array().into_iter().flatten() {
        let id = entry["resource"]["id"].as_str().unwrap().to_owned();
        all.push(world.get(officer, &format!("/admin/alerts/{id}")).await.json());
    }
    all
}

fn kinds(alerts: &[Value]) -> Vec<&str> {
    alerts.iter().map(|it| it["code"]["coding"][0]["code"].as_str().unwrap()).collect()
}

async fn actions(world: &World, patient: &str) -> Vec<String> {
    world.hub.store.access_report(patient).await.unwrap().into_iter().map(|line| line.action).collect()
}

#[tokio::test]
async fn what_is_restricted_is_shown_and_what_is_very_restricted_never() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    let seen = async |grant: &str| {
        let answer = world.with_grant(&crew, "/fhir/Patient/p1/$summary", grant).await;
        let text = String::from_utf8(answer.body).unwrap();
        ["Chair-shaped knee", "Hidden sorrow", "Unspoken cut"].map(|words| text.contains(words))
    };
    let ordinary = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    assert_eq!(seen(&ordinary).await, [true, false, false]);
    let broken = world.grant(&crew, "p1", "BTG", "incapable").await;
    assert_eq!(seen(&broken).await, [true, true, false]);
}

#[tokio::test]
async fn each_row_of_broken_glass_is_decided_and_tells_whom_it_must() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    world.hub.store.insert_resource(crate::world::patient("p4", "Never", "1970-01-02", "9876543210")).await.unwrap();
    let no = json!({"type": "deny", "purpose": crate::world::purpose("ETREAT")});
    world.hub.store.insert_resource(crate::world::consent("c4", "p4", "emergency", no)).await.unwrap();
    let mut expected = Vec::new();
    for (patient, basis, reason, kind, letter) in [
        ("p2", "incapable", "break-glass", Some("break-glass"), true),
        ("p3", "incapable", "break-glass", Some("break-glass"), true),
        ("p2", "consent_now", "btg-needs-incapacity-or-danger-to-life", None, false),
        ("p4", "incapable", "emergency-denied-no-btg", Some("refused-attempt"), false),
    ] {
        let out = world.decide(&crew, patient, "BTG", basis).await.json();
        assert_eq!(parameter(&out, "reason"), reason, "{patient}");
        expected.splice(0..0, kind.map(|kind| (kind.to_owned(), patient.to_owned(), letter)));
    }
    world.hub.store.set_record_state(&PatientId::new("p1"), RecordState::Locked).await.unwrap();
    let out = world.decide(&crew, "p1", "BTG", "incapable").await.json();
    assert_eq!(parameter(&out, "reason"), "opt-out", "blocked");
    expected.insert(0, ("refused-attempt".to_owned(), "p1".to_owned(), false));
    let alerts = queue(&world, &officer).await;
    let found = alerts.iter().zip(kinds(&alerts)).map(|(it, kind)| {
        let patient = it["for"]["reference"].as_str().unwrap().trim_start_matches("Patient/").to_owned();
        (kind.to_owned(), patient, !it["restriction"].is_null())
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_relationship_taken_on_alone_needs_words_and_is_told_of_too() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    let body = json!({"resourceType": "Parameters", "parameter": [
        {"name": "purpose", "valueCode": "ETREAT"}, {"name": "basis", "valueCode": "incapable"}]});
    ask(&world, &crew, "p3", &body).await.is_problem(400, "invalid");
    ask(&world, &crew, "p3", &with(body.clone(), "reasonText", json!("   "))).await.is_problem(400, "invalid");
    assert!(queue(&world, &officer).await.is_empty());
    let out = ask(&world, &crew, "p3", &with(body, "reasonText", json!("Confused"))).await.json();
    assert_eq!(parameter(&out, "reason"), "self-claimed-emergency");
    let alerts = queue(&world, &officer).await;
    assert_eq!(kinds(&alerts), ["self-claimed"]);
    assert_eq!(alerts[0]["reasonCode"]["text"], "Confused");
    assert!(!alerts[0]["restriction"].is_null(), "the patient is to be told");
}

#[tokio::test]
async fn nothing_is_decided_without_reason_words_proof_and_two_identifiers() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    let whole = world.glass(&crew, "p2").await;
    for (name, value) in [
        ("reasonCode", Value::Null),
        ("reasonCode", json!("curious")),
        ("reasonText", Value::Null),
        ("reasonText", json!("Too short")),
        ("reasonText", json!("  Too short  ")),
        ("reasonText", json!("x".repeat(2001))),
        ("stepUp", Value::Null),
        ("birthDate", Value::Null),
        ("declaration", json!("first")),
    ] {
        let answer = ask(&world, &crew, "p2", &with(whole.clone(), name, value.clone())).await;
        assert_eq!(answer.status, 400, "{name} {value}");
        let nobody = ask(&world, &crew, "nobody", &with(whole.clone(), name, value)).await;
        assert_eq!((nobody.status, nobody.body), (400, answer.body), "the same whoever it is about");
    }
    let one = with(with(whole, "nhsNumber", Value::Null), "family", Value::Null);
    ask(&world, &crew, "p2", &one).await.is_problem(400, "invalid");
    assert!(actions(&world, "p2").await.is_empty(), "nothing was decided");
}

#[tokio::test]
async fn identifiers_of_somebody_else_open_nothing_and_are_in_the_account() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    let whole = world.glass(&crew, "p2").await;
    for (name, value) in [
        ("nhsNumber", json!("9434765919")),
        ("nhsNumber", json!("nonsense")),
        ("nhsNumber", Value::Null),
        ("birthDate", json!("1950-01-03")),
        ("birthDate", json!("")),
    ] {
        let out = ask(&world, &crew, "p2", &with(whole.clone(), name, value.clone())).await.json();
        assert_eq!(parameter(&out, "decision"), "DENY", "{name} {value}");
        assert_eq!(parameter(&out, "reason"), "identifiers-do-not-match", "{name} {value}");
        assert!(parameter(&out, "grant").is_empty());
    }
    let spaced = with(whole, "nhsNumber", json!("987 654 3210"));
    assert_eq!(parameter(&ask(&world, &crew, "p2", &spaced).await.json(), "decision"), "PERMIT");
    let lines = world.hub.store.access_report("p2").await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.reason.as_deref() == Some("identifiers-do-not-match")).count(), 5);
}

#[tokio::test]
async fn a_person_without_a_number_is_known_by_family_name_and_birth() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    let person = json!({"resourceType": "Patient", "id": "p5", "name": [{"family": "Łoś"}], "birthDate": "1995"});
    world.hub.store.insert_resource(person).await.unwrap();
    let whole = world.glass(&crew, "p5").await;
    for (family, decision) in [("los", "PERMIT"), ("", "DENY"), ("Losowski", "DENY")] {
        let body = with(with(whole.clone(), "family", json!(family)), "nhsNumber", json!("9434765919"));
        assert_eq!(parameter(&ask(&world, &crew, "p5", &body).await.json(), "decision"), decision, "{family}");
    }
}

fn proof(key: &SigningKey, typ: &str, sub: &str, patient: &str, seconds: i64) -> Value {
    let iat = Timestamp::now().as_second() + seconds;
    json!(key.sign(typ, &json!({"sub": sub, "patient": patient, "iat": iat})).unwrap())
}

async fn bound(world: &World, device: &Device, step_up: Value) -> String {
    let body = with(world.glass(&Session::made_up("crew"), "p2").await, "stepUp", step_up).to_string();
    let (authorization, token) = (format!("DPoP {}", device.token), Some(device.token.as_str()));
    let proof = proven(world, &device.key, "POST", DECIDE, token);
    let headers =
        [("Authorization", authorization.as_str()), ("DPoP", &proof), ("Content-Type", "application/fhir+json")];
    let answer = send(world.hub.addr, "POST", DECIDE, &headers, body.as_bytes()).await;
    parameter(&answer.json(), "reason")
}

#[tokio::test]
async fn the_pin_is_proved_by_the_key_of_the_device_for_this_person_and_this_minute() {
    let world = World::new().await;
    let (device, other) = (Device::signed_in(&world, "crew").await, SigningKey::generate().unwrap());
    let key = &device.key;
    for (case, step_up, expected) in [
        ("as it should be", proof(key, STEP_UP, "crew", "p2", 0), "break-glass"),
        ("nearly a minute old", proof(key, STEP_UP, "crew", "p2", -55), "break-glass"),
        ("another key", proof(&other, STEP_UP, "crew", "p2", 0), "step-up-not-proven"),
        ("another kind of token", proof(key, "JWT", "crew", "p2", 0), "step-up-not-proven"),
        ("somebody else's PIN", proof(key, STEP_UP, "crew2", "p2", 0), "step-up-not-proven"),
        ("for another person", proof(key, STEP_UP, "crew", "p1", 0), "step-up-not-proven"),
        ("too old", proof(key, STEP_UP, "crew", "p2", -75), "step-up-not-proven"),
        ("of the future", proof(key, STEP_UP, "crew", "p2", 75), "step-up-not-proven"),
        ("no token", json!("yes"), "step-up-not-proven"),
    ] {
        assert_eq!(bound(&world, &device, step_up).await, expected, "{case}");
    }
}

#[tokio::test]
async fn without_a_bound_token_what_the_proof_says_is_looked_at() {
    let world = World::with(Entrance { unbound: true, enrolment: Some(Enrolment::Open), ..Entrance::default() }).await;
    let crew = world.sign_in_unbound("crew").await;
    let (whole, key) = (world.glass(&crew, "p2").await, SigningKey::generate().unwrap());
    for step_up in [
        proof(&key, STEP_UP, "crew2", "p2", 0),
        proof(&key, STEP_UP, "crew", "p1", 0),
        proof(&key, STEP_UP, "crew", "p2", -75),
        proof(&key, "JWT", "crew", "p2", 0),
        json!("yes"),
    ] {
        let out = ask(&world, &crew, "p2", &with(whole.clone(), "stepUp", step_up)).await.json();
        assert_eq!(parameter(&out, "reason"), "step-up-not-proven");
    }
}

#[tokio::test]
async fn it_ends_by_the_person_and_the_grant_is_worth_nothing_any_more() {
    let world = World::new().await;
    let (crew, other) = (world.sign_in("crew").await, world.sign_in("crew2").await);
    let out = world.decide(&crew, "p2", "BTG", "incapable").await.json();
    let (grant, lease) = (parameter(&out, "grant"), parameter(&out, "lease"));
    let lease: Value = serde_json::from_str(&lease).unwrap();
    let body = |reason: &str| {
        json!({"resourceType": "Parameters", "parameter": [
            {"name": "lease", "valueString": lease["id"]}, {"name": "reason", "valueCode": reason}]})
    };
    let end = "/fhir/Patient/p2/$break-glass-end";
    world.post(&crew, end, &body("bored")).await.is_problem(400, "invalid");
    assert_eq!(
        world.post(&other, end, &body("by-person")).await.status,
        200,
        "nothing of theirs, and no word about it"
    );
    assert_eq!(world.with_grant(&crew, "/fhir/Patient/p2/$summary", &grant).await.status, 200);
    for _ in 0..2 {
        assert_eq!(world.post(&crew, end, &body("screen-left")).await.status, 200);
        world.with_grant(&crew, "/fhir/Patient/p2/$summary", &grant).await.is_problem(403, "forbidden");
    }
    let stops: Vec<_> = world.hub.store.access_report("p2").await.unwrap();
    let stops: Vec<_> = stops.iter().filter(|line| line.action == "break-glass-stop").collect();
    assert_eq!(stops.len(), 1, "once");
    assert_eq!((stops[0].staff.as_deref(), stops[0].reason.as_deref()), (Some("crew"), Some("screen-left")));
}

#[tokio::test]
async fn it_ends_with_its_hour_whether_or_not_anybody_says_so() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    let grant = world.grant(&crew, "p2", "BTG", "incapable").await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}/hub.sqlite", world.folder.path().display())).await;
    let sql = "UPDATE declarations SET expires_at = expires_at - 3600000000";
    sqlx::query(sql).execute(&pool.unwrap()).await.unwrap();
    world.with_grant(&crew, "/fhir/Patient/p2/$summary", &grant).await.is_problem(403, "forbidden");
    let alert = queue(&world, &officer).await.remove(0);
    assert!(!alert["executionPeriod"]["end"].is_null());
    queue(&world, &officer).await;
    let stops: Vec<_> = world.hub.store.access_report("p2").await.unwrap();
    let stops: Vec<_> = stops.iter().filter(|line| line.action == "break-glass-stop").collect();
    assert_eq!((stops.len(), stops[0].reason.as_deref()), (1, Some("lease-ended")));
}

#[tokio::test]
async fn what_was_declared_without_signal_is_taken_over_once() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    let then = Timestamp::from_second(Timestamp::now().as_second() - 5 * 3600).unwrap();
    let body = |n, patient: &str, whole: Value| {
        let whole = with(whole, "declaration", json!(uuid(n)));
        let whole = with(whole, "declared", json!(then));
        with(whole, "stepUp", proof(crew.key(), STEP_UP, "crew", patient, -5 * 3600))
    };
    let told = body(1, "p1", world.glass(&crew, "p1").await);
    for _ in 0..3 {
        assert_eq!(world.post(&crew, "/fhir/Patient/p1/$break-glass-declared", &told).await.status, 200);
    }
    let doubtful = with(body(2, "p1", world.glass(&crew, "p1").await), "birthDate", json!("1900-01-01"));
    let known = world.post(&crew, "/fhir/Patient/p1/$break-glass-declared", &doubtful).await;
    let nobody = world
        .post(&crew, "/fhir/Patient/nobody/$break-glass-declared", &with(doubtful, "declaration", json!(uuid(3))))
        .await;
    assert_eq!((known.status, known.body), (nobody.status, nobody.body), "it tells of nobody");
    let alerts = queue(&world, &officer).await;
    assert_eq!(kinds(&alerts), ["offline-doubtful", "offline-doubtful", "offline"]);
    assert_eq!(alerts[2]["executionPeriod"]["start"], json!(then), "when it happened, not when it was told");
    let due: Timestamp = alerts[2]["restriction"]["period"]["end"].as_str().unwrap().parse().unwrap();
    assert_eq!(due.duration_since(then).as_hours(), 72, "the patient's time runs from then");
    let summary = world.get(&crew, "/fhir/Patient/p1/$summary").await;
    summary.is_problem(403, "forbidden");
}

#[tokio::test]
async fn the_queue_names_nobody_and_each_opening_of_an_alert_is_in_the_account() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    world.grant(&crew, "p2", "BTG", "incapable").await;
    for accept in ["application/fhir+json", "text/html"] {
        let list = world.request("GET", &officer, "/admin/alerts", &[("Accept", accept)], b"").await;
        let text = String::from_utf8(list.body).unwrap();
        for name in ["p2", "Jones", "crew", "Name of", "floor"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
    assert!(!actions(&world, "p2").await.contains(&"alert".to_owned()));
    let list = world.get(&officer, "/admin/alerts").await.json();
    let id = list["entry"][0]["resource"]["id"].as_str().unwrap();
    let page = world.request("GET", &officer, &format!("/admin/alerts/{id}"), &[("Accept", "text/html")], b"").await;
    let text = String::from_utf8(page.body.clone()).unwrap();
    for words in ["JONES, Testy", "Name of crew", "Unconscious: Found on the floor, no answer", "Letter"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(page.header("content-security-policy").split(';').next(), Some("default-src 'none'"));
    assert_eq!(actions(&world, "p2").await.iter().filter(|action| *action == "alert").count(), 1);
    for path in ["/admin/alerts".to_owned(), format!("/admin/alerts/{id}")] {
        world.get(&crew, &path).await.is_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_review_and_a_letter_are_noted_once_and_the_report_tells_the_patient() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    world.grant(&crew, "p2", "BTG", "incapable").await;
    let alert = queue(&world, &officer).await.remove(0);
    let id = alert["id"].as_str().unwrap();
    let (review, letter) = (format!("/admin/alerts/{id}/review"), format!("/admin/alerts/{id}/letter"));
    let found = json!({"resourceType": "Parameters", "parameter": [
        {"name": "outcome", "valueCode": "justified"}, {"name": "words", "valueString": "Crew sheet says GCS 3"}]});
    world.post(&officer, &review, &with(found.clone(), "words", json!("Fine"))).await.is_problem(400, "invalid");
    world.post(&officer, &review, &with(found.clone(), "outcome", json!("maybe"))).await.is_problem(400, "invalid");
    world.post(&crew, &review, &found).await.is_problem(403, "forbidden");
    let report = async || String::from_utf8(world.get(&officer, "/access-report/p2").await.body).unwrap();
    assert!(report().await.contains("To be told by"));
    let done = world.post(&officer, &review, &found).await.json();
    assert_eq!(
        (done["status"].as_str(), done["note"][0]["text"].as_str()),
        (Some("completed"), Some("Crew sheet says GCS 3"))
    );
    world.post(&officer, &review, &found).await.is_problem(409, "conflict");
    assert_eq!(world.post(&officer, &letter, &json!({"resourceType": "Parameters"})).await.status, 200);
    world.post(&officer, &letter, &json!({"resourceType": "Parameters"})).await.is_problem(409, "conflict");
    let report = report().await;
    for words in ["Name of crew, Tester", "Glass broken", "Unconscious: Found on the floor, no answer", "Told on"] {
        assert!(report.contains(words), "{words} in {report}");
    }
    let seen = actions(&world, "p2").await;
    for action in ["break-glass-start", "alert-reviewed", "patient-told"] {
        assert_eq!(seen.iter().filter(|it| *it == action).count(), 1, "{action}");
    }
}
