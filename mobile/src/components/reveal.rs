//! Entry codes: seen only while they are needed.

use std::time::Duration;

use dioxus::prelude::*;

use super::{Icon, Shape};
use crate::i18n::use_lang;

/// How long a code stays on the screen.
pub const REVEALED_FOR: Duration = Duration::from_secs(30);

/// Hides `children` until the button is pressed, and again after [`REVEALED_FOR`]. While hidden they are not in the
/// page at all, so that no screenshot, selection or screen reader finds them.
#[component]
pub fn Reveal(children: Element) -> Element {
    let lang = use_lang();
    let mut shown = use_signal(|| false);
    let reveal = move |_| {
        shown.set(true);
        spawn(async move {
            tokio::time::sleep(REVEALED_FOR).await;
            shown.set(false);
        });
    };
    if shown() {
        return rsx! { span { class: "revealed", "data-revealed": "true", {children} } };
    }
    rsx! {
        button { class: "reveal", r#type: "button", "data-reveal": "", onclick: reveal,
            Icon { shape: Shape::Eye }
            {lang.t("access-show")}
        }
    }
}
