//! A note with what it says, who wrote it, when, what it is worth now, and whether the record has it.

use dioxus::prelude::*;
use engine::{NoteView, Receipt, SeenBy};
use jiff::Timestamp;
use shared::identity::Role;
use shared::note::{Loose, Note, Standing};
use shared::sync::OutboxState;

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
    let received = received(&view).map(|at| lang.with("note-received", [("at", clock(lang, at, now).into())]));
    let state = state(lang, &view);
    let seen = seen(lang, view.receipt.as_ref(), now);
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
            if matches!(view.sending, Some(OutboxState::NeedsAttention(_))) {
                p { class: "hint", {lang.t("note-see-to-send")} }
            }
            for seen in seen {
                p { key: "{seen}", class: "meta seen", "data-seen": "", Icon { shape: Shape::Eye } "{seen}" }
            }
            if let Some(on_amend) = on_amend {
                button { class: "quiet", r#type: "button", "data-amend": "{note.id}", onclick: move |_| on_amend.call(given.clone()), {lang.t("write-change")} }
            }
        }
    }
}

/// Where it stands: by what is known of its sending, and for one that was sent earlier by its receipt.
fn state(lang: Lang, view: &NoteView) -> Option<(&'static str, Shape, String)> {
    match (&view.sending, &view.receipt) {
        (_, Some(Receipt::Seen { .. })) => Some(("seen", Shape::Eye, lang.t("note-seen"))),
        (Some(state), _) => Some(note_state(lang, state)),
        (None, Some(Receipt::Received { at })) => Some(note_state(lang, &OutboxState::Sent { received: *at })),
        (None, Some(Receipt::OnDevice)) => Some(note_state(lang, &OutboxState::Pending { not_before: None })),
        (None, None) => None,
    }
}

fn received(view: &NoteView) -> Option<Timestamp> {
    match view.receipt {
        Some(Receipt::Received { at: received } | Receipt::Seen { received, .. }) => Some(received),
        _ => view.note.received,
    }
}

/// In which roles it was seen, and since when. A service tells no names.
fn seen(lang: Lang, receipt: Option<&Receipt>, now: Timestamp) -> Vec<String> {
    let Some(Receipt::Seen { by, .. }) = receipt else { return Vec::new() };
    let line = |seen: &SeenBy| {
        let role = role(lang, &seen.role);
        lang.with("note-seen-by", [("role", role.into()), ("at", clock(lang, seen.at, now).into())])
    };
    by.iter().map(line).collect()
}

fn role(lang: Lang, code: &str) -> String {
    let key = match Role::from_code(code) {
        Ok(Role::EmergencyClinician) => "role-crew",
        Ok(Role::CareTeamClinician) => "role-care-team",
        Ok(Role::DomiciliaryCarer) => "role-carer",
        Ok(Role::SocialWorker) => "role-social-worker",
        Ok(Role::Admin) => "role-admin",
        // A service that knows more roles than this version.
        Err(_) => return code.to_owned(),
    };
    lang.t(key)
}

fn loose_words(lang: Lang, loose: Loose) -> String {
    lang.t(match loose {
        Loose::UnknownTarget(_) => "loose-unknown",
        Loose::OtherPatient(_) => "loose-other",
        Loose::Circle => "loose-circle",
    })
}
