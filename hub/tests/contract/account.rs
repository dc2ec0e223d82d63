//! The account of who looked: handed over by devices, chained, read by privacy officers, verified.

use std::process::Command;

use keys::SigningKey;
use serde_json::{Value, json};
use shared::audit::{Act, Actor, Entry, Event, Head, Observer, to_batch};
use shared::identity::{DeviceId, Organisation, PatientId, Role, Staff, StaffId};
use uuid::Uuid;

use crate::http::Answer;
use crate::world::{NHS, Session, World, note, parameter, patient, uuid, with};

fn sha256(bytes: &[u8]) -> [u8; 32] {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().try_into().unwrap()
}

pub(crate) fn device() -> DeviceId {
    DeviceId::new(Uuid::from_u128(0xd0))
}

/// A device's own account of so many reads.
pub(crate) fn reads(from: &Head, count: u128, patient: &str) -> Vec<Entry> {
    let mut head = from.clone();
    let actor =
        Actor { staff: StaffId::new("crew"), role: Some(Role::EmergencyClinician), organisation: "AMB1".into() };
    let one = |n: u128| Event {
        actor: Some(actor.clone()),
        patient: Some(PatientId::new(patient)),
        ..Event::new(
            Uuid::from_u128(n),
            "2026-03-01T08:05:00Z".parse().unwrap(),
            Act::Read,
            "offline",
            Observer::Device(device()),
        )
    };
    (0..count)
        .map(|n| {
            let entry = head.append(one(n + u128::from(head.seq)).to_fhir(), sha256).unwrap();
            head = entry.head();
            entry
        })
        .collect()
}

pub(crate) fn batch(entries: &[Entry]) -> Value {
    let entry =
        |it: &Entry| json!({"resource": it.to_resource().unwrap(), "request": {"method": "POST", "url": "AuditEvent"}});
    json!({"resourceType": "Bundle", "type": "batch", "entry": entries.iter().map(entry).collect::<Vec<_>>()})
}

pub(crate) async fn hand_over(world: &World, session: &Session, entries: &[Entry]) -> Answer {
    world.post(session, "/fhir/AuditEvent", &batch(entries)).await
}

pub(crate) fn statuses(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let entries = json["entry"].as_array().unwrap().iter();
    entries.map(|entry| entry["response"]["status"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn officer(world: &World) -> Session {
    world.hub.store.appoint_privacy_officer("clerk").await.unwrap();
    world.sign_in("clerk").await
}

#[tokio::test]
async fn a_batch_is_joined_once_however_often_it_is_sent() {
    let world = World::new().await;
    let session = world.sign_in("crew2").await;
    let entries = reads(&Head::new(device()), 4, "p1");
    assert_eq!(statuses(&hand_over(&world, &session, &entries[..3]).await), ["201 Created"; 3]);
    assert_eq!(statuses(&hand_over(&world, &session, &entries[..3]).await), ["200 OK"; 3]);
    let overlapping = hand_over(&world, &session, &entries[2..]).await;
    assert_eq!(statuses(&overlapping), ["200 OK", "201 Created"]);
    let report = world.hub.store.access_report("p1").await.unwrap();
    assert_eq!(report.iter().filter(|line| line.action == "offline").count(), 4);
    assert!(report.iter().all(|line| line.staff.as_deref() == Some("crew")), "who did it, not who handed it over");
    assert!(world.hub.store.audit_alerts().await.unwrap().is_empty());
}

#[tokio::test]
async fn gaps_and_forks_are_refused_told_apart_and_kept() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let start = Head::new(device());
    let entries = reads(&start, 5, "p1");
    hand_over(&world, &session, &entries[..2]).await;
    let refused = async |entries: &[Entry]| hand_over(&world, &session, entries).await.is_problem(409, "conflict");
    refused(&entries[3..]).await;
    refused(&entries[3..]).await;
    let fork = reads(&entries[0].head(), 2, "p2");
    refused(&fork).await;
    let mut changed = entries[2].clone();
    changed.event["outcome"] = json!("4");
    refused(&[changed]).await;
    let alerts = world.hub.store.audit_alerts().await.unwrap();
    let expected = [("gap", 4), ("fork", 2), ("altered", 3)].map(|(kind, seq)| (kind.to_owned(), seq));
    assert_eq!(alerts, expected, "each once, however often it came");
    assert!(world.hub.store.access_report("p2").await.unwrap().is_empty(), "nothing of a batch is half joined");
    assert_eq!(statuses(&hand_over(&world, &session, &entries[2..]).await), ["201 Created"; 3], "the gap is filled");
    world.hub.store.verify_audit(None).await.unwrap();
}

#[tokio::test]
async fn what_is_no_account_is_refused() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let entries = reads(&Head::new(device()), 1, "p1");
    let with = |change: fn(&mut Value)| {
        let mut bundle = batch(&entries);
        change(&mut bundle["entry"][0]["resource"]);
        bundle
    };
    for body in [
        with(|it| it["text"] = json!({"div": "<div>Hidden sorrow</div>"})),
        with(|it| it["contained"] = json!([{"resourceType": "Condition"}])),
        with(|it| it["resourceType"] = json!("Condition")),
        with(|it| it["extension"] = json!([])),
        with(|it| it["recorded"] = json!("yesterday")),
    ] {
        world.post(&session, "/fhir/AuditEvent", &body).await.is_problem(422, "business-rule");
    }
    for body in [json!({"resourceType": "Bundle", "type": "batch", "entry": []}), json!({"resourceType": "AuditEvent"})]
    {
        world.post(&session, "/fhir/AuditEvent", &body).await.is_problem(400, "invalid");
    }
    let unsigned = Session::made_up("nobody");
    hand_over(&world, &unsigned, &entries).await.is_problem(401, "login");
}

#[tokio::test]
async fn a_privacy_officer_reads_who_looked_why_and_when_and_nobody_else_does() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    hand_over(&world, &crew, &reads(&Head::new(device()), 1, "p1")).await;
    let grant = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    world.with_grant(&crew, "/fhir/Patient/p1/$summary", &grant).await;
    let clerk = world.sign_in("clerk").await;
    for path in ["/fhir/AuditEvent?patient=p1", "/access-report/p1"] {
        for session in [&crew, &clerk] {
            world.get(session, path).await.is_problem(403, "forbidden");
        }
    }
    let officer = officer(&world).await;
    let all = world.get(&officer, "/fhir/AuditEvent?patient=p1").await.json();
    let events: Vec<&Value> = all["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect();
    let decision = events.iter().find(|it| it["subtype"][0]["code"] == "AuthZ-Consent").unwrap();
    assert_eq!(decision["agent"][1]["who"]["identifier"]["value"], "crew");
    assert_eq!(decision["agent"][1]["purposeOfUse"][0]["coding"][0]["code"], "ETREAT");
    assert!(events.iter().any(|it| it["meta"]["profile"][0].as_str().is_some_and(|p| p.ends_with("PatientRead"))));
    let march = world.get(&officer, "/fhir/AuditEvent?patient=p1&date=ge2026-03-01&date=lt2026-03-02").await.json();
    assert_eq!(march["entry"].as_array().map(Vec::len), Some(1), "by the day it happened");
    let page = world.get(&officer, "/fhir/AuditEvent?patient=p1&_count=1").await.json();
    assert_eq!((page["entry"].as_array().map(Vec::len), &page["link"][1]["relation"]), (Some(1), &json!("next")));
    assert!(
        world.get(&officer, "/fhir/AuditEvent?patient=p2").await.json()["entry"]
            .as_array()
            .is_some_and(|e| e.len() == 1),
        "reading it is in it"
    );
    world.get(&officer, "/fhir/AuditEvent").await.is_problem(400, "invalid");
}

#[tokio::test]
async fn the_account_is_found_by_nhs_number_in_every_record_that_carries_it() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    world.hub.store.insert_resource(patient("p4", "Smith", "1938-11-23", "9434765919")).await.unwrap();
    for whose in ["p1", "p4", "p2"] {
        world.get(&crew, &format!("/fhir/Patient/{whose}")).await;
    }
    let by = |number: &str| {
        format!("/fhir/AuditEvent?patient.identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C{number}")
    };
    world.get(&crew, &by("9434765919")).await.is_problem(403, "forbidden");
    let officer = officer(&world).await;
    let found = world.get(&officer, &by("943%20476%205919")).await.json();
    let events: Vec<&Value> = found["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect();
    let whose = |event: &&Value| {
        let entities = event["entity"].as_array().unwrap();
        entities
            .iter()
            .filter_map(|it| it["what"]["reference"].as_str())
            .any(|it| it == "Patient/p1" || it == "Patient/p4")
    };
    assert!(events.iter().all(whose), "{found}");
    let reads = events.iter().filter(|it| it["agent"][1]["who"]["identifier"]["value"] == "crew");
    assert!(reads.count() >= 2, "of both: {found}");
    let page = world.get(&officer, &format!("{}&_count=1", by("9434765919"))).await.json();
    assert_eq!(page["link"][1]["relation"], "next");
    for wrong in
        [by("9434765918"), by("9434765919&patient=p1"), "/fhir/AuditEvent?patient.identifier=9434765919".into()]
    {
        world.get(&officer, &wrong).await.is_problem(400, "invalid");
    }
    let nobodys = world.get(&officer, &by("9999999468")).await.json();
    assert_eq!((nobodys["type"].as_str(), &nobodys["entry"]), (Some("searchset"), &Value::Null));
}

#[tokio::test]
async fn the_page_is_escaped_and_runs_nothing() {
    let world = World::new().await;
    let hostile = Staff {
        id: StaffId::new("crew"),
        name: "<script>alert('x')</script> & \"Co\"".to_owned(),
        role: Role::EmergencyClinician,
        job_title: "Paramedic".to_owned(),
        organisation: Organisation { ods: "AMB1".to_owned(), name: "<b>Ambulance</b>".to_owned() },
    };
    world.hub.store.insert_staff(&hostile).await.unwrap();
    let crew = world.sign_in("crew").await;
    world.grant(&crew, "p1", "ETREAT", "care_team").await;
    let officer = officer(&world).await;
    let answer = world.get(&officer, "/access-report/p1").await;
    let page = String::from_utf8(answer.body.clone()).unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;Co&quot;, Paramedic"), "{page}");
    assert!(page.contains("Emergency treatment") && page.contains("tier-emergency"), "{page}");
    for active in ["<script", "<b>", "javascript:", " src=", " href=", "onload"] {
        assert!(!page.contains(active), "{active} in {page}");
    }
    let injected = world.get(&officer, "/access-report/%3Cimg%3E").await;
    assert!(String::from_utf8(injected.body).unwrap().contains("Record &lt;img&gt;."));
}

/// Something of everything, with words that must not be in the account.
async fn a_shift(world: &World) {
    let (crew, nurse) = (world.sign_in("crew").await, world.sign_in("nurse").await);
    let body = with(world.glass(&crew, "p1").await, "reasonText", json!("Collapsed, purple rash"));
    let out = world.post(&crew, "/fhir/Patient/p1/$consent-decision", &body).await.json();
    let grant = parameter(&out, "grant");
    world.with_grant(&crew, "/fhir/Patient/p1/$summary", &grant).await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    for path in
        ["Condition?patient=p1", "Condition/plain", "Condition/secret", "Condition?patient=p2", "Consent?patient=p1"]
    {
        world.with_grant(&nurse, &format!("/fhir/{path}"), &grant).await;
    }
    world.get(&nurse, &format!("/fhir/Patient?identifier={NHS}%7C9434765919")).await;
    world.get(&nurse, "/fhir/Patient?family=Jones&birthdate=1950-01-02").await;
    world.get(&nurse, "/fhir/Patient?family=Nosuchname&birthdate=1950-01-02").await;
    world.get(&crew, "/fhir/Appointment?practitioner=Practitioner/nurse").await;
    world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(1), "Green bruise on the left shin")).await;
    world.post(&nurse, "/fhir", &note("crew", "p1", &uuid(2), "In somebody else's name")).await;
}

/// A second connection to the file, past the hub.
pub(crate) async fn past_the_hub(world: &World) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(world.folder.path().join("hub.sqlite"));
    sqlx::SqlitePool::connect_with(options).await.unwrap()
}

#[tokio::test]
async fn the_account_of_a_shift_holds_ids_and_codes_and_nothing_of_anybodys_health() {
    let world = World::new().await;
    a_shift(&world).await;
    let pool = past_the_hub(&world).await;
    let events: Vec<String> = sqlx::query_scalar("SELECT event FROM audit_events").fetch_all(&pool).await.unwrap();
    let whole = events.join("\n");
    for action in [
        "sign-in",
        "\"summary\"",
        "\"search\"",
        "\"read\"",
        "\"consents\"",
        "\"note\"",
        "110127",
        "not-accepted",
        "AuthZ-Consent",
        "no-legitimate-relationship",
        "not-ones-own",
        "notify-patient",
    ] {
        assert!(whole.contains(action), "{action} is accounted for: {whole}");
    }
    for word in
        ["rash", "knee", "sorrow", "bruise", "Jones", "Nosuchname", "mith", "9434765919", "1950", "Testy", "PSY"]
    {
        assert!(!whole.contains(word), "{word} is in the account");
    }
}

#[tokio::test]
async fn the_stored_account_can_only_grow() {
    let world = World::new().await;
    a_shift(&world).await;
    let pool = past_the_hub(&world).await;
    for sql in ["DELETE FROM audit_events WHERE seq = 2", "UPDATE audit_events SET event = '{}' WHERE seq = 2"] {
        assert!(sqlx::query(sql).execute(&pool).await.is_err(), "{sql}");
    }
}

/// The verdict of the command: whether it succeeded, and all it said.
pub(crate) fn verdict(world: &World, more: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    command.args(["audit", "verify", "--database"]).arg(world.folder.path().join("hub.sqlite")).args(more);
    let out = command.output().unwrap();
    (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
}

#[tokio::test]
async fn verifying_names_the_first_broken_link() {
    let world = World::new().await;
    a_shift(&world).await;
    let crew = world.sign_in("crew").await;
    hand_over(&world, &crew, &reads(&Head::new(device()), 4, "p1")).await;
    let head = world.hub.store.own_head().await.unwrap();
    let (sound, said) = verdict(&world, &["--head", &head.hash]);
    assert!(sound && said.contains(&format!("{} entries, head {}", head.seq, head.hash)), "{said}");
    assert!(said.contains(&format!("chain {}: 4 entries", device())), "{said}");

    let pool = past_the_hub(&world).await;
    for trigger in ["audit_events_stay", "audit_events_stand"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&pool).await.unwrap();
    }
    let mut one = pool.acquire().await.unwrap();
    sqlx::query("CREATE TABLE kept AS SELECT * FROM audit_events").execute(&mut *one).await.unwrap();
    let own = format!("chain {}", head.device);
    for (sql, expected) in [
        ("UPDATE audit_events SET event = replace(event, 'crew', 'nurse') WHERE seq = 3", "entry 3 was changed"),
        ("DELETE FROM audit_events WHERE seq = 5", "entries 5 to 5 are missing"),
        ("UPDATE audit_events SET event = 'not JSON' WHERE seq = 6", "entry 6 was changed"),
    ] {
        sqlx::query(sql).execute(&mut *one).await.unwrap();
        let (sound, said) = verdict(&world, &[]);
        assert!(!sound && said.contains(&own) && said.contains(expected), "{sql}: {said}");
        sqlx::query("DELETE FROM audit_events").execute(&mut *one).await.unwrap();
        sqlx::query("INSERT INTO audit_events SELECT * FROM kept").execute(&mut *one).await.unwrap();
    }
    // Written anew with a hash that fits, as whoever has the database could.
    let forged = reads(&Head::new(device()), 2, "p2").pop().unwrap();
    sqlx::query("UPDATE audit_events SET prev = $2, hash = $3, event = $4 WHERE device = $1 AND seq = 2")
        .bind(device().to_string())
        .bind(&forged.prev)
        .bind(&forged.hash)
        .bind(forged.event.to_string())
        .execute(&mut *one)
        .await
        .unwrap();
    let (sound, said) = verdict(&world, &[]);
    assert!(
        !sound && said.contains(&format!("chain {}", device())) && said.contains("entry 2 is of another history"),
        "{said}"
    );
    sqlx::query("DELETE FROM audit_events").execute(&mut *one).await.unwrap();
    sqlx::query("INSERT INTO audit_events SELECT * FROM kept").execute(&mut *one).await.unwrap();
    sqlx::query("DELETE FROM audit_events WHERE device = $1 AND seq = 4")
        .bind(device().to_string())
        .execute(&mut *one)
        .await
        .unwrap();
    let (sound, said) = verdict(&world, &[]);
    assert!(!sound && said.contains("what was acknowledged up to 4"), "the end of a device's chain: {said}");
    sqlx::query("DELETE FROM audit_events WHERE device = $1")
        .bind(head.device.to_string())
        .execute(&mut *one)
        .await
        .unwrap();
    let (sound, said) = verdict(&world, &["--head", &head.hash]);
    assert!(!sound && said.contains("no chain goes through"), "the end of the hub's own: {said}");
}

/// Enrols the device of [`reads`] with this key.
async fn enrol(world: &World, key: &SigningKey) {
    let sql = "INSERT INTO devices (id, jkt, key_json, name, enrolled, last_seen, state)
               VALUES ($1, $2, $3, 'Tablet', 0, 0, 'active')";
    let row = sqlx::query(sql).bind(device().to_string()).bind(key.thumbprint()).bind(key.public().to_string());
    row.execute(&past_the_hub(world).await).await.unwrap();
}

#[tokio::test]
async fn an_enrolled_device_signs_what_it_hands_over_and_verifying_looks_at_it() {
    let world = World::new().await;
    let (session, key) = (world.sign_in("crew").await, SigningKey::generate().unwrap());
    enrol(&world, &key).await;
    let entries = reads(&Head::new(device()), 4, "p1");
    let now = jiff::Timestamp::now();
    let signed = |entries: &[Entry], key: &SigningKey| {
        let signature = key.sign_raw(&entries.last().unwrap().head().to_sign()).unwrap();
        to_batch(entries, Some(&signature), now)
    };
    let other = SigningKey::generate().unwrap();
    let mut moved = signed(&entries[..3], &key);
    moved["signature"] = signed(&entries[..2], &key)["signature"].clone();
    for refused in [batch(&entries[..2]), signed(&entries[..2], &other), moved] {
        world.post(&session, "/fhir/AuditEvent", &refused).await.is_problem(409, "conflict");
    }
    let alerts = world.hub.store.audit_alerts().await.unwrap();
    assert_eq!(alerts, [2, 2, 3].map(|seq| ("signature".to_owned(), seq)), "kept, and nothing was joined");
    for part in [&entries[..2], &entries[2..]] {
        let answer = world.post(&session, "/fhir/AuditEvent", &signed(part, &key)).await;
        assert_eq!(statuses(&answer), ["201 Created"; 2]);
    }
    let (sound, said) = verdict(&world, &[]);
    assert!(sound && said.contains("signed to 4"), "{said}");
    let pool = past_the_hub(&world).await;
    sqlx::query("UPDATE devices SET key_json = $1").bind(other.public().to_string()).execute(&pool).await.unwrap();
    let (sound, said) = verdict(&world, &[]);
    assert!(!sound && said.contains("what was signed at 2"), "{said}");
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_written_down() {
    let world = World::new().await;
    let nobody = Session::made_up("a-token-that-nobody-was-given");
    for _ in 0..60 {
        world.get(&nobody, "/fhir/Patient/p1").await.is_problem(401, "login");
    }
    let pool = past_the_hub(&world).await;
    let sql = "SELECT event FROM audit_events WHERE event LIKE '%token-refused%'";
    let events: Vec<String> = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
    assert!((20..=40).contains(&events.len()), "so many a minute that they do not fill it: {}", events.len());
    assert!(events[0].contains("unknown-token") && events[0].contains("110122"), "{}", events[0]);
    assert!(!events[0].contains("nobody-was-given"));
}
