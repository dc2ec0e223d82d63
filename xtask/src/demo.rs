//! `cargo xtask demo`: the app on a hub with demo people, for a person to try or driven by itself.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::packages;
use crate::run::{WHOLE, cargo, finish, target};

/// What was asked for.
pub(crate) struct Wishes {
    /// Drive it instead of opening it.
    pub(crate) headless: bool,
    /// A folder of IPS documents.
    pub(crate) import: Option<PathBuf>,
    /// A tablet instead of a phone.
    pub(crate) tablet: bool,
}

/// Sets up, builds, and shows the app.
///
/// # Errors
/// When something is missing that may not be installed here, does not build, or a step of the story fails.
pub(crate) fn run(wishes: &Wishes) -> Result<()> {
    packages::ensure_installed(packages::WINDOW)?;
    let import =
        wishes.import.as_ref().map(|folder| folder.canonicalize().context("the folder to import")).transpose()?;
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    let driven = wishes.headless || !has_display;
    // Only what is started: someone who tries the demo on a fresh machine waits for this.
    let narrator: &[&str] = if driven { &["--bin", "story"] } else { &[] };
    finish(cargo(&["build", "--bin", "doorstep", "--bin", "hub"]).args(narrator).args(WHOLE))?;
    let built = target()?.join("debug");
    if driven {
        return tell_story(&built, wishes.tablet, import.as_deref());
    }
    open(&built, wishes.tablet, import.as_deref())
}

fn tell_story(built: &Path, tablet: bool, import: Option<&Path>) -> Result<()> {
    let mut story = Command::new(built.join("story"));
    story.env("DOORSTEP_APP", built.join("doorstep")).env("DOORSTEP_HUB_BINARY", built.join("hub"));
    story.args(tablet.then_some("--tablet"));
    if let Some(folder) = import {
        story.arg("--import").arg(folder);
    }
    finish(&mut story)
}

fn open(built: &Path, tablet: bool, import: Option<&Path>) -> Result<()> {
    let folder = target()?.join("demo");
    // The rota is told from the moment the hub is seeded: yesterday's would show yesterday's visits as today's.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("the last demo's folder")?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut hub = Hub::start(built, &folder, import)?;
    println!("  the hub {}", hub.address);
    println!("  sign in as Amara Nwosu, paramedic; choose a PIN of six digits; open the job on Today");
    let mut app = Command::new(built.join("doorstep"));
    app.env("DOORSTEP_HUB", format!("{}/fhir", hub.address))
        .env("DOORSTEP_PIN", &hub.pin)
        .env("DOORSTEP_FOLDER", folder.join("device"));
    // The folder is emptied at the next demo; its secret would stay in the key store.
    app.env("DOORSTEP_SECRET", "file");
    app.env("DOORSTEP_WINDOW", if tablet { "1024x768" } else { "390x844" });
    if env::var_os("DOORSTEP_POSITION").is_none() {
        app.env("DOORSTEP_POSITION", "51.5465,-0.1058");
    }
    let shown = finish(&mut app);
    hub.stop();
    shown
}

struct Hub {
    process: Child,
    address: String,
    /// The certificate by which the app knows it.
    pin: String,
}

impl Hub {
    fn start(built: &Path, folder: &Path, import: Option<&Path>) -> Result<Self> {
        let mut command = Command::new(built.join("hub"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--demo", "--tls", "self", "--database"])
            .arg(folder.join("hub.sqlite"));
        if let Some(documents) = import {
            command.arg("--import").arg(documents);
        }
        let mut process = command.stdout(Stdio::piped()).spawn().context("the hub does not start")?;
        let mut lines = BufReader::new(process.stdout.take().context("the hub without an output")?).lines();
        let mut said = |what: &str| -> Result<String> {
            let line = lines.next().context("the hub ended before it listened")??;
            Ok(line.strip_prefix(what).context("the hub said something else")?.to_owned())
        };
        let (address, pin) = (said("listening on ")?, said("certificate ")?);
        Ok(Self { process, address, pin })
    }

    fn stop(&mut self) {
        // It may have ended by itself, with the terminal's Ctrl-C; then there is nothing to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
