//! `kill -9` while notes are saved: of every note that was said to be saved there is a copy in its author's vault and
//! one beside it.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use shared::identity::{Role, StaffId};
use shared::note::Content;

use super::device::{p, pin};
use super::hub::staff;
use crate::store::Outgoing;
use crate::vault::{Device, Enrolled, Limits, SecretPlace};
use crate::{Config, Engine, Options};

const FOLDER: &str = "DOORSTEP_RELAY_KILL";
const NOWHERE: &str = "http://127.0.0.1:9/fhir";

/// The other side: saves notes until it is killed. Does nothing unless the test below starts it.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let config = Config { folder: PathBuf::from(folder), base_url: NOWHERE.into() };
    let options = Options { vault: Limits::cheap_for_tests(), secret: SecretPlace::File, ..Options::default() };
    let engine = Engine::start_with(config, options).await.unwrap();
    engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    for number in 0.. {
        let note = engine.save_note(&p("p1"), format!("Note {number}"), Content::default()).await.unwrap();
        std::io::stderr().write_all(format!("saved {note}\n").as_bytes()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_saved_note_is_in_two_places_after_kill_9_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::open_for_tests(folder.path()).unwrap();
    let person = staff("crew", Role::EmergencyClinician);
    device.create_vault(&person, &pin(), Timestamp::UNIX_EPOCH).await.unwrap().close().await;
    let relay_key = keys::RelayKey::generate().unwrap().public().unwrap().to_text();
    let enrolled = Enrolled { relay_key, since: Timestamp::UNIX_EPOCH, revoked: false };
    device.change_service(NOWHERE, |service| service.enrolled = Some(enrolled)).unwrap();

    let mut saved = HashSet::new();
    for kill in 0..25u64 {
        saved.extend(run_and_kill(folder.path(), Duration::from_micros(500 + kill * 3_700)));
        let relay = device.relay();
        let (waiting, damaged) = relay.waiting().unwrap();
        let staged = relay.unsettled().unwrap();
        let beside: HashSet<_> = waiting.iter().chain(&staged).map(|note| note.note.to_string()).collect();
        assert!(saved.is_subset(&beside), "kill {kill}: a saved note is not beside the vault");
        assert!(damaged == 0 && staged.len() <= 1, "kill {kill}: {damaged} damaged, {} staged", staged.len());
        let vault = device.unlock(&person.id, &pin(), Timestamp::UNIX_EPOCH).await.unwrap();
        let (outgoing, unreadable) = Outgoing::all(&vault).await.unwrap();
        let inside: HashSet<_> = outgoing.iter().map(|out| out.entry.note.to_string()).collect();
        vault.close().await;
        assert!(saved.is_subset(&inside) && unreadable == 0, "kill {kill}: a saved note is not in the vault");
        // Who delivers it must not deliver what was never saved.
        assert!(waiting.iter().all(|note| inside.contains(&note.note.to_string())), "kill {kill}: too many");
    }
    assert!(saved.len() > 25, "only {} notes were saved", saved.len());
    // Ten wrong PINs now: the vault is gone, and each of them is still there.
    for minute in 0..10 {
        let at = Timestamp::from_second(minute * 3600).unwrap();
        let _ = device.unlock(&person.id, &SecretString::from("000000"), at).await;
    }
    assert!(device.people(Timestamp::UNIX_EPOCH).unwrap()[0].destroyed.is_some());
    let (waiting, _) = device.relay().waiting().unwrap();
    let beside: HashSet<_> = waiting.iter().map(|note| note.note.to_string()).collect();
    assert!(saved.is_subset(&beside));
}

fn run_and_kill(folder: &Path, after: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::relay_kill::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut saved: Vec<_> = lines.by_ref().find(|line| line.starts_with("saved ")).into_iter().collect();
    std::thread::sleep(after);
    child.kill().unwrap();
    assert!(child.wait().unwrap().code().is_none(), "it ended by itself");
    saved.extend(lines);
    saved.iter().filter_map(|line| line.strip_prefix("saved ").map(str::to_owned)).collect()
}
