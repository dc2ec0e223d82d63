//! From a document to what a person reads.

use jiff::civil::Date;

use super::absence::{Around, is_allergy};
use super::arrange::{Arranged, arrange};
use super::gated::masked;
use super::people::{Place, plain_name_of};
use super::quoted::quote_uncoded;
use super::section::{Judged, judged};
use super::titles::ALLERGIES;
use super::{Context, Patient, SourceDocument, Summary, Unread, glance, kind, notices, overdue, patient};
use super::{Section, SectionState};
use crate::fhir::{Document, Subject, text};
use crate::identity::Role;

/// A home has a few codes; more than this is an attack on the reader's time.
const MOST_SECRETS: usize = 50;
/// How much of an entry that cannot be read is shown.
const RAW: usize = 4 * 1024;

/// Everything a screen needs of `document`, for a reader of `role`; `today` tells what is overdue.
///
/// Total, and exact about every entry: each index of [`Document::entries`] is the `entry` of an item of a section, or
/// of `context`, or of `unread` beside a notice `incomplete`, and of nothing else of these three.
pub fn summarise(document: &Document, role: Role, today: Date) -> Summary {
    let mut arranged = arrange(document);
    let (composed, author) = (composed(document), author(document));
    let words = document_words(&composed, &author);
    let around = around(document, &arranged, &words);
    let source = SourceDocument { composed: composed.clone(), author: author.clone(), ..SourceDocument::default() };
    let mut judged = judged(&mut arranged, around);
    overdue::mark(&mut judged, today);
    let notices = notices::notices(document, &arranged, &judged, today);
    let glance = glance::glance(document, &judged, arranged.unread.len(), role, today);
    let secrets = secrets(&judged);
    let context = arranged.context.iter().map(|e| context(document, *e)).collect();
    let mut summary = Summary {
        patient: person(document),
        composed,
        author,
        notices,
        glance,
        sections: judged.into_iter().map(Judged::section).collect(),
        unread: arranged.unread.iter().map(|e| unread(document, *e)).collect(),
        context,
        sources: vec![source],
    };
    hide(&mut summary, &secrets);
    let coded = |s: &Section| s.code == ALLERGIES && s.state == SectionState::NoneKnown;
    if !summary.sections.iter().any(coded) {
        quote_uncoded(&mut summary);
    }
    summary
}

fn around<'a>(document: &Document, arranged: &Arranged<'_>, document_words: &'a str) -> Around<'a> {
    let unread =
        |wanted: &str| arranged.unread.iter().filter(|e| document.entries()[**e].resource_type == wanted).count();
    Around {
        allergies: arranged.shelves.iter().flat_map(|s| &s.facts).filter(|f| is_allergy(f)).count(),
        unread_of_unknown_type: unread(""),
        unread_allergies: unread("AllergyIntolerance"),
        document: document_words,
    }
}

fn document_words(composed: &str, author: &str) -> String {
    let date = if composed.is_empty() { "no date".to_owned() } else { composed.chars().take(10).collect() };
    let author = if author.is_empty() { "no named author" } else { author };
    format!("document of {date} by {author}")
}

fn person(document: &Document) -> Patient {
    match document.subject() {
        Subject::Patient(_, resource) => patient::read(resource),
        Subject::Unclear => Patient { name: "Not clear whose record this is".to_owned(), ..Patient::default() },
        Subject::None => Patient { name: "Name not recorded".to_owned(), ..Patient::default() },
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

fn context(document: &Document, entry: usize) -> Context {
    let resource = document.resource(entry);
    let resource_type = document.entries()[entry].resource_type.clone();
    let name = match resource_type.as_str() {
        "Composition" => text(&resource["title"]),
        "PractitionerRole" => role_name(document, entry),
        _ => plain_name_of(resource),
    };
    let name = if name.is_empty() { kind::spaced(&resource_type) } else { name };
    Context { document: 0, entry, resource_type, text: name }
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

fn unread(document: &Document, entry: usize) -> Unread {
    let it = &document.entries()[entry];
    let reason = it.resource.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let cut = (0..=RAW.min(it.raw.len())).rev().find(|at| it.raw.is_char_boundary(*at)).unwrap_or(0);
    Unread { document: 0, entry, resource_type: it.resource_type.clone(), reason, raw: it.raw[..cut].to_owned() }
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
