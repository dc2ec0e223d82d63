//! Writing: durable, never twice, never lost.

use serde_json::json;
use shared::care_plan::{Achievement, CprDecision, Form, GoalProgress, Phase, Resuscitation, said};
use shared::identity::StaffId;
use shared::note::{Content, MAX_TEXT_BYTES};
use shared::sync::OutboxState;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use crate::store::{self, OwnNote};
use crate::vault::{Kind, Write};
use crate::{Advice, Edit};

#[tokio::test]
async fn a_note_is_saved_sent_and_shown_with_when_it_was_received() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let id = device.engine.save_note(&p("p1"), "Pulse 80.\nAll well.".into(), Content::default()).await.unwrap();
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
    device.engine.save_draft(&p("p1"), "visit", "Half a sen".into()).await.unwrap();
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(
        device.engine.draft(&p("p1"), "visit").await.unwrap().map(|t| t.into_inner()).as_deref(),
        Some("Half a sen")
    );
    assert_eq!(device.engine.draft(&p("p2"), "visit").await.unwrap(), None);
    device.engine.save_note(&p("p1"), "Half a sentence.".into(), Content::default()).await.unwrap();
    assert_eq!(device.engine.draft(&p("p1"), "visit").await.unwrap(), None);
    device.engine.save_draft(&p("p1"), "visit", "x".into()).await.unwrap();
    device.engine.save_draft(&p("p1"), "visit", String::new()).await.unwrap();
    assert_eq!(device.engine.draft(&p("p1"), "visit").await.unwrap(), None);
}

#[tokio::test]
async fn each_form_has_its_own_draft_and_one_of_an_earlier_version_still_opens() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let (engine, patient) = (&device.engine, p("p1"));
    let earlier = Write::put(Kind::Draft, patient.as_str(), "Begun last week");
    engine.open().unwrap().vault.put(vec![earlier]).await.unwrap();
    engine.save_draft(&p("p11"), "vitals", "of another person".into()).await.unwrap();
    assert_eq!(engine.draft(&patient, "visit").await.unwrap().unwrap().reveal(), "Begun last week");
    engine.save_draft(&patient, "visit", "Begun last week, and gone on".into()).await.unwrap();
    engine.save_draft(&patient, "phase", "half".into()).await.unwrap();
    assert_eq!(engine.drafts(&patient).await.unwrap(), ["phase", "visit"]);

    engine.save_note(&patient, String::new(), Content::Phase(Phase::Unstable)).await.unwrap();
    assert_eq!(engine.drafts(&patient).await.unwrap(), ["visit"]);
    engine.save_note(&patient, "Whole".into(), Content::default()).await.unwrap();
    assert!(engine.drafts(&patient).await.unwrap().is_empty());
    assert_eq!(engine.drafts(&p("p11")).await.unwrap(), ["vitals"]);
}

#[tokio::test]
async fn what_a_role_may_not_write_is_refused_in_words_and_its_draft_stays() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "desk").await;
    let patient = p("p1");
    let cpr = Content::Cpr(CprDecision {
        decision: Resuscitation::NotFor,
        decided: "2026-03-01".parse().unwrap(),
        decided_by: "Dr Ash".to_owned().into(),
        review: None,
        form: Form { document: None, kept: "on the fridge".to_owned().into() },
    });
    device.engine.save_draft(&patient, "cpr", "half".into()).await.unwrap();
    let error = device.engine.save_note(&patient, String::new(), cpr).await.unwrap_err();
    assert_eq!((error.code, error.advice), ("not-your-role", Advice::Correct));
    assert_eq!(device.engine.drafts(&patient).await.unwrap(), ["cpr"]);
    assert!(device.state().outbox.is_empty());
}

#[tokio::test]
async fn an_edit_carries_the_id_of_its_note_and_takes_only_its_own_draft() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let (engine, patient) = (&device.engine, p("p1"));
    let goal = json!({"resourceType": "Goal", "id": "7", "meta": {"versionId": "2"}, "lifecycleStatus": "active"});
    for form in ["change/Goal/7", "change/Goal/8"] {
        engine.save_draft(&patient, form, "half".into()).await.unwrap();
    }
    let better = || Edit::Goal(GoalProgress { achievement: Some(Achievement::Improving), lifecycle: None });
    let without = json!({"resourceType": "Goal", "id": "7"});
    let refused = engine.save_edit(&patient, without, better(), String::new()).await.unwrap_err();
    assert_eq!(refused.code, "not-editable");
    let id = engine.save_edit(&patient, goal, better(), "Walked to the gate".into()).await.unwrap();
    assert_eq!(engine.drafts(&patient).await.unwrap(), ["change/Goal/8"]);
    let own: OwnNote = store::get(&engine.open().unwrap().vault, Kind::Note, &id.to_string()).await.unwrap().unwrap();
    let Content::Change(change) = own.note.content else { panic!("not a change") };
    assert_eq!(said(change.mine())[0].note, Some(id));
}

#[tokio::test]
async fn limits_are_said_and_nothing_is_lost() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let long = "é".repeat(MAX_TEXT_BYTES / 2 + 1);
    device.engine.save_draft(&p("p1"), "visit", long.clone()).await.unwrap();
    let error = device.engine.save_note(&p("p1"), long.clone(), Content::default()).await.unwrap_err();
    assert_eq!((error.code, error.advice), ("note-too-long", Advice::Correct));
    assert_eq!(device.engine.draft(&p("p1"), "visit").await.unwrap().map(|t| t.into_inner()), Some(long));
    assert_eq!(
        device.engine.save_note(&p("p1"), " \n".into(), Content::default()).await.unwrap_err().code,
        "empty-note"
    );
    assert!(device.state().outbox.is_empty());
    let longest = "a".repeat(MAX_TEXT_BYTES);
    assert!(device.engine.save_note(&p("p1"), longest, Content::default()).await.is_ok());
}

#[tokio::test]
async fn a_refused_note_waits_for_a_person_and_blocks_nobody() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|r| (r.method == "POST" && r.path == "/fhir").then_some(Fault::DropBefore));
    for text in ["first, refused", "second, same patient"] {
        device.engine.save_note(&p("p1"), text.into(), Content::default()).await.unwrap();
    }
    device.engine.save_note(&p("p2"), "other patient".into(), Content::default()).await.unwrap();
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
    device.engine.save_note(&p("p1"), "Only once".into(), Content::default()).await.unwrap();
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
    device.engine.save_note(&p("p1"), "Long ago".into(), Content::default()).await.unwrap();
    let done = |s: &crate::State| s.sync.last_success.is_some() && !s.sync.running;
    device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. }) && done(s)).await;
    hub.world().ahead = jiff::SignedDuration::from_hours(13);
    device.engine.sync_now();
    device.until("heard the time", |s| s.sync.last_success.is_some()).await;
    device.engine.sync_now();
    device.until("forgotten", |s| s.outbox.is_empty()).await;
}
