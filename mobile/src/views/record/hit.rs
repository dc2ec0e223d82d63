//! One thing that was found: where, what it says, and why.

use std::sync::Arc;

use dioxus::prelude::*;
use engine::RecordView as Record;
use shared::summary::search::{Because, Hit, How, Line, Part, Place, Relation};
use shared::summary::{Status, Summary};

use super::Same;
use super::reach::reach;
use crate::components::{Icon, Shape, StatusChip};
use crate::format::meaning_and_date;
use crate::i18n::{Lang, use_lang};

/// The whole row is the way to the place.
#[component]
pub(super) fn HitRow(hit: Hit, record: Same<Record>, summary: Same<Arc<Summary>>) -> Element {
    let lang = use_lang();
    let to = target(hit.place, &record);
    // What is in force is the ordinary case and needs no word among many.
    let status = hit.status.filter(|status| *status != Status::Active);
    rsx! {
        button { class: "row hit", r#type: "button", "data-hit": place_kind(hit.place), "data-safety": "{hit.safety}", onclick: move |_| go(&to),
            span { class: "row-main",
                span { class: "hit-where",
                    if hit.safety {
                        Icon { shape: Shape::Safety }
                    }
                    {place_name(lang, hit.place, &summary)}
                }
                for (nth , line) in hit.lines.iter().cloned().enumerate() {
                    Words { key: "{nth}", line }
                }
                if let Some(status) = status {
                    StatusChip { status, happened: false }
                }
                for (nth , because) in hit.because.iter().enumerate() {
                    span { key: "{nth}", class: "hit-why", "data-because": "{because.found}", {why(lang, because)} }
                }
                if hit.how == How::Slip {
                    span { class: "hit-why", "data-slip": "", {lang.t("search-slip")} }
                }
            }
            Icon { shape: Shape::Open }
        }
    }
}

#[component]
fn Words(line: Line) -> Element {
    let lang = use_lang();
    if line.part == Part::Date {
        return rsx! { span { class: "meta", mark { {meaning_and_date(lang, &line.text)} } } };
    }
    let pieces = pieces(&line);
    let words = rsx! {
        for (nth , (text , is_marked)) in pieces.into_iter().enumerate() {
            if is_marked {
                mark { key: "{nth}", "{text}" }
            } else {
                Fragment { key: "{nth}", "{text}" }
            }
        }
    };
    match line.part {
        Part::Title => rsx! { strong { {words} } },
        Part::Source | Part::Code => rsx! { span { class: "meta", {words} } },
        _ => rsx! { span { {words} } },
    }
}

/// The text in pieces, each with whether it is highlighted.
fn pieces(line: &Line) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut piece = |range: std::ops::Range<usize>, marked| {
        let text = line.text.get(range).unwrap_or_default();
        if !text.is_empty() {
            pieces.push((text.to_owned(), marked));
        }
    };
    for mark in &line.marked {
        piece(at..mark.start, false);
        piece(mark.clone(), true);
        at = mark.end;
    }
    piece(at..line.text.len(), false);
    pieces
}

fn why(lang: Lang, because: &Because) -> String {
    let key = match because.relation {
        Relation::Same => "search-same",
        Relation::Narrower => "search-narrower",
        Relation::Wider => "search-wider",
    };
    lang.with(key, [("asked", because.asked.clone().into()), ("found", because.found.clone().into())])
}

fn place_name(lang: Lang, place: Place, summary: &Summary) -> String {
    let title = |section: usize| summary.sections.get(section).map(|s| s.title.clone()).unwrap_or_default();
    match place {
        Place::Item(section, _) | Place::Section(section) => title(section),
        Place::Narrative(section) => format!("{} · {}", title(section), lang.t("section-narrative")),
        Place::Glance(_) => lang.t("glance-title"),
        Place::Notice(_) => lang.t("notices-title"),
        Place::Note(_) => lang.t("notes-title"),
        Place::Unread(_) => lang.t("unread-title"),
        Place::Context(_) => lang.t("context-title"),
    }
}

const fn place_kind(place: Place) -> &'static str {
    match place {
        Place::Item(..) => "item",
        Place::Section(_) => "section",
        Place::Narrative(_) => "narrative",
        Place::Glance(_) => "glance",
        Place::Notice(_) => "notice",
        Place::Note(_) => "note",
        Place::Unread(_) => "unread",
        Place::Context(_) => "context",
    }
}

/// Where the place is on the page, step by step.
pub(super) fn target(place: Place, record: &Record) -> Vec<String> {
    let section = |at: usize| format!("[data-index='{at}']");
    match place {
        Place::Item(at, item) => vec![section(at), format!("{} [data-nth='{item}']", section(at))],
        Place::Section(at) => vec![section(at)],
        Place::Narrative(at) => vec![section(at), format!("{} .senders-words", section(at))],
        Place::Glance(_) => vec!["#glance".to_owned()],
        Place::Notice(_) => vec!["#notices".to_owned()],
        Place::Note(nth) => {
            let id = record.notes.get(nth).map(|view| view.note.id.to_string()).unwrap_or_default();
            vec![format!("[data-note-id='{id}']")]
        }
        Place::Unread(nth) => vec![format!("[data-section=unread] .items > :nth-child({})", nth + 1)],
        Place::Context(nth) => vec![
            "[data-section=context]".to_owned(),
            format!("[data-section=context] .items > :nth-child({})", nth + 1),
        ],
    }
}

/// Goes there.
pub(super) fn go(steps: &[String]) {
    reach(&steps.iter().map(String::as_str).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_its_marks_and_loses_nothing() {
        let line = |text: &str, marked| Line { part: Part::Title, text: text.to_owned(), marked };
        let told =
            |l: &Line| pieces(l).into_iter().map(|(t, m)| if m { format!("[{t}]") } else { t }).collect::<String>();
        assert_eq!(told(&line("Ménière's disease", vec![0..9, 12..19])), "[Ménière]'s [disease]");
        assert_eq!(told(&line("x", vec![])), "x");
    }
}
