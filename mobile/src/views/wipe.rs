//! Wiping the device: what is lost is said first, and it takes two different confirmations.

use dioxus::prelude::*;
use engine::{Engine, Unsent, Wipe};

use crate::components::{FaultBox, Icon, Progress, Shape, Wait};
use crate::fault::{Doing, Fault};
use crate::i18n::{Lang, use_lang};
use crate::verb::{perform, perform_saying};

/// What is on the device and unsent, then what has to be typed.
#[component]
pub fn WipePage(
    unsent: Unsent,
    doing: Doing,
    on_send: EventHandler<()>,
    on_wipe: EventHandler<Wipe>,
    on_back: EventHandler<()>,
    #[props(default)] sure: bool,
) -> Element {
    let lang = use_lang();
    let mut sure = use_signal(|| sure);
    rsx! {
        header { class: "list-head", h1 { {lang.t("wipe-title")} } }
        p { {lang.t("wipe-what")} }
        if unsent.is_none() {
            p { id: "wipe-none", {lang.t("wipe-nothing-waits")} }
        } else {
            div { class: "notice", id: "wipe-lost", role: "status",
                Icon { shape: Shape::Safety }
                ul { class: "plain",
                    for line in lost(lang, unsent) {
                        li { key: "{line}", "{line}" }
                    }
                }
            }
        }
        Progress { doing: doing.clone() }
        if sure() {
            Typed { unsent, busy: doing.is_busy(), on_wipe }
        } else {
            div { class: "choices",
                if !unsent.is_none() {
                    button { id: "wipe-send", class: "primary", r#type: "button", disabled: doing.is_busy(), onclick: move |_| on_send.call(()), {lang.t("wipe-send")} }
                }
                button { id: "wipe-next", r#type: "button", disabled: doing.is_busy(), onclick: move |_| sure.set(true), {lang.t("wipe-next")} }
            }
        }
        button { id: "wipe-back", class: "quiet", r#type: "button", onclick: move |_| on_back.call(()), {lang.t("wipe-back")} }
    }
}

/// The second confirmation is typed: a word when nothing is lost, else how many notes are.
#[component]
fn Typed(unsent: Unsent, busy: bool, on_wipe: EventHandler<Wipe>) -> Element {
    let lang = use_lang();
    let mut typed = use_signal(String::new);
    let wanted = if unsent.is_none() { lang.t("wipe-word") } else { unsent.sum().to_string() };
    let ask = if unsent.is_none() {
        lang.with("wipe-type-word", [("word", wanted.clone().into())])
    } else {
        lang.with("wipe-type-count", [("count", unsent.sum().into())])
    };
    let agreed = is_agreed(&typed(), &wanted);
    rsx! {
        form {
            onsubmit: move |event| {
                event.prevent_default();
                if agreed {
                    on_wipe.call(if unsent.is_none() { Wipe::WhenAllIsSent } else { Wipe::Losing(unsent) });
                }
            },
            label { r#for: "wipe-typed", "{ask}" }
            input { id: "wipe-typed", autocomplete: "off", autocapitalize: "characters", initial_value: "", oninput: move |e| typed.set(e.value()) }
            button { id: "wipe-now", class: "danger", r#type: "submit", disabled: busy || !agreed, {lang.t("wipe-now")} }
        }
    }
}

fn is_agreed(typed: &str, wanted: &str) -> bool {
    typed.trim().to_uppercase() == wanted.to_uppercase()
}

fn lost(lang: Lang, unsent: Unsent) -> Vec<String> {
    let all = [
        ("wipe-mine", unsent.mine),
        ("wipe-declared", unsent.declared),
        ("wipe-others", unsent.others),
        ("wipe-locked-away", unsent.locked_away),
    ];
    let some = all.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(key, count)| lang.with(key, [("count", count.into())])).collect()
}

/// Wiping with the engine. What waits is counted again after each try to send it.
#[component]
pub fn WipeView(on_back: EventHandler<()>) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut unsent = use_signal(|| None::<Result<Unsent, Fault>>);
    let doing = use_signal(Doing::default);
    let asked = engine.clone();
    let ask = use_callback(move |()| {
        let engine = asked.clone();
        perform(async move { engine.unsent().await }, move |answer| unsent.set(Some(answer)));
    });
    use_effect(move || ask(()));
    let sending = engine.clone();
    let send = move |()| {
        let engine = sending.clone();
        let work = async move {
            engine.send_all().await?;
            engine.unsent().await
        };
        perform_saying(doing, lang.t("wait-send"), work, move |left| unsent.set(Some(Ok(left))));
    };
    let wipe = move |how: Wipe| {
        let engine = engine.clone();
        perform_saying(doing, lang.t("wait-wipe"), async move { engine.wipe(how).await }, |()| {});
    };
    match unsent() {
        Some(Ok(unsent)) => rsx! { WipePage { unsent, doing: doing(), on_send: send, on_wipe: wipe, on_back } },
        Some(Err(fault)) => rsx! { FaultBox { fault, on_retry: move |()| ask(()) } },
        None => rsx! { Wait { words: lang.t("wait-draft") } },
    }
}

/// The device is empty.
#[component]
pub fn WipedPage(on_again: EventHandler<()>) -> Element {
    let lang = use_lang();
    rsx! {
        main { class: "gate", "data-view": "wiped",
            p { class: "brand", "Doorstep" }
            h1 { {lang.t("wiped-title")} }
            p { {lang.t("wiped-what")} }
            button { id: "start-again", class: "primary", r#type: "button", onclick: move |_| on_again.call(()), {lang.t("wiped-again")} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_has_to_be_typed() {
        let some = Unsent { mine: 2, declared: 1, others: 2, locked_away: 1 };
        assert_eq!(some.sum(), 6);
        assert_eq!(lost(Lang::En, some).len(), 4);
        assert!(is_agreed(" wipe ", "WIPE") && is_agreed("6", "6"));
        assert!(!is_agreed("", "WIPE") && !is_agreed("5", "6") && !is_agreed("yes", "WIPE"));
    }
}
