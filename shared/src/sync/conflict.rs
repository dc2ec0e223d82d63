//! What two people said of the same thing, for a third to decide, and the decision. Whatever is chosen, the text that was
//! not is kept in the notes of the resource, with its author and time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::merge::put;
use crate::care_plan::Pen;
use crate::fhir::concept_text;

/// Who said something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The name as the record or the sign-in gives it; empty when nobody is named.
    pub who: String,
    /// When; `None` when the record does not say.
    pub at: Option<Timestamp>,
}

/// One side of a conflict.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The fields with their values; a field that is not there was taken away.
    pub value: Value,
    /// Whose it is.
    pub by: By,
}

/// Fields that both sides changed, each otherwise.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The fields that are decided as one.
    pub fields: Vec<String>,
    /// What both began from.
    pub base: Value,
    /// Written on this device.
    pub mine: Side,
    /// What the record has.
    pub theirs: Side,
}

crate::measure::quiet!(Side, Conflict);

/// What a person may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// What was written here; what the record has is kept as a note.
    Mine,
    /// What the record has; what was written here is kept as a note.
    Theirs,
    /// The record stays as it is, and both texts are kept as a note.
    Both,
}

impl Choice {
    /// All of them, in the order in which they are offered: nothing is chosen beforehand.
    pub const ALL: [Self; 3] = [Self::Mine, Self::Theirs, Self::Both];
}

impl Side {
    /// What it says, in words to be read: `completed`, `Walk to the garden`; `(nothing)` when it was taken away.
    pub fn words(&self) -> String {
        let said: Vec<String> = self
            .value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, value)| words(value))
            .filter(|w| !w.is_empty())
            .collect();
        if said.is_empty() { "(nothing)".to_owned() } else { said.join(", ") }
    }

    fn told(&self) -> String {
        let who = if self.by.who.is_empty() { "an unnamed author" } else { &self.by.who };
        let when = self.by.at.map(|at| format!(", {at}")).unwrap_or_default();
        format!("“{}” ({who}{when})", self.words())
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) => {
            let text = concept_text(value);
            if text.is_empty() { value.to_string() } else { text }
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The resource as a person decided, to be sent on the version of `resource`. `pen` is the one who decides; its words
/// are added to what is kept of the text that was not chosen.
pub fn settle(resource: &Value, decisions: &[(Conflict, Choice)], pen: Pen<'_>) -> Value {
    let mut settled = resource.clone();
    for (conflict, choice) in decisions {
        let fields: Vec<&str> = conflict.fields.iter().map(String::as_str).collect();
        if let (Choice::Mine, Some(mine)) = (choice, conflict.mine.value.as_object()) {
            put(&mut settled, &fields, mine);
        }
    }
    let kept: Vec<String> = decisions.iter().map(|(conflict, choice)| kept(conflict, *choice)).collect();
    let words = [pen.words].into_iter().chain(kept.iter().map(String::as_str)).filter(|w| !w.is_empty());
    let words = words.collect::<Vec<_>>().join("\n");
    Pen { words: &words, ..pen }.write(&mut settled);
    settled
}

// Both stand in the note, whichever was chosen: a reader sees what there was to choose from.
fn kept(conflict: &Conflict, choice: Choice) -> String {
    let chosen = match choice {
        Choice::Mine => "the first",
        Choice::Theirs => "the second",
        Choice::Both => "neither",
    };
    let (what, mine, theirs) = (conflict.fields.join(", "), conflict.mine.told(), conflict.theirs.told());
    format!("Two people changed {what}: {mine} and {theirs}. Chosen: {chosen}.")
}
