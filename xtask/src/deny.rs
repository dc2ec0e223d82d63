//! Licences, bans, sources and advisories, by cargo-deny.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::run::{answer, cargo, finish, root, target};
use crate::summary::Ending;

const VERSION: &str = "0.20.2";

/// Checks the tree.
///
/// # Errors
/// When `deny.toml` refuses something.
pub(crate) fn check() -> Result<Ending> {
    let program = provide()?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(root()).args(arguments);
        command
    };
    finish(&mut deny(&["check", "licenses", "bans", "sources"]))?;
    let fresh = answer(&mut deny(&["fetch", "db"])).is_ok();
    if !fresh && !has_advisories() {
        return Ok(Ending::Skipped(
            "the advisory database could not be fetched: known holes were NOT looked for".into(),
        ));
    }
    finish(&mut deny(&["check", "--disable-fetch", "advisories"]))?;
    if fresh {
        return Ok(Ending::Passed);
    }
    Ok(Ending::Skipped(
        "advisories: checked against an OLD copy of the database, a new one could not be fetched".into(),
    ))
}

/// The version that is installed, or one of our own below the target folder.
fn provide() -> Result<PathBuf> {
    let is_right = |program: &PathBuf| {
        answer(Command::new(program).arg("--version")).is_ok_and(|text| text.trim().ends_with(VERSION))
    };
    let tools = target()?.join("tools");
    let candidates = [PathBuf::from("cargo-deny"), tools.join("bin/cargo-deny")];
    if let Some(found) = candidates.iter().find(|program| is_right(program)) {
        return Ok(found.clone());
    }
    let root = tools.display().to_string();
    finish(&mut cargo(&["install", "--locked", "--root", &root, "cargo-deny", "--version", VERSION]))?;
    Ok(tools.join("bin/cargo-deny"))
}

fn has_advisories() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let databases = home.and_then(|home| home.join("advisory-dbs").read_dir().ok());
    databases.is_some_and(|entries| entries.flatten().any(|entry| entry.path().join(".git").exists()))
}
