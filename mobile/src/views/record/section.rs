//! The sections of the document: every entry in one of them, and what absence means in each.

use std::sync::Arc;

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::summary::{Section, SectionState, Summary};

use super::Same;
use super::item::{ItemCard, comes_from};
use super::narrative::SendersWords;
use super::page::{RecordActions, Source};
use super::standing::Standing;
use crate::components::{Icon, Shape};
use crate::i18n::{Lang, use_lang};

const ALLERGIES: &str = "48765-2";
const MEDICINES: &str = "10160-0";
const PROBLEMS: &str = "11450-4";

/// One section. A `mark` is a sentence on why it is shown.
#[component]
pub(super) fn SectionCard(
    summary: Same<Arc<Summary>>,
    index: usize,
    now: Timestamp,
    source: Option<Source>,
    actions: RecordActions,
    pinned: bool,
    mark: Option<String>,
) -> Element {
    let lang = use_lang();
    let section = &summary.sections[index];
    let open = pinned || matches!(section.code.as_str(), ALLERGIES | MEDICINES | PROBLEMS) || only_words(section);
    let mut seen = use_signal(move || open);
    rsx! {
        section { class: "section", "data-index": "{index}", "data-section": "{section.code}", "data-state": state_name(section.state),
            details { open,
                summary { onclick: move |_| seen.set(true),
                    h2 { "{section.title}" }
                    if section.items.is_empty() {
                        span { class: "absence", Icon { shape: absence_shape(section.state) } {state_word(lang, section.state)} }
                    } else {
                        span { class: "count", "{section.items.len()}" }
                    }
                }
                if let Some(mark) = mark {
                    p { class: "mark", "data-against-wish": "", Icon { shape: Shape::Info } "{mark}" }
                }
                if let Some(sentence) = sentence(lang, section) {
                    p { class: "statement", "{sentence}" }
                }
                for standing in Standing::ALL {
                    Standings { key: "{standing.name()}", summary: summary.clone(), index, standing, now, source: source.clone(), actions }
                }
                if seen() {
                    SendersWords { summary: summary.clone(), index }
                }
            }
        }
    }
}

// There is something, and only the sender's words say what: nobody may have to look for it.
fn only_words(section: &Section) -> bool {
    let something = matches!(section.state, SectionState::Listed | SectionState::Unreadable);
    something && section.items.is_empty() && !section.narrative.is_empty()
}

/// The items of one standing, under its heading.
#[component]
fn Standings(
    summary: Same<Arc<Summary>>,
    index: usize,
    standing: Standing,
    now: Timestamp,
    source: Option<Source>,
    actions: RecordActions,
) -> Element {
    let lang = use_lang();
    let items = standing.among(&summary.sections[index].items);
    // A source that is shown is of one item: the others need not be drawn again for it.
    let told = |item: usize| source.clone().filter(|(at, _)| comes_from(&summary.sections[index].items[item], *at));
    if items.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "standing", "data-standing": standing.name(),
            match standing {
                Standing::Holds => rsx! {},
                Standing::NotToBeGiven => rsx! { h3 { Icon { shape: Shape::Forbidden } {lang.t("standing-not-to-be-given")} } },
                Standing::NoLonger => rsx! { h3 { Icon { shape: Shape::Stopped } {lang.t("standing-no-longer")} } },
            }
            ul { class: "items",
                for item in items {
                    ItemCard { key: "{item}", summary: summary.clone(), section: index, item, now, source: told(item), actions }
                }
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
