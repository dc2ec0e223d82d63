//! The sections of several documents, those of one kind together.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::super::absence::{Around, Verdict};
use super::super::arrange::{ALSO, FURTHER, INSIDE, Shelf, bare};
use super::super::draft::Fact;
use super::super::people::with_brackets;
use super::super::section::{ABOUT_ANOTHER, Judged, divided};
use super::super::{Narrative, SectionState, SourceDocument, titles};
use super::alike::alike;
use super::same::Groups;
use super::verdict::{Voice, together};
use super::{denial, dispute, line};

/// The section of what no section of any document names.
const ALSO_HERE: &str = "Also in these documents";

/// A section of the merged record under way.
struct Gathered<'a> {
    shelf: Shelf<'a>,
    voices: Vec<Voice>,
    narratives: Vec<(usize, Narrative)>,
    /// What stands in it, by the place of the entry in the [`Pool`].
    places: Vec<usize>,
}

/// Every entry once, also one that two sections name.
#[derive(Default)]
struct Pool<'a> {
    facts: Vec<Fact<'a>>,
    known: HashMap<(usize, *const Value), usize>,
}

/// Makes one section of those that have the same code, or the same title where they have none, and one line of
/// entries that say the same.
pub(in super::super) fn sections<'a>(
    parts: Vec<Vec<Judged<'a>>>,
    around: &[Around<'_>],
    sources: &[SourceDocument],
) -> Vec<Judged<'a>> {
    let names: Vec<&str> = sources.iter().map(|s| s.name.as_str()).collect();
    let (mut gathered, pool) = gather(parts);
    gathered.sort_by_key(|g| (g.shelf.title == ABOUT_ANOTHER, titles::rank(&g.shelf.code)));
    fill(&mut gathered, pool, &names);
    gathered.retain(|g| g.shelf.title != ALSO_HERE || !g.shelf.facts.is_empty());
    let mut judged: Vec<Judged<'a>> = Vec::new();
    let mut voices = Vec::new();
    for mut section in gathered {
        section.shelf.narrative = narrative(section.narratives, sources);
        section.shelf.facts.iter_mut().filter(|f| f.item.also.is_empty()).for_each(|f| name_source(f, &names));
        judged.push(Judged { shelf: section.shelf, verdict: Verdict::new(SectionState::Listed, String::new()) });
        voices.push(section.voices);
    }
    denial::mark(&mut judged, &names);
    for (section, voices) in judged.iter_mut().zip(voices) {
        section.verdict = together(&section.shelf, voices, around, sources);
    }
    divided(&mut judged);
    judged
}

fn gather(parts: Vec<Vec<Judged<'_>>>) -> (Vec<Gathered<'_>>, Pool<'_>) {
    let (mut all, mut pool): (Vec<Gathered<'_>>, _) = (Vec::new(), Pool::default());
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (document, part) in parts.into_iter().enumerate() {
        for judged in part {
            let at = *known.entry(kind(&judged.shelf)).or_insert_with(|| {
                all.push(Gathered::of(&judged.shelf));
                all.len() - 1
            });
            all[at].add(document, judged, &mut pool);
        }
    }
    (all, pool)
}

// A section inside another one, or of a second Composition, is only like one that stands in the same place.
fn kind(shelf: &Shelf<'_>) -> (String, String) {
    let is_inside = shelf.title.contains(INSIDE) || shelf.title.ends_with(FURTHER);
    let title = if shelf.code.is_empty() || is_inside { shelf.title.to_lowercase() } else { String::new() };
    (shelf.code.clone(), title)
}

impl<'a> Gathered<'a> {
    fn of(shelf: &Shelf<'_>) -> Self {
        let title = if shelf.title == ALSO { ALSO_HERE } else { &shelf.title };
        Self { shelf: bare(&shelf.code, title), voices: Vec::new(), narratives: Vec::new(), places: Vec::new() }
    }

    fn add(&mut self, document: usize, judged: Judged<'a>, pool: &mut Pool<'a>) {
        let Judged { shelf, verdict } = judged;
        self.voices.push(Voice { document, verdict });
        self.shelf.provided |= shelf.provided;
        self.shelf.unreadable += shelf.unreadable;
        self.shelf.missing.extend(shelf.missing);
        self.narratives.push((document, shelf.narrative));
        if shelf.title == ABOUT_ANOTHER {
            // What is about somebody else is never held against what is about this person.
            self.shelf.facts.extend(shelf.facts);
        } else {
            self.places.extend(shelf.facts.into_iter().map(|fact| pool.place(fact)));
        }
    }
}

impl<'a> Pool<'a> {
    fn place(&mut self, fact: Fact<'a>) -> usize {
        let facts = &mut self.facts;
        *self.known.entry((fact.item.document, std::ptr::from_ref(fact.resource))).or_insert_with(|| {
            facts.push(fact);
            facts.len() - 1
        })
    }

    /// The line of each entry, and which line that is.
    fn lines(mut self, names: &[&str]) -> (Vec<Option<Fact<'a>>>, Vec<usize>) {
        let groups = Groups::of(&self.facts);
        dispute::mark(&mut self.facts, &groups, names);
        let sets = alike(&self.facts, &groups);
        let mut leads: Vec<usize> = (0..self.facts.len()).collect();
        let mut slots: Vec<Option<Fact<'a>>> = self.facts.into_iter().map(Some).collect();
        for set in sets.into_iter().filter(|set| set.len() > 1) {
            let mut entries: Vec<(usize, Fact<'a>)> =
                set.into_iter().filter_map(|at| Some((at, slots[at].take()?))).collect();
            entries.iter_mut().for_each(|(_, fact)| name_source(fact, names));
            entries.sort_by_cached_key(|(_, fact)| line::rank(fact));
            let first = entries[0].0;
            entries.iter().for_each(|(at, _)| leads[*at] = first);
            let mut entries = entries.into_iter().map(|(_, fact)| fact);
            slots[first] = entries.next().map(|lead| line::join(lead, entries.collect(), names));
        }
        (slots, leads)
    }
}

fn fill<'a>(gathered: &mut [Gathered<'a>], pool: Pool<'a>, names: &[&str]) {
    let (mut slots, leads) = pool.lines(names);
    for section in gathered.iter_mut() {
        let mut seen = HashSet::new();
        section.places = section.places.iter().map(|p| leads[*p]).filter(|lead| seen.insert(*lead)).collect();
    }
    // What no section of one document names and a section of another one does has found its place.
    let named: HashSet<usize> =
        gathered.iter().filter(|g| g.shelf.title != ALSO_HERE).flat_map(|g| g.places.iter().copied()).collect();
    let mut uses = vec![0usize; slots.len()];
    for section in gathered.iter_mut() {
        let is_rest = section.shelf.title == ALSO_HERE;
        section.places.retain(|lead| !(is_rest && named.contains(lead)));
        section.places.iter().for_each(|lead| uses[*lead] += 1);
    }
    for section in gathered.iter_mut() {
        for lead in std::mem::take(&mut section.places) {
            uses[lead] -= 1;
            section.shelf.facts.extend(if uses[lead] == 0 { slots[lead].take() } else { slots[lead].clone() });
        }
    }
}

// Among several documents "who says so" begins with whose record it is.
fn name_source(fact: &mut Fact<'_>, names: &[&str]) {
    let name = names.get(fact.item.document).copied().unwrap_or_default();
    fact.item.source = with_brackets(&fact.item.source, name);
}

fn narrative(parts: Vec<(usize, Narrative)>, sources: &[SourceDocument]) -> Narrative {
    let name = |document: usize| sources.get(document).map(|s| s.name.clone()).unwrap_or_default();
    Narrative::of_several(parts.into_iter().map(|(document, narrative)| (name(document), narrative)).collect())
}
