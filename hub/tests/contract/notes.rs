use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::note::{RECEIVED_EXTENSION, from_document_reference};

use crate::world::{World, note, uuid};

#[tokio::test]
async fn a_note_is_stored_once_with_its_provenance_and_answered_in_order() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let sent = note("nurse", "p1", &uuid(1), "Dressing changed.");
    let first = world.post(&session, "/fhir", &sent).await;
    assert_eq!(first.status, 200);
    let response = first.json();
    assert_eq!(response["type"], "transaction-response");
    let entries = response["entry"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["response"]["status"] == "201 Created"));
    let location = entries[0]["response"]["location"].as_str().unwrap().to_owned();
    assert!(location.starts_with("DocumentReference/"));
    assert!(entries[1]["response"]["location"].as_str().unwrap().starts_with("Provenance/"));

    let again = world.post(&session, "/fhir", &sent).await.json();
    assert_eq!(again["entry"][0]["response"]["status"], "200 OK");
    assert_eq!(again["entry"][1]["response"]["status"], "200 OK");
    assert_eq!(again["entry"][0]["response"]["location"], location);

    let stored = world.get(&session, &format!("/fhir/{}", location.split("/_history").next().unwrap())).await.json();
    assert_eq!(stored["meta"]["versionId"], "1");
    let received = stored["extension"].as_array().unwrap().iter().find(|e| e["url"] == RECEIVED_EXTENSION).unwrap();
    assert!(received["valueInstant"].is_string());
    let read = from_document_reference(&stored, |text| STANDARD.decode(text).ok()).unwrap();
    assert_eq!(read.text.reveal(), "Dressing changed.");
}

#[tokio::test]
async fn parallel_senders_of_one_note_make_one_row() {
    let world = Arc::new(World::new().await);
    let session = Arc::new(world.sign_in("nurse").await);
    let senders: Vec<_> = (0..32)
        .map(|_| {
            let (world, session) = (world.clone(), session.clone());
            tokio::spawn(async move { world.post(&session, "/fhir", &note("nurse", "p1", &uuid(7), "Once.")).await })
        })
        .collect();
    let mut locations = Vec::new();
    let mut created = 0;
    for sender in senders {
        let answer = sender.await.unwrap();
        assert_eq!(answer.status, 200);
        let response = &answer.json()["entry"][0]["response"];
        created += usize::from(response["status"] == "201 Created");
        locations.push(response["location"].as_str().unwrap().to_owned());
    }
    locations.dedup();
    assert_eq!((locations.len(), created), (1, 1));
    let stored = world.hub.store.of_patient("p1").await.unwrap();
    let count = |kind: &str| stored.iter().filter(|s| s.kind == kind).count();
    assert_eq!((count("DocumentReference"), count("Provenance")), (1, 1));
}

#[tokio::test]
async fn a_note_needs_no_consent_to_read_and_survives_an_opt_out() {
    let world = World::new().await;
    let session = world.sign_in("carer").await;
    let out = crate::world::consent("out", "p1", "opt-out", json!({"type": "deny"}));
    world.hub.store.insert_resource(out).await.unwrap();
    let answer = world.post(&session, "/fhir", &note("carer", "p1", &uuid(2), "Written before I knew.")).await;
    assert_eq!(answer.json()["entry"][0]["response"]["status"], "201 Created");
}

#[tokio::test]
async fn another_text_under_a_known_identifier_is_a_conflict_and_never_lost_in_silence() {
    let world = World::new().await;
    let (nurse, carer) = (world.sign_in("nurse").await, world.sign_in("carer").await);
    world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(3), "One.")).await;
    world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(3), "Two.")).await.is_problem(409, "duplicate");
    world.post(&carer, "/fhir", &note("carer", "p1", &uuid(3), "One.")).await.is_problem(409, "duplicate");
}

#[tokio::test]
async fn nobody_writes_in_another_name() {
    let world = World::new().await;
    let session = world.sign_in("carer").await;
    world.post(&session, "/fhir", &note("nurse", "p1", &uuid(4), "Not me.")).await.is_problem(403, "forbidden");
    let mut mixed = note("carer", "p1", &uuid(4), "Half me.");
    mixed["entry"][1]["resource"]["agent"][0]["who"]["identifier"]["value"] = json!("nurse");
    world.post(&session, "/fhir", &mixed).await.is_problem(403, "forbidden");
    let stored = world.hub.store.of_patient("p1").await.unwrap();
    assert!(stored.iter().all(|s| s.kind != "DocumentReference"), "all or nothing");
}

#[tokio::test]
async fn a_note_that_is_none_is_refused_with_422() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let changes: [fn(&mut Value); 13] = [
        |b| b["entry"][0]["resource"]["subject"]["reference"] = json!("Patient/nobody"),
        |b| b["entry"][0]["resource"]["content"][0]["attachment"]["contentType"] = json!("text/html"),
        |b| b["entry"][0]["resource"]["content"][0]["attachment"]["contentType"] = json!("text/plain; charset=latin1"),
        |b| b["entry"][0]["resource"]["content"][0]["attachment"]["data"] = json!("not base64!"),
        |b| b["entry"][0]["resource"]["content"][0]["attachment"]["data"] = json!("/v8="),
        |b| b["entry"][0]["resource"]["content"] = json!([]),
        |b| b["entry"][0]["resource"]["identifier"] = json!([]),
        |b| b["entry"][0]["resource"]["date"] = json!("yesterday"),
        |b| b["entry"][0]["resource"]["status"] = json!("entered-in-error"),
        |b| b["entry"][0]["request"]["ifNoneExist"] = Value::Null,
        |b| b["entry"][1]["request"]["ifNoneExist"] = json!("target=x"),
        |b| b["entry"][1]["resource"]["target"][0]["reference"] = json!("urn:uuid:other"),
        |b| b["entry"][0]["request"]["method"] = json!("PUT"),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut sent = note("nurse", "p1", &uuid(5), "Text.");
        change(&mut sent);
        let answer = world.post(&session, "/fhir", &sent).await;
        assert_eq!(answer.status, 422, "change {at}: {}", answer.json());
        answer.is_problem(422, "business-rule");
    }
    let condition = json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": {"resourceType": "Condition"}, "request": {"method": "POST", "url": "Condition"}}]});
    world.post(&session, "/fhir", &condition).await.is_problem(422, "business-rule");
    assert!(world.hub.store.of_patient("p1").await.unwrap().iter().all(|s| s.kind != "Provenance"));
}

#[tokio::test]
async fn a_note_has_a_length_and_so_has_a_request() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let longest = note("nurse", "p1", &uuid(6), &"x".repeat(64 * 1024));
    assert_eq!(world.post(&session, "/fhir", &longest).await.status, 200);
    let longer = note("nurse", "p1", &uuid(8), &"x".repeat(64 * 1024 + 3));
    world.post(&session, "/fhir", &longer).await.is_problem(413, "too-long");
    let huge = json!({"resourceType": "Bundle", "filler": "x".repeat(3 * 1024 * 1024)});
    world.post(&session, "/fhir", &huge).await.is_problem(413, "too-long");
}

#[tokio::test]
async fn several_notes_in_one_transaction_happen_together() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let mut both = note("nurse", "p1", &uuid(10), "First.");
    let second = note("nurse", "p3", &uuid(11), "Second.");
    both["entry"].as_array_mut().unwrap().extend(second["entry"].as_array().unwrap().iter().rev().cloned());
    let answer = world.post(&session, "/fhir", &both).await.json();
    let kinds: Vec<_> = answer["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["response"]["location"].as_str().unwrap().split('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["DocumentReference", "Provenance", "Provenance", "DocumentReference"]);
}

#[tokio::test]
async fn a_stored_note_is_there_after_a_restart() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let sent = note("nurse", "p1", &uuid(12), "Kept.");
    let location = world.post(&session, "/fhir", &sent).await.json()["entry"][0]["response"]["location"].clone();
    let world = world.restart().await;
    let again = world.post(&session, "/fhir", &sent).await.json();
    assert_eq!(again["entry"][0]["response"]["status"], "200 OK", "the sign-in holds as well");
    assert_eq!(again["entry"][0]["response"]["location"], location);
}
