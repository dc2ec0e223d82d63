//! A note with what it says, who wrote it, when, what it is worth now, and whether the record has it.

use dioxus::prelude::*;
use engine::NoteView;
use jiff::Timestamp;
use shared::note::{Loose, Note, Standing};

use super::{Icon, Shape, note_state};
use crate::format::clock;
use crate::forms::{say, standing as worth};
use crate::i18n::{Lang, use_lang};

/// One note. Written and received times are both shown: they may be hours apart. `depth` is how many notes it is a later
/// word on.
#[component]
pub fn NoteCard(
    view: NoteView,
    now: Timestamp,
    #[props(default)] depth: usize,
    #[props(default = Standing::Holds)] standing: Standing,
    #[props(default)] loose: Option<Loose>,
    #[props(default)] on_amend: Option<EventHandler<Note>>,
) -> Element {
    let lang = use_lang();
    let note = &view.note;
    let authored = lang.with("note-written", [("at", clock(lang, note.authored, now).into())]);
    let received = note.received.map(|at| lang.with("note-received", [("at", clock(lang, at, now).into())]));
    let state = view.sending.as_ref().map(|state| note_state(lang, state));
    let worth = worth(lang, &standing);
    let given = note.clone();
    rsx! {
        article { class: "note", "data-note-id": "{note.id}", "data-depth": "{depth.min(3)}", "data-worth": worth.as_ref().map_or("holds", |(name, _)| name),
            if let Some((_, words)) = &worth {
                p { class: "mark standing", Icon { shape: Shape::Safety } "{words}" }
            }
            if let Some(loose) = loose {
                p { class: "mark", Icon { shape: Shape::Info } {loose_words(lang, loose)} }
            }
            ul { class: "note-says",
                for (nth , line) in say(lang, &note.content, now).into_iter().enumerate() {
                    li { key: "{nth}", "{line}" }
                }
            }
            if !note.text.reveal().is_empty() {
                p { class: "note-text", "{note.text.reveal()}" }
            }
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
            if let Some(on_amend) = on_amend {
                button { class: "quiet", r#type: "button", "data-amend": "{note.id}", onclick: move |_| on_amend.call(given.clone()), {lang.t("write-change")} }
            }
        }
    }
}

fn loose_words(lang: Lang, loose: Loose) -> String {
    lang.t(match loose {
        Loose::UnknownTarget(_) => "loose-unknown",
        Loose::OtherPatient(_) => "loose-other",
        Loose::Circle => "loose-circle",
    })
}
