//! The Debian packages the project needs beyond a Rust toolchain.

use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{answer, exists, finish};

/// To build the desktop app and to drive its window.
pub(crate) const WINDOW: &[&str] = &[
    "gcc",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "libssl-dev",
    "webkit2gtk-driver",
    "xvfb",
    "fonts-dejavu-core",
];

/// A real key store (Secret Service) on a bus of its own.
pub(crate) const KEY_STORE: &[&str] = &["gnome-keyring", "dbus-daemon", "dbus-bin"];

/// To type-check for targets rustup has no standard library for.
pub(crate) const PHONES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "clang"];

/// Makes sure that `wanted` are installed.
///
/// # Errors
/// With the one command to run, where this user may not install packages.
pub(crate) fn ensure_installed(wanted: &[&str]) -> Result<()> {
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !exists("apt-get") {
        bail!("install what your system calls these Debian packages: {}", missing.join(" "));
    }
    if !is_root()? {
        bail!("run this, then try again:\n\n    sudo apt-get install -y {}\n", missing.join(" "));
    }
    println!("  installing {}", missing.join(" "));
    finish(&mut apt(&["update", "-q"]))?;
    finish(apt(&["install", "-y", "-q", "--no-install-recommends"]).args(missing))
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    command
}

fn is_installed(package: &str) -> bool {
    let status = answer(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]));
    status.is_ok_and(|text| text == "installed")
}

fn is_root() -> Result<bool> {
    Ok(answer(Command::new("id").arg("-u"))?.trim() == "0")
}
