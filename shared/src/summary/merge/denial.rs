//! One document says that there is nothing of a kind, another one lists something.

use std::collections::BTreeSet;

use super::super::absence::is_allergy;
use super::super::draft::Fact;
use super::super::section::{Judged, denies};
use super::super::titles::{ALLERGIES, things};
use super::dispute::{add, few};

/// Marks the statements and what they deny, in every section.
pub(super) fn mark(judged: &mut [Judged<'_>], names: &[&str]) {
    let facts = || judged.iter().flat_map(|j| &j.shelf.facts);
    let allergies: Vec<Named> = facts().filter(|f| is_allergy(f)).map(Named::of).collect();
    let mut on_allergies = None;
    for section in judged.iter_mut() {
        let is_allergies = section.shelf.code == ALLERGIES;
        let listed = if is_allergies { allergies.clone() } else { listed(section) };
        let denials: Vec<usize> = section.shelf.facts.iter().filter(|f| denies(f)).flat_map(documents).collect();
        let Some(sentence) = sentence(&denials, &listed, names, things(&section.shelf.code)) else { continue };
        for fact in section.shelf.facts.iter_mut().filter(|f| denies(f) || is_listed(f)) {
            add(&mut fact.item.disagreement, &sentence);
        }
        on_allergies = on_allergies.or_else(|| is_allergies.then_some(sentence));
    }
    // An allergy may be written as a problem or an alert.
    let Some(sentence) = on_allergies else { return };
    for fact in judged.iter_mut().flat_map(|j| &mut j.shelf.facts).filter(|f| is_allergy(f)) {
        add(&mut fact.item.disagreement, &sentence);
    }
}

fn listed(section: &Judged<'_>) -> Vec<Named> {
    section.shelf.facts.iter().filter(|f| is_listed(f)).map(Named::of).collect()
}

fn is_listed(fact: &Fact<'_>) -> bool {
    fact.stands() && fact.absence.is_none()
}

/// An entry that is there, and who says so.
#[derive(Clone)]
struct Named {
    text: String,
    documents: Vec<usize>,
}

impl Named {
    fn of(fact: &Fact<'_>) -> Self {
        Self { text: fact.item.text.clone(), documents: documents(fact) }
    }
}

fn documents(fact: &Fact<'_>) -> Vec<usize> {
    std::iter::once(fact.item.document).chain(fact.item.also.iter().map(|o| o.document)).collect()
}

// Only where the two are in different documents: a document that contradicts itself is told in another way.
fn sentence(denials: &[usize], listed: &[Named], names: &[&str], what: &str) -> Option<String> {
    let mut clauses = Vec::new();
    for (document, name) in names.iter().enumerate() {
        if denials.contains(&document) {
            clauses.push(format!("{name} says that there are no {what}"));
        }
        let theirs: BTreeSet<&String> =
            listed.iter().filter(|n| n.documents.contains(&document)).map(|n| &n.text).collect();
        if !theirs.is_empty() {
            clauses.push(format!("{name} lists {}", few(theirs.into_iter(), ", ")));
        }
    }
    let denying: BTreeSet<usize> = denials.iter().copied().collect();
    let listing: BTreeSet<usize> = listed.iter().flat_map(|n| n.documents.iter().copied()).collect();
    let is_dispute = !denying.is_empty() && !listing.is_empty() && denying != listing;
    is_dispute.then(|| clauses.join("; "))
}
