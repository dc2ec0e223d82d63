//! Search in the record: what it says about a word, and the way there.

use std::sync::Arc;

use dioxus::prelude::*;
use engine::RecordView as Record;
use shared::summary::search::Index;
use shared::summary::{SectionState, Summary};

use super::Same;
use super::hit::{HitRow, go, target};
use crate::components::{Icon, Shape};
use crate::i18n::{Lang, use_lang};

/// More would be scrolled over, not read, and a phone would feel it.
const FIRST: usize = 20;

/// The field, and while there is a question what answers it. The words of the record are gathered at the first
/// letter, not when it opens.
#[component]
pub(super) fn Search(record: Same<Record>, summary: Same<Arc<Summary>>) -> Element {
    let lang = use_lang();
    let mut question = use_signal(String::new);
    let mut all = use_signal(|| false);
    let mut field = use_signal(|| 0_u32);
    let begun = use_memo(move || !question.read().is_empty());
    let gathered = (record.clone(), summary.clone());
    let index = use_memo(use_reactive!(|gathered| begun().then(|| gather(&gathered.0, &gathered.1))));
    let hits = use_memo(move || index().map(|index| index.find(&question.read())).unwrap_or_default());
    // A field is emptied by a new one in its place, which takes the focus: one that is written to loses what is being
    // typed.
    let mut clear = move || {
        question.set(String::new());
        field += 1;
    };
    let notes = record.clone();
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if let Some(first) = hits.peek().first() {
            go(&target(first.place, &notes));
        }
    };
    let asked = question.read().trim().to_owned();
    let found = hits.read();
    let count = if all() { found.len() } else { found.len().min(FIRST) };
    rsx! {
        section { class: "search", "aria-label": lang.t("search-label"),
            form { role: "search", onsubmit: submit,
                label { r#for: "record-search", {lang.t("search-label")} }
                div { class: "search-field",
                    for generation in [field()] {
                        input {
                            initial_value: "", key: "{generation}", id: "record-search", r#type: "text", inputmode: "search", enterkeyhint: "search",
                            autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 100,
                            oninput: move |event| { all.set(false); question.set(event.value()); },
                            onmounted: move |event| async move {
                                if generation > 0 {
                                    let _ = event.set_focus(true).await;
                                }
                            },
                            onkeydown: move |event| if event.key() == Key::Escape { clear() },
                        }
                    }
                    if begun() {
                        button { id: "search-clear", r#type: "button", onclick: move |_| clear(), Icon { shape: Shape::Cross } {lang.t("search-clear")} }
                    }
                }
            }
            p { id: "search-said", role: "status", "aria-live": "polite", "data-found": "{found.len()}", {said(lang, &asked, found.len(), &summary)} }
            if !found.is_empty() {
                ul { class: "hits",
                    for (nth , hit) in found.iter().take(count).enumerate() {
                        li { key: "{nth}", HitRow { hit: hit.clone(), record: record.clone(), summary: summary.clone() } }
                    }
                }
                if count < found.len() {
                    button { id: "search-all", r#type: "button", onclick: move |_| all.set(true), {lang.with("search-all", [("count", found.len().into())])} }
                }
            }
        }
    }
}

fn gather(record: &Record, summary: &Summary) -> Same<Index> {
    Same::new(Index::of(summary).with_notes(record.notes.iter().map(|view| view.note.text.reveal().as_str())))
}

/// How much was found. Nothing found is never told as if there were nothing.
fn said(lang: Lang, asked: &str, count: usize, summary: &Summary) -> String {
    let letters = asked.chars().filter(|c| c.is_alphanumeric()).count();
    let asked = || asked.to_owned().into();
    match (letters, count) {
        (0, 0) => String::new(),
        (1, 0) => lang.t("search-more-letters"),
        (_, 0) if is_partial(summary) => {
            format!("{} {}", lang.with("search-nothing", [("question", asked())]), lang.t("search-nothing-partial"))
        }
        (_, 0) => lang.with("search-nothing", [("question", asked())]),
        _ => lang.with("search-found", [("count", count.into())]),
    }
}

fn is_partial(summary: &Summary) -> bool {
    let missing = |state| matches!(state, SectionState::Withheld | SectionState::Unreadable);
    let told = |code: &str| matches!(code, "withheld" | "incomplete");
    !summary.unread.is_empty()
        || summary.sections.iter().any(|s| missing(s.state))
        || summary.notices.iter().any(|n| told(&n.code))
}
