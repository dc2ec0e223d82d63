//! What must be seen first, on one screen of a phone.

use std::sync::Arc;

use dioxus::prelude::*;
use jiff::Timestamp;
use shared::summary::{Glance, GlanceKind, Summary, age};

use super::Same;
use super::item::{Age, Disagreement};
use crate::components::{Icon, Reveal, Shape};
use crate::format::{local, long_ago, meaning_and_date};
use crate::i18n::{Lang, use_lang};

/// The lines in the order the summary gives them, lines of one kind under one heading.
#[component]
pub(super) fn GlanceList(summary: Same<Arc<Summary>>, now: Timestamp) -> Element {
    let lang = use_lang();
    let groups = grouped(&summary.glance);
    let allergies_said = summary.glance.iter().any(|line| line.kind == GlanceKind::Allergy);
    rsx! {
        section { id: "glance", class: "glance", "aria-label": lang.t("glance-title"),
            dl {
                for (i , (kind , lines)) in groups.into_iter().enumerate() {
                    div { key: "{i}", class: "glance-group", "data-glance": name(kind), "data-alert": if lines.iter().any(|l| l.alert) { "true" } else { "false" },
                        dt { Icon { shape: shape(kind) } span { {label(lang, kind)} } }
                        dd {
                            for (j , line) in lines.iter().cloned().enumerate() {
                                GlanceLine { key: "{j}", gated: gated(&summary, &line), line: Same::new(line), now }
                            }
                        }
                    }
                }
                if !allergies_said {
                    div { class: "glance-group", "data-glance": "allergy", "data-alert": "false",
                        dt { Icon { shape: Shape::Allergy } span { {label(lang, GlanceKind::Allergy)} } }
                        dd { p { strong { {lang.t("absence-not-recorded")} } } }
                    }
                }
            }
        }
    }
}

#[component]
fn GlanceLine(line: Same<Glance>, gated: String, now: Timestamp) -> Element {
    let lang = use_lang();
    let mut open = use_signal(|| false);
    let words = rsx! {
        strong { "{line.text}" }
        Detail { text: line.detail.clone(), whole: open() }
    };
    let whole = gated.is_empty() && may_hold_a_code(&line);
    let about = rsx! {
        About { line: line.clone(), whole: open(), now }
        Doubts { line: line.clone(), whole: whole || open() }
    };
    // A finger in a glove finds the line, not the word at its end.
    let press = move |_| open.set(true);
    match (whole, gated.is_empty()) {
        (true, _) => rsx! { div { class: "gated", p { {about} } Reveal { p { {words} } } } },
        (false, false) => rsx! {
            div { class: "gated", p { onclick: press, {words} {about} } Reveal { strong { "{gated}" } } }
        },
        (false, true) => rsx! {
            p { "data-alert": if line.alert { "true" } else { "false" }, onclick: press,
                if line.alert {
                    span { class: "alert-mark", Icon { shape: Shape::Safety } span { class: "only-read", {lang.t("glance-alert")} } }
                }
                {words}
                {about}
            }
        },
    }
}

// How old the fact is and who says so: their name alone until the line is opened, and then the day as well.
#[component]
fn About(line: Same<Glance>, whole: bool, now: Timestamp) -> Element {
    let lang = use_lang();
    let day = meaning_and_date(lang, shorter(&line.age));
    let date = line.age.split(' ').next_back().unwrap_or_default();
    let told = long_ago(lang, date, now).is_some();
    let source = if whole { line.source.as_str() } else { line.source.split(',').next().unwrap_or_default() };
    // At a glance the age says more than the day it was.
    let day = if told && !whole { "" } else { day.as_str() };
    let about: Vec<&str> = [source, day].into_iter().filter(|t| !t.is_empty()).collect();
    rsx! {
        " "
        span { class: "meta",
            Age { when: date, band: age::of_line(&line, local(now).date()), now }
            " {about.join(\" · \")}"
        }
    }
}

// What makes a person look twice, on lines of their own: it must not drown among the words.
#[component]
fn Doubts(line: Same<Glance>, whole: bool) -> Element {
    let lang = use_lang();
    rsx! {
        if line.review_overdue {
            span { class: "mark", "data-review": "overdue", Icon { shape: Shape::Clock } {lang.t("review-overdue")} }
        }
        if !line.disagreement.is_empty() {
            if whole {
                Disagreement { words: line.disagreement.clone() }
            } else {
                span { class: "mark", "data-disagreement": "",
                    Icon { shape: Shape::Safety }
                    {lang.t("disagreement")}
                    " "
                    button { class: "more", r#type: "button", "data-more": "", "aria-expanded": "false", {lang.t("glance-more")} }
                }
            }
        }
    }
}

/// How much of a detail stands in the glance. The facts themselves are never cut, and the rest is one touch away.
const DETAIL: usize = 52;

// The button has no work of its own: its press rises to the line, and a keyboard needs something to press.
#[component]
fn Detail(text: String, whole: bool) -> Element {
    let lang = use_lang();
    match beginning(&text) {
        _ if text.is_empty() => rsx! {},
        Some(beginning) if !whole => rsx! {
            " {beginning}… "
            button { class: "more", r#type: "button", "data-more": "", "aria-expanded": "false", {lang.t("glance-more")} }
        },
        _ => rsx! { " {text}" },
    }
}

/// The first words of a detail too long for the glance; `None` when all of it fits.
fn beginning(text: &str) -> Option<&str> {
    let (end, _) = text.char_indices().nth(DETAIL)?;
    let room = text.get(..end)?;
    let cut = room.rfind(' ').filter(|at| *at > DETAIL / 2).unwrap_or(end);
    text.get(..cut).map(|t| t.trim_end_matches([' ', ';', ',']))
}

// "Recorded" is what a date on a record means when it says nothing else.
fn shorter(age: &str) -> &str {
    age.strip_prefix("recorded ").unwrap_or(age)
}

/// What the summary keeps apart because it holds an entry code.
fn gated(summary: &Summary, line: &Glance) -> String {
    let item = line.item.and_then(|(section, item)| summary.sections.get(section)?.items.get(item));
    item.map(|item| item.gated.clone()).unwrap_or_default()
}

// A line about entry with digits in it, from which the summary took no code: better one touch too many.
fn may_hold_a_code(line: &Glance) -> bool {
    line.kind == GlanceKind::Access
        && [&line.text, &line.detail].iter().any(|t| t.contains(|c: char| c.is_ascii_digit()))
}

// Neighbours of one kind; the order is the summary's, which knows the reader's role.
fn grouped(lines: &[Glance]) -> Vec<(GlanceKind, Vec<Glance>)> {
    let mut groups: Vec<(GlanceKind, Vec<Glance>)> = Vec::new();
    for line in lines {
        match groups.last_mut() {
            Some((kind, group)) if *kind == line.kind => group.push(line.clone()),
            _ => groups.push((line.kind, vec![line.clone()])),
        }
    }
    groups
}

fn label(lang: Lang, kind: GlanceKind) -> String {
    lang.t(match kind {
        GlanceKind::Safety => "glance-safety",
        GlanceKind::Access => "glance-access",
        GlanceKind::Cpr => "glance-cpr",
        GlanceKind::Allergy => "glance-allergy",
        GlanceKind::CriticalMedicine => "glance-medicine",
        GlanceKind::Device => "glance-device",
        GlanceKind::Pregnancy => "glance-pregnancy",
        GlanceKind::PreferredPlace => "glance-place",
        GlanceKind::JustInCase => "glance-just-in-case",
        GlanceKind::Baseline => "glance-baseline",
        GlanceKind::Contact => "glance-contact",
    })
}

const fn name(kind: GlanceKind) -> &'static str {
    match kind {
        GlanceKind::Safety => "safety",
        GlanceKind::Access => "access",
        GlanceKind::Cpr => "cpr",
        GlanceKind::Allergy => "allergy",
        GlanceKind::CriticalMedicine => "critical-medicine",
        GlanceKind::Device => "device",
        GlanceKind::Pregnancy => "pregnancy",
        GlanceKind::PreferredPlace => "preferred-place",
        GlanceKind::JustInCase => "just-in-case",
        GlanceKind::Baseline => "baseline",
        GlanceKind::Contact => "contact",
    }
}

const fn shape(kind: GlanceKind) -> Shape {
    match kind {
        GlanceKind::Safety => Shape::Safety,
        GlanceKind::Access => Shape::Access,
        GlanceKind::Cpr => Shape::Cpr,
        GlanceKind::Allergy => Shape::Allergy,
        GlanceKind::CriticalMedicine => Shape::Medicine,
        GlanceKind::Device => Shape::Device,
        GlanceKind::Pregnancy => Shape::Pregnancy,
        GlanceKind::PreferredPlace => Shape::Place,
        GlanceKind::JustInCase => Shape::JustInCase,
        GlanceKind::Baseline => Shape::Baseline,
        GlanceKind::Contact => Shape::Contact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_detail_begins_with_whole_words_and_a_short_one_is_whole() {
        assert_eq!(beginning("twice a day"), None);
        let long =
            "Treat what is easily put right at home first; hospital for a broken bone, not for a chest infection.";
        assert_eq!(beginning(long), Some("Treat what is easily put right at home first"));
        assert!(beginning(&"ä".repeat(200)).is_some_and(|t| t.chars().count() == DETAIL));
    }
}
