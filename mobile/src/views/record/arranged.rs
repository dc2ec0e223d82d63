//! The sections in the reader's own order, and what they hid.

use std::sync::Arc;

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::summary::Summary;
use shared::summary::layout::{Layout, Shown, arranged};

use super::Same;
use super::page::{RecordActions, Source};
use super::reach::reach;
use super::section::SectionCard;
use crate::components::{Icon, Shape};
use crate::i18n::{Lang, use_lang};
use crate::views::arrange::{ArrangeList, reason};

/// All sections: those shown, in order; those hidden, counted and named, one touch away; and the way to change both.
#[component]
pub(super) fn ArrangedSections(
    summary: Same<Arc<Summary>>,
    layout: Layout,
    on_layout: EventHandler<Option<Layout>>,
    now: Timestamp,
    source: Option<Source>,
    actions: RecordActions,
) -> Element {
    let lang = use_lang();
    let mut arranging = use_signal(|| false);
    if arranging() {
        return rsx! {
            section { class: "section arranging",
                ArrangeList {
                    summary: summary.clone(), layout, on_layout,
                    on_done: move |()| { arranging.set(false); reach(&["#arrange"]); },
                }
            }
        };
    }
    let arrangement = arranged(&summary, &layout);
    rsx! {
        for shown in arrangement.shown {
            SectionCard {
                key: "{shown.section}", summary: summary.clone(), index: shown.section, now, source: source.clone(), actions,
                pinned: shown.pinned, mark: mark(lang, shown),
            }
        }
        Hidden { summary: summary.clone(), sections: arrangement.hidden, now, source, actions }
        button { id: "arrange", class: "quiet", r#type: "button", onclick: move |_| { arranging.set(true); reach(&["#arrange-list"]); },
            Icon { shape: Shape::Arrange } {lang.t("arrange-title")}
        }
    }
}

fn mark(lang: Lang, shown: Shown) -> Option<String> {
    shown.against_wish.map(|kept| lang.t(reason(kept)))
}

// A disclosure of the browser's own: what is hidden is still in the page, for "find in page" and for the search.
#[component]
fn Hidden(
    summary: Same<Arc<Summary>>,
    sections: Vec<usize>,
    now: Timestamp,
    source: Option<Source>,
    actions: RecordActions,
) -> Element {
    let lang = use_lang();
    if sections.is_empty() {
        return rsx! {};
    }
    let count = sections.len();
    let titles: Vec<&str> = sections.iter().map(|at| summary.sections[*at].title.as_str()).collect();
    rsx! {
        details { class: "hidden-sections", "data-hidden-sections": "{count}",
            summary {
                span {
                    strong { {lang.with("hidden-by-you", [("count", count.into())])} }
                    ": "
                    {titles.join(", ")}
                }
                span { class: "hidden-show", {lang.t("hidden-show")} }
            }
            for index in sections {
                SectionCard { key: "{index}", summary: summary.clone(), index, now, source: source.clone(), actions, pinned: false, mark: None }
            }
        }
    }
}
