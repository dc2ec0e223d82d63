//! The record as one page, drawn from what the vault gave.

use std::ops::Deref;
use std::rc::Rc;

use dioxus::prelude::*;
use engine::{ConflictItem, Link, RecordView as Record};
use jiff::{Timestamp, Unit};
use shared::identity::NoteId;
use shared::note::Note;
use shared::sensitive::Sensitive;
use shared::summary::layout::Layout;

use super::arranged::ArrangedSections;
use super::glance::GlanceList;
use super::glass::{GlassOffer, GlassStrip};
use super::hidden::{Hidden, HiddenRecord};
use super::notes::NoteList;
use super::notices::Notices;
use super::rest::{ContextList, UnreadList};
use super::search::Search;
use super::sources::SourceList;
use super::strip::RecordStrip;
use crate::components::{Icon, IdentityBar, IdentityStill, Progress, Shape};
use crate::fault::{Doing, Fault};
use crate::i18n::use_lang;

/// A value that is the same only when it is the very same: a record is compared by where it lies, not fact by fact
/// at every draw.
#[derive(Debug)]
pub struct Same<T>(Rc<T>);

impl<T> Same<T> {
    /// Wraps a value that was just read.
    pub fn new(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Same<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Where an entry stands: its document among the record's sources, and its place in that document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// Index of the source.
    pub document: usize,
    /// Index of the entry in the bundle.
    pub entry: usize,
}

/// The raw text of one entry, once it was asked for.
pub type Source = (At, Result<Sensitive<String>, Fault>);

/// What can be done on a record.
#[derive(Clone, Copy, PartialEq)]
pub struct RecordActions {
    /// Write something new.
    pub note: EventHandler<()>,
    /// Edit what stands here: a goal, a task or an alert.
    pub edit: EventHandler<At>,
    /// Ask the record service again.
    pub renew: EventHandler<()>,
    /// Read the raw entry that stands here.
    pub source: EventHandler<At>,
}

/// The page. A record past its lease is hidden even when the vault still gave it: the page has a clock as well.
#[component]
pub fn RecordPage(
    record: Same<Record>,
    link: Link,
    now: Timestamp,
    doing: Doing,
    source: Option<Source>,
    on_note: EventHandler<()>,
    on_renew: EventHandler<()>,
    on_source: EventHandler<At>,
    on_back: EventHandler<()>,
    #[props(default)] on_glass: EventHandler<()>,
    #[props(default)] on_end: EventHandler<()>,
    #[props(default)] on_amend: EventHandler<Note>,
    #[props(default)] on_edit: EventHandler<At>,
    #[props(default)] conflicts: Vec<ConflictItem>,
    #[props(default)] on_conflict: EventHandler<NoteId>,
    #[props(default)] layout: Layout,
    #[props(default)] on_layout: EventHandler<Option<Layout>>,
) -> Element {
    let (lang, busy) = (use_lang(), doing.is_busy());
    let actions = RecordActions { note: on_note, edit: on_edit, renew: on_renew, source: on_source };
    // Facts age by days: the sections are not drawn again at every tick of the clock.
    let today = now.round(Unit::Hour).unwrap_or(now);
    let hidden = Hidden::of(lang, &record.lease, now);
    let readable = record.summary.clone().filter(|_| hidden.is_none()).map(Same::new);
    rsx! {
        IdentityStill { person: record.person.clone() }
        div { class: "sticky",
            IdentityBar { person: record.person.clone(), now, on_back }
            GlassStrip { record: record.clone(), now, on_end }
            RecordStrip { record: record.clone(), link, now, on_renew, busy }
        }
        div { class: "record",
            Progress { doing, on_retry: on_renew }
            for conflict in conflicts {
                button {
                    key: "{conflict.note}", class: "row attention-row", r#type: "button", "data-conflict": "{conflict.note}",
                    onclick: move |_| on_conflict.call(conflict.note),
                    Icon { shape: Shape::Safety }
                    span { class: "row-main",
                        strong { {lang.t("conflict-title")} }
                        span { "{conflict.about.reveal()}" }
                        span { class: "meta", {lang.t("conflict-open-it")} }
                    }
                    Icon { shape: Shape::Open }
                }
            }
            match readable {
                Some(summary) => rsx! {
                    Notices { record: record.clone(), summary: summary.clone() }
                    GlanceList { summary: summary.clone(), now: today }
                    GlassOffer { record: record.clone(), on_glass }
                    NoteList { record: record.clone(), now, on_amend }
                    Search { record: record.clone(), summary: summary.clone() }
                    ArrangedSections { summary: summary.clone(), layout, on_layout, now: today, source: source.clone(), actions }
                    UnreadList { summary: summary.clone(), source: source.clone(), actions }
                    ContextList { summary: summary.clone(), source, actions }
                    SourceList { summary, retrieved: record.retrieved, now: today }
                },
                None => rsx! {
                    if let Some(hidden) = hidden {
                        HiddenRecord { hidden, busy, on_renew }
                    }
                    NoteList { record, now, on_amend }
                },
            }
        }
        div { class: "action-bar",
            button { id: "write-note", class: "primary", r#type: "button", onclick: move |_| actions.note.call(()), Icon { shape: Shape::Note } {lang.t("write-note")} }
        }
    }
}
