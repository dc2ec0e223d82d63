//! The PIN of a person new to this device.

use dioxus::prelude::*;
use engine::Engine;
use secrecy::SecretString;
use shared::identity::Staff;

use crate::components::Progress;
use crate::fault::{Doing, Fault};
use crate::i18n::{Lang, use_lang};
use crate::verb::perform_saying;

const SHORTEST: usize = 6;

/// Two fields and why they are there.
#[component]
pub fn SetPinPage(staff: Staff, doing: Doing, on_save: EventHandler<(String, String)>) -> Element {
    let lang = use_lang();
    let mut first = use_signal(String::new);
    let mut second = use_signal(String::new);
    rsx! {
        main { class: "gate", "data-view": "set-pin",
            p { class: "brand", "Doorstep" }
            h1 { {lang.with("set-pin-title", [("name", staff.name.into())])} }
            p { class: "lead", {lang.t("set-pin-why")} }
            form {
                onsubmit: move |event| {
                    event.prevent_default();
                    on_save.call((first(), second()));
                },
                label { r#for: "pin", {lang.t("set-pin-first")} }
                input { id: "pin", r#type: "password", inputmode: "numeric", autocomplete: "off", initial_value: "", oninput: move |e| first.set(e.value()) }
                label { r#for: "pin-again", {lang.t("set-pin-again")} }
                input { id: "pin-again", r#type: "password", inputmode: "numeric", autocomplete: "off", initial_value: "", oninput: move |e| second.set(e.value()) }
                Progress { doing: doing.clone() }
                button { id: "pin-save", class: "primary", r#type: "submit", disabled: doing.is_busy(), {lang.t("set-pin-save")} }
            }
        }
    }
}

/// Setting the PIN with the engine.
#[component]
pub fn SetPinView(staff: Staff) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut doing = use_signal(Doing::default);
    let save = move |(first, second): (String, String)| {
        if let Some(fault) = refusal(lang, &first, &second) {
            doing.set(Doing::Failed(fault));
            return;
        }
        let engine = engine.clone();
        let setting = async move { engine.set_pin(SecretString::from(first)).await };
        perform_saying(doing, lang.t("wait-set-pin"), setting, |()| {});
    };
    rsx! { SetPinPage { staff, doing: doing(), on_save: save } }
}

/// Why two entries cannot be a PIN, before the engine is asked.
fn refusal(lang: Lang, first: &str, second: &str) -> Option<Fault> {
    if first.chars().count() < SHORTEST || !first.chars().all(|c| c.is_ascii_digit()) {
        return Some(Fault::of_input("pin-too-short", lang.t("fault-pin-too-short")));
    }
    (first != second).then(|| Fault::of_input("pins-differ", lang.t("fault-pins-differ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_twice_the_same() {
        let code = |a, b| refusal(Lang::En, a, b).map(|f| f.code);
        assert_eq!(code("12345", "12345"), Some("pin-too-short"));
        assert_eq!(code("12345a", "12345a"), Some("pin-too-short"));
        assert_eq!(code("123456", "123457"), Some("pins-differ"));
        assert_eq!(code("123456", "123456"), None);
    }
}
