//! Breaking the glass: why, who will be told, and the PIN again. One reason is pressed, one button opens.

use dioxus::prelude::*;
use engine::{Engine, GlassOutcome, Link};
use jiff::Timestamp;
use secrecy::SecretString;
use shared::consent::{GlassReason, reason_fits};
use shared::identity::Demographics;

use super::opening::leads_to;
use crate::bridge::pulse;
use crate::components::{Icon, IdentityBar, IdentityStill, Progress, Shape};
use crate::fault::Doing;
use crate::i18n::use_lang;
use crate::nav::{Place, use_nav};
use crate::verb::perform_saying;

/// What was entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    /// Why, as a code.
    pub reason: GlassReason,
    /// Why, in words.
    pub words: String,
    /// The PIN.
    pub pin: String,
}

const REASONS: [(&str, GlassReason); 4] = [
    ("glass-unconscious", GlassReason::Unconscious),
    ("glass-life-at-risk", GlassReason::LifeAtRisk),
    ("glass-lacks-capacity", GlassReason::LacksCapacity),
    ("glass-other", GlassReason::Other),
];

/// Who is told comes before what is asked. `declared`: it was kept here because there is no signal.
#[component]
pub fn GlassPage(
    person: Demographics,
    link: Link,
    now: Timestamp,
    doing: Doing,
    declared: bool,
    on_break: EventHandler<Entered>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    rsx! {
        // The page is long, and a wrong person must not be opened at the end of it.
        IdentityStill { person: person.clone() }
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "step glass-step",
            h2 { Icon { shape: Shape::Safety } {lang.t("glass-title")} }
            p { class: "lead", {lang.t("glass-lead")} }
            ul { class: "plain", id: "glass-told",
                li { {lang.t("glass-told-officer")} }
                li { {lang.t("glass-told-patient")} }
                li { {lang.t("glass-ends")} }
            }
            if matches!(link, Link::Offline { .. }) {
                p { class: "notice", "data-glass-offline": "", Icon { shape: Shape::Offline } {lang.t("glass-offline")} }
            }
            if declared {
                p { class: "notice", role: "status", id: "glass-declared", Icon { shape: Shape::Tick } {lang.t("glass-declared")} }
                button { class: "primary", r#type: "button", "data-glass-done": "", onclick: move |_| on_back.call(()), {lang.t("back")} }
            } else {
                GlassForm { doing, on_break }
            }
        }
    }
}

#[component]
fn GlassForm(doing: Doing, on_break: EventHandler<Entered>) -> Element {
    let lang = use_lang();
    let mut reason = use_signal(|| None::<GlassReason>);
    let mut words = use_signal(String::new);
    let mut pin = use_signal(String::new);
    let ready = reason().is_some() && reason_fits(&words.read()) && !pin.read().is_empty() && !doing.is_busy();
    rsx! {
        form {
            onsubmit: move |event| {
                event.prevent_default();
                if let (Some(reason), true) = (reason(), ready) {
                    on_break.call(Entered { reason, words: words(), pin: pin() });
                }
            },
            fieldset {
                legend { {lang.t("glass-why")} }
                div { class: "choices",
                    for (key , code) in REASONS {
                        button {
                            key: "{key}", r#type: "button", "data-glass-reason": code.code(),
                            "aria-pressed": if reason() == Some(code) { "true" } else { "false" },
                            onclick: move |_| reason.set(Some(code)),
                            if reason() == Some(code) { Icon { shape: Shape::Tick } }
                            {lang.t(key)}
                        }
                    }
                }
            }
            label { r#for: "glass-words", {lang.t("glass-words")} }
            textarea { id: "glass-words", rows: "3", initial_value: "", oninput: move |e| words.set(e.value()) }
            label { r#for: "glass-pin", {lang.t("glass-pin")} }
            input { id: "glass-pin", r#type: "password", inputmode: "numeric", autocomplete: "off", initial_value: "", oninput: move |e| pin.set(e.value()) }
            Progress { doing }
            button { id: "glass-go", class: "glass", r#type: "submit", disabled: !ready, Icon { shape: Shape::Safety } {lang.t("glass-go")} }
        }
    }
}

/// Breaking it with the engine.
#[component]
pub fn GlassView(person: Demographics) -> Element {
    let lang = use_lang();
    let pulse = pulse();
    let engine = use_context::<Engine>();
    let mut nav = use_nav();
    let doing = use_signal(Doing::default);
    let mut declared = use_signal(|| false);
    let link = use_memo(move || pulse.state.read().link);
    let about = person.clone();
    let go = move |entered: Entered| {
        let (engine, person) = (engine.clone(), about.clone());
        let whom = person.clone();
        let breaking = async move {
            let pin = SecretString::from(entered.pin);
            engine.break_glass(&person, entered.reason, &entered.words, pin).await
        };
        perform_saying(doing, lang.t("wait-glass"), breaking, move |outcome| match outcome {
            GlassOutcome::Answered(outcome) => {
                let place = leads_to(outcome, whom);
                if matches!(place, Place::Record(_)) {
                    // One step back from the record leads to the list, not to a refusal that is over.
                    nav.write().begin(place);
                } else {
                    nav.write().replace(place);
                }
            }
            GlassOutcome::Declared => declared.set(true),
        });
    };
    rsx! {
        GlassPage {
            person, link: link(), now: (pulse.now)(), doing: doing(), declared: declared(), on_break: go,
            on_back: move |()| nav.write().back(),
        }
    }
}
