//! Which entries have something in common, found in one walk over their keys.

use std::collections::{HashMap, HashSet};

use super::super::draft::Fact;
use super::keys::{Keys, plain};

/// The entries in groups, each by the number of its group.
pub(super) struct Groups {
    /// Entries about one thing by their codes or words.
    pub(super) concepts: Vec<usize>,
    /// Entries about one thing, also by identifier.
    pub(super) topics: Vec<usize>,
    /// Entries that are one fact.
    pub(super) facts: Vec<usize>,
}

impl Groups {
    pub(super) fn of(facts: &[Fact<'_>]) -> Self {
        let mut keys: Vec<Keys> = facts.iter().map(Keys::of).collect();
        let vague = vague(facts, &keys);
        keys.iter_mut().for_each(|k| k.identifiers.retain(|i| !vague.contains(i)));
        Self {
            concepts: joined(keys.iter().map(|k| [k.concepts.as_slice(), &[]])),
            topics: joined(keys.iter().map(|k| [k.concepts.as_slice(), k.identifiers.as_slice()])),
            facts: joined(keys.iter().map(|k| [k.facts.as_slice(), k.identifiers.as_slice()])),
        }
    }
}

// An identifier that one document gives to different things identifies none of them.
fn vague(facts: &[Fact<'_>], keys: &[Keys]) -> HashSet<String> {
    let mut named: HashMap<(usize, &str), String> = HashMap::new();
    let mut vague = HashSet::new();
    for (fact, keys) in facts.iter().zip(keys) {
        for identifier in &keys.identifiers {
            let words = plain(&fact.item.text);
            let first = named.entry((fact.item.document, identifier)).or_insert_with(|| words.clone());
            if *first != words {
                vague.insert(identifier.clone());
            }
        }
    }
    vague
}

fn joined<'k>(keys: impl Iterator<Item = [&'k [String]; 2]>) -> Vec<usize> {
    let mut sets = Sets(Vec::new());
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, lists) in keys.enumerate() {
        sets.0.push(at);
        for key in lists.into_iter().flatten() {
            let other = *first.entry(key).or_insert(at);
            sets.join(other, at);
        }
    }
    (0..sets.0.len()).map(|at| sets.root(at)).collect()
}

// A forest; each step halves the way, so that no chain of entries grows long.
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// The members of each group, in order.
pub(super) fn members(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut index: HashMap<usize, usize> = HashMap::new();
    let mut all: Vec<Vec<usize>> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let place = *index.entry(*group).or_insert_with(|| {
            all.push(Vec::new());
            all.len() - 1
        });
        all[place].push(at);
    }
    all
}

/// Whether the entries are of several documents.
pub(super) fn spans_documents(facts: &[Fact<'_>], members: &[usize]) -> bool {
    members.iter().any(|m| facts[*m].item.document != facts[members[0]].item.document)
}
