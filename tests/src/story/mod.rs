//! The story the project is for, in the real window: a crew learns what it must know, the signal goes, the app dies,
//! and what the crew wrote still reaches the nurse.

mod steps;
mod walk;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::hub::{HubSettings, TestHub};
use crate::window::{Launch, Window};
use crate::{paths, story};

pub use walk::{
    begin_note, confirm_two, find_by_name, find_by_number, go, open_job, save_note, sign_in, unlock, whole_record,
};

/// The crew of the demo.
pub const CREW: &str = "Amara Nwosu";
/// The hospice nurse of the demo.
pub const NURSE: &str = "Siobhan Brannigan";
/// The person of the story, as the lists write her.
pub const PATIENT: &str = "OKAFOR";

/// How to tell it.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Width and height of the window, `390x844`.
    pub size: &'static str,
    /// IPS documents to import first.
    pub import: Option<PathBuf>,
    /// Where the pictures go.
    pub screens: PathBuf,
}

/// The scene: a hub, a device, its window.
pub struct Scene {
    /// The app.
    pub window: Window,
    /// The record service.
    pub hub: TestHub,
    telling: Telling,
    folder: TempDir,
}

/// One step: its letter, what happens, what is done.
macro_rules! step {
    ($letter:literal, $words:literal, $scene:ident, $heard:ident, $work:path) => {{
        let start = Instant::now();
        let done = $work(&mut $scene).await;
        if done.is_err() {
            // The picture says more than the error; without one the error must do.
            let _ = $scene.window.screenshot(concat!($letter, "-failed")).await;
        }
        done.with_context(|| format!("step {}: {}", $letter, $words))?;
        $heard($letter, $words, start.elapsed());
    }};
}

/// Tells the story. `heard` is called after each step with its letter, its words and how long it took.
///
/// # Errors
/// The first step that fails, with what the page says.
pub async fn tell(telling: Telling, mut heard: impl FnMut(&str, &str, Duration)) -> Result<()> {
    let mut scene = Scene::set(telling).await?;
    step!("a", "The paramedic signs in, chooses a PIN and sees today's jobs.", scene, heard, story::steps::signs_in);
    step!("b", "She opens the job, confirms two identifiers and reads the record.", scene, heard, story::steps::reads);
    step!("c", "The signal goes. The record stays, and the screen says so.", scene, heard, story::steps::goes_dark);
    step!("d", "She writes a note. It is saved on the device and waits.", scene, heard, story::steps::writes);
    step!(
        "e",
        "The app is killed and started again: PIN, record and note are there.",
        scene,
        heard,
        story::steps::dies
    );
    step!("f", "The signal returns. The note is sent by itself.", scene, heard, story::steps::sends);
    step!("g", "The hospice nurse, on her own device, reads the note.", scene, heard, story::steps::arrives);
    Ok(())
}

impl Scene {
    /// Starts a hub with the demo people and the app on a new device.
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn set(telling: Telling) -> Result<Self> {
        let hub = TestHub::start(HubSettings {
            demo: true,
            tls: true,
            import: telling.import.clone(),
            ..HubSettings::default()
        })?;
        let folder = tempfile::tempdir()?;
        let device = folder.path().join("crew");
        let app = paths::app()?;
        let told = |name: &str, value: String| (name.to_owned(), value);
        let pin: String = hub.pin().iter().flatten().map(|byte| format!("{byte:02x}")).collect();
        let environment = vec![
            told("DOORSTEP_HUB", hub.base()),
            told("DOORSTEP_PIN", pin),
            told("DOORSTEP_FOLDER", device.display().to_string()),
            told("DOORSTEP_WINDOW", telling.size.to_owned()),
            told("DOORSTEP_POSITION", "51.5465,-0.1058".to_owned()),
            told("DOORSTEP_LANG", "en".to_owned()),
            // Not in the key store of whoever runs this, and not locked in the middle of a slow run.
            told("DOORSTEP_SECRET", "file".to_owned()),
            told("DOORSTEP_STAYS_OPEN", "yes".to_owned()),
        ];
        let window = Window::open(Launch { app, environment, screens: telling.screens.clone() }).await?;
        Ok(Self { window, hub, telling, folder })
    }

    /// The folder of another device of this scene.
    pub(crate) fn device(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// A picture, named after the step and the size.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn picture(&self, name: &str) -> Result<()> {
        self.window.screenshot(&format!("{name}-{}", self.telling.size)).await.map(|_| ())
    }
}
