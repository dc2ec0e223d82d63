//! The record stays closed. That is an answer, with its reason and with what can still be done.

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::consent::Reason;
use shared::identity::Demographics;

use crate::bridge::pulse;
use crate::components::{Icon, IdentityBar, Shape};
use crate::i18n::use_lang;
use crate::nav::{Closed, Place, use_nav};

/// Why, what it does not mean, and what to do.
#[component]
pub fn RefusedPage(
    person: Demographics,
    closed: Closed,
    now: Timestamp,
    on_note: EventHandler<()>,
    on_back: EventHandler<()>,
    #[props(default)] on_glass: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let (outcome, title, reason) = match &closed {
        Closed::NoRecord => ("no-record", lang.t("no-record-title"), lang.t("no-record-text")),
        Closed::Refused { reason: Reason::RefusedNow, text, .. } => {
            ("refused", lang.t("refused-now-title"), text.clone())
        }
        Closed::Refused { text, .. } => ("refused", lang.t("refused-title"), text.clone()),
    };
    let code = match &closed {
        Closed::NoRecord => "no-record",
        Closed::Refused { reason, .. } => reason.code(),
    };
    let break_glass = matches!(closed, Closed::Refused { break_glass_available: true, .. });
    rsx! {
        IdentityBar { person, now, on_back }
        div { class: "step", "data-outcome": outcome, "data-reason": code,
            h2 { Icon { shape: Shape::Lock } "{title}" }
            p { class: "lead", "{reason}" }
            p { {lang.t("closed-means-nothing")} }
            if break_glass {
                button { id: "break-glass", class: "glass", r#type: "button", onclick: move |_| on_glass.call(()), Icon { shape: Shape::Safety } {lang.t("glass-offer")} }
                p { class: "hint", {lang.t("glass-offer-hint")} }
            }
            h3 { {lang.t("closed-next")} }
            ul { class: "plain",
                li { {lang.t("closed-next-ask")} }
                li { {lang.t("closed-next-paper")} }
                li { {lang.t("closed-next-gp")} }
            }
            button { id: "write-note", class: "primary", r#type: "button", onclick: move |_| on_note.call(()), Icon { shape: Shape::Note } {lang.t("write-note")} }
        }
    }
}

/// The outcome on its way back to the list, or on to a note: writing one needs no permission to read.
#[component]
pub fn RefusedView(person: Demographics, closed: Closed) -> Element {
    let mut nav = use_nav();
    let (about, glass) = (person.clone(), person.clone());
    rsx! {
        RefusedPage {
            person, closed, now: (pulse().now)(),
            on_note: move |()| nav.write().push(Place::Write(about.clone())),
            on_glass: move |()| nav.write().push(Place::Glass(glass.clone())),
            on_back: move |()| nav.write().back(),
        }
    }
}
