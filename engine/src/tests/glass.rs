//! Broken glass on the device: the PIN again, the reason, and what is done where there is no signal.

use secrecy::SecretString;
use shared::consent::GlassReason;
use shared::identity::Demographics;

use super::device::{Device, p, pin};
use super::hub::Hub;
use crate::store::Held;
use crate::{GlassOutcome, Link, Unsent, Wipe};

const WORDS: &str = "Found on the floor, no answer";

async fn broken(device: &Device, words: &str, pin: SecretString) -> Result<GlassOutcome, &'static str> {
    let person = device.person("p1").await;
    let done = device.engine.break_glass(&person, GlassReason::Unconscious, words, pin).await;
    done.map_err(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_a_reason_and_the_pin_and_a_wrong_one_counts() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    assert_eq!(broken(&device, "Too short", pin()).await, Err("reason-too-short"));
    for _ in 0..5 {
        assert_eq!(broken(&device, WORDS, SecretString::from("000000")).await, Err("wrong-pin"));
    }
    assert_eq!(broken(&device, WORDS, pin()).await, Err("too-soon"), "the right one has to wait as well");
    assert_eq!(hub.world().count("consent-decision"), 1, "nothing was asked of the service");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_signal_a_record_whose_time_is_over_is_no_held_record() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let person = device.person("p1").await;
    device.cut_off(&hub).await;
    device.pass(12 * 60 + 1);
    let refused = device.engine.break_glass(&person, GlassReason::Unconscious, WORDS, pin()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("break-glass-needs-signal"));
    assert_eq!(device.state().declared, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_signal_it_is_declared_on_a_held_record_only_and_kept() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let stranger = device.person("p2").await;
    device.cut_off(&hub).await;
    let refused = device.engine.break_glass(&stranger, GlassReason::Other, WORDS, pin()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("break-glass-needs-signal"));
    assert_eq!(device.state().declared, 0);
    let before = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!(broken(&device, WORDS, pin()).await, Ok(GlassOutcome::Declared));
    assert_eq!(device.engine.inner.device.only_here().unwrap().len(), 1, "and its keys are not destroyed unasked");
    let after = device.engine.record(&p("p1")).await.unwrap();
    assert!(after.declared.is_some() && after.lease == before.lease, "nothing more is opened, and nothing longer");
    let device = device.restart().await;
    device.engine.unlock(&shared::identity::StaffId::new("crew"), pin()).await.unwrap();
    device.until("kept", |state| state.declared == 1).await;
    assert!(!matches!(device.state().link, Link::Online { .. }));
    // Nobody wipes it away unasked: neither who declared it nor a colleague.
    let left = device.engine.unsent().await.unwrap();
    assert_eq!(left, Unsent { declared: 1, ..Unsent::default() });
    assert_eq!(device.engine.wipe(Wipe::WhenAllIsSent).await.unwrap_err().code, "unsent-notes");
    device.engine.lock().await;
    assert_eq!(device.engine.unsent().await.unwrap(), Unsent { locked_away: 1, ..Unsent::default() });
}

/// The next wrong PIN, however long it has to wait for its turn.
async fn one_more_wrong_pin(device: &Device, person: &Demographics) -> &'static str {
    loop {
        let pin = SecretString::from("000000");
        match device.engine.break_glass(person, GlassReason::Unconscious, WORDS, pin).await {
            Err(error) if error.code == "too-soon" => device.pass(61),
            done => return done.unwrap_err().code,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenth_wrong_pin_destroys_the_keys_and_takes_the_screen_with_it() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    for _ in 1..10 {
        assert_eq!(one_more_wrong_pin(&device, &person).await, "wrong-pin");
    }
    assert!(device.is_unlocked());
    assert_eq!(one_more_wrong_pin(&device, &person).await, "keys-destroyed");
    assert!(!device.is_unlocked() && device.state().held.is_empty(), "an open screen over destroyed keys");
    assert!(device.state().people[0].destroyed.is_some());
}

/// Marks a held record as one that must not outlive the screen.
async fn must_close(device: &Device) {
    let open = device.engine.inner.open().unwrap();
    let mut record = Held::get(&open.vault, &p("p1")).await.unwrap().unwrap();
    record.closes_with_screen = true;
    open.vault.put(vec![record.write().unwrap()]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_outlive_the_screen_is_destroyed_by_locking_and_by_the_person() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let crew = shared::identity::StaffId::new("crew");
    device.hold("p1").await;
    must_close(&device).await;
    device.engine.lock().await;
    device.engine.unlock(&crew, pin()).await.unwrap();
    assert!(device.state().held.is_empty() && device.engine.record(&p("p1")).await.is_err(), "locked");
    device.hold("p1").await;
    must_close(&device).await;
    device.engine.end_break_glass(&p("p1")).await.unwrap();
    assert!(device.state().held.is_empty() && device.engine.record(&p("p1")).await.is_err(), "ended");
    device.hold("p1").await;
    device.engine.lock().await;
    device.engine.unlock(&crew, pin()).await.unwrap();
    assert_eq!(device.state().held.len(), 1, "an ordinary record stays");
}
