//! Ending the app the hard way: the way a battery or an impatient system does.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};

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

fn is_running(id: u32) -> bool {
    status(id).is_some_and(|(state, _)| state != 'Z')
}
