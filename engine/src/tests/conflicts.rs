//! Edits of the same goal by two people.

use serde_json::{Value, json};
use shared::care_plan::{Achievement, GoalProgress, Lifecycle, Pen, said};
use shared::identity::{NoteId, StaffId};
use shared::note::{Content, Note};
use shared::sync::{Action, Choice, OutboxEntry, OutboxState};
use uuid::Uuid;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use crate::State;
use crate::store::{Outgoing, OwnNote};

fn goal() -> Value {
    json!({"resourceType": "Goal", "id": "g1", "meta": {"versionId": "1", "lastUpdated": "2026-01-02T03:04:05Z"},
        "lifecycleStatus": "active", "description": {"text": "Walk to the garden"}, "subject": {"reference": "Patient/p1"}})
}

const BETTER: GoalProgress = GoalProgress { achievement: Some(Achievement::Improving), lifecycle: None };

/// Keeps an edit with its place in the outbox, as saving does.
async fn edit(device: &Device, base: Value, progress: GoalProgress, words: &str) -> NoteId {
    let open = device.engine.open().unwrap();
    let (id, at) = (NoteId::new(Uuid::now_v7()), device.engine.inner.clock.wall());
    let pen = Pen { note: id, author: &open.staff, at, words };
    let content = Content::Change(progress.change(base, pen).unwrap());
    let (patient, author, text) = (p("p1"), open.staff.clone(), words.to_owned().into());
    let note = Note { id, patient: patient.clone(), author, text, authored: at, received: None, content };
    let (seq, place) = Outgoing::next_place(&open.vault).await.unwrap();
    let state = OutboxState::Pending { not_before: None };
    let entry = OutboxEntry { note: id, patient, saved: at, seq, attempts: 0, state };
    let own = OwnNote { note, patient_name: "ZANZIBAR, Quill".to_owned().into(), seen: Vec::new() };
    open.vault.put(vec![own.write().unwrap(), Outgoing::write_entry(&entry).unwrap(), place]).await.unwrap();
    device.engine.inner.show_outbox(&open).await.unwrap();
    device.engine.sync_now();
    id
}

/// What somebody else does to the goal in the record.
fn meanwhile(hub: &Hub, change: impl FnOnce(&mut Value)) {
    let now = hub.world().now().to_string();
    let goal = &mut hub.world().things[0];
    change(goal);
    let version: u32 = goal["meta"]["versionId"].as_str().unwrap().parse().unwrap();
    goal["meta"] = json!({"versionId": (version + 1).to_string(), "lastUpdated": now});
}

fn sent(note: NoteId) -> impl Fn(&State) -> bool {
    move |s| s.outbox.iter().any(|it| it.note == note && matches!(it.state, OutboxState::Sent { .. }))
}

async fn started() -> (Hub, Device) {
    let hub = Hub::start().await;
    hub.world().things = vec![goal()];
    let device = Device::of(&hub, "nurse").await;
    device.hold("p1").await;
    (hub, device)
}

/// Both say where the goal stands, each otherwise.
async fn contradicted() -> (Hub, Device, NoteId) {
    let (hub, device) = started().await;
    device.cut_off(&hub).await;
    let id = edit(&device, goal(), BETTER, "Three steps today").await;
    meanwhile(&hub, |goal| {
        goal["achievementStatus"] = json!({"text": "Worse"});
        goal["note"] = json!([{"authorString": "Another nurse", "time": "2026-01-03T00:00:00Z", "text": "Fell"}]);
    });
    hub.behave();
    device.engine.sync_now();
    device.until("a conflict", |s| !s.conflicts.is_empty()).await;
    (hub, device, id)
}

#[tokio::test]
async fn an_edit_is_put_on_its_version_and_is_there_once_when_the_answer_was_lost() {
    let (hub, device) = started().await;
    let mut pushes = 0;
    hub.misbehave(move |request| {
        let push = request.method == "POST" && request.path == "/fhir";
        pushes += usize::from(push);
        (push && pushes == 1).then_some(Fault::DropAfter)
    });
    let id = edit(&device, goal(), BETTER, "Three steps today").await;
    device.until("sent", sent(id)).await;
    let stored = hub.world().things[0].clone();
    assert_eq!(stored["meta"]["versionId"], "2", "once");
    assert_eq!(said(&stored).len(), 1);
}

#[tokio::test]
async fn edits_of_different_fields_go_together() {
    let (hub, device) = started().await;
    device.cut_off(&hub).await;
    let id = edit(&device, goal(), BETTER, "Three steps today").await;
    meanwhile(&hub, |goal| goal["target"] = json!([{"dueDate": "2026-12-01"}]));
    hub.behave();
    device.engine.sync_now();
    let state = device.until("sent", sent(id)).await;
    assert!(state.conflicts.is_empty());
    let stored = hub.world().things[0].clone();
    assert_eq!((&stored["meta"]["versionId"], &stored["target"][0]["dueDate"]), (&json!("3"), &json!("2026-12-01")));
    assert_eq!(stored["achievementStatus"]["coding"][0]["code"], "improving");
    assert_eq!(said(&stored)[0].words, "Three steps today");
}

#[tokio::test]
async fn a_conflict_waits_for_a_person_and_work_goes_on() {
    let (hub, device, id) = contradicted().await;
    let state = device.state();
    assert_eq!(state.conflicts[0].about.reveal(), "Walk to the garden");
    assert_eq!(state.outbox[0].actions.first(), Some(&Action::Compare));
    for patient in ["p1", "p2"] {
        let note = device.engine.save_note(&p(patient), "Meanwhile".into(), Content::default()).await.unwrap();
        device.until("sent", sent(note)).await;
    }
    assert_eq!(hub.world().things[0]["achievementStatus"]["text"], "Worse", "nothing is overwritten");
    let view = device.engine.conflict(id).await.unwrap();
    let difference = &view.differences[0];
    assert_eq!((difference.mine.by.who.as_str(), difference.theirs.by.who.as_str()), ("Test nurse", "Another nurse"));
    assert_eq!(difference.theirs.words(), "Worse");
    assert_eq!(device.engine.settle_conflict(id, &[]).await.unwrap_err().code, "choose-each");
    device.engine.settle_conflict(id, &[Choice::Mine]).await.unwrap();
    let state = device.until("sent", sent(id)).await;
    assert!(state.conflicts.is_empty());
    let stored = hub.world().things[0].clone();
    assert_eq!(stored["achievementStatus"]["coding"][0]["code"], "improving");
    let words = said(&stored).into_iter().map(|one| one.words).collect::<Vec<_>>().join("\n");
    assert!(words.contains("Fell") && words.contains("Three steps today") && words.contains("Worse"), "{words}");
    assert_eq!(device.engine.conflict(id).await.err().unwrap().code, "no-such-conflict");
}

#[tokio::test]
async fn a_conflict_outlives_a_kill_and_the_end_of_the_lease() {
    let (hub, device, id) = contradicted().await;
    let device = device.restart().await;
    hub.misbehave(|_| Some(Fault::DropBefore));
    device.engine.unlock(&StaffId::new("nurse"), pin()).await.unwrap();
    device.pass(14 * 60);
    assert_eq!(device.engine.record(&p("p1")).await.err().unwrap().code, "not-held");
    assert_eq!(device.state().conflicts.len(), 1);
    assert_eq!(device.engine.conflict(id).await.unwrap().differences.len(), 1);
}

#[tokio::test]
async fn what_was_decided_is_compared_again_when_the_record_moved_on() {
    let (hub, device, id) = contradicted().await;
    device.cut_off(&hub).await;
    device.engine.settle_conflict(id, &[Choice::Mine]).await.unwrap();
    meanwhile(&hub, |goal| goal["lifecycleStatus"] = json!(Lifecycle::OnHold.code()));
    hub.behave();
    device.engine.sync_now();
    device.until("sent", sent(id)).await;
    let stored = hub.world().things[0].clone();
    assert_eq!(stored["lifecycleStatus"], "on-hold");
    assert_eq!(stored["achievementStatus"]["coding"][0]["code"], "improving");
}

#[tokio::test]
async fn what_is_gone_from_the_record_is_set_aside_with_words() {
    let (hub, device) = started().await;
    hub.world().things.clear();
    let id = edit(&device, goal(), BETTER, "Three steps today").await;
    let aside = |s: &State| matches!(&s.outbox[0].state, OutboxState::NeedsAttention(why) if why.status == 404);
    let state = device.until("set aside", aside).await;
    assert!(state.outbox[0].actions.contains(&Action::Export));
    let next = device.engine.save_note(&p("p1"), "Went on".into(), Content::default()).await.unwrap();
    device.until("sent", sent(next)).await;
    assert_ne!(next, id);
}

#[tokio::test]
async fn an_edit_that_a_restored_record_forgot_goes_again() {
    let (hub, device) = started().await;
    hub.world().seen = Some(Vec::new());
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("nurse"), pin()).await.unwrap();
    let words = device.engine.save_note(&p("p1"), "Beside it".into(), Content::default()).await.unwrap();
    device.until("sent", sent(words)).await;
    let id = edit(&device, goal(), BETTER, "Three steps today").await;
    device.until("sent", sent(id)).await;
    (hub.world().things, hub.world().notes) = (vec![goal()], Vec::new());
    device.engine.sync_now();
    let again = |s: &State| s.outbox.iter().all(|it| it.attempts == 2 && matches!(it.state, OutboxState::Sent { .. }));
    device.until("sent again", again).await;
    let world = hub.world();
    assert_eq!(said(&world.things[0])[0].words, "Three steps today");
    assert_eq!((world.notes.len(), world.things.len()), (1, 1));
}
