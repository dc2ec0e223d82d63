//! From a summary to the words of its places.

use super::fold::{plain, spelled, words};
use super::{At, Entry, Field, Index, Part, Place};
use crate::summary::gated::{codes_in, is_about_entry, masked};
use crate::summary::layout::is_safety;
use crate::summary::{Glance, GlanceKind, Item, Severity, Status, Summary};

/// No text of a record is longer; what is would only serve to stop a phone.
const LONGEST: usize = 512 * 1024;

impl Index {
    /// Reads all that the page of this summary says.
    pub fn of(summary: &Summary) -> Self {
        let mut index = Self { entries: Vec::new(), words: Default::default(), secrets: secrets(summary) };
        index.sections(summary);
        index.others(summary);
        index
    }

    /// Adds notes, in the order in which [`Place::Note`] counts them.
    #[must_use]
    pub fn with_notes<'a>(mut self, notes: impl IntoIterator<Item = &'a str>) -> Self {
        for (at, note) in notes.into_iter().enumerate() {
            let note = guarded(note);
            self.add(Place::Note(at), None, false, &[(Part::Detail, &note)]);
        }
        self
    }

    fn sections(&mut self, summary: &Summary) {
        for (at, section) in summary.sections.iter().enumerate() {
            let safety = is_safety(&section.code);
            let own = [(Part::Title, section.title.as_str()), (Part::Detail, section.statement.as_str())];
            self.add(Place::Section(at), None, safety, &own);
            for (nth, item) in section.items.iter().enumerate() {
                let lines = || summary.glance.iter().filter(|line| line.is_of(at, nth));
                let safety = safety
                    || item.criticality == "high"
                    || item.status == Status::NotToBeGiven
                    || lines().any(|line| line.alert);
                let lines: Vec<&Glance> = lines().filter(|line| is_of_one(line)).collect();
                self.item(Place::Item(at, nth), item, &section.title, &lines, safety);
            }
            let narrative = guarded(&section.narrative.plain());
            self.add(Place::Narrative(at), None, safety, &[(Part::Detail, &narrative)]);
        }
    }

    fn item(&mut self, place: Place, item: &Item, section: &str, glance: &[&Glance], safety: bool) {
        let glance: Vec<[String; 2]> = glance.iter().map(|line| shown(line)).collect();
        let mut parts = vec![(Part::Title, item.text.as_str()), (Part::Detail, item.detail.as_str())];
        parts.extend(glance.iter().flatten().map(|text| (Part::Glance, text.as_str())));
        parts.push((Part::Disagreement, &item.disagreement));
        parts.extend(item.dates.iter().map(|date| (Part::Date, date.as_str())));
        let sources = item.also.iter().map(|origin| &origin.source);
        parts.extend(std::iter::once(&item.source).chain(sources).map(|source| (Part::Source, source.as_str())));
        parts.extend(item.codes.iter().map(|code| (Part::Code, code.as_str())));
        parts.push((Part::Section, section));
        self.add(place, Some(item.status), safety, &parts);
    }

    fn others(&mut self, summary: &Summary) {
        for (at, line) in summary.glance.iter().enumerate().filter(|(_, line)| !is_of_one(line)) {
            let [text, detail] = shown(line);
            let parts = [
                (Part::Title, text.as_str()),
                (Part::Detail, &detail),
                (Part::Source, &line.source),
                (Part::Date, &line.age),
            ];
            self.add(Place::Glance(at), None, line.alert, &parts);
        }
        for (at, notice) in summary.notices.iter().enumerate() {
            let safety = notice.severity == Severity::Danger;
            self.add(Place::Notice(at), None, safety, &[(Part::Detail, &notice.text)]);
        }
        for (at, unread) in summary.unread.iter().enumerate() {
            let raw = guarded(&unread.raw);
            self.add(Place::Unread(at), None, false, &[(Part::Title, &unread.reason), (Part::Detail, &raw)]);
        }
        for (at, context) in summary.context.iter().enumerate() {
            self.add(Place::Context(at), None, false, &[(Part::Title, &context.text)]);
        }
    }

    fn add(&mut self, place: Place, status: Option<Status>, safety: bool, parts: &[(Part, &str)]) {
        let at = self.entries.len();
        let mut fields: Vec<Field> = Vec::new();
        for (part, text) in parts.iter().filter(|(_, text)| !text.trim().is_empty()) {
            if fields.iter().any(|known| known.part <= Part::Glance && known.text == *text) {
                continue;
            }
            let text = masked(cut(text), &self.secrets);
            fields.push(Field { part: *part, words: words(&text), text });
        }
        for (nth, field) in fields.iter().enumerate() {
            index_field(&mut self.words, (at, nth), field);
        }
        if !fields.is_empty() {
            self.entries.push(Entry { place, status, safety, fields });
        }
    }
}

type Words = std::collections::BTreeMap<String, Vec<At>>;

fn index_field(index: &mut Words, (entry, field): (usize, usize), of: &Field) {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut put = |key: String, word: usize, count: usize| {
        let at = At { entry: small(entry), field: small(field), word: small(word), count: small(count) };
        let all = index.entry(key).or_default();
        if all.last() != Some(&at) {
            all.push(at);
        }
    };
    // The system of a code is on every entry: only the code itself is a word.
    let from = match of.part {
        Part::Code => of.text.rfind('|').unwrap_or(0),
        _ => 0,
    };
    if of.part == Part::Code {
        put(plain(&of.text), 0, of.words.len());
    }
    for (nth, word) in of.words.iter().enumerate().filter(|(_, word)| word.at.start >= from) {
        put(word.plain.clone(), nth, 1);
        put(word.spelled.clone(), nth, 1);
        if word.joined > 1 {
            let whole: String = of.words[nth..nth + word.joined].iter().map(|w| w.plain.as_str()).collect();
            put(spelled(&whole), nth, word.joined);
            put(whole, nth, word.joined);
        }
        for key in date_words(of, nth) {
            put(key, nth, word.joined);
        }
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("january", "ionawr"),
    ("february", "chwefror"),
    ("march", "mawrth"),
    ("april", "ebrill"),
    ("may", "mai"),
    ("june", "mehefin"),
    ("july", "gorffennaf"),
    ("august", "awst"),
    ("september", "medi"),
    ("october", "hydref"),
    ("november", "tachwedd"),
    ("december", "rhagfyr"),
];

// `2024-03-01` is read on the screen as "1 Mar 2024", and typed as 1/3/2024.
fn date_words(field: &Field, nth: usize) -> Vec<String> {
    let part = |n: usize, len: usize| {
        let word = field.words.get(nth + n).filter(|w| w.plain.len() == len)?;
        word.plain.parse::<usize>().ok()
    };
    let joined = field.words[nth].joined;
    let (Some(year), Some(month)) = (part(0, 4), part(1, 2)) else { return Vec::new() };
    let Some((english, welsh)) = month.checked_sub(1).and_then(|m| MONTHS.get(m)).filter(|_| joined >= 2) else {
        return Vec::new();
    };
    let mut keys =
        vec![(*english).to_owned(), (*welsh).to_owned(), format!("{month:02}{year}"), format!("{month}{year}")];
    if let Some(day) = part(2, 2).filter(|_| joined >= 3) {
        keys.extend([day.to_string(), format!("{day:02}{month:02}{year}"), format!("{day}{month}{year}")]);
    }
    keys
}

// A line that stands for several items is a place of its own: its words would make one of them answer for another.
fn is_of_one(line: &Glance) -> bool {
    line.item.is_some() && line.also.is_empty()
}

// What the glance says about getting in is behind a button when it has a digit that no code was taken from.
fn shown(line: &Glance) -> [String; 2] {
    let hide = |text: &str| match line.kind {
        GlanceKind::Access => text.chars().map(|c| if c.is_numeric() { '•' } else { c }).collect(),
        _ => text.to_owned(),
    };
    [hide(&line.text), hide(&line.detail)]
}

// Free text may hold a code that no item was made of. Sentence by sentence, so that a year elsewhere stays a year.
fn guarded(text: &str) -> String {
    let mut sentences: Vec<String> = text.split_inclusive(['.', ';', '!', '?', '\n']).map(str::to_owned).collect();
    let mut about_entry = false;
    for sentence in &mut sentences {
        let now = is_about_entry(sentence);
        // The code itself may stand in the sentence after the one that names the key safe.
        if now || about_entry || sentence.to_lowercase().contains("code") {
            let codes = codes_in(&format!("{}{sentence}", if about_entry { "code " } else { "" }));
            *sentence = masked(sentence, &codes);
        }
        about_entry = now;
    }
    sentences.concat()
}

fn secrets(summary: &Summary) -> Vec<String> {
    let gated = summary.sections.iter().flat_map(|s| &s.items).filter(|i| !i.gated.is_empty());
    let mut codes: Vec<String> = gated.flat_map(|i| codes_in(&i.gated)).filter(|code| code.len() >= 3).collect();
    codes.sort_by_key(|code| std::cmp::Reverse(code.len()));
    codes.dedup();
    codes
}

fn cut(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}
