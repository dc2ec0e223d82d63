//! What must be seen first, in the order of the reader's work.
//!
//! Each part looks at one fact and answers with lines; this file puts them in order. Lines on allergies and on
//! resuscitation are always there, also when the record says nothing: silence could be read as "none".

mod allergy;
mod baseline;
mod body;
mod contact;
mod cpr;
mod critical;
mod medicine;
mod safety;
mod wishes;

use std::collections::HashSet;

use jiff::civil::Date;

use super::draft::Fact;
use super::section::Judged;
use super::{Glance, GlanceKind, Item};
use crate::fhir::{Document, choice_text};
use crate::identity::Role;

/// A fact and where its item stands: section and item.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a, 'd> {
    pub(super) fact: &'a Fact<'d>,
    pub(super) at: (usize, usize),
}

/// The glance for a role, of the documents with their names; `unread` is how many entries could not be read.
pub(super) fn glance(
    documents: &[(&Document, &str)],
    judged: &[Judged<'_>],
    unread: usize,
    role: Role,
    today: Date,
) -> Vec<Glance> {
    let facts = facts(judged);
    let mut lines = Vec::new();
    for seen in &facts {
        lines.extend(safety::lines(*seen, today));
        lines.extend(medicine::lines(*seen));
        lines.extend(body::lines(*seen, today));
        lines.extend(wishes::lines(*seen));
        lines.extend(baseline::lines(*seen));
        lines.extend(contact::lines(*seen));
    }
    lines.extend(cpr::lines(&facts, judged, unread, today));
    lines.extend(allergy::lines(&facts, judged));
    lines.extend(of_person(documents));
    order(lines, role)
}

/// Whether a fact decides for resuscitation (true) or against it; `None` when it decides neither.
pub(super) fn decides_for_resuscitation(fact: &Fact<'_>) -> Option<bool> {
    cpr::decides(Seen { fact, at: (0, 0) })
}

// What several documents tell alike of the person is one line; each line names its documents when there are several.
fn of_person(documents: &[(&Document, &str)]) -> Vec<Glance> {
    let mut lines: Vec<Glance> = Vec::new();
    for (document, name) in documents {
        for mut line in baseline::of_person(document).into_iter().chain(contact::of_person(document)) {
            if documents.len() > 1 {
                (*name).clone_into(&mut line.source);
            }
            match lines.iter_mut().find(|l| (&l.text, &l.detail) == (&line.text, &line.detail)) {
                Some(same) if documents.len() > 1 && !same.source.contains(name) => {
                    same.source = format!("{}, {name}", same.source);
                }
                Some(_) if documents.len() > 1 => {}
                _ => lines.push(line),
            }
        }
    }
    lines
}

// An entry that two sections name is one fact; what is about somebody else is none.
fn facts<'a, 'd>(judged: &'a [Judged<'d>]) -> Vec<Seen<'a, 'd>> {
    let mut known = HashSet::new();
    judged
        .iter()
        .enumerate()
        .filter(|(_, j)| !j.shelf.title.starts_with("About another person"))
        .flat_map(|(s, j)| j.shelf.facts.iter().enumerate().map(move |(i, fact)| Seen { fact, at: (s, i) }))
        .filter(|seen| seen.fact.stands() && known.insert(std::ptr::from_ref(seen.fact.resource)))
        .collect()
}

impl Seen<'_, '_> {
    /// A line about this fact with its own words, date and source.
    pub(super) fn line(self, kind: GlanceKind, alert: bool) -> Glance {
        let item = &self.fact.item;
        let doubt =
            if item.read_the_source && !item.detail.contains("read the source") { "read the source" } else { "" };
        let marked = item.listed_in_section || kind == GlanceKind::Contact;
        let unlisted = if marked { "" } else { "not listed in the summary" };
        Glance {
            kind,
            text: item.text.clone(),
            detail: joined(&[&item.detail, doubt, unlisted]),
            age: self.fact.when.clone(),
            source: sources(item),
            alert,
            item: Some(self.at),
            also: Vec::new(),
            disagreement: item.disagreement.clone(),
            review_overdue: item.review_overdue,
        }
    }
}

// `Dr Ada Byron (GP record); also Hospice`.
fn sources(item: &Item) -> String {
    let also: Vec<&str> = item.also.iter().map(|o| o.source.as_str()).filter(|s| !s.is_empty()).collect();
    if also.is_empty() { item.source.clone() } else { format!("{}; also {}", item.source, also.join(", ")) }
}

impl Seen<'_, '_> {
    /// A line that reads `what: value`, for an observation; else as [`Seen::line`].
    pub(super) fn valued(self, kind: GlanceKind, alert: bool) -> Glance {
        let mut line = self.line(kind, alert);
        let value = choice_text(self.fact.resource, "value");
        if self.fact.item.resource_type == "Observation" && !value.is_empty() {
            let what = &self.fact.item.text;
            let repeats = value.to_lowercase().starts_with(&what.to_lowercase());
            line.text = if repeats { value.clone() } else { format!("{what}: {value}") };
            line.detail = line.detail.replacen(&value, "", 1).trim_start_matches("; ").to_owned();
        }
        line
    }
}

/// Parts joined by `; `, empty ones left out.
pub(super) fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("; ")
}

/// A line about the document as a whole, with no item behind it.
pub(super) fn plain(kind: GlanceKind, text: &str, detail: &str) -> Glance {
    Glance {
        kind,
        text: text.to_owned(),
        detail: detail.to_owned(),
        age: String::new(),
        source: String::new(),
        alert: false,
        item: None,
        also: Vec::new(),
        disagreement: String::new(),
        review_overdue: false,
    }
}

const CREW: [GlanceKind; 11] = [
    GlanceKind::Safety,
    GlanceKind::Access,
    GlanceKind::Cpr,
    GlanceKind::Allergy,
    GlanceKind::CriticalMedicine,
    GlanceKind::Device,
    GlanceKind::Pregnancy,
    GlanceKind::PreferredPlace,
    GlanceKind::JustInCase,
    GlanceKind::Baseline,
    GlanceKind::Contact,
];

// Who comes every day needs to get in, to know what the person can do, and whom to ring.
const CARER: [GlanceKind; 11] = [
    GlanceKind::Access,
    GlanceKind::Safety,
    GlanceKind::Allergy,
    GlanceKind::Cpr,
    GlanceKind::Baseline,
    GlanceKind::CriticalMedicine,
    GlanceKind::Contact,
    GlanceKind::Device,
    GlanceKind::PreferredPlace,
    GlanceKind::JustInCase,
    GlanceKind::Pregnancy,
];

const NURSE: [GlanceKind; 11] = [
    GlanceKind::Safety,
    GlanceKind::Access,
    GlanceKind::Cpr,
    GlanceKind::PreferredPlace,
    GlanceKind::JustInCase,
    GlanceKind::Allergy,
    GlanceKind::CriticalMedicine,
    GlanceKind::Device,
    GlanceKind::Baseline,
    GlanceKind::Contact,
    GlanceKind::Pregnancy,
];

fn order(mut lines: Vec<Glance>, role: Role) -> Vec<Glance> {
    let kinds = match role {
        Role::EmergencyClinician => CREW,
        Role::CareTeamClinician => NURSE,
        Role::DomiciliaryCarer | Role::SocialWorker | Role::Admin => CARER,
    };
    lines.sort_by_key(|l| (kinds.iter().position(|k| *k == l.kind), !l.alert));
    lines
}
