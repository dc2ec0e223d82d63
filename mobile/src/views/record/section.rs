//! The sections of the document: every entry in one of them, and what absence means in each.

use std::sync::Arc;

use dioxus::prelude::*;
use shared::summary::{Section, SectionState, Summary};

use super::Same;
use super::item::{ItemCard, Raw};
use super::page::{RecordActions, Source};
use crate::components::{Closable, Icon, Reveal, Shape};
use crate::i18n::{Lang, use_lang};

const ALLERGIES: &str = "48765-2";
const MEDICINES: &str = "10160-0";
const PROBLEMS: &str = "11450-4";

/// All sections, in the order of the summary.
#[component]
pub(super) fn Sections(summary: Same<Arc<Summary>>, source: Option<Source>, actions: RecordActions) -> Element {
    rsx! {
        for index in 0..summary.sections.len() {
            SectionCard { key: "{index}", summary: summary.clone(), index, source: source.clone(), actions }
        }
    }
}

#[component]
fn SectionCard(summary: Same<Arc<Summary>>, index: usize, source: Option<Source>, actions: RecordActions) -> Element {
    let lang = use_lang();
    let section = &summary.sections[index];
    let gated = section.items.iter().any(|item| !item.gated.is_empty());
    let open = matches!(section.code.as_str(), ALLERGIES | MEDICINES | PROBLEMS);
    rsx! {
        section { class: "section", "data-section": "{section.code}", "data-state": state_name(section.state),
            details { open,
                summary {
                    h2 { "{section.title}" }
                    if section.items.is_empty() {
                        span { class: "absence", Icon { shape: absence_shape(section.state) } {state_word(lang, section.state)} }
                    } else {
                        span { class: "count", "{section.items.len()}" }
                    }
                }
                if let Some(sentence) = sentence(lang, section) {
                    p { class: "statement", "{sentence}" }
                }
                ul { class: "items",
                    for (i , item) in section.items.iter().enumerate() {
                        ItemCard {
                            key: "{i}", item: Same::new(item.clone()), source: source.clone().filter(|(entry, _)| *entry == item.entry), actions,
                        }
                    }
                }
                if !section.narrative.is_empty() {
                    TextOfSource { summary: summary.clone(), index, gated }
                }
            }
        }
    }
}

/// The sender's own text. It is cleaned when somebody opens it: cleaning all of them is what costs most of a record.
#[component]
fn TextOfSource(summary: Same<Arc<Summary>>, index: usize, gated: bool) -> Element {
    let lang = use_lang();
    let mut opened = use_signal(|| false);
    let html = use_memo(use_reactive!(|(summary, index)| {
        if opened() { summary.sections[index].narrative.harmless() } else { String::new() }
    }));
    let text = rsx! { div { class: "narrative", dangerous_inner_html: "{html}" } };
    rsx! {
        details { class: "closable text-of-source",
            summary { onclick: move |_| opened.set(true), {lang.t("section-narrative")} }
            if opened() {
                if gated { Reveal { {text} } } else { {text} }
            }
        }
    }
}

/// What a section without items says. The summary's own sentence names who said so; ours stands in where it has
/// none. "No known allergies" is said of one state only.
fn sentence(lang: Lang, section: &Section) -> Option<String> {
    if section.state == SectionState::Listed {
        return section.items.is_empty().then(|| lang.t("absence-unreadable-long"));
    }
    if !section.statement.is_empty() {
        return Some(section.statement.clone());
    }
    Some(lang.t(match section.state {
        SectionState::NoneKnown if section.code == ALLERGIES => "absence-no-known-allergies",
        SectionState::NoneKnown => "absence-none-known-long",
        SectionState::Withheld => "absence-withheld-long",
        SectionState::Unreadable => "absence-unreadable-long",
        SectionState::NotRecorded | SectionState::Listed => "absence-not-recorded-long",
        SectionState::NotProvided => "absence-not-provided-long",
    }))
}

fn state_word(lang: Lang, state: SectionState) -> String {
    lang.t(match state {
        SectionState::NoneKnown => "absence-none-known",
        SectionState::NotRecorded => "absence-not-recorded",
        SectionState::Withheld => "absence-withheld",
        SectionState::Unreadable | SectionState::Listed => "absence-unreadable",
        SectionState::NotProvided => "absence-not-provided",
    })
}

const fn absence_shape(state: SectionState) -> Shape {
    match state {
        SectionState::NoneKnown => Shape::Tick,
        SectionState::NotRecorded | SectionState::NotProvided => Shape::Unknown,
        SectionState::Withheld => Shape::Lock,
        SectionState::Unreadable | SectionState::Listed => Shape::Safety,
    }
}

const fn state_name(state: SectionState) -> &'static str {
    match state {
        SectionState::Listed => "listed",
        SectionState::NoneKnown => "none-known",
        SectionState::NotRecorded => "not-recorded",
        SectionState::Withheld => "withheld",
        SectionState::Unreadable => "unreadable",
        SectionState::NotProvided => "not-provided",
    }
}

/// What could not be read, each with what is known of it: hidden, it would be lost.
#[component]
pub(super) fn UnreadList(summary: Same<Arc<Summary>>) -> Element {
    let lang = use_lang();
    if summary.unread.is_empty() {
        return rsx! {};
    }
    rsx! {
        section { class: "section", "data-section": "unread", "data-state": "unreadable",
            h2 { {lang.t("unread-title")} span { class: "count", "{summary.unread.len()}" } }
            ul { class: "items",
                for (i , unread) in summary.unread.iter().enumerate() {
                    li { key: "{i}", class: "item", "data-unread": "{unread.entry}",
                        p { strong { if unread.resource_type.is_empty() { {lang.t("unread-something")} } else { "{unread.resource_type}" } } }
                        p { "{unread.reason}" }
                        Closable { title: lang.t("show-source"), pre { "{unread.raw}" } }
                    }
                }
            }
        }
    }
}

/// Entries that only serve others, so that every entry of the document is somewhere on the page.
#[component]
pub(super) fn ContextList(summary: Same<Arc<Summary>>, source: Option<Source>, actions: RecordActions) -> Element {
    let lang = use_lang();
    if summary.context.is_empty() {
        return rsx! {};
    }
    rsx! {
        section { class: "section", "data-section": "context",
            details {
                summary {
                    h2 { {lang.t("context-title")} }
                    span { class: "count", "{summary.context.len()}" }
                }
                ul { class: "items",
                    for (i , context) in summary.context.iter().enumerate() {
                        li { key: "{i}", class: "item", "data-context": "{context.entry}",
                            p { strong { "{context.text}" } " " span { class: "meta", "{context.resource_type}" } }
                            Raw { entry: context.entry, source: source.clone().filter(|(entry, _)| *entry == context.entry), actions }
                        }
                    }
                }
            }
        }
    }
}
