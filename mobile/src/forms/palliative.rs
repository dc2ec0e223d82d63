//! AKPS and IPOS.

use shared::care_plan::{Akps, Completed, Ipos, IposItem, Score};

use super::fields::Asking;
use super::options::{AKPS, COMPLETED, GRADES, IPOS};
use super::read::Reader;
use super::{Ask, Field};

pub(super) fn akps_fields(ask: Asking<'_>) -> Vec<Field> {
    vec![ask.choice("score", "form-akps", AKPS), ask.text("field-words-optional")]
}

pub(super) fn akps(read: Reader<'_>) -> Result<Akps, Ask> {
    read.chosen("score", |code| Akps::new(code.parse().ok()?).ok())
}

/// The items, and places for the symptoms that the person names.
pub(super) fn ipos_fields(ask: Asking<'_>) -> Vec<Field> {
    let mut asked = vec![ask.hinted(ask.choice("completed", "field-completed", COMPLETED), "hint-ipos")];
    asked.extend(IPOS.iter().map(|(code, key)| ask.choice(code, key, GRADES)));
    for other in 0..3 {
        let (name, grade) = (format!("other-{other}"), format!("other-grade-{other}"));
        asked.push(ask.line(&name, "field-other-symptom"));
        if ask.answers.get(&name).trim().is_empty() {
            break;
        }
        asked.push(ask.choice(&grade, "field-other-grade", GRADES));
    }
    asked.push(ask.text("field-words-optional"));
    asked
}

pub(super) fn ipos(read: Reader<'_>) -> Result<Ipos, Ask> {
    let completed = read.chosen("completed", Completed::from_code)?;
    let items: Vec<_> =
        IposItem::ALL.iter().filter_map(|item| Some((*item, grade(read.answers.get(item.code()))?))).collect();
    let mut others = Vec::new();
    for other in 0..3 {
        let name = read.said(&format!("other-{other}"));
        if !name.is_empty() {
            others.push((name.into(), read.chosen(&format!("other-grade-{other}"), grade)?));
        }
    }
    if items.is_empty() && others.is_empty() {
        return Err(read.ask("pain", "ask-choose"));
    }
    Ok(Ipos { completed, items, others })
}

fn grade(code: &str) -> Option<Score> {
    match code {
        "cannot" => Some(Score::CannotAssess),
        number => Score::of(number.parse().ok()?).ok(),
    }
}
