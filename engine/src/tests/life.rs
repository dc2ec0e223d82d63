//! Enrolled, revoked, wiped.

use shared::identity::StaffId;
use shared::note::Content;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use super::relay::{contains, no_transactions, raw, second_person, with_unsent};
use crate::vault::Destroyed;
use crate::{Enrolment, Session, Unsent, Wipe};

#[tokio::test]
async fn a_device_enrols_by_itself_or_with_a_code() {
    let hub = Hub::start().await;
    hub.enrols();
    hub.world().enrolment_code = Some("483-201");
    let device = Device::of(&hub, "crew").await;
    device.until("asked for a code", |s| s.device.enrolment == Enrolment::NeedsCode).await;
    assert_eq!(device.engine.enrol("000-000").await.unwrap_err().code, "wrong-code");
    let elsewhere = "doorstep://enrol?hub=https%3A%2F%2Felsewhere.example&code=483-201";
    assert_eq!(device.engine.enrol(elsewhere).await.unwrap_err().code, "another-service");
    let origin = hub.base.trim_end_matches("/fhir").replace(':', "%3A").replace('/', "%2F");
    device.engine.enrol(&format!("doorstep://enrol?hub={origin}&code=483-201")).await.unwrap();
    assert_eq!(device.state().device.enrolment, Enrolment::Enrolled);
    let device = device.restart().await;
    assert_eq!(device.state().device.enrolment, Enrolment::Enrolled, "remembered");
}

#[tokio::test]
async fn a_device_that_wants_a_code_says_so_before_anybody_signs_in_and_each_refusal_is_its_own() {
    let hub = Hub::start().await;
    hub.enrols();
    hub.world().enrolment_code = Some("483-201");
    let device = Device::new(&hub).await;
    assert!(device.engine.wants_enrolment());
    device.engine.sign_in_ways().await.unwrap();
    device.until("asked for a code", |s| s.device.enrolment == Enrolment::NeedsCode).await;
    let refusal = |status: &'static str| {
        hub.misbehave(move |r| r.path.ends_with("/devices").then_some(Fault::Status(status, "")));
        let engine = device.engine.clone();
        async move { engine.enrol("483-201").await.unwrap_err().code }
    };
    for (status, code) in [
        ("403 Forbidden", "wrong-code"),
        ("409 Conflict", "device-taken"),
        ("401 Unauthorized", "device-not-believed"),
        ("429 Too Many Requests", "service-busy"),
    ] {
        assert_eq!(refusal(status).await, code);
    }
    for text in ["", "  ", "doorstep://enrol?hub=&code=", &"9".repeat(201)] {
        assert_eq!(device.engine.enrol(text).await.unwrap_err().code, "wrong-code", "{text:?}");
    }
    hub.behave();
    assert!(device.engine.wants_enrolment(), "a refusal ends nothing");
    device.engine.enrol(" 483-201 ").await.unwrap();
    assert!(!device.engine.wants_enrolment());
}

#[tokio::test]
async fn a_revoked_device_destroys_every_persons_keys_and_keeps_the_notes() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    hub.behave();
    hub.misbehave(no_transactions);
    second_person(&device).await;
    // Delivered by the second person: another one is written, and this time nobody comes.
    device.until("delivered", |s| s.device.relayed == 0 && s.sync.last_success.is_some()).await;
    device.engine.save_note(&p("p1"), "Second note".into(), Content::default()).await.unwrap();
    hub.world().revoked = true;
    hub.misbehave(|r| (r.method == "POST").then_some(Fault::DropBefore));
    device.engine.sync_now();
    let state = device.until("revoked", |s| s.device.enrolment == Enrolment::Revoked && s.device.relayed == 1).await;
    assert_eq!(state.session, Session::SignedOut);
    assert!(state.people.iter().all(|p| p.destroyed == Some(Destroyed::DeviceRevoked)) && state.people.len() == 2);
    assert_eq!(device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap_err().code, "device-revoked");
    // The device itself hands over what it keeps, without anybody signed in.
    hub.behave();
    device.engine.sync_now();
    device.until("handed over", |s| s.device.relayed == 0).await;
    assert_eq!(hub.world().notes.len(), 2);
}

#[tokio::test]
async fn a_wipe_sends_first_says_what_is_left_and_leaves_nothing() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.hold("p1").await;
    let left = device.engine.unsent().await.unwrap();
    assert_eq!(left, Unsent { mine: 1, ..Unsent::default() });
    assert_eq!(device.engine.wipe(Wipe::WhenAllIsSent).await.unwrap_err().code, "unsent-notes");
    assert!(device.is_unlocked(), "nothing happened");
    let stale = Wipe::Losing(Unsent::default());
    assert_eq!(device.engine.wipe(stale).await.unwrap_err().code, "unsent-notes", "another count than was agreed to");
    let files = |folder: &std::path::Path| raw(folder);
    let secret = std::fs::read(device.folder.path().join("device/secret")).unwrap();
    device.engine.wipe(Wipe::Losing(left)).await.unwrap();
    assert!(device.state().wiped && device.state().people.is_empty());
    let bytes = files(device.folder.path());
    assert!(bytes.is_empty(), "{} bytes are left", bytes.len());
    assert!(!bytes.windows(32).any(|part| part == &secret[..32]));
    assert_eq!(device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap_err().code, "no-vault");
    let device = device.restart().await;
    assert!(device.state().people.is_empty());
    hub.behave();
    device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
    assert!(matches!(device.state().session, Session::NeedsPin(_)));
}

#[tokio::test]
async fn a_wipe_with_a_link_loses_nothing() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    second_person(&device).await;
    hub.behave();
    device.engine.save_note(&p("p2"), "By the second".into(), Content::default()).await.unwrap();
    device.engine.wipe(Wipe::WhenAllIsSent).await.unwrap();
    assert_eq!(hub.world().notes.len(), 2);
    assert!(!contains(&raw(device.folder.path()), "second"));
}

#[tokio::test]
async fn what_others_would_lose_is_counted_before_a_wipe_and_has_to_be_agreed_to() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(|r| (r.method == "POST" && r.path.starts_with("/fhir")).then_some(Fault::DropBefore));
    device.engine.save_note(&p("p1"), "Only its author can send this".into(), Content::default()).await.unwrap();
    second_person(&device).await;
    let left = device.engine.unsent().await.unwrap();
    assert_eq!(left, Unsent { locked_away: 1, ..Unsent::default() });
    assert_eq!(device.engine.wipe(Wipe::WhenAllIsSent).await.unwrap_err().code, "unsent-notes");
    assert_eq!(device.engine.wipe(Wipe::Losing(Unsent::default())).await.unwrap_err().code, "unsent-notes");

    let device = with_unsent(&hub).await;
    hub.misbehave(|r| (r.method == "POST" && r.path.starts_with("/fhir")).then_some(Fault::DropBefore));
    second_person(&device).await;
    let left = device.engine.unsent().await.unwrap();
    assert_eq!(left, Unsent { others: 1, ..Unsent::default() });
    let mine_only = Wipe::Losing(Unsent { others: 0, ..left });
    assert_eq!(device.engine.wipe(mine_only).await.unwrap_err().code, "unsent-notes");
}
