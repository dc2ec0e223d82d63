//! The reader's own order of the sections: up, down, first, hidden, and back to the usual one. Words and large
//! buttons: nothing here is dragged.

use std::sync::Arc;

use dioxus::prelude::*;
use shared::summary::Summary;
use shared::summary::layout::{Kept, Layout, kept, key, ordered};

use super::record::{Same, reach};
use crate::components::{Icon, Shape};
use crate::i18n::{Lang, use_lang};

/// One section in the list.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    key: String,
    title: String,
    pinned: bool,
    hidden: bool,
    kept: Option<Kept>,
    up: bool,
    down: bool,
}

/// What is done to a section.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Up,
    Down,
    Pin,
    Hide,
}

impl Act {
    const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Pin => "pin",
            Self::Hide => "hide",
        }
    }
}

/// The sections of a record, each with what can be done to it. `on_layout` is called with `None` for the usual order.
#[component]
pub fn ArrangeList(
    summary: Same<Arc<Summary>>,
    layout: Layout,
    on_layout: EventHandler<Option<Layout>>,
    on_done: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let mut told = use_signal(String::new);
    let mut pressed = use_signal(|| None::<(String, Act)>);
    let rows = rows(&summary, &layout);
    let (all, before) = (rows.clone(), layout.clone());
    let act = move |(key, act): (String, Act)| {
        let mut changed = before.clone();
        change(&mut changed, &all, &key, act);
        pressed.set(Some((key, act)));
        on_layout.call(Some(changed));
    };
    // A row that moves takes its buttons along, and a webview takes the focus from what it moves: it is given back,
    // and what happened is said.
    let shown = rows.clone();
    use_effect(use_reactive!(|shown| {
        if let Some((key, act)) = pressed.take()
            && let Some(place) = shown.iter().position(|row| row.key == key)
        {
            told.set(news(lang, &shown[place], place, shown.len()));
            reach(&[&button(&shown[place], act)]);
        }
    }));
    rsx! {
        div { class: "arrange-top",
            h2 { id: "arrange-list", {lang.t("arrange-title")} }
            button { id: "arrange-done", class: "primary", r#type: "button", onclick: move |_| on_done.call(()), Icon { shape: Shape::Tick } {lang.t("arrange-done")} }
        }
        p { class: "hint", {lang.t("arrange-lead")} }
        p { id: "arrange-told", class: "only-read", role: "status", "aria-live": "polite", "{told}" }
        ul { class: "arrange",
            for row in rows {
                ArrangeRow { key: "{row.key}", row, on_act: act.clone() }
            }
        }
        button { id: "arrange-usual", r#type: "button", onclick: move |_| on_layout.call(None), Icon { shape: Shape::Again } {lang.t("arrange-usual")} }
        button { id: "arrange-end", class: "primary", r#type: "button", onclick: move |_| on_done.call(()), Icon { shape: Shape::Tick } {lang.t("arrange-done")} }
    }
}

#[component]
fn ArrangeRow(row: Row, on_act: EventHandler<(String, Act)>) -> Element {
    let lang = use_lang();
    let key = row.key.clone();
    let press = move |act: Act| on_act.call((key.clone(), act));
    let (up, down, pin, hide) = (press.clone(), press.clone(), press.clone(), press);
    let (pin_key, hide_key) = (
        if row.pinned { "arrange-unpin" } else { "arrange-pin" },
        if row.hidden { "arrange-show" } else { "arrange-hide" },
    );
    let shown_shape = if row.hidden { Shape::Eye } else { Shape::Hide };
    rsx! {
        li { class: "arrange-row", role: "group", "aria-label": "{row.title}", "data-arrange": "{row.key}", "data-pinned": "{row.pinned}", "data-hidden": "{row.hidden}",
            div { class: "arrange-head",
                strong { "{row.title}" }
                if row.pinned {
                    span { class: "chip", Icon { shape: Shape::Pin } {lang.t("arrange-pinned")} }
                }
                if row.hidden {
                    span { class: "chip", Icon { shape: Shape::Hide } {lang.t("arrange-hidden")} }
                }
            }
            div { class: "arrange-acts",
                button { r#type: "button", "data-act": act_name(&row.key, Act::Up), disabled: !row.up, onclick: move |_| up(Act::Up), Icon { shape: Shape::Up } {lang.t("arrange-up")} }
                button { r#type: "button", "data-act": act_name(&row.key, Act::Down), disabled: !row.down, onclick: move |_| down(Act::Down), Icon { shape: Shape::Down } {lang.t("arrange-down")} }
                button { r#type: "button", "data-act": act_name(&row.key, Act::Pin), "aria-pressed": "{row.pinned}", onclick: move |_| pin(Act::Pin), Icon { shape: Shape::Pin } {lang.t(pin_key)} }
                if row.kept.is_none() || row.hidden {
                    button { r#type: "button", "data-act": act_name(&row.key, Act::Hide), onclick: move |_| hide(Act::Hide), Icon { shape: shown_shape } {lang.t(hide_key)} }
                }
            }
            if let Some(kept) = row.kept {
                p { class: "hint", "data-kept": "", Icon { shape: Shape::Lock } {lang.t(reason(kept))} }
            }
        }
    }
}

fn rows(summary: &Summary, layout: &Layout) -> Vec<Row> {
    let order = ordered(summary, layout);
    let pinned = order.iter().filter(|at| layout.is_pinned(key(&summary.sections[**at]))).count();
    let row = |(place, at): (usize, usize)| {
        let section = &summary.sections[at];
        let key = key(section);
        let (first, last) = if place < pinned { (0, pinned) } else { (pinned, order.len()) };
        Row {
            key: key.to_owned(),
            title: section.title.clone(),
            pinned: place < pinned,
            hidden: layout.hidden.contains(key),
            kept: kept(summary, at),
            up: place > first,
            down: place + 1 < last,
        }
    };
    let mut rows: Vec<Row> = order.iter().copied().enumerate().map(row).collect();
    // Two sections of one name go together.
    let mut seen = std::collections::BTreeSet::new();
    rows.retain(|row| seen.insert(row.key.clone()));
    rows
}

fn change(layout: &mut Layout, rows: &[Row], key: &str, act: Act) {
    let seen: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    match act {
        Act::Up | Act::Down => {
            layout.shift(&seen, key, act == Act::Up);
        }
        Act::Pin => layout.pin(key, !layout.is_pinned(key)),
        Act::Hide => layout.hide(key, !layout.hidden.contains(key)),
    }
}

// At the end of its way a row offers the other direction.
fn button(row: &Row, act: Act) -> String {
    let act = match act {
        Act::Up if !row.up => Act::Down,
        Act::Down if !row.down => Act::Up,
        act => act,
    };
    format!("[data-act={}]", serde_json::Value::from(act_name(&row.key, act)))
}

fn act_name(key: &str, act: Act) -> String {
    format!("{}/{key}", act.name())
}

fn news(lang: Lang, row: &Row, place: usize, count: usize) -> String {
    let place = place + 1;
    let key = if row.hidden { "arrange-told-hidden" } else { "arrange-told" };
    lang.with(key, [("title", row.title.clone().into()), ("place", place.into()), ("count", count.into())])
}

/// The sentence that says why a section cannot be hidden, as a key.
pub(super) const fn reason(kept: Kept) -> &'static str {
    match kept {
        Kept::Safety => "kept-safety",
        Kept::NotAllThere => "kept-not-all-there",
        Kept::Danger => "kept-danger",
    }
}
