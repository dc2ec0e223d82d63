//! Two people changed the same thing: both texts, and what is to be sent.

use dioxus::prelude::*;
use engine::{ConflictView, Engine};
use jiff::Timestamp;
use shared::identity::NoteId;
use shared::sync::{By, Choice, Conflict, Side};

use super::note::{Kept, Saved};
use crate::bridge::pulse;
use crate::components::{FaultBox, Icon, IdentityBar, Progress, Shape, Wait, Whom};
use crate::fault::{Doing, Fault};
use crate::format::clock;
use crate::forms::{field_name, told};
use crate::i18n::{Lang, use_lang};
use crate::nav::use_nav;
use crate::verb::{perform, perform_saying};

/// Each difference with both texts, and what will be sent. Nothing is chosen beforehand.
#[component]
pub fn ConflictPage(
    #[props(into)] person: Whom,
    conflict: ConflictView,
    now: Timestamp,
    doing: Doing,
    #[props(default = Saved::No)] saved: Saved,
    #[props(default)] begun: Vec<Choice>,
    on_settle: EventHandler<Vec<Choice>>,
    on_back: EventHandler<()>,
) -> Element {
    rsx! {
        div { class: "sticky", IdentityBar { person, now, on_back } }
        div { class: "step note-step",
            if saved == Saved::No {
                Deciding { conflict, now, doing, begun, on_settle }
            } else {
                Kept { saved, on_back }
            }
        }
    }
}

#[component]
fn Deciding(
    conflict: ConflictView,
    now: Timestamp,
    doing: Doing,
    begun: Vec<Choice>,
    on_settle: EventHandler<Vec<Choice>>,
) -> Element {
    let lang = use_lang();
    let count = conflict.differences.len();
    let mut chosen = use_signal(|| {
        let begun = begun.into_iter().map(Some).chain(std::iter::repeat(None));
        begun.take(count).collect::<Vec<Option<Choice>>>()
    });
    let all: Option<Vec<Choice>> = chosen.read().iter().copied().collect();
    let ready = all.is_some() && !doing.is_busy();
    let about = conflict.item.about.reveal();
    rsx! {
        h2 { {lang.t("conflict-title")} }
        if !about.is_empty() {
            p { class: "about", span { class: "fact-label", {lang.t("form-about")} } " {about}" }
        }
        p { {lang.t("conflict-lead")} }
        for (nth , difference) in conflict.differences.iter().cloned().enumerate() {
            Difference {
                key: "{nth}", nth, chosen: chosen.read()[nth], busy: doing.is_busy(), now, on_choose: move |choice| chosen.write()[nth] = Some(choice),
                difference,
            }
        }
        section { id: "will-send", class: "will-send", role: "status",
            h3 { Icon { shape: Shape::ToSend } {lang.t("conflict-will-send")} }
            ul { class: "plain",
                for (nth , difference) in conflict.differences.iter().enumerate() {
                    li { key: "{nth}", {outcome(lang, difference, chosen.read()[nth], now)} }
                }
            }
        }
        Progress { doing }
        button {
            id: "settle", class: "primary", r#type: "button", disabled: !ready,
            onclick: move |_| if let Some(all) = all.clone() { on_settle.call(all) },
            {lang.t("conflict-settle")}
        }
    }
}

/// One difference: what it was, and what can be chosen.
#[component]
fn Difference(
    difference: Conflict,
    nth: usize,
    chosen: Option<Choice>,
    busy: bool,
    now: Timestamp,
    on_choose: EventHandler<Choice>,
) -> Element {
    let lang = use_lang();
    let before = words(lang, &difference, &difference.base, now);
    rsx! {
        section { class: "field difference", "data-difference": "{nth}",
            h3 { id: "difference-{nth}", {title(lang, &difference)} }
            p { class: "was", span { class: "fact-label", {lang.t("conflict-before")} } " {before}" }
            div { class: "options", role: "group", "aria-labelledby": "difference-{nth}",
                for choice in Choice::ALL {
                    button {
                        key: "{name(choice)}", class: "version", r#type: "button", "data-choice": name(choice), disabled: busy,
                        "aria-pressed": if chosen == Some(choice) { "true" } else { "false" },
                        onclick: move |_| on_choose.call(choice),
                        span { class: "tick-box", if chosen == Some(choice) { Icon { shape: Shape::Tick } } }
                        Version { difference: difference.clone(), choice, now }
                    }
                }
            }
        }
    }
}

#[component]
fn Version(difference: Conflict, choice: Choice, now: Timestamp) -> Element {
    let lang = use_lang();
    let side = |side: &Side, who: String| {
        let text = words(lang, &difference, &side.value, now);
        rsx! { span { class: "version-text", strong { "{text}" } span { class: "meta", "{who}" } } }
    };
    match choice {
        Choice::Mine => side(&difference.mine, mine(lang, &difference.mine.by, now)),
        Choice::Theirs => side(&difference.theirs, theirs(lang, &difference.theirs.by, now)),
        Choice::Both => rsx! {
            span { class: "version-text",
                strong { {lang.t("conflict-both")} }
                span { class: "meta", {lang.t("conflict-both-hint")} }
            }
        },
    }
}

const fn name(choice: Choice) -> &'static str {
    match choice {
        Choice::Mine => "mine",
        Choice::Theirs => "theirs",
        Choice::Both => "both",
    }
}

// The first field names the group: the others only go with it.
fn title(lang: Lang, difference: &Conflict) -> String {
    difference.fields.first().map(|field| field_name(lang, field)).unwrap_or_default()
}

fn words(lang: Lang, difference: &Conflict, value: &serde_json::Value, now: Timestamp) -> String {
    let said = told(lang, value, now);
    let label = title(lang, difference);
    let line =
        |(name, words): &(String, String)| if *name == label { words.clone() } else { format!("{name}: {words}") };
    match said.as_slice() {
        [] => lang.t("conflict-nothing"),
        said => said.iter().map(line).collect::<Vec<_>>().join(" · "),
    }
}

fn mine(lang: Lang, by: &By, now: Timestamp) -> String {
    by.at.map_or_else(|| lang.t("conflict-you"), |at| format!("{}, {}", lang.t("conflict-you"), clock(lang, at, now)))
}

fn theirs(lang: Lang, by: &By, now: Timestamp) -> String {
    let who = if by.who.is_empty() { lang.t("conflict-unnamed") } else { by.who.clone() };
    by.at.map_or_else(|| who.clone(), |at| format!("{who}, {}", clock(lang, at, now)))
}

/// What comes of a choice: what stands in the record then, and what is kept beside it.
fn outcome(lang: Lang, difference: &Conflict, chosen: Option<Choice>, now: Timestamp) -> String {
    let what = title(lang, difference);
    let (ours, others) = (&difference.mine, &difference.theirs);
    let said = |side: &Side| words(lang, difference, &side.value, now);
    let sides = || [("what", what.clone().into()), ("mine", said(ours).into()), ("theirs", said(others).into())];
    match chosen {
        None => lang.with("conflict-open", [("what", what.clone().into())]),
        Some(Choice::Mine) => lang.with("conflict-send-mine", sides()),
        Some(Choice::Theirs) => lang.with("conflict-send-theirs", sides()),
        Some(Choice::Both) => lang.with("conflict-send-both", sides()),
    }
}

/// A conflict, with the engine.
#[component]
pub fn SettleView(whom: Whom, note: NoteId) -> Element {
    let (lang, engine, pulse) = (use_lang(), use_context::<Engine>(), pulse());
    let mut nav = use_nav();
    let mut read = use_signal(|| None::<Result<ConflictView, Fault>>);
    let mut saved = use_signal(|| Saved::No);
    let doing = use_signal(Doing::default);
    let asked = engine.clone();
    let ask = use_callback(move |()| {
        let engine = asked.clone();
        perform(async move { engine.conflict(note).await }, move |answer| read.set(Some(answer)));
    });
    use_effect(move || ask(()));
    let back = move |()| nav.write().back();
    let settle = move |choices: Vec<Choice>| {
        let engine = engine.clone();
        let settling = async move { engine.settle_conflict(note, &choices).await };
        perform_saying(doing, lang.t("wait-save"), settling, move |()| {
            saved.set(Saved::under(pulse.state.peek().link))
        });
    };
    match read() {
        Some(Ok(conflict)) => rsx! {
            ConflictPage { person: whom, conflict, now: (pulse.now)(), doing: doing(), saved: saved(), on_settle: settle, on_back: back }
        },
        unread => rsx! {
            div { class: "sticky", IdentityBar { person: whom, now: (pulse.now)(), on_back: back } }
            div { class: "step",
                match unread.and_then(Result::err) {
                    Some(fault) => rsx! { FaultBox { fault, on_retry: move |()| ask(()) } },
                    None => rsx! { Wait { words: lang.t("wait-conflict") } },
                }
            }
        },
    }
}
