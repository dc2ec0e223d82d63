//! While a sign-in goes on somewhere else: on another device, or in the browser.

use dioxus::prelude::*;
use jiff::Timestamp;

use crate::components::Qr;
use crate::format::clock;
use crate::i18n::use_lang;

/// The code for another device: scanned, or typed in. `page`: where it is typed in; `link`: the same with the code in it.
#[component]
pub fn CodePage(
    words: String,
    page: String,
    link: Option<String>,
    until: Timestamp,
    now: Timestamp,
    on_leave: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let short = page.trim_start_matches("https://").trim_start_matches("http://").to_owned();
    rsx! {
        main { class: "gate", "data-view": "sign-in-code",
            p { class: "brand", "Doorstep" }
            h1 { {lang.t("code-title")} }
            ol { class: "steps",
                li {
                    p { {lang.t("code-scan")} }
                    Qr { text: link.unwrap_or(page), label: lang.t("code-qr") }
                    p { class: "hint", {lang.t("code-or-open")} " " strong { class: "address", "{short}" } }
                }
                li {
                    p { {lang.t("code-check")} }
                    p { class: "user-code", "data-user-code": "{words}", "{words}" }
                }
                li { p { {lang.t("code-then")} } }
            }
            p { class: "hint", role: "status", {lang.with("code-until", [("at", clock(lang, until, now).into())])} }
            button { r#type: "button", "data-leave": "", onclick: move |_| on_leave.call(()), {lang.t("sign-in-leave")} }
        }
    }
}

/// The page is open in the browser.
#[component]
pub fn BrowserPage(
    until: Timestamp,
    now: Timestamp,
    on_again: EventHandler<()>,
    on_leave: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    rsx! {
        main { class: "gate", "data-view": "sign-in-browser",
            p { class: "brand", "Doorstep" }
            h1 { {lang.t("browser-title")} }
            p { class: "lead", {lang.t("browser-lead")} }
            p { class: "hint", role: "status", {lang.with("browser-until", [("at", clock(lang, until, now).into())])} }
            button { r#type: "button", onclick: move |_| on_again.call(()), {lang.t("browser-again")} }
            button { r#type: "button", "data-leave": "", onclick: move |_| on_leave.call(()), {lang.t("sign-in-leave")} }
        }
    }
}
