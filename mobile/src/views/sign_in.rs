//! Signing in, once a shift: as somebody on a development service's list, in a browser, or on another device.

use dioxus::prelude::*;
use engine::{Engine, EngineError, SignInWays, SigningIn};
use shared::identity::{Staff, StaffId};

use super::NeedsCode;
use super::elsewhere::{BrowserPage, CodePage};
use crate::bridge::pulse;
use crate::components::{FaultBox, Icon, Progress, Shape, Wait};
use crate::fault::{Doing, Fault};
use crate::i18n::{Lang, use_lang};
use crate::platform::{browse, can_browse};
use crate::verb::perform;

/// What is known of the ways to sign in.
#[derive(Debug, Clone, PartialEq)]
pub enum Ways {
    /// Being asked for.
    Asking,
    /// As answered.
    Heard(SignInWays),
    /// Not answered.
    Failed(Fault),
}

/// How somebody chose to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// As this person of the list.
    As(StaffId),
    /// In a browser on this device.
    Browser,
    /// With a code on another device.
    Code,
}

/// The ways and what came of choosing.
#[component]
pub fn SignInPage(
    ways: Ways,
    doing: Doing,
    on_choose: EventHandler<Way>,
    on_retry: EventHandler<()>,
    on_back: Option<EventHandler<()>>,
    on_enrol: Option<EventHandler<()>>,
) -> Element {
    let lang = use_lang();
    let listed = matches!(&ways, Ways::Heard(ways) if !ways.staff.is_empty());
    let title = if listed { "sign-in-title" } else { "sign-in-here" };
    rsx! {
        main { class: "gate", "data-view": "sign-in",
            p { class: "brand", "Doorstep" }
            h1 { {lang.t(title)} }
            p { class: "lead", {lang.t("sign-in-lead")} }
            if let Some(on_enrol) = on_enrol {
                NeedsCode { on_enrol }
            }
            Progress { doing: doing.clone() }
            match ways {
                Ways::Asking => rsx! { Wait { words: lang.t("wait-staff") } },
                Ways::Failed(fault) => rsx! { FaultBox { fault, on_retry } },
                Ways::Heard(ways) => rsx! { Heard { ways, busy: doing.is_busy(), on_choose } },
            }
            if let Some(back) = on_back {
                button { class: "quiet", r#type: "button", onclick: move |_| back.call(()), {lang.t("unlock-instead")} }
            }
        }
    }
}

#[component]
fn Heard(ways: SignInWays, busy: bool, on_choose: EventHandler<Way>) -> Element {
    let lang = use_lang();
    if ways.staff.is_empty() && !ways.browser && !ways.code {
        return rsx! { p { class: "empty", {lang.t("sign-in-nobody")} } };
    }
    let first = ways.staff.is_empty();
    rsx! {
        if !ways.staff.is_empty() {
            ul { class: "rows",
                for person in ways.staff {
                    li { key: "{person.id}", StaffRow { person, busy, on_choose } }
                }
            }
        }
        if ways.browser && first {
            button { class: "primary", r#type: "button", "data-way": "browser", disabled: busy, onclick: move |_| on_choose.call(Way::Browser), {lang.t("sign-in-browser")} }
        }
        if ways.code {
            button {
                class: if first && !ways.browser { "primary" } else { "" },
                r#type: "button", "data-way": "code", disabled: busy, onclick: move |_| on_choose.call(Way::Code), {lang.t("sign-in-code")}
            }
            p { class: "hint", {lang.t("sign-in-code-hint")} }
        }
    }
}

#[component]
fn StaffRow(person: Staff, busy: bool, on_choose: EventHandler<Way>) -> Element {
    let id = person.id.clone();
    rsx! {
        button { class: "row", r#type: "button", "data-staff": "{id}", disabled: busy, onclick: move |_| on_choose.call(Way::As(id.clone())),
            span { class: "row-main",
                strong { "{person.name}" }
                span { "{person.job_title}" }
                span { class: "meta", "{person.organisation.name}" }
            }
            Icon { shape: Shape::Open }
        }
    }
}

/// Signing in with the engine.
#[component]
pub fn SignInView(on_back: Option<EventHandler<()>>, on_enrol: Option<EventHandler<()>>) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let mut ways = use_signal(|| Ways::Asking);
    let mut doing = use_signal(Doing::default);
    let asked = engine.clone();
    let ask = use_callback(move |()| {
        let engine = asked.clone();
        ways.set(Ways::Asking);
        let asking = async move { engine.sign_in_ways().await };
        perform(asking, move |answer| ways.set(answer.map_or_else(Ways::Failed, offered)));
    });
    use_effect(move || ask(()));
    let (leaving, again) = (
        engine.clone(),
        use_callback(move |page: String| {
            browse(&page);
        }),
    );
    let leave = move |()| leaving.cancel_sign_in();
    let choose = move |way: Way| {
        if doing.peek().is_busy() {
            return;
        }
        doing.set(Doing::Busy(lang.t(if way == Way::Code { "wait-code" } else { "wait-sign-in" })));
        perform(carried_out(engine.clone(), way, lang), move |answer| {
            doing.set(match answer {
                Err(fault) if fault.code != "sign-in-cancelled" => Doing::Failed(fault),
                _ => Doing::Idle,
            });
        });
    };
    let now = (pulse.now)();
    match pulse.state.read().signing_in.clone() {
        Some(SigningIn::Code { words, page, link, until }) => {
            rsx! { CodePage { words, page, link, until, now, on_leave: leave } }
        }
        Some(SigningIn::Browser { page, until }) => {
            rsx! { BrowserPage { until, now, on_again: move |()| again(page.clone()), on_leave: leave } }
        }
        None => {
            rsx! { SignInPage { ways: ways(), doing: doing(), on_choose: choose, on_retry: move |()| ask(()), on_back, on_enrol } }
        }
    }
}

/// What the service offers and this device can do.
fn offered(mut ways: SignInWays) -> Ways {
    ways.browser &= can_browse();
    Ways::Heard(ways)
}

async fn carried_out(engine: Engine, way: Way, lang: Lang) -> Result<(), EngineError> {
    match way {
        Way::As(staff) => engine.sign_in(&staff).await,
        Way::Browser => engine.sign_in_in_browser(Some(&lang.t("browser-done")), browse).await,
        Way::Code => engine.sign_in_with_code().await,
    }
}
