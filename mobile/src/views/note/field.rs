//! One question of a form.

use dioxus::prelude::*;

use crate::components::{Icon, Shape};
use crate::forms::{Answers, Field, Input, TEXT, stepped};
use crate::i18n::use_lang;

/// The question, what helps to answer it, what is wrong with the answer, and the way to answer.
#[component]
pub(super) fn FieldBox(
    field: Field,
    answers: Answers,
    ask: Option<String>,
    busy: bool,
    on_answer: EventHandler<(String, String)>,
) -> Element {
    let (at, id) = (html_id(&field.id), field.id.clone());
    let value = answers.get(&field.id).to_owned();
    let grouped = matches!(field.input, Input::Date | Input::Choice(_));
    rsx! {
        div { class: "field", "data-field": "{field.id}", "data-wrong": if ask.is_some() { "true" } else { "false" },
            if grouped {
                h3 { id: "{at}-label", "{field.label}" }
            } else {
                label { id: "{at}-label", r#for: "{at}", "{field.label}" }
            }
            if let Some(hint) = &field.hint {
                p { class: "hint", "{hint}" }
            }
            if let Some(ask) = &ask {
                p { class: "wrong", Icon { shape: Shape::Safety } "{ask}" }
            }
            match field.input.clone() {
                Input::Text => rsx! { Words { at, id, value, busy, on_answer } },
                Input::Line => rsx! { Line { at, id, value, busy, numeric: false, on_answer } },
                Input::Time => rsx! { Line { at, id, value, busy, numeric: true, on_answer } },
                Input::Number { unit, decimals } => rsx! { Number { at, id, label: field.label.clone(), value, unit, decimals, busy, on_answer } },
                Input::Date => rsx! { Day { at, id, answers, busy, on_answer } },
                Input::Choice(options) => rsx! { Choice { at, id, options, value, busy, on_answer } },
            }
        }
    }
}

fn html_id(id: &str) -> String {
    if id == TEXT { "note-text".to_owned() } else { format!("field-{id}") }
}

// The first value only: what is typed belongs to the page, and writing it back would lose keystrokes.
#[component]
fn Words(at: String, id: String, value: String, busy: bool, on_answer: EventHandler<(String, String)>) -> Element {
    let first = use_hook(|| value.clone());
    rsx! {
        textarea { initial_value: first, id: at, rows: 3, readonly: busy, oninput: move |e| on_answer.call((id.clone(), e.value())) }
    }
}

#[component]
fn Line(
    at: String,
    id: String,
    value: String,
    busy: bool,
    numeric: bool,
    on_answer: EventHandler<(String, String)>,
) -> Element {
    let first = use_hook(|| value.clone());
    let mode = if numeric { "numeric" } else { "text" };
    rsx! {
        input { initial_value: first, id: at, r#type: "text", inputmode: mode, autocomplete: "off", readonly: busy, oninput: move |e| on_answer.call((id.clone(), e.value())) }
    }
}

/// A number with its unit and two large steps. Steps begin at what was measured: a touch too many makes no reading.
#[component]
fn Number(
    at: String,
    id: String,
    label: String,
    value: String,
    unit: &'static str,
    decimals: u32,
    busy: bool,
    on_answer: EventHandler<(String, String)>,
) -> Element {
    let lang = use_lang();
    let mut first = use_signal(|| value.clone());
    let mut drawn = use_signal(|| 0_u32);
    let step = |up: bool| stepped(&value, up, decimals);
    let (less, more) = (step(false), step(true));
    let mut go = {
        let id = id.clone();
        move |next: Option<String>| {
            if let Some(next) = next {
                first.set(next.clone());
                drawn += 1;
                on_answer.call((id.clone(), next));
            }
        }
    };
    let mut down = go.clone();
    let (may_less, may_more) = (less.is_some() && !busy, more.is_some() && !busy);
    rsx! {
        div { class: "stepper", "data-unit": if unit.is_empty() { "none" } else { "some" },
            button { r#type: "button", "data-step": "less", disabled: !may_less, "aria-label": lang.with("step-less", [("what", label.clone().into())]), onclick: move |_| down(less.clone()), "−" }
            for turn in [drawn()] {
                input { initial_value: first(), key: "{turn}", id: "{at}", r#type: "text", inputmode: "decimal", autocomplete: "off", readonly: busy, oninput: { let id = id.clone(); move |e: FormEvent| on_answer.call((id.clone(), e.value())) } }
            }
            if !unit.is_empty() {
                span { class: "unit", "{unit}" }
            }
            button { r#type: "button", "data-step": "more", disabled: !may_more, "aria-label": lang.with("step-more", [("what", label.into())]), onclick: move |_| go(more.clone()), "+" }
        }
    }
}

#[component]
fn Day(at: String, id: String, answers: Answers, busy: bool, on_answer: EventHandler<(String, String)>) -> Element {
    let lang = use_lang();
    rsx! {
        div { class: "date-fields", role: "group", "aria-labelledby": "{at}-label",
            for (part, words) in [("day", lang.t("day")), ("month", lang.t("month")), ("year", lang.t("year"))] {
                div { key: "{part}",
                    label { r#for: "{at}-{part}", "{words}" }
                    Line { at: format!("{at}-{part}"), id: format!("{id}-{part}"), value: answers.get(&format!("{id}-{part}")).to_owned(), busy, numeric: true, on_answer }
                }
            }
        }
    }
}

/// One of several. A second press takes the answer back: a glove hits what it did not mean.
#[component]
fn Choice(
    at: String,
    id: String,
    options: Vec<(&'static str, String)>,
    value: String,
    busy: bool,
    on_answer: EventHandler<(String, String)>,
) -> Element {
    let short = options.iter().all(|(_, words)| words.chars().count() <= 16);
    rsx! {
        div { class: "options", role: "group", "aria-labelledby": "{at}-label", "data-short": if short { "true" } else { "false" },
            for (code, words) in options {
                button {
                    key: "{code}", r#type: "button", "data-option": "{code}", disabled: busy, "aria-pressed": if code == value { "true" } else { "false" },
                    onclick: {
                        let (id, next) = (id.clone(), if code == value { String::new() } else { code.to_owned() });
                        move |_| on_answer.call((id.clone(), next.clone()))
                    },
                    if code == value { Icon { shape: Shape::Tick } }
                    "{words}"
                }
            }
        }
    }
}
