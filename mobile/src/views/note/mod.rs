//! Writing about a person. What is typed is kept within a second, what is saved is on this device before the screen
//! says so; nothing here waits for a network.

mod field;
mod news;
mod view;
mod write;

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::identity::Role;
use shared::note::MAX_TEXT_BYTES;

use crate::components::{Icon, IdentityBar, Progress, Shape, Whom};
use crate::fault::Doing;
use crate::forms::{Answers, Ask, Form, asked_back, fields};
use crate::i18n::use_lang;

use field::FieldBox;
use news::NewsPanel;
pub use view::{AgainView, EditView, NoteView};
pub use write::{WritePage, WriteView};

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

impl Saved {
    /// Where it stands right after saving.
    pub(super) const fn under(link: engine::Link) -> Self {
        match link {
            engine::Link::Online { .. } => Self::Online,
            _ => Self::Offline,
        }
    }
}

/// A form with its answers, or what became of the note.
#[component]
pub fn NotePage(
    #[props(into)] person: Whom,
    form: Form,
    answers: Answers,
    role: Role,
    #[props(default)] resumed: bool,
    #[props(default)] ask: Option<Ask>,
    #[props(default = true)] kept: bool,
    now: Timestamp,
    doing: Doing,
    saved: Saved,
    on_answer: EventHandler<(String, String)>,
    on_save: EventHandler<()>,
    on_another: Option<EventHandler<()>>,
    on_back: EventHandler<()>,
) -> Element {
    rsx! {
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "step note-step",
            match saved {
                Saved::No => rsx! { Editor { form, answers, role, resumed, ask, kept, now, doing, on_answer, on_save } },
                Saved::Online | Saved::Offline => rsx! { Kept { saved, on_another, on_back } },
            }
        }
    }
}

#[component]
fn Editor(
    form: Form,
    answers: Answers,
    role: Role,
    resumed: bool,
    ask: Option<Ask>,
    kept: bool,
    now: Timestamp,
    doing: Doing,
    on_answer: EventHandler<(String, String)>,
    on_save: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let asked = fields(&form, &answers, role, lang);
    let left = MAX_TEXT_BYTES.checked_sub(answers.bytes());
    let beside = |id: &str| ask.as_ref().filter(|ask| ask.field == id).map(|ask| ask.words.clone());
    rsx! {
        h2 { {lang.t(form.title())} }
        if let Some(about) = form.about(lang, now) {
            p { class: "about", span { class: "fact-label", {lang.t("form-about")} } " {about}" }
        }
        if let Some(warning) = form.warning() {
            p { class: "notice", "data-warning": "", Icon { shape: Shape::Info } {lang.t(warning)} }
        }
        if resumed {
            p { class: "hint", "data-resumed": "", {lang.t("note-resumed")} }
        }
        for field in asked {
            FieldBox { key: "{field.id}", ask: beside(&field.id), field, answers: answers.clone(), busy: doing.is_busy(), on_answer }
        }
        if form == Form::Vitals {
            AskedBack { answers: answers.clone(), now, on_answer }
            NewsPanel { answers: answers.clone(), now }
        }
        match left {
            None => rsx! { p { class: "hint", role: "alert", {lang.t("note-too-long")} } },
            Some(left) if left < 2_000 => rsx! { p { class: "hint", {lang.with("note-left", [("count", left.into())])} } },
            Some(_) if kept => rsx! { p { class: "hint", {lang.t("note-autosave")} } },
            Some(_) => rsx! { p { class: "fault", role: "alert", "data-unkept": "", Icon { shape: Shape::Safety } {lang.t("note-not-kept")} } },
        }
        if let Some(ask) = &ask {
            p { class: "fault", role: "alert", "data-asked": "{ask.field}", Icon { shape: Shape::Safety } "{ask.words}" }
        }
        Progress { doing: doing.clone(), on_retry: on_save }
        button {
            id: "note-save", class: "primary", r#type: "button", disabled: doing.is_busy() || answers.is_blank() || left.is_none(),
            onclick: move |_| on_save.call(()), {lang.t("note-save")}
        }
    }
}

/// Readings that nobody expects are asked about, never changed and never refused.
#[component]
fn AskedBack(answers: Answers, now: Timestamp, on_answer: EventHandler<(String, String)>) -> Element {
    let lang = use_lang();
    let Some((words, meant, said)) = asked_back(&answers, lang, now) else { return rsx! {} };
    let answer = if said { String::new() } else { meant };
    rsx! {
        div { class: "asked-back", role: "status", "data-asked-back": "",
            h3 { Icon { shape: Shape::Safety } {lang.t("ask-title")} }
            for line in words {
                p { "{line}" }
            }
            button {
                r#type: "button", "data-sure": "", "aria-pressed": if said { "true" } else { "false" },
                onclick: move |_| on_answer.call(("sure".to_owned(), answer.clone())),
                if said { Icon { shape: Shape::Tick } }
                {lang.t("ask-meant")}
            }
        }
    }
}

/// That it is on this device, and what becomes of it.
#[component]
pub(super) fn Kept(saved: Saved, on_another: Option<EventHandler<()>>, on_back: EventHandler<()>) -> Element {
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
            if let Some(another) = on_another {
                button { id: "note-another", r#type: "button", onclick: move |_| another.call(()), {lang.t("note-another")} }
            }
        }
    }
}
