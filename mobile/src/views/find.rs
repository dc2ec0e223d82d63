//! Looking a person up: by NHS number, or by family name and date of birth.

use dioxus::prelude::*;
use engine::{Engine, FindQuery};
use jiff::Timestamp;
use jiff::civil::Date;
use shared::identity::{Demographics, NhsNumber, NhsNumberError};

use crate::bridge::pulse;
use crate::components::{Icon, Progress, Shape};
use crate::fault::{Doing, Fault};
use crate::format::{born, nhs};
use crate::i18n::{Lang, use_lang};
use crate::nav::{Candidate, Place, use_nav};
use crate::verb::perform_saying;

/// The two ways to look, and who was found. `found` is `None` until something was asked.
#[component]
pub fn FindPage(
    found: Option<Vec<Demographics>>,
    doing: Doing,
    now: Timestamp,
    on_find: EventHandler<FindQuery>,
    on_choose: EventHandler<Demographics>,
) -> Element {
    let lang = use_lang();
    let busy = doing.is_busy();
    rsx! {
        header { class: "list-head", h1 { {lang.t("nav-find")} } }
        Progress { doing }
        match found {
            None => rsx! {},
            Some(people) if people.is_empty() => rsx! { p { class: "empty", role: "status", "data-empty": "nobody", {lang.t("find-nobody")} } },
            Some(people) => rsx! {
                div { role: "status", h2 { {lang.with("find-count", [("count", people.len().into())])} } }
                ul { class: "rows",
                    for person in people {
                        li { key: "{person.patient}", FoundRow { person, now, on_choose } }
                    }
                }
            },
        }
        ByNumber { busy, on_find }
        ByName { busy, on_find }
    }
}

#[component]
fn ByNumber(busy: bool, on_find: EventHandler<FindQuery>) -> Element {
    let lang = use_lang();
    let mut typed = use_signal(String::new);
    let judged = use_memo(move || NhsNumber::parse(&typed.read()));
    let (state, hint) = number_hint(lang, &typed.read(), judged());
    rsx! {
        form { class: "find-form",
            onsubmit: move |event| {
                event.prevent_default();
                if let Ok(number) = judged() {
                    on_find.call(FindQuery::NhsNumber(number));
                }
            },
            label { r#for: "find-nhs", {lang.t("find-nhs-label")} }
            input {
                id: "find-nhs", r#type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 12,
                "aria-describedby": "find-nhs-hint", initial_value: "", oninput: move |e| typed.set(e.value()),
            }
            p { id: "find-nhs-hint", class: "hint", role: "status", "data-number": state,
                if state == "right" {
                    Icon { shape: Shape::Tick }
                } else if state == "wrong" {
                    Icon { shape: Shape::Cross }
                }
                "{hint}"
            }
            button { id: "find-nhs-go", class: "primary", r#type: "submit", disabled: busy || judged().is_err(), {lang.t("find-nhs-go")} }
        }
    }
}

// While a number is still being typed nothing is wrong with it yet.
fn number_hint(lang: Lang, typed: &str, judged: Result<NhsNumber, NhsNumberError>) -> (&'static str, String) {
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let only_digits = typed.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
    match judged {
        Ok(_) => ("right", lang.t("find-nhs-right")),
        Err(_) if typed.is_empty() => ("empty", lang.t("find-nhs-hint")),
        Err(NhsNumberError::Shape) if only_digits && digits < 10 => {
            ("typing", lang.with("find-nhs-typing", [("count", digits.into())]))
        }
        Err(NhsNumberError::Shape) => ("wrong", lang.t("find-nhs-shape")),
        Err(NhsNumberError::CheckDigit) => ("wrong", lang.t("find-nhs-check")),
        Err(NhsNumberError::Repeated) => ("wrong", lang.t("find-nhs-repeated")),
    }
}

#[component]
fn ByName(busy: bool, on_find: EventHandler<FindQuery>) -> Element {
    let lang = use_lang();
    let mut family = use_signal(String::new);
    let mut day = use_signal(String::new);
    let mut month = use_signal(String::new);
    let mut year = use_signal(String::new);
    let mut fault = use_signal(|| None::<Fault>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        match by_name(lang, &family.read(), [&day.read(), &month.read(), &year.read()]) {
            Ok(query) => {
                fault.set(None);
                on_find.call(query);
            }
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    rsx! {
        form { class: "find-form", onsubmit: submit,
            label { r#for: "find-family", {lang.t("find-family-label")} }
            input { id: "find-family", r#type: "text", autocomplete: "off", spellcheck: "false", initial_value: "", oninput: move |e| family.set(e.value()) }
            fieldset {
                legend { {lang.t("born-label-long")} }
                div { class: "date-fields",
                    div { label { r#for: "find-born-day", {lang.t("day")} }
                        input { id: "find-born-day", r#type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 2, initial_value: "", oninput: move |e| day.set(e.value()) } }
                    div { label { r#for: "find-born-month", {lang.t("month")} }
                        input { id: "find-born-month", r#type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 2, initial_value: "", oninput: move |e| month.set(e.value()) } }
                    div { label { r#for: "find-born-year", {lang.t("year")} }
                        input { id: "find-born-year", r#type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 4, initial_value: "", oninput: move |e| year.set(e.value()) } }
                }
            }
            Progress { doing: fault().map_or(Doing::Idle, Doing::Failed) }
            button { id: "find-name-go", class: "primary", r#type: "submit", disabled: busy, {lang.t("find-name-go")} }
        }
    }
}

fn by_name(lang: Lang, family: &str, [day, month, year]: [&str; 3]) -> Result<FindQuery, Fault> {
    let wrong = |code, key| Fault::of_input(code, lang.t(key));
    let family = family.trim();
    if family.is_empty() {
        return Err(wrong("family-missing", "find-family-missing"));
    }
    let number = |text: &str| text.trim().parse::<i16>().ok();
    let small = |text: &str| i8::try_from(number(text)?).ok();
    let date = number(year).filter(|y| *y >= 1850).zip(small(month)).zip(small(day));
    let born = date.and_then(|((y, m), d)| Date::new(y, m, d).ok());
    let born = born.ok_or_else(|| wrong("born-wrong", "find-born-wrong"))?;
    Ok(FindQuery::NameAndBirthDate { family: family.to_owned().into(), born })
}

#[component]
fn FoundRow(person: Demographics, now: Timestamp, on_choose: EventHandler<Demographics>) -> Element {
    let lang = use_lang();
    let given = person.clone();
    rsx! {
        button { class: "row", r#type: "button", "data-patient": "{person.patient}", onclick: move |_| on_choose.call(given.clone()),
            span { class: "row-main",
                strong { "{person.display_name()}" }
                span { {lang.t("born-label")} " {born(lang, &person, now)}" }
                span { {lang.t("nhs-label")} " {nhs(lang, &person)}" }
                span { class: "meta", "{person.address.reveal()}" }
            }
            Icon { shape: Shape::Open }
        }
    }
}

/// Looking up with the engine.
#[component]
pub fn FindView() -> Element {
    let lang = use_lang();
    let engine = use_context::<Engine>();
    let mut nav = use_nav();
    let doing = use_signal(Doing::default);
    let mut found = use_signal(|| None::<Vec<Demographics>>);
    let find = move |query: FindQuery| {
        found.set(None);
        let engine = engine.clone();
        let finding = async move { engine.find(query).await };
        perform_saying(doing, lang.t("wait-find"), finding, move |people| found.set(Some(people)));
    };
    rsx! {
        FindPage {
            found: found(), doing: doing(), now: (pulse().now)(), on_find: find,
            on_choose: move |person| nav.write().begin(Place::Confirm(Candidate::Found(person))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_judged_when_it_is_whole() {
        let state = |typed: &str| number_hint(Lang::En, typed, NhsNumber::parse(typed)).0;
        assert_eq!(state(""), "empty");
        assert_eq!(state("943 476"), "typing");
        assert_eq!(state("9434765919"), "right");
        assert_eq!(state("943 476 5919"), "right");
        assert_eq!(state("9434765918"), "wrong");
        assert_eq!(state("94x"), "wrong");
    }

    #[test]
    fn a_date_of_birth_must_exist() {
        let code = |family, date| by_name(Lang::En, family, date).err().map(|f| f.code);
        assert_eq!(code("Okafor", ["23", "11", "1938"]), None);
        assert_eq!(code("Okafor", ["31", "2", "1938"]), Some("born-wrong"));
        assert_eq!(code("Okafor", ["1", "2", "38"]), Some("born-wrong"));
        assert_eq!(code(" ", ["1", "2", "1938"]), Some("family-missing"));
    }
}
