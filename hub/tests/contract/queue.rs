//! What waits for the privacy officer beside broken glass: gaps in the account of a device, and notes that are kept
//! closed. Both are looked into once, by somebody else, with words, and nothing is thrown away.

use serde_json::{Value, json};
use shared::audit::Head;

use crate::account::{batch, device, hand_over, officer, past_the_hub, reads, statuses, verdict};
use crate::http::Answer;
use crate::world::{Session, World, actor, consent, note, purpose, uuid};

pub(crate) async fn waiting(world: &World, officer: &Session, kind: &str) -> Vec<String> {
    let list = world.get(officer, "/admin/alerts").await.json();
    let all = list["entry"].as_array().cloned().unwrap_or_default().into_iter().map(|it| it["resource"].clone());
    let waits = all.filter(|it| it["code"]["coding"][0]["code"] == kind && it["status"] == "requested");
    waits.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn review(world: &World, by: &Session, id: &str, outcome: &str) -> Answer {
    let found = json!({"resourceType": "Parameters", "parameter": [
        {"name": "outcome", "valueCode": outcome}, {"name": "words", "valueString": "Spoke to the station and the crew"}]});
    world.post(by, &format!("/admin/alerts/{id}/review"), &found).await
}

#[tokio::test]
async fn a_gap_is_accepted_by_an_officer_once_and_the_chain_goes_on_behind_it() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    let entries = reads(&Head::new(device()), 7, "p1");
    hand_over(&world, &crew, &entries[..2]).await;
    // The third is lost; sent twice, and once more with what came after.
    for part in [&entries[3..5], &entries[3..5], &entries[3..6]] {
        hand_over(&world, &crew, part).await.is_problem(409, "conflict");
    }
    let gaps = waiting(&world, &officer, "account-gap").await;
    assert_eq!(gaps.len(), 2, "each batch once");
    let opened = world.get(&officer, &format!("/admin/alerts/{}", gaps[0])).await.json();
    assert_eq!(opened["input"][1]["valueString"], "4", "{opened}");
    assert!(!opened.to_string().contains("p1"), "whose record was read is not told here");

    review(&world, &crew, &gaps[0], "accepted").await.is_problem(403, "forbidden");
    review(&world, &officer, &gaps[0], "justified").await.is_problem(400, "invalid");
    let done = review(&world, &officer, &gaps[0], "accepted").await;
    assert_eq!((done.status, done.json()["status"].as_str()), (200, Some("completed")), "{}", done.json());
    review(&world, &officer, &gaps[0], "accepted").await.is_problem(409, "conflict");
    assert!(waiting(&world, &officer, "account-gap").await.is_empty(), "the other told of the same gap");
    let rest = hand_over(&world, &crew, &entries[3..]).await;
    assert_eq!(statuses(&rest).last().map(String::as_str), Some("201 Created"));
    assert_eq!(world.hub.store.audit_alerts().await.unwrap().len(), 2, "what came is still there, whole");

    let (sound, said) = verdict(&world, &[]);
    assert!(sound && said.contains("entries 3 to 3 are missing, and were accepted"), "{said}");
    let own = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM audit_events WHERE event LIKE '%account-gap-accepted%' AND event LIKE '%clerk%'",
    );
    assert_eq!(own.fetch_one(&past_the_hub(&world).await).await.unwrap(), 1, "who accepted it is in the hub's chain");
}

#[tokio::test]
async fn a_fork_is_looked_into_and_never_joined() {
    let world = World::new().await;
    let (crew, officer) = (world.sign_in("crew").await, officer(&world).await);
    hand_over(&world, &crew, &reads(&Head::new(device()), 3, "p1")).await;
    hand_over(&world, &crew, &reads(&Head::new(device()), 3, "p2")).await.is_problem(409, "conflict");
    let fork = waiting(&world, &officer, "account-fork").await.remove(0);
    review(&world, &officer, &fork, "accepted").await.is_problem(400, "invalid");
    assert_eq!(review(&world, &officer, &fork, "noted").await.status, 200);
    let report = world.hub.store.access_report("p2").await.unwrap();
    assert!(report.iter().all(|line| line.action != "offline"), "the other history did not come in");
    assert_eq!(world.hub.store.audit_alerts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_gap_that_only_the_table_knows_hides_nothing() {
    let world = World::new().await;
    let crew = world.sign_in("crew").await;
    let entries = reads(&Head::new(device()), 4, "p1");
    world.post(&crew, "/fhir/AuditEvent", &batch(&entries)).await;
    let pool = past_the_hub(&world).await;
    let mut one = pool.acquire().await.unwrap();
    sqlx::query("DROP TRIGGER audit_events_stay").execute(&mut *one).await.unwrap();
    sqlx::query("DELETE FROM audit_events WHERE device = $1 AND seq = 2")
        .bind(device().to_string())
        .execute(&mut *one)
        .await
        .unwrap();
    let sql = "INSERT INTO audit_gaps (device, expected, seq, prev) VALUES ($1, 2, 3, $2)";
    sqlx::query(sql).bind(device().to_string()).bind(&entries[2].prev).execute(&mut *one).await.unwrap();
    let (sound, said) = verdict(&world, &[]);
    assert!(!sound && said.contains("entries 2 to 2 are missing"), "{said}");
}

/// A note of a carer whom nobody here knows to care for `p1`, written after the person closed their record.
async fn closed_note(world: &World, carer: &Session) {
    for (id, tier) in [("c1", "emergency"), ("c2", "long-term")] {
        world.hub.store.insert_resource(consent(id, "p1", tier, json!({"type": "deny"}))).await.unwrap();
    }
    let mut sent = note("carer", "p1", &uuid(1), "Left the key with the neighbour.");
    let resource = &mut sent["entry"][0]["resource"];
    resource["date"] = json!("2099-01-01T00:00:00Z");
    resource["meta"] = json!({"security": [{"code": "R"}]});
    for _ in 0..2 {
        assert_eq!(world.post(carer, "/fhir", &sent).await.status, 200);
    }
    let team = json!({"type": "permit", "purpose": purpose("CAREMGT"), "actor": [actor("HOSP1")]});
    world.hub.store.insert_resource(consent("c2", "p1", "long-term", team)).await.unwrap();
}

async fn stored(world: &World) -> Value {
    let all = world.hub.store.of_patient("p1").await.unwrap();
    all.into_iter().find(|it| it.kind == "DocumentReference").unwrap().resource
}

#[tokio::test]
async fn a_note_that_is_kept_closed_is_looked_into_kept_back_and_released_with_its_own_labels() {
    let world = World::new().await;
    let (carer, officer) = (world.sign_in("carer").await, officer(&world).await);
    closed_note(&world, &carer).await;
    let ids = waiting(&world, &officer, "note-quarantined").await;
    let [id] = ids.as_slice() else { panic!("once, however often it is sent: {ids:?}") };
    let opened = world.get(&officer, &format!("/admin/alerts/{id}")).await.json();
    assert_eq!(opened["input"][0]["valueString"], "Left the key with the neighbour.", "{opened}");
    assert_eq!(opened["for"]["reference"], "Patient/p1");
    let codes = |note: &Value| {
        let all = note["meta"]["security"].as_array().cloned().unwrap_or_default();
        all.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(review(&world, &officer, id, "kept-back").await.status, 200);
    assert_eq!(codes(&stored(&world).await), ["R", "V"]);
    review(&world, &officer, id, "kept-back").await.is_problem(409, "conflict");
    assert_eq!(review(&world, &officer, id, "released").await.status, 200, "somebody thought again");
    let note = stored(&world).await;
    assert_eq!((codes(&note), note["meta"]["tag"].is_null()), (vec!["R".to_owned()], true), "{note}");
    assert!(note["contained"][0]["practitioner"]["identifier"]["value"] == "carer", "it is its author's");
    review(&world, &officer, id, "kept-back").await.is_problem(409, "conflict");
    let report = world.hub.store.access_report("p1").await.unwrap();
    for action in ["note-kept-back", "note-released"] {
        let by: Vec<_> = report.iter().filter(|line| line.action == action).map(|line| line.staff.as_deref()).collect();
        assert_eq!(by, [Some("clerk")], "{action}");
    }
}

#[tokio::test]
async fn nobody_releases_their_own_note() {
    let world = World::new().await;
    let carer = world.sign_in("carer").await;
    closed_note(&world, &carer).await;
    world.hub.store.appoint_privacy_officer("carer").await.unwrap();
    let id = waiting(&world, &carer, "note-quarantined").await.remove(0);
    review(&world, &carer, &id, "released").await.is_problem(403, "forbidden");
}
