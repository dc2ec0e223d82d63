//! `cargo xtask faults`: devices and a hub under faults that a seed chooses (`tests/src/faults`).

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::powerloss;
use crate::run::{WHOLE, cargo, exists, finish, target};

/// What to run.
pub(crate) struct Wishes {
    pub(crate) seed: u64,
    pub(crate) runs: u64,
    pub(crate) repeat: bool,
    pub(crate) trace: bool,
    /// With older backups of the hub played back.
    pub(crate) restores: bool,
    /// Built for speed: for thousands of runs.
    pub(crate) release: bool,
    /// Instead of runs: real processes, of which one is killed so often.
    pub(crate) rounds: Option<u64>,
}

/// Builds the runs and makes them.
///
/// # Errors
/// When a note was lost, is there twice, was overwritten or is stuck.
pub(crate) fn run(wishes: &Wishes) -> Result<()> {
    let mut build = cargo(&["build", "--bin", "faults", "--bin", "hub"]);
    build.args(WHOLE);
    if wishes.release {
        build.args(["--release", "--features", "tests/cheap-pins"]);
    }
    finish(&mut build)?;
    built(wishes)
}

/// The same with what is built already.
///
/// # Errors
/// As [`run`].
pub(crate) fn built(wishes: &Wishes) -> Result<()> {
    let folder = if wishes.release { "release" } else { "debug" };
    let folder = target()?.join(folder);
    let mut command = Command::new(folder.join("faults"));
    command.env("DOORSTEP_HUB_BINARY", folder.join("hub"));
    command.args(["--seed", &wishes.seed.to_string(), "--runs", &wishes.runs.to_string()]);
    command.args(wishes.repeat.then_some("--repeat")).args(wishes.trace.then_some("--trace"));
    command.args(wishes.restores.then_some("--restores"));
    if let Some(rounds) = wishes.rounds {
        return finish(command.args(["--processes", "--rounds", &rounds.to_string()]));
    }
    if let Some(recorder) = recorder()? {
        command.arg("--recorder").arg(recorder);
    }
    finish(&mut command)
}

/// Power can be cut where there is a recorder: on Linux with a C compiler.
fn recorder() -> Result<Option<PathBuf>> {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    if !cfg!(target_os = "linux") || !exists(&compiler) {
        return Ok(None);
    }
    let place = target()?.join("faults");
    std::fs::create_dir_all(&place)?;
    Ok(Some(powerloss::recorder(&place)?))
}
