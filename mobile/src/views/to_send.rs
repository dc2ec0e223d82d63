//! What was written here and where it stands. Nothing leaves this list unsaid.

use dioxus::prelude::*;
use engine::{ConflictItem, DeviceView, Engine, OutboxItem, State, SyncState};
use jiff::Timestamp;
use shared::identity::PatientId;
use shared::sensitive::Sensitive;
use shared::sync::{Action, Attention, OutboxState};

use super::shell::{needs_attention, unsent};
use crate::bridge::pulse;
use crate::components::{Icon, Progress, Shape, Whom, note_state};
use crate::fault::Doing;
use crate::format::clock;
use crate::forms::title_of;
use crate::i18n::{Lang, use_lang};
use crate::nav::{Place, use_nav};
use crate::verb::perform_saying;

/// The outbox, what waits first.
#[component]
pub fn ToSendPage(
    outbox: Vec<OutboxItem>,
    #[props(default)] declared: usize,
    #[props(default)] device: DeviceView,
    #[props(default)] must_sign_in: bool,
    sync: SyncState,
    now: Timestamp,
    doing: Doing,
    #[props(default)] conflicts: Vec<ConflictItem>,
    on_act: EventHandler<(OutboxItem, Action)>,
    on_sync: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let waiting = unsent(&outbox);
    let attention = needs_attention(&outbox);
    let about = |note| conflicts.iter().find(|it| it.note == note).map(|it| it.about.reveal().clone());
    let sent = outbox.len() - waiting;
    let mut outbox = outbox;
    outbox.sort_by_key(|item| (urgency(&item.state), item.saved));
    rsx! {
        header { class: "list-head",
            h1 { {lang.t("nav-to-send")} }
            p { class: "meta", role: "status",
                if waiting == 0 && declared == 0 {
                    span { "data-empty": "nothing-waits", {lang.t("to-send-nothing")} " " {lang.with("to-send-sent", [("count", sent.into())])} }
                } else {
                    {lang.with("to-send-waiting", [("count", waiting.into())])}
                    if attention > 0 {
                        strong { class: "attention", "data-attention": "{attention}", " · " {lang.with("to-send-attention", [("count", attention.into())])} }
                    }
                }
            }
        }
        SyncLine { sync, now, on_sync }
        Progress { doing: doing.clone() }
        ul { class: "rows",
            if declared > 0 {
                li { DeclaredLine { count: declared } }
            }
            for item in outbox {
                li { key: "{item.note}", Line { about: about(item.note), item, now, must_sign_in, busy: doing.is_busy(), on_act } }
            }
        }
        Colleagues { device, must_sign_in }
    }
}

#[component]
fn SyncLine(sync: SyncState, now: Timestamp, on_sync: EventHandler<()>) -> Element {
    let lang = use_lang();
    let words = match (&sync.last_problem, sync.last_success, sync.running) {
        (_, _, true) => lang.t("sync-running"),
        (Some(problem), ..) => problem.clone(),
        (None, Some(at), _) => lang.with("sync-last", [("at", clock(lang, at, now).into())]),
        (None, None, _) => lang.t("sync-never"),
    };
    rsx! {
        div { class: "sync-line", "data-syncing": if sync.running { "true" } else { "false" },
            p { class: "meta", role: "status", "{words}" }
            button { id: "sync-now", r#type: "button", disabled: sync.running, onclick: move |_| on_sync.call(()), Icon { shape: Shape::Again } {lang.t("sync-now")} }
        }
    }
}

/// Notes of others on this device: what can be done for them, and what only their author can do.
#[component]
fn Colleagues(device: DeviceView, must_sign_in: bool) -> Element {
    let lang = use_lang();
    let refused = device.relay_refused.min(device.relayed);
    let on_their_way = device.relayed - refused;
    let carried = if must_sign_in { "to-send-relay-sign-in" } else { "to-send-relay" };
    let lines = [
        ("relay", carried, on_their_way),
        ("relay-refused", "to-send-relay-refused", refused),
        ("only-here", "to-send-author", device.only_here),
    ];
    if lines.iter().all(|(_, _, count)| *count == 0) {
        return rsx! {};
    }
    rsx! {
        div { class: "notice", role: "status", "data-colleagues": "",
            Icon { shape: Shape::Lock }
            ul { class: "plain",
                for (name , words , count) in lines.into_iter().filter(|line| line.2 > 0) {
                    li { key: "{name}", "data-waits": name, {lang.with(words, [("count", count.into())])} }
                }
            }
        }
    }
}

/// Broken glass that was declared without signal: it goes before every note.
#[component]
fn DeclaredLine(count: usize) -> Element {
    let lang = use_lang();
    rsx! {
        article { class: "row outbox", id: "to-send-declared", "data-declared": "{count}",
            p { class: "note-state", "data-state": "pending", Icon { shape: Shape::Clock } {lang.t("note-on-this-device")} }
            p { strong { {lang.with("to-send-declared", [("count", count.into())])} } }
            p { class: "meta", {lang.t("to-send-declared-first")} }
        }
    }
}

#[component]
fn Line(
    item: OutboxItem,
    about: Option<String>,
    now: Timestamp,
    must_sign_in: bool,
    busy: bool,
    on_act: EventHandler<(OutboxItem, Action)>,
) -> Element {
    let lang = use_lang();
    let (name, shape, words) = note_state(lang, &item.state);
    rsx! {
        article { class: "row outbox", "data-note": "{item.note}", "data-state": name,
            p { class: "note-state", "data-state": name, Icon { shape } "{words}" }
            p { strong { "{item.patient_name.reveal()}" } }
            p { class: "meta", "data-kind": "{item.form}", {lang.t(title_of(&item.form))} }
            if let Some(about) = about {
                p { class: "first-line", "{about}" }
            }
            p { class: "first-line", "{item.first_line.reveal()}" }
            p { class: "meta", "{story(lang, &item, now, must_sign_in)}" }
            if let OutboxState::NeedsAttention(why) = &item.state {
                SetAside { item: item.clone(), why: why.clone(), busy, on_act }
            }
        }
    }
}

/// Why it needs a person, in words of this app; what the service said, below; and what can be done.
#[component]
fn SetAside(item: OutboxItem, why: Attention, busy: bool, on_act: EventHandler<(OutboxItem, Action)>) -> Element {
    let lang = use_lang();
    let (name, words) = reason(why.status, item.actions.contains(&Action::Compare));
    rsx! {
        p { class: "reason", "data-why": name, {lang.t(words)} }
        if !why.reason.is_empty() {
            p { class: "meta", {lang.with("to-send-refused", [("status", why.status.into()), ("reason", why.reason.clone().into())])} }
        }
        div { class: "actions",
            for (nth , action) in item.actions.iter().copied().enumerate() {
                button {
                    key: "{nth}", class: if nth == 0 { "primary" } else { "" }, r#type: "button", "data-action": act(action).0, disabled: busy,
                    onclick: { let item = item.clone(); move |_| on_act.call((item.clone(), action)) },
                    {lang.t(act(action).1)}
                }
            }
        }
    }
}

/// What a refusal means for who wrote it.
const fn reason(status: u16, compares: bool) -> (&'static str, &'static str) {
    match status {
        409 | 412 if compares => ("changed-by-two", "why-changed-by-two"),
        409 => ("other-of-same", "why-other-of-same"),
        403 => ("not-yours", "why-not-yours"),
        404 | 410 => ("gone", "why-gone"),
        413 => ("too-long", "why-too-long"),
        400 | 415 | 422 => ("not-as-it-is", "why-not-as-it-is"),
        0 => ("unreadable", "why-unreadable"),
        _ => ("refused", "why-unknown"),
    }
}

/// The name of an action in the page, and the key of its words.
const fn act(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Edit => ("edit", "act-edit"),
        Action::Resend => ("resend", "send-again"),
        Action::Compare => ("compare", "act-compare"),
        Action::HandOver => ("hand-over", "act-hand-over"),
        Action::Export => ("take-out", "act-take-out"),
    }
}

// When it was saved, and what is known of its way since.
fn story(lang: Lang, item: &OutboxItem, now: Timestamp, must_sign_in: bool) -> String {
    let saved = lang.with("to-send-saved", [("at", clock(lang, item.saved, now).into())]);
    let way = match &item.state {
        OutboxState::Sent { received } => lang.with("note-received", [("at", clock(lang, *received, now).into())]),
        OutboxState::Pending { .. } if must_sign_in => lang.t("to-send-waits-for-sign-in"),
        OutboxState::Pending { not_before: Some(at) } if *at > now => {
            lang.with("to-send-next-try", [("at", clock(lang, *at, now).into())])
        }
        _ if item.attempts > 0 => lang.with("to-send-tries", [("count", item.attempts.into())]),
        _ => lang.t("to-send-waits-for-link"),
    };
    format!("{saved} · {way}")
}

const fn urgency(state: &OutboxState) -> u8 {
    match state {
        OutboxState::NeedsAttention(_) => 0,
        OutboxState::Pending { .. } | OutboxState::Sending => 1,
        OutboxState::Sent { .. } => 2,
    }
}

/// The outbox of the engine.
#[component]
pub fn ToSendView() -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let doing = use_signal(Doing::default);
    let state = pulse.state.read().clone();
    let mut nav = use_nav();
    let (acting, known) = (engine.clone(), state.clone());
    let act = move |(item, action): (OutboxItem, Action)| {
        let note = item.note;
        let whom = whom(&known, item.patient, item.patient_name);
        let place = match action {
            Action::Resend => {
                let engine = acting.clone();
                let sending = async move { engine.send_again(note).await };
                return perform_saying(doing, lang.t("wait-send-again"), sending, |()| {});
            }
            Action::Edit => Place::Again(whom, note),
            Action::Compare => Place::Settle(whom, note),
            Action::HandOver => Place::HandOver(whom, note),
            Action::Export => Place::TakeOut(whom, note),
        };
        nav.write().begin(place);
    };
    rsx! {
        ToSendPage {
            device: state.device, must_sign_in: state.problems.iter().any(|p| p.code == "sign-in-again"), conflicts: state.conflicts.clone(),
            outbox: state.outbox.clone(), declared: state.declared, sync: state.sync.clone(), now: (pulse.now)(), doing: doing(), on_act: act,
            on_sync: move |()| engine.sync_now(),
        }
    }
}

/// Whom a note is about: with all facts while their record is here.
pub(super) fn whom(state: &State, patient: PatientId, name: Sensitive<String>) -> Whom {
    let held = state.held.iter().find(|held| held.person.patient == patient);
    held.map_or_else(|| Whom::Named(patient, name), |held| Whom::Known(held.person.clone()))
}
