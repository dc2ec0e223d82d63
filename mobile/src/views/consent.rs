//! Nothing is recorded about who may see this record: the patient is asked, in words to be read aloud.

use dioxus::prelude::*;
use engine::{Engine, Permission};
use jiff::Timestamp;
use shared::identity::Demographics;

use super::opening;
use crate::bridge::pulse;
use crate::components::{IdentityBar, Progress};
use crate::fault::Doing;
use crate::i18n::{Lang, use_lang};
use crate::nav::use_nav;

/// Yes, no, or why the patient cannot say.
#[component]
pub fn ConsentPage(
    person: Demographics,
    now: Timestamp,
    doing: Doing,
    on_answer: EventHandler<Permission>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let mut cannot_say = use_signal(|| false);
    let busy = doing.is_busy();
    rsx! {
        IdentityBar { person, now, on_back }
        div { class: "step",
            h2 { {lang.t("consent-title")} }
            p { class: "lead", {lang.t("consent-lead")} }
            blockquote { class: "say", {lang.t("consent-say")} }
            div { class: "choices answers",
                button { id: "patient-agrees", r#type: "button", disabled: busy, onclick: move |_| on_answer.call(Permission::PatientAgrees), {lang.t("consent-agrees")} }
                button { id: "patient-refuses", r#type: "button", disabled: busy, onclick: move |_| on_answer.call(Permission::PatientRefuses), {lang.t("consent-refuses")} }
                button {
                    id: "patient-cannot-say", r#type: "button", disabled: busy, "aria-expanded": if cannot_say() { "true" } else { "false" },
                    onclick: move |_| cannot_say.toggle(), {lang.t("consent-cannot-say")}
                }
            }
            if cannot_say() {
                CannotSay { busy, on_answer }
            }
            Progress { doing }
        }
    }
}

// The reason goes to the audit as it is said here, in English: it is read by the privacy officer, not on this screen.
const REASONS: [(&str, &str); 4] = [
    ("reason-unconscious", "unconscious"),
    ("reason-confused", "confused"),
    ("reason-too-ill", "too-ill"),
    ("reason-cannot-communicate", "cannot-communicate"),
];

#[component]
fn CannotSay(busy: bool, on_answer: EventHandler<Permission>) -> Element {
    let lang = use_lang();
    let mut other = use_signal(String::new);
    let say = move |reason: String| on_answer.call(Permission::PatientCannotSay { reason });
    rsx! {
        div { class: "cannot-say",
            p { {lang.t("consent-why")} }
            div { class: "choices",
                for (key , name) in REASONS {
                    button { key: "{name}", r#type: "button", "data-reason": name, disabled: busy, onclick: move |_| say(Lang::En.t(key)), {lang.t(key)} }
                }
            }
            form {
                onsubmit: move |event| {
                    event.prevent_default();
                    let reason = other.peek().trim().to_owned();
                    if !reason.is_empty() {
                        say(reason);
                    }
                },
                label { r#for: "cannot-say-reason", {lang.t("consent-other-reason")} }
                input { id: "cannot-say-reason", r#type: "text", autocomplete: "off", initial_value: "", oninput: move |e| other.set(e.value()) }
                button { id: "cannot-say-go", r#type: "submit", disabled: busy || other.read().trim().is_empty(), {lang.t("consent-go-on")} }
            }
        }
    }
}

/// Telling the engine what the patient said.
#[component]
pub fn ConsentView(person: Demographics) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut nav = use_nav();
    let doing = use_signal(Doing::default);
    let about = person.clone();
    let answer = move |permission: Permission| {
        let words = match permission {
            Permission::PatientRefuses => lang.t("wait-refusal"),
            Permission::PatientCannotSay { .. } => lang.t("wait-cannot-say"),
            Permission::PatientAgrees | Permission::Recorded => lang.t("wait-permission"),
        };
        opening::open(&engine, nav, doing, words, about.clone(), permission);
    };
    rsx! { ConsentPage { person, now: (pulse().now)(), doing: doing(), on_answer: answer, on_back: move |()| nav.write().back() } }
}
