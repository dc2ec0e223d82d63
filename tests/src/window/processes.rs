//! Ending the app the hard way: the way a battery or an impatient system does.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

/// Sends SIGKILL to everything that `parent` started, directly or not, but not to `parent`. Parents go first,
/// so that none of them has time to notice the loss of a child and tidy up.
pub(crate) fn kill_children_of(parent: u32) -> Result<()> {
    let ids = descendants(parent);
    if ids.is_empty() {
        return Ok(());
    }
    let mut kill = Command::new("kill");
    kill.arg("-KILL").args(ids.iter().map(u32::to_string));
    // One that ended by itself in between makes kill complain; what counts is that none is left.
    kill.stderr(std::process::Stdio::null()).status()?;
    for _ in 0..200 {
        if !ids.iter().any(|id| is_running(*id)) {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    ensure!(false, "a process outlived SIGKILL by two seconds");
    Ok(())
}

fn descendants(parent: u32) -> Vec<u32> {
    let all: Vec<(u32, u32)> = processes();
    let mut found: Vec<u32> = Vec::new();
    let mut from = vec![parent];
    while let Some(of) = from.pop() {
        let children = all.iter().filter(|(_, its)| *its == of).map(|(id, _)| *id);
        let before = found.len();
        found.extend(children);
        from.extend(&found[before..]);
    }
    found
}

/// Pairs of a process and its parent.
fn processes() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).filter_map(|id| Some((id, status(id)?.1))).collect()
}

/// State letter and parent, from `/proc/ID/stat`: the command in brackets may hold anything, so read after it.
fn status(id: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// When the first child of `parent` was started: milliseconds since 1970, as exact as the kernel's ticks of 10 ms.
pub(crate) fn start_of_child(parent: u32) -> Result<f64> {
    let child = processes().into_iter().find(|(_, its)| *its == parent).context("nothing was started")?.0;
    let text = fs::read_to_string(format!("/proc/{child}/stat"))?;
    let after = text.rsplit_once(')').context("a command in brackets")?.1;
    let ticks: f64 = after.split_whitespace().nth(19).context("a start time")?.parse()?;
    let uptime = fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split_whitespace().next().context("an uptime")?.parse()?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs_f64();
    Ok((now - uptime + ticks / 100.0) * 1000.0)
}

fn is_running(id: u32) -> bool {
    status(id).is_some_and(|(state, _)| state != 'Z')
}
