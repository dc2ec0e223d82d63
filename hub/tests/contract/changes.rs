//! Goals, tasks and alerts are changed on the version that was read, by those who see them, and nothing else of them is.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::care_plan::{Achievement, AlertEdit, Change, GoalProgress, Lifecycle, Outcome, Pen};
use shared::identity::NoteId;
use shared::note::{Content, Note};
use uuid::Uuid;

use crate::http::Answer;
use crate::kinds::{by, samples, sent};
use crate::world::{Session, World, consent};

fn of_p1(mut it: Value) -> Value {
    let field = if it["resourceType"] == "Task" { "for" } else { "subject" };
    it[field] = json!({"reference": "Patient/p1"});
    it.as_object_mut().unwrap().remove("meta");
    it
}

/// A goal, a task and an alert of `p1`, each `x-1`.
async fn world() -> World {
    let world = World::new().await;
    for it in [samples::goal(), samples::task(), samples::flag()] {
        world.hub.store.insert_resource(of_p1(it)).await.unwrap();
    }
    world
}

async fn now(world: &World, kind: &str) -> Value {
    world.hub.store.read(kind, "x-1").await.unwrap().unwrap().resource
}

async fn put(world: &World, session: &Session, it: &Value, version: Option<&str>, grant: &str) -> Answer {
    let path = format!("/fhir/{}/{}", it["resourceType"].as_str().unwrap(), it["id"].as_str().unwrap());
    let mut headers = vec![("Content-Type", "application/fhir+json"), ("X-Doorstep-Grant", grant)];
    headers.extend(version.map(|version| ("If-Match", version)));
    world.request("PUT", session, &path, &headers, it.to_string().as_bytes()).await
}

fn improving(who: &str, base: Value, words: &str) -> Note {
    let author = by(who, samples::note(1, "", Content::default())).author;
    let id = NoteId::new(Uuid::now_v7());
    let pen = Pen { note: id, author: &author, at: samples::at(), words };
    let progress = GoalProgress { achievement: Some(Achievement::Improving), lifecycle: None };
    let change: Change = progress.change(base, pen).unwrap();
    Note { id, ..by(who, samples::note(1, words, Content::Change(change))) }
}

#[tokio::test]
async fn a_change_is_put_on_the_version_that_was_read_and_makes_the_next() {
    let world = world().await;
    let nurse = world.sign_in("nurse").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    for (kind, field, value) in
        [("Goal", "lifecycleStatus", "completed"), ("Task", "status", "in-progress"), ("Flag", "status", "inactive")]
    {
        let read = world.with_grant(&nurse, &format!("/fhir/{kind}/x-1"), &grant).await;
        assert_eq!(read.header("etag"), "W/\"1\"");
        let mut mine = read.json();
        mine[field] = json!(value);
        put(&world, &nurse, &mine, None, &grant).await.is_problem(428, "required");
        put(&world, &nurse, &mine, Some("W/\"2\""), &grant).await.is_problem(412, "conflict");
        put(&world, &nurse, &mine, Some("*"), &grant).await.is_problem(400, "invalid");
        let done = put(&world, &nurse, &mine, Some("W/\"1\""), &grant).await;
        assert_eq!((done.status, done.header("etag")), (200, "W/\"2\""), "{}", done.json());
        assert_eq!((&done.json()[field], &done.json()["meta"]["versionId"]), (&json!(value), &json!("2")));
        put(&world, &nurse, &mine, Some("W/\"1\""), &grant).await.is_problem(412, "conflict");
        let history = world.with_grant(&nurse, &format!("/fhir/{kind}/x-1/_history"), &grant).await.json();
        let tags: Vec<_> = history["entry"].as_array().unwrap().iter().map(|it| &it["response"]["etag"]).collect();
        assert_eq!(tags, ["W/\"2\"", "W/\"1\""], "{kind}");
    }
    let report = world.hub.store.access_report("p1").await.unwrap();
    assert_eq!(report.iter().filter(|it| it.action == "change" && it.staff.as_deref() == Some("nurse")).count(), 3);
}

#[tokio::test]
async fn a_change_in_a_transaction_is_carried_out_once_with_its_provenance() {
    let world = world().await;
    let nurse = world.sign_in("nurse").await;
    let note = improving("nurse", now(&world, "Goal").await, "Walked to the gate.");
    let bundle = sent(&note);
    // Nobody asked for the record yet, so that nothing tells whether there is such a goal.
    world.post(&nurse, "/fhir", &bundle).await.is_problem(403, "forbidden");
    world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let done = world.post(&nurse, "/fhir", &bundle).await;
    assert_eq!(done.status, 200, "{}", done.json());
    assert_eq!(done.json()["entry"][0]["response"]["location"], "Goal/x-1/_history/2");
    assert_eq!(done.json()["entry"][0]["response"]["etag"], "W/\"2\"");
    let goal = now(&world, "Goal").await;
    assert_eq!(goal["note"][0]["text"], "Walked to the gate.");
    assert_eq!(goal["description"]["text"], "Walk to the garden", "everything else stays");
    let before = world.hub.store.of_patient("p1").await.unwrap().len();
    world.post(&nurse, "/fhir", &bundle).await.is_problem(412, "conflict");
    assert_eq!((now(&world, "Goal").await, world.hub.store.of_patient("p1").await.unwrap().len()), (goal, before));
    let all = world.hub.store.of_patient("p1").await.unwrap();
    let provenance = all.iter().find(|it| it.kind == "Provenance").unwrap();
    assert_eq!(provenance.resource["target"][0]["reference"], "Goal/x-1");

    let mut without = sent(&improving("nurse", now(&world, "Goal").await, "Again."));
    without["entry"][0]["request"].as_object_mut().unwrap().remove("ifMatch");
    world.post(&nurse, "/fhir", &without).await.is_problem(428, "required");
}

#[tokio::test]
async fn a_note_beside_a_change_that_came_too_late_is_not_stored_either() {
    let world = world().await;
    let nurse = world.sign_in("nurse").await;
    world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let late = improving("nurse", now(&world, "Goal").await, "Late.");
    world.post(&nurse, "/fhir", &sent(&improving("nurse", now(&world, "Goal").await, "First."))).await;
    let mut both = sent(&by("nurse", samples::note(9, "Beside it.", Content::default())));
    both["entry"].as_array_mut().unwrap().extend(sent(&late)["entry"].as_array().unwrap().iter().cloned());
    world.post(&nurse, "/fhir", &both).await.is_problem(412, "conflict");
    assert!(crate::kinds::stored(&world, samples::id(9)).await.is_empty(), "all or nothing");
}

#[tokio::test]
async fn of_parallel_changes_of_one_version_one_is_carried_out() {
    let world = Arc::new(world().await);
    let nurse = Arc::new(world.sign_in("nurse").await);
    world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let base = now(&world, "Goal").await;
    let senders: Vec<_> = (0..12)
        .map(|at| {
            let (world, nurse, base) = (world.clone(), nurse.clone(), base.clone());
            tokio::spawn(async move {
                let note = improving("nurse", base, &format!("Sender {at}."));
                world.post(&nurse, "/fhir", &sent(&note)).await.status
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for sender in senders {
        statuses.push(sender.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1..].iter().all(|it| *it == 412)), (200, true), "{statuses:?}");
    assert_eq!(now(&world, "Goal").await["note"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_what_may_be_changed_is() {
    let world = world().await;
    let nurse = world.sign_in("nurse").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    type Edit = fn(&mut Value);
    let other = || json!([{"id": "n", "text": "x", "authorReference": {"identifier": {"system": shared::identity::Staff::SYSTEM, "value": "crew"}}}]);
    let edits: [(&str, Edit, u16); 8] = [
        ("Goal", |it| it["description"]["text"] = json!("Another goal"), 422),
        ("Goal", |it| it["subject"]["reference"] = json!("Patient/p3"), 422),
        ("Goal", |it| it["lifecycleStatus"] = json!("entered-in-error"), 422),
        ("Goal", |it| it["category"] = json!([{"text": "New"}]), 422),
        ("Task", |it| drop(it.as_object_mut().unwrap().remove("description")), 422),
        ("Task", |it| it["status"] = json!("draft"), 422),
        ("Flag", |it| it["code"]["text"] = json!("No dog"), 422),
        ("Flag", |it| it["period"]["start"] = json!("2030-01-01"), 422),
    ];
    for (at, (kind, edit, status)) in edits.into_iter().enumerate() {
        let mut mine = now(&world, kind).await;
        edit(&mut mine);
        let answer = put(&world, &nurse, &mine, Some("W/\"1\""), &grant).await;
        assert_eq!(answer.status, status, "edit {at}: {}", answer.json());
        assert_eq!(now(&world, kind).await["meta"]["versionId"], "1", "edit {at}");
    }
    let mut mine = now(&world, "Goal").await;
    mine["note"] = other();
    put(&world, &nurse, &mine, Some("W/\"1\""), &grant).await.is_problem(403, "forbidden");
    // What was said stays said.
    let said = sent(&improving("nurse", now(&world, "Goal").await, "Said once."));
    assert_eq!(world.post(&nurse, "/fhir", &said).await.status, 200);
    let mut unsaid = now(&world, "Goal").await;
    unsaid["note"] = json!([]);
    put(&world, &nurse, &unsaid, Some("W/\"2\""), &grant).await.is_problem(422, "business-rule");
    let condition = json!({"resourceType": "Condition", "id": "plain"});
    assert_eq!(put(&world, &nurse, &condition, Some("W/\"1\""), &grant).await.status, 405);
}

#[tokio::test]
async fn what_one_may_not_see_one_may_not_change_and_it_answers_as_a_read_does() {
    let world = world().await;
    let (nurse, crew) = (world.sign_in("nurse").await, world.sign_in("crew").await);
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let label = |mut it: Value, label: &str| {
        it["meta"] = json!({"security": [{"code": label}]});
        it
    };
    let mut danger = of_p1(samples::flag());
    danger["category"] = json!([{"coding": [{"code": "SS"}]}]);
    for it in [label(of_p1(samples::goal()), "V"), label(danger, "R")] {
        world.hub.store.insert_resource(it).await.unwrap();
    }
    let mut goal = now(&world, "Goal").await;
    goal["lifecycleStatus"] = json!("cancelled");
    let none = put(
        &world,
        &nurse,
        &{
            let mut it = goal.clone();
            it["id"] = json!("none");
            it
        },
        Some("W/\"2\""),
        &grant,
    )
    .await;
    for version in ["W/\"1\"", "W/\"2\""] {
        let answer = put(&world, &nurse, &goal, Some(version), &grant).await;
        assert_eq!((answer.status, &answer.body), (404, &none.body), "{version}");
    }
    let read = world.with_grant(&nurse, "/fhir/Goal/x-1", &grant).await;
    assert_eq!(read.body, none.body);
    // An alert whose details are not shown stays as it is.
    let mut flag = world.with_grant(&nurse, "/fhir/Flag/x-1", &grant).await.json();
    assert!(flag["code"]["text"].as_str().unwrap().contains("Details are not shown"), "{flag}");
    flag["status"] = json!("inactive");
    put(&world, &nurse, &flag, Some("W/\"2\""), &grant).await.is_problem(403, "forbidden");
    assert_eq!(now(&world, "Flag").await["status"], "active");
    // In an emergency single things are not opened, so that they are not changed either.
    let emergency = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    let task = now(&world, "Task").await;
    let answer = put(&world, &crew, &task, Some("W/\"1\""), &emergency).await;
    assert_eq!((answer.status, &answer.body), (404, &none.body));
    let nobody = world
        .request(
            "PUT",
            &nurse,
            "/fhir/Task/x-1",
            &[("Content-Type", "application/fhir+json"), ("If-Match", "W/\"1\""), ("X-Doorstep-Grant", "none")],
            b"{}",
        )
        .await;
    assert_eq!(nobody.status, 400, "not what the address says");
}

#[tokio::test]
async fn what_the_writer_does_not_see_of_it_is_not_lost_by_their_writing() {
    let world = world().await;
    let nurse = world.sign_in("nurse").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let hidden = json!({"resourceType": "Condition", "id": "very", "subject": {"reference": "Patient/p1"},
        "code": {"text": "Unspoken"}, "meta": {"security": [{"code": "V"}]}});
    world.hub.store.insert_resource(hidden).await.unwrap();
    let mut goal = of_p1(samples::goal());
    goal["addresses"] = json!([{"reference": "Condition/very"}]);
    goal["meta"] = json!({"security": [{"code": "N"}, {"code": "CPLYCD"}]});
    world.hub.store.insert_resource(goal).await.unwrap();
    let mut mine = world.with_grant(&nurse, "/fhir/Goal/x-1", &grant).await.json();
    assert!(mine["addresses"].is_null(), "{mine}");
    mine["lifecycleStatus"] = json!(Lifecycle::OnHold.code());
    let done = put(&world, &nurse, &mine, Some("W/\"2\""), &grant).await;
    assert_eq!(done.status, 200, "{}", done.json());
    let stored = now(&world, "Goal").await;
    assert_eq!(
        (&stored["addresses"][0]["reference"], &stored["lifecycleStatus"]),
        (&json!("Condition/very"), &json!("on-hold"))
    );
    assert!(stored["meta"]["security"].to_string().contains("CPLYCD"), "{stored}");
    assert!(done.json()["addresses"].is_null() && !done.json().to_string().contains("CPLYCD"), "{}", done.json());
}

#[tokio::test]
async fn a_change_needs_the_consent_of_its_moment() {
    let world = world().await;
    let carer = world.sign_in("carer").await;
    world.grant(&carer, "p1", "CAREMGT", "care_team").await;
    let first = improving("carer", now(&world, "Goal").await, "Before.");
    assert_eq!(world.post(&carer, "/fhir", &sent(&first)).await.status, 200, "a carer sees goals");
    let alert = {
        let author = first.author.clone();
        let pen = Pen { note: first.id, author: &author, at: samples::at(), words: "" };
        let change = AlertEdit::Cleared(samples::at()).change(now(&world, "Flag").await, pen).unwrap();
        Note { id: NoteId::new(Uuid::now_v7()), ..by("carer", samples::note(1, "", Content::Change(change))) }
    };
    let closed = world.post(&carer, "/fhir", &sent(&alert)).await;
    closed.is_problem(403, "forbidden");
    let mut nothing = sent(&alert);
    nothing["entry"][0]["request"]["url"] = json!("Flag/none");
    nothing["entry"][0]["resource"]["id"] = json!("none");
    assert_eq!(
        world.post(&carer, "/fhir", &nothing).await.body,
        closed.body,
        "what is closed is like what is not there"
    );
    let task = {
        let pen = Pen { note: first.id, author: &first.author, at: samples::at(), words: "" };
        let change = Outcome::Started.change(now(&world, "Task").await, pen).unwrap();
        Note { id: NoteId::new(Uuid::now_v7()), ..by("carer", samples::note(1, "", Content::Change(change))) }
    };
    assert_eq!(world.post(&carer, "/fhir", &sent(&task)).await.status, 200);
    world.hub.store.insert_resource(consent("c2", "p1", "long-term", json!({"type": "deny"}))).await.unwrap();
    let second = improving("carer", now(&world, "Goal").await, "After.");
    world.post(&carer, "/fhir", &sent(&second)).await.is_problem(403, "forbidden");
    assert_eq!(now(&world, "Goal").await["note"].as_array().unwrap().len(), 1);
}
