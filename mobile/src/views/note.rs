//! Writing a note. What is typed is kept within a second, what is saved is on this device before the screen says so.

use std::sync::Arc;
use std::time::Duration;

use dioxus::prelude::*;
use engine::Engine;
use jiff::Timestamp;
use shared::identity::{Demographics, PatientId};
use shared::note::{Content, MAX_TEXT_BYTES};
use tokio::sync::watch;

use crate::bridge::pulse;
use crate::components::{FaultBox, Icon, IdentityBar, Progress, Shape, Wait};
use crate::fault::{Doing, Fault};
use crate::i18n::use_lang;
use crate::nav::use_nav;
use crate::verb::{perform, perform_saying};

/// Where a note stands after it was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Not yet.
    No,
    /// On this device; it is sent by itself.
    Online,
    /// On this device; it waits for a connection.
    Offline,
}

/// The editor, or what became of the note. `draft` is what was being written when the screen opened.
#[component]
pub fn NotePage(
    person: Demographics,
    draft: String,
    now: Timestamp,
    doing: Doing,
    saved: Saved,
    on_input: EventHandler<String>,
    on_save: EventHandler<()>,
    on_another: EventHandler<()>,
    on_back: EventHandler<()>,
) -> Element {
    rsx! {
        IdentityBar { person, now, on_back }
        div { class: "step note-step",
            match saved {
                Saved::No => rsx! { Editor { draft, doing, on_input, on_save } },
                Saved::Online | Saved::Offline => rsx! { Kept { saved, on_another, on_back } },
            }
        }
    }
}

#[component]
fn Editor(draft: String, doing: Doing, on_input: EventHandler<String>, on_save: EventHandler<()>) -> Element {
    let lang = use_lang();
    let resumed = !draft.trim().is_empty();
    let mut bytes = use_signal(|| draft.trim().len());
    let left = MAX_TEXT_BYTES.checked_sub(bytes());
    rsx! {
        label { class: "note-label", r#for: "note-text", {lang.t("note-label")} }
        if resumed {
            p { class: "hint", "data-resumed": "", {lang.t("note-resumed")} }
        }
        textarea {
            id: "note-text", rows: 8, readonly: doing.is_busy(), placeholder: lang.t("note-hint"), initial_value: draft,
            oninput: move |e| {
                bytes.set(e.value().trim().len());
                on_input.call(e.value());
            },
        }
        match left {
            None => rsx! { p { class: "hint", role: "alert", {lang.t("note-too-long")} } },
            Some(left) if left < 2_000 => rsx! { p { class: "hint", {lang.with("note-left", [("count", left.into())])} } },
            Some(_) => rsx! { p { class: "hint", {lang.t("note-autosave")} } },
        }
        Progress { doing: doing.clone(), on_retry: on_save }
        button {
            id: "note-save", class: "primary", r#type: "button", disabled: doing.is_busy() || bytes() == 0 || left.is_none(),
            onclick: move |_| on_save.call(()), {lang.t("note-save")}
        }
    }
}

#[component]
fn Kept(saved: Saved, on_another: EventHandler<()>, on_back: EventHandler<()>) -> Element {
    let lang = use_lang();
    let next = if saved == Saved::Online { lang.t("note-saved-online") } else { lang.t("note-saved-offline") };
    rsx! {
        div { class: "kept", role: "status",
            Icon { shape: Shape::Tick }
            p { id: "note-saved", {lang.t("note-saved")} }
        }
        p { class: "lead", "{next}" }
        div { class: "choices",
            button { id: "note-done", class: "primary", r#type: "button", onclick: move |_| on_back.call(()), {lang.t("note-done")} }
            button { id: "note-another", r#type: "button", onclick: move |_| on_another.call(()), {lang.t("note-another")} }
        }
    }
}

const VISIT: &str = "visit";
const AUTOSAVE: Duration = Duration::from_millis(400);

/// Keeps the newest text with the engine, in a task of its own: it goes on while the webview is frozen, and ends
/// after keeping what came last when the editor is gone. Starts from the `draft` that is kept already, so that an
/// editor opened and left changes nothing.
fn keep_draft(engine: Engine, patient: PatientId, draft: String) -> watch::Sender<String> {
    let (sender, mut typed) = watch::channel(draft);
    tokio::spawn(async move {
        // A closed channel still answers Ok for a text that was not seen yet.
        while typed.changed().await.is_ok() {
            tokio::time::sleep(AUTOSAVE).await;
            let text = typed.borrow_and_update().clone();
            if let Err(error) = engine.save_draft(&patient, VISIT, text).await {
                tracing::warn!(code = error.code, "a draft was not kept");
            }
        }
    });
    sender
}

/// Writing with the engine.
#[component]
pub fn NoteView(person: Demographics) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut draft = use_signal(|| None::<Result<String, Fault>>);
    let (asked, patient) = (engine, person.patient.clone());
    let ask = use_callback(move |()| {
        let (engine, patient) = (asked.clone(), patient.clone());
        perform(async move { engine.draft(&patient, VISIT).await }, move |answer| {
            draft.set(Some(answer.map(|kept| kept.map(|text| text.into_inner()).unwrap_or_default())));
        });
    });
    use_effect(move || ask(()));
    let mut nav = use_nav();
    let now = (pulse().now)();
    match draft() {
        Some(Ok(draft)) => rsx! { Writing { person, draft } },
        unread => rsx! {
            IdentityBar { person, now, on_back: move |()| nav.write().back() }
            div { class: "step",
                match unread.and_then(Result::err) {
                    Some(fault) => rsx! { FaultBox { fault, on_retry: move |()| ask(()) } },
                    None => rsx! { Wait { words: lang.t("wait-draft") } },
                }
            }
        },
    }
}

#[component]
fn Writing(person: Demographics, draft: String) -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let mut nav = use_nav();
    let patient = person.patient.clone();
    let keeper = use_hook(|| Arc::new(keep_draft(engine.clone(), patient.clone(), draft.clone())));
    let mut text = use_signal(|| draft.clone());
    let mut saved = use_signal(|| Saved::No);
    let mut page = use_signal(|| 0_u32);
    let doing = use_signal(Doing::default);
    let typing = keeper.clone();
    let input = move |typed: String| {
        text.set(typed.clone());
        typing.send_replace(typed);
    };
    let save = move |()| {
        let (engine, patient, written) = (engine.clone(), patient.clone(), text.peek().trim().to_owned());
        if written.is_empty() || written.len() > MAX_TEXT_BYTES {
            return;
        }
        let keeper = keeper.clone();
        // The draft is forgotten with the note's own task: leaving this screen early must not bring it back.
        let saving = async move {
            let note = engine.save_note(&patient, written, Content::default()).await?;
            keeper.send_replace(String::new());
            Ok(note)
        };
        perform_saying(doing, lang.t("wait-save"), saving, move |_| {
            let online = matches!(pulse.state.peek().link, engine::Link::Online { .. });
            saved.set(if online { Saved::Online } else { Saved::Offline });
        });
    };
    let draft = if page() == 0 { draft } else { String::new() };
    rsx! {
        NotePage {
            key: "{page}", person, draft, now: (pulse.now)(), doing: doing(), saved: saved(), on_input: input, on_save: save,
            on_another: move |()| {
                text.set(String::new());
                saved.set(Saved::No);
                page += 1;
            },
            on_back: move |()| nav.write().back(),
        }
    }
}
