//! What a person typed, as the terms that must all be found.

use std::ops::Range;

use super::fold::{Word, words};
use super::synonyms::Synonyms;

/// More than anybody types at a door.
const LONGEST: usize = 200;
const MOST_WORDS: usize = 12;

// Left out beside other words: they are everywhere and mean nothing alone.
const SMALL: [&str; 16] =
    ["a", "an", "and", "any", "are", "for", "has", "in", "is", "of", "on", "or", "the", "to", "with", "have"];

/// A term: one word, or several that are one name or written together.
pub(super) struct Term {
    /// As typed.
    pub(super) typed: String,
    pub(super) words: Vec<Word>,
    /// Nothing comes after it: its last word may be unfinished.
    pub(super) last: bool,
    /// Whether it is to be looked up as a name with other names.
    pub(super) is_name: bool,
}

/// The terms of a question; none when it holds too little to look for.
pub(super) fn terms(question: &str) -> Vec<Term> {
    let question: String = question.chars().take(LONGEST).collect();
    let mut all = words(&question);
    all.truncate(MOST_WORDS);
    if all.iter().map(|w| w.plain.chars().count()).sum::<usize>() < 2 {
        return Vec::new();
    }
    let spelled: Vec<String> = all.iter().map(|w| w.spelled.clone()).collect();
    let mut terms: Vec<(Range<usize>, bool)> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let name = Synonyms::get().longest_name(&spelled[at..]);
        let count = name.unwrap_or(all[at].joined).min(all.len() - at);
        terms.push((at..at + count, name.is_some() || count == 1));
        at += count;
    }
    let is_small =
        |(range, _): &(Range<usize>, bool)| range.len() == 1 && SMALL.contains(&all[range.start].plain.as_str());
    if !terms.iter().all(is_small) {
        terms.retain(|term| !is_small(term));
    }
    let count = all.len();
    let mut all = all.into_iter();
    let mut taken = 0;
    let mut term = |(range, is_name): (Range<usize>, bool)| {
        let words: Vec<Word> = all.by_ref().skip(range.start - taken).take(range.len()).collect();
        taken = range.end;
        let ends = words.first().zip(words.last()).map(|(first, last)| first.at.start..last.at.end);
        let typed = ends.and_then(|ends| question.get(ends)).unwrap_or_default().to_owned();
        Term { typed, words, last: range.end == count, is_name }
    };
    terms.into_iter().map(&mut term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(question: &str) -> Vec<String> {
        terms(question).into_iter().map(|t| t.typed).collect()
    }

    #[test]
    fn names_and_hyphens_stay_together_and_small_words_go() {
        assert_eq!(told("allergy to co-codamol and  heart attack"), ["allergy", "co-codamol", "heart attack"]);
        assert_eq!(told("history of stroke 2019"), ["history", "stroke", "2019"]);
        assert_eq!(told("end of life plan"), ["end of life", "plan"]);
    }

    #[test]
    fn too_little_is_no_question() {
        assert!(told("").is_empty() && told("  - ").is_empty() && told("a").is_empty());
        assert_eq!(told("is the"), ["is", "the"]);
    }
}
