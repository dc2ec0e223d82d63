//! Opening the vault with a PIN. Needs no connection.

use dioxus::prelude::*;
use engine::{Destroyed, DeviceView, Engine, Enrolment, KnownPerson};
use jiff::Timestamp;
use secrecy::SecretString;
use shared::identity::StaffId;

use super::NeedsCode;
use crate::bridge::pulse;
use crate::components::{Icon, Progress, Shape};
use crate::fault::Doing;
use crate::format::clock;
use crate::i18n::use_lang;
use crate::verb::perform;

/// The people of this device and the PIN of the one chosen. `tries` counts wrong PINs: each empties the field.
#[component]
pub fn UnlockPage(
    people: Vec<KnownPerson>,
    first: Option<usize>,
    now: Timestamp,
    doing: Doing,
    tries: u32,
    on_unlock: EventHandler<(StaffId, String)>,
    on_other: EventHandler<()>,
    #[props(default)] device: DeviceView,
    on_enrol: Option<EventHandler<()>>,
) -> Element {
    let lang = use_lang();
    let mut chosen = use_signal(|| first);
    let person = chosen().and_then(|i| people.get(i).cloned());
    let said = person.as_ref().is_some_and(|person| person.destroyed == Some(Destroyed::DeviceRevoked));
    let starts_again = person.as_ref().is_some_and(|person| person.destroyed == Some(Destroyed::WrongPins));
    rsx! {
        main { class: "gate", "data-view": "unlock",
            p { class: "brand", "Doorstep" }
            h1 { {lang.t("unlock-title")} }
            if people.len() > 1 {
                if person.is_none() {
                    p { class: "lead", {lang.t("unlock-who")} }
                }
                ul { class: "rows",
                    for (i , known) in people.into_iter().enumerate() {
                        li { key: "{known.staff.id}",
                            button {
                                class: "row", r#type: "button", "data-person": "{known.staff.id}",
                                "aria-pressed": if chosen() == Some(i) { "true" } else { "false" },
                                onclick: move |_| chosen.set(Some(i)),
                                span { class: "row-main", strong { "{known.staff.name}" } span { "{known.staff.job_title}" } }
                                Icon { shape: if chosen() == Some(i) { Shape::Tick } else { Shape::Open } }
                            }
                        }
                    }
                }
            }
            if let Some(person) = person {
                if let Some(why) = person.destroyed {
                    Gone { why }
                } else {
                PinForm { key: "{person.staff.id}-{tries}", person, now, doing, on_unlock }
                }
            }
            if let Some(on_enrol) = on_enrol {
                NeedsCode { on_enrol }
            }
            if device.enrolment == Enrolment::Revoked && !said {
                p { class: "notice", "data-revoked": "", Icon { shape: Shape::Safety } {lang.t("me-revoked")} }
            }
            if device.relayed > 0 {
                p { class: "hint", "data-relayed": "{device.relayed}", {lang.with("me-relayed", [("count", device.relayed.into())])} }
            }
            button {
                class: if starts_again { "primary" } else { "quiet" }, r#type: "button", "data-other": "", onclick: move |_| on_other.call(()),
                {lang.t(if starts_again { "advice-sign-in" } else { "unlock-other" })}
            }
        }
    }
}

/// The keys of this person are gone: what happened, what is not lost, and what to do.
#[component]
fn Gone(why: Destroyed) -> Element {
    let lang = use_lang();
    let key = match why {
        Destroyed::WrongPins => "unlock-destroyed",
        Destroyed::DeviceRevoked => "unlock-revoked",
    };
    rsx! {
        div { class: "notice", role: "alert", "data-destroyed": "", Icon { shape: Shape::Safety } p { {lang.t(key)} } }
    }
}

#[component]
fn PinForm(person: KnownPerson, now: Timestamp, doing: Doing, on_unlock: EventHandler<(StaffId, String)>) -> Element {
    let lang = use_lang();
    let mut pin = use_signal(String::new);
    let wait = person.try_after.filter(|at| *at > now);
    let wait = wait.map(|at| lang.with("unlock-try-after", [("at", clock(lang, at, now).into())]));
    let id = person.staff.id.clone();
    rsx! {
        form {
            onsubmit: move |event| {
                event.prevent_default();
                on_unlock.call((id.clone(), pin()));
            },
            label { r#for: "pin", {lang.with("unlock-pin", [("name", person.staff.name.into())])} }
            input { id: "pin", r#type: "password", inputmode: "numeric", autocomplete: "off", initial_value: "", oninput: move |e| pin.set(e.value()) }
            if person.last_try {
                p { class: "notice", role: "alert", "data-last-try": "", Icon { shape: Shape::Safety } {lang.t("unlock-last-try")} }
            }
            Progress { doing: doing.clone() }
            if let Some(wait) = wait.clone() {
                p { class: "notice", role: "status", "data-waits": "", Icon { shape: Shape::Clock } "{wait}" }
            }
            button { id: "unlock", class: "primary", r#type: "submit", disabled: doing.is_busy() || wait.is_some(), {lang.t("unlock-go")} }
            p { class: "hint", {lang.t("unlock-offline")} }
        }
    }
}

/// Unlocking with the engine.
#[component]
pub fn UnlockView(
    people: Vec<KnownPerson>,
    first: Option<usize>,
    on_other: EventHandler<()>,
    on_enrol: Option<EventHandler<()>>,
) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut doing = use_signal(Doing::default);
    let mut tries = use_signal(|| 0_u32);
    let unlock = move |(who, pin): (StaffId, String)| {
        if doing.peek().is_busy() {
            return;
        }
        let engine = engine.clone();
        let unlocking = async move { engine.unlock(&who, SecretString::from(pin)).await };
        doing.set(Doing::Busy(lang.t("wait-unlock")));
        perform(unlocking, move |answer| match answer {
            Ok(()) => doing.set(Doing::Idle),
            Err(fault) => {
                doing.set(Doing::Failed(fault));
                tries += 1;
            }
        });
    };
    let device = pulse().state.read().device;
    rsx! { UnlockPage { device, people, first, now: (pulse().now)(), doing: doing(), tries: tries(), on_unlock: unlock, on_other, on_enrol } }
}
