//! The window and its page.

#[cfg(feature = "desktop")]
use dioxus::desktop::Config;
#[cfg(not(feature = "desktop"))]
use dioxus::mobile::Config;
use dioxus::prelude::*;

use super::Settings;

const PAGE: &str = include_str!("../../../assets/index.html");
const STYLES: [&str; 7] = [
    include_str!("../../../assets/styles/tokens.css"),
    include_str!("../../../assets/styles/base.css"),
    include_str!("../../../assets/styles/shell.css"),
    include_str!("../../../assets/styles/lists.css"),
    include_str!("../../../assets/styles/record.css"),
    include_str!("../../../assets/styles/find.css"),
    include_str!("../../../assets/styles/forms.css"),
];

/// The page the webview loads: our own, because the renderer's forbids zoom and names no language. The styles stand
/// in it, so that nothing is drawn without them and nothing is fetched.
pub fn index() -> String {
    PAGE.replace("/* styles */", &STYLES.concat())
}

/// Opens `root` in the window and runs it until the window is closed.
pub fn open(root: fn() -> Element, settings: Settings) {
    LaunchBuilder::new().with_cfg(config()).with_context(settings).launch(root);
}

fn config() -> Config {
    let config = Config::new()
        .with_custom_index(index())
        .with_disable_context_menu(true)
        .with_disable_drag_drop_handler(true)
        .with_background_color((0x10, 0x1c, 0x20, 0xff))
        // A record is text from many hands: no link in it may take the webview elsewhere.
        .with_navigation_handler(|_| false);
    on_this_platform(config)
}

#[cfg(not(feature = "desktop"))]
fn on_this_platform(config: Config) -> Config {
    config
}

#[cfg(feature = "desktop")]
fn on_this_platform(config: Config) -> Config {
    use dioxus::desktop::{LogicalSize, WindowBuilder};
    let (width, height) = super::variable("DOORSTEP_WINDOW").and_then(|t| size(&t)).unwrap_or((1024.0, 768.0));
    let window = WindowBuilder::new()
        .with_title("Doorstep")
        .with_decorations(false)
        .with_always_on_top(false)
        .with_inner_size(LogicalSize::new(width, height));
    config.with_menu(None).with_window(window)
}

#[cfg(feature = "desktop")]
fn size(text: &str) -> Option<(f64, f64)> {
    let (width, height) = text.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}
