//! Starting other programs, and saying what was started.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The features every build of the workspace here uses. One set, so that nothing is compiled twice.
pub(crate) const WHOLE: [&str; 3] = ["--workspace", "--features", "mobile/desktop"];

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's target folder.
pub(crate) fn target() -> Result<PathBuf> {
    let me = env::current_exe()?;
    let found = me.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    Ok(found.context("xtask runs from cargo's target folder")?.to_owned())
}

/// `cargo` with `arguments`, in the root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Runs it to its end, with its output on ours.
pub(crate) fn finish(command: &mut Command) -> Result<()> {
    println!("  $ {}", spelled(command));
    let ended = command.status().with_context(|| format!("{} does not start", name(command)))?;
    ensure!(ended.success(), "{} ended with {ended}", name(command));
    Ok(())
}

/// Runs it for its standard output.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let told = command.stderr(Stdio::null()).output().with_context(|| format!("{} does not start", name(command)))?;
    ensure!(told.status.success(), "{} ended with {}", name(command), told.status);
    Ok(String::from_utf8(told.stdout)?)
}

/// Documents from outside: named by the environment, or beside the checkout.
pub(crate) fn corpus() -> Option<PathBuf> {
    let beside = || root().parent().map(|folder| folder.join("shared/corpus"));
    env::var_os("DOORSTEP_CORPUS").map(PathBuf::from).or_else(beside).filter(|folder| folder.is_dir())
}

/// Whether a program is on the path.
pub(crate) fn exists(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}
