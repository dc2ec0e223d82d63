//! What an answer about one's own notes changes, and what it does not.

use std::time::Duration;

use shared::identity::StaffId;
use shared::note::Content;
use shared::sync::OutboxState;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use crate::{Receipt, State};

fn sent(state: &State) -> bool {
    !state.outbox.is_empty() && state.outbox.iter().all(|it| matches!(it.state, OutboxState::Sent { .. }))
}

/// A hub that tells what became of notes, and a device with two that it accepted.
async fn told() -> (Hub, Device) {
    let hub = Hub::start().await;
    hub.world().seen = Some(Vec::new());
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    for text in ["First", "Second"] {
        device.engine.save_note(&p("p1"), text.into(), Content::default()).await.unwrap();
    }
    device.until("sent", sent).await;
    (hub, device)
}

/// Asked, answered, and what follows from the answer is done: the next question comes in a later round.
async fn asked_twice(hub: &Hub, device: &Device) {
    let before = hub.world().count("POST /fhir/$receipts");
    let asked = async {
        while hub.world().count("POST /fhir/$receipts") < before + 2 {
            device.engine.sync_now();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), asked).await.unwrap();
}

fn attempts(device: &Device) -> Vec<u32> {
    device.state().outbox.iter().map(|it| it.attempts).collect()
}

#[tokio::test]
async fn what_the_record_lost_goes_again_in_its_order_and_the_rest_does_not() {
    let (hub, device) = told().await;
    let third = device.engine.save_note(&p("p2"), "Third".into(), Content::default()).await.unwrap();
    device.until("sent", |s| s.outbox.len() == 3 && sent(s)).await;
    // Restored from before the notes about p1.
    let lost: Vec<_> = hub.world().notes.drain(..2).collect();
    asked_twice(&hub, &device).await;
    device.until("sent again", |s| sent(s) && s.outbox[1].attempts == 2).await;
    let of = |note: &serde_json::Value| note["identifier"][0]["value"].clone();
    let now: Vec<_> = hub.world().notes.iter().map(of).collect();
    assert_eq!(now, [third.to_string().into(), of(&lost[0]), of(&lost[1])]);
    assert_eq!(attempts(&device), [2, 2, 1]);
    assert_eq!(hub.world().notes[1]["content"], lost[0]["content"], "the same words");
}

#[tokio::test]
async fn what_was_lost_is_kept_through_a_kill_and_beside_the_vault_until_it_is_there_again() {
    let hub = Hub::start().await;
    hub.enrols();
    hub.world().seen = Some(Vec::new());
    let device = Device::of(&hub, "crew").await;
    device.until("enrolled", |s| s.device.enrolment == crate::Enrolment::Enrolled).await;
    device.engine.save_note(&p("p1"), "Once".into(), Content::default()).await.unwrap();
    device.until("sent", sent).await;
    assert!(device.engine.inner.device.relay().waiting().unwrap().0.is_empty());
    hub.world().notes.clear();
    hub.misbehave(|r| (r.method == "POST" && r.path == "/fhir").then_some(Fault::DropBefore));
    device.engine.sync_now();
    device.until("waits again", |s| !sent(s)).await;
    let device = device.restart().await;
    assert_eq!(device.engine.inner.device.relay().waiting().unwrap().0.len(), 1, "whoever is at the device sends it");
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert!(!sent(&device.state()));
    hub.behave();
    device.engine.sync_now();
    device.until("sent", sent).await;
    assert_eq!(hub.world().notes.len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_or_is_none_takes_nothing_back() {
    let (hub, device) = told().await;
    hub.world().notes.clear();
    let json = "application/fhir+json";
    let faults = [
        Fault::Status("404 Not Found", ""),
        Fault::Outcome("400 Bad Request"),
        Fault::Status("501 Not Implemented", ""),
        Fault::Body(json, r#"{"resourceType":"Bundle"}"#.into()),
        Fault::Body(json, r#"{"resourceType":"Parameters","parameter":[{"name":"other"}]}"#.into()),
        Fault::CutAfter,
    ];
    for fault in faults {
        let one = fault.clone();
        hub.misbehave(move |r| r.path.ends_with("$receipts").then_some(one.clone()));
        asked_twice(&hub, &device).await;
        assert!(sent(&device.state()) && attempts(&device) == [1, 1], "{fault:?}");
    }
    // A service without the operation is no trouble to anybody.
    hub.misbehave(|r| r.path.ends_with("$receipts").then_some(Fault::Status("404 Not Found", "")));
    device.until("a good round", |s| !s.sync.running && s.sync.last_problem.is_none()).await;
}

#[tokio::test]
async fn a_server_that_is_no_hub_is_not_asked() {
    let hub = Hub::start().await;
    (hub.world().decides_on_consent, hub.world().seen) = (false, Some(Vec::new()));
    let device = Device::of(&hub, "crew").await;
    device.engine.save_note(&p("p1"), "Once".into(), Content::default()).await.unwrap();
    device.until("sent", sent).await;
    let before = device.state().sync.last_success;
    device.engine.sync_now();
    device.until("another round", |s| s.sync.last_success > before && !s.sync.running).await;
    assert_eq!(hub.world().count("$receipts"), 0);
}

#[tokio::test]
async fn who_saw_it_is_kept_beside_the_note() {
    let (hub, device) = told().await;
    hub.world().seen = Some(vec!["care-team"]);
    asked_twice(&hub, &device).await;
    device.cut_off(&hub).await;
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let notes = device.engine.record(&p("p1")).await.unwrap().notes;
    assert_eq!(notes.len(), 2);
    for view in notes {
        assert!(matches!(&view.receipt, Some(Receipt::Seen { by, .. }) if by.len() == 1 && by[0].role == "care-team"));
    }
}
