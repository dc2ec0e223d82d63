//! A note with who wrote it, when, and whether the record has it.

use dioxus::prelude::*;
use engine::NoteView;
use jiff::Timestamp;

use super::{Icon, note_state};
use crate::format::clock;
use crate::i18n::use_lang;

/// One note. Written and received times are both shown: they may be hours apart.
#[component]
pub fn NoteCard(view: NoteView, now: Timestamp) -> Element {
    let lang = use_lang();
    let note = &view.note;
    let authored = lang.with("note-written", [("at", clock(lang, note.authored, now).into())]);
    let received = note.received.map(|at| lang.with("note-received", [("at", clock(lang, at, now).into())]));
    let state = view.sending.as_ref().map(|state| note_state(lang, state));
    rsx! {
        article { class: "note", "data-note-id": "{note.id}",
            p { class: "note-text", "{note.text.reveal()}" }
            p { class: "meta",
                strong { "{note.author.name}" }
                " · {note.author.job_title} · {note.author.organisation.name}"
            }
            p { class: "meta",
                "{authored}"
                if let Some(received) = received {
                    " · {received}"
                }
            }
            if let Some((name, shape, words)) = state {
                p { class: "note-state", "data-state": name, Icon { shape } "{words}" }
            }
        }
    }
}
