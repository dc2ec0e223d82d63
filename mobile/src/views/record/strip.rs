//! Where the record comes from, how old it is, how long it may be read, and whether anybody can be asked.

use dioxus::prelude::*;
use engine::{Link, RecordView as Record};
use jiff::Timestamp;
use shared::lease::LeaseState;

use super::Same;
use super::hidden::Hidden;
use super::sources::name;
use crate::components::{Icon, Shape, link_words};
use crate::format::{ago, clock, long_ago};
use crate::i18n::use_lang;

/// One line over the record. Asking again is offered while a connection may be there.
#[component]
pub(super) fn RecordStrip(
    record: Same<Record>,
    link: Link,
    now: Timestamp,
    busy: bool,
    on_renew: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let (name, shape, _) = link_words(lang, link, now);
    let word = lang.t(match link {
        Link::Online { .. } => "strip-online",
        Link::Offline { .. } => "strip-offline",
        Link::Unknown => "strip-unknown",
    });
    let hidden = Hidden::of(lang, &record.lease, now);
    let until = || lang.with("lease-until", [("at", clock(lang, record.lease.not_after, now).into())]);
    let stale = record.lease.state == LeaseState::Stale;
    rsx! {
        div { id: "strip", class: "strip", "data-link": name,
            span { class: "strip-link", Icon { shape } "{word}" }
            span { class: "strip-age", "data-stale": if stale { "true" } else { "false" },
                {lang.with("record-retrieved", [("ago", ago(lang, record.retrieved, now).into())])}
                if stale {
                    " · "
                    {lang.t("record-stale")}
                }
            }
            match hidden {
                Some(hidden) => rsx! { span { class: "strip-lease strip-hidden", Icon { shape: Shape::Lock } "{hidden.words}" } },
                None => rsx! { span { class: "strip-lease", {until()} } },
            }
            Sources { record: record.clone(), now }
            button {
                class: "strip-renew", r#type: "button", "data-renew": "", disabled: busy, "aria-label": lang.t("record-renew"),
                onclick: move |_| on_renew.call(()), Icon { shape: Shape::Again }
            }
        }
    }
}

/// How many sources are named before the rest is only counted: a strip that stays must not cover the record.
const NAMED: usize = 3;

/// Every source with the age of what it says; the rest of them stand at the end of the page.
#[component]
fn Sources(record: Same<Record>, now: Timestamp) -> Element {
    let lang = use_lang();
    let sources = record.summary.as_ref().map(|s| s.sources.clone()).unwrap_or_default();
    let more = sources.len().saturating_sub(NAMED);
    rsx! {
        ul { class: "strip-sources", "aria-label": lang.t("sources-title"),
            for (i , source) in sources.into_iter().take(NAMED).enumerate() {
                li { key: "{i}", "data-source-name": "{i}",
                    "{name(lang, &source)} "
                    span { class: "strip-source-age", {long_ago(lang, &source.composed, now).unwrap_or_else(|| lang.t("source-age-unknown"))} }
                }
            }
            if more > 0 {
                li { {lang.with("strip-more-sources", [("count", more.into())])} }
            }
        }
    }
}
