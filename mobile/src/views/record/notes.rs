//! The notes of a record, newest first, each with what was later said about it.

use dioxus::prelude::*;
use engine::{NoteView, RecordView as Record};
use jiff::Timestamp;
use shared::note::{Note, Shown, arrange};

use super::Same;
use crate::components::{Icon, NoteCard, Shape};
use crate::i18n::use_lang;

#[component]
pub(super) fn NoteList(record: Same<Record>, now: Timestamp, on_amend: EventHandler<Note>) -> Element {
    let lang = use_lang();
    rsx! {
        section { id: "notes", class: "notes", "aria-label": lang.t("notes-title"),
            div { class: "notes-head",
                h2 { {lang.t("notes-title")} span { class: "count", "{record.notes.len()}" } }
                if record.notes.is_empty() {
                    p { {lang.t("notes-none")} }
                }
            }
            if record.unreadable_notes > 0 {
                p { class: "notice", role: "alert", "data-unreadable-notes": "{record.unreadable_notes}",
                    Icon { shape: Shape::Safety }
                    {lang.with("notes-unreadable", [("count", record.unreadable_notes.into())])}
                }
            }
            for (view , shown) in in_order(&record.notes) {
                NoteCard { key: "{view.note.id}", view, depth: shown.depth, standing: shown.standing, loose: shown.loose, now, on_amend }
            }
        }
    }
}

/// A note is followed by what was later said about it; of those that stand by themselves the newest is first.
fn in_order(views: &[NoteView]) -> Vec<(NoteView, Shown)> {
    let notes: Vec<Note> = views.iter().map(|view| view.note.clone()).collect();
    let shown = arrange(&notes);
    let mut threads: Vec<&[Shown]> = shown.chunk_by(|_, next| next.depth > 0).collect();
    threads.reverse();
    threads.concat().into_iter().filter_map(|shown| Some((views.get(shown.note)?.clone(), shown))).collect()
}
