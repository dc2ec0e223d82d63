//! Where things are: the workspace, the app under test, the corpus.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's target folder, whatever the environment or the configuration says: this program runs from inside it.
pub(crate) fn target() -> Result<PathBuf> {
    let me = env::current_exe()?;
    let found = me.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    Ok(found.context("a test runs from cargo's target folder")?.to_owned())
}

/// The folder where screenshots are kept; made when missing.
///
/// # Errors
/// When it cannot be made.
pub fn screens(of: &str) -> Result<PathBuf> {
    let folder = target()?.join("screens").join(of);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The folder for what the tests compile for themselves.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn scratch() -> Result<PathBuf> {
    let folder = target()?.join("window");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The app under test: `DOORSTEP_APP`, or built now.
///
/// # Errors
/// When it does not build.
pub fn app() -> Result<PathBuf> {
    given_or_built("DOORSTEP_APP", "doorstep")
}

/// The hub under test: `DOORSTEP_HUB_BINARY`, or built now.
///
/// # Errors
/// When it does not build.
pub fn hub_binary() -> Result<PathBuf> {
    given_or_built("DOORSTEP_HUB_BINARY", "hub")
}

/// An example program of the app.
///
/// # Errors
/// When it does not build.
pub fn example(name: &str) -> Result<PathBuf> {
    built(&format!("examples/{name}"))
}

fn given_or_built(variable: &str, name: &str) -> Result<PathBuf> {
    env::var_os(variable).map_or_else(|| built(name), |given| Ok(given.into()))
}

/// Builds what the tests start, once per test program: what lies there may be older than the sources.
fn built(name: &str) -> Result<PathBuf> {
    static BUILD: OnceLock<Result<(), String>> = OnceLock::new();
    BUILD.get_or_init(|| build().map_err(|e| format!("{e:#}"))).clone().map_err(|why| anyhow!(why))?;
    let found = target()?.join("debug").join(name);
    ensure!(found.exists(), "{} is not where cargo builds", found.display());
    Ok(found)
}

/// With the feature set of the whole workspace, so that nothing is compiled a second time.
fn build() -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).args(["build", "--quiet", "--workspace", "--features", "mobile/desktop"]);
    let built = command.args(["--lib", "--bins", "--tests", "--examples"]).status()?;
    ensure!(built.success(), "the programs under test do not build");
    Ok(())
}

/// Documents from outside to test with: `DOORSTEP_CORPUS`. `None` is said loudly: a part of the tests is skipped.
pub fn corpus(part: &str) -> Option<PathBuf> {
    let found = env::var_os("DOORSTEP_CORPUS").map(|folder| PathBuf::from(folder).join(part)).filter(|p| p.is_dir());
    if found.is_none() {
        loud(&format!("SKIPPED: no documents from outside (DOORSTEP_CORPUS/{part}); they were not tested"));
    }
    found
}

/// Says something on the terminal even when a test passes.
pub fn loud(line: &str) {
    use std::io::Write;
    // Nobody reading is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}
