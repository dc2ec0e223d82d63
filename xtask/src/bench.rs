//! `cargo xtask bench`: what a person waits for, measured in one run on one machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::packages;
use crate::run::{WHOLE, cargo, corpus, finish, target};

/// Builds for release, runs the benchmarks and the cold start, prints medians and ratios.
///
/// # Errors
/// When something does not build or a window does not open.
pub(crate) fn run(write: bool) -> Result<()> {
    packages::ensure_installed(packages::WINDOW)?;
    let programs = ["--bin", "doorstep", "--bin", "measure", "--example", "minimal"];
    finish(cargo(&["build", "--release"]).args(WHOLE).args(programs))?;
    let mut bench = cargo(&["bench"]);
    bench.args(WHOLE).args(["--bench", "vault", "--bench", "decide"]);
    if let Some(folder) = corpus() {
        bench.env("DOORSTEP_CORPUS", folder);
    }
    finish(&mut bench)?;
    let look = ["--lib", "--", "--ignored", "--exact", "tests::account::what_writing_a_look_down_costs", "--nocapture"];
    finish(cargo(&["test", "--release", "-p", "engine"]).args(look))?;
    let target = target()?;
    let (records, crowd) = (records(&target)?, crowd(&target)?);
    let built = target.join("release");
    let mut measure = Command::new(built.join("measure"));
    measure.arg("--records").arg(records).arg("--crowd").arg(crowd);
    measure.arg("--app").arg(built.join("doorstep")).arg("--minimal").arg(built.join("examples/minimal"));
    measure.arg("--criterion").arg(target.join("criterion")).args(write.then_some("--write"));
    finish(&mut measure)
}

/// The hub with ten thousand people and with a hundred thousand.
fn crowd(target: &Path) -> Result<PathBuf> {
    let report = target.join("crowd.md");
    finish(cargo(&["bench", "-p", "hub", "--bench", "crowd", "--"]).arg(&report))?;
    Ok(report)
}

/// Reading a record beside its peers. They live in a workspace of their own, which nobody else has to compile.
fn records(target: &Path) -> Result<PathBuf> {
    let (folder, report) = (target.join("bench"), target.join("records.md"));
    let mut command = cargo(&["run", "--release", "--manifest-path", "bench/Cargo.toml"]);
    command.arg("--target-dir").arg(folder).arg("--").arg(&report);
    if let Some(folder) = corpus() {
        command.env("DOORSTEP_CORPUS", folder);
    }
    finish(&mut command)?;
    Ok(report)
}
