//! Writing: durable, never twice, never lost.

use shared::identity::StaffId;
use shared::note::MAX_TEXT_BYTES;
use shared::sync::OutboxState;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use crate::Advice;

#[tokio::test]
async fn a_note_is_saved_sent_and_shown_with_when_it_was_received() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let id = device.engine.save_note(&p("p1"), "Pulse 80.\nAll well.".into()).await.unwrap();
    let state = device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. })).await;
    assert_eq!(state.outbox[0].first_line.reveal(), "Pulse 80.");
    assert_eq!(state.outbox[0].patient_name.reveal(), "ZANZIBAR, Quill");
    let stored = hub.world().notes[0].clone();
    assert_eq!(stored["identifier"][0]["value"], id.to_string());
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!(view.notes.len(), 1);
    assert!(view.notes[0].note.received.is_some() && view.notes[0].sending.is_some());
}

#[tokio::test]
async fn drafts_survive_a_kill_and_go_with_their_note() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.engine.save_draft(&p("p1"), "Half a sen".into()).await.unwrap();
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(device.engine.draft(&p("p1")).await.unwrap().map(|t| t.into_inner()).as_deref(), Some("Half a sen"));
    assert_eq!(device.engine.draft(&p("p2")).await.unwrap(), None);
    device.engine.save_note(&p("p1"), "Half a sentence.".into()).await.unwrap();
    assert_eq!(device.engine.draft(&p("p1")).await.unwrap(), None);
    device.engine.save_draft(&p("p1"), "x".into()).await.unwrap();
    device.engine.save_draft(&p("p1"), String::new()).await.unwrap();
    assert_eq!(device.engine.draft(&p("p1")).await.unwrap(), None);
}

#[tokio::test]
async fn limits_are_said_and_nothing_is_lost() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let long = "é".repeat(MAX_TEXT_BYTES / 2 + 1);
    device.engine.save_draft(&p("p1"), long.clone()).await.unwrap();
    let error = device.engine.save_note(&p("p1"), long.clone()).await.unwrap_err();
    assert_eq!((error.code, error.advice), ("note-too-long", Advice::Correct));
    assert_eq!(device.engine.draft(&p("p1")).await.unwrap().map(|t| t.into_inner()), Some(long));
    assert_eq!(device.engine.save_note(&p("p1"), " \n".into()).await.unwrap_err().code, "empty-note");
    assert!(device.state().outbox.is_empty());
    let longest = "a".repeat(MAX_TEXT_BYTES);
    assert!(device.engine.save_note(&p("p1"), longest).await.is_ok());
}

#[tokio::test]
async fn a_refused_note_waits_for_a_person_and_blocks_nobody() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|r| (r.method == "POST" && r.path == "/fhir").then_some(Fault::DropBefore));
    for text in ["first, refused", "second, same patient"] {
        device.engine.save_note(&p("p1"), text.into()).await.unwrap();
    }
    device.engine.save_note(&p("p2"), "other patient".into()).await.unwrap();
    let first = device.state().outbox[0].note;
    hub.misbehave(move |r| {
        let refuse = r.method == "POST" && r.path == "/fhir" && r.body.contains(&first.to_string());
        refuse.then_some(Fault::Status("422 Unprocessable Content", ""))
    });
    device.engine.sync_now();
    let state = device
        .until("others sent", |s| s.outbox[1..].iter().all(|i| matches!(i.state, OutboxState::Sent { .. })))
        .await;
    assert!(matches!(&state.outbox[0].state, OutboxState::NeedsAttention(a) if a.status == 422), "{state:?}");
    assert_eq!(hub.world().notes.len(), 2);
    hub.behave();
    device.engine.send_again(first).await.unwrap();
    device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. })).await;
}

#[tokio::test]
async fn only_the_answer_to_exactly_this_transaction_says_sent() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let cases = [
        r#"{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201 Created"}}]}"#,
        r#"{"resourceType":"Bundle","type":"transaction-response","entry":[]}"#,
        r#"{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{}},{"response":{}}]}"#,
        r#"{"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"201"}},{"response":{"status":"201"}}]}"#,
        r#"{"resourceType":"OperationOutcome"}"#,
        "",
        "<html>",
    ];
    hub.misbehave(|r| (r.method == "POST").then_some(Fault::DropBefore));
    device.engine.save_note(&p("p1"), "Only once".into()).await.unwrap();
    for body in cases {
        hub.misbehave(move |r| (r.method == "POST").then(|| Fault::Body("application/fhir+json", body.into())));
        let before = device.state().outbox[0].attempts;
        device.engine.sync_now();
        let tried =
            |s: &crate::State| s.outbox[0].attempts > before && !matches!(s.outbox[0].state, OutboxState::Sending);
        let state = device.until("tried", tried).await;
        assert!(
            matches!(state.outbox[0].state, OutboxState::Pending { .. }),
            "{body} gave {:?}",
            state.outbox[0].state
        );
    }
    hub.behave();
    device.engine.sync_now();
    device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. })).await;
    assert_eq!(hub.world().notes.len(), 1);
}

#[tokio::test]
async fn what_was_sent_a_shift_ago_leaves_the_device() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.engine.save_note(&p("p1"), "Long ago".into()).await.unwrap();
    let done = |s: &crate::State| s.sync.last_success.is_some() && !s.sync.running;
    device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. }) && done(s)).await;
    hub.world().ahead = jiff::SignedDuration::from_hours(13);
    device.engine.sync_now();
    device.until("heard the time", |s| s.sync.last_success.is_some()).await;
    device.engine.sync_now();
    device.until("forgotten", |s| s.outbox.is_empty()).await;
}
