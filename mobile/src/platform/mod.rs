//! The edge to the operating system: where the data lies, which service to ask, how the window is made.
//!
//! The only place with `cfg`. Desktop, Android and iOS run the same app.

mod browser;
mod folder;
mod pin;
#[cfg(any(feature = "desktop", feature = "mobile"))]
mod window;

use engine::SecretPlace;
use shared::place::Position;
use shared::sensitive::Sensitive;

pub use browser::{browse, can_browse};
pub use folder::FolderError;

use crate::i18n::Lang;

/// How this device was set up.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The engine's folder and service, or why there is none.
    pub device: Result<Device, SetupFault>,
    /// Where the device is, when it was told.
    pub position: Option<Position>,
    /// The language the device speaks.
    pub lang: Lang,
    /// The link the app was opened with: a launch by another program.
    pub link: Option<String>,
    /// What the device is enrolled with, when it is not yet.
    pub enrolment: Option<Sensitive<String>>,
}

/// Where the data lies and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The device's folder.
    pub folder: std::path::PathBuf,
    /// Base of the FHIR service.
    pub base_url: String,
    /// The certificate by which the service is known (DER, or its SHA-256); `None`: by the public roots.
    pub pinned: Option<Vec<u8>>,
    /// Where a new device keeps its part of every key: in the key store of the system, unless `DOORSTEP_SECRET` is `file`.
    pub secret: SecretPlace,
    /// The vault does not close by itself. Only in a build for development, for who drives the window.
    pub stays_open: bool,
}

/// What is missing before the app can start. Each has a screen that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetupFault {
    /// No record service is named.
    #[error("no record service is set up: DOORSTEP_HUB is not set")]
    NoService,
    /// A pin that cannot be read: going on without it would trust whoever answers.
    #[error("DOORSTEP_PIN is neither the SHA-256 of a certificate nor a file with one (DER)")]
    Pin,
    /// The system names no folder of the app's own.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl Settings {
    /// Reads the environment. On a phone, where there is none, the service was named when the app was built.
    pub fn from_environment() -> Self {
        Self {
            device: device(),
            position: variable("DOORSTEP_POSITION").and_then(|t| position(&t)),
            lang: lang(),
            link: link(),
            enrolment: variable("DOORSTEP_ENROL").map(|text| enrolment(&text).into()),
        }
    }
}

fn device() -> Result<Device, SetupFault> {
    let built_in = option_env!("DOORSTEP_HUB").map(str::to_owned);
    let base_url = variable("DOORSTEP_HUB").or(built_in).ok_or(SetupFault::NoService)?;
    let pinned = variable("DOORSTEP_PIN").map(|text| pin::read(&text).ok_or(SetupFault::Pin)).transpose()?;
    let secret = match variable("DOORSTEP_SECRET").as_deref() {
        Some("file") => SecretPlace::File,
        _ => SecretPlace::KeyStore,
    };
    let stays_open = cfg!(debug_assertions) && variable("DOORSTEP_STAYS_OPEN").is_some();
    Ok(Device { folder: folder::of_this_device()?, base_url, pinned, secret, stays_open })
}

// The system hands a link to a desktop app as its argument. It names no secret: what it carries is spent by the sign-in.
fn link() -> Option<String> {
    std::env::args().nth(1).filter(|argument| argument.starts_with("doorstep:") || argument.starts_with("https:"))
}

/// `DOORSTEP_ENROL`: the code, the link, or a file that holds one of them. Never an argument: those are read by anybody.
fn enrolment(text: &str) -> String {
    std::fs::read_to_string(text).unwrap_or_else(|_| text.to_owned()).trim().to_owned()
}

fn lang() -> Lang {
    ["DOORSTEP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| Lang::from_tag(&variable(name)?))
        .unwrap_or_default()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn position(text: &str) -> Option<Position> {
    let (latitude, longitude) = text.split_once(',')?;
    Position::new(latitude.trim().parse().ok()?, longitude.trim().parse().ok()?)
}

/// Opens the window and runs the app until it is closed.
///
/// # Errors
/// When the runtime cannot be made.
#[cfg(any(feature = "desktop", feature = "mobile"))]
pub fn launch() -> anyhow::Result<()> {
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .try_init();
    // A panic's words may quote a record; its place never does.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panic");
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let _inside = runtime.enter();
    window::open(crate::App, Settings::from_environment());
    Ok(())
}

/// Without a renderer there is no window.
///
/// # Errors
/// Always.
#[cfg(not(any(feature = "desktop", feature = "mobile")))]
pub fn launch() -> anyhow::Result<()> {
    anyhow::bail!("built without a window: choose the feature `desktop` or `mobile`")
}

#[cfg(any(feature = "desktop", feature = "mobile"))]
pub use window::{index, open};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enrolment_is_a_text_or_a_file_with_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("code");
        std::fs::write(&file, "483-201\n").unwrap();
        assert_eq!(enrolment(file.to_str().unwrap()), "483-201");
        assert_eq!(enrolment("doorstep://enrol?hub=h&code=1"), "doorstep://enrol?hub=h&code=1");
    }

    #[test]
    fn a_position_is_two_numbers_on_the_earth() {
        assert_eq!(position("51.5465, -0.1058"), Position::new(51.5465, -0.1058));
        assert_eq!(position("151,0"), None);
        assert_eq!(position("here"), None);
    }
}
