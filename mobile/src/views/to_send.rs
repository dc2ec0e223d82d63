//! What was written here and where it stands. Nothing leaves this list unsaid.

use dioxus::prelude::*;
use engine::{DeviceView, Engine, OutboxItem, SyncState};
use jiff::Timestamp;
use shared::identity::NoteId;
use shared::sync::OutboxState;

use super::shell::unsent;
use crate::bridge::pulse;
use crate::components::{Icon, Progress, Shape, note_state};
use crate::fault::Doing;
use crate::format::clock;
use crate::forms::title_of;
use crate::i18n::{Lang, use_lang};
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
    on_again: EventHandler<NoteId>,
    on_sync: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let waiting = unsent(&outbox);
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
                li { key: "{item.note}", Line { item, now, must_sign_in, busy: doing.is_busy(), on_again } }
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
fn Line(item: OutboxItem, now: Timestamp, must_sign_in: bool, busy: bool, on_again: EventHandler<NoteId>) -> Element {
    let lang = use_lang();
    let (name, shape, words) = note_state(lang, &item.state);
    let note = item.note;
    rsx! {
        article { class: "row outbox", "data-note": "{note}", "data-state": name,
            p { class: "note-state", "data-state": name, Icon { shape } "{words}" }
            p { strong { "{item.patient_name.reveal()}" } }
            p { class: "meta", "data-kind": "{item.form}", {lang.t(title_of(&item.form))} }
            p { class: "first-line", "{item.first_line.reveal()}" }
            p { class: "meta", "{story(lang, &item, now, must_sign_in)}" }
            if let OutboxState::NeedsAttention(why) = &item.state {
                p { class: "reason", {lang.with("to-send-refused", [("status", why.status.into()), ("reason", why.reason.clone().into())])} }
                button { r#type: "button", "data-send-again": "{note}", disabled: busy, onclick: move |_| on_again.call(note), Icon { shape: Shape::Again } {lang.t("send-again")} }
            }
        }
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
    let again = {
        let engine = engine.clone();
        move |note: NoteId| {
            let engine = engine.clone();
            perform_saying(doing, lang.t("wait-send-again"), async move { engine.send_again(note).await }, |()| {});
        }
    };
    rsx! {
        ToSendPage {
            device: state.device, must_sign_in: state.problems.iter().any(|p| p.code == "sign-in-again"),
            outbox: state.outbox.clone(), declared: state.declared, sync: state.sync.clone(), now: (pulse.now)(), doing: doing(), on_again: again,
            on_sync: move |()| engine.sync_now(),
        }
    }
}
