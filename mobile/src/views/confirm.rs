//! Two identifiers before anything is asked for: the person on the list must be the person in the room.

use std::collections::BTreeSet;

use dioxus::prelude::*;
use engine::{Engine, Permission};
use jiff::Timestamp;
use shared::identity::Demographics;

use super::opening;
use crate::bridge::pulse;
use crate::components::{FaultBox, Icon, Progress, Shape, Wait};
use crate::fault::{Doing, Fault};
use crate::format::{born, nhs};
use crate::i18n::use_lang;
use crate::nav::{Candidate, use_nav};
use crate::verb::perform;

const NEEDED: usize = 2;

/// Four facts to compare. Each is pressed once it was checked with the person, a relative or a wristband; what is
/// not recorded cannot be checked.
#[component]
pub fn ConfirmPage(
    person: Demographics,
    now: Timestamp,
    doing: Doing,
    on_open: EventHandler<()>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let mut pressed = use_signal(BTreeSet::<&'static str>::new);
    let facts = [
        ("name", lang.t("identifier-name"), person.display_name(), is_named(&person)),
        ("born", lang.t("born-label-long"), born(lang, &person, now), !person.birth_date.reveal().is_empty()),
        ("nhs", lang.t("identifier-nhs"), nhs(lang, &person), person.nhs_number.is_some()),
        (
            "address",
            lang.t("identifier-address"),
            address(&person, lang.t("address-not-recorded")),
            !person.address.reveal().is_empty(),
        ),
    ];
    let count = pressed.read().len();
    let ready = count >= NEEDED && !doing.is_busy();
    rsx! {
        header { class: "step-head",
            button { class: "back", r#type: "button", "data-back": "", "aria-label": lang.t("back"), onclick: move |_| on_back.call(()), Icon { shape: Shape::Back } }
            h1 { {lang.t("confirm-title")} }
        }
        div { class: "step",
            p { class: "lead", {lang.t("confirm-lead")} }
            div { id: "identity", class: "tiles",
                for (name , label , value , known) in facts {
                    button {
                        key: "{name}", class: "tile", r#type: "button", "data-identifier": name, disabled: !known,
                        "aria-pressed": if pressed.read().contains(name) { "true" } else { "false" },
                        onclick: move |_| {
                            let mut pressed = pressed.write();
                            if !pressed.remove(name) {
                                pressed.insert(name);
                            }
                        },
                        span { class: "tick-box", if pressed.read().contains(name) { Icon { shape: Shape::Tick } } }
                        span { class: "row-main", span { class: "fact-label", "{label}" } strong { "{value}" } }
                    }
                }
            }
            Progress { doing, on_retry: on_open }
            p { class: "hint", role: "status",
                if count < NEEDED {
                    {lang.with("confirm-missing", [("count", (NEEDED - count).into())])}
                } else {
                    {lang.t("confirm-ready")}
                }
            }
            button { id: "open-record", class: "primary", r#type: "button", disabled: !ready, onclick: move |_| on_open.call(()), {lang.t("confirm-open")} }
        }
    }
}

// Some people have one name.
fn is_named(person: &Demographics) -> bool {
    [&person.family, &person.given].iter().any(|name| !name.reveal().is_empty())
}

fn address(person: &Demographics, missing: String) -> String {
    let address = person.address.reveal();
    if address.is_empty() { missing } else { address.clone() }
}

/// The facts from the engine, where the list did not bring them.
#[component]
pub fn ConfirmView(candidate: Candidate) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut nav = use_nav();
    let doing = use_signal(Doing::default);
    let mut person = use_signal(|| None::<Result<Demographics, Fault>>);
    let (asked, whom) = (engine.clone(), candidate.clone());
    let ask = use_callback(move |()| match whom.clone() {
        Candidate::Found(found) => person.set(Some(Ok(found))),
        Candidate::Visit { patient, .. } => {
            let engine = asked.clone();
            person.set(None);
            perform(async move { engine.person(&patient).await }, move |answer| person.set(Some(answer)));
        }
    });
    use_effect(move || ask(()));
    let back = move |()| nav.write().back();
    match person() {
        Some(Ok(known)) => {
            let about = known.clone();
            let open = move |()| {
                opening::open(&engine, nav, doing, lang.t("wait-open"), about.clone(), Permission::Recorded);
            };
            rsx! { ConfirmPage { person: known, now: (pulse().now)(), doing: doing(), on_open: open, on_back: back } }
        }
        unknown => rsx! {
            NotYet { candidate, fault: unknown.and_then(Result::err), on_retry: move |()| ask(()), on_back: back }
        },
    }
}

#[component]
fn NotYet(
    candidate: Candidate,
    fault: Option<Fault>,
    on_retry: EventHandler<()>,
    on_back: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let name = match &candidate {
        Candidate::Visit { name, .. } => name.reveal().clone(),
        Candidate::Found(person) => person.display_name(),
    };
    rsx! {
        header { class: "step-head",
            button { class: "back", r#type: "button", "data-back": "", "aria-label": lang.t("back"), onclick: move |_| on_back.call(()), Icon { shape: Shape::Back } }
            h1 { "{name}" }
        }
        div { class: "step",
            match fault {
                Some(fault) => rsx! { FaultBox { fault, on_retry } },
                None => rsx! { Wait { words: lang.t("wait-person") } },
            }
        }
    }
}
