//! What became of a lease while nobody could say so: taken back, forgotten, and still good.

use shared::identity::StaffId;
use shared::lease::LeaseState;
use shared::note::Content;

use super::device::{Device, p, pin};
use super::hub::Hub;
use crate::{OpenOutcome, Permission};

/// A device that was cut off, and may speak to its service again since; it did not yet.
async fn cut_off_with(hub: &Hub) -> Device {
    let device = Device::of(hub, "crew").await;
    device.hold("p1").await;
    device.cut_off(hub).await;
    device
}

#[tokio::test]
async fn what_was_taken_back_is_destroyed_before_anything_of_that_person_is_drawn() {
    let hub = Hub::start().await;
    let device = cut_off_with(&hub).await;
    // A new run knows of nobody but what is in the vault.
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.cut_off(&hub).await;
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Fresh, "nobody could say so");
    hub.world().withdrawn.push("p1".into());
    hub.behave();
    // Something else is answered first: from here on there is a link, and no round has asked about leases yet.
    device.person("p2").await;
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("consent-changed"));
    assert_eq!(device.engine.source(&p("p1"), 0, 2).await.err().map(|e| e.code), Some("consent-changed"));
    let state = device.until("gone", |s| s.held.is_empty()).await;
    assert!(state.problems.iter().any(|problem| problem.code == "consent-changed"));
    // Care goes on: a note can be written, about somebody whose name is still known.
    device.engine.save_note(&p("p1"), "Given by hand".into(), Content::default()).await.unwrap();
    let state =
        device.until("sent", |s| s.outbox.iter().all(|item| format!("{:?}", item.state).contains("Sent"))).await;
    assert_eq!(state.outbox[0].patient_name.reveal(), "ZANZIBAR, Quill");
}

#[tokio::test]
async fn a_round_asks_what_was_taken_back_before_anything_else_of_a_person() {
    let hub = Hub::start().await;
    let device = cut_off_with(&hub).await;
    device.engine.save_note(&p("p1"), "Written without a link".into(), Content::default()).await.unwrap();
    hub.world().withdrawn.push("p1".into());
    hub.world().requests.clear();
    hub.behave();
    device.engine.sync_now();
    device.until("done", |s| s.held.is_empty() && s.sync.last_success.is_some() && !s.sync.running).await;
    let world = hub.world();
    let first = |what: &str| world.requests.iter().position(|request| request.starts_with(what));
    let asked = first("POST /fhir/$lease-status").unwrap();
    assert!(asked < first("POST /fhir?").unwrap(), "{:?}", world.requests);
    assert_eq!(first("GET /fhir/DocumentReference"), None, "nothing is fetched under it any more");
    assert_eq!(world.notes.len(), 1, "what was written under it is still sent");
}

#[tokio::test]
async fn a_lease_that_the_service_forgot_hides_and_destroys_nothing() {
    let hub = Hub::start().await;
    let device = cut_off_with(&hub).await;
    let given = std::mem::take(&mut hub.world().leases);
    hub.behave();
    device.engine.sync_now();
    let hidden = |s: &crate::State| s.held.first().is_some_and(|held| held.lease.state == LeaseState::Unproven);
    device.until("hidden", hidden).await;
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!((view.lease.state, view.summary.is_none()), (LeaseState::Unproven, true));
    assert_eq!(device.engine.source(&p("p1"), 0, 2).await.unwrap_err().code, "lease-unproven");

    // Also after a start without a link.
    device.cut_off(&hub).await;
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Unproven);

    // The service remembers: it was never destroyed.
    hub.world().leases = given;
    hub.behave();
    device.engine.sync_now();
    device.until("shown again", |s| s.held.first().is_some_and(|held| held.lease.state == LeaseState::Fresh)).await;
    assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some());
}

#[tokio::test]
async fn a_lease_that_the_service_forgot_is_given_anew_or_ends_when_it_ends() {
    let hub = Hub::start().await;
    let device = cut_off_with(&hub).await;
    let person = device.engine.record(&p("p1")).await.unwrap().person;
    let forget = || hub.world().leases.clear();
    let hidden = |s: &crate::State| s.held.first().is_some_and(|held| held.lease.state == LeaseState::Unproven);
    forget();
    hub.behave();
    device.engine.sync_now();
    device.until("hidden", hidden).await;
    assert_eq!(device.engine.open_record(&person, Permission::Recorded).await.unwrap(), OpenOutcome::Opened);
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Fresh, "decided again");

    device.cut_off(&hub).await;
    forget();
    hub.behave();
    device.engine.sync_now();
    device.until("hidden again", hidden).await;
    device.cut_off(&hub).await;
    device.pass(13 * 60 + 1);
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"), "it ended");
}
