//! `kill -9` at random moments, over and over on one folder: nothing acknowledged may be missing after any of them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::plan;
use crate::world::noise;

const FOLDER: &str = "DOORSTEP_KILL_FOLDER";
const ACKNOWLEDGED: &str = "DOORSTEP_KILL_ACKNOWLEDGED";

fn kills() -> u64 {
    std::env::var("DOORSTEP_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// The other side: opens the folder, checks that it holds what was acknowledged, says so, and works until it is
/// killed. Run by the test below in a process of its own; does nothing otherwise.
#[tokio::test]
async fn child() {
    let (Ok(folder), Ok(acknowledged)) = (std::env::var(FOLDER), std::env::var(ACKNOWLEDGED)) else { return };
    let vault = plan::open(&PathBuf::from(folder)).await.unwrap();
    let mut n = plan::steps_shown(&vault, acknowledged.parse().unwrap()).await.unwrap();
    say(&format!("verified {n}"));
    loop {
        n += 1;
        plan::perform(&vault, n).await.unwrap();
        say(&format!("done {n}"));
    }
}

/// Past the test harness, which keeps what is printed to itself.
fn say(line: &str) {
    let mut out = std::io::stderr();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (kills, mut acknowledged, mut verified) = (kills(), 0, 0);
    let start = Instant::now();
    for kill in 0..kills {
        // A few hit the opening itself, the others the work.
        let opening = kill % 8 == 7;
        let wait = Duration::from_micros(u64::from(noise(kill, 3)[2]) * if opening { 200 } else { 400 });
        let mut child = spawn(folder.path(), acknowledged);
        let (say, said) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let reader =
            std::thread::spawn(move || errors.lines().map_while(Result::ok).all(|line| say.send(line).is_ok()));

        let mut lines = Vec::new();
        while !opening && let Ok(line) = said.recv() {
            let working = line.starts_with("verified ");
            lines.push(line);
            if working {
                break;
            }
        }
        std::thread::sleep(wait);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        reader.join().unwrap();
        lines.extend(said);
        assert!(status.code().is_none(), "kill {kill}, {acknowledged} acknowledged: {}", lines.join("\n"));
        verified += lines.iter().filter(|line| line.starts_with("verified ")).count();
        let mut numbers = lines.iter().filter_map(|line| line.strip_prefix("done ").or(line.strip_prefix("verified ")));
        acknowledged = numbers.next_back().map_or(acknowledged, |n| n.parse().unwrap());
    }
    assert!(verified as u64 > kills * 3 / 4, "only {verified} openings were verified");
    assert!(acknowledged > kills, "only {acknowledged} steps were done");
    say(&format!("kill -9: {kills} kills, {verified} openings verified, {acknowledged} steps, {:?}", start.elapsed()));
}

fn spawn(folder: &Path, acknowledged: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(ACKNOWLEDGED, acknowledged.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}
