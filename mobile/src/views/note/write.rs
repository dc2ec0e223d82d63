//! What is to be written.

use dioxus::prelude::*;
use engine::Engine;
use jiff::Timestamp;
use shared::identity::{Demographics, Role};

use crate::bridge::pulse;
use crate::components::{Icon, IdentityBar, Shape};
use crate::forms::Form;
use crate::i18n::use_lang;
use crate::nav::{Place, use_nav};
use crate::verb::perform;

/// The forms of a role; those that were begun say so.
#[component]
pub fn WritePage(
    person: Demographics,
    role: Role,
    begun: Vec<String>,
    now: Timestamp,
    on_form: EventHandler<Form>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    rsx! {
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "step write-step",
            h2 { {lang.t("write-title")} }
            div { class: "forms",
                for form in Form::of(role) {
                    button {
                        key: "{form.name()}", r#type: "button", "data-form": form.name(), onclick: move |_| on_form.call(form.clone()),
                        span { class: "form-name", {lang.t(form.title())} }
                        if begun.contains(&form.name()) {
                            span { class: "begun", "data-begun": "", Icon { shape: Shape::Note } {lang.t("write-begun")} }
                        }
                    }
                }
            }
        }
    }
}

/// The choice with the engine.
#[component]
pub fn WriteView(person: Demographics) -> Element {
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let mut nav = use_nav();
    let role = pulse.state.read().session.staff().map_or(Role::Admin, |staff| staff.role);
    let mut begun = use_signal(Vec::new);
    let patient = person.patient.clone();
    use_effect(move || {
        let (engine, patient) = (engine.clone(), patient.clone());
        // Without the list the forms are there all the same, and each says what was being written in it.
        perform(async move { engine.drafts(&patient).await }, move |forms| begun.set(forms.unwrap_or_default()));
    });
    let about = person.clone();
    rsx! {
        WritePage {
            person, role, begun: begun(), now: (pulse.now)(), on_back: move |()| nav.write().back(),
            on_form: move |form| nav.write().replace(Place::Note(about.clone(), form)),
        }
    }
}
