//! The device closes by itself, and keeps what was being written.

use shared::identity::StaffId;

use super::device::{Device, p, pin};
use super::hub::Hub;
use crate::Session;

async fn locked(device: &Device) {
    device.until("locked", |s| matches!(s.session, Session::Locked(_))).await;
}

#[tokio::test]
async fn five_minutes_without_a_touch_lock_and_what_was_being_written_is_safe() {
    let hub = Hub::start().await;
    let device = Device::that_locks(&hub, "crew").await;
    device.hold("p1").await;
    device.engine.save_draft(&p("p1"), "visit", "Half a sen".into()).await.unwrap();
    device.turn_clock(4);
    device.engine.touched();
    device.turn_clock(4);
    assert!(device.engine.record(&p("p1")).await.is_ok(), "touched four minutes ago");
    device.turn_clock(1);
    // A phone that slept wakes up with the vault open: it is closed for every verb before anybody closes it.
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("locked"));
    device.engine.touched();
    locked(&device).await;
    assert!(device.state().held.is_empty() && device.state().outbox.is_empty());
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(
        device.engine.draft(&p("p1"), "visit").await.unwrap().map(|t| t.into_inner()).as_deref(),
        Some("Half a sen")
    );
}

#[tokio::test]
async fn one_minute_out_of_sight_locks_before_anything_is_drawn_again() {
    let hub = Hub::start().await;
    let device = Device::that_locks(&hub, "crew").await;
    device.engine.in_background(true).await;
    device.engine.in_background(false).await;
    assert!(device.is_unlocked());
    device.engine.in_background(true).await;
    device.turn_clock(1);
    device.engine.in_background(false).await;
    assert!(!device.is_unlocked(), "it answers after the vault is closed");
}

#[tokio::test]
async fn a_touch_that_comes_too_late_opens_nothing() {
    let hub = Hub::start().await;
    let device = Device::that_locks(&hub, "crew").await;
    device.turn_clock(6);
    device.engine.touched();
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("locked"));
    locked(&device).await;
}

#[tokio::test]
async fn a_cold_start_is_locked() {
    let hub = Hub::start().await;
    let device = Device::that_locks(&hub, "crew").await.restart().await;
    assert_eq!(device.state().session, Session::SignedOut);
    assert_eq!(device.state().people.len(), 1);
}
