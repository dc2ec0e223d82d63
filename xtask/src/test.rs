//! `cargo xtask test`: everything, unit to window.
//!
//! Two builds only, both with the same features: one for the lints, one for the tests and the programs they start.

use std::process::Command;

use anyhow::Result;

use crate::phones::{self, Phone};
use crate::run::{WHOLE, cargo, corpus, finish, target};
use crate::summary::{Ending, Summary};
use crate::{deny, faults, packages, provider};

/// The same fifty everywhere: a change that breaks one of them is known at once.
const FIFTY: faults::Wishes =
    faults::Wishes { seed: 1, runs: 50, repeat: false, trace: false, restores: false, release: false, rounds: None };
/// The same with real processes, which is slower.
const KILLS: faults::Wishes = faults::Wishes { rounds: Some(10), ..FIFTY };

/// Runs all parts and prints what became of each.
///
/// # Errors
/// When a part fails.
pub(crate) fn run() -> Result<()> {
    let mut summary = Summary::default();
    summary.part("formatting", || passed(&mut cargo(&["fmt", "--all", "--check"])));
    summary.part("packages", || packages::ensure_installed(packages::WINDOW).map(|()| Ending::Passed));
    if !summary.good() {
        return summary.close();
    }
    summary.part("a sign-in service", provider::ensure_installed);
    summary.part("a key store", key_store);
    summary
        .part("lints", || passed(cargo(&["clippy", "--all-targets"]).args(WHOLE).args(["--", "--deny", "warnings"])));
    summary.part("licences and advisories", deny::check);
    summary.part("build", || passed(cargo(&["build", "--lib", "--bins", "--tests", "--examples"]).args(WHOLE)));
    summary.part("unit, contract, devices", || {
        finish(&mut tests(&[])?)?;
        Ok(corpus().map_or_else(without_corpus, |_| Ending::Passed))
    });
    summary.part("fifty runs under faults", || faults::built(&FIFTY).map(|()| Ending::Passed));
    summary.part("real processes killed", || faults::built(&KILLS).map(|()| Ending::Passed));
    summary.part("window", || passed(&mut tests(&["--test", "window", "--", "--ignored", "--test-threads=1"])?));
    summary.part("Android type-check", || phones::check(Phone::Android).map(|()| Ending::Passed).or_else(missing));
    summary.part("iOS type-check", || phones::check(Phone::Ios).map(|()| Ending::Passed).or_else(missing));
    summary.close()
}

/// What this machine cannot have is said, and does not fail the run.
fn key_store() -> Result<Ending> {
    Ok(match packages::ensure_installed(packages::KEY_STORE) {
        Ok(()) => Ending::Passed,
        Err(error) => Ending::Skipped(format!("the device's secret was NOT kept in a real Secret Service: {error:#}")),
    })
}

fn passed(command: &mut Command) -> Result<Ending> {
    finish(command).map(|()| Ending::Passed)
}

/// What the machine cannot do is said and does not fail the run; what the code cannot do fails it.
fn missing(error: anyhow::Error) -> Result<Ending> {
    match error.downcast_ref::<phones::NoStandardLibrary>() {
        Some(why) => Ok(Ending::Skipped(why.to_string())),
        None => Err(error),
    }
}

fn tests(more: &[&str]) -> Result<Command> {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    command.args(WHOLE).args(more);
    let built = target()?.join("debug");
    command.env("DOORSTEP_APP", built.join("doorstep")).env("DOORSTEP_HUB_BINARY", built.join("hub"));
    if let Some(folder) = corpus() {
        command.env("DOORSTEP_CORPUS", folder);
    }
    Ok(command)
}

fn without_corpus() -> Ending {
    Ending::Skipped("no DOORSTEP_CORPUS: documents that the project did not write were NOT tested".into())
}
