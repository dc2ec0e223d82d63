//! What each form asks, given what was answered already.

use shared::identity::Role;
use shared::note::Template;

use super::options::{
    ACHIEVEMENT, ALERTS, CPR, FLAG, GIVEN, LIFECYCLE, OUTCOME, Options, PHASES, PLACES, PROMPTS, REVIEW, SPEAKER,
    STOCK, TEMPLATES, UNITS, WHEN, WHY, WISH, said, word,
};
use super::{Answers, Field, Form, Input, KEPT, TEXT, amend, palliative, text, vitals};
use crate::format::moment;
use crate::i18n::Lang;

/// The questions in order.
pub fn fields(form: &Form, answers: &Answers, role: Role, lang: Lang) -> Vec<Field> {
    let ask = Asking { lang, answers };
    match form {
        Form::Visit => visit(ask, role),
        Form::Vitals => vitals::fields(ask),
        Form::Dose => dose(ask),
        Form::Action => action(ask),
        Form::Wish => wish(ask),
        Form::Alert => [
            vec![
                ask.choice("kind", "field-alert-kind", ALERTS),
                ask.hinted(ask.text("field-alert-text"), "hint-alert"),
            ],
            ask.review(),
        ]
        .concat(),
        Form::Cpr => vec![
            ask.choice("decision", "field-cpr", CPR),
            ask.date("decided", "field-decided"),
            ask.line("by", "field-decided-by"),
            ask.hinted(ask.line("kept", "field-form-kept"), "hint-form-kept"),
            ask.date("review-on", "field-review-optional"),
            ask.text("field-words-optional"),
        ],
        Form::Phase => vec![ask.choice("phase", "form-phase", PHASES), ask.text("field-words-optional")],
        Form::Akps => palliative::akps_fields(ask),
        Form::Ipos => palliative::ipos_fields(ask),
        Form::Stock => stock(ask),
        Form::Amend(_) => amend::fields(ask),
        Form::Edit(base) => edit(ask, text(base, "resourceType")),
    }
}

/// Makes fields in the reader's language.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) lang: Lang,
    pub(super) answers: &'a Answers,
}

impl Asking<'_> {
    pub(super) fn field(self, id: &str, key: &str, input: Input) -> Field {
        Field { id: id.to_owned(), label: self.lang.t(key), hint: None, input }
    }

    pub(super) fn hinted(self, field: Field, key: &str) -> Field {
        Field { hint: Some(self.lang.t(key)), ..field }
    }

    pub(super) fn text(self, key: &str) -> Field {
        self.field(TEXT, key, Input::Text)
    }

    pub(super) fn line(self, id: &str, key: &str) -> Field {
        self.field(id, key, Input::Line)
    }

    pub(super) fn date(self, id: &str, key: &str) -> Field {
        self.field(id, key, Input::Date)
    }

    pub(super) fn choice(self, id: &str, key: &str, options: Options) -> Field {
        self.field(id, key, Input::Choice(said(self.lang, options)))
    }

    /// The number and the unit of an amount.
    fn amount(self, number: &str, unit: &str, key: &str) -> Vec<Field> {
        let mut asked = vec![self.field(number, key, Input::Number { unit: "", decimals: 0 })];
        if !self.answers.get(number).trim().is_empty() {
            asked.push(self.choice(unit, "field-unit", UNITS));
        }
        asked
    }

    /// When it was: now unless it is said otherwise.
    pub(super) fn when(self) -> Vec<Field> {
        let then = self
            .answers
            .get(KEPT)
            .parse()
            .ok()
            .map(|at| self.lang.with("when-kept", [("at", moment(self.lang, at).into())]));
        let options = then.map(|words| ("kept", words)).into_iter().chain(said(self.lang, WHEN)).collect();
        let mut asked = vec![self.field("when", "field-when", Input::Choice(options))];
        if self.answers.get("when") == "earlier" {
            asked.push(self.field("time", "field-time", Input::Time));
        }
        asked
    }

    fn why(self) -> Vec<Field> {
        let words = if self.answers.get("why") == "other" { "field-why-words" } else { "field-words-optional" };
        vec![self.choice("why", "field-why", WHY), self.line("why-words", words)]
    }

    fn review(self) -> Vec<Field> {
        let mut asked = vec![self.choice("review", "field-review", REVIEW)];
        if self.answers.get("review") == "date" {
            asked.push(self.date("review-on", "field-review-on"));
        }
        asked
    }
}

/// The template that is on the screen: the chosen one, or the first of the role.
pub(super) fn template(answers: &Answers, role: Role) -> Template {
    match answers.get("template") {
        "" => Template::of(role).first().copied().unwrap_or_default(),
        code => Template::from_code(code),
    }
}

/// The questions of a template, and every other that has an answer: choosing another template hides no word.
fn visit(ask: Asking<'_>, role: Role) -> Vec<Field> {
    let chosen = template(ask.answers, role);
    let of_role: Vec<_> = Template::of(role).iter().map(|t| (t.code(), word(ask.lang, TEMPLATES, t.code()))).collect();
    let mut asked = vec![ask.field("template", "field-template", Input::Choice(of_role))];
    let answered = |id: &str| !ask.answers.get(id).trim().is_empty();
    for (code, key) in PROMPTS {
        if !chosen.prompts().contains(code) && answered(code) {
            asked.push(ask.field(code, key, Input::Text));
        }
    }
    for code in chosen.prompts() {
        let label = word(ask.lang, PROMPTS, code);
        asked.push(Field { id: (*code).to_owned(), label, hint: None, input: Input::Text });
    }
    if chosen == Template::Free || answered(TEXT) {
        asked.push(ask.hinted(ask.text("note-label"), "note-hint"));
    }
    asked
}

fn dose(ask: Asking<'_>) -> Vec<Field> {
    let mut asked =
        vec![ask.hinted(ask.line("drug", "field-drug"), "hint-drug"), ask.choice("given", "field-given", GIVEN)];
    if ask.answers.get("given") == "not" {
        asked.extend(ask.why());
    }
    asked.extend(ask.amount("amount", "unit", "field-amount"));
    if !ask.answers.get("amount").trim().is_empty() {
        asked.push(ask.line("route", "field-route"));
    }
    asked.extend(ask.when());
    asked
}

fn action(ask: Asking<'_>) -> Vec<Field> {
    let mut asked = vec![ask.line("action", "field-action"), ask.choice("outcome", "field-outcome", OUTCOME)];
    match ask.answers.get("outcome") {
        "not-done" => asked.extend(ask.why()),
        "done" => asked.extend(ask.when()),
        _ => asked.push(ask.date("due", "field-due")),
    }
    asked.push(ask.text("field-words-optional"));
    asked
}

fn wish(ask: Asking<'_>) -> Vec<Field> {
    let mut asked = vec![ask.choice("wish", "field-wish", WISH)];
    if ask.answers.get("wish") == "place" {
        asked.push(ask.choice("place", "field-place", PLACES));
    }
    asked.push(ask.hinted(ask.text("field-wish-words"), "hint-wish-words"));
    asked.push(ask.choice("speaker", "field-speaker", SPEAKER));
    if ask.answers.get("speaker") == "other" {
        asked.push(ask.line("who", "field-who"));
    }
    asked
}

/// One more line than is filled in, so that the next medicine has its place.
fn stock(ask: Asking<'_>) -> Vec<Field> {
    let mut asked = vec![ask.choice("there", "field-stock", STOCK)];
    if ask.answers.get("there") == "some" {
        for line in 0..stock_lines(ask.answers) {
            let id = |part: &str| format!("{part}-{line}");
            asked.push(ask.line(&id("drug"), "field-drug"));
            if !ask.answers.get(&id("drug")).trim().is_empty() {
                asked.extend(ask.amount(&id("left"), &id("unit"), "field-left"));
                asked.push(ask.date(&id("expires"), "field-expires"));
            }
        }
    }
    asked.push(ask.line("kept", "field-kept"));
    asked.push(ask.text("field-words-optional"));
    asked
}

/// The lines up to the first that has no name, that one included.
pub(super) fn stock_lines(answers: &Answers) -> usize {
    let named = |line: &usize| !answers.get(&format!("drug-{line}")).trim().is_empty();
    (0..20).take_while(named).count() + 1
}

fn edit(ask: Asking<'_>, kind: &str) -> Vec<Field> {
    match kind {
        "Goal" => vec![
            ask.choice("achievement", "field-achievement", ACHIEVEMENT),
            ask.choice("lifecycle", "field-lifecycle", LIFECYCLE),
            ask.text("field-words-optional"),
        ],
        "Task" => {
            let mut asked = vec![ask.choice("outcome", "field-outcome", &OUTCOME[..3])];
            match ask.answers.get("outcome") {
                "not-done" => asked.extend(ask.why()),
                "done" => asked.extend(ask.when()),
                _ => {}
            }
            asked.push(ask.text("field-words-optional"));
            asked
        }
        _ => {
            let mut asked = vec![ask.choice("flag", "field-flag", FLAG)];
            if ask.answers.get("flag") == "reviewed" {
                asked.extend(ask.review());
            }
            asked.push(ask.text("field-flag-words"));
            asked
        }
    }
}
