//! Search in a record that is already on the device.
//!
//! [`Index::of`] reads a summary once, [`Index::find`] answers while a person types. Everything a reader can see on
//! the page is found, also what was stopped, ruled out or entered in error, with its status. Entry codes are not
//! among it: they are masked before a word is indexed.
//!
//! Finding nothing says nothing about the person: whoever shows an empty answer has to say so.

mod build;
mod excerpt;
mod find;
mod fold;
mod question;
mod slip;
mod synonyms;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

pub use synonyms::Relation;

use super::Status;
use fold::Word;

/// The words of one record.
pub struct Index {
    entries: Vec<Entry>,
    /// From a word as it is compared to where it stands.
    words: BTreeMap<String, Vec<At>>,
    /// Entry codes of this record: masked in whatever is added.
    secrets: Vec<String>,
}

/// Where on the page something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// An item of a section: both by index.
    Item(usize, usize),
    /// The title or the statement of the section with this index.
    Section(usize),
    /// The own text of the section with this index.
    Narrative(usize),
    /// A line of the glance that was made of no item, or of several.
    Glance(usize),
    /// A notice about the document.
    Notice(usize),
    /// A note, in the order they were given.
    Note(usize),
    /// An entry that could not be read.
    Unread(usize),
    /// An entry that only serves others.
    Context(usize),
}

/// How well the words fit, the best first. Of several words the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Word for word.
    Exact,
    /// The beginning of a word.
    Prefix,
    /// Another word for it.
    Synonym,
    /// But for one slip of the finger.
    Slip,
}

/// Why something was found that does not say what was asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Because {
    /// The words asked for, as typed.
    pub asked: String,
    /// The name by which it was found.
    pub found: String,
    /// How the two are related.
    pub relation: Relation,
}

/// Which part of a place a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What it is.
    Title,
    /// The second line: dose, reaction, statement, or the text around what was found.
    Detail,
    /// How the glance puts it.
    Glance,
    /// What the sources disagree on.
    Disagreement,
    /// A date with its meaning.
    Date,
    /// Who says so.
    Source,
    /// A code as `system|code`.
    Code,
    /// The title of its section.
    Section,
}

/// A line of a hit.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// What it shows.
    pub part: Part,
    /// The words; long ones are cut around what was found.
    pub text: String,
    /// What to highlight, in bytes of `text`, in order and apart.
    pub marked: Vec<Range<usize>>,
}

/// Something found.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where.
    pub place: Place,
    /// What it says: the title, the detail, and whatever else matched.
    pub lines: Vec<Line>,
    /// Where the fact stands; `None` for what is no item.
    pub status: Option<Status>,
    /// It belongs to what must not be missed: allergies, alerts, directives, what the glance shows as an alert.
    pub safety: bool,
    /// How well the words fit.
    pub how: How,
    /// Other words by which it was found.
    pub because: Vec<Because>,
}

impl Hit {
    /// Index of the section it is in.
    pub const fn section(&self) -> Option<usize> {
        match self.place {
            Place::Item(section, _) | Place::Section(section) | Place::Narrative(section) => Some(section),
            _ => None,
        }
    }

    /// Index of the item in its section.
    pub const fn item(&self) -> Option<usize> {
        match self.place {
            Place::Item(_, item) => Some(item),
            _ => None,
        }
    }
}

/// One place with its texts.
struct Entry {
    place: Place,
    status: Option<Status>,
    safety: bool,
    fields: Vec<Field>,
}

struct Field {
    part: Part,
    text: String,
    words: Vec<Word>,
}

/// Where a word stands, and how many words it covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    entry: u32,
    field: u32,
    word: u32,
    count: u32,
}
