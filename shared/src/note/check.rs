//! Whether a note may be saved. Asked on the device while it is written, and again by whoever receives it.

use super::{Content, MAX_TEXT_BYTES, Note};
use crate::care_plan::{Given, Ipos, NotDone, Outcome, Speaker, WhyNot, is_clinician};

/// Why a note may not be saved as it is. What was written stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was written.
    #[error("there is nothing to save yet")]
    Empty,
    /// Longer than [`MAX_TEXT_BYTES`], by so many bytes.
    #[error("the text is too long by {0} bytes")]
    TooLong(usize),
    /// Only a clinician may record this.
    #[error("only a clinician may record this")]
    NotYours,
    /// Something without which nobody could rely on it.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A note that amends itself.
    #[error("a note cannot amend itself")]
    OfItself,
    /// The same item twice.
    #[error("an item was answered twice")]
    Twice,
}

impl Note {
    /// Whether this may be saved.
    ///
    /// # Errors
    /// [`Refusal`]: what to do about it.
    pub fn check(&self) -> Result<(), Refusal> {
        let length = self.text.reveal().len();
        if length > MAX_TEXT_BYTES {
            return Err(Refusal::TooLong(length - MAX_TEXT_BYTES));
        }
        let blank = self.text.reveal().trim().is_empty();
        match &self.content {
            Content::Visit(visit) => {
                let amends = visit.amends.as_ref();
                if amends.is_some_and(|a| a.note == self.id) {
                    return Err(Refusal::OfItself);
                }
                let reason = amends.and_then(|a| a.how.reason());
                present(reason.is_none_or(|reason| !reason.reveal().trim().is_empty()), "the reason")?;
                if blank { Err(Refusal::Empty) } else { Ok(()) }
            }
            Content::Vitals { vitals, .. } if vitals.is_empty() => Err(Refusal::Empty),
            Content::Alert(_) if blank => Err(Refusal::Empty),
            Content::Change(change) if change.mine() == change.base() => Err(Refusal::Empty),
            content => self.check_rest(content, blank),
        }
    }

    fn check_rest(&self, content: &Content, blank: bool) -> Result<(), Refusal> {
        let said = |text: &str| !text.trim().is_empty();
        match content {
            Content::Action(action) => {
                present(said(action.what.reveal()), "what is to be done")?;
                match &action.outcome {
                    Some(Outcome::NotDone(not)) => reason(not),
                    _ => Ok(()),
                }
            }
            Content::Preference(preference) => {
                if preference.confirms.is_some() && !is_clinician(self.author.role) {
                    return Err(Refusal::NotYours);
                }
                present(!blank, "what was said, in words")?;
                match &preference.speaker {
                    Speaker::Other(who) => present(said(who.reveal()), "who said it"),
                    Speaker::Person => Ok(()),
                }
            }
            Content::Cpr(_) if !is_clinician(self.author.role) => Err(Refusal::NotYours),
            Content::Cpr(cpr) => {
                present(said(cpr.form.kept.reveal()), "where the form is")?;
                present(said(cpr.decided_by.reveal()), "who decided")
            }
            Content::Ipos(ipos) => check_ipos(ipos),
            Content::Stock(check) => {
                present(check.lines.iter().all(|l| said(l.drug.name.reveal())), "a medicine's name")
            }
            Content::Dose(dose) => {
                present(said(dose.drug.name.reveal()), "the medicine's name")?;
                match &dose.given {
                    Given::Not(not) => reason(not),
                    Given::Given => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

const fn present(is: bool, what: &'static str) -> Result<(), Refusal> {
    if is { Ok(()) } else { Err(Refusal::Missing(what)) }
}

fn reason(not: &NotDone) -> Result<(), Refusal> {
    present(not.why != WhyNot::Other || !not.words.reveal().trim().is_empty(), "the reason")
}

fn check_ipos(ipos: &Ipos) -> Result<(), Refusal> {
    present(!(ipos.items.is_empty() && ipos.others.is_empty()), "an answer")?;
    present(ipos.others.iter().all(|(name, _)| !name.reveal().trim().is_empty()), "the name of the other symptom")?;
    let twice = ipos.items.iter().enumerate().any(|(at, (item, _))| ipos.items[..at].iter().any(|(i, _)| i == item));
    if twice || ipos.others.len() > 3 { Err(Refusal::Twice) } else { Ok(()) }
}
