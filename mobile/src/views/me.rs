//! The member of staff and the device.

use dioxus::prelude::*;
use engine::{DeviceView, Engine, Enrolment, Problem, SecretPlace, SyncState};
use jiff::Timestamp;
use shared::identity::Staff;

use super::shell::unsent;
use super::{EnrolView, NeedsCode, OrderView, WipeView};
use crate::bridge::pulse;
use crate::components::{Icon, Shape};
use crate::format::clock;
use crate::i18n::{Lang, use_lang};
use crate::platform::Device;
use crate::preferences::{Preferences, TextSize, Theme};

/// Who is signed in, how the device looks and speaks, and the way out.
#[component]
pub fn MePage(
    staff: Staff,
    preferences: Preferences,
    problems: Vec<Problem>,
    sync: SyncState,
    held: usize,
    unsent: usize,
    now: Timestamp,
    on_preferences: EventHandler<Preferences>,
    on_lock: EventHandler<()>,
    on_sign_out: EventHandler<()>,
    #[props(default)] on_arrange: EventHandler<()>,
    #[props(default)] device: DeviceView,
    #[props(default)] on_wipe: EventHandler<()>,
    #[props(default)] on_enrol: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let synced = sync
        .last_success
        .map_or_else(|| lang.t("sync-never"), |at| lang.with("sync-last", [("at", clock(lang, at, now).into())]));
    rsx! {
        header { class: "list-head",
            h1 { "{staff.name}" }
            p { "{staff.job_title} · {staff.organisation.name}" }
        }
        div { class: "choices way-out",
            button { id: "lock", class: "primary", r#type: "button", onclick: move |_| on_lock.call(()), Icon { shape: Shape::Lock } {lang.t("me-lock")} }
            button { id: "sign-out", r#type: "button", onclick: move |_| on_sign_out.call(()), {lang.t("me-sign-out")} }
        }
        if unsent > 0 {
            p { class: "hint", {lang.t("me-sign-out-safe")} }
        }
        h2 { {lang.t("me-colours")} }
        div { class: "segments", role: "group", "aria-label": lang.t("me-colours"),
            for theme in Theme::ALL {
                button {
                    key: "{theme.name()}", r#type: "button", "data-theme-choice": theme.name(), "aria-pressed": pressed(preferences.theme == theme),
                    onclick: move |_| on_preferences.call(Preferences { theme, ..preferences }), {lang.t(theme_key(theme))}
                }
            }
        }
        h2 { {lang.t("me-text-size")} }
        div { class: "segments", role: "group", "aria-label": lang.t("me-text-size"),
            for text in TextSize::ALL {
                button {
                    key: "{text.percent()}", r#type: "button", "data-text-choice": "{text.percent()}", "aria-pressed": pressed(preferences.text == text),
                    onclick: move |_| on_preferences.call(Preferences { text, ..preferences }), "{text.percent()} %"
                }
            }
        }
        h2 { {lang.t("me-language")} }
        div { class: "segments", role: "group", "aria-label": lang.t("me-language"),
            for each in Lang::ALL {
                button {
                    key: "{each.tag()}", r#type: "button", lang: each.tag(), "data-lang-choice": each.tag(), "aria-pressed": pressed(lang == each),
                    onclick: move |_| on_preferences.call(Preferences { lang: Some(each), ..preferences }), {each.own_name()}
                }
            }
        }
        h2 { {lang.t("me-sections")} }
        button { id: "arrange", r#type: "button", onclick: move |_| on_arrange.call(()), Icon { shape: Shape::Arrange } {lang.t("arrange-title")} }
        h2 { {lang.t("me-device")} }
        for problem in problems {
            p { key: "{problem.code}", class: "notice", "data-problem": "{problem.code}", Icon { shape: Shape::Safety } "{problem.text}" }
        }
        if device.enrolment == Enrolment::NeedsCode {
            NeedsCode { on_enrol }
        }
        ul { class: "plain",
            li { "{synced}" }
            li { {lang.with("me-held", [("count", held.into())])} }
            li { {lang.with("to-send-waiting", [("count", unsent.into())])} }
            if device.relayed > 0 {
                li { "data-relayed": "{device.relayed}", {lang.with("me-relayed", [("count", device.relayed.into())])} }
            }
            if device.relay_refused > 0 {
                li { "data-relay-refused": "{device.relay_refused}", {lang.with("me-relay-refused", [("count", device.relay_refused.into())])} }
            }
            if device.only_here > 0 {
                li { {lang.t("me-only-here")} }
            }
            if let Some(key) = enrolment_key(device.enrolment) {
                li { "data-enrolment": key, {lang.t(key)} }
            }
            li { "data-secret": "", {lang.t(secret_key(device.secret))} }
            li { {lang.with("me-version", [("version", env!("CARGO_PKG_VERSION").into())])} }
        }
        button { id: "wipe", class: "quiet", r#type: "button", onclick: move |_| on_wipe.call(()), {lang.t("wipe-title")} }
    }
}

const fn secret_key(place: SecretPlace) -> &'static str {
    match place {
        SecretPlace::File => "me-secret-file",
        SecretPlace::KeyStore => "me-secret-store",
    }
}

const fn enrolment_key(enrolment: Enrolment) -> Option<&'static str> {
    match enrolment {
        Enrolment::Unknown | Enrolment::NeedsCode => None,
        Enrolment::NotOffered => Some("me-not-enrolling"),
        Enrolment::Enrolled => Some("me-enrolled"),
        Enrolment::Revoked => Some("me-revoked"),
    }
}

const fn pressed(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

const fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "theme-system",
        Theme::Light => "theme-light",
        Theme::Night => "theme-night",
        Theme::Contrast => "theme-contrast",
    }
}

/// Me, with the engine.
#[component]
pub fn MeView(staff: Staff) -> Element {
    let engine = use_context::<Engine>();
    let device = use_context::<Device>();
    let mut lang = use_context::<Signal<Lang>>();
    let mut preferences = use_context::<Signal<Preferences>>();
    let pulse = pulse();
    let state = pulse.state.read().clone();
    let leaving = engine.clone();
    let choose = move |chosen: Preferences| {
        preferences.set(chosen);
        if let Some(spoken) = chosen.lang {
            lang.set(spoken);
        }
        chosen.store(device.folder.clone());
    };
    let lock = move |()| {
        let engine = engine.clone();
        tokio::spawn(async move { engine.lock().await });
    };
    let sign_out = move |()| {
        let engine = leaving.clone();
        tokio::spawn(async move { engine.sign_out().await });
    };
    let mut arranging = use_signal(|| false);
    let mut wiping = use_signal(|| false);
    let mut enrolling = use_signal(|| false);
    if enrolling() {
        return rsx! { EnrolView { on_back: move |()| enrolling.set(false) } };
    }
    if wiping() {
        return rsx! { WipeView { on_back: move |()| wiping.set(false) } };
    }
    if arranging() {
        return rsx! { OrderView { on_done: move |()| arranging.set(false) } };
    }
    rsx! {
        MePage {
            on_arrange: move |()| arranging.set(true), on_wipe: move |()| wiping.set(true), on_enrol: move |()| enrolling.set(true), device: state.device,
            staff, preferences: preferences(), problems: state.problems.clone(), sync: state.sync.clone(), held: state.held.len(),
            unsent: unsent(&state.outbox), now: (pulse.now)(), on_preferences: choose, on_lock: lock, on_sign_out: sign_out,
        }
    }
}
