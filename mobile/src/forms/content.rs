//! What the answers of a form say, or what is still to be asked.

use engine::Edit;
use jiff::Timestamp;
use shared::care_plan::Form as Paper;
use shared::care_plan::{
    Achievement, Action, Alert, AlertEdit, AlertKind, CprDecision, Dose, Given, GoalProgress, Lifecycle, Outcome,
    Phase, Place, Preference, Resuscitation, Speaker, StockCheck, StockLine, Wish,
};
use shared::identity::Role;
use shared::note::{Content, Visit, compose};

use super::fields::{stock_lines, template};
use super::options::{PROMPTS, word};
use super::read::{Reader, drug};
use super::{Answers, Ask, Form, Ready, TEXT, What, amend, palliative, text, vitals};
use crate::i18n::Lang;

/// What a form says at `now`.
///
/// # Errors
/// What is missing or wrong first.
pub fn ready(form: &Form, answers: &Answers, role: Role, lang: Lang, now: Timestamp) -> Result<Ready, Ask> {
    let read = Reader { answers, lang, now };
    let content = match form {
        Form::Visit => return visit(read, role),
        Form::Amend(note) => return amend::ready(read, note),
        Form::Edit(base) => {
            let edit = edit(read, text(base, "resourceType"))?;
            return Ok(Ready { text: read.said(TEXT), what: What::Edit((**base).clone(), edit) });
        }
        Form::Vitals => vitals::content(read)?,
        Form::Dose => Content::Dose(dose(read)?),
        Form::Action => Content::Action(action(read)?),
        Form::Wish => Content::Preference(wish(read)?),
        Form::Alert => Content::Alert(alert(read)?),
        Form::Cpr => Content::Cpr(cpr(read)?),
        Form::Phase => Content::Phase(read.chosen("phase", Phase::from_code)?),
        Form::Akps => Content::Akps(palliative::akps(read)?),
        Form::Ipos => Content::Ipos(palliative::ipos(read)?),
        Form::Stock => Content::Stock(stock(read)?),
    };
    Ok(Ready { text: read.said(TEXT), what: What::New(content) })
}

/// Every answer is in the text, whichever template is on the screen.
fn visit(read: Reader<'_>, role: Role) -> Result<Ready, Ask> {
    let template = template(read.answers, role);
    let own = template.prompts().iter().copied();
    let others = PROMPTS.iter().map(|(code, _)| *code).filter(|code| !template.prompts().contains(code));
    let headed: Vec<(String, String)> =
        own.chain(others).map(|code| (word(read.lang, PROMPTS, code), read.said(code))).collect();
    let composed = compose(headed.iter().map(|(heading, said)| (heading.as_str(), said.as_str())));
    let parts = [composed, read.said(TEXT)];
    let text = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n");
    if text.is_empty() {
        return Err(read.ask(template.prompts().first().unwrap_or(&TEXT), "ask-write"));
    }
    Ok(Ready { text, what: What::New(Content::Visit(Visit { template, ..Visit::default() })) })
}

fn dose(read: Reader<'_>) -> Result<Dose, Ask> {
    let name = read.needed("drug")?;
    let given = match read.answers.get("given") {
        "given" => Given::Given,
        "not" => Given::Not(read.not_done()?),
        _ => return Err(read.ask("given", "ask-choose")),
    };
    let amount = read.amount("amount", "unit")?;
    let route = Some(read.said("route")).filter(|route| amount.is_some() && !route.is_empty());
    Ok(Dose { drug: drug(name), given, amount, route, at: read.time()?, request: None })
}

fn outcome(read: Reader<'_>) -> Result<Option<Outcome>, Ask> {
    Ok(match read.answers.get("outcome") {
        "new" => None,
        "started" => Some(Outcome::Started),
        "done" => Some(Outcome::Done(read.time()?)),
        "not-done" => Some(Outcome::NotDone(read.not_done()?)),
        _ => return Err(read.ask("outcome", "ask-choose")),
    })
}

fn action(read: Reader<'_>) -> Result<Action, Ask> {
    let what = read.needed("action")?.into();
    let outcome = outcome(read)?;
    let due = if matches!(outcome, None | Some(Outcome::Started)) { read.date("due")? } else { None };
    Ok(Action { what, due, care_plan: None, outcome })
}

fn wish(read: Reader<'_>) -> Result<Preference, Ask> {
    let wish = match read.answers.get("wish") {
        "place" => Wish::PlaceOfDeath(read.chosen("place", Place::from_code)?),
        "care" => Wish::Care,
        "treatment" => Wish::Treatment,
        _ => return Err(read.ask("wish", "ask-choose")),
    };
    read.needed(TEXT)?;
    let speaker = match read.answers.get("speaker") {
        "person" => Speaker::Person,
        "other" => Speaker::Other(read.needed("who")?.into()),
        _ => return Err(read.ask("speaker", "ask-choose")),
    };
    Ok(Preference { wish, speaker, document: None, confirms: None })
}

fn alert(read: Reader<'_>) -> Result<Alert, Ask> {
    let kind = read.chosen("kind", AlertKind::from_code)?;
    read.needed(TEXT)?;
    Ok(Alert { kind, since: read.first(), review: read.review()? })
}

fn cpr(read: Reader<'_>) -> Result<CprDecision, Ask> {
    let decision = read.chosen("decision", Resuscitation::from_code)?;
    let decided = read.date("decided")?.ok_or_else(|| read.ask("decided", "ask-date"))?;
    if decided > crate::format::local(read.now).date() {
        return Err(read.ask("decided", "ask-date-past"));
    }
    Ok(CprDecision {
        decision,
        decided,
        decided_by: read.needed("by")?.into(),
        form: Paper { document: None, kept: read.needed("kept")?.into() },
        review: read.date("review-on")?,
    })
}

fn stock(read: Reader<'_>) -> Result<StockCheck, Ask> {
    let mut lines = Vec::new();
    match read.answers.get("there") {
        "none" => {}
        "some" => {
            for line in 0..stock_lines(read.answers) - 1 {
                lines.push(stock_line(read, line)?);
            }
            if lines.is_empty() {
                return Err(read.ask("drug-0", "ask-write"));
            }
        }
        _ => return Err(read.ask("there", "ask-choose")),
    }
    let kept = Some(read.said("kept")).filter(|kept| !kept.is_empty()).map(Into::into);
    Ok(StockCheck { at: read.first(), kept, lines })
}

fn stock_line(read: Reader<'_>, line: usize) -> Result<StockLine, Ask> {
    let id = |part: &str| format!("{part}-{line}");
    let left = read.amount(&id("left"), &id("unit"))?;
    Ok(StockLine {
        drug: drug(read.needed(&id("drug"))?),
        left: left.ok_or_else(|| read.ask(&id("left"), "ask-number"))?,
        expires: read.date(&id("expires"))?,
    })
}

fn edit(read: Reader<'_>, kind: &str) -> Result<Edit, Ask> {
    match kind {
        "Goal" => {
            let achievement = Achievement::from_code(read.answers.get("achievement"));
            let lifecycle = Lifecycle::from_code(read.answers.get("lifecycle"));
            if achievement.is_none() && lifecycle.is_none() {
                read.needed(TEXT).map_err(|_| read.ask("achievement", "ask-choose"))?;
            }
            Ok(Edit::Goal(GoalProgress { achievement, lifecycle }))
        }
        "Task" => outcome(read)?.map(Edit::Task).ok_or_else(|| read.ask("outcome", "ask-choose")),
        _ => match read.answers.get("flag") {
            "reviewed" => Ok(Edit::Alert(AlertEdit::Reviewed(read.review()?))),
            "cleared" => {
                read.needed(TEXT)?;
                Ok(Edit::Alert(AlertEdit::Cleared(read.now)))
            }
            _ => Err(read.ask("flag", "ask-choose")),
        },
    }
}
