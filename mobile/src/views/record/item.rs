//! One entry with all that is known of it.

use dioxus::prelude::*;
use shared::summary::Item;

use super::Same;
use super::page::{RecordActions, Source};
use crate::components::{CriticalityChip, Icon, Reveal, Shape, StatusChip};
use crate::format::meaning_and_date;
use crate::i18n::use_lang;

/// Text, detail, status, dates, source. The words with an entry code, and the source that has them too, are shown
/// only for a while.
#[component]
pub(super) fn ItemCard(item: Same<Item>, source: Option<Source>, actions: RecordActions) -> Element {
    let raw = rsx! { Raw { entry: item.entry, source, actions } };
    rsx! {
        li { class: "item", "data-item": "{item.entry}", "data-type": "{item.resource_type}",
            Facts { item: item.clone() }
            if item.gated.is_empty() {
                {raw}
            } else {
                Reveal { strong { "{item.gated}" } {raw} }
            }
        }
    }
}

#[component]
fn Facts(item: Same<Item>) -> Element {
    let lang = use_lang();
    let mut about: Vec<String> = item.dates.iter().map(|date| meaning_and_date(lang, date)).collect();
    about.extend((!item.source.is_empty()).then(|| item.source.clone()));
    let about = about.join(" · ");
    rsx! {
        div { class: "item-head",
            strong { class: "item-text", "{item.text}" }
            CriticalityChip { criticality: item.criticality.clone() }
            StatusChip { status: item.status }
        }
        if !item.detail.is_empty() {
            p { class: "item-detail", "{item.detail}" }
        }
        p { class: "meta", if about.is_empty() { {lang.t("item-no-date")} } else { "{about}" } }
        if !item.listed_in_section {
            p { class: "mark", "data-unlisted": "", Icon { shape: Shape::Info } {lang.t("item-unlisted")} }
        }
        if item.read_the_source {
            p { class: "mark", "data-read-source": "", Icon { shape: Shape::Safety } {lang.t("item-read-source")} }
        }
    }
}

/// The raw entry, asked for and put away again.
#[component]
pub(super) fn Raw(entry: usize, source: Option<Source>, actions: RecordActions) -> Element {
    let lang = use_lang();
    match source {
        None => rsx! {
            button { class: "quiet", r#type: "button", "data-show-source": "{entry}", onclick: move |_| actions.source.call(entry), {lang.t("show-source")} }
        },
        Some((_, Ok(text))) => rsx! {
            button { class: "quiet", r#type: "button", "data-show-source": "{entry}", "aria-expanded": "true", onclick: move |_| actions.source.call(entry), {lang.t("hide-source")} }
            pre { "data-source": "{entry}", "{text.reveal()}" }
        },
        Some((_, Err(fault))) => {
            rsx! { crate::components::FaultBox { fault, on_retry: move |()| actions.source.call(entry) } }
        }
    }
}
