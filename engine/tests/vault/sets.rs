//! The documents of one person are one set: `kill -9` in the middle of sealing them leaves the old set or the new one.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use engine::vault::{Kind, Vault, Write};
use shared::identity::LeaseId;
use uuid::Uuid;

use crate::plan;
use crate::world::noise;

const FOLDER: &str = "DOORSTEP_SETS_FOLDER";
/// The first document and further ones, as the engine names them.
const KEYS: [&str; 4] = ["p", "p/hospice", "p/hospital", "p/practice"];
const KILLS: u64 = 24;

fn lease(n: u64) -> LeaseId {
    LeaseId::new(Uuid::from_u128(u128::from(n) + 1))
}

/// A document of the `n`th set, too large for the index, with its number in front.
fn document(n: u64, key: &str) -> Vec<u8> {
    let mut bytes = n.to_be_bytes().to_vec();
    bytes.extend(noise(n * 7 + key.len() as u64, 6_000));
    bytes
}

/// The set of the vault; `None` before the first. Fails on a mixture.
async fn set(vault: &Vault) -> Option<u64> {
    let beside = vault.get(Kind::Lease, "p").await.unwrap()?;
    let n = u64::from_be_bytes(beside.bytes().try_into().unwrap());
    for key in KEYS {
        let found = vault.get(Kind::Document, key).await.unwrap();
        assert!(found.is_some(), "{key} is gone");
        let found = found.unwrap();
        assert!(found.bytes() == document(n, key), "{key} is of another set than {n}");
    }
    Some(n)
}

async fn seal(vault: &Vault, n: u64) {
    let mut writes: Vec<Write> =
        KEYS.iter().map(|key| Write::put(Kind::Document, *key, document(n, key)).leased(lease(n))).collect();
    writes.push(Write::put(Kind::Lease, "p", n.to_be_bytes()).leased(lease(n)));
    vault.put(writes).await.unwrap();
    vault.shred(lease(n - 1)).await.unwrap();
}

/// The other side, in a process of its own; does nothing otherwise.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let vault = plan::open(&PathBuf::from(folder)).await.unwrap();
    let mut n = set(&vault).await.unwrap_or(0);
    say(&format!("whole {n}"));
    loop {
        n += 1;
        seal(&vault, n).await;
    }
}

/// Past the test harness, which keeps what is printed to itself.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

#[test]
fn a_kill_in_the_middle_of_sealing_leaves_the_old_set_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut newest = 0;
    for kill in 0..KILLS {
        let mut child = spawn(folder.path());
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let whole = lines.find_map(|line| line.strip_prefix("whole ").map(|n| n.parse::<u64>().unwrap()));
        std::thread::sleep(Duration::from_micros(u64::from(noise(kill, 3)[2]) * 2_000));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        let rest: Vec<String> = lines.collect();
        let whole = whole.unwrap_or_else(|| panic!("kill {kill}: no whole set: {rest:?}"));
        assert!(status.code().is_none(), "kill {kill} after set {whole}: {}", rest.join("\n"));
        assert!(whole >= newest, "set {newest} was there and is gone");
        newest = whole;
    }
    assert!(newest > 4, "only {newest} sets were sealed");
}

fn spawn(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sets::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}
