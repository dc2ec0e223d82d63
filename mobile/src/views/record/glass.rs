//! On the record: that the glass is broken, for how long, and the way out; or the way in, where something is withheld.

use dioxus::prelude::*;
use engine::RecordView as Record;
use jiff::Timestamp;
use shared::consent::Purpose;

use super::Same;
use crate::components::{Icon, Shape};
use crate::format::clock;
use crate::i18n::use_lang;

/// Stays as long as the record does.
#[component]
pub(super) fn GlassStrip(record: Same<Record>, now: Timestamp, on_end: EventHandler<()>) -> Element {
    let lang = use_lang();
    let left = record.lease.not_after.duration_since(now).as_mins().max(0);
    rsx! {
        if record.lease.purpose == Purpose::BreakGlass {
            div { id: "glass-strip", class: "glass-strip", role: "status",
                span { Icon { shape: Shape::Safety } {lang.with("glass-strip", [("minutes", left.into())])} }
                button { id: "glass-end", r#type: "button", onclick: move |_| on_end.call(()), {lang.t("glass-end")} }
            }
        } else if let Some(at) = record.declared {
            div { id: "glass-waiting", class: "glass-strip", role: "status",
                span { Icon { shape: Shape::Safety } {lang.with("glass-waiting", [("at", clock(lang, at, now).into())])} }
            }
        }
    }
}

/// Where something is withheld that broken glass may show. Under what is known and in no colour of alarm: what can kill is
/// read first, and nobody is drawn into opening more than they need.
#[component]
pub(super) fn GlassOffer(record: Same<Record>, on_glass: EventHandler<()>) -> Element {
    let lang = use_lang();
    let withheld = record.summary.as_ref().is_some_and(|s| s.notices.iter().any(|notice| notice.code == "withheld"));
    rsx! {
        if withheld && record.break_glass_available && record.declared.is_none() && record.lease.purpose != Purpose::BreakGlass {
            button { id: "break-glass", class: "glass-offer", r#type: "button", onclick: move |_| on_glass.call(()), Icon { shape: Shape::Safety } {lang.t("glass-offer-withheld")} }
        }
    }
}
