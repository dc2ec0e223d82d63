//! The record service as a process of its own, on a real database file.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tempfile::TempDir;

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
}

/// A hub. Ends with the value.
pub struct TestHub {
    folder: TempDir,
    settings: HubSettings,
    address: SocketAddr,
    process: Option<Child>,
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
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let folder = tempfile::tempdir()?;
        let mut hub = Self { folder, settings, address: anywhere, process: None, reports: Arc::default() };
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
        self.address = listening(heard?).with_context(|| format!("the hub said {:?}", self.reports()))?;
        Ok(())
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
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The FHIR base a device is given.
    pub fn base(&self) -> String {
        format!("http://{}/fhir", self.address)
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

fn listening(output: ChildStdout) -> Result<SocketAddr> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let address = line.trim().strip_prefix("listening on http://").context("it ended before it listened")?;
    Ok(address.parse()?)
}

/// Reads to the end: a full pipe would hold the hub up.
fn collect(output: ChildStderr, reports: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            reports.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}
