//! The person as several documents name them.

use std::collections::HashSet;

use super::super::sources::Source;
use super::super::{Notice, Patient, Severity, SourceDocument, patient};
use crate::fhir::Subject;

/// The person as the first document names them; what it leaves open is taken from the others, and all identifiers
/// and telephone numbers are kept.
pub(in super::super) fn person(sources: &[Source<'_>]) -> Patient {
    let mut known = sources.iter().filter_map(|s| match s.document.subject() {
        Subject::Patient(_, resource) => Some(patient::read(resource)),
        Subject::Unclear | Subject::None => None,
    });
    let Some(mut first) = known.next() else { return nobody(sources) };
    for other in known {
        fill(&mut first.birth_date, other.birth_date);
        fill(&mut first.gender, other.gender);
        fill(&mut first.address, other.address);
        first.nhs_number = first.nhs_number.or(other.nhs_number);
        add(&mut first.identifiers, other.identifiers);
        add(&mut first.telecom, other.telecom);
    }
    first
}

fn nobody(sources: &[Source<'_>]) -> Patient {
    let is_unclear = sources.iter().any(|s| matches!(s.document.subject(), Subject::Unclear));
    let name = if is_unclear { "Not clear whose record this is" } else { "Name not recorded" };
    Patient { name: name.to_owned(), ..Patient::default() }
}

fn fill(ours: &mut String, theirs: String) {
    if ours.is_empty() {
        *ours = theirs;
    }
}

fn add(ours: &mut Vec<String>, theirs: Vec<String>) {
    let known: HashSet<String> = ours.iter().cloned().collect();
    ours.extend(theirs.into_iter().filter(|one| !known.contains(one)));
}

/// A notice for each field in which the documents contradict each other. What one of them leaves out, or says with
/// fewer words, contradicts nothing.
pub(super) fn differences(sources: &[Source<'_>], described: &[SourceDocument]) -> Vec<Notice> {
    let told: Vec<(&str, Patient)> = sources
        .iter()
        .zip(described)
        .filter_map(|(source, d)| match source.document.subject() {
            Subject::Patient(_, resource) => Some((d.name.as_str(), patient::read(resource))),
            Subject::Unclear | Subject::None => None,
        })
        .collect();
    let of = |field: fn(&Patient) -> &str| told.iter().map(|(name, p)| (*name, field(p))).collect::<Vec<_>>();
    [
        (Severity::Danger, "NHS number", of(|p| p.nhs_number.as_deref().unwrap_or_default())),
        (Severity::Danger, "date of birth", of(|p| &p.birth_date)),
        (Severity::Warning, "name", of(|p| if p.name.starts_with("Name ") { "" } else { &p.name })),
        (Severity::Warning, "gender", of(|p| if p.gender == "unknown" { "" } else { &p.gender })),
        (Severity::Warning, "address", of(|p| &p.address)),
    ]
    .into_iter()
    .filter_map(|(severity, field, told)| difference(severity, field, told))
    .collect()
}

fn difference(severity: Severity, field: &str, told: Vec<(&str, &str)>) -> Option<Notice> {
    let told: Vec<(&str, &str)> = told.into_iter().filter(|(_, words)| !words.is_empty()).collect();
    let apart = told.iter().enumerate().any(|(at, a)| told[..at].iter().any(|b| !is_compatible(a.1, b.1)));
    apart.then(|| {
        let mut said: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, words) in told {
            match said.iter_mut().find(|(w, _)| *w == words) {
                Some((_, names)) => names.push(name),
                None => said.push((words, vec![name])),
            }
        }
        let said: Vec<String> = said.into_iter().map(|(w, names)| format!("{}: {w}", names.join(", "))).collect();
        Notice {
            severity,
            code: "person-differs".to_owned(),
            text: format!("The sources give a different {field}. {}.", said.join("; ")),
        }
    })
}

// Fewer words are no contradiction: `1938` and `1938-11-23`, with and without the middle name or the country.
fn is_compatible(a: &str, b: &str) -> bool {
    let words = |text: &str| {
        let lower = text.to_lowercase();
        lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (a, b) = (words(a), words(b));
    holds_in_order(&a, &b) || holds_in_order(&b, &a)
}

// In order: `Flat 1, 12 High Street` is not `Flat 12, 1 High Street`.
fn holds_in_order(more: &[String], fewer: &[String]) -> bool {
    let mut rest = more.iter();
    fewer.iter().all(|word| rest.any(|w| w == word))
}
