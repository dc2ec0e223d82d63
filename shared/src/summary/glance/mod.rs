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
mod decision;
mod limits;
mod medicine;
mod safety;
mod wishes;
mod words;

use std::collections::HashSet;

use jiff::civil::Date;

use super::draft::Fact;
use super::section::{ABOUT_ANOTHER, Judged};
use super::{Glance, GlanceKind, Item};
use crate::fhir::{Document, choice_text};
use crate::identity::Role;
use words::untagged;

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
    let (people, talk): (Vec<_>, Vec<_>) =
        of_person(documents).into_iter().partition(|l| l.kind == GlanceKind::Contact);
    let mut lines = safety::lines(&facts, today);
    lines.extend(cpr::lines(&facts, judged, unread, today));
    lines.extend(allergy::lines(&facts, judged));
    lines.extend(medicine::lines(&facts));
    lines.extend(body::lines(&facts, today));
    lines.extend(wishes::lines(&facts));
    lines.extend(baseline::lines(&facts, talk));
    lines.extend(contact::lines(&facts, people));
    lines.iter_mut().filter(|l| l.kind != GlanceKind::Allergy).for_each(fit);
    order(lines, role)
}

/// Whether a fact decides for resuscitation (true) or against it; `None` when it decides neither.
pub(super) fn decides_for_resuscitation(fact: &Fact<'_>) -> Option<bool> {
    decision::decides(Seen { fact, at: (0, 0) })
}

// Names of allergies are never cut.
fn fit(line: &mut Glance) {
    let (text, detail) = (std::mem::take(&mut line.text), std::mem::take(&mut line.detail));
    (line.text, line.detail) = words::fitted(text, detail);
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
        .filter(|(_, j)| j.shelf.title != ABOUT_ANOTHER)
        .flat_map(|(s, j)| j.shelf.facts.iter().enumerate().map(move |(i, fact)| Seen { fact, at: (s, i) }))
        .filter(|seen| seen.fact.stands() && known.insert(std::ptr::from_ref(seen.fact.resource)))
        .collect()
}

/// Words that tell in the detail of an item that only its source can be trusted.
const MARKS: [&str; 3] =
    ["contradicts itself: ", "in a way that changes its meaning", "the record of the medicine is: entered in error"];
const UNLISTED: &str = "not listed in the summary";
const READ_THE_SOURCE: &str = "read the source";

impl Seen<'_, '_> {
    /// Whether the sender marked it in a way nobody here knows, or it contradicts itself.
    pub(super) fn is_doubtful(self) -> bool {
        self.fact.modified || MARKS.iter().any(|m| self.fact.item.detail.contains(m))
    }

    /// "Read the source" where only the source tells.
    pub(super) fn doubt(self) -> &'static str {
        doubt(&[self])
    }

    /// The same behind a name.
    pub(super) fn doubt_behind(self) -> &'static str {
        if self.is_doubtful() { " (read the source)" } else { "" }
    }

    /// Whether it must not be one name among many.
    pub(super) fn stands_alone(self) -> bool {
        self.is_doubtful() || !self.fact.item.disagreement.is_empty()
    }

    /// That no section of the document names it, in words.
    pub(super) fn unlisted(self) -> &'static str {
        if self.fact.item.listed_in_section { "" } else { UNLISTED }
    }

    /// Its text, with a warning where only the source tells.
    pub(super) fn name(self) -> String {
        format!("{}{}", untagged(&self.fact.item.text), self.doubt_behind())
    }

    /// A line about this fact with its own words, date and source. What is to be doubted says so first.
    pub(super) fn line(self, kind: GlanceKind, alert: bool) -> Glance {
        let item = &self.fact.item;
        let parts = item.detail.split("; ").map(|p| p.strip_prefix("note: ").unwrap_or(p));
        let detail = parts.collect::<Vec<_>>().join("; ");
        // That a document has a page attached is no doubt about it.
        let unsaid = item.read_the_source
            && item.resource_type != "DocumentReference"
            && !detail.contains("read the source")
            && !item.text.contains("read the source");
        let doubt = if unsaid { READ_THE_SOURCE } else { self.doubt() };
        let unlisted = if kind == GlanceKind::Contact { "" } else { self.unlisted() };
        Glance {
            kind,
            text: untagged(&item.text),
            detail: joined(&[doubt, &untagged(&detail), unlisted]),
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

/// `Dr Ada Byron (GP record); also Hospice`.
pub(super) fn sources(item: &Item) -> String {
    let also: Vec<&str> = item.also.iter().map(|o| o.source.as_str()).filter(|s| !s.is_empty()).collect();
    if also.is_empty() { item.source.clone() } else { format!("{}; also {}", item.source, also.join(", ")) }
}

/// One line for several facts, the first of which leads: the oldest date counts, and each keeps its path.
pub(super) fn together(
    kind: GlanceKind,
    facts: &[Seen<'_, '_>],
    text: String,
    detail: String,
    alert: bool,
) -> Option<Glance> {
    let (first, more) = facts.split_first()?;
    let mut line = first.line(kind, alert);
    let listed = kind == GlanceKind::Contact || facts.iter().all(|s| s.fact.item.listed_in_section);
    (line.text, line.detail) = (text, joined(&[&detail, if listed { "" } else { UNLISTED }]));
    line.also = more.iter().map(|s| s.at).collect();
    for other in more.iter().map(|s| s.fact) {
        if !other.when.is_empty() && other.when < line.age {
            line.age.clone_from(&other.when);
        }
        let said = sources(&other.item);
        if said != line.source && !line.source.ends_with(", and others") {
            line.source = if line.source.is_empty() { said } else { format!("{}, and others", line.source) };
        }
        line.review_overdue |= other.item.review_overdue;
    }
    line.disagreement = disagreements(facts);
    Some(line)
}

/// "Read the source" where that holds for any of them.
pub(super) fn doubt(facts: &[Seen<'_, '_>]) -> &'static str {
    if facts.iter().any(|s| s.is_doubtful()) { READ_THE_SOURCE } else { "" }
}

// Each once, whichever comes first: what one of them says within more words is not said again.
fn disagreements(facts: &[Seen<'_, '_>]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for said in facts.iter().map(|s| s.fact.item.disagreement.as_str()) {
        if !all.iter().any(|known| known.contains(said)) {
            all.retain(|known| !said.contains(known));
            all.push(said);
        }
    }
    all.join(" ")
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

// Who gives medicines needs the plan and the allergies before what lies ready, then how it stands with the person.
const NURSE: [GlanceKind; 11] = [
    GlanceKind::Safety,
    GlanceKind::Access,
    GlanceKind::Cpr,
    GlanceKind::PreferredPlace,
    GlanceKind::Allergy,
    GlanceKind::JustInCase,
    GlanceKind::Baseline,
    GlanceKind::CriticalMedicine,
    GlanceKind::Device,
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
