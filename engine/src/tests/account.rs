//! The device's own account of who looked: written before anything is shown, and by whom.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use secrecy::SecretString;
use shared::audit::{Entry, Head, Line, follow};
use shared::identity::StaffId;
use shared::note::Content;

use super::device::{Device, p, pin};
use super::hub::{Hub, staff};
use super::relay::{no_transactions, second_person, with_unsent};
use crate::audit::sha256;
use crate::{Advice, Enrolment, Permission, Session, Wipe};

/// All that is written down, handed over or not.
async fn entries(hub: &Hub, device: &Device) -> Vec<Entry> {
    let batches = device.engine.inner.audit.batches().await.unwrap();
    let here = batches.into_iter().flat_map(|batch| batch.entries);
    let there: Vec<_> = hub.world().account.iter().filter_map(Entry::from_resource).collect();
    let all: BTreeMap<_, _> = here.chain(there).map(|entry| (entry.seq, entry)).collect();
    all.into_values().collect()
}

async fn lines(hub: &Hub, device: &Device) -> Vec<Line> {
    entries(hub, device).await.iter().map(|entry| Line::of(&entry.event)).collect()
}

fn folder(device: &Device) -> PathBuf {
    device.folder.path().join("device").join("audit")
}

/// From now on nothing can be appended: the next opening of the log finds a folder in its place.
async fn spoil(device: Device) -> Device {
    let device = device.restart().await;
    let folder = folder(&device);
    fs::rename(folder.join("log"), folder.join("away")).unwrap();
    fs::create_dir(folder.join("log")).unwrap();
    device
}

#[tokio::test]
async fn what_is_done_with_a_record_is_written_down_by_whom_and_why() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.cut_off(&hub).await;
    hub.behave();
    device.engine.find(super::records::by_number()).await.unwrap();
    device.hold("p1").await;
    device.engine.record(&p("p1")).await.unwrap();
    device.engine.save_note(&p("p1"), "Fell in the bath".into(), Content::default()).await.unwrap();
    device.engine.lock().await;
    device.engine.unlock(&StaffId::new("crew"), SecretString::from("999999")).await.unwrap_err();
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.engine.sign_out().await;

    let all = entries(&hub, &device).await;
    let head = Head::new(device.engine.inner.device_id);
    assert_eq!(follow(&head, &all, sha256).unwrap().seq, all.len() as u64);
    let lines = lines(&hub, &device).await;
    let told: Vec<_> =
        lines.iter().map(|line| (line.action.as_str(), line.patient.as_str(), line.reason.as_str())).collect();
    let expected = [
        ("sign-in", "", ""),
        ("unlock", "", ""),
        ("find-by-number", "p1", ""),
        ("person", "p1", ""),
        ("open", "p1", ""),
        ("note", "p1", ""),
        ("unlock", "", "wrong-pin"),
        ("unlock", "", ""),
        ("shredded", "p1", "signed-out"),
        ("sign-out", "", ""),
    ];
    assert_eq!(told, expected);
    assert!(lines.iter().all(|line| line.staff == "crew" && line.organisation == "T01"));
    assert_eq!((lines[4].purpose.as_str(), lines[6].outcome.as_str()), ("ETREAT", "4"));
    let opened = all[4].event.to_string();
    assert!(opened.contains("data-age-s") && opened.contains("urn:uuid"), "{opened}");
    for word in ["Zanzibar", "Quill", "9434765919", "Gout", "1940", "bath"] {
        assert!(!all.iter().any(|entry| entry.event.to_string().contains(word)), "{word}");
    }
}

#[tokio::test]
async fn a_look_after_a_while_or_after_unlocking_is_another() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.cut_off(&hub).await;
    let before = entries(&hub, &device).await.len();
    device.engine.record(&p("p1")).await.unwrap();
    device.engine.record(&p("p1")).await.unwrap();
    assert_eq!(entries(&hub, &device).await.len(), before, "the screen that was just opened is drawn again");
    device.engine.lock().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.engine.record(&p("p1")).await.unwrap();
    let last = lines(&hub, &device).await.pop().unwrap();
    assert_eq!((last.action.as_str(), last.patient.as_str(), last.outcome.as_str()), ("record", "p1", "0"));
    device.pass(12 * 60 + 30);
    device.engine.record(&p("p1")).await.unwrap();
    let last = lines(&hub, &device).await.pop().unwrap();
    assert_eq!((last.action.as_str(), last.outcome.as_str(), last.reason.as_str()), ("record", "4", "lease-expired"));
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_shown() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    let device = spoil(device).await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    let refused = device.engine.record(&p("p1")).await.err().unwrap();
    assert_eq!((refused.code, refused.advice), ("account-not-written", Advice::CallServiceDesk));
    let refused = device.engine.source(&p("p1"), 0, 0).await.unwrap_err();
    assert_eq!(refused.code, "account-not-written");
    let refused = device.engine.open_record(&person, Permission::Recorded).await.unwrap_err();
    assert_eq!(refused.code, "account-not-written");
    assert_eq!(device.engine.find(super::records::by_number()).await.unwrap_err().code, "account-not-written");
    device.engine.save_note(&p("p1"), "A note is never lost for it".into(), Content::default()).await.unwrap();
    device.until("said", |s| s.problems.iter().any(|problem| problem.code == "account-not-written")).await;

    let folder = folder(&device);
    fs::remove_dir(folder.join("log")).unwrap();
    fs::rename(folder.join("away"), folder.join("log")).unwrap();
    assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some());
    device.until("over", |s| !s.problems.iter().any(|problem| problem.code == "account-not-written")).await;
}

#[tokio::test]
async fn behind_broken_glass_the_record_is_shown_and_the_want_of_an_account_is_said() {
    let hub = Hub::start().await;
    // A signed lease could not be changed into another purpose.
    hub.world().signs = None;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.cut_off(&hub).await;
    let open = device.engine.inner.open().unwrap();
    let mut record = crate::store::Held::get(&open.vault, &p("p1")).await.unwrap().unwrap();
    record.lease.purpose = shared::consent::Purpose::BreakGlass;
    open.vault.put(vec![record.write().unwrap()]).await.unwrap();
    drop(open);
    let device = spoil(device).await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some());
    device.until("said", |s| s.problems.iter().any(|problem| problem.code == "account-not-written")).await;
}

#[tokio::test]
async fn damage_is_told_and_stands_in_the_account() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.cut_off(&hub).await;
    let device = device.restart().await;
    let path = folder(&device).join("log");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.until("told", |s| s.problems.iter().any(|problem| problem.code == "account-damaged")).await;
    assert!(lines(&hub, &device).await.iter().any(|line| line.action == "account-damaged" && line.outcome == "8"));
    assert_eq!(fs::read(folder(&device).join("log.damaged-1")).unwrap(), bytes);
}

#[tokio::test]
async fn every_fiftieth_entry_is_signed_by_the_device() {
    let hub = Hub::start().await;
    let device = Device::new(&hub).await;
    let inner = &device.engine.inner;
    let someone = staff("crew", shared::identity::Role::EmergencyClinician);
    for _ in 0..103 {
        inner.audit.append(inner.event(shared::audit::Act::SignIn, "unlock", Some(&someone))).await.unwrap();
    }
    let batches = inner.audit.batches().await.unwrap();
    assert_eq!(batches.iter().map(|batch| batch.entries.len()).collect::<Vec<_>>(), [50, 50, 3]);
    let public = inner.device.signing_key().unwrap().public();
    for batch in &batches[..2] {
        let signature = batch.signature.as_deref().unwrap();
        keys::verify_raw(&public, &batch.head.to_sign(), signature).unwrap();
    }
    assert!(batches[2].signature.is_none(), "that one is signed when it is handed over");
}

/// The middle of so many tries, milliseconds.
async fn median<F: Future<Output = ()>>(mut work: impl FnMut() -> F) -> f64 {
    let mut took = Vec::new();
    for _ in 0..201 {
        let started = std::time::Instant::now();
        work().await;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    took[took.len() / 2]
}

/// `cargo xtask bench` runs it: what writing a look down adds to showing a record that is held.
#[tokio::test]
#[ignore = "measures, and proves nothing"]
async fn what_writing_a_look_down_costs() {
    use std::io::Write as _;
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    device.cut_off(&hub).await;
    let (inner, open) = (&device.engine.inner, device.engine.inner.open().unwrap());
    let record = crate::store::Held::get(&open.vault, &p("p1")).await.unwrap().unwrap();
    let written =
        median(|| async { inner.audit.append(inner.look("record", &open, &record, false)).await.unwrap() }).await;
    let shown = median(|| async { drop(device.engine.record(&p("p1")).await.unwrap()) }).await;
    let ratio = (written + shown) / shown;
    let line =
        format!("a look written down {written:.2} ms, a record shown without it {shown:.2} ms, with it x{ratio:.1}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

#[tokio::test]
async fn what_ends_by_itself_or_for_good_is_written_down() {
    let hub = Hub::start().await;
    let device = Device::that_locks(&hub, "crew").await;
    // An answer still on its way would put the clock right between two tries.
    device.cut_off(&hub).await;
    device.turn_clock(6);
    device.engine.touched();
    device.until("locked", |s| matches!(s.session, Session::Locked(_))).await;
    let crew = StaffId::new("crew");
    for _ in 0..10 {
        device.pass(61);
        device.engine.unlock(&crew, SecretString::from("000000")).await.unwrap_err();
    }
    device.engine.unlock(&crew, pin()).await.unwrap_err();
    let lines = lines(&hub, &device).await;
    let with = |action: &str, reason: &str| lines.iter().filter(|l| l.action == action && l.reason == reason).count();
    assert_eq!(with("lock", "nobody-there"), 1);
    assert_eq!(with("keys-destroyed", "wrong-pins"), 1, "once, however often it is asked for afterwards");
    assert!(lines.iter().all(|line| line.staff == "crew"));
}

#[tokio::test]
async fn who_handed_over_a_colleagues_note_and_who_emptied_the_device_is_known_to_the_service() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    hub.behave();
    hub.misbehave(no_transactions);
    second_person(&device).await;
    device.until("delivered", |s| s.device.relayed == 0 && s.sync.last_success.is_some()).await;
    hub.behave();
    device.engine.wipe(Wipe::WhenAllIsSent).await.unwrap();
    let there: Vec<_> =
        hub.world().account.iter().filter_map(Entry::from_resource).map(|e| Line::of(&e.event)).collect();
    let by = |action: &str| there.iter().filter(|l| l.action == action).map(|l| l.staff.as_str()).collect::<Vec<_>>();
    assert_eq!(by("note-relayed"), ["nurse"]);
    assert_eq!(by("device-wiped"), ["nurse"]);
}

#[tokio::test]
async fn a_revoked_device_writes_down_whose_keys_it_destroyed() {
    let hub = Hub::start().await;
    let device = with_unsent(&hub).await;
    hub.behave();
    hub.world().revoked = true;
    device.engine.sync_now();
    device.until("revoked", |s| s.device.enrolment == Enrolment::Revoked).await;
    let lines = lines(&hub, &device).await;
    let gone: Vec<_> = lines.iter().filter(|l| l.action == "keys-destroyed").map(|l| (&*l.staff, &*l.reason)).collect();
    assert_eq!(gone, [("crew", "device-revoked")]);
}
