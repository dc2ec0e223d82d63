//! What is left of a record when its time is over, when it was taken back, and when its reader leaves: nothing, for
//! somebody who copied all that the device ever wrote and has every key that it still holds.

use std::collections::HashMap;
use std::path::Path;

use shared::identity::StaffId;

use super::device::{Device, bytes_of, p, pin};
use super::hub::{Hub, Letter, document, note_by, patient, staff};
use crate::vault::prober::Copies;

/// Words of the summary, of a letter, of a colleague's note, and of who it is.
const WORDS: [&str; 6] =
    ["Xylographic gout", "Whitlow of the thumb", "Quinsy at noon", "Zanzibar", "9434765919", "1940-02-03"];

/// A device with a record of three documents' worth of words, and copies of all that it wrote.
async fn held() -> (Hub, Device, Copies) {
    let hub = Hub::start().await;
    {
        let mut world = hub.world();
        let person = patient("p1", "9434765919");
        world.documents.insert("p1".into(), document(&person, WORDS[0]));
        let letter = Letter { id: "b1".into(), from: "Elsewhere".into(), url: None, text: document(&person, WORDS[1]) };
        world.letters = Some(HashMap::from([("p1".to_owned(), vec![letter])]));
        let (nurse, now) = (staff("nurse", shared::identity::Role::CareTeamClinician), world.now());
        world.colleague_writes(note_by(&nurse, "p1", WORDS[2]), now);
    }
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    let noted = || async { !device.engine.record(&p("p1")).await.unwrap().notes.is_empty() };
    device.engine.sync_now();
    loop {
        let seen = device.state().revision;
        if noted().await {
            break;
        }
        device.until("more", |state| state.revision > seen).await;
    }
    let mut copies = Copies::default();
    copies.take(&device.engine.inner.open().unwrap().vault);
    let opened = tell(&copies, &device);
    for words in WORDS {
        assert!(opened.contains(words), "the keys that are held open the record: {words}");
    }
    (hub, device, copies)
}

/// What opens.
fn tell(copies: &Copies, device: &Device) -> String {
    let secret = std::fs::read(device.folder.path().join("device").join("secret")).unwrap();
    copies.opened(&device.engine.inner.open().unwrap().vault, &secret)
}

/// How many files hold any of these bytes.
fn files_with(folder: &Path, bytes: &[u8]) -> usize {
    let count = |path: &Path| {
        let all = bytes_of(path);
        usize::from(all.windows(bytes.len()).any(|window| window == bytes))
    };
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files_with(&path, bytes) } else { count(&path) })
        .sum()
}

/// In this run and in the next, in which every key comes from its file.
async fn nothing_is_left(device: Device, mut copies: Copies) {
    assert!(files_with(device.folder.path(), b"DR\x01\x01") > 0, "what is sealed is found in the files");
    let mut device = device;
    for run in 0..2 {
        copies.take(&device.engine.inner.open().unwrap().vault);
        let opened = tell(&copies, &device);
        assert!(!opened.is_empty(), "what is not under a lease opens");
        for words in WORDS {
            assert!(!opened.contains(words), "run {run}: {words} opens");
            assert_eq!(files_with(device.folder.path(), words.as_bytes()), 0, "run {run}: {words} lies open");
        }
        if run == 0 {
            device = device.restart().await;
            device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn nothing_of_a_record_opens_when_its_time_is_over() {
    let (hub, device, copies) = held().await;
    device.cut_off(&hub).await;
    device.pass(13 * 60 + 1);
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"));
    nothing_is_left(device, copies).await;
}

#[tokio::test]
async fn nothing_of_a_record_opens_when_it_was_taken_back() {
    let (hub, device, copies) = held().await;
    device.cut_off(&hub).await;
    hub.world().withdrawn.push("p1".into());
    hub.behave();
    device.engine.sync_now();
    device.until("taken back", |state| state.held.is_empty()).await;
    nothing_is_left(device, copies).await;
}

#[tokio::test]
async fn nothing_of_a_record_opens_when_its_reader_has_signed_out() {
    let (hub, device, copies) = held().await;
    device.cut_off(&hub).await;
    device.engine.sign_out().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    nothing_is_left(device, copies).await;
}
