//! The sections of several documents, those of one kind together.

use std::collections::HashMap;

use super::super::absence::Around;
use super::super::arrange::{ALSO, FURTHER, INSIDE, Shelf, bare};
use super::super::section::{ABOUT_ANOTHER, Judged};
use super::super::{Narrative, SourceDocument, titles};
use super::verdict::{Voice, together};

/// A section of the merged record under way.
struct Gathered<'a> {
    shelf: Shelf<'a>,
    voices: Vec<Voice>,
    narratives: Vec<(usize, Narrative)>,
}

/// Makes one section of those that have the same code, or the same title where they have none.
pub(in super::super) fn sections<'a>(
    parts: Vec<Vec<Judged<'a>>>,
    around: &[Around<'_>],
    sources: &[SourceDocument],
) -> Vec<Judged<'a>> {
    let mut gathered = gather(parts);
    gathered.sort_by_key(|g| (g.shelf.title == ABOUT_ANOTHER, titles::rank(&g.shelf.code)));
    gathered.into_iter().map(|g| g.judged(around, sources)).collect()
}

fn gather(parts: Vec<Vec<Judged<'_>>>) -> Vec<Gathered<'_>> {
    let mut all: Vec<Gathered<'_>> = Vec::new();
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (document, part) in parts.into_iter().enumerate() {
        for judged in part {
            let at = *known.entry(kind(&judged.shelf)).or_insert_with(|| {
                all.push(Gathered::of(&judged.shelf));
                all.len() - 1
            });
            if let Some(section) = all.get_mut(at) {
                section.add(document, judged);
            }
        }
    }
    all
}

// A section inside another one, or of a second Composition, is only like one that stands in the same place.
fn kind(shelf: &Shelf<'_>) -> (String, String) {
    let is_inside = shelf.title.contains(INSIDE) || shelf.title.ends_with(FURTHER);
    let title = if shelf.code.is_empty() || is_inside { shelf.title.to_lowercase() } else { String::new() };
    (shelf.code.clone(), title)
}

impl<'a> Gathered<'a> {
    fn of(shelf: &Shelf<'_>) -> Self {
        let title = if shelf.title == ALSO { "Also in these documents" } else { &shelf.title };
        Self { shelf: bare(&shelf.code, title), voices: Vec::new(), narratives: Vec::new() }
    }

    fn add(&mut self, document: usize, judged: Judged<'a>) {
        let Judged { shelf, verdict } = judged;
        self.voices.push(Voice { document, verdict });
        self.shelf.provided |= shelf.provided;
        self.shelf.unreadable += shelf.unreadable;
        self.shelf.missing.extend(shelf.missing);
        self.shelf.facts.extend(shelf.facts);
        self.narratives.push((document, shelf.narrative));
    }

    fn judged(mut self, around: &[Around<'_>], sources: &[SourceDocument]) -> Judged<'a> {
        let verdict = together(&self.shelf, self.voices, around, sources);
        self.shelf.narrative = narrative(self.narratives, sources);
        Judged { shelf: self.shelf, verdict }
    }
}

fn narrative(parts: Vec<(usize, Narrative)>, sources: &[SourceDocument]) -> Narrative {
    let name = |document: usize| sources.get(document).map(|s| s.name.clone()).unwrap_or_default();
    Narrative::of_several(parts.into_iter().map(|(document, narrative)| (name(document), narrative)).collect())
}
