//! The documents this record is made of. Three times are told apart: when a fact was recorded (on the fact), when its
//! document was written, and when that was retrieved.

use std::sync::Arc;

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::summary::{SourceDocument, Summary};

use super::Same;
use crate::format::{clock, long_ago, recorded_date};
use crate::i18n::{Lang, use_lang};

/// Each source with its author and its two times.
#[component]
pub(super) fn SourceList(summary: Same<Arc<Summary>>, retrieved: Timestamp, now: Timestamp) -> Element {
    let lang = use_lang();
    if summary.sources.is_empty() {
        return rsx! {};
    }
    rsx! {
        section { id: "sources", class: "section sources", "data-section": "sources",
            h2 { {lang.t("sources-title")} span { class: "count", "{summary.sources.len()}" } }
            ul { class: "items",
                for (i , source) in summary.sources.iter().enumerate() {
                    li { key: "{i}", class: "item", "data-source-document": "{i}",
                        strong { {name(lang, source)} }
                        if !source.author.is_empty() && source.author != source.name {
                            p { class: "meta", {lang.with("source-author", [("author", source.author.clone().into())])} }
                        }
                        p { class: "meta", {written(lang, source, now)} }
                        p { class: "meta", {lang.with("source-retrieved", [("at", clock(lang, fetched(source, retrieved), now).into())])} }
                    }
                }
            }
        }
    }
}

/// What a source is called.
pub(super) fn name(lang: Lang, source: &SourceDocument) -> String {
    match (source.name.as_str(), source.author.as_str()) {
        ("", "") => lang.t("source-unnamed"),
        ("", author) => author.to_owned(),
        (name, _) => name.to_owned(),
    }
}

/// When this document was retrieved; a document alone was retrieved with the record.
pub(super) fn fetched(source: &SourceDocument, record: Timestamp) -> Timestamp {
    source.retrieved.parse().unwrap_or(record)
}

fn written(lang: Lang, source: &SourceDocument, now: Timestamp) -> String {
    match long_ago(lang, &source.composed, now) {
        Some(ago) => {
            let at = recorded_date(lang, &source.composed);
            lang.with("source-written", [("at", at.into()), ("ago", ago.into())])
        }
        None => lang.t("source-written-never-said"),
    }
}
