//! The record service as a process of its own, on a real database file.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::device::copy_into;
use crate::paths;

/// What the hub holds.
#[derive(Debug, Clone, Default)]
pub struct HubSettings {
    /// The made-up people and staff.
    pub demo: bool,
    /// A folder of IPS documents to import.
    pub import: Option<PathBuf>,
    /// The owner's setting for an emergency with no recorded choice: `ask` or `implied`.
    pub emergency_none: Option<&'static str>,
    /// Over TLS, with a certificate of its own making.
    pub tls: bool,
    /// What it is to log (`RUST_LOG`).
    pub log: Option<&'static str>,
}

/// A hub. Ends with the value.
pub struct TestHub {
    folder: TempDir,
    settings: HubSettings,
    address: SocketAddr,
    process: Option<Child>,
    pin: Option<[u8; 32]>,
    reports: Arc<Mutex<Vec<String>>>,
}

impl TestHub {
    /// Starts one with demo people on a free port.
    ///
    /// # Errors
    /// When it does not start.
    pub fn demo() -> Result<Self> {
        Self::start(HubSettings { demo: true, ..HubSettings::default() })
    }

    /// Starts one on a free port.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(settings: HubSettings) -> Result<Self> {
        Self::over(tempfile::tempdir()?, settings)
    }

    /// Starts one on a free port, on what lies in a folder as [`TestHub::database`].
    ///
    /// # Errors
    /// When it does not start.
    pub fn over(folder: TempDir, settings: HubSettings) -> Result<Self> {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut hub = Self { folder, settings, address: anywhere, process: None, pin: None, reports: Arc::default() };
        hub.start_again()?;
        Ok(hub)
    }

    /// Ends it at once with SIGKILL, as a power cut would. What it acknowledged must be in its database.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Ended already is as good.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Starts it again on the same port and the same database.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        self.stop();
        let mut process = self.command()?.spawn().context("the hub does not start")?;
        collect(process.stderr.take().context("piped")?, Arc::clone(&self.reports));
        let heard = process.stdout.take().context("piped");
        self.process = Some(process);
        (self.address, self.pin) = listening(heard?).with_context(|| format!("the hub said {:?}", self.reports()))?;
        Ok(())
    }

    /// Its folder as it is now, with no hub at work on it.
    ///
    /// # Errors
    /// When it cannot be copied, or the hub does not start again.
    pub fn back_up(&mut self) -> Result<TempDir> {
        let backup = tempfile::tempdir()?;
        self.stop();
        copy_into(self.folder.path(), backup.path())?;
        self.start_again()?;
        Ok(backup)
    }

    /// Goes on from a backup: what it said since, it does not know of.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restore(&mut self, backup: TempDir) -> Result<()> {
        self.stop();
        self.folder = backup;
        self.start_again()
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(paths::hub_binary()?);
        command.args(["serve", "--listen", &self.address.to_string(), "--database"]).arg(self.database());
        command.args(self.settings.demo.then_some("--demo"));
        if let Some(folder) = &self.settings.import {
            command.arg("--import").arg(folder);
        }
        if let Some(choice) = self.settings.emergency_none {
            command.args(["--emergency-none", choice]);
        }
        if self.settings.tls {
            command.args(["--tls", "self"]);
        }
        command.envs(self.settings.log.map(|wanted| ("RUST_LOG", wanted)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The FHIR base a device is given.
    pub fn base(&self) -> String {
        let scheme = if self.pin.is_some() { "https" } else { "http" };
        format!("{scheme}://{}/fhir", self.address)
    }

    /// SHA-256 of its certificate, when it has one.
    pub const fn pin(&self) -> Option<[u8; 32]> {
        self.pin
    }

    /// Makes a member of staff a privacy officer, as its owner does it.
    ///
    /// # Errors
    /// When there is no such person.
    pub fn appoint(&self, staff: &str) -> Result<()> {
        let mut command = Command::new(paths::hub_binary()?);
        let out = command.args(["audit", "appoint", staff, "--database"]).arg(self.database()).output()?;
        ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        Ok(())
    }

    /// Its database file.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("hub.sqlite")
    }

    /// Its folder; nothing else is in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has said on its standard error so far, line by line.
    pub fn reports(&self) -> Vec<String> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where it says that it listens, and by which certificate it is known.
fn listening(output: ChildStdout) -> Result<(SocketAddr, Option<[u8; 32]>)> {
    let mut lines = BufReader::new(output).lines();
    let mut next = || lines.next().context("it ended before it listened")?.context("what it says");
    let first = next()?;
    let place = first.strip_prefix("listening on ").context("it said something else")?;
    if let Some(address) = place.strip_prefix("http://") {
        return Ok((address.parse()?, None));
    }
    let address = place.strip_prefix("https://").context("neither http nor https")?.parse()?;
    let second = next()?;
    let digits = second.strip_prefix("certificate ").context("no certificate")?;
    let bytes: Result<Vec<_>, _> = (0..64).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16)).collect();
    Ok((address, Some(bytes?.as_slice().try_into()?)))
}

/// Reads to the end: a full pipe would hold the hub up.
fn collect(output: ChildStderr, reports: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            reports.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}
