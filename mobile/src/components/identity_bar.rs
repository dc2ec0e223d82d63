//! Whose record this is. On every screen about a patient, always in the same place.

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::identity::Demographics;

use super::{Icon, Shape};
use crate::format::{born, nhs, sex};
use crate::i18n::use_lang;

/// `SURNAME, Given`, then date of birth with age, NHS number, sex. What is missing is said, never left out.
#[component]
pub fn IdentityBar(person: Demographics, now: Timestamp, on_back: EventHandler<()>) -> Element {
    let lang = use_lang();
    let unverified = person.nhs_number.is_some() && !person.nhs_number_verified;
    rsx! {
        header { id: "identity", class: "identity",
            button {
                class: "back", r#type: "button", "data-back": "", "aria-label": lang.t("back"),
                onclick: move |_| on_back.call(()),
                Icon { shape: Shape::Back }
            }
            div {
                h1 { "{person.display_name()}" }
                ul { class: "facts",
                    li { span { class: "fact-label", {lang.t("born-label")} } " {born(lang, &person, now)}" }
                    li {
                        span { class: "fact-label", {lang.t("nhs-label")} }
                        " {nhs(lang, &person)}"
                        if unverified {
                            " "
                            span { class: "fact-note", {lang.t("nhs-not-verified")} }
                        }
                    }
                    li { "{sex(lang, &person)}" }
                }
            }
        }
    }
}

/// The name and number alone, for large text on a small screen: the whole bar scrolls away there, and this line stays.
/// A screen reader has the bar.
#[component]
pub fn IdentityStill(person: Demographics) -> Element {
    let lang = use_lang();
    rsx! {
        p { id: "identity-still", class: "still", "aria-hidden": "true", strong { "{person.display_name()}" } " {nhs(lang, &person)}" }
    }
}
