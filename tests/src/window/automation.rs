//! The piece of C that lets WebKitWebDriver drive an unmodified app, compiled on first use.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};

use crate::paths;

static LIBRARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();

/// The shared library to load into the app.
pub(crate) fn library() -> Result<PathBuf> {
    LIBRARY.get_or_init(|| compile().map_err(|e| format!("{e:#}"))).clone().map_err(|why| anyhow!(why))
}

fn compile() -> Result<PathBuf> {
    let source = paths::workspace().join("tests/window/automation.c");
    let folder = paths::scratch()?;
    // Test binaries run side by side: each writes its own file and the rename is atomic.
    let mine = folder.join(format!("automation-{}.so", std::process::id()));
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&mine, &source])
        .args(webkit_flags()?)
        .arg("-ldl")
        .status()
        .context("no C compiler (cc)")?;
    ensure!(made.success(), "automation.c does not compile");
    let library = folder.join("automation.so");
    std::fs::rename(mine, &library)?;
    Ok(library)
}

fn webkit_flags() -> Result<Vec<String>> {
    let told = Command::new("pkg-config").args(["--cflags", "--libs", "webkit2gtk-4.1"]).output()?;
    ensure!(told.status.success(), "the development files of WebKitGTK are missing (libwebkit2gtk-4.1-dev)");
    Ok(String::from_utf8(told.stdout)?.split_whitespace().map(str::to_owned).collect())
}
