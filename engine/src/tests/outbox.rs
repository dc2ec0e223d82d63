//! The order of the outbox, second tries, and what only a server can refuse.

use shared::identity::StaffId;
use shared::note::Content;
use shared::sync::{OutboxEntry, OutboxState};

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub};
use crate::store::{self, Outgoing};
use crate::vault::{Kind, Write};

fn is_push(request: &super::hub::Request) -> bool {
    request.method == "POST" && request.path == "/fhir"
}

fn all_sent(state: &crate::State) -> bool {
    !state.outbox.is_empty() && state.outbox.iter().all(|it| matches!(it.state, OutboxState::Sent { .. }))
}

#[tokio::test]
async fn a_clock_turned_back_by_days_reorders_nothing() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.cut_off(&hub).await;
    let mut saved = Vec::new();
    for text in ["Monday", "Friday before", "Later that Friday"] {
        saved.push(device.engine.save_note(&p("p1"), text.into(), Content::default()).await.unwrap());
        device.turn_clock(-3 * 24 * 60);
    }
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let shown: Vec<_> = device.state().outbox.iter().map(|it| it.note).collect();
    assert_eq!(shown, saved, "on the screen as they were written");
    hub.behave();
    device.engine.sync_now();
    device.until("all sent", all_sent).await;
    let stored: Vec<_> = hub.world().notes.iter().map(|n| n["identifier"][0]["value"].clone()).collect();
    assert_eq!(stored, saved.iter().map(ToString::to_string).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_entry_of_an_earlier_version_goes_before_all_that_have_a_place() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.cut_off(&hub).await;
    let new = device.engine.save_note(&p("p1"), "New".into(), Content::default()).await.unwrap();
    let old = device.engine.save_note(&p("p1"), "Old".into(), Content::default()).await.unwrap();
    // As that version wrote it: without a place.
    let vault = &device.engine.open().unwrap().vault;
    let entry: OutboxEntry = store::get(vault, Kind::Outbox, &old.to_string()).await.unwrap().unwrap();
    let mut stored = serde_json::to_value(entry).unwrap();
    stored.as_object_mut().unwrap().remove("seq").unwrap();
    vault.put(vec![Write::json(Kind::Outbox, old.to_string(), &stored).unwrap()]).await.unwrap();
    let (all, unreadable) = Outgoing::all(vault).await.unwrap();
    assert_eq!((all.iter().map(|it| it.entry.note).collect::<Vec<_>>(), unreadable), (vec![old, new], 0));
    let third = device.engine.save_note(&p("p1"), "Third".into(), Content::default()).await.unwrap();
    assert_eq!(Outgoing::all(vault).await.unwrap().0.last().unwrap().entry.note, third);
}

#[tokio::test]
async fn a_server_that_breaks_its_promise_still_has_a_note_once() {
    let hub = Hub::start().await;
    {
        let mut world = hub.world();
        (world.decides_on_consent, world.keeps_its_promise) = (false, false);
    }
    let device = Device::of(&hub, "crew").await;
    let mut lost = 3;
    hub.misbehave(move |request| {
        lost -= i32::from(is_push(request));
        (is_push(request) && lost >= 0).then_some(Fault::DropAfter)
    });
    let id = device.engine.save_note(&p("p1"), "Once".into(), Content::default()).await.unwrap();
    device.until("sent", all_sent).await;
    assert_eq!(hub.world().notes.len(), 1);
    let view = device.state().outbox[0].clone();
    assert_eq!(view.note, id);
}

#[tokio::test]
async fn what_the_record_has_twice_is_told_and_nothing_is_deleted() {
    let hub = Hub::start().await;
    {
        let mut world = hub.world();
        (world.decides_on_consent, world.keeps_its_promise) = (false, false);
    }
    let device = Device::of(&hub, "crew").await;
    let mut pushes = 0;
    hub.misbehave(move |request| {
        pushes += usize::from(is_push(request));
        (is_push(request) && pushes == 1).then_some(Fault::Twice)
    });
    device.engine.save_note(&p("p1"), "Twice".into(), Content::default()).await.unwrap();
    device.until("sent", all_sent).await;
    let state = device.until("told", |s| s.problems.iter().any(|it| it.code == "stored-twice")).await;
    assert!(matches!(state.outbox[0].state, OutboxState::Sent { .. }));
    assert_eq!(hub.world().notes.len(), 2);
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.until("still told", |s| s.problems.iter().any(|it| it.code == "stored-twice")).await;
}

#[tokio::test]
async fn too_large_is_set_aside_and_a_full_service_is_told_and_tried_again() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.cut_off(&hub).await;
    let large = device.engine.save_note(&p("p1"), "Too large".into(), Content::default()).await.unwrap();
    device.engine.save_note(&p("p1"), "Small".into(), Content::default()).await.unwrap();
    device.engine.save_note(&p("p2"), "Of another".into(), Content::default()).await.unwrap();
    hub.misbehave(move |request| match is_push(request) {
        true if request.body.contains(&large.to_string()) => Some(Fault::Status("413 Content Too Large", "")),
        true => Some(Fault::Status("507 Insufficient Storage", "")),
        false => None,
    });
    device.engine.sync_now();
    let state = device.until("told", |s| s.problems.iter().any(|it| it.code == "service-full")).await;
    assert!(!state.outbox.iter().any(|it| matches!(it.state, OutboxState::Sent { .. })));
    hub.misbehave(move |request| {
        (is_push(request) && request.body.contains(&large.to_string()))
            .then_some(Fault::Status("413 Content Too Large", ""))
    });
    device.engine.sync_now();
    let others = |s: &crate::State| s.outbox[1..].iter().all(|it| matches!(it.state, OutboxState::Sent { .. }));
    let state = device.until("the others sent", others).await;
    assert!(
        matches!(&state.outbox[0].state, OutboxState::NeedsAttention(why) if why.status == 413 && !why.reason.is_empty())
    );
    assert!(!state.problems.iter().any(|it| it.code == "service-full"));
}

#[tokio::test]
async fn a_note_that_was_set_aside_can_be_taken_out_and_that_is_written_down_first() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|request| is_push(request).then_some(Fault::Outcome("422 Unprocessable Content")));
    let id = device.engine.save_note(&p("p1"), "Key safe moved".into(), Content::default()).await.unwrap();
    let aside = |s: &crate::State| matches!(s.outbox[0].state, OutboxState::NeedsAttention(_));
    let state = device.until("set aside", aside).await;
    assert!(state.outbox[0].actions.contains(&shared::sync::Action::Export));
    let (text, _) = device.engine.edit_again(id).await.unwrap();
    assert_eq!(text, "Key safe moved");
    let taken = device.engine.export_note(id).await.unwrap();
    let bundle: serde_json::Value = serde_json::from_str(&taken[taken.find("\n{").unwrap()..]).unwrap();
    assert_eq!(bundle["entry"][0]["resource"]["identifier"][0]["value"], id.to_string());
    assert!(taken.contains("ZANZIBAR, Quill") && taken.contains("Test crew") && taken.contains("Key safe moved"));
    let text = "Key safe moved to the left".to_owned();
    let new = device.engine.save_in_place_of(id, text, Content::default()).await.unwrap();
    device.until("refused as well", aside).await;
    assert_eq!(device.state().outbox.iter().map(|it| it.note).collect::<Vec<_>>(), [new], "the old one left");
    assert_eq!(device.engine.edit_again(id).await.unwrap_err().code, "no-such-note");
    hub.behave();
    let told =
        |world: &super::hub::World| world.account.iter().any(|event| event.to_string().contains("note-exported"));
    for _ in 0..2400 {
        if told(&hub.world()) {
            break;
        }
        device.engine.sync_now();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(told(&hub.world()));
    device.engine.send_again(new).await.unwrap();
    device.until("sent", all_sent).await;
    assert_eq!(device.engine.export_note(new).await.unwrap_err().code, "no-such-note");
    assert_eq!(device.engine.edit_again(new).await.unwrap_err().code, "no-such-note");
    assert_eq!(hub.world().notes.len(), 1);
}

#[tokio::test]
async fn writing_a_note_anew_forgets_its_own_draft_and_no_other() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|request| is_push(request).then_some(Fault::Outcome("422 Unprocessable Content")));
    let old = device.engine.save_note(&p("p1"), "Key safe moved".into(), Content::default()).await.unwrap();
    device.until("set aside", |s| matches!(s.outbox[0].state, OutboxState::NeedsAttention(_))).await;
    let anew = crate::form_again(old);
    for form in ["visit", anew.as_str()] {
        device.engine.save_draft(&p("p1"), form, format!("begun in {form}")).await.unwrap();
    }
    device.engine.save_in_place_of(old, "Key safe moved left".into(), Content::default()).await.unwrap();
    let other = device.engine.draft(&p("p1"), "visit").await.unwrap();
    assert_eq!(other.unwrap().reveal(), "begun in visit", "that is another note");
    assert!(device.engine.draft(&p("p1"), &anew).await.unwrap().is_none());
}
