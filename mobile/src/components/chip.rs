//! Where a fact stands: a word and a shape of its own; the colour only repeats them.

use dioxus::prelude::*;
use shared::summary::Status;

use super::{Icon, Shape};
use crate::i18n::use_lang;

/// The status of an item. An active fact is the ordinary case of a record and is marked as quietly as a word can be;
/// what happened once, like a vaccination, is on record but not active.
#[component]
pub fn StatusChip(status: Status, happened: bool) -> Element {
    let lang = use_lang();
    let (shape, key, name) = match status {
        Status::Active if happened => (Shape::Tick, "status-on-record", "active"),
        Status::Active => (Shape::Active, "status-active", "active"),
        Status::Inactive => (Shape::Inactive, "status-inactive", "inactive"),
        Status::Stopped => (Shape::Stopped, "status-stopped", "stopped"),
        Status::NotToBeGiven => (Shape::Forbidden, "status-not-to-be-given", "not-to-be-given"),
        Status::Refuted => (Shape::Refuted, "status-refuted", "refuted"),
        Status::EnteredInError => (Shape::Error, "status-entered-in-error", "entered-in-error"),
        Status::Negative => (Shape::Negative, "status-negative", "negative"),
        Status::Unknown => (Shape::Unknown, "status-unknown", "unknown"),
    };
    rsx! { span { class: "chip", "data-status": name, Icon { shape } {lang.t(key)} } }
}

/// How dangerous an allergy is, where the record says. A word of the record that we do not know is shown as it is.
#[component]
pub fn CriticalityChip(criticality: String) -> Element {
    let lang = use_lang();
    let (shape, words) = match criticality.as_str() {
        "" => return rsx! {},
        "high" => (Shape::Safety, lang.t("criticality-high")),
        "low" => (Shape::Inactive, lang.t("criticality-low")),
        "unable-to-assess" => (Shape::Unknown, lang.t("criticality-unable")),
        other => (Shape::Unknown, other.to_owned()),
    };
    rsx! { span { class: "chip", "data-criticality": criticality, Icon { shape } "{words}" } }
}
