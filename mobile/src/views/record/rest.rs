//! What is in no section: entries that could not be read, and entries that only serve others. Hidden, they would be
//! lost.

use std::sync::Arc;

use dioxus::prelude::*;
use shared::summary::Summary;

use super::page::{RecordActions, Source};
use super::raw::{Raw, laid_out};
use super::{At, Same};
use crate::components::{Closable, Reveal};
use crate::i18n::use_lang;

/// What could not be read, each with what is known of it.
#[component]
pub(super) fn UnreadList(summary: Same<Arc<Summary>>, source: Option<Source>, actions: RecordActions) -> Element {
    let lang = use_lang();
    if summary.unread.is_empty() {
        return rsx! {};
    }
    rsx! {
        section { id: "unread", class: "section", "data-section": "unread", "data-state": "unreadable",
            h2 { {lang.t("unread-title")} span { class: "count", "{summary.unread.len()}" } }
            ul { class: "items",
                for (i , unread) in summary.unread.iter().enumerate() {
                    li { key: "{i}", class: "item", "data-unread": "{unread.entry}",
                        p { strong { if unread.resource_type.is_empty() { {lang.t("unread-something")} } else { "{unread.resource_type}" } } }
                        p { "{unread.reason}" }
                        Closable { title: lang.t("unread-raw"), pre { tabindex: "0", {laid_out(&unread.raw)} } }
                        Raw { at: At { document: unread.document, entry: unread.entry }, source: source.clone(), actions }
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
    // The Composition has the narratives in clear, and with them any entry code.
    let gated = summary.sections.iter().flat_map(|s| &s.items).any(|item| !item.gated.is_empty());
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
                            if gated && context.resource_type == "Composition" {
                                Reveal { Raw { at: At { document: context.document, entry: context.entry }, source: source.clone(), actions } }
                            } else {
                                Raw { at: At { document: context.document, entry: context.entry }, source: source.clone(), actions }
                            }
                        }
                    }
                }
            }
        }
    }
}
