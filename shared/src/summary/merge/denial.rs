//! One document says that there is nothing of a kind, another one lists something.

use std::collections::BTreeSet;

use super::super::absence::is_allergy;
use super::super::draft::Fact;
use super::super::negative::Absence;
use super::super::section::{ABOUT_ANOTHER, Judged, denies, is_taken};
use super::super::titles::{ALLERGIES, MEDICINES, things};
use super::dispute::{add, few};
use crate::fhir::items;

/// Marks the statements and what they deny, in every section.
pub(super) fn mark(judged: &mut [Judged<'_>], names: &[&str]) {
    for at in 0..judged.len() {
        let what = format!("that there are no {}", things(&judged[at].shelf.code));
        mark_one(judged, names, at, &what, denies, |_| true);
    }
    for (scope, category) in [("drug", "medication"), ("medic", "medication"), ("food", "food")] {
        for at in (0..judged.len()).filter(|at| judged[*at].shelf.code == ALLERGIES).collect::<Vec<_>>() {
            let denies_part = |f: &Fact<'_>| {
                f.absence == Some(Absence::Scoped) && f.stands() && f.item.text.to_lowercase().contains(scope)
            };
            let is_of_it = |f: &Fact<'_>| items(&f.resource["category"]).iter().any(|c| *c == category);
            mark_one(judged, names, at, &format!("that there are none to {category}"), denies_part, is_of_it);
        }
    }
}

// What the statements of section `at` deny stands there; an allergy or a medicine counts wherever it stands.
fn mark_one(
    judged: &mut [Judged<'_>],
    names: &[&str],
    at: usize,
    what: &str,
    denies: impl Fn(&Fact<'_>) -> bool,
    is_denied: impl Fn(&Fact<'_>) -> bool,
) {
    let denials: BTreeSet<usize> = judged[at].shelf.facts.iter().filter(|f| denies(f)).flat_map(documents).collect();
    if denials.is_empty() {
        return;
    }
    let code = judged[at].shelf.code.clone();
    let is_there = |here: bool, f: &Fact<'_>| {
        let by_kind = (code == ALLERGIES && is_allergy(f)) || (code == MEDICINES && is_taken(f));
        is_denied(f) && (by_kind || (here && f.stands() && f.absence.is_none()))
    };
    let everywhere = [ALLERGIES, MEDICINES].contains(&code.as_str());
    let wanted: Vec<usize> = if everywhere { (0..judged.len()).collect() } else { vec![at] };
    let wanted = || wanted.iter().copied().filter(|s| *s == at || is_own(&judged[*s]));
    let listed: Vec<Named> = wanted()
        .flat_map(|s| judged[s].shelf.facts.iter().filter(move |f| is_there(s == at, f)))
        .map(Named::of)
        .collect();
    let Some(sentence) = sentence(&denials, &listed, names, what) else { return };
    for s in wanted().collect::<Vec<_>>() {
        let marked = judged[s].shelf.facts.iter_mut().filter(|f| is_there(s == at, f) || (s == at && denies(f)));
        marked.for_each(|f| add(&mut f.item.disagreement, &sentence));
    }
}

// What is about somebody else is held against nothing.
fn is_own(section: &Judged<'_>) -> bool {
    section.shelf.title != ABOUT_ANOTHER
}

/// An entry that is there, and who says so.
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
fn sentence(denials: &BTreeSet<usize>, listed: &[Named], names: &[&str], what: &str) -> Option<String> {
    let mut clauses = Vec::new();
    for (document, name) in names.iter().enumerate() {
        if denials.contains(&document) {
            clauses.push(format!("{name} says {what}"));
        }
        let theirs: BTreeSet<&String> =
            listed.iter().filter(|n| n.documents.contains(&document)).map(|n| &n.text).collect();
        if !theirs.is_empty() {
            clauses.push(format!("{name} lists {}", few(theirs.into_iter(), ", ")));
        }
    }
    let listing: BTreeSet<usize> = listed.iter().flat_map(|n| n.documents.iter().copied()).collect();
    let is_dispute = !listing.is_empty() && *denials != listing;
    is_dispute.then(|| clauses.join("; "))
}
