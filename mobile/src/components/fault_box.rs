//! An error says what happened and what to do next.

use dioxus::prelude::*;
use engine::{Advice, Engine};

use super::{Icon, Shape};
use crate::fault::Fault;
use crate::i18n::use_lang;

/// The words of a fault and the button that its advice names. Without `on_retry` there is nothing to try again.
#[component]
pub fn FaultBox(fault: Fault, on_retry: Option<EventHandler<()>>) -> Element {
    let lang = use_lang();
    let (code, words) = (fault.code, fault.words(lang));
    rsx! {
        div { class: "fault", role: "alert", "data-fault": code,
            Icon { shape: Shape::Safety }
            div {
                p { "{words}" }
                NextStep { fault, on_retry }
            }
        }
    }
}

#[component]
fn NextStep(fault: Fault, on_retry: Option<EventHandler<()>>) -> Element {
    let lang = use_lang();
    match fault.advice {
        Advice::TryAgain => match on_retry {
            Some(retry) => rsx! {
                button { r#type: "button", "data-advice": "try-again", onclick: move |_| retry.call(()), {lang.t("try-again")} }
            },
            None => rsx! {},
        },
        Advice::SignIn => rsx! { SignInAgain {} },
        Advice::FreeStorage => rsx! { p { {lang.t("advice-free-storage")} } },
        Advice::CallServiceDesk => rsx! { p { {lang.with("advice-service-desk", [("code", fault.code.into())])} } },
        Advice::Correct | Advice::None => rsx! {},
    }
}

#[component]
fn SignInAgain() -> Element {
    let lang = use_lang();
    let engine = use_hook(try_consume_context::<Engine>);
    rsx! {
        button {
            r#type: "button",
            "data-advice": "sign-in",
            onclick: move |_| {
                if let Some(engine) = engine.clone() {
                    tokio::spawn(async move { engine.sign_out().await });
                }
            },
            {lang.t("advice-sign-in")}
        }
    }
}
