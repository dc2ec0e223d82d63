//! Type-checks the app for the phones. Nothing is linked, so no SDK is needed: a stand-in answers for its C compiler.
//! The standard library of the target comes from rustup, or is checked from Debian's sources.

use std::path::Path;
use std::process::Command;
use std::{fmt, fs};

use anyhow::{Context, Result};

use crate::packages;
use crate::run::{answer, cargo, exists, finish, root, target};

/// A phone.
#[derive(Clone, Copy)]
pub(crate) enum Phone {
    /// 64 bit Arm, as all phones meant are.
    Android,
    /// iPhone and iPad.
    Ios,
}

impl Phone {
    const fn triple(self) -> &'static str {
        match self {
            Self::Android => "aarch64-linux-android",
            Self::Ios => "aarch64-apple-ios",
        }
    }
}

/// Debian's own compiler, whose standard library can be built from `rust-web-src`.
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library/Cargo.lock";

/// No standard library for the target can be had on this machine.
#[derive(Debug)]
pub(crate) struct NoStandardLibrary(String);

impl fmt::Display for NoStandardLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoStandardLibrary {}

/// Type-checks the app for `phone`.
///
/// # Errors
/// When it does not check, or no standard library for it can be had here: then with what to install.
pub(crate) fn check(phone: Phone) -> Result<()> {
    let mut command = if rustup_has(phone) {
        cargo(&["check"])
    } else {
        provide_debian(phone)?;
        debian()
    };
    command.args(["-p", "mobile", "--features", "mobile", "--target", phone.triple()]);
    stand_in(&mut command, phone)?;
    finish(&mut command)
}

fn rustup_has(phone: Phone) -> bool {
    let installed = answer(Command::new("rustup").args(["target", "list", "--installed"]));
    installed.is_ok_and(|list| list.lines().any(|line| line == phone.triple()))
}

fn debian_is_there() -> bool {
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCES].iter().all(|file| Path::new(file).exists())
}

fn provide_debian(phone: Phone) -> Result<()> {
    let missing = |why: String| NoStandardLibrary(format!("`rustup target add {}`, or: {why}", phone.triple()));
    if !debian_is_there() {
        packages::ensure_installed(packages::PHONES).map_err(|e| missing(format!("{e:#}")))?;
    }
    if !debian_is_there() {
        return Err(missing("rustc-web and rust-web-src, where Debian puts them".into()).into());
    }
    let (has, wants) = (answer(Command::new(DEBIAN_RUSTC).arg("--version"))?, minimum()?);
    if minor(&has) < minor(&wants) {
        return Err(missing(format!("a newer Debian compiler than {}", has.trim())).into());
    }
    Ok(())
}

/// The oldest compiler the workspace builds with.
fn minimum() -> Result<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    Ok(line.context("the workspace names no rust-version")?.to_owned())
}

/// `1.95`, in whatever stands around it: 95.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.trim_matches('"').parse().ok()
}

/// Debian's cargo, without what rustup told its own.
fn debian() -> Command {
    let mut command = Command::new(DEBIAN_CARGO);
    command.current_dir(root()).args(["check", "-Zbuild-std=std,panic_abort"]);
    command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    for stale in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "RUSTDOC", "CARGO_MANIFEST_DIR"] {
        command.env_remove(stale);
    }
    command
}

/// Its own target folder, shared by both phones: the macros and build scripts are for this machine and the same.
fn stand_in(command: &mut Command, phone: Phone) -> Result<()> {
    let folder = target()?.join("phones");
    let no_sdk = folder.join("no-sdk");
    fs::create_dir_all(&no_sdk)?;
    let programs = root().join("xtask/standin");
    let suffix = phone.triple().replace('-', "_");
    command.env("CARGO_TARGET_DIR", folder);
    command.env(format!("CC_{suffix}"), programs.join("cc")).env(format!("AR_{suffix}"), programs.join("ar"));
    command.env("DOORSTEP_CLANG", if exists("clang") { "clang" } else { "cc" });
    // Without it the build script of ring asks Xcode where the SDK is.
    command.env("SDKROOT", no_sdk);
    Ok(())
}
