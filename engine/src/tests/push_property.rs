//! Whatever the network does to a push: every note ends in the record exactly once.

use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;
use shared::note::Content;
use shared::sync::OutboxState;

use super::device::{Device, p};
use super::hub::{Fault, Hub};

fn fault() -> impl Strategy<Value = Option<Fault>> {
    prop_oneof![
        2 => Just(None),
        2 => Just(Some(Fault::DropBefore)),
        3 => Just(Some(Fault::DropAfter)),
        3 => Just(Some(Fault::CutAfter)),
        2 => Just(Some(Fault::Status("500 Internal Server Error", ""))),
        1 => Just(Some(Fault::Status("429 Too Many Requests", "Retry-After: 1\r\n"))),
        1 => Just(Some(Fault::Status("503 Service Unavailable", "Retry-After: 600\r\n"))),
        1 => Just(Some(Fault::Body("text/html", "<html>portal</html>".into()))),
        1 => Just(Some(Fault::Body("application/fhir+json", "{\"resourceType\":\"Bun".into()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn every_note_is_sent_exactly_once(
        faults in proptest::collection::vec(fault(), 0..14),
        patients in proptest::collection::vec(1..3u8, 1..6),
        killed_after in proptest::option::of(0..4usize),
        turned_back_after in proptest::option::of(0..4usize),
        plain in proptest::bool::ANY,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let story = Story { faults, patients, killed_after, turned_back_after, plain: plain && killed_after.is_none() };
        runtime.block_on(push_through(story));
    }
}

struct Story {
    faults: Vec<Option<Fault>>,
    patients: Vec<u8>,
    killed_after: Option<usize>,
    /// After so many notes the clock is turned back by days.
    turned_back_after: Option<usize>,
    /// The server is one that stores twice what is sent twice.
    plain: bool,
}

async fn push_through(story: Story) {
    let Story { faults, patients, killed_after, turned_back_after, plain } = story;
    let hub = Hub::start().await;
    if plain {
        let mut world = hub.world();
        (world.decides_on_consent, world.keeps_its_promise) = (false, false);
    }
    let mut device = Device::of(&hub, "crew").await;
    let mut faults = VecDeque::from(faults);
    // Only the push is disturbed: whether other requests succeed must not matter to it.
    hub.misbehave(move |r| if r.method == "POST" && r.path == "/fhir" { faults.pop_front().flatten() } else { None });
    let mut saved = Vec::new();
    for (n, patient) in patients.iter().enumerate() {
        saved.push(
            device.engine.save_note(&p(&format!("p{patient}")), format!("note {n}"), Content::default()).await.unwrap(),
        );
        if turned_back_after == Some(n) {
            device.turn_clock(-3 * 24 * 60);
        }
        if killed_after == Some(n) {
            device = device.restart().await;
            device.engine.unlock(&shared::identity::StaffId::new("crew"), super::device::pin()).await.unwrap();
        }
    }
    let all_sent = |s: &crate::State| {
        s.outbox.len() == saved.len() && s.outbox.iter().all(|i| matches!(i.state, OutboxState::Sent { .. }))
    };
    for _ in 0..2400 {
        if all_sent(&device.state()) {
            break;
        }
        device.engine.sync_now();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(all_sent(&device.state()), "{:?}", device.state().outbox);
    let mut expected: Vec<_> = saved.iter().map(ToString::to_string).collect();
    let notes = hub.world().notes.clone();
    let mut stored: Vec<_> = notes.iter().map(|n| n["identifier"][0]["value"].as_str().unwrap().to_owned()).collect();
    for patient in ["Patient/p1", "Patient/p2"] {
        let of = |list: &[String]| {
            let mine = |id: &&String| {
                notes.iter().any(|n| n["identifier"][0]["value"] == **id && n["subject"]["reference"] == patient)
            };
            list.iter().filter(mine).cloned().collect::<Vec<_>>()
        };
        assert_eq!(of(&stored), of(&expected), "in the order they were written");
    }
    stored.sort();
    expected.sort();
    assert_eq!(stored, expected, "each once, none lost");
}
