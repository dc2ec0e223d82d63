//! The shape of a summary.

use serde::{Deserialize, Serialize};

use super::Narrative;

/// Everything a screen needs of one document.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Who it is about.
    pub patient: Patient,
    /// When the document was made (Composition.date, else Bundle.timestamp), as written; empty when it does not say.
    pub composed: String,
    /// Who made it, one line; empty when it does not say.
    pub author: String,
    /// What the reader must be told about the document itself: incomplete, preliminary, another name.
    pub notices: Vec<Notice>,
    /// What must be seen first, in the order of the reader's role.
    pub glance: Vec<Glance>,
    /// The sections, every entry in one of them.
    pub sections: Vec<Section>,
    /// What could not be read, each with what is known of it. Never filled without a notice.
    pub unread: Vec<Unread>,
    /// Entries that only serve others: the Composition, the Patient, authors, organisations, the Medication a
    /// statement points to. With `sections` and `unread` they account for every entry of the document.
    #[serde(default)]
    pub context: Vec<Context>,
    /// The documents this was made of, in the order they were given: `document` of an item, a line or an entry is an
    /// index into it. Never empty for a summary that was made.
    #[serde(default)]
    pub sources: Vec<SourceDocument>,
}

/// A document that a summary was made of.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceDocument {
    /// Whose record it is: `GP record, Riverside Surgery`; empty when nobody said.
    pub name: String,
    /// When it was made (Composition.date, else Bundle.timestamp), as written; empty when it does not say.
    pub composed: String,
    /// Who made it, one line; empty when it does not say.
    pub author: String,
    /// When it was fetched, RFC 3339; empty when nobody said.
    pub retrieved: String,
}

/// A place in one of the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Index into [`Summary::sources`].
    pub document: usize,
    /// Index of the entry in that document.
    pub entry: usize,
    /// Who says so there; empty when it does not say.
    pub source: String,
    /// False when no section of that document names the entry.
    pub listed_in_section: bool,
}

/// An entry that other entries point to and that is no fact about the person by itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// Index into [`Summary::sources`].
    #[serde(default)]
    pub document: usize,
    /// Index of the entry in the bundle.
    pub entry: usize,
    /// FHIR type.
    pub resource_type: String,
    /// Its name, one line; never empty.
    pub text: String,
}

/// The person as the document names them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Patient {
    /// `SURNAME, Given`.
    pub name: String,
    /// As written, may be partial; empty when unknown.
    pub birth_date: String,
    /// `male`, `female`, `other`, `unknown`, or empty.
    pub gender: String,
    /// Bare NHS number when there is a valid one.
    pub nhs_number: Option<String>,
    /// All identifiers as `system|value`.
    pub identifiers: Vec<String>,
    /// One line; empty when unknown.
    pub address: String,
    /// Phone numbers and the like.
    pub telecom: Vec<String>,
}

/// How loud a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Part of the record is missing or in doubt.
    Danger,
    /// To be kept in mind.
    Warning,
    /// For information.
    Info,
}

/// A statement about the document.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// How loud.
    pub severity: Severity,
    /// Stable code, for tests and translation: `incomplete`, `withheld`, `preliminary`, `several-patients` …
    pub code: String,
    /// In words.
    pub text: String,
}

/// The kinds of the glance, in the order of `field-needs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GlanceKind {
    /// Scene safety: violence, dogs, weapons, oxygen.
    Safety,
    /// Entry: key safe, door.
    Access,
    /// CPR decision, ReSPECT, ceilings of treatment.
    Cpr,
    /// Allergies, or what the record says of their absence.
    Allergy,
    /// Medicines that can kill in the next hour.
    CriticalMedicine,
    /// Implanted devices.
    Device,
    /// Pregnancy.
    Pregnancy,
    /// Preferred place of care or death.
    PreferredPlace,
    /// Just-in-case medicines.
    JustInCase,
    /// Frailty, baseline, oxygen target.
    Baseline,
    /// Next of kin, attorney, key worker.
    Contact,
}

/// One line of the glance.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Glance {
    /// What it is about.
    pub kind: GlanceKind,
    /// The line.
    pub text: String,
    /// The second line; empty when there is none.
    pub detail: String,
    /// The date of the fact as written (recorded or authored); empty when it does not say.
    pub age: String,
    /// Who says so; empty when it does not say.
    pub source: String,
    /// True for what is a danger as such: a severe allergy, a CPR decision, violence.
    pub alert: bool,
    /// Path of the item this line was made of: section index and item index.
    pub item: Option<(usize, usize)>,
    /// Paths of further items that this line also stands for: a form that says the same, medicines in one line.
    #[serde(default)]
    pub also: Vec<(usize, usize)>,
    /// What the sources disagree on, one sentence that names who says what; empty when they agree.
    #[serde(default)]
    pub disagreement: String,
    /// The day by which the fact was to be looked at again has passed.
    #[serde(default)]
    pub review_overdue: bool,
}

impl Glance {
    /// Whether the line stands for this item of this section.
    pub fn is_of(&self, section: usize, item: usize) -> bool {
        self.item.iter().chain(&self.also).any(|path| *path == (section, item))
    }
}

/// What a section says, in one word. Five ways of absence are never confused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionState {
    /// There are items.
    Listed,
    /// A coded statement says that there are none.
    NoneKnown,
    /// Nobody asked or wrote.
    NotRecorded,
    /// There is something that may not be shown.
    Withheld,
    /// There is something that could not be read.
    Unreadable,
    /// The document has no such section.
    NotProvided,
}

/// A section of the document.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// LOINC code, or empty.
    pub code: String,
    /// English title for known codes, else the document's own.
    pub title: String,
    /// What it says in one word.
    pub state: SectionState,
    /// The sentence for a section without items, with who said so where known.
    pub statement: String,
    /// Its entries.
    pub items: Vec<Item>,
    /// The narrative; in JSON its sanitised HTML, empty when there is none.
    pub narrative: Narrative,
}

/// Where a fact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Holds now.
    Active,
    /// Held once.
    Inactive,
    /// Was stopped.
    Stopped,
    /// Must not be done or given.
    NotToBeGiven,
    /// Was looked into and is not so.
    Refuted,
    /// Was written by mistake.
    EnteredInError,
    /// Says that something is not there.
    Negative,
    /// The record does not say, or says it in a way we do not know.
    Unknown,
}

/// One entry.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What it is, in the record's own words where it has any.
    pub text: String,
    /// Dose, reaction, value, place … one line.
    pub detail: String,
    /// Where it stands.
    pub status: Status,
    /// `high`, `low`, `unable-to-assess`, or empty.
    pub criticality: String,
    /// Dates with their meaning: `recorded 2024-03-01`, `onset 1999`.
    pub dates: Vec<String>,
    /// Who says so; empty when it does not say.
    pub source: String,
    /// False when the entry is in the document but no section names it.
    pub listed_in_section: bool,
    /// True when something about it cannot be expressed on a line and the source must be read.
    pub read_the_source: bool,
    /// `system|code` of its codings.
    pub codes: Vec<String>,
    /// FHIR type.
    pub resource_type: String,
    /// Index of the entry in the bundle, for "show source".
    pub entry: usize,
    /// Words with an access code, in clear: shown only on a gated, audited reveal. `text` and `detail` have the
    /// code masked. Empty when there is nothing to hide.
    #[serde(default)]
    pub gated: String,
    /// The date that tells the age of the fact, as written; empty when it does not say.
    #[serde(default)]
    pub when: String,
    /// The day by which the fact was to be looked at again has passed.
    #[serde(default)]
    pub review_overdue: bool,
    /// Index into [`Summary::sources`]: the document that `entry` belongs to.
    #[serde(default)]
    pub document: usize,
    /// Other places that say the same.
    #[serde(default)]
    pub also: Vec<Origin>,
    /// What the sources disagree on, one sentence that names who says what; empty when they agree.
    #[serde(default)]
    pub disagreement: String,
}

/// An entry that could not be read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Unread {
    /// Index into [`Summary::sources`].
    #[serde(default)]
    pub document: usize,
    /// Index of the entry in the bundle.
    pub entry: usize,
    /// FHIR type where it says.
    pub resource_type: String,
    /// What is wrong.
    pub reason: String,
    /// The raw text, cut at 4 KB.
    pub raw: String,
}
