//! A wait always says what is waited for.

use dioxus::prelude::*;

use super::FaultBox;
use crate::fault::Doing;

/// A wait in words, with a bar that moves unless the person asked for stillness.
#[component]
pub fn Wait(words: String) -> Element {
    rsx! {
        div { class: "wait", role: "status",
            span { class: "wait-bar", "aria-hidden": "true" }
            p { "{words}" }
        }
    }
}

/// What a button's work is at: nothing, its words, or its fault with the way on.
#[component]
pub fn Progress(doing: Doing, on_retry: Option<EventHandler<()>>) -> Element {
    match doing {
        Doing::Idle => rsx! {},
        Doing::Busy(words) => rsx! { Wait { words } },
        Doing::Failed(fault) => rsx! { FaultBox { fault, on_retry } },
    }
}
