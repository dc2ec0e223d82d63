//! Earlier versions: shown when they and what they became are open, and otherwise as if they had never been.

use serde_json::{Value, json};

use crate::world::{World, note, uuid};

const HISTORY: &str = "/fhir/Condition/knee/_history";

fn knee(words: &str, label: Option<&str>) -> Value {
    let mut it = json!({"resourceType": "Condition", "id": "knee", "subject": {"reference": "Patient/p1"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": words}});
    if let Some(label) = label {
        it["meta"] = json!({"security": [{"code": label}]});
    }
    it
}

fn said(bundle: &Value) -> Vec<(&str, &str)> {
    let entries = bundle["entry"].as_array().unwrap().iter();
    entries
        .map(|it| (it["response"]["etag"].as_str().unwrap(), it["resource"]["code"]["text"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_version_is_shown_when_it_and_the_present_one_are_open() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let grant = world.grant(&session, "p1", "CAREMGT", "care_team").await;
    let store = world.hub.store.clone();
    for (words, label) in [("First", None), ("Second, of the mind", Some("R")), ("Third", None)] {
        store.insert_resource(knee(words, label)).await.unwrap();
    }
    let answer = world.with_grant(&session, HISTORY, &grant).await;
    let bundle = answer.json();
    assert_eq!((bundle["type"].as_str(), bundle["total"].is_null()), (Some("history"), true));
    assert_eq!(
        said(&bundle),
        [("W/\"3\"", "Third"), ("W/\"1\"", "First")],
        "newest first, without the one of the mind"
    );
    let first = world.with_grant(&session, "/fhir/Condition/knee/_history/1", &grant).await;
    assert_eq!((first.status, first.json()["code"]["text"].as_str()), (200, Some("First")));
    let none = world.with_grant(&session, "/fhir/Condition/none/_history/2", &grant).await;
    none.is_problem(404, "not-found");
    for version in ["2", "4", "0", "01", "x"] {
        let answer = world.with_grant(&session, &format!("{HISTORY}/{version}"), &grant).await;
        assert_eq!((answer.status, &answer.body), (404, &none.body), "{version}");
    }

    // Closed now, and with it all that it ever was.
    store.insert_resource(knee("Fourth", Some("R"))).await.unwrap();
    for path in [HISTORY.to_owned(), format!("{HISTORY}/1"), format!("{HISTORY}/4")] {
        assert_eq!(world.with_grant(&session, &path, &grant).await.body, none.body, "{path}");
    }
}

#[tokio::test]
async fn what_is_redacted_now_was_never_said_in_full() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let grant = world.grant(&session, "p1", "CAREMGT", "care_team").await;
    let mut allergy = json!({"resourceType": "AllergyIntolerance", "id": "was-open", "patient": {"reference": "Patient/p1"},
        "criticality": "high", "code": {"text": "Of a secret medicine"}});
    world.hub.store.insert_resource(allergy.clone()).await.unwrap();
    allergy["meta"] = json!({"security": [{"code": "R"}]});
    world.hub.store.insert_resource(allergy).await.unwrap();
    let answer = world.with_grant(&session, "/fhir/AllergyIntolerance/was-open/_history", &grant).await;
    let bundle = answer.json();
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 1, "the danger stays, as it is told now");
    assert!(!bundle.to_string().contains("secret medicine"), "{bundle}");
    world
        .with_grant(&session, "/fhir/AllergyIntolerance/was-open/_history/1", &grant)
        .await
        .is_problem(404, "not-found");
}

#[tokio::test]
async fn without_a_grant_nothing_is_told_but_of_what_one_wrote() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    world.hub.store.insert_resource(knee("First", None)).await.unwrap();
    let ungranted = world.get(&session, HISTORY).await;
    ungranted.is_problem(403, "forbidden");
    assert_eq!(ungranted.body, world.get(&session, "/fhir/Condition/none/_history").await.body);
    let other = world.grant(&session, "p1", "CAREMGT", "care_team").await;
    for path in ["/fhir/Patient/p1/_history", "/fhir/Consent/c1/_history", "/fhir/Consent/c1/_history/1"] {
        world.with_grant(&session, path, &other).await.is_problem(404, "not-found");
    }
    world.request("DELETE", &session, HISTORY, &[], b"").await.is_problem(405, "not-supported");

    let sent = world.post(&session, "/fhir", &note("nurse", "p1", &uuid(1), "Mine")).await.json();
    let place = sent["entry"][0]["response"]["location"].as_str().unwrap().to_owned();
    let mine = world.get(&session, &format!("/fhir/{place}")).await;
    assert_eq!((mine.status, mine.header("etag")), (200, "W/\"1\""), "where the answer said that it is");
    let crew = world.sign_in("crew").await;
    assert_eq!(world.get(&crew, &format!("/fhir/{place}")).await.status, 403);
}
