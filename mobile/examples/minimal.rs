//! The smallest window Dioxus can open. The cold start of the app is measured beside it in the same run, so that
//! what is measured is the app and not the machine or the web view.

use dioxus::desktop::{Config, LogicalSize, WindowBuilder};
use dioxus::prelude::*;

fn main() {
    let window = WindowBuilder::new().with_inner_size(LogicalSize::new(390.0, 844.0)).with_decorations(false);
    LaunchBuilder::desktop().with_cfg(Config::new().with_window(window).with_menu(None)).launch(page);
}

fn page() -> Element {
    rsx! {
        main { "data-view": "minimal",
            h1 { "Ready" }
            input { id: "field" }
        }
    }
}
