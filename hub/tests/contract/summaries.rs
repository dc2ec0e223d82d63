use serde_json::json;
use shared::consent::RecordState;
use shared::identity::PatientId;

use crate::world::{World, consent};

const SUMMARY: &str = "/fhir/Patient/p1/$summary";

#[tokio::test]
async fn a_summary_is_a_document_with_what_is_open_and_nothing_of_the_rest() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let grant = world.grant(&session, "p1", "ETREAT", "care_team").await;
    let answer = world.with_grant(&session, SUMMARY, &grant).await;
    let bundle = answer.json();
    assert_eq!((answer.status, &bundle["type"]), (200, &json!("document")));
    assert_eq!(answer.header("content-type"), "application/fhir+json");
    assert!(answer.header("etag").starts_with("W/\"") && answer.header("last-modified").ends_with("GMT"));
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.contains("Chair-shaped knee"));
    for hidden in ["Hidden sorrow", "Unspoken cut", "PSY", "Condition/secret", "Procedure/deep"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert!(bundle["total"].is_null());
}

#[tokio::test]
async fn a_section_that_became_empty_says_withheld_and_no_more() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let grant = world.grant(&session, "p1", "CAREMGT", "care_team").await;
    let bundle = world.with_grant(&session, SUMMARY, &grant).await.json();
    let sections = bundle["entry"][0]["resource"]["section"].as_array().unwrap();
    let section = |code: &str| sections.iter().find(|s| s["code"]["coding"][0]["code"] == code);
    assert_eq!(section("47519-4").unwrap()["emptyReason"]["coding"][0]["code"], "withheld");
    let text = bundle.to_string();
    assert!(text.contains("Hidden sorrow"), "the consent permits this label to this organisation");
    assert!(!text.contains("Unspoken cut"), "very restricted stays closed");
}

#[tokio::test]
async fn unchanged_it_is_not_sent_again_and_changed_it_is() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let grant = world.grant(&session, "p1", "ETREAT", "care_team").await;
    let tag = world.with_grant(&session, SUMMARY, &grant).await.header("etag").to_owned();
    let again = |tag: String, grant: String| {
        let (world, session) = (&world, &session);
        async move {
            let headers = [("X-Doorstep-Grant", grant.as_str()), ("If-None-Match", tag.as_str())];
            world.request("GET", session, SUMMARY, &headers, b"").await
        }
    };
    let same = again(tag.clone(), grant.clone()).await;
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, tag.as_str()));
    let more = json!({"resourceType": "Condition", "id": "new", "subject": {"reference": "Patient/p1"}, "code": {"text": "Newly found"}});
    world.hub.store.insert_resource(more).await.unwrap();
    assert_eq!(again(tag, grant).await.status, 200);
}

#[tokio::test]
async fn the_hub_decides_again_at_every_read() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let grant = world.grant(&session, "p1", "ETREAT", "care_team").await;
    assert_eq!(world.with_grant(&session, SUMMARY, &grant).await.status, 200);
    world.hub.store.insert_resource(consent("c1", "p1", "emergency", json!({"type": "deny"}))).await.unwrap();
    let refused = world.with_grant(&session, SUMMARY, &grant).await;
    refused.is_problem(403, "suppressed");
    assert_eq!(refused.reason(), "emergency-denied");
    world.hub.store.set_record_state(&PatientId::new("p1"), RecordState::None).await.unwrap();
    world.with_grant(&session, SUMMARY, &grant).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_grant_is_for_one_person_and_one_reader() {
    let world = World::new().await;
    let (crew, other) = (world.sign_in("crew").await, world.sign_in("crew2").await);
    let grant = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    let refusals = [
        world.get(&crew, SUMMARY).await,
        world.with_grant(&crew, SUMMARY, "made-up").await,
        world.with_grant(&other, SUMMARY, &grant).await,
        world.with_grant(&crew, "/fhir/Patient/p3/$summary", &grant).await,
    ];
    for refusal in refusals {
        refusal.is_problem(403, "forbidden");
        assert_eq!(refusal.reason(), "no-legitimate-relationship");
    }
}

#[tokio::test]
async fn every_reading_and_every_refusal_is_in_the_access_report() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    world.get(&session, SUMMARY).await;
    let grant = world.grant(&session, "p1", "ETREAT", "care_team").await;
    world.with_grant(&session, SUMMARY, &grant).await;
    let report = world.hub.store.access_report("p1").await.unwrap();
    let lines: Vec<_> = report.iter().map(|l| (l.action.as_str(), l.decision.as_deref().unwrap_or_default())).collect();
    assert_eq!(lines, [("summary", "DENY"), ("decision", "PERMIT"), ("summary", "PERMIT")]);
    assert!(report.iter().all(|line| line.staff.as_deref() == Some("crew")));
    assert_eq!(report[2].purpose.as_deref(), Some("ETREAT"));
}
