//! Later words on a note. Nothing is deleted: what is corrected or taken back stays, with the reason beside it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::NoteError;
use super::wire::{SYSTEM, extension, list};
use crate::identity::NoteId;
use crate::sensitive::Sensitive;

const REASON: &str = "https://doorstep.example/StructureDefinition/amendment-reason";
const TAKES_BACK: &str = "https://doorstep.example/StructureDefinition/entered-in-error";
const OF_RESOURCE: &str = "https://doorstep.example/StructureDefinition/amends";

/// Which note is amended, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amends {
    /// The earlier note.
    pub note: NoteId,
    /// What that note is in the record.
    pub kind: Amended,
    /// How.
    pub how: Amendment,
}

/// What the earlier note is in the record. `relatesTo` of a DocumentReference may only name another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Amended {
    /// A note in words.
    Document,
    /// Anything else: vital signs, a dose, an alert.
    Other,
}

/// How a note is amended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Amendment {
    /// Adds to it; both hold.
    Appends,
    /// Says it anew, and why.
    Replaces {
        /// Why; never empty.
        reason: Sensitive<String>,
    },
    /// It should never have been written: about somebody else, for example.
    EnteredInError {
        /// Why; never empty.
        reason: Sensitive<String>,
    },
}

impl Amendment {
    /// The reason, where one is needed.
    pub const fn reason(&self) -> Option<&Sensitive<String>> {
        match self {
            Self::Appends => None,
            Self::Replaces { reason } | Self::EnteredInError { reason } => Some(reason),
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::Appends => "appends",
            Self::Replaces { .. } | Self::EnteredInError { .. } => "replaces",
        }
    }
}

impl Amends {
    /// Writes it into the DocumentReference of the later note (FHIR R4 `relatesTo`, `docStatus`).
    pub(super) fn write(&self, document: &mut Value) {
        let identifier = json!({"identifier": {"system": SYSTEM, "value": self.note.to_string()}});
        let mut said = Vec::new();
        said.extend(self.how.reason().map(|reason| json!({"url": REASON, "valueString": reason.reveal()})));
        if matches!(self.how, Amendment::EnteredInError { .. }) {
            said.push(json!({"url": TAKES_BACK, "valueBoolean": true}));
        }
        document["docStatus"] = json!("amended");
        let mut relation = match self.kind {
            Amended::Document => json!({"code": self.how.code(), "target": identifier}),
            Amended::Other => {
                said.push(json!({"url": OF_RESOURCE, "valueCode": self.how.code()}));
                identifier
            }
        };
        if !said.is_empty() {
            relation["extension"] = Value::Array(said);
        }
        match self.kind {
            Amended::Document => document["relatesTo"] = json!([relation]),
            Amended::Other => push(&mut document["context"]["related"], relation),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// An amendment that cannot be read whole: showing the note as if it stood alone would hide what it takes back.
    pub(super) fn read(document: &Value) -> Result<Option<Self>, NoteError> {
        let related = list(&document["context"], "related").find(|r| extension(r, OF_RESOURCE).is_some());
        let relations: Vec<&Value> = list(document, "relatesTo").collect();
        let (relation, kind, target) = match (relations.as_slice(), related) {
            ([], None) => return Ok(None),
            ([one], None) => (*one, Amended::Document, &one["target"]["identifier"]),
            ([], Some(one)) => (one, Amended::Other, &one["identifier"]),
            _ => return Err(NoteError::Missing("one amended note")),
        };
        let note = (target["system"] == SYSTEM).then(|| target["value"].as_str()?.parse().ok()).flatten();
        let code = extension(relation, OF_RESOURCE).map_or(&relation["code"], |e| &e["valueCode"]);
        Ok(Some(Self {
            note: NoteId::new(note.ok_or(NoteError::Missing("the note it amends"))?),
            kind,
            how: how(relation, code)?,
        }))
    }
}

fn how(relation: &Value, code: &Value) -> Result<Amendment, NoteError> {
    let reason = || {
        let words = extension(relation, REASON).and_then(|e| e["valueString"].as_str());
        words.map(|words| words.to_owned().into()).ok_or(NoteError::Missing("the reason of its amendment"))
    };
    let takes_back = extension(relation, TAKES_BACK).is_some_and(|e| e["valueBoolean"] == true);
    match code.as_str() {
        Some("appends") => Ok(Amendment::Appends),
        Some("replaces") if takes_back => Ok(Amendment::EnteredInError { reason: reason()? }),
        Some("replaces") => Ok(Amendment::Replaces { reason: reason()? }),
        _ => Err(NoteError::Missing("a known way of amending")),
    }
}

fn push(list: &mut Value, one: Value) {
    match list {
        Value::Array(all) => all.push(one),
        other => *other = json!([one]),
    }
}
