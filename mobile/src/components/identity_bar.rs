//! Whose record this is. On every screen about a patient, always in the same place.

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::identity::{Demographics, PatientId};
use shared::sensitive::Sensitive;

use super::{Icon, Shape};
use crate::format::{born, nhs, sex};
use crate::i18n::use_lang;

/// Whom a screen is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Whom {
    /// A person as the record service knows them.
    Known(Demographics),
    /// Somebody of whom only the name is left here: a note outlives the record that it is about.
    Named(PatientId, Sensitive<String>),
}

impl From<Demographics> for Whom {
    fn from(person: Demographics) -> Self {
        Self::Known(person)
    }
}

impl Whom {
    /// Their id on the record service.
    pub const fn patient(&self) -> &PatientId {
        match self {
            Self::Known(person) => &person.patient,
            Self::Named(patient, _) => patient,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Known(person) => person.display_name(),
            Self::Named(_, name) => name.reveal().clone(),
        }
    }
}

/// `SURNAME, Given`, then date of birth with age, NHS number, sex. What is missing is said, never left out.
#[component]
pub fn IdentityBar(#[props(into)] person: Whom, now: Timestamp, on_back: EventHandler<()>) -> Element {
    let lang = use_lang();
    rsx! {
        header { id: "identity", class: "identity",
            button {
                class: "back", r#type: "button", "data-back": "", "aria-label": lang.t("back"),
                onclick: move |_| on_back.call(()),
                Icon { shape: Shape::Back }
            }
            div {
                h1 { "{person.name()}" }
                match person {
                    Whom::Known(person) => rsx! { Facts { person, now } },
                    Whom::Named(..) => rsx! { p { class: "fact-note", {lang.t("whom-name-only")} } },
                }
            }
        }
    }
}

#[component]
fn Facts(person: Demographics, now: Timestamp) -> Element {
    let lang = use_lang();
    let unverified = person.nhs_number.is_some() && !person.nhs_number_verified;
    rsx! {
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

/// The name and number alone, for large text on a small screen: the whole bar scrolls away there, and this line stays.
/// A screen reader has the bar.
#[component]
pub fn IdentityStill(person: Demographics) -> Element {
    let lang = use_lang();
    rsx! {
        p { id: "identity-still", class: "still", "aria-hidden": "true", strong { "{person.display_name()}" } " {nhs(lang, &person)}" }
    }
}
