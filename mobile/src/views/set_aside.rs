//! A note that the record would not take: for a colleague to write, or to be taken out of the app.

use dioxus::prelude::*;
use engine::Engine;
use jiff::Timestamp;
use shared::identity::NoteId;

use crate::bridge::pulse;
use crate::components::{FaultBox, Icon, IdentityBar, Progress, Shape, Wait, Whom};
use crate::fault::{Doing, Fault};
use crate::forms::say;
use crate::i18n::use_lang;
use crate::nav::use_nav;
use crate::verb::{perform, perform_saying};

/// What a colleague needs to write it in their own name.
#[component]
pub fn HandOverPage(
    #[props(into)] person: Whom,
    lines: Vec<String>,
    text: String,
    now: Timestamp,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    rsx! {
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "step note-step",
            h2 { {lang.t("hand-over-title")} }
            ol { class: "steps",
                for step in ["hand-over-show", "hand-over-write", "hand-over-stays"] {
                    li { key: "{step}", {lang.t(step)} }
                }
            }
            article { class: "note", id: "hand-over-words",
                ul { class: "note-says",
                    for (nth , line) in lines.into_iter().enumerate() {
                        li { key: "{nth}", "{line}" }
                    }
                }
                if !text.is_empty() {
                    p { class: "note-text", "{text}" }
                }
            }
        }
    }
}

/// What it means to take a note out, and after that its words.
#[component]
pub fn TakeOutPage(
    #[props(into)] person: Whom,
    taken: Option<String>,
    #[props(default)] copied: Option<bool>,
    now: Timestamp,
    doing: Doing,
    on_take: EventHandler<()>,
    on_copy: EventHandler<()>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    rsx! {
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "step note-step",
            h2 { {lang.t("take-out-title")} }
            p { class: "notice", "data-warning": "", Icon { shape: Shape::Safety } {lang.t("take-out-warning")} }
            p { {lang.t("take-out-stays")} }
            Progress { doing: doing.clone() }
            match taken {
                None => rsx! {
                    button { id: "take-out", class: "primary", r#type: "button", disabled: doing.is_busy(), onclick: move |_| on_take.call(()), {lang.t("take-out-go")} }
                },
                Some(taken) => rsx! {
                    button { id: "copy", class: "primary", r#type: "button", "data-copies": "taken", onclick: move |_| on_copy.call(()), {lang.t("take-out-copy")} }
                    match copied {
                        Some(true) => rsx! { p { id: "copied", class: "hint", role: "status", Icon { shape: Shape::Tick } {lang.t("take-out-copied")} } },
                        Some(false) => rsx! { p { id: "copied", class: "hint", role: "alert", {lang.t("take-out-not-copied")} } },
                        None => rsx! {},
                    }
                    pre { id: "taken", class: "taken", tabindex: "0", "{taken}" }
                },
            }
        }
    }
}

/// A note for a colleague, with the engine.
#[component]
pub fn HandOverView(whom: Whom, note: NoteId) -> Element {
    let (lang, engine, pulse) = (use_lang(), use_context::<Engine>(), pulse());
    let mut nav = use_nav();
    let mut read = use_signal(|| None::<Result<(Vec<String>, String), Fault>>);
    let ask = use_callback(move |()| {
        let engine = engine.clone();
        perform(async move { engine.edit_again(note).await }, move |answer| {
            read.set(Some(answer.map(|(text, content)| (say(lang, &content, *pulse.now.peek()), text))));
        });
    });
    use_effect(move || ask(()));
    let back = move |()| nav.write().back();
    match read() {
        Some(Ok((lines, text))) => {
            rsx! { HandOverPage { person: whom, lines, text, now: (pulse.now)(), on_back: back } }
        }
        unread => rsx! {
            div { class: "sticky", IdentityBar { person: whom, now: (pulse.now)(), on_back: back } }
            div { class: "step",
                match unread.and_then(Result::err) {
                    Some(fault) => rsx! { FaultBox { fault, on_retry: move |()| ask(()) } },
                    None => rsx! { Wait { words: lang.t("wait-note") } },
                }
            }
        },
    }
}

/// The page copied by itself when its button was pressed: it says whether it could.
const COPIED: &str = "return window.copied === true";

/// Taking a note out, with the engine.
#[component]
pub fn TakeOutView(whom: Whom, note: NoteId) -> Element {
    let (lang, engine, pulse) = (use_lang(), use_context::<Engine>(), pulse());
    let mut nav = use_nav();
    let doing = use_signal(Doing::default);
    let mut taken = use_signal(|| None::<String>);
    let mut copied = use_signal(|| None::<bool>);
    let take = move |()| {
        let engine = engine.clone();
        let taking = async move { engine.export_note(note).await };
        perform_saying(doing, lang.t("wait-take-out"), taking, move |text| taken.set(Some(text)));
    };
    let copy = move |()| {
        spawn(async move { copied.set(Some(document::eval(COPIED).join().await.unwrap_or(false))) });
    };
    rsx! {
        TakeOutPage {
            person: whom, taken: taken(), copied: copied(), now: (pulse.now)(), doing: doing(), on_take: take, on_copy: copy,
            on_back: move |()| nav.write().back(),
        }
    }
}
