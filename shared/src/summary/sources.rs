//! The documents that a summary is made of, and what they are called in its sentences.

use std::collections::{HashMap, HashSet};

use super::SourceDocument;
use super::people::Place;
use crate::fhir::{Document, clean, text};

/// The longest name that still fits into a sentence, in characters.
const LONGEST: usize = 80;

/// A document and whose record it is.
pub struct Source<'a> {
    /// Already held against the person who was asked for ([`crate::fhir::check_subject`]).
    pub document: &'a Document,
    /// `GP record, Riverside Surgery`. May be empty; sentences then name the document by its date.
    pub name: String,
    /// When it was fetched, RFC 3339; empty when nobody knows.
    pub retrieved: String,
}

/// What a reader is told of each document. Several documents get names that differ, one keeps the name it was given.
pub(super) fn described(sources: &[Source<'_>]) -> Vec<SourceDocument> {
    let mut all: Vec<SourceDocument> = sources.iter().map(describe).collect();
    if all.len() > 1 {
        let mut names: Vec<String> = all.iter().enumerate().map(|(at, s)| named(at, s)).collect();
        tell_apart(&mut names, |at| day(&all[at].composed));
        number(&mut names);
        all.iter_mut().zip(names).for_each(|(source, name)| source.name = name);
    }
    all
}

fn describe(source: &Source<'_>) -> SourceDocument {
    let document = source.document;
    SourceDocument {
        name: clean(&source.name).chars().take(LONGEST).collect(),
        composed: composed(document),
        author: author(document),
        retrieved: source.retrieved.clone(),
    }
}

fn composed(document: &Document) -> String {
    let own = text(&document.composition()["date"]);
    if own.is_empty() { text(&document.bundle()["timestamp"]) } else { own }
}

fn author(document: &Document) -> String {
    let place = Place { document, entry: document.composition_index(), resource: document.composition() };
    place.source(&["author", "custodian"])
}

fn day(composed: &str) -> String {
    composed.chars().take(10).collect()
}

fn named(at: usize, source: &SourceDocument) -> String {
    match (source.name.is_empty(), day(&source.composed)) {
        (false, _) => source.name.clone(),
        (true, day) if day.is_empty() => format!("Document {}", at + 1),
        (true, day) => format!("Document of {day}"),
    }
}

// Two documents of one name are told apart by what `mark` says of them, where it says anything.
fn tell_apart(names: &mut [String], mark: impl Fn(usize) -> String) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for name in names.iter() {
        *count.entry(name.clone()).or_default() += 1;
    }
    for (at, name) in names.iter_mut().enumerate() {
        let mark = mark(at);
        if count.get(name).is_some_and(|c| *c > 1) && !mark.is_empty() {
            *name = format!("{name} ({mark})");
        }
    }
}

fn number(names: &mut [String]) {
    let mut taken: HashSet<String> = HashSet::new();
    for (at, name) in names.iter_mut().enumerate() {
        while !taken.insert(name.clone()) {
            *name = format!("{name} ({})", at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(given: [(&str, &str); 4]) -> Vec<String> {
        let document = |composed: &str| {
            let bundle = format!(
                r#"{{"resourceType": "Bundle", "entry": [{{"resource": {{"resourceType": "Composition", "date": "{composed}"}}}}]}}"#
            );
            Document::read(bundle.as_bytes()).unwrap()
        };
        let documents = given.map(|(_, composed)| document(composed));
        let sources: Vec<Source<'_>> = given
            .iter()
            .zip(&documents)
            .map(|((name, _), document)| Source { document, name: (*name).to_owned(), retrieved: String::new() })
            .collect();
        described(&sources).into_iter().map(|s| s.name).collect()
    }

    #[test]
    fn every_document_of_several_has_a_name_of_its_own() {
        let names = told([("GP", "2026-01-01"), ("GP", "2026-02-01T10:00:00Z"), ("", "2026-03-01"), ("", "")]);
        assert_eq!(names, ["GP (2026-01-01)", "GP (2026-02-01)", "Document of 2026-03-01", "Document 4"]);
        let names = told([("GP", "2026"), ("GP", "2026"), ("GP", ""), ("GP (2026)", "")]);
        let mut distinct = names.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 4, "{names:?}");
    }

    #[test]
    fn one_document_keeps_the_name_it_was_given() {
        let bundle = br#"{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition"}}]}"#;
        let document = Document::read(bundle).unwrap();
        let source = Source { document: &document, name: String::new(), retrieved: "2026-11-22T10:00:00Z".to_owned() };
        let described = described(&[source]);
        assert_eq!((described[0].name.as_str(), described[0].retrieved.as_str()), ("", "2026-11-22T10:00:00Z"));
    }
}
