use std::collections::HashSet;

use shared::fhir::Document;
use shared::summary::Summary;

pub(super) fn every_entry_has_its_place(made: &Summary, documents: &[&Document]) {
    let items = made.sections.iter().flat_map(|s| &s.items);
    let mut placed: HashSet<(usize, usize)> = HashSet::new();
    for item in items {
        placed.insert((item.document, item.entry));
        placed.extend(item.also.iter().map(|o| (o.document, o.entry)));
        assert!(!item.text.trim().is_empty(), "no blank line");
    }
    placed.extend(made.context.iter().map(|c| (c.document, c.entry)));
    placed.extend(made.unread.iter().map(|u| (u.document, u.entry)));
    for (at, document) in documents.iter().enumerate() {
        for (entry, it) in document.entries().iter().enumerate() {
            assert!(placed.contains(&(at, entry)), "entry {entry} ({}) of document {at} is nowhere", it.resource_type);
        }
    }
    let inside = |(d, e): &(usize, usize)| documents.get(*d).is_some_and(|doc| *e < doc.entries().len());
    assert!(placed.iter().all(inside), "no entry is made up");
}

pub(super) fn losses_are_told(made: &Summary) {
    assert!(made.unread.is_empty() || made.notices.iter().any(|n| n.code == "incomplete"), "losses are told");
    assert!(made.glance.iter().all(|line| !line.text.trim().is_empty()), "no blank line at a glance");
}
