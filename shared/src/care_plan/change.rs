//! An edit of what is in the record already. The resource is edited and sent whole, on the version it was read at
//! (`If-Match`, FHIR R4 §3.1.0.5), and what it was before is kept, so that a later edit of somebody else can be compared
//! with both (see [`crate::sync::merge`]).

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::identity::{NoteId, Staff};
use crate::note::wire::{instant, list, staff_reference};

/// Extension of an alert, which has no notes of its own: words that belong to it, as `valueAnnotation`.
pub const WORDS_EXTENSION: &str = "https://doorstep.example/StructureDefinition/annotation";

/// Why a resource cannot be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotChangeable {
    /// Not a Goal, Task or Flag.
    #[error("only a goal, a task or an alert can be edited")]
    Kind,
    /// Without id or version nobody can say what the edit is of.
    #[error("it has no {0}: fetch it again, then edit it")]
    Missing(&'static str),
    /// The edit is of another kind than the resource.
    #[error("this edit is of another kind of thing")]
    OtherKind,
}

/// A resource as it was read, and as its reader wants it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    base: Value,
    mine: Value,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(…)")
    }
}

/// Who edits, when, and what they say about it.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    /// The note that the edit belongs to: by this id it is recognised when it comes back.
    pub note: NoteId,
    /// Who.
    pub author: &'a Staff,
    /// When.
    pub at: Timestamp,
    /// What they say; empty for nothing.
    pub words: &'a str,
}

impl Change {
    /// Edits `base` by `edit`, which is given a copy of it; the words of the pen are added to its notes.
    pub(super) fn of(
        base: Value,
        kind: &str,
        pen: Pen<'_>,
        edit: impl FnOnce(&mut Value),
    ) -> Result<Self, NotChangeable> {
        let found = base["resourceType"].as_str().unwrap_or_default();
        if !matches!(found, "Goal" | "Task" | "Flag") {
            return Err(NotChangeable::Kind);
        }
        if found != kind {
            return Err(NotChangeable::OtherKind);
        }
        for (missing, value) in [("id", &base["id"]), ("version", &base["meta"]["versionId"])] {
            value.as_str().filter(|v| !v.is_empty()).ok_or(NotChangeable::Missing(missing))?;
        }
        let mut mine = base.clone();
        edit(&mut mine);
        pen.write(&mut mine);
        Ok(Self { base, mine })
    }

    /// What a person decided, to be sent on the version they decided about.
    ///
    /// # Errors
    /// [`NotChangeable`] when `theirs` is another resource.
    pub fn on(&self, theirs: Value, decided: Value) -> Result<Self, NotChangeable> {
        let same = |field: &str| theirs[field] == self.base[field] && decided[field] == self.base[field];
        if !same("resourceType") || !same("id") {
            return Err(NotChangeable::OtherKind);
        }
        theirs["meta"]["versionId"].as_str().ok_or(NotChangeable::Missing("version"))?;
        Ok(Self { base: theirs, mine: decided })
    }

    /// As it was read.
    pub const fn base(&self) -> &Value {
        &self.base
    }

    /// As it shall be.
    pub const fn mine(&self) -> &Value {
        &self.mine
    }

    /// `Goal`, `Task` or `Flag`.
    pub fn kind(&self) -> &str {
        self.base["resourceType"].as_str().unwrap_or_default()
    }

    /// `Goal/7`.
    pub fn place(&self) -> String {
        format!("{}/{}", self.kind(), self.base["id"].as_str().unwrap_or_default())
    }

    /// The entry of a transaction that carries it out.
    pub(crate) fn entry(&self, url: &str) -> Value {
        let version = self.base["meta"]["versionId"].as_str().unwrap_or_default();
        json!({
            "fullUrl": url,
            "resource": self.mine,
            "request": {"method": "PUT", "url": self.place(), "ifMatch": format!("W/\"{version}\"")}
        })
    }

    /// Whether `theirs` has this edit already: it was sent, and the answer was lost on the way.
    pub fn is_in(&self, theirs: &Value, note: NoteId) -> bool {
        let settled = |v: &Value| {
            let mut v = v.clone();
            v.as_object_mut().map(|fields| ["meta", "text"].map(|f| fields.shift_remove(f)));
            v
        };
        settled(theirs) == settled(&self.mine) || said(theirs).iter().any(|s| s.note == Some(note))
    }
}

impl Pen<'_> {
    /// Adds `words` to the notes of a resource.
    pub(crate) fn write(&self, resource: &mut Value) {
        if self.words.is_empty() {
            return;
        }
        let annotation = json!({
            "id": self.note.to_string(),
            "authorReference": staff_reference(self.author),
            "time": self.at.to_string(),
            "text": self.words
        });
        let (field, one) = match resource["resourceType"].as_str() {
            Some("Flag") => ("extension", json!({"url": WORDS_EXTENSION, "valueAnnotation": annotation})),
            _ => ("note", annotation),
        };
        match &mut resource[field] {
            Value::Array(all) => all.push(one),
            nothing @ Value::Null => *nothing = json!([one]),
            // A shape that FHIR does not know; what it says stays.
            single => *single = json!([single.take(), one]),
        }
    }
}

/// Sets a field of an element, whatever stood there before.
pub(super) fn set_in(resource: &mut Value, element: &str, field: &str, value: Value) {
    if !resource[element].is_object() {
        resource[element] = json!({});
    }
    resource[element][field] = value;
}

/// Something said about a goal, task or alert.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// The note it came with, when it was written with this app.
    pub note: Option<NoteId>,
    /// Who; empty when nobody is named.
    pub author: String,
    /// When, where it says.
    pub at: Option<Timestamp>,
    /// What.
    pub words: String,
}

crate::measure::quiet!(Said);

/// Everything said about a resource, in the order of the record.
pub fn said(resource: &Value) -> Vec<Said> {
    let extensions = list(resource, "extension").filter(|e| e["url"] == WORDS_EXTENSION).map(|e| &e["valueAnnotation"]);
    let annotations = list(resource, "note").chain(extensions);
    annotations
        .map(|note| Said {
            note: note["id"].as_str().and_then(|id| id.parse().ok()).map(NoteId::new),
            author: [&note["authorReference"]["display"], &note["authorString"]]
                .into_iter()
                .find_map(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            at: instant(&note["time"]),
            words: note["text"].as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}
