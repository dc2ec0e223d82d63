//! What can be written about a person, as data: which forms there are, what each asks, what its answers say.
//!
//! A form is a list of fields and a reading of the answers; it knows no screen and no engine. Answers are kept as they
//! were typed, so that a draft gives back what was there, right or wrong.

mod again;
mod amend;
mod content;
mod difference;
mod fields;
mod options;
mod palliative;
mod read;
mod say;
mod vitals;

use std::collections::BTreeMap;
use std::fmt;

use engine::Edit;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::identity::{NoteId, Role};
use shared::note::{Amended, Content, Note};

pub use again::again;
pub use amend::standing;
pub use content::ready;
pub use difference::{field_name, told};
pub use fields::fields;
pub use options::Options;
pub use read::stepped;
pub use say::say;
pub use vitals::{News, asked_back, news, response};

/// A form.
#[derive(Clone, PartialEq)]
pub enum Form {
    /// A note in words.
    Visit,
    /// Vital signs.
    Vitals,
    /// A medicine given or refused.
    Dose,
    /// Something done, not done or to do.
    Action,
    /// A wish for the end of life.
    Wish,
    /// A special note or an alert.
    Alert,
    /// A decision on resuscitation.
    Cpr,
    /// Phase of illness.
    Phase,
    /// Performance status.
    Akps,
    /// Outcome scale.
    Ipos,
    /// Count of the just-in-case medicines.
    Stock,
    /// A later word on a note.
    Amend(Box<Amending>),
    /// An edit of a goal, task or alert, as it was read.
    Edit(Box<Value>),
}

/// The note that is amended.
#[derive(Clone, PartialEq)]
pub struct Amending {
    /// Which.
    pub note: NoteId,
    /// What it is in the record.
    pub kind: Amended,
    /// What it says; `None` when the record is not on this device any more.
    pub of: Option<Note>,
}

impl From<Note> for Amending {
    fn from(note: Note) -> Self {
        // Only a note in words is a document of the record.
        let kind = if matches!(note.content, Content::Visit(_)) { Amended::Document } else { Amended::Other };
        Self { note: note.id, kind, of: Some(note) }
    }
}

// Which form, never what is in the note or the record it is about.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl Form {
    /// What somebody of this role may write, the most used first.
    pub const fn of(role: Role) -> &'static [Self] {
        use Form::{Action, Akps, Alert, Cpr, Dose, Ipos, Phase, Stock, Visit, Vitals, Wish};
        match role {
            Role::EmergencyClinician => &[Visit, Vitals, Dose, Alert, Cpr, Wish, Action, Stock, Phase, Akps],
            Role::CareTeamClinician => &[Visit, Vitals, Phase, Akps, Ipos, Stock, Dose, Action, Wish, Alert, Cpr],
            Role::DomiciliaryCarer => &[Visit, Dose, Action, Wish, Vitals, Alert],
            Role::SocialWorker => &[Visit, Action, Wish, Alert],
            Role::Admin => &[Visit],
        }
    }

    /// The name under which its draft is kept: that of [`engine::form_of`] for what comes of it.
    pub fn name(&self) -> String {
        let name = match self {
            Self::Visit => "visit",
            Self::Vitals => "vitals",
            Self::Dose => "dose",
            Self::Action => "action",
            Self::Wish => "preference",
            Self::Alert => "alert",
            Self::Cpr => "cpr",
            Self::Phase => "phase",
            Self::Akps => "akps",
            Self::Ipos => "ipos",
            Self::Stock => "stock",
            Self::Amend(note) => return format!("amend/{}", note.note),
            Self::Edit(base) => return format!("change/{}/{}", text(base, "resourceType"), text(base, "id")),
        };
        name.to_owned()
    }

    /// The key of its title.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Visit => "form-visit",
            Self::Vitals => "form-vitals",
            Self::Dose => "form-dose",
            Self::Action => "form-action",
            Self::Wish => "form-preference",
            Self::Alert => "form-alert",
            Self::Cpr => "form-cpr",
            Self::Phase => "form-phase",
            Self::Akps => "form-akps",
            Self::Ipos => "form-ipos",
            Self::Stock => "form-stock",
            Self::Amend(_) => "form-amend",
            Self::Edit(_) => "form-edit",
        }
    }

    /// The key of what must be known before it is filled in.
    pub const fn warning(&self) -> Option<&'static str> {
        match self {
            Self::Wish => Some("form-preference-warning"),
            Self::Cpr => Some("form-cpr-warning"),
            Self::Alert => Some("form-alert-warning"),
            Self::Amend(_) => Some("form-amend-warning"),
            _ => None,
        }
    }
}

/// The title of the form with this name, for a line that shows what is to be sent.
pub fn title_of(name: &str) -> &'static str {
    match name.split('/').next().unwrap_or_default() {
        "" => "form-unknown",
        "amend" => "form-amend",
        "change" => "form-edit",
        name => Form::of(Role::CareTeamClinician).iter().find(|f| f.name() == name).map_or("form-unknown", Form::title),
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// What stands in the fields of a form, as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    fields: BTreeMap<String, String>,
}

impl Answers {
    /// Reads a draft. What an earlier version kept was the text of a note in words.
    pub fn read(draft: &str) -> Self {
        serde_json::from_str(draft).unwrap_or_else(|_| {
            let mut answers = Self::default();
            answers.set("template", "free");
            answers.set(TEXT, draft);
            answers
        })
    }

    /// The draft; empty when nothing was written.
    pub fn draft(&self) -> String {
        match self.is_blank() {
            true => String::new(),
            false => serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// The answer in a field; empty when there is none.
    pub fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// How long all answers are together.
    pub fn bytes(&self) -> usize {
        self.fields.values().map(|answer| answer.trim().len()).sum()
    }

    /// Whether nothing was written. Which template is on the screen says nothing yet.
    pub fn is_blank(&self) -> bool {
        self.fields.iter().all(|(field, answer)| field == "template" || answer.trim().is_empty())
    }

    /// Writes an answer.
    pub fn set(&mut self, field: &str, answer: &str) {
        self.fields.insert(field.to_owned(), answer.to_owned());
    }

    /// The same with one more answer.
    #[must_use]
    pub fn with(mut self, field: &str, answer: &str) -> Self {
        self.set(field, answer);
        self
    }
}

/// The field of free words, in every form that has one.
pub const TEXT: &str = "text";

/// Where the time of what is written anew stands: it was then, whenever it is written.
pub(crate) const KEPT: &str = "kept-at";

/// A question of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name among the answers.
    pub id: String,
    /// What it asks, in words.
    pub label: String,
    /// What helps to answer.
    pub hint: Option<String>,
    /// How it is answered.
    pub input: Input,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// In as many lines as it takes.
    Text,
    /// In one line.
    Line,
    /// With a number in this unit, stepped by the smallest step of so many decimals.
    Number {
        /// The unit, in words.
        unit: &'static str,
        /// Digits after the point.
        decimals: u32,
    },
    /// With a day: `<id>-day`, `<id>-month`, `<id>-year`.
    Date,
    /// With a time of today, `14:05`.
    Time,
    /// With one of these: value and words.
    Choice(Vec<(&'static str, String)>),
}

/// What is wrong or missing: beside which field, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The field.
    pub field: String,
    /// In words.
    pub words: String,
}

/// What a form says.
pub struct Ready {
    /// In words.
    pub text: String,
    /// What kind of thing.
    pub what: What,
}

/// What is to be saved.
pub enum What {
    /// Something new.
    New(Content),
    /// An edit of what was read.
    Edit(Value, Edit),
}
