//! What is to be done, what was done, and what was not, with the reason.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::change::set_in;
use super::goal::codes;
use super::{Change, NotChangeable, Pen};
use crate::note::wire::{Part, annotate, by_author, head, instant, our_code, ours};
use crate::note::{Note, NoteError};
use crate::sensitive::Sensitive;

codes! {
    /// Why something was not done. The words beside it say the rest.
    WhyNot {
        /// The person did not want it.
        Refused = "refused",
        /// It was not needed.
        NotNeeded = "not-needed",
        /// The person was not there.
        Away = "away",
        /// It was not safe.
        NotSafe = "not-safe",
        /// Something for it was missing.
        NoSupplies = "no-supplies",
        /// There was no time.
        NoTime = "no-time",
        /// Something else, said in words.
        Other = "other",
    }
}

/// Not done, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotDone {
    /// The kind of reason.
    pub why: WhyNot,
    /// The reason in words; needed for [`WhyNot::Other`].
    pub words: Sensitive<String>,
}

/// What became of an action.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Somebody is at it.
    Started,
    /// Done, at this time.
    Done(Timestamp),
    /// Not done.
    NotDone(NotDone),
}

/// An action that the record does not have yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What, in words; never empty.
    pub what: Sensitive<String>,
    /// By when.
    pub due: Option<Date>,
    /// Logical id of the CarePlan it belongs to.
    pub care_plan: Option<String>,
    /// What became of it already; `None` for something still to do.
    pub outcome: Option<Outcome>,
}

crate::measure::quiet!(NotDone, Outcome, Action);

impl Outcome {
    /// Edits the task `base`.
    ///
    /// # Errors
    /// [`NotChangeable`].
    pub fn change(&self, base: Value, pen: Pen<'_>) -> Result<Change, NotChangeable> {
        Change::of(base, "Task", pen, |task| {
            self.write(task);
            task["lastModified"] = json!(pen.at.to_string());
        })
    }

    // FHIR R4 task-status: cancelled is "the task was not completed"; failed is of one that broke half-way.
    fn write(&self, task: &mut Value) {
        let (status, reason) = match self {
            Self::Started => ("in-progress", None),
            Self::Done(at) => {
                set_in(task, "executionPeriod", "end", json!(at.to_string()));
                ("completed", None)
            }
            Self::NotDone(not) => ("cancelled", Some(ours(not.why.code(), reason(not)))),
        };
        task["status"] = json!(status);
        match (reason, task.as_object_mut()) {
            (Some(reason), Some(task)) => drop(task.insert("statusReason".to_owned(), reason)),
            (None, Some(task)) => drop(task.shift_remove("statusReason")),
            _ => {}
        }
    }

    /// What a task of the record says became of it.
    ///
    /// # Errors
    /// [`NoteError`] for a task that was done or given up and does not say when or why in our words.
    pub fn read(task: &Value) -> Result<Option<Self>, NoteError> {
        Ok(match task["status"].as_str() {
            Some("in-progress") => Some(Self::Started),
            Some("completed") => {
                let at = instant(&task["executionPeriod"]["end"]).ok_or(NoteError::Missing("the time it was done"))?;
                Some(Self::Done(at))
            }
            Some("cancelled") => Some(Self::NotDone(read_reason(&task["statusReason"])?)),
            _ => None,
        })
    }
}

// A concept must not be without words: those of the kind stand for a reason that was only chosen.
fn reason(not: &NotDone) -> &str {
    let words = not.words.reveal().as_str();
    if words.is_empty() { not.why.code() } else { words }
}

fn read_reason(reason: &Value) -> Result<NotDone, NoteError> {
    let why = our_code(reason).and_then(WhyNot::from_code).ok_or(NoteError::Missing("a known reason"))?;
    let words = reason["text"].as_str().filter(|words| *words != why.code()).unwrap_or_default();
    Ok(NotDone { why, words: words.to_owned().into() })
}

pub(crate) fn parts(note: &Note, action: &Action) -> Vec<Part> {
    let mut task = head(note, "Task", None, "for");
    task["status"] = json!("requested");
    task["intent"] = json!("plan");
    task["description"] = json!(action.what.reveal());
    task["authoredOn"] = json!(note.authored.to_string());
    task["lastModified"] = json!(note.authored.to_string());
    task["requester"] = by_author(note);
    if let Some(plan) = &action.care_plan {
        task["basedOn"] = json!([{"reference": format!("CarePlan/{plan}")}]);
    }
    if let Some(due) = action.due {
        task["restriction"] = json!({"period": {"end": due.to_string()}});
    }
    if let Some(outcome) = &action.outcome {
        outcome.write(&mut task);
    }
    annotate(note, &mut task);
    vec![Part { name: None, resource: task }]
}

pub(crate) fn read(task: &Value) -> Result<Action, NoteError> {
    let plan = task["basedOn"][0]["reference"].as_str().and_then(|r| r.strip_prefix("CarePlan/"));
    Ok(Action {
        what: task["description"].as_str().ok_or(NoteError::Missing("what is to be done"))?.to_owned().into(),
        due: task["restriction"]["period"]["end"].as_str().and_then(|d| d.parse().ok()),
        care_plan: plan.map(str::to_owned),
        outcome: Outcome::read(task)?,
    })
}
