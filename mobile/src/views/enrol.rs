//! Letting the device in: the code of its steward, typed, or the link that came with it, pasted.

use dioxus::prelude::*;
use engine::{Engine, Enrolment};

use crate::bridge::pulse;
use crate::components::{Icon, Progress, Shape};
use crate::fault::Doing;
use crate::i18n::use_lang;
use crate::verb::perform_saying;

/// One field, and what the record service said.
#[component]
pub fn EnrolPage(
    enrolment: Enrolment,
    doing: Doing,
    on_enrol: EventHandler<String>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let mut text = use_signal(String::new);
    let over = match enrolment {
        Enrolment::Enrolled => Some((Shape::Tick, "enrol-done")),
        Enrolment::NotOffered => Some((Shape::Tick, "enrol-not-needed")),
        Enrolment::Revoked => Some((Shape::Safety, "me-revoked")),
        Enrolment::Unknown | Enrolment::NeedsCode => None,
    };
    rsx! {
        section { class: "enrol", "data-enrol": "",
            header { class: "list-head", h1 { {lang.t("enrol-title")} } }
            if let Some((shape, words)) = over {
                p { class: "notice", role: "status", "data-enrolment": words, Icon { shape } {lang.t(words)} }
                button { id: "enrol-back", class: "primary", r#type: "button", onclick: move |_| on_back.call(()), {lang.t("enrol-go-on")} }
            } else {
                p { class: "lead", {lang.t("enrol-why")} }
                form {
                    onsubmit: move |event| {
                        event.prevent_default();
                        on_enrol.call(text());
                    },
                    label { r#for: "enrol-code", {lang.t("enrol-code")} }
                    input {
                        id: "enrol-code", r#type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", initial_value: "",
                        oninput: move |e| text.set(e.value()),
                    }
                    p { class: "hint", {lang.t("enrol-hint")} }
                    Progress { doing: doing.clone() }
                    button { id: "enrol-go", class: "primary", r#type: "submit", disabled: doing.is_busy(), {lang.t("enrol-go")} }
                }
                button { id: "enrol-back", class: "quiet", r#type: "button", onclick: move |_| on_back.call(()), {lang.t("enrol-back")} }
            }
        }
    }
}

/// Said where somebody is stopped by it: this device needs a code, and here is where to type it.
#[component]
pub fn NeedsCode(on_enrol: EventHandler<()>) -> Element {
    let lang = use_lang();
    rsx! {
        div { class: "notice", role: "status", "data-needs-code": "",
            Icon { shape: Shape::Device }
            div {
                p { {lang.t("me-needs-code")} }
                button { id: "enrol", r#type: "button", onclick: move |_| on_enrol.call(()), {lang.t("enrol-open")} }
            }
        }
    }
}

/// Enrolling with the engine.
#[component]
pub fn EnrolView(on_back: EventHandler<()>) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let doing = use_signal(Doing::default);
    let enrolment = pulse().state.read().device.enrolment;
    let enrol = move |text: String| {
        let engine = engine.clone();
        perform_saying(doing, lang.t("wait-enrol"), async move { engine.enrol(&text).await }, |()| {});
    };
    rsx! { EnrolPage { enrolment, doing: doing(), on_enrol: enrol, on_back } }
}
