//! The order of the sections as a reader wants it, and what they would rather not see.
//!
//! A layout belongs to a member of staff in a role, not to a patient: it names sections by a key that is the same in
//! every record. It can never take away what must not be missed ([`Kept`]); whatever it hides is counted and named.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::titles::{self, ALERTS, ALLERGIES, DIRECTIVES, MEDICINES, PROBLEMS};
use super::{Glance, GlanceKind, Item, Section, SectionState, Severity, Status, Summary};
use crate::identity::Role;

/// How a reader wants the sections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Keys in the order wanted. A section that is not named keeps its place.
    pub order: Vec<String>,
    /// Keys of sections that stand first, in this order.
    pub pinned: Vec<String>,
    /// Keys of sections that are not shown unless they must be.
    pub hidden: BTreeSet<String>,
}

/// Why a section is shown although the reader hid it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Allergies, alerts and advance directives are always shown.
    Safety,
    /// Something in it is withheld or could not be read: hidden, nobody would ask.
    NotAllThere,
    /// Something in it is a danger, is in doubt, or was left out by the sender's own sections.
    Danger,
}

/// A section that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Index in [`Summary::sections`].
    pub section: usize,
    /// The reader pinned it.
    pub pinned: bool,
    /// Why it is shown although the reader hid it.
    pub against_wish: Option<Kept>,
}

/// A summary's sections, each in exactly one of two places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// In the order of the screen.
    pub shown: Vec<Shown>,
    /// Hidden by the reader, in the order of the summary. Never silently: their number and titles must be said.
    pub hidden: Vec<usize>,
}

/// The name by which a layout knows a section: its LOINC code, or the title of one without a code.
pub fn key(section: &Section) -> &str {
    if section.code.is_empty() { &section.title } else { &section.code }
}

/// The sections there usually are, as key and title, in the order of the summary.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    titles::all()
}

/// A record without entries: the sections there usually are and those that the layout names beside them, to be put in
/// order while no record is open.
pub fn outline(layout: &Layout) -> Summary {
    let named = layout.order.iter().chain(&layout.pinned).chain(&layout.hidden);
    let mut keys: Vec<(&str, &str)> = known().collect();
    for key in named {
        if !keys.iter().any(|(known, _)| known == key) {
            keys.push((key, key));
        }
    }
    let section = |(code, title): (&str, &str)| Section {
        code: code.to_owned(),
        title: title.to_owned(),
        state: SectionState::NotProvided,
        statement: String::new(),
        items: Vec::new(),
        narrative: Default::default(),
    };
    Summary { sections: keys.into_iter().map(section).collect(), ..Summary::default() }
}

/// Whether a section is about what must not be missed, by its key.
pub fn is_safety(key: &str) -> bool {
    [ALLERGIES, ALERTS, DIRECTIVES].contains(&key)
}

/// Why this section can not be hidden; `None` when it can.
pub fn kept(summary: &Summary, index: usize) -> Option<Kept> {
    let section = summary.sections.get(index)?;
    if is_safety(key(section)) {
        return Some(Kept::Safety);
    }
    let partial = matches!(section.state, SectionState::Withheld | SectionState::Unreadable);
    if partial || summary.notices.iter().any(|n| n.severity != Severity::Info && names(&n.text, &section.title)) {
        return Some(Kept::NotAllThere);
    }
    let glance = |nth: usize| summary.glance.iter().filter(move |line| line.is_of(index, nth));
    let danger = |(nth, item): (usize, &Item)| {
        glance(nth).any(|line| is_grave(line) || !line.disagreement.is_empty() || !item.listed_in_section)
            || is_danger(item)
    };
    section.items.iter().enumerate().any(danger).then_some(Kept::Danger)
}

/// Whether a line of the glance is about what can hurt or kill soon, or about a decision that everybody must know.
const fn is_grave(line: &Glance) -> bool {
    use GlanceKind::{Allergy, Cpr, CriticalMedicine, Device, Pregnancy, Safety};
    line.alert || matches!(line.kind, Safety | Cpr | Allergy | CriticalMedicine | Device | Pregnancy)
}

fn is_danger(item: &Item) -> bool {
    item.criticality == "high"
        || item.status == Status::NotToBeGiven
        || item.read_the_source
        || !item.disagreement.is_empty()
        || (!item.listed_in_section && item.resource_type == "AllergyIntolerance")
}

// A notice about a section calls it by its title, at a boundary of words.
fn names(notice: &str, title: &str) -> bool {
    let is_gap = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let whole = |at: usize| {
        let (before, after) = notice.split_at(at);
        is_gap(before.chars().next_back()) && is_gap(after.get(title.len()..).and_then(|rest| rest.chars().next()))
    };
    !title.is_empty() && notice.match_indices(title).any(|(at, _)| whole(at))
}

/// The sections of a summary as the layout wants them. Total: every section is in `shown` or in `hidden`, once, and
/// what is [`kept`] is in `shown`.
pub fn arranged(summary: &Summary, layout: &Layout) -> Arrangement {
    let mut arrangement = Arrangement::default();
    for section in ordered(summary, layout) {
        let key = key(&summary.sections[section]);
        let unwanted = layout.hidden.contains(key);
        match kept(summary, section).filter(|_| unwanted) {
            None if unwanted => arrangement.hidden.push(section),
            against_wish => {
                arrangement.shown.push(Shown { section, pinned: layout.is_pinned(key), against_wish });
            }
        }
    }
    arrangement.hidden.sort_unstable();
    arrangement
}

/// All sections of a summary in the order wanted, hidden ones too: pinned ones first; of the others those that the
/// layout names change places among each other, and the rest stay where they are.
pub fn ordered(summary: &Summary, layout: &Layout) -> Vec<usize> {
    let place = |list: &[String], at: &usize| list.iter().position(|k| k == key(&summary.sections[*at]));
    let (mut pinned, others): (Vec<usize>, Vec<usize>) =
        (0..summary.sections.len()).partition(|at| place(&layout.pinned, at).is_some());
    pinned.sort_by_key(|at| place(&layout.pinned, at));
    let mut named: Vec<usize> = others.iter().copied().filter(|at| place(&layout.order, at).is_some()).collect();
    named.sort_by_key(|at| place(&layout.order, at));
    let mut named = named.into_iter();
    pinned.extend(others.into_iter().map(|at| match place(&layout.order, &at) {
        Some(_) => named.next().unwrap_or(at),
        None => at,
    }));
    pinned
}

impl Layout {
    /// The order that the role usually needs, nothing pinned and nothing hidden.
    pub fn usual(role: Role) -> Self {
        let order = match role {
            Role::EmergencyClinician | Role::Admin => CREW,
            Role::CareTeamClinician => NURSE,
            Role::DomiciliaryCarer | Role::SocialWorker => CARER,
        };
        Self { order: order.iter().map(|code| (*code).to_owned()).collect(), ..Self::default() }
    }

    /// Whether a section stands first.
    pub fn is_pinned(&self, key: &str) -> bool {
        self.pinned.iter().any(|pinned| pinned == key)
    }

    /// Puts a section first, after those pinned before, or back among the others.
    pub fn pin(&mut self, key: &str, pinned: bool) {
        self.pinned.retain(|known| known != key);
        if pinned {
            self.pinned.push(key.to_owned());
        }
    }

    /// Hides a section, or shows it again. What is about safety is not hidden.
    pub fn hide(&mut self, key: &str, hidden: bool) {
        if hidden && !is_safety(key) {
            self.hidden.insert(key.to_owned());
        } else {
            self.hidden.remove(key);
        }
    }

    /// Moves a section before (`up`) or after its neighbour in `seen`: the keys in the order in which the reader sees
    /// them. Pinned ones move among the pinned, the others among the others. False when there is nowhere to go.
    pub fn shift(&mut self, seen: &[String], key: &str, up: bool) -> bool {
        let pinned = self.is_pinned(key);
        let peers: Vec<&String> = seen.iter().filter(|k| self.is_pinned(k) == pinned).collect();
        let Some(at) = peers.iter().position(|k| *k == key) else { return false };
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some(other) = to.and_then(|to| peers.get(to)).map(|k| (*k).clone()) else { return false };
        if !pinned {
            self.learn(seen);
        }
        let list = if pinned { &mut self.pinned } else { &mut self.order };
        list.retain(|k| k != key);
        let beside = list.iter().position(|k| *k == other).unwrap_or(list.len());
        list.insert((beside + usize::from(!up)).min(list.len()), key.to_owned());
        true
    }

    // From now on the sections that are seen have the order in which they are seen. Those of other records that the
    // layout knows stay after the one they stood after.
    fn learn(&mut self, seen: &[String]) {
        let mut order: Vec<String> = seen.to_vec();
        let mut after: Option<String> = None;
        for known in std::mem::take(&mut self.order) {
            if !order.contains(&known) {
                let at = after.as_ref().and_then(|a| order.iter().position(|k| k == a)).map_or(0, |at| at + 1);
                order.insert(at, known.clone());
            }
            after = Some(known);
        }
        self.order = order;
    }
}

const DEVICES: &str = "46264-8";
const PREGNANCY: &str = "10162-6";
const USUAL_STATE: &str = "47420-5";
const VITAL_SIGNS: &str = "8716-3";
const RESULTS: &str = "30954-2";
const PROCEDURES: &str = "47519-4";
const PAST: &str = "11348-0";
const IMMUNISATIONS: &str = "11369-6";
const PLAN: &str = "18776-5";
const SOCIAL: &str = "29762-2";
const STORY: &str = "81338-6";
const CONTACTS: &str = "46240-8";
const FAMILY: &str = "10157-6";

// What can hurt on the way in, what was decided, what can kill in the next hour, what is planned, how the person
// usually is, and then the history.
const CREW: &[&str] = &[
    ALERTS,
    DIRECTIVES,
    ALLERGIES,
    MEDICINES,
    DEVICES,
    PREGNANCY,
    PLAN,
    USUAL_STATE,
    PROBLEMS,
    VITAL_SIGNS,
    CONTACTS,
    RESULTS,
    PAST,
    PROCEDURES,
    STORY,
    SOCIAL,
    IMMUNISATIONS,
    FAMILY,
];
// The plan and its changes, how the person is over the visits, what is given.
const NURSE: &[&str] = &[
    DIRECTIVES,
    ALERTS,
    ALLERGIES,
    PLAN,
    MEDICINES,
    USUAL_STATE,
    PROBLEMS,
    VITAL_SIGNS,
    RESULTS,
    DEVICES,
    STORY,
    CONTACTS,
    SOCIAL,
    PROCEDURES,
    PAST,
    PREGNANCY,
    IMMUNISATIONS,
    FAMILY,
];
// Getting in and being safe, who this is and how to support them, then what is given.
const CARER: &[&str] = &[
    ALERTS,
    ALLERGIES,
    DIRECTIVES,
    STORY,
    USUAL_STATE,
    SOCIAL,
    PLAN,
    MEDICINES,
    PROBLEMS,
    DEVICES,
    CONTACTS,
    VITAL_SIGNS,
    PREGNANCY,
    RESULTS,
    PAST,
    PROCEDURES,
    IMMUNISATIONS,
    FAMILY,
];

#[cfg(test)]
mod tests;
