//! Sign in, PIN, lock, unlock, leave.

use secrecy::SecretString;
use shared::identity::StaffId;
use shared::note::Content;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use crate::{Advice, Link, Session};

#[tokio::test]
async fn a_first_sign_in_asks_for_a_pin_and_opens() {
    let hub = Hub::start().await;
    let device = Device::new(&hub).await;
    assert_eq!(device.engine.staff_list().await.unwrap().len(), 3);
    assert_eq!(device.engine.set_pin(pin()).await.unwrap_err().code, "sign-in-first");
    device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
    assert!(matches!(device.state().session, Session::NeedsPin(_)));
    assert_eq!(device.engine.set_pin(SecretString::from("123")).await.unwrap_err().code, "pin-too-short");
    device.engine.set_pin(pin()).await.unwrap();
    assert!(device.is_unlocked());
    assert_eq!(device.state().people.len(), 1);
    device.until("online", |s| matches!(s.link, Link::Online { .. })).await;
}

#[tokio::test]
async fn a_locked_device_shows_and_opens_nothing() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.engine.save_note(&p("p1"), "Fell at 9".into(), Content::default()).await.unwrap();
    device.engine.lock().await;
    let state = device.state();
    assert!(matches!(state.session, Session::Locked(_)));
    assert!(state.held.is_empty() && state.outbox.is_empty() && state.today.visits.is_empty());
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("locked"));
    assert_eq!(device.engine.save_note(&p("p1"), "x".into(), Content::default()).await.unwrap_err().code, "locked");

    let wrong = device.engine.unlock(&StaffId::new("crew"), SecretString::from("999999")).await.unwrap_err();
    assert_eq!((wrong.code, wrong.advice), ("wrong-pin", Advice::Correct));
    assert!(wrong.text.contains("4 more tries"), "{wrong}");
    assert_eq!(device.engine.unlock(&StaffId::new("nurse"), pin()).await.unwrap_err().code, "no-vault");
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some());
}

#[tokio::test]
async fn after_a_kill_the_pin_is_enough_to_send_what_waits() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|r| (r.method == "POST" && r.path == "/fhir").then_some(Fault::DropBefore));
    device.engine.save_note(&p("p1"), "Written without signal".into(), Content::default()).await.unwrap();
    let device = device.restart().await;
    assert_eq!(device.state().people.len(), 1);
    hub.behave();
    let signed_in = hub.world().count("/auth/token");
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.until("sent", |s| s.outbox.iter().any(|i| matches!(i.state, shared::sync::OutboxState::Sent { .. }))).await;
    assert_eq!(hub.world().count("/auth/token"), signed_in, "nobody signed in again");
    assert_eq!(hub.world().notes.len(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_taken_asks_for_a_sign_in_and_loses_nothing() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.world().token_taken = false;
    device.engine.save_note(&p("p1"), "Still here".into(), Content::default()).await.unwrap();
    let state = device.until("sign in again", |s| s.problems.iter().any(|p| p.code == "sign-in-again")).await;
    assert_eq!(state.outbox.len(), 1);
    device.until("waiting", |s| matches!(s.outbox[0].state, shared::sync::OutboxState::Pending { .. })).await;
    assert_eq!(device.engine.find(super::records::by_number()).await.unwrap_err().advice, Advice::SignIn);

    hub.world().token_taken = true;
    device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
    let state = device.until("sent", |s| matches!(s.outbox[0].state, shared::sync::OutboxState::Sent { .. })).await;
    assert!(matches!(state.session, Session::Unlocked(_)) && state.problems.is_empty());
}

#[tokio::test]
async fn two_people_share_a_device_and_see_nothing_of_each_other() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.engine.sign_in(&StaffId::new("nurse")).await.unwrap();
    assert!(matches!(&device.state().session, Session::NeedsPin(staff) if staff.id.as_str() == "nurse"));
    device.engine.set_pin(SecretString::from("135790")).await.unwrap();
    assert!(device.state().held.is_empty());
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"));
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert!(matches!(&device.state().session, Session::Unlocked(staff) if staff.id.as_str() == "crew"));
    assert_eq!(device.state().held.len(), 1);
}

#[tokio::test]
async fn what_was_begun_for_one_person_is_never_shown_to_another() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let begun = device.engine.inner.open().unwrap();
    let late = || device.engine.inner.update_for(&begun, |state| state.revision = 9999);
    device.engine.lock().await;
    late();
    assert_ne!(device.state().revision, 9999, "locked");
    device.engine.sign_in(&StaffId::new("nurse")).await.unwrap();
    device.engine.set_pin(SecretString::from("135790")).await.unwrap();
    late();
    assert_ne!(device.state().revision, 9999, "somebody else");
}

#[tokio::test]
async fn signing_out_shreds_the_records_and_keeps_the_unsent_notes() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|r| (r.method == "POST").then_some(Fault::DropBefore));
    device.engine.save_note(&p("p1"), "Not sent yet".into(), Content::default()).await.unwrap();
    device.engine.sign_out().await;
    assert_eq!(device.state().session, Session::SignedOut);
    hub.behave();
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let state = device.until("sign in again", |s| s.problems.iter().any(|p| p.code == "sign-in-again")).await;
    assert!(state.held.is_empty());
    assert_eq!(state.outbox.len(), 1);
    assert_eq!(state.outbox[0].patient_name.reveal(), "ZANZIBAR, Quill");
}

#[tokio::test]
async fn the_runner_stops_with_the_last_engine() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.until("synced", |s| s.sync.last_success.is_some()).await;
    let weak = std::sync::Arc::downgrade(&device.engine.inner);
    drop(device);
    for _ in 0..2400 {
        if weak.upgrade().is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("something still holds the device");
}
