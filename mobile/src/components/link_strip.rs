//! Whether the record service answers, in words, on every screen.

use dioxus::prelude::*;
use engine::Link;
use jiff::Timestamp;
use shared::sync::OutboxState;

use super::{Icon, Shape};
use crate::format::clock;
use crate::i18n::{Lang, use_lang};

/// The words and the drawing of a link.
pub fn link_words(lang: Lang, link: Link, now: Timestamp) -> (&'static str, Shape, String) {
    match link {
        Link::Online { .. } => ("online", Shape::Online, lang.t("link-online")),
        Link::Offline { since } => {
            ("offline", Shape::Offline, lang.with("link-offline", [("since", clock(lang, since, now).into())]))
        }
        Link::Unknown => ("unknown", Shape::Online, lang.t("link-unknown")),
    }
}

/// The strip over the lists. Says what being offline means for what is written now.
#[component]
pub fn LinkStrip(link: Link, waiting: usize, #[props(default)] attention: usize, now: Timestamp) -> Element {
    let lang = use_lang();
    let (name, shape, words) = link_words(lang, link, now);
    let notes = (waiting > 0).then(|| lang.with("to-send-waiting", [("count", waiting.into())]));
    rsx! {
        div { class: "link-strip", role: "status", "data-link": name,
            Icon { shape }
            span { "{words}" }
            if matches!(link, Link::Offline { .. }) {
                span { {lang.t("link-offline-safe")} }
            }
            if let Some(notes) = notes {
                span { class: "link-waiting", "{notes}" }
            }
            if attention > 0 {
                strong { class: "link-waiting", "data-attention": "{attention}", {lang.with("to-send-attention", [("count", attention.into())])} }
            }
        }
    }
}

/// The state of something written here: name, drawing, words. "Sent" is said only of what the record accepted.
pub fn note_state(lang: Lang, state: &OutboxState) -> (&'static str, Shape, String) {
    match state {
        OutboxState::Pending { .. } => ("pending", Shape::Clock, lang.t("note-on-this-device")),
        OutboxState::Sending => ("sending", Shape::ToSend, lang.t("note-sending")),
        OutboxState::Sent { .. } => ("sent", Shape::Tick, lang.t("note-sent")),
        OutboxState::NeedsAttention(_) => ("needs-attention", Shape::Safety, lang.t("note-needs-attention")),
    }
}
