//! An item under way: parts are added as they are found, empty ones vanish.

use std::cell::OnceCell;

use serde_json::Value;

use super::gated::masked;
use super::negative::Absence;
use super::people::Place;
use super::{Item, Status};
use crate::fhir::{Coding, codes, concept_text, items, text};

/// The longest detail on a line; what is longer is cut, marked, and the source must be read.
const LONGEST: usize = 600;

/// More parts than this fit on no line.
const MOST_PARTS: usize = 60;

/// What has been read of one resource.
pub(super) struct Draft<'a> {
    pub(super) place: Place<'a>,
    pub(super) text: String,
    pub(super) parts: Vec<String>,
    pub(super) status: Status,
    pub(super) criticality: String,
    pub(super) dates: Vec<String>,
    /// The date that tells the age of the fact, as written.
    pub(super) when: String,
    pub(super) source: String,
    pub(super) codes: Vec<String>,
    pub(super) read_the_source: bool,
    /// The sender marked it in a way that changes its meaning and that nobody here knows.
    pub(super) modified: bool,
    pub(super) gated: String,
    /// The access codes that `gated` holds.
    pub(super) secrets: Vec<String>,
    pub(super) absence: Option<Absence>,
}

/// A finished item with what the glance and the sections need to know of it.
#[derive(Clone)]
pub(super) struct Fact<'a> {
    pub(super) item: Item,
    pub(super) resource: &'a Value,
    pub(super) when: String,
    pub(super) absence: Option<Absence>,
    /// Access codes that must not be read anywhere in the document.
    pub(super) secrets: Vec<String>,
    /// The sender marked it in a way that changes its meaning and that nobody here knows.
    pub(super) modified: bool,
    /// See [`Fact::lower`], with how much of it is the text; nearly every line of the glance asks for it.
    lower: OnceCell<(String, usize)>,
}

impl Fact<'_> {
    /// Whether the entry still says something about the person: not an error, not refuted.
    pub(super) const fn stands(&self) -> bool {
        !matches!(self.item.status, Status::EnteredInError | Status::Refuted)
    }

    /// Whether it stands and holds now, as far as the record tells.
    pub(super) const fn holds(&self) -> bool {
        !matches!(
            self.item.status,
            Status::EnteredInError | Status::Refuted | Status::Inactive | Status::Stopped | Status::Negative
        )
    }

    /// Text and detail in lower case, for looking for words. Once asked for, the item may not change any more.
    pub(super) fn lower(&self) -> &str {
        &self.lowered().0
    }

    /// As [`Fact::lower`], the text alone.
    pub(super) fn lower_text(&self) -> &str {
        let (words, text) = self.lowered();
        words.get(..*text).unwrap_or_default()
    }

    fn lowered(&self) -> &(String, usize) {
        self.lower.get_or_init(|| {
            let mut words = self.item.text.to_lowercase();
            let text = words.len();
            words.push(' ');
            words.push_str(&self.item.detail.to_lowercase());
            (words, text)
        })
    }

    /// Whether any of its codes is `code`, in any code system.
    pub(super) fn has_code(&self, code: &str) -> bool {
        self.item.codes.iter().any(|c| c.rsplit('|').next() == Some(code))
    }
}

impl<'a> Draft<'a> {
    pub(super) const fn new(place: Place<'a>) -> Self {
        Self {
            place,
            text: String::new(),
            parts: Vec::new(),
            status: Status::Unknown,
            criticality: String::new(),
            dates: Vec::new(),
            when: String::new(),
            source: String::new(),
            codes: Vec::new(),
            read_the_source: false,
            modified: false,
            gated: String::new(),
            secrets: Vec::new(),
            absence: None,
        }
    }

    pub(super) fn field(&self, name: &str) -> &'a Value {
        &self.place.resource[name]
    }

    /// Takes the text and the codes of a concept.
    pub(super) fn concept(&mut self, concept: &Value) {
        self.text = concept_text(concept);
        self.codes.extend(codes(concept));
    }

    /// The first `most` items of a list; when there are more, the source must be read.
    pub(super) fn some<'b>(&mut self, list: &'b Value, most: usize) -> Vec<&'b Value> {
        let mut all = items(list);
        self.read_the_source |= all.len() > most;
        all.truncate(most);
        all
    }

    /// A part of the detail; empty words add nothing, repeated ones neither.
    pub(super) fn part(&mut self, label: &str, words: &str) {
        let words = words.trim();
        if words.is_empty() || words == self.text {
            return;
        }
        if self.parts.len() == MOST_PARTS {
            self.read_the_source = true;
            return;
        }
        let part = if label.is_empty() { words.to_owned() } else { format!("{label}: {words}") };
        if !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    /// A date with its meaning, as written.
    pub(super) fn date(&mut self, label: &str, words: &str) {
        if !words.is_empty() {
            self.dates.push(format!("{label} {words}"));
        }
    }

    /// The date that tells the age of the fact.
    pub(super) fn main_date(&mut self, label: &str, words: &str) {
        self.date(label, words);
        if self.when.is_empty() && !words.starts_with('[') {
            words.clone_into(&mut self.when);
        }
    }

    /// Words of the sender beside the codes, when they say something else than the line does.
    pub(super) fn coded_as(&mut self, codings: &[Coding<'_>]) {
        let said = self.text.to_lowercase();
        let others: Vec<&str> = codings
            .iter()
            .map(|c| c.display.as_ref())
            .filter(|d| !d.is_empty() && !said.contains(&d.to_lowercase()))
            .take(6)
            .collect();
        self.part("coded as", &others.join(", "));
    }

    pub(super) fn status_code(&self) -> String {
        text(self.field("status"))
    }

    pub(super) fn finish(mut self, listed: bool) -> Fact<'a> {
        let resource = self.place.resource;
        let mut detail = masked(&self.parts.join("; "), &self.secrets);
        if let Some((cut, _)) = detail.char_indices().nth(LONGEST) {
            detail.truncate(cut);
            detail.push_str("… (read the source)");
            self.read_the_source = true;
        }
        let item = Item {
            text: self.text,
            detail,
            status: self.status,
            criticality: self.criticality,
            dates: self.dates,
            source: self.source,
            listed_in_section: listed,
            read_the_source: self.read_the_source,
            codes: self.codes,
            resource_type: text(&resource["resourceType"]),
            entry: self.place.entry,
            gated: self.gated,
            when: self.when.clone(),
            review_overdue: false,
            document: 0,
            also: Vec::new(),
            disagreement: String::new(),
        };
        Fact {
            item,
            resource,
            when: self.when,
            absence: self.absence,
            secrets: self.secrets,
            modified: self.modified,
            lower: OnceCell::new(),
        }
    }
}
