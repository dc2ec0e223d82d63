//! `kill -9` while the account is written, handed over and forgotten: nothing that was told to be written is missing,
//! and what is here and what was handed over are one chain without a gap or a fork.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use shared::audit::{Act, Entry, Event, Head, Observer, follow};
use uuid::Uuid;

use crate::audit::{Account, sha256};
use crate::vault::Device;

const FOLDER: &str = "DOORSTEP_ACCOUNT_KILL_FOLDER";

fn kills() -> u64 {
    std::env::var("DOORSTEP_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// The other side: writes, and after every seventh event hands over all there is. Run by the test below in a process
/// of its own; does nothing otherwise.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let device = Device::open_for_tests(folder).unwrap();
    let observer = || Observer::Device(device.id());
    let account = Account::new(device.clone());
    for n in 1.. {
        account.append(Event::new(Uuid::now_v7(), Timestamp::now(), Act::Read, "record", observer())).await.unwrap();
        say("written");
        if n % 7 == 0 {
            for batch in account.batches().await.unwrap() {
                take_over(folder, &batch.entries);
                account.handed_over(batch.head).await.unwrap();
            }
        }
    }
}

/// What a record service does with a batch: it is on its disk before it says so.
fn take_over(folder: &Path, entries: &[Entry]) {
    let mut file = File::options().create(true).append(true).open(folder.join("taken-over")).unwrap();
    for entry in entries {
        file.write_all(format!("{}\n", serde_json::to_string(entry).unwrap()).as_bytes()).unwrap();
    }
    file.sync_data().unwrap();
}

/// Past the test harness, which keeps what is printed to itself.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn taken_over(folder: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(folder.join("taken-over")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// All entries of both sides; one place has one entry, and together they are one chain.
async fn one_chain(folder: &Path) -> u64 {
    let device = Device::open_for_tests(folder).unwrap();
    let account = Account::new(device.clone());
    let here = account.batches().await.unwrap().into_iter().flat_map(|batch| batch.entries);
    assert!(!account.trouble().damaged, "a crash is no damage");
    let mut all: BTreeMap<u64, Entry> = BTreeMap::new();
    for entry in taken_over(folder).into_iter().chain(here) {
        let known = all.insert(entry.seq, entry.clone());
        assert!(known.is_none_or(|known| known == entry), "two histories at {}", entry.seq);
    }
    follow(&Head::new(device.id()), all.values(), sha256).unwrap().seq
}

#[tokio::test]
async fn nothing_that_was_written_down_is_lost_by_kill_9_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = 0;
    for kill in 0..kills() {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::account_kill::child", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        // A different moment each time: up to twelve writings with a handing over or two, and then in the midst of one.
        let before = 1 + kill % 12;
        for _ in 0..before {
            assert_eq!(lines.next().as_deref(), Some("written"), "kill {kill}");
        }
        std::thread::sleep(Duration::from_micros((kill * 7919) % 3_000));
        child.kill().unwrap();
        child.wait().unwrap();
        told += before + lines.filter(|line| line == "written").count() as u64;
        let stored = one_chain(folder.path()).await;
        assert!(stored >= told, "kill {kill}: {told} were told to be written, {stored} are there");
    }
    assert!(told > kills() * 2 && !taken_over(folder.path()).is_empty(), "only {told} were written");
}
