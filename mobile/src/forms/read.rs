//! From what was typed to what it means, or to what must be asked.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use shared::care_plan::{Amount, DoseUnit, Drug, NotDone, WhyNot};
use shared::measure::{Decimal, NotAReading};

use super::{Answers, Ask, KEPT};
use crate::format::local;
use crate::i18n::Lang;

/// Reads the answers of one form.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) answers: &'a Answers,
    pub(super) lang: Lang,
    pub(super) now: Timestamp,
}

impl Reader<'_> {
    pub(super) fn ask(&self, field: &str, key: &str) -> Ask {
        Ask { field: field.to_owned(), words: self.lang.t(key) }
    }

    /// The answer, trimmed.
    pub(super) fn said(&self, field: &str) -> String {
        self.answers.get(field).trim().to_owned()
    }

    pub(super) fn needed(&self, field: &str) -> Result<String, Ask> {
        Some(self.said(field)).filter(|said| !said.is_empty()).ok_or_else(|| self.ask(field, "ask-write"))
    }

    /// A choice that must be made.
    pub(super) fn chosen<T>(&self, field: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Ask> {
        read(self.answers.get(field)).ok_or_else(|| self.ask(field, "ask-choose"))
    }

    /// A number that may be left out.
    pub(super) fn number<T>(
        &self,
        field: &str,
        read: impl Fn(&str) -> Result<T, NotAReading>,
    ) -> Result<Option<T>, Ask> {
        match self.said(field).as_str() {
            "" => Ok(None),
            typed => read(typed).map(Some).map_err(|wrong| self.wrong(field, wrong)),
        }
    }

    fn wrong(&self, field: &str, wrong: NotAReading) -> Ask {
        let words = match wrong {
            NotAReading::NotANumber => self.lang.t("ask-number"),
            NotAReading::TooFine(0) => self.lang.t("ask-whole"),
            NotAReading::TooFine(digits) => self.lang.with("ask-decimals", [("count", digits.into())]),
            NotAReading::TooMuch(most) => self.lang.with("ask-most", [("most", most.into())]),
        };
        Ask { field: field.to_owned(), words }
    }

    /// A day that may be left out.
    pub(super) fn date(&self, field: &str) -> Result<Option<Date>, Ask> {
        let part = |name: &str| self.said(&format!("{field}-{name}"));
        let (day, month, year) = (part("day"), part("month"), part("year"));
        if [&day, &month, &year].into_iter().all(String::is_empty) {
            return Ok(None);
        }
        let date = || Date::new(year.parse().ok().filter(|y| *y >= 1900)?, month.parse().ok()?, day.parse().ok()?).ok();
        date().map(Some).ok_or_else(|| self.ask(field, "ask-date"))
    }

    /// A day of review: so many months from today, or a day.
    pub(super) fn review(&self) -> Result<Date, Ask> {
        let today = local(self.now).date();
        let day = match self.answers.get("review") {
            "date" => self.date("review-on")?.ok_or_else(|| self.ask("review-on", "ask-date"))?,
            months => {
                let months: i32 = months.parse().map_err(|_| self.ask("review", "ask-choose"))?;
                today.checked_add(months.months()).map_err(|_| self.ask("review", "ask-choose"))?
            }
        };
        if day > today { Ok(day) } else { Err(self.ask("review-on", "ask-date-ahead")) }
    }

    /// When it was written first, for what is written anew; else now.
    pub(super) fn first(&self) -> Timestamp {
        self.answers.get(KEPT).parse().unwrap_or(self.now)
    }

    /// When it was: now, earlier today, or when it was written first.
    pub(super) fn time(&self) -> Result<Timestamp, Ask> {
        match self.answers.get("when") {
            "earlier" => {}
            "kept" => return Ok(self.first()),
            _ => return Ok(self.now),
        }
        let said = self.said("time");
        let wrong = || self.ask("time", "ask-time");
        let (hour, minute) = said.split_once([':', '.']).ok_or_else(wrong)?;
        let today = local(self.now);
        let at = today.with().hour(hour.parse().map_err(|_| wrong())?).minute(minute.parse().map_err(|_| wrong())?);
        let at = at.second(0).subsec_nanosecond(0).build().map_err(|_| wrong())?.timestamp();
        if at > self.now { Err(self.ask("time", "ask-time-ahead")) } else { Ok(at) }
    }

    /// Why something was not done.
    pub(super) fn not_done(&self) -> Result<NotDone, Ask> {
        let why = self.chosen("why", WhyNot::from_code)?;
        let words = if why == WhyNot::Other { self.needed("why-words")? } else { self.said("why-words") };
        Ok(NotDone { why, words: words.into() })
    }

    /// How much of something; `None` when neither number nor unit is there.
    pub(super) fn amount(&self, number: &str, unit: &str) -> Result<Option<Amount>, Ask> {
        let value = self.number(number, Decimal::parse)?;
        match (value, DoseUnit::from_code(self.answers.get(unit))) {
            (None, None) => Ok(None),
            (Some(value), Some(unit)) => Ok(Some(Amount { value, unit })),
            (None, Some(_)) => Err(self.ask(number, "ask-number")),
            (Some(_), None) => Err(self.ask(unit, "ask-unit")),
        }
    }
}

pub(super) fn drug(name: String) -> Drug {
    Drug { name: name.into(), code: None }
}

/// One step up or down from what was typed, with so many decimals; `None` when that is no number or below zero.
pub fn stepped(typed: &str, up: bool, decimals: u32) -> Option<String> {
    let one = 10u32.checked_pow(decimals)?;
    let (whole, fraction) = typed.trim().split_once('.').unwrap_or((typed.trim(), "0"));
    let digits = format!("{fraction:0<width$}", width = usize::try_from(decimals).ok()?);
    let part = if decimals == 0 { 0 } else { digits.parse::<u32>().ok().filter(|part| *part < one)? };
    let steps = whole.parse::<u32>().ok()?.checked_mul(one)?.checked_add(part)?;
    let next = if up { steps.checked_add(1) } else { steps.checked_sub(1) }?;
    Some(match decimals {
        0 => next.to_string(),
        width => format!("{}.{:0width$}", next / one, next % one, width = usize::try_from(width).ok()?),
    })
}
