//! Where the record comes from, how old it is, how long it may be read, and whether anybody can be asked.

use dioxus::prelude::*;
use engine::{Link, RecordView as Record};
use jiff::Timestamp;
use shared::lease::LeaseState;

use super::Same;
use crate::components::{Icon, Shape, link_words};
use crate::format::{ago, clock};
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
    let until = clock(lang, record.lease.not_after, now);
    let lease = if now < record.lease.not_after {
        lang.with("lease-until", [("at", until.into())])
    } else {
        lang.with("lease-hidden", [("at", until.into())])
    };
    let stale = record.lease.state == LeaseState::Stale;
    let author = record.summary.as_ref().map(|s| s.author.clone()).filter(|a| !a.is_empty());
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
            span { class: "strip-lease", "{lease}" }
            if let Some(author) = author {
                span { class: "strip-source", {lang.with("record-source", [("source", author.into())])} }
            }
            button {
                class: "strip-renew", r#type: "button", "data-renew": "", disabled: busy, "aria-label": lang.t("record-renew"),
                onclick: move |_| on_renew.call(()), Icon { shape: Shape::Again }
            }
        }
    }
}
