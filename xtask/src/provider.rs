//! The sign-in service of other people that signing in is tested against: npm `oidc-provider`, below `target`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::packages;
use crate::run::{answer, exists, finish, root, target};
use crate::summary::Ending;

/// The oldest Node.js it was seen to run on.
const OLDEST: u32 = 20;

/// Installs it where it is missing. What this machine cannot have is said, and does not fail the run.
///
/// # Errors
/// When the target folder cannot be written.
pub(crate) fn ensure_installed() -> Result<Ending> {
    Ok(match install() {
        Ok(()) => Ending::Passed,
        Err(error) => {
            Ending::Skipped(format!("signing in was NOT tested against a service of other people: {error:#}"))
        }
    })
}

fn install() -> Result<()> {
    if !exists("node") || !exists("npm") {
        packages::ensure_installed(&["nodejs", "npm"])?;
    }
    let version = answer(Command::new("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    anyhow::ensure!(
        major.is_some_and(|major| major >= OLDEST),
        "it needs Node.js {OLDEST} or newer, here is {version}"
    );
    let (from, to) = (root().join("tests/provider"), target()?.join("provider"));
    let wanted = fs::read(from.join("package-lock.json")).context("tests/provider/package-lock.json")?;
    let there = to.join("node_modules/oidc-provider").is_dir();
    if there && fs::read(to.join("package-lock.json")).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    fs::create_dir_all(&to)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name))?;
    }
    let mut npm = Command::new("npm");
    npm.current_dir(&to).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    finish(&mut npm)
}
