//! One entry with all that is known of it.

use std::sync::Arc;

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::summary::age::{self, Band};
use shared::summary::{Item, Origin, Summary};

use super::page::{RecordActions, Source};
use super::raw::Raw;
use super::sources::name;
use super::{At, Same};
use crate::components::{CriticalityChip, Icon, Reveal, Shape, StatusChip};
use crate::format::{local, long_ago, meaning_and_date, recorded_date};
use crate::i18n::{Lang, use_lang};

/// Text, detail, status, dates, source, and the others who say the same. The words with an entry code, and the source
/// that has them too, are shown only for a while.
#[component]
pub(super) fn ItemCard(
    summary: Same<Arc<Summary>>,
    section: usize,
    item: usize,
    now: Timestamp,
    source: Option<Source>,
    actions: RecordActions,
) -> Element {
    let lang = use_lang();
    let nth = item;
    let Some(item) = summary.sections.get(section).and_then(|s| s.items.get(item)) else { return rsx! {} };
    let told = about(lang, item, &summary.sections[section].code, now);
    let at = At { document: item.document, entry: item.entry };
    let editable = matches!(item.resource_type.as_str(), "Goal" | "Task" | "Flag");
    let own = rsx! {
        if editable {
            button { class: "quiet", r#type: "button", "data-update": "{item.entry}", onclick: move |_| actions.edit.call(at), {lang.t("write-update")} }
        }
        Raw { at, source: source.clone(), actions }
    };
    let others = rsx! {
        for (i , origin) in item.also.iter().enumerate() {
            div { key: "{i}", class: "item-foot", "data-also": "{origin.document}/{origin.entry}",
                p { class: "also", {also(lang, &summary, origin)} }
                Raw { at: At { document: origin.document, entry: origin.entry }, source: source.clone(), actions }
            }
        }
    };
    rsx! {
        li { class: "item", "data-nth": "{nth}", "data-item": "{item.entry}", "data-document": "{item.document}", "data-type": "{item.resource_type}",
            {facts(lang, item)}
            if item.gated.is_empty() {
                div { class: "item-foot", {told} {own} }
                {others}
            } else {
                {told}
                Reveal { strong { "{item.gated}" } div { class: "item-foot", {own} } {others} }
            }
        }
    }
}

/// Whether the item was read from this place, or another that says the same.
pub(super) fn comes_from(item: &Item, at: At) -> bool {
    let also = item.also.iter().map(|origin| (origin.document, origin.entry));
    std::iter::once((item.document, item.entry)).chain(also).any(|place| place == (at.document, at.entry))
}

fn facts(lang: Lang, item: &Item) -> Element {
    let unlisted = !item.listed_in_section && item.also.iter().all(|origin| !origin.listed_in_section);
    rsx! {
        div { class: "item-head",
            strong { class: "item-text", "{item.text}" }
            CriticalityChip { criticality: item.criticality.clone() }
            StatusChip { status: item.status, happened: happened(&item.resource_type) }
        }
        if !item.disagreement.is_empty() {
            Disagreement { words: item.disagreement.clone() }
        }
        if !item.detail.is_empty() {
            p { class: "item-detail", "{item.detail}" }
        }
        if item.review_overdue {
            p { class: "mark", "data-review": "overdue", Icon { shape: Shape::Clock } {lang.t("review-overdue")} }
        }
        if unlisted {
            p { class: "mark", "data-unlisted": "", Icon { shape: Shape::Info } {lang.t("item-unlisted")} }
        }
        if item.read_the_source {
            p { class: "mark", "data-read-source": "", Icon { shape: Shape::Safety } {lang.t("item-read-source")} }
        }
    }
}

// Of these "active" would say nothing true: they were measured, given or done, and are over.
fn happened(resource_type: &str) -> bool {
    const EVENTS: [&str; 8] = [
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "Immunization",
        "MedicationAdministration",
        "Observation",
        "Procedure",
        "Specimen",
    ];
    EVENTS.contains(&resource_type)
}

// The dates with their meaning and what they make the fact's age, then who says so.
fn about(lang: Lang, item: &Item, code: &str, now: Timestamp) -> Element {
    let dates: Vec<String> = item.dates.iter().map(|date| meaning_and_date(lang, date)).collect();
    let dates = dates.join(" · ");
    rsx! {
        p { class: "meta",
            if dates.is_empty() && item.source.is_empty() { {lang.t("item-no-date")} }
            "{dates}"
            Age { when: item.when.clone(), band: age::of_item(code, item, local(now).date()), now }
            if !item.source.is_empty() {
                if !dates.is_empty() { " · " }
                "{item.source}"
            }
        }
    }
}

// `Also in: Hospice record · 12 Mar 2026`.
fn also(lang: Lang, summary: &Summary, origin: &Origin) -> String {
    let source = summary.sources.get(origin.document);
    let mut parts = vec![source.map_or_else(|| lang.t("source-unnamed"), |source| name(lang, source))];
    parts.extend((!origin.source.is_empty() && origin.source != parts[0]).then(|| origin.source.clone()));
    let written = source.map(|s| recorded_date(lang, &s.composed)).filter(|day| !day.is_empty());
    parts.extend(written);
    lang.with("item-also", [("sources", parts.join(" · ").into())])
}

/// What the sources disagree on: boxed and named, because a person must decide whom to believe.
#[component]
pub(super) fn Disagreement(words: String) -> Element {
    let lang = use_lang();
    rsx! {
        span { class: "disagreement", "data-disagreement": "",
            Icon { shape: Shape::Safety }
            span { strong { {lang.t("disagreement")} } " {words}" }
        }
    }
}

/// How old a fact is, in words. What is likely to have changed since has a clock and a frame as well.
#[component]
pub(super) fn Age(when: String, band: Band, now: Timestamp) -> Element {
    let lang = use_lang();
    let words = match (band, long_ago(lang, &when, now)) {
        (Band::Future, _) => lang.t("age-future"),
        (_, Some(words)) => words,
        (_, None) => return rsx! {},
    };
    rsx! {
        " "
        span { class: "age", "data-age": name_of(band),
            if band == Band::Old { Icon { shape: Shape::Clock } }
            "{words}"
        }
    }
}

const fn name_of(band: Band) -> &'static str {
    match band {
        Band::Fresh => "fresh",
        Band::Ageing => "ageing",
        Band::Old => "old",
        Band::Unknown => "unknown",
        Band::Future => "future",
    }
}
