//! Time: leases run out, and no clock on the device helps against that.

use jiff::SignedDuration;
use shared::identity::StaffId;
use shared::lease::LeaseState;
use shared::note::Content;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub, note_by, staff};
use super::sync::wait_for_notes;
use crate::Permission;

#[tokio::test]
async fn a_lease_hides_then_destroys_and_notes_written_here_stay() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let nurse = staff("nurse", shared::identity::Role::CareTeamClinician);
    let now = hub.world().now();
    hub.world().colleague_writes(note_by(&nurse, "p1", "From the nurse"), now);
    wait_for_notes(&device, 1).await;
    hub.misbehave(|r| (r.method == "POST").then_some(Fault::DropBefore));
    device.engine.save_note(&p("p1"), "My own words".into(), Content::default()).await.unwrap();
    device.cut_off(&hub).await;

    device.pass(20);
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Stale);
    device.pass(12 * 60);
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!((view.lease.state, view.summary.is_none()), (LeaseState::Expired, true));
    assert_eq!(view.notes.iter().map(|n| n.note.text.reveal().as_str()).collect::<Vec<_>>(), ["My own words"]);
    assert_eq!(device.engine.source(&p("p1"), 0, 2).await.unwrap_err().code, "lease-expired");

    // Turned back: hidden still, and said.
    device.turn_clock(-11 * 60);
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Expired);
    device.engine.sync_now();
    device.until("told", |s| s.problems.iter().any(|p| p.code == "clock-turned-back")).await;

    device.pass(13 * 60);
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"));
    let state = device.until("gone", |s| s.held.is_empty()).await;
    assert_eq!(state.outbox.len(), 1, "what was written here is not under the lease");
}

#[tokio::test]
async fn turning_the_clock_back_between_two_starts_does_not_help() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.cut_off(&hub).await;
    device.pass(12 * 60 + 5);
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Expired);
    let device = device.restart().await;
    device.turn_clock(-12 * 60);
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Expired);
    hub.behave();
    device.engine.sync_now();
    device.until("the server tells the time", |s| s.held.iter().any(|h| h.lease.state == LeaseState::Fresh)).await;
}

#[tokio::test]
async fn a_device_whose_clock_is_wrong_lives_by_the_servers() {
    let hub = Hub::start().await;
    hub.world().ahead = SignedDuration::from_hours(72);
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Fresh);
    device.cut_off(&hub).await;
    device.pass(12 * 60 + 5);
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Expired);
}

#[tokio::test]
async fn a_lease_that_ran_out_while_locked_is_shredded_before_anything_is_shown() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    // Before the clock is turned: an answer still on its way would put it right.
    device.cut_off(&hub).await;
    device.engine.lock().await;
    device.pass(14 * 60);
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert!(device.state().held.is_empty());
}

#[tokio::test]
async fn opening_again_under_a_shorter_lease_does_not_keep_the_longer() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    hub.world().lease_minutes = 30;
    device.engine.open_record(&person, Permission::Recorded).await.unwrap();
    device.cut_off(&hub).await;
    device.pass(31);
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Expired);
}
