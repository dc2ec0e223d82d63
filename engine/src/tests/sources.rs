//! Several documents of one person: all held under one lease, and none costing another.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use shared::identity::StaffId;

use super::device::{Device, bytes_of, p, pin};
use super::hub::{Fault, Hub, Letter, document, patient};
use crate::{Permission, RecordView};

const FHIR: &str = "application/fhir+json";

/// Words that compress badly, so that the document is a file of its own.
fn long(words: &str) -> String {
    let mut seed = words.len() as u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:016x}", seed ^ (seed >> 29))
    };
    format!("{words} {}", (0..1200).map(|_| next()).collect::<String>())
}

fn letter(id: &str, from: &str, words: &str) -> Letter {
    let text = document(&patient("elsewhere-1", "9434765919"), &long(words));
    Letter { id: id.into(), from: from.into(), url: None, text }
}

/// A hub where `p1` has two letters beside the summary.
async fn hub() -> Hub {
    let hub = Hub::start().await;
    let letters = vec![letter("b1", "Far Hospice", "Asthma"), letter("b2", "Near Hospital", "Pneumonia")];
    hub.world().letters = Some(HashMap::from([("p1".to_owned(), letters)]));
    hub
}

fn change(hub: &Hub, id: &str, to: impl FnOnce(&mut Letter)) {
    let mut world = hub.world();
    let letters = world.letters.as_mut().unwrap().get_mut("p1").unwrap();
    to(letters.iter_mut().find(|letter| letter.id == id).unwrap());
}

/// The names of the sources, in order.
fn names(view: &RecordView) -> Vec<String> {
    view.summary.as_ref().unwrap().sources.iter().map(|source| source.name.clone()).collect()
}

fn missing(view: &RecordView) -> Vec<(&str, &str)> {
    view.missing_sources.iter().map(|m| (m.name.as_str(), m.reason.as_str())).collect()
}

fn says(view: &RecordView, words: &str) -> bool {
    serde_json::to_string(&**view.summary.as_ref().unwrap()).unwrap().contains(words)
}

async fn view(device: &Device) -> RecordView {
    device.engine.record(&p("p1")).await.unwrap()
}

async fn open(device: &Device) {
    let person = device.person("p1").await;
    device.engine.open_record(&person, Permission::Recorded).await.unwrap();
}

#[tokio::test]
async fn all_documents_of_a_person_are_held_merged_and_read_without_signal() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.cut_off(&hub).await;
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let view = view(&device).await;
    assert_eq!(names(&view)[1..], ["Far Hospice", "Near Hospital"]);
    assert!(["Gout", "Asthma", "Pneumonia"].iter().all(|words| says(&view, words)));
    assert!(view.missing_sources.is_empty());
    let sources = &view.summary.as_ref().unwrap().sources;
    assert!(sources.iter().all(|source| source.retrieved.parse::<jiff::Timestamp>().is_ok()));
    for (at, words) in ["Gout", "Asthma", "Pneumonia"].into_iter().enumerate() {
        let raw = device.engine.source(&p("p1"), at, 2).await.unwrap();
        assert!(raw.reveal().contains(words), "document {at}");
    }
    assert_eq!(device.engine.source(&p("p1"), 3, 2).await.unwrap_err().code, "no-such-entry");
}

#[tokio::test]
async fn what_one_source_does_costs_no_other_and_is_said() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    let somebody = document(&patient("p2", "9434765870"), "Scurvy");
    let cases = [
        (Fault::Body(FHIR, somebody), "about this person"),
        (Fault::Body(FHIR, "{\"resourceType\":\"Bundle\",".into()), "cannot be read"),
        (Fault::Body(FHIR, "{\"resourceType\":\"Patient\"}".into()), "cannot be read"),
        (Fault::Body("text/html", "<html>".into()), "not answer"),
        (Fault::Body(FHIR, " ".repeat(9 << 20)), "cannot be read"),
        (Fault::Status("500 Oops", ""), "not answer"),
        (Fault::DropBefore, "not answer"),
        (Fault::CutAfter, "not answer"),
        (Fault::Status("302 Found", "Location: https://portal.example/\r\n"), "not answer"),
        (Fault::Status("404 Not Found", ""), "does not give"),
        (Fault::Status("403 Forbidden", ""), "does not give"),
    ];
    for (fault, why) in cases {
        hub.misbehave(move |r| r.path.ends_with("Bundle/b1").then(|| fault.clone()));
        device.engine.sign_out().await;
        hub.world().token_taken = true;
        device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
        device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
        open(&device).await;
        let view = view(&device).await;
        assert_eq!(names(&view)[1..], ["Near Hospital"], "{why}");
        assert!(says(&view, "Gout") && says(&view, "Pneumonia") && !says(&view, "Scurvy"), "{why}");
        let missing = missing(&view);
        assert!(missing.len() == 1 && missing[0].0 == "Far Hospice" && missing[0].1.contains(why), "{why}");
        assert!(matches!(device.state().link, crate::Link::Online { .. }), "one source is not the link: {why}");
        let raw = device.engine.source(&p("p1"), 1, 2).await.unwrap();
        assert!(raw.reveal().contains("Pneumonia"), "the index is that of the sources shown");
    }
}

#[tokio::test]
async fn a_source_that_does_not_answer_keeps_its_older_copy_with_its_age() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let before = view(&device).await.summary.unwrap().sources.clone();
    hub.world().ahead = jiff::SignedDuration::from_secs(90);
    change(&hub, "b2", |letter| letter.text = document(&patient("p1", "9434765919"), "Sepsis"));
    hub.misbehave(|r| r.path.ends_with("Bundle/b1").then_some(Fault::DropBefore));
    open(&device).await;
    let now = view(&device).await;
    let after = &now.summary.as_ref().unwrap().sources;
    assert!(says(&now, "Asthma") && says(&now, "Sepsis") && !says(&now, "Pneumonia"));
    assert_eq!(after[1].retrieved, before[1].retrieved, "as old as it is");
    assert_ne!(after[2].retrieved, before[2].retrieved);
    let missing = missing(&now);
    assert!(missing.len() == 1 && missing[0].0 == "Far Hospice" && missing[0].1.contains("with its age"));

    // Nobody says which documents there are: all that is held stays.
    hub.misbehave(|r| r.query.contains_key("type").then_some(Fault::Status("503 Busy", "")));
    open(&device).await;
    let now = view(&device).await;
    assert!(says(&now, "Asthma") && says(&now, "Sepsis"));
    assert!(now.missing_sources.iter().any(|m| m.name == "Other sources") && now.missing_sources.len() == 3);

    // It is there no longer, or may not be seen any more: nothing of it stays.
    hub.misbehave(|r| r.path.ends_with("Bundle/b1").then_some(Fault::Status("403 Forbidden", "")));
    open(&device).await;
    assert!(!says(&view(&device).await, "Asthma"));
    hub.behave();
    hub.world().letters.as_mut().unwrap().clear();
    open(&device).await;
    let now = view(&device).await;
    assert!(names(&now).len() == 1 && now.missing_sources.is_empty());
}

#[tokio::test]
async fn an_older_copy_does_not_live_on_under_a_narrower_permit() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let vault = &device.engine.inner.open().unwrap().vault;
    let mut held = crate::store::Held::get(vault, &p("p1")).await.unwrap().unwrap();
    held.lease.residual = shared::consent::Residual::ForbidVeryRestricted;
    vault.put(vec![held.write().unwrap()]).await.unwrap();
    hub.misbehave(|r| r.path.ends_with("Bundle/b1").then_some(Fault::DropBefore));
    open(&device).await;
    assert!(!says(&view(&device).await, "Asthma"), "it was fetched under a permit that opened more");
}

#[tokio::test]
async fn a_slow_source_keeps_nobody_waiting_and_follows() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(|r| r.path.ends_with("Bundle/b2").then_some(Fault::Late(Duration::from_secs(5))));
    open(&device).await;
    let first = view(&device).await;
    assert!(says(&first, "Gout") && !says(&first, "Pneumonia"));
    assert!(first.missing_sources.iter().any(|m| m.reason.contains("Still being asked")));
    for _ in 0..1000 {
        if view(&device).await.missing_sources.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let whole = view(&device).await;
    assert_eq!(names(&whole)[1..], ["Far Hospice", "Near Hospital"]);
    assert!(whole.missing_sources.is_empty() && says(&whole, "Pneumonia"));
}

#[tokio::test]
async fn what_came_late_for_a_lease_that_is_no_more_is_thrown_away() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(|r| r.path.contains("Bundle/").then_some(Fault::Late(Duration::from_millis(1300))));
    open(&device).await;
    hub.world().decisions.insert("p1".into(), "opt-out");
    open(&device).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"));
    assert_eq!(objects(device.folder.path()), 0);
}

#[tokio::test]
async fn an_opening_that_was_cut_off_in_the_middle_says_so_after_the_restart() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(|r| r.path.contains("Bundle/").then_some(Fault::Late(Duration::from_secs(5))));
    open(&device).await;
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let now = view(&device).await;
    assert!(says(&now, "Gout") && !says(&now, "Asthma"));
    assert!(missing(&now)[0].1.contains("not asked to the end"), "{:?}", missing(&now));
    hub.behave();
    open(&device).await;
    assert!(view(&device).await.missing_sources.is_empty() && says(&view(&device).await, "Asthma"));
}

#[tokio::test]
async fn what_did_not_change_is_not_transferred_again() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let before = view(&device).await;
    hub.world().ahead = jiff::SignedDuration::from_secs(90);
    change(&hub, "b1", |letter| letter.text = document(&patient("p1", "9434765919"), "Sepsis"));
    let asked = hub.world().requests.len();
    open(&device).await;
    let now = view(&device).await;
    assert!(says(&now, "Gout") && says(&now, "Sepsis") && says(&now, "Pneumonia"));
    assert!(now.retrieved > before.retrieved, "as fresh as the answer that said so");
    assert!(hub.world().requests.len() > asked);
    assert_eq!(now.missing_sources.len(), 0);
    let vault = &device.engine.inner.open().unwrap().vault;
    let held = crate::store::Held::get(vault, &p("p1")).await.unwrap().unwrap();
    assert!(held.etag.is_some() && held.replaces.is_none());
}

#[tokio::test]
async fn what_is_held_elsewhere_is_told_and_nothing_is_sent_there() {
    let hub = hub().await;
    change(&hub, "b1", |letter| letter.url = Some("http://127.0.0.1:9/fhir/Bundle/b1".into()));
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let now = view(&device).await;
    assert_eq!(names(&now)[1..], ["Near Hospital"]);
    assert!(missing(&now)[0].0 == "Far Hospice" && missing(&now)[0].1.contains("Held elsewhere"));
}

#[tokio::test]
async fn a_server_of_another_kind_has_one_document_and_nothing_is_missing() {
    let hub = Hub::start().await;
    (hub.world().decides_on_consent, hub.world().letters) = (false, None);
    let device = Device::of(&hub, "nurse").await;
    device.hold("p1").await;
    let now = view(&device).await;
    assert!(names(&now).len() == 1 && now.missing_sources.is_empty());
    hub.misbehave(|r| r.query.contains_key("type").then(|| Fault::Body(FHIR, "{\"resourceType\":\"Basic\"}".into())));
    open(&device).await;
    assert!(view(&device).await.missing_sources.is_empty(), "a strange answer is no missing source");
}

#[tokio::test]
async fn every_end_of_a_lease_destroys_all_of_them() {
    let hub = hub().await;
    let ends = ["replaced", "refused", "signed out", "run out"];
    for end in ends {
        let device = Device::of(&hub, "crew").await;
        device.hold("p1").await;
        assert_eq!(objects(device.folder.path()), 3, "three documents, three files");
        match end {
            "replaced" => {
                hub.world().letters.as_mut().unwrap().get_mut("p1").unwrap().remove(0);
                open(&device).await;
            }
            "refused" => {
                hub.world().decisions.insert("p1".into(), "opt-out");
                open(&device).await;
            }
            "signed out" => device.engine.sign_out().await,
            _ => {
                device.cut_off(&hub).await;
                device.pass(14 * 60);
                assert!(device.engine.record(&p("p1")).await.is_err());
            }
        }
        hub.behave();
        hub.world().decisions.insert("p1".into(), "PERMIT");
        let left = if end == "replaced" { 2 } else { 0 };
        assert_eq!(objects(device.folder.path()), left, "{end}");
        for words in ["Gout", "Asthma", "Pneumonia", "Far Hospice", "Zanzibar"] {
            assert!(!anywhere(device.folder.path(), words.as_bytes()), "{words} lies open after {end}");
        }
        if end == "replaced" {
            hub.world()
                .letters
                .as_mut()
                .unwrap()
                .get_mut("p1")
                .unwrap()
                .insert(0, letter("b1", "Far Hospice", "Asthma"));
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn objects(folder: &Path) -> usize {
    files(folder).iter().filter(|path| path.components().any(|part| part.as_os_str() == "objects")).count()
}

fn anywhere(folder: &Path, words: &[u8]) -> bool {
    files(folder).iter().any(|path| bytes_of(path).windows(words.len()).any(|part| part == words))
}

/// What an earlier version sealed: one document, and beside it what it knew.
#[tokio::test]
async fn a_vault_of_an_earlier_version_opens() {
    let hub = hub().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let vault = &device.engine.inner.open().unwrap().vault;
    let held = crate::store::Held::get(vault, &p("p1")).await.unwrap().unwrap();
    let mut json: Value = serde_json::to_value(&held).unwrap();
    for field in ["etag", "further", "missing", "asking"] {
        json.as_object_mut().unwrap().remove(field).unwrap();
    }
    let write = crate::vault::Write::json(crate::vault::Kind::Lease, "p1", &json).unwrap().leased(held.lease.id);
    vault.put(vec![write]).await.unwrap();
    let now = view(&device).await;
    assert!(says(&now, "Gout") && names(&now).len() == 1 && now.missing_sources.is_empty());
    open(&device).await;
    assert_eq!(names(&view(&device).await).len(), 3);
}
