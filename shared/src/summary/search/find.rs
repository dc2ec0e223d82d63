//! From a question to what answers it.

use std::collections::{BTreeMap, BTreeSet};

use super::excerpt::lines;
use super::fold::{plain, spelled};
use super::question::{Term, terms};
use super::slip::is_slip;
use super::synonyms::{Other, Phrase, Synonyms};
use super::{At, Because, Hit, How, Index, Part, Place};
use crate::summary::Status;

/// Several words in a long text answer a question only when they stand near each other.
const NEAR: u32 = 30;

/// What one term found in one entry.
struct Found {
    how: How,
    ats: Vec<At>,
    because: Option<Because>,
}

type Matches = BTreeMap<u32, Found>;

impl Index {
    /// What answers the question, the most important first: what must not be missed, then word for word, then
    /// beginnings of words, then other words for it, then slips of the finger. All terms of the question must fit.
    /// Empty for a question of fewer than two letters.
    pub fn find(&self, question: &str) -> Vec<Hit> {
        let terms = terms(question);
        let Some((first, others)) = terms.split_first() else { return Vec::new() };
        let code = self.code(question);
        let (first, others) = if code.is_empty() { (self.term(first), others) } else { (code, &[][..]) };
        let mut all: BTreeMap<u32, Vec<Found>> = first.into_iter().map(|(entry, found)| (entry, vec![found])).collect();
        for term in others {
            let mut more = self.term(term);
            all.retain(|entry, found| more.remove(entry).map(|next| found.push(next)).is_some());
        }
        let mut hits: Vec<(u32, Hit)> = all
            .into_iter()
            .filter(|(entry, found)| self.answers(*entry, found))
            .map(|(entry, found)| (entry, self.hit(entry, found)))
            .collect();
        echo(&mut hits);
        let gone = |hit: &Hit| matches!(hit.status, Some(Status::Refuted | Status::EnteredInError));
        hits.sort_by_key(|(entry, hit)| (!hit.safety, hit.how, is_text(hit.place), gone(hit), *entry));
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    // The title of its section is part of every item, but alone it is only the section that was found.
    fn answers(&self, entry: u32, found: &[Found]) -> bool {
        let entry = &self.entries[entry as usize];
        let own = |at: &At| entry.fields[at.field as usize].part != Part::Section;
        if !found.iter().any(|f| f.ats.iter().any(own)) {
            return false;
        }
        if !is_text(entry.place) {
            return true;
        }
        let near = |at: &At, other: &Found| other.ats.iter().any(|o| o.word.abs_diff(at.word) <= NEAR);
        found[0].ats.iter().any(|at| found[1..].iter().all(|other| near(at, other)))
    }

    fn hit(&self, entry: u32, found: Vec<Found>) -> Hit {
        let of = &self.entries[entry as usize];
        let how = found.iter().map(|f| f.how).max().unwrap_or(How::Exact);
        let ats: Vec<At> = found.iter().flat_map(|f| f.ats.iter().copied()).collect();
        let because = found.into_iter().filter_map(|f| f.because).collect();
        Hit { place: of.place, lines: lines(of, &ats), status: of.status, safety: of.safety, how, because }
    }

    // A code with its system, as it stands in a source.
    fn code(&self, question: &str) -> Matches {
        let mut found = Matches::new();
        if question.contains('|') {
            self.beginning(&plain(question.trim()), true, &mut found);
        }
        found
    }

    fn term(&self, term: &Term) -> Matches {
        let [word] = term.words.as_slice() else { return self.several(term) };
        let mut found = self.word(&word.plain, &word.spelled, term.last);
        self.named(term, &mut found);
        self.slips(&word.spelled, &mut found);
        found
    }

    // Written together, or each for itself, or by another name.
    fn several(&self, term: &Term) -> Matches {
        let whole: String = term.words.iter().map(|w| w.plain.as_str()).collect();
        let mut found = self.word(&whole, &spelled(&whole), term.last);
        let mut parts: Option<Matches> = None;
        for (nth, word) in term.words.iter().enumerate() {
            let mut next = self.word(&word.plain, &word.spelled, term.last && nth + 1 == term.words.len());
            self.slips(&word.spelled, &mut next);
            parts = Some(match parts {
                None => next,
                Some(all) => both(all, next),
            });
        }
        parts.into_iter().flatten().for_each(|(entry, more)| better(&mut found, entry, more));
        if term.is_name {
            self.named(term, &mut found);
        }
        found
    }

    fn word(&self, plain: &str, spelled: &str, last: bool) -> Matches {
        let mut found = Matches::new();
        for key in [plain, spelled] {
            self.beginning(key, last, &mut found);
        }
        if let Some(one) = singular(plain) {
            self.exactly(&one, How::Prefix, &mut found);
        }
        found
    }

    fn beginning(&self, key: &str, last: bool, found: &mut Matches) {
        // One letter that is not being typed any more is a word of its own.
        let whole_only = key.chars().count() < 2 && !last;
        for (word, ats) in self.words.range(key.to_owned()..).take_while(|(word, _)| word.starts_with(key)) {
            let how = if word == key { How::Exact } else { How::Prefix };
            if how == How::Exact || !whole_only {
                ats.iter().for_each(|at| better(found, at.entry, Found { how, ats: vec![*at], because: None }));
            }
        }
    }

    fn exactly(&self, key: &str, how: How, found: &mut Matches) {
        for at in self.words.get(key).into_iter().flatten() {
            better(found, at.entry, Found { how, ats: vec![*at], because: None });
        }
    }

    fn slips(&self, key: &str, found: &mut Matches) {
        for (_, ats) in self.words.iter().filter(|(word, _)| !word.starts_with(key) && is_slip(key, word)) {
            for at in ats.iter().filter(|at| self.part(at) != Part::Code) {
                better(found, at.entry, Found { how: How::Slip, ats: vec![*at], because: None });
            }
        }
    }

    fn named(&self, term: &Term, found: &mut Matches) {
        let asked: Vec<String> = term.words.iter().map(|w| w.spelled.clone()).collect();
        for Other { phrase, relation, slip } in Synonyms::get().others(&asked) {
            let how = if slip { How::Slip } else { How::Synonym };
            for at in self.phrase(phrase) {
                let because = Because { asked: term.typed.clone(), found: phrase.name.clone(), relation };
                better(found, at.entry, Found { how, ats: vec![at], because: Some(because) });
            }
        }
    }

    /// Where a name stands, word for word.
    fn phrase(&self, phrase: &Phrase) -> Vec<At> {
        let Some((first, rest)) = phrase.words.split_first() else { return Vec::new() };
        let begins = self.words.get(first).into_iter().flatten().filter(|at| at.count == 1);
        let follows = |at: &&At| {
            let words = &self.entries[at.entry as usize].fields[at.field as usize].words;
            let mut next = words.iter().skip(at.word as usize + 1);
            rest.iter().all(|word| next.next().is_some_and(|w| w.spelled == *word))
        };
        let count = u32::try_from(phrase.words.len()).unwrap_or(1);
        let whole = phrase.joined.iter().filter_map(|key| self.words.get(key)).flatten().copied();
        let apart = begins.filter(follows).map(|at| At { count, ..*at });
        let is_words = |at: &At| !matches!(self.part(at), Part::Code | Part::Section);
        apart.chain(whole).filter(is_words).collect()
    }

    fn part(&self, at: &At) -> Part {
        self.entries[at.entry as usize].fields[at.field as usize].part
    }
}

// The better reason counts, and what fits as well is highlighted with it: other words for it only where the words
// themselves do not stand.
fn better(found: &mut Matches, entry: u32, mut more: Found) {
    let is_word = |found: &Found| found.how <= How::Prefix;
    match found.get_mut(&entry) {
        Some(known) if is_word(known) && !is_word(&more) => {}
        Some(known) if is_word(&more) && !is_word(known) => *known = more,
        Some(known) => {
            if more.how < known.how {
                (known.how, known.because) = (more.how, more.because);
            }
            known.ats.append(&mut more.ats);
        }
        None => {
            found.insert(entry, more);
        }
    }
}

fn both(all: Matches, mut next: Matches) -> Matches {
    let join = |(entry, mut found): (u32, Found)| {
        let more = next.remove(&entry)?;
        found.how = found.how.max(more.how);
        found.ats.extend(more.ats);
        Some((entry, found))
    };
    all.into_iter().filter_map(join).collect()
}

// Where an item says it, the sender's own words say it again: they lead nobody.
fn echo(hits: &mut [(u32, Hit)]) {
    let said: BTreeSet<usize> =
        hits.iter().filter(|(_, h)| h.item().is_some()).filter_map(|(_, h)| h.section()).collect();
    let echoes = |hit: &Hit| matches!(hit.place, Place::Narrative(section) if said.contains(&section));
    hits.iter_mut().filter(|(_, hit)| echoes(hit)).for_each(|(_, hit)| hit.safety = false);
}

const fn is_text(place: Place) -> bool {
    matches!(place, Place::Narrative(_) | Place::Unread(_))
}

// "falls" also asks for a fall.
fn singular(word: &str) -> Option<String> {
    if word.len() < 5 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return None;
    }
    let stem = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    stem.or_else(|| word.strip_suffix('s').map(str::to_owned))
}
