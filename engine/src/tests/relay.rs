//! Unsent notes of one person, delivered while another is signed in.

use std::fs;
use std::path::Path;

use secrecy::SecretString;
use shared::identity::StaffId;
use shared::note::Content;
use shared::sync::OutboxState;

use super::device::{Device, bytes_of, p, pin};
use super::hub::{Fault, Hub, Request};
use crate::EngineError;
use crate::Enrolment;
use crate::vault::Destroyed;

pub(super) const WORDS: &str = "crushing chest pain since nine";

pub(super) fn no_transactions(request: &Request) -> Option<Fault> {
    (request.method == "POST" && request.path == "/fhir").then_some(Fault::DropBefore)
}

/// A device that is enrolled, with a note of the crew that could not be sent.
pub(super) async fn with_unsent(hub: &Hub) -> Device {
    hub.enrols();
    let device = Device::of(hub, "crew").await;
    device.until("enrolled", |s| s.device.enrolment == Enrolment::Enrolled).await;
    hub.misbehave(no_transactions);
    device.engine.save_note(&p("p1"), WORDS.into(), Content::default()).await.unwrap();
    device
}

pub(super) async fn second_person(device: &Device) {
    device.engine.sign_in(&StaffId::new("nurse")).await.unwrap();
    device.engine.set_pin(SecretString::from("135790")).await.unwrap();
}

pub(super) fn raw(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { raw(&path) } else { bytes_of(&path) });
    }
    bytes
}

pub(super) fn contains(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

#[tokio::test]
async fn a_colleague_delivers_what_they_cannot_read() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.engine.lock().await;
    assert!(!contains(&raw(device.folder.path()), "crushing"), "sealed in the vault and beside it");
    second_person(&device).await;
    let state = device.until("delivered", |s| s.device.relayed == 0 && s.sync.last_success.is_some()).await;
    assert!(state.outbox.is_empty(), "nothing of it is shown");
    assert_eq!(hub.world().notes.len(), 1);
    assert_eq!(hub.world().notes[0]["author"][0]["display"], "Test crew");
    assert_eq!(hub.world().count("POST /fhir/$relay"), 1);

    // Its author learns of it without sending it again.
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let sent = device.until("sent", |s| s.outbox.iter().any(|i| matches!(i.state, OutboxState::Sent { .. }))).await;
    assert_eq!(sent.outbox.len(), 1);
    assert_eq!(hub.world().notes.len(), 1);
}

#[tokio::test]
async fn who_has_sent_their_note_leaves_nothing_beside_the_vault() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    assert_eq!(device.engine.inner.device.relay().waiting().unwrap().0.len(), 1);
    hub.behave();
    device.engine.sync_now();
    device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. })).await;
    assert!(device.engine.inner.device.relay().waiting().unwrap().0.is_empty());
    second_person(&device).await;
    device.until("synced", |s| s.sync.last_success.is_some()).await;
    assert_eq!(hub.world().count("$relay"), 0);
}

#[tokio::test]
async fn what_the_service_refuses_stays_and_is_counted() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.engine.lock().await;
    hub.misbehave(|r| r.path.ends_with("$relay").then_some(Fault::Outcome("422 No")));
    second_person(&device).await;
    let state = device.until("refused", |s| s.device.relay_refused == 1).await;
    assert_eq!(state.device.relayed, 1);
    assert_eq!(hub.world().count("$relay"), 1, "not again and again");
    hub.behave();
    device.engine.sync_now();
    device.until("delivered", |s| s.device.relayed == 0 && s.device.relay_refused == 0).await;
    assert_eq!(hub.world().notes.len(), 1);
}

#[tokio::test]
async fn a_lock_in_the_middle_of_a_round_does_not_make_ones_own_note_that_of_another() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.until("quiet", |s| s.outbox.first().is_some_and(|i| i.attempts > 0) && !s.sync.running).await;
    let open = device.engine.inner.open().unwrap();
    device.engine.lock().await;
    assert!(crate::sync::deliver(&device.engine.inner, Some(&open), false).await.is_err());
    assert_eq!(hub.world().count("$relay"), 0);
    assert_eq!(device.engine.inner.device.relay().waiting().unwrap().0.len(), 1);
}

/// A wrong PIN of the crew, as soon as one may be tried.
async fn wrong_pin(device: &Device) -> EngineError {
    loop {
        let error = device.engine.unlock(&StaffId::new("crew"), SecretString::from("000000")).await.unwrap_err();
        if error.code != "too-soon" {
            return error;
        }
        // More than once where the service told the time meanwhile.
        device.pass(61);
    }
}

#[tokio::test]
async fn ten_wrong_pins_destroy_the_keys_and_never_a_note() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.hold("p1").await;
    device.engine.lock().await;
    let crew = StaffId::new("crew");
    for tries in 1..=10 {
        let error = wrong_pin(&device).await;
        match tries {
            9 => assert!(
                error.text.contains("destroys the keys") && error.text.contains("Notes you have saved are kept")
            ),
            10 => assert_eq!(error.code, "keys-destroyed"),
            _ => assert_eq!(error.code, "wrong-pin"),
        }
        assert_eq!(device.state().people[0].last_try, tries == 9, "said before the tenth");
    }
    assert_eq!(device.state().people[0].destroyed, Some(Destroyed::WrongPins));
    assert_eq!(device.engine.unlock(&crew, pin()).await.unwrap_err().code, "keys-destroyed");
    assert_eq!(device.state().device.relayed, 1, "the note waits");
    second_person(&device).await;
    device.until("delivered", |s| s.device.relayed == 0 && s.sync.last_success.is_some()).await;
    assert_eq!(hub.world().notes.len(), 1);
    // They start again with a PIN of their choice.
    hub.behave();
    device.engine.sign_in(&crew).await.unwrap();
    device.engine.set_pin(SecretString::from("112233")).await.unwrap();
    assert!(device.state().held.is_empty());
}

#[tokio::test]
async fn a_note_that_was_being_sealed_outlives_the_keys_of_its_author() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.until("quiet", |s| s.outbox.first().is_some_and(|i| i.attempts > 0) && !s.sync.running).await;
    device.engine.lock().await;
    let relay = device.engine.inner.device.relay();
    let saved = relay.waiting().unwrap().0.remove(0);
    relay.forget(saved.note).unwrap();
    relay.stage(&saved).unwrap();
    while wrong_pin(&device).await.code != "keys-destroyed" {}
    assert_eq!(relay.waiting().unwrap().0, [saved]);
}

#[tokio::test]
async fn without_the_services_key_a_note_waits_for_its_author_and_its_vault_is_spared() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(no_transactions);
    device.engine.save_note(&p("p1"), WORDS.into(), Content::default()).await.unwrap();
    assert_eq!(device.engine.inner.device.only_here().unwrap().len(), 1);
    // From here on nobody tells the time, which would make the wait longer again.
    device.cut_off(&hub).await;
    device.engine.lock().await;
    for _ in 0..11 {
        assert_eq!(wrong_pin(&device).await.code, "wrong-pin");
    }
    device.pass(61);
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    hub.behave();
    hub.enrols();
    device.engine.sync_now();
    device.until("sent", |s| s.outbox.iter().any(|i| matches!(i.state, OutboxState::Sent { .. }))).await;
}

#[tokio::test]
async fn what_was_written_before_the_enrolment_is_sealed_after_it() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(no_transactions);
    device.engine.save_note(&p("p1"), WORDS.into(), Content::default()).await.unwrap();
    hub.enrols();
    device.pass(20);
    device.engine.sync_now();
    device.until("enrolled", |s| s.device.enrolment == Enrolment::Enrolled).await;
    device.engine.sync_now();
    let kept = &device.engine.inner.device;
    for _ in 0..2400 {
        if kept.only_here().unwrap().is_empty() {
            assert_eq!(kept.relay().waiting().unwrap().0.len(), 1);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never sealed");
}

#[tokio::test]
async fn a_crash_between_sealing_and_saving_is_settled_by_what_the_vault_says() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    device.until("quiet", |s| s.outbox.first().is_some_and(|i| i.attempts > 0) && !s.sync.running).await;
    device.engine.lock().await;
    let relay = device.engine.inner.device.relay();
    let saved = relay.waiting().unwrap().0.remove(0);
    // Saved in the vault, and the power went before the copy was moved.
    relay.forget(saved.note).unwrap();
    relay.stage(&saved).unwrap();
    // Sealed, and the power went before the vault had it.
    let never = crate::vault::RelayNote { note: shared::identity::NoteId::new(uuid::Uuid::now_v7()), ..saved.clone() };
    relay.stage(&never).unwrap();
    let device = device.restart().await;
    assert!(
        device.engine.inner.device.relay().waiting().unwrap().0.is_empty(),
        "nobody delivers what may not be saved"
    );
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.until("settled", |s| !s.sync.running && s.device.enrolment == Enrolment::Enrolled).await;
    let relay = device.engine.inner.device.relay();
    for _ in 0..200 {
        if relay.waiting().unwrap().0 == [saved.clone()] && relay.unsettled().unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{:?} and {:?}", relay.waiting(), relay.unsettled());
}
