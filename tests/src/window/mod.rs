//! The real window, driven as a person would: trusted clicks and key strokes through W3C WebDriver.

mod automation;
mod display;
mod page;
mod processes;
mod session;

use std::path::PathBuf;

use anyhow::Result;
use fantoccini::Client;

use display::Display;
use session::Driver;

/// How to start the app.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The binary.
    pub app: PathBuf,
    /// Variables for it: `DOORSTEP_HUB`, `DOORSTEP_FOLDER`, `DOORSTEP_WINDOW` …
    pub environment: Vec<(String, String)>,
    /// Where its screenshots go.
    pub screens: PathBuf,
}

/// A running app and its driver. Ends with the value.
pub struct Window {
    launch: Launch,
    // Before the display: the app goes first, then its screen.
    driver: Driver,
    display: Display,
}

/// The programs that are missing for driving the window, by the names they are called by.
pub fn missing_parts() -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let has = |name: &str| folders.iter().any(|folder| folder.join(name).is_file());
    ["Xvfb", "WebKitWebDriver", "cc", "pkg-config"].into_iter().filter(|name| !has(name)).collect()
}

impl Window {
    /// Starts a virtual screen, the driver and the app.
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn open(launch: Launch) -> Result<Self> {
        let display = Display::start()?;
        let driver = Driver::start(&launch, display.name()).await?;
        Ok(Self { launch, driver, display })
    }

    /// Kills the app and its WebKit processes with SIGKILL, as a battery would, and leaves it dead.
    ///
    /// # Errors
    /// When a process outlives it.
    pub fn kill(&mut self) -> Result<()> {
        self.driver.kill_app()
    }

    /// Starts the app again on the same folder, with `change` made to its variables.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn relaunch(&mut self, change: &[(&str, &str)]) -> Result<()> {
        self.driver.kill_app()?;
        for (name, value) in change {
            self.launch.environment.retain(|(known, _)| known != name);
            self.launch.environment.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.driver = Driver::start(&self.launch, self.display.name()).await?;
        Ok(())
    }

    fn client(&self) -> &Client {
        self.driver.client()
    }
}
