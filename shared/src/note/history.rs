//! Notes in the order a reader sees them, with what was later said about each. Nothing is left out: what was corrected or
//! taken back stays where it was, and says so.

use std::collections::{HashMap, HashSet};

use super::{Amendment, Content, Note};
use crate::identity::NoteId;

/// A note in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Index into what was given.
    pub note: usize,
    /// How many notes it is a later word on, one below the other; 0 for a note of its own.
    pub depth: usize,
    /// What it is worth now.
    pub standing: Standing,
    /// Why it does not stand below the note that it amends.
    pub loose: Option<Loose>,
}

/// What a note is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Holds,
    /// Another note says it anew.
    Replaced(NoteId),
    /// Several notes say it anew, each otherwise: a person decides, the screen shows all.
    Disputed(Vec<NoteId>),
    /// It should never have been written.
    EnteredInError(NoteId),
}

/// Why a later word stands by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loose {
    /// The note it is about is not here.
    UnknownTarget(NoteId),
    /// The note it is about is of another person: nothing is said there.
    OtherPatient(NoteId),
    /// It amends itself, at the end of a circle.
    Circle,
}

/// Puts notes in order: by the time they were written, each followed by what was later said about it.
/// Every note given is in the answer exactly once.
pub fn arrange(notes: &[Note]) -> Vec<Shown> {
    let mut order: Vec<usize> = (0..notes.len()).collect();
    order.sort_by_key(|at| (notes[*at].authored, notes[*at].id, *at));
    let mut place: HashMap<NoteId, usize> = HashMap::new();
    for at in &order {
        place.entry(notes[*at].id).or_insert(*at);
    }
    let mut tree = Tree { notes, place, below: HashMap::new(), shown: Vec::new(), seen: HashSet::new() };
    let mut roots = Vec::new();
    for at in &order {
        match tree.target(*at) {
            Ok(Some(target)) => tree.below.entry(target).or_default().push(*at),
            Ok(None) => roots.push((*at, None)),
            Err(loose) => roots.push((*at, Some(loose))),
        }
    }
    for (at, loose) in roots {
        tree.show(at, loose);
    }
    // What no root leads to goes in a circle; the earliest of it begins.
    for at in order {
        tree.show(at, Some(Loose::Circle));
    }
    tree.shown
}

struct Tree<'a> {
    notes: &'a [Note],
    place: HashMap<NoteId, usize>,
    below: HashMap<usize, Vec<usize>>,
    shown: Vec<Shown>,
    seen: HashSet<usize>,
}

impl Tree<'_> {
    fn amends(&self, at: usize) -> Option<(NoteId, &Amendment)> {
        match &self.notes[at].content {
            Content::Visit(visit) => visit.amends.as_ref().map(|a| (a.note, &a.how)),
            _ => None,
        }
    }

    fn target(&self, at: usize) -> Result<Option<usize>, Loose> {
        let Some((id, _)) = self.amends(at) else { return Ok(None) };
        let target = *self.place.get(&id).ok_or(Loose::UnknownTarget(id))?;
        if self.notes[target].patient != self.notes[at].patient {
            return Err(Loose::OtherPatient(id));
        }
        Ok(Some(target))
    }

    // Without recursion: how long a chain of corrections is, the sender decides.
    fn show(&mut self, root: usize, loose: Option<Loose>) {
        let mut next = vec![(root, 0, loose)];
        while let Some((at, depth, loose)) = next.pop() {
            if !self.seen.insert(at) {
                continue;
            }
            let standing = self.standing(at);
            self.shown.push(Shown { note: at, depth, standing, loose });
            let below = self.below.get(&at).into_iter().flatten().rev();
            next.extend(below.map(|later| (*later, depth + 1, None)));
        }
    }

    fn standing(&self, at: usize) -> Standing {
        let below = || self.below.get(&at).into_iter().flatten().filter(|later| !self.is_taken_back(**later));
        let of = |wanted: fn(&Amendment) -> bool| {
            let later = below().filter(move |later| self.amends(**later).is_some_and(|(_, how)| wanted(how)));
            later.map(|later| self.notes[*later].id).collect::<Vec<_>>()
        };
        if let Some(by) = of(|how| matches!(how, Amendment::EnteredInError { .. })).first() {
            return Standing::EnteredInError(*by);
        }
        match of(|how| matches!(how, Amendment::Replaces { .. })).as_slice() {
            [] => Standing::Holds,
            [one] => Standing::Replaced(*one),
            several => Standing::Disputed(several.to_vec()),
        }
    }

    /// Whether a note was itself taken back by one that holds. In a circle nobody takes anything back.
    fn is_taken_back(&self, at: usize) -> bool {
        let mut passed = HashSet::from([at]);
        let mut layer = vec![at];
        let mut layers = Vec::new();
        while !layer.is_empty() {
            let takers: Vec<usize> = layer.iter().flat_map(|at| self.takers(*at)).collect();
            if takers.iter().any(|taker| !passed.insert(*taker)) {
                return false;
            }
            layers.push(layer);
            layer = takers;
        }
        let mut taken: HashSet<usize> = HashSet::new();
        for at in layers.into_iter().rev().flatten() {
            if self.takers(at).any(|taker| !taken.contains(&taker)) {
                taken.insert(at);
            }
        }
        taken.contains(&at)
    }

    fn takers(&self, at: usize) -> impl Iterator<Item = usize> {
        let below = self.below.get(&at).into_iter().flatten().copied();
        below.filter(|later| matches!(self.amends(*later), Some((_, Amendment::EnteredInError { .. }))))
    }
}

#[cfg(test)]
#[path = "history/tests.rs"]
mod tests;
