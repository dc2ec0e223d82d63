//! `cargo xtask fuzz`: bytes of all kinds against what must hold for any of them.
//!
//! libFuzzer through `libfuzzer-sys`, with the flags that make the compiler count the ways taken; all of it works on
//! stable Rust and needs a C++ compiler, nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::run::{answer, cargo, corpus, finish, root, target};

/// The targets, as in `fuzz/targets`.
const TARGETS: [&str; 2] = ["document", "summary"];
// What `-C passes` needs to be told so that libFuzzer sees edges, comparisons and their places.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];
/// Longer documents are slow to change and find nothing that shorter ones do not.
const LONGEST: u32 = 100_000;

/// Fuzzes `wanted`, or all targets, each for so many seconds.
///
/// # Errors
/// When a target finds something, or does not build.
pub(crate) fn run(wanted: Option<&str>, seconds: u32) -> Result<()> {
    if let Some(unknown) = wanted.filter(|w| !TARGETS.contains(w)) {
        bail!("no target {unknown}; there are {}", TARGETS.join(" and "));
    }
    let built = build()?;
    let chosen = TARGETS.into_iter().filter(|t| wanted.is_none_or(|w| w == *t));
    let found: Vec<&str> = chosen.filter(|t| one(&built, t, seconds).is_err()).collect();
    ensure!(
        found.is_empty(),
        "findings in {}: the inputs are in {}; shorten one with `-minimize_crash=1 -runs=10000`, mend the cause and keep \
         it in fuzz/findings, where a test of `shared` replays it",
        found.join(" and "),
        folder()?.display()
    );
    Ok(())
}

/// Where the fuzzer keeps what it made.
fn folder() -> Result<PathBuf> {
    Ok(target()?.join("fuzz"))
}

fn build() -> Result<PathBuf> {
    let host = host()?;
    let folder = folder()?;
    let mut command = cargo(&["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--bins"]);
    // Named, so that the flags are for the targets and not for build scripts.
    command.args(["--target", &host]).arg("--target-dir").arg(&folder);
    command.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    finish(&mut command)?;
    Ok(folder.join(host).join("release"))
}

fn host() -> Result<String> {
    let told = answer(Command::new("rustc").arg("-vV"))?;
    let line = told.lines().find_map(|l| l.strip_prefix("host: "));
    Ok(line.context("rustc names its host")?.to_owned())
}

fn one(built: &Path, name: &str, seconds: u32) -> Result<()> {
    let folder = folder()?;
    let (learnt, artifacts) = (folder.join("corpus").join(name), folder.join("findings").join(name));
    fs::create_dir_all(&learnt)?;
    fs::create_dir_all(&artifacts)?;
    let mut command = Command::new(built.join(name));
    command.arg(&learnt).args(seeds());
    command.arg(format!("-dict={}", root().join("fuzz/fhir.dict").display()));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST}")]);
    command.args(["-timeout=10", "-rss_limit_mb=4096", "-print_final_stats=1", "-verbosity=1"]);
    finish(&mut command)
}

/// Our own documents, and others where there are any: those are read, never kept with the project.
fn seeds() -> Vec<PathBuf> {
    let own = ["fuzz/seeds", "fuzz/findings", "shared/tests/traps"].map(|folder| root().join(folder));
    own.into_iter().chain(corpus().map(|c| c.join("ips"))).filter(|folder| folder.is_dir()).collect()
}
