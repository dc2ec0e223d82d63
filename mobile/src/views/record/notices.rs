//! What must be known about the document before it is believed.

use dioxus::prelude::*;
use engine::RecordView as Record;
use shared::summary::{Notice, Severity, Summary};

use super::Same;
use crate::components::{Icon, Shape};
use crate::i18n::{Lang, use_lang};

/// At most one red banner, holding every danger; the rest follows quietly.
#[component]
pub(super) fn Notices(record: Same<Record>, summary: Same<std::sync::Arc<Summary>>) -> Element {
    let lang = use_lang();
    let all = all(lang, &record, &summary);
    let (dangers, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|n| n.severity == Severity::Danger);
    if dangers.is_empty() && others.is_empty() {
        return rsx! {};
    }
    let (told_by_lines, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_told_by_lines);
    rsx! {
        section { id: "notices", class: "notices", "aria-label": lang.t("notices-title"),
            if !dangers.is_empty() {
                div { class: "red-banner", role: "alert",
                    Icon { shape: Shape::Safety }
                    ul {
                        for notice in dangers {
                            li { key: "{notice.code}{notice.text}", "data-notice": "{notice.code}", "{notice.text}" }
                        }
                    }
                }
            }
            if !told_by_lines.is_empty() {
                details { class: "notice", "data-notice": "sources-differ", "data-severity": "warning",
                    summary {
                        Icon { shape: Shape::Safety }
                        span { {lang.t("notice-sources-differ")} " " span { class: "more", {lang.t("glance-more")} } }
                    }
                    for notice in told_by_lines {
                        p { key: "{notice.code}{notice.text}", "data-notice": "{notice.code}", "{notice.text}" }
                    }
                }
            }
            for notice in others {
                p { key: "{notice.code}{notice.text}", class: "notice", "data-notice": "{notice.code}", "data-severity": severity(notice.severity),
                    Icon { shape: if notice.severity == Severity::Warning { Shape::Safety } else { Shape::Info } }
                    "{notice.text}"
                }
            }
        }
    }
}

// Every line that is in dispute is marked where it stands; at length here, this would push the allergies off the first
// screen.
fn is_told_by_lines(notice: &Notice) -> bool {
    notice.severity == Severity::Warning && matches!(notice.code.as_str(), "disagreement" | "person-differs")
}

/// The document's own notices, and those that only the device can give.
fn all(lang: Lang, record: &Record, summary: &Summary) -> Vec<Notice> {
    let mut notices = summary.notices.clone();
    if !summary.unread.is_empty() && !notices.iter().any(|n| n.severity == Severity::Danger) {
        let text = lang.with("notice-unread", [("count", summary.unread.len().into())]);
        notices.insert(0, Notice { severity: Severity::Danger, code: "unread".to_owned(), text });
    }
    for missing in &record.missing_sources {
        let text = lang.with(
            "notice-missing-source",
            [("name", missing.name.clone().into()), ("reason", missing.reason.clone().into())],
        );
        notices.push(Notice { severity: Severity::Warning, code: "missing-source".to_owned(), text });
    }
    if !record.consent_checked {
        let text = lang.t("notice-consent-unchecked");
        notices.push(Notice { severity: Severity::Warning, code: "consent-unchecked".to_owned(), text });
    }
    notices
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Danger => "danger",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
