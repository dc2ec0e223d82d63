//! Special notes and alerts to a danger. The first line must tell the reader what to do differently; the day of review is
//! a part of the fact.
//!
//! Categories: NHS England Booking and Referral Standard, flag-categories-bars.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::change::set_in;
use super::goal::codes;
use super::{Change, NotChangeable, Pen};
use crate::note::wire::{Part, by_author, code_of, head, instant};
use crate::note::{Note, NoteError};

const BARS: &str = "https://fhir.nhs.uk/CodeSystem/flag-categories-bars";

codes! {
    /// What an alert is about.
    AlertKind {
        /// Danger at the scene.
        SceneSafety = "SS",
        /// Safeguarding.
        Safeguarding = "SG",
        /// A reasonable adjustment.
        ReasonableAdjustment = "RA",
        /// Risk of infection.
        Infection = "IR",
        /// A special note on something else.
        Other = "RC",
    }
}

/// A new alert; its words are the text of the note.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// Since when it holds.
    pub since: Timestamp,
    /// When somebody is to look at it again. Half of the alerts in use are out of date: there is none without a day.
    pub review: Date,
}

/// An edit of an alert.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AlertEdit {
    /// Looked at: it holds on, until this day.
    Reviewed(Date),
    /// It holds no longer; the words of the pen say why.
    Cleared(Timestamp),
}

crate::measure::quiet!(Alert, AlertEdit);

impl AlertKind {
    const fn words(self) -> &'static str {
        match self {
            Self::SceneSafety => "Scene safety",
            Self::Safeguarding => "Safeguarding",
            Self::ReasonableAdjustment => "Reasonable adjustment",
            Self::Infection => "Infection risk",
            Self::Other => "Special note",
        }
    }
}

impl AlertEdit {
    /// Edits the alert `base`.
    ///
    /// # Errors
    /// [`NotChangeable`].
    pub fn change(self, base: Value, pen: Pen<'_>) -> Result<Change, NotChangeable> {
        Change::of(base, "Flag", pen, |flag| match self {
            Self::Reviewed(until) => set_in(flag, "period", "end", json!(until.to_string())),
            Self::Cleared(at) => {
                flag["status"] = json!("inactive");
                set_in(flag, "period", "end", json!(at.to_string()));
            }
        })
    }
}

pub(crate) fn parts(note: &Note, alert: &Alert) -> Vec<Part> {
    let mut flag = head(note, "Flag", None, "subject");
    flag["status"] = json!("active");
    flag["category"] = json!([crate::note::wire::concept(BARS, alert.kind.code(), alert.kind.words())]);
    flag["code"] = json!({"text": note.text.reveal()});
    flag["period"] = json!({"start": alert.since.to_string(), "end": alert.review.to_string()});
    flag["author"] = by_author(note);
    vec![Part { name: None, resource: flag }]
}

pub(crate) fn read(flag: &Value) -> Result<(String, Alert), NoteError> {
    let words = flag["code"]["text"].as_str().ok_or(NoteError::Missing("the words of an alert"))?;
    let kind = code_of(&flag["category"][0], BARS).and_then(AlertKind::from_code);
    let review = flag["period"]["end"].as_str().and_then(|day| day.parse().ok());
    Ok((
        words.to_owned(),
        Alert {
            kind: kind.ok_or(NoteError::Missing("a known kind of alert"))?,
            since: instant(&flag["period"]["start"]).ok_or(NoteError::Missing("the time since when it holds"))?,
            review: review.ok_or(NoteError::Missing("a day of review"))?,
        },
    ))
}
