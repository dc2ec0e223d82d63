//! From a document to what a person reads.

use jiff::civil::Date;

use super::absence::{Around, is_allergy};
use super::arrange::{Arranged, arrange};
use super::gated::masked;
use super::people::{Place, plain_name_of};
use super::quoted::quote_uncoded;
use super::section::{Judged, contradict, judged};
use super::sources::{Source, described};
use super::titles::ALLERGIES;
use super::{Context, Summary, Unread, glance, kind, merge, notices, overdue};
use super::{Section, SectionState};
use crate::fhir::{Document, text};
use crate::identity::Role;

/// A home has a few codes; more than this is an attack on the reader's time.
const MOST_SECRETS: usize = 50;
/// How much of an entry that cannot be read is shown.
const RAW: usize = 4 * 1024;

/// Everything a screen needs of one `document`, for a reader of `role`; `today` tells what is overdue.
///
/// Total, and exact about every entry: each index of [`Document::entries`] is the `entry` of an item of a section, or
/// of `context`, or of `unread` beside a notice `incomplete`, and of nothing else of these three; only what an entry
/// contains can be an item beside the entry itself.
pub fn summarise(document: &Document, role: Role, today: Date) -> Summary {
    let source = Source { document, name: String::new(), retrieved: String::new() };
    summarise_all(std::slice::from_ref(&source), role, today)
}

/// Everything a screen needs of several documents about one person, as one record.
///
/// What several documents say alike is one line that names them all ([`super::Item::also`]); where they disagree every
/// line stays, marked ([`super::Item::disagreement`]). Total, and exact: each entry of each document is an item, one
/// of the `also` of an item, or in `context` or `unread`. A single document is never merged with itself.
pub fn summarise_all(sources: &[Source<'_>], role: Role, today: Date) -> Summary {
    let described = described(sources);
    let mut arranged: Vec<Arranged<'_>> = sources.iter().enumerate().map(|(at, s)| placed(at, s.document)).collect();
    let words: Vec<String> = described.iter().map(|d| document_words(&d.composed, &d.author)).collect();
    let around: Vec<Around<'_>> =
        sources.iter().zip(&arranged).zip(&words).map(|((s, a), w)| around(s.document, a, w)).collect();
    let mut parts: Vec<Vec<Judged<'_>>> = arranged.iter_mut().zip(&around).map(|(a, w)| judged(a, *w)).collect();
    parts.iter_mut().for_each(|part| overdue::mark(part, today));
    let told = sources.iter().zip(&arranged).zip(&parts);
    let told: Vec<_> = told.map(|((s, a), part)| notices::notices(s.document, a, part, today)).collect();
    let mut judged = match parts.len() {
        0 => judged_of_nothing(),
        1 => parts.swap_remove(0),
        _ => merge::sections(parts, &around, &described),
    };
    judged.iter_mut().for_each(contradict);
    let unread: usize = arranged.iter().map(|a| a.unread.len()).sum();
    let documents: Vec<_> = sources.iter().zip(&described).map(|(s, d)| (s.document, d.name.as_str())).collect();
    let mut summary = Summary {
        patient: merge::person(sources),
        composed: described.first().map(|d| d.composed.clone()).unwrap_or_default(),
        author: described.first().map(|d| d.author.clone()).unwrap_or_default(),
        notices: merge::notices(told, sources, &judged, &described),
        glance: glance::glance(&documents, &judged, unread, role, today),
        unread: per_entry(sources, &arranged, |a| &a.unread, unread_entry),
        context: per_entry(sources, &arranged, |a| &a.context, context),
        sections: Vec::new(),
        sources: described,
    };
    let secrets = secrets(&judged);
    summary.sections = judged.into_iter().map(Judged::section).collect();
    hide(&mut summary, &secrets);
    let coded = |s: &Section| s.code == ALLERGIES && s.state == SectionState::NoneKnown;
    if !summary.sections.iter().any(coded) {
        quote_uncoded(&mut summary);
    }
    summary
}

// Nobody must take the lack of documents for the lack of facts: the expected sections say that nothing was provided.
fn judged_of_nothing() -> Vec<Judged<'static>> {
    judged(&mut Arranged::default(), Around { document: "no document", ..Around::default() })
}

fn placed(at: usize, document: &Document) -> Arranged<'_> {
    let mut arranged = arrange(document);
    if at > 0 {
        let facts = arranged.shelves.iter_mut().flat_map(|s| &mut s.facts).chain(&mut arranged.foreign);
        facts.for_each(|f| f.item.document = at);
    }
    arranged
}

fn per_entry<'a, 'd, T>(
    sources: &[Source<'_>],
    arranged: &'a [Arranged<'d>],
    entries: impl Fn(&'a Arranged<'d>) -> &'a Vec<usize>,
    read: impl Fn(usize, &Document, usize) -> T,
) -> Vec<T> {
    let mut all = Vec::new();
    for (at, (source, arranged)) in sources.iter().zip(arranged).enumerate() {
        all.extend(entries(arranged).iter().map(|e| read(at, source.document, *e)));
    }
    all
}

fn around<'w>(document: &Document, arranged: &Arranged<'_>, document_words: &'w str) -> Around<'w> {
    let unread = |wanted: fn(&str) -> bool| {
        arranged.unread.iter().filter(|e| wanted(&document.entries()[**e].resource_type)).count()
    };
    Around {
        allergies: arranged.shelves.iter().flat_map(|s| &s.facts).filter(|f| is_allergy(f)).count(),
        unread_of_unknown_type: unread(str::is_empty),
        unread_allergies: unread(|t| t == "AllergyIntolerance"),
        unread_medicines: unread(|t| t.starts_with("Medication") && t != "Medication"),
        document: document_words,
    }
}

fn document_words(composed: &str, author: &str) -> String {
    let date = if composed.is_empty() { "no date".to_owned() } else { composed.chars().take(10).collect() };
    let author = if author.is_empty() { "no named author" } else { author };
    format!("document of {date} by {author}")
}

fn context(at: usize, document: &Document, entry: usize) -> Context {
    let resource = document.resource(entry);
    let resource_type = document.entries()[entry].resource_type.clone();
    let name = match resource_type.as_str() {
        "Composition" => text(&resource["title"]),
        "PractitionerRole" => role_name(document, entry),
        _ => plain_name_of(resource),
    };
    let name = if name.is_empty() { kind::spaced(&resource_type) } else { name };
    Context { document: at, entry, resource_type, text: name }
}

fn role_name(document: &Document, entry: usize) -> String {
    let place = Place { document, entry, resource: document.resource(entry) };
    let resource = place.resource;
    [place.name(&resource["practitioner"]), place.name(&resource["organization"])]
        .into_iter()
        .filter(|n| !n.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn unread_entry(at: usize, document: &Document, entry: usize) -> Unread {
    let it = &document.entries()[entry];
    let reason = it.resource.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let cut = (0..=RAW.min(it.raw.len())).rev().find(|at| it.raw.is_char_boundary(*at)).unwrap_or(0);
    Unread { document: at, entry, resource_type: it.resource_type.clone(), reason, raw: it.raw[..cut].to_owned() }
}

// A code that one entry masks may stand in the narrative or in another entry: it is masked there too. Codes of one
// or two characters are only masked where they stand, they would blot out half the record.
fn secrets(judged: &[Judged<'_>]) -> Vec<String> {
    judged
        .iter()
        .flat_map(|j| &j.shelf.facts)
        .flat_map(|f| f.secrets.clone())
        .filter(|s| s.len() >= 3)
        .take(MOST_SECRETS)
        .collect()
}

fn hide(summary: &mut Summary, secrets: &[String]) {
    if secrets.is_empty() {
        return;
    }
    let mask = |words: &mut String| {
        if secrets.iter().any(|code| words.contains(code.as_str())) {
            *words = masked(words, secrets);
        }
    };
    for section in &mut summary.sections {
        section.narrative.hide(secrets);
        mask(&mut section.statement);
    }
    for line in &mut summary.glance {
        [&mut line.text, &mut line.detail].into_iter().for_each(mask);
    }
}
