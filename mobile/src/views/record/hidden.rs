//! Why a record cannot be read here now, and what to do about it.

use dioxus::prelude::*;
use engine::LeaseView;
use jiff::Timestamp;
use shared::identity::Demographics;
use shared::lease::LeaseState;

use crate::components::{Icon, IdentityBar, IdentityStill, Progress, Shape};
use crate::fault::Doing;
use crate::format::clock;
use crate::i18n::{Lang, use_lang};

/// Why a record is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    /// For whoever looks for it on the page: `over`, `unproven`, `clock`, `taken-back`.
    code: &'static str,
    /// In a few words: for the strip too.
    pub(super) words: String,
    /// What it means and what to do.
    next: String,
}

impl Hidden {
    /// `None` while the record may be read. The page has a clock as well: what is over is hidden even before the vault
    /// says so.
    pub(super) fn of(lang: Lang, lease: &LeaseView, now: Timestamp) -> Option<Self> {
        let told = |code, words: &str, next: &str| Some(Self { code, words: lang.t(words), next: lang.t(next) });
        match lease.state {
            LeaseState::Unproven => told("unproven", "lease-unproven", "lease-unproven-next"),
            LeaseState::ClockDoubted => told("clock", "lease-clock", "lease-clock-next"),
            state if state.is_open() && now < lease.not_after => None,
            _ => {
                let words = lang.with("lease-hidden", [("at", clock(lang, lease.not_after, now).into())]);
                Some(Self { code: "over", words, next: lang.t("lease-hidden-next") })
            }
        }
    }
}

/// In the place of the record.
#[component]
pub(super) fn HiddenRecord(hidden: Hidden, busy: bool, on_renew: EventHandler<()>) -> Element {
    let lang = use_lang();
    rsx! {
        div { class: "hidden-record", "data-hidden": hidden.code,
            h2 { Icon { shape: Shape::Lock } "{hidden.words}" }
            p { "{hidden.next}" }
            p { {lang.t("closed-means-nothing")} }
            button { r#type: "button", class: "primary", "data-renew": "", disabled: busy, onclick: move |_| on_renew.call(()), Icon { shape: Shape::Again } {lang.t("record-renew")} }
        }
    }
}

/// A record that was taken back in front of its reader: it is not on this device any more. Care goes on: a note can be
/// written, and the record asked for again.
#[component]
pub fn TakenBackPage(
    person: Demographics,
    now: Timestamp,
    doing: Doing,
    on_renew: EventHandler<()>,
    on_note: EventHandler<()>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let hidden =
        Hidden { code: "taken-back", words: lang.t("record-taken-back"), next: lang.t("record-taken-back-next") };
    let busy = doing.is_busy();
    rsx! {
        IdentityStill { person: person.clone() }
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "record", role: "alert",
            Progress { doing, on_retry: on_renew }
            HiddenRecord { hidden, busy, on_renew }
        }
        div { class: "action-bar",
            button { id: "write-note", class: "primary", r#type: "button", onclick: move |_| on_note.call(()), Icon { shape: Shape::Note } {lang.t("write-note")} }
        }
    }
}
