//! From what was saved back to the answers of its form, to be written anew.

use jiff::Timestamp;
use jiff::civil::Date;
use shared::care_plan::{
    Action, Alert, Amount, CprDecision, Dose, Given, Ipos, NotDone, Outcome, Preference, Score, Speaker, StockCheck,
    Wish,
};
use shared::note::{Amendment, Content, Visit};

use super::say::title;
use super::{Amending, Answers, Form, KEPT, TEXT, difference, vitals};
use crate::i18n::Lang;

/// The form of a note and what stood in it. Times stay those of then. An edit of what is in the record becomes a note
/// in words: what it was made from may not be there any more.
pub fn again(lang: Lang, text: &str, content: &Content, now: Timestamp) -> (Form, Answers) {
    let mut answers = Answers::default();
    let form = match content {
        Content::Visit(Visit { amends: Some(amends), .. }) => {
            amend(&mut answers, text, &amends.how);
            return (Form::Amend(Box::new(Amending { note: amends.note, kind: amends.kind, of: None })), answers);
        }
        Content::Visit(visit) => {
            answers.set("template", visit.template.code());
            Form::Visit
        }
        Content::Vitals { at, vitals } => {
            kept(&mut answers, *at);
            vitals::again(&mut answers, vitals);
            Form::Vitals
        }
        Content::Change(change) => {
            let said = difference::changed(lang, change.base(), change.mine(), now);
            let lines = [title(change.base())].into_iter().chain(said).chain([text.to_owned()]);
            let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            answers.set("template", "free");
            answers.set(TEXT, &text);
            return (Form::Visit, answers);
        }
        content => rest(&mut answers, content),
    };
    answers.set(TEXT, text);
    (form, answers)
}

fn rest(answers: &mut Answers, content: &Content) -> Form {
    match content {
        Content::Action(said) => action(answers, said),
        Content::Preference(said) => wish(answers, said),
        Content::Cpr(said) => cpr(answers, said),
        Content::Alert(said) => alert(answers, said),
        Content::Ipos(said) => ipos(answers, said),
        Content::Stock(said) => stock(answers, said),
        Content::Dose(said) => dose(answers, said),
        Content::Phase(phase) => {
            answers.set("phase", phase.code());
            Form::Phase
        }
        Content::Akps(akps) => {
            answers.set("score", &akps.score().to_string());
            Form::Akps
        }
        _ => Form::Visit,
    }
}

fn amend(answers: &mut Answers, text: &str, how: &Amendment) {
    let (code, field) = match how {
        Amendment::Appends => ("append", "added"),
        Amendment::Replaces { .. } => ("replace", "corrected"),
        Amendment::EnteredInError { .. } => ("error", "reason"),
    };
    answers.set("how", code);
    answers.set(field, text);
    if let Some(reason) = how.reason() {
        answers.set("reason", reason.reveal());
    }
}

/// What was measured then was not measured now.
fn kept(answers: &mut Answers, at: Timestamp) {
    answers.set(KEPT, &at.to_string());
    answers.set("when", "kept");
}

fn date(answers: &mut Answers, id: &str, date: Date) {
    answers.set(&format!("{id}-day"), &date.day().to_string());
    answers.set(&format!("{id}-month"), &date.month().to_string());
    answers.set(&format!("{id}-year"), &date.year().to_string());
}

fn not_done(answers: &mut Answers, not: &NotDone) {
    answers.set("why", not.why.code());
    answers.set("why-words", not.words.reveal());
}

fn amount(answers: &mut Answers, number: &str, unit: &str, amount: &Amount) {
    answers.set(number, amount.value.as_str());
    answers.set(unit, amount.unit.code());
}

fn action(answers: &mut Answers, action: &Action) -> Form {
    answers.set("action", action.what.reveal());
    match &action.outcome {
        None => answers.set("outcome", "new"),
        Some(Outcome::Started) => answers.set("outcome", "started"),
        Some(Outcome::Done(at)) => {
            answers.set("outcome", "done");
            kept(answers, *at);
        }
        Some(Outcome::NotDone(not)) => {
            answers.set("outcome", "not-done");
            not_done(answers, not);
        }
    }
    if let Some(due) = action.due {
        date(answers, "due", due);
    }
    Form::Action
}

fn wish(answers: &mut Answers, said: &Preference) -> Form {
    let (wish, place) = match said.wish {
        Wish::PlaceOfDeath(place) => ("place", place.code()),
        Wish::Care => ("care", ""),
        Wish::Treatment => ("treatment", ""),
    };
    answers.set("wish", wish);
    answers.set("place", place);
    match &said.speaker {
        Speaker::Person => answers.set("speaker", "person"),
        Speaker::Other(who) => {
            answers.set("speaker", "other");
            answers.set("who", who.reveal());
        }
    }
    Form::Wish
}

fn alert(answers: &mut Answers, alert: &Alert) -> Form {
    kept(answers, alert.since);
    answers.set("kind", alert.kind.code());
    answers.set("review", "date");
    date(answers, "review-on", alert.review);
    Form::Alert
}

fn cpr(answers: &mut Answers, cpr: &CprDecision) -> Form {
    answers.set("decision", cpr.decision.code());
    date(answers, "decided", cpr.decided);
    answers.set("by", cpr.decided_by.reveal());
    answers.set("kept", cpr.form.kept.reveal());
    if let Some(review) = cpr.review {
        date(answers, "review-on", review);
    }
    Form::Cpr
}

fn ipos(answers: &mut Answers, ipos: &Ipos) -> Form {
    let grade = |score: Score| match score {
        Score::Is(grade) => u8::from(grade).to_string(),
        Score::CannotAssess => "cannot".to_owned(),
    };
    answers.set("completed", ipos.completed.code());
    for (item, score) in &ipos.items {
        answers.set(item.code(), &grade(*score));
    }
    for (nth, (name, score)) in ipos.others.iter().enumerate() {
        answers.set(&format!("other-{nth}"), name.reveal());
        answers.set(&format!("other-grade-{nth}"), &grade(*score));
    }
    Form::Ipos
}

fn stock(answers: &mut Answers, stock: &StockCheck) -> Form {
    kept(answers, stock.at);
    answers.set("there", if stock.lines.is_empty() { "none" } else { "some" });
    for (nth, line) in stock.lines.iter().enumerate() {
        answers.set(&format!("drug-{nth}"), line.drug.name.reveal());
        amount(answers, &format!("left-{nth}"), &format!("unit-{nth}"), &line.left);
        if let Some(expires) = line.expires {
            date(answers, &format!("expires-{nth}"), expires);
        }
    }
    if let Some(place) = &stock.kept {
        answers.set("kept", place.reveal());
    }
    Form::Stock
}

fn dose(answers: &mut Answers, dose: &Dose) -> Form {
    kept(answers, dose.at);
    answers.set("drug", dose.drug.name.reveal());
    match &dose.given {
        Given::Given => answers.set("given", "given"),
        Given::Not(not) => {
            answers.set("given", "not");
            not_done(answers, not);
        }
    }
    if let Some(much) = &dose.amount {
        amount(answers, "amount", "unit", much);
    }
    if let Some(route) = &dose.route {
        answers.set("route", route);
    }
    Form::Dose
}
