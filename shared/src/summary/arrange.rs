//! Every entry finds its place: in the section that names it, among what no section names, in the context, or
//! among what could not be read.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::draft::Fact;
use super::people::{Place, reference_words};
use super::titles::{self, ALERTS, ALLERGIES, DIRECTIVES};
use super::{Narrative, kind, patient};
use crate::fhir::{Document, Subject, Target, codings, concept_text, items, text};

/// The section of what no section names.
pub(super) const ALSO: &str = "Also in this document";
/// What the sections of a second Composition of one bundle end with.
pub(super) const FURTHER: &str = " (from another document in this bundle)";
/// What stands between the title of a section and those inside it.
pub(super) const INSIDE: &str = " › ";

/// A section under way.
pub(super) struct Shelf<'a> {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) narrative: Narrative,
    pub(super) facts: Vec<Fact<'a>>,
    /// What the section names and the document does not hold, in the words of the reference.
    pub(super) missing: Vec<String>,
    /// Entries that the section names and that cannot be read.
    pub(super) unreadable: usize,
    pub(super) empty_reason: &'a Value,
    /// Whether the document has this section.
    pub(super) provided: bool,
}

/// The document in order.
#[derive(Default)]
pub(super) struct Arranged<'a> {
    pub(super) shelves: Vec<Shelf<'a>>,
    pub(super) context: Vec<usize>,
    pub(super) unread: Vec<usize>,
    /// Patients that are somebody else.
    pub(super) others: HashSet<usize>,
    /// Facts about somebody else, kept apart.
    pub(super) foreign: Vec<Fact<'a>>,
    /// Readable Compositions beside the one that leads.
    pub(super) more_documents: usize,
}

/// Puts every entry of the document into its place.
pub(super) fn arrange(document: &Document) -> Arranged<'_> {
    let mut work = Work::new(document);
    let lead = document.composition_index();
    work.sections(lead, "");
    let more: Vec<usize> =
        document.of_type("Composition").filter(|c| *c != lead && !document.resource(*c).is_null()).collect();
    for composition in &more {
        if work.is_foreign(*composition, document.resource(*composition)) {
            continue;
        }
        work.sections(*composition, FURTHER);
    }
    work.leftovers();
    let mut shelves = work.shelves;
    shelves.sort_by_key(|s| titles::rank(&s.code));
    Arranged {
        shelves,
        context: work.context,
        unread: work.unread,
        others: work.others,
        foreign: work.foreign,
        more_documents: more.len(),
    }
}

struct Work<'a> {
    document: &'a Document,
    shelves: Vec<Shelf<'a>>,
    placed: HashSet<usize>,
    context: Vec<usize>,
    unread: Vec<usize>,
    others: HashSet<usize>,
    foreign: Vec<Fact<'a>>,
}

impl<'a> Work<'a> {
    fn new(document: &'a Document) -> Self {
        Self {
            document,
            shelves: Vec::new(),
            placed: HashSet::new(),
            context: Vec::new(),
            unread: Vec::new(),
            others: other_people(document),
            foreign: Vec::new(),
        }
    }

    fn sections(&mut self, composition: usize, suffix: &str) {
        let earlier = self.placed.clone();
        for (prefix, section) in flattened(self.document.resource(composition)) {
            let mut shelf = shelf(section, &prefix, suffix);
            let mut seen = HashSet::new();
            for reference in items(&section["entry"]) {
                match self.document.resolve(composition, reference) {
                    Target::Entry(at, resource) => self.with_members(at, resource, &mut seen, &earlier, &mut shelf),
                    Target::Contained(resource) => {
                        let place = Place { document: self.document, entry: composition, resource };
                        shelf.facts.push(kind::read(place, true));
                    }
                    Target::Unreadable(_) => shelf.unreadable += 1,
                    Target::Missing => shelf.missing.push(reference_words(reference)),
                }
            }
            self.shelves.push(shelf);
        }
    }

    // A report brings its results along: they belong to the section that names the report.
    fn with_members(
        &mut self,
        at: usize,
        resource: &'a Value,
        seen: &mut HashSet<usize>,
        earlier: &HashSet<usize>,
        shelf: &mut Shelf<'a>,
    ) {
        let mut waiting = vec![(at, resource)];
        while let Some((at, resource)) = waiting.pop() {
            if earlier.contains(&at) || !seen.insert(at) {
                continue;
            }
            self.place(at, resource, true, shelf);
            let members = ["result", "hasMember"].iter().flat_map(|f| items(&resource[*f]));
            let found: Vec<_> = members
                .filter_map(|r| match self.document.resolve(at, r) {
                    Target::Entry(member, inner) => Some((member, inner)),
                    _ => None,
                })
                .collect();
            waiting.extend(found.into_iter().rev());
        }
    }

    fn place(&mut self, at: usize, resource: &'a Value, listed: bool, shelf: &mut Shelf<'a>) {
        let fact = kind::read(Place { document: self.document, entry: at, resource }, listed);
        self.placed.insert(at);
        if self.is_foreign(at, resource) { self.foreign.push(fact) } else { shelf.facts.push(fact) }
    }

    fn is_foreign(&self, at: usize, resource: &Value) -> bool {
        !self.others.is_empty()
            && ["subject", "patient"]
                .iter()
                .flat_map(|f| items(&resource[*f]))
                .any(|reference| self.document.resolve(at, reference).entry().is_some_and(|e| self.others.contains(&e)))
    }

    fn leftovers(&mut self) {
        let mut also = bare("", ALSO);
        let document = self.document;
        let left: Vec<_> = document.entries().iter().enumerate().filter(|(at, _)| !self.placed.contains(at)).collect();
        // Only these ask who points to them, and that is asked of the whole document.
        let asked = left.iter().any(|(_, entry)| is_support(&entry.resource_type));
        let pointed_to = if asked { pointed_to(document) } else { HashSet::new() };
        for (at, entry) in left {
            let Ok(resource) = &entry.resource else {
                self.unread.push(at);
                continue;
            };
            match entry.resource_type.as_str() {
                t if is_context(t) || (is_support(t) && pointed_to.contains(&at)) => self.context.push(at),
                "AllergyIntolerance" => self.onto(ALLERGIES, at, resource, false),
                "Flag" => self.onto(ALERTS, at, resource, false),
                _ => self.place(at, resource, false, &mut also),
            }
        }
        if !also.facts.is_empty() {
            self.shelves.push(also);
        }
        self.stray_allergies();
        self.inside();
    }

    // What is contained in an entry that does not point to it would be seen by nobody.
    fn inside(&mut self) {
        let document = self.document;
        for at in 0..document.entries().len() {
            let holder = document.resource(at);
            for resource in items(&holder["contained"]) {
                let code = match resource["resourceType"].as_str().unwrap_or_default() {
                    "AllergyIntolerance" => ALLERGIES,
                    "Flag" => ALERTS,
                    "Consent" => DIRECTIVES,
                    _ => continue,
                };
                if !points_inside(holder, &text(&resource["id"])) {
                    let place = Place { document, entry: at, resource };
                    self.shelf_of(code).facts.push(kind::read(place, false));
                }
            }
        }
    }

    fn shelf_of(&mut self, code: &str) -> &mut Shelf<'a> {
        let found = self.shelves.iter().position(|s| s.code == code);
        let index = found.unwrap_or_else(|| {
            self.shelves.push(bare(code, titles::title(code).unwrap_or_default()));
            self.shelves.len() - 1
        });
        &mut self.shelves[index]
    }

    // An allergy that only another section lists stands under allergies as well: nobody looks for it elsewhere.
    fn stray_allergies(&mut self) {
        let under: HashSet<usize> = self.entries_of(|code| code == ALLERGIES).collect();
        let elsewhere: HashSet<usize> = self.entries_of(|code| code != ALLERGIES).collect();
        let document = self.document;
        for at in document.of_type("AllergyIntolerance").filter(|at| !under.contains(at) && elsewhere.contains(at)) {
            self.onto(ALLERGIES, at, document.resource(at), true);
        }
    }

    fn entries_of(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = usize> {
        self.shelves.iter().filter(move |s| wanted(&s.code)).flat_map(|s| &s.facts).map(|f| f.item.entry)
    }

    // An allergy or an alert that no section names stands where the reader looks for it, marked.
    fn onto(&mut self, code: &str, at: usize, resource: &'a Value, listed: bool) {
        let found = self.shelves.iter().position(|s| s.code == code);
        let index = found.unwrap_or_else(|| {
            self.shelves.push(bare(code, titles::title(code).unwrap_or_default()));
            self.shelves.len() - 1
        });
        let mut shelf = std::mem::replace(&mut self.shelves[index], bare("", ""));
        self.place(at, resource, listed, &mut shelf);
        self.shelves[index] = shelf;
    }
}

fn points_inside(holder: &Value, id: &str) -> bool {
    let address = format!("#{}", id.trim_start_matches('#'));
    let mut waiting = vec![holder];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(list) => waiting.extend(list),
            Value::Object(map) => {
                if map.get("reference").is_some_and(|r| text(r) == address) {
                    return true;
                }
                waiting.extend(map.values());
            }
            _ => {}
        }
    }
    false
}

/// A section that the document does not have.
pub(super) fn bare<'a>(code: &str, title: &str) -> Shelf<'a> {
    Shelf {
        code: code.to_owned(),
        title: title.to_owned(),
        narrative: Narrative::default(),
        facts: Vec::new(),
        missing: Vec::new(),
        unreadable: 0,
        empty_reason: &Value::Null,
        provided: false,
    }
}

fn shelf<'a>(section: &'a Value, prefix: &str, suffix: &str) -> Shelf<'a> {
    let own_title = text(&section["title"]);
    let code = section_code(section, &own_title);
    let known = titles::title(&code).filter(|_| prefix.is_empty()).map(str::to_owned);
    let title =
        known.or_else(|| Some(own_title).filter(|t| !t.is_empty())).unwrap_or_else(|| concept_text(&section["code"]));
    let title = if title.is_empty() { "Section without a title".to_owned() } else { title };
    // Also when it is marked empty: a mark may be wrong, and the words would be lost.
    let div = narrative(section);
    Shelf {
        title: format!("{prefix}{title}{suffix}"),
        narrative: Narrative::of(div),
        empty_reason: &section["emptyReason"],
        provided: true,
        ..bare(&code, "")
    }
}

fn narrative(section: &Value) -> &str {
    section["text"]["div"].as_str().or_else(|| section["text"].as_str()).unwrap_or_default()
}

fn section_code(section: &Value, title: &str) -> String {
    let all = codings(&section["code"]);
    let known =
        all.iter().find(|c| titles::title(&c.code).is_some()).or(all.first()).map(|c| c.code.clone().into_owned());
    known.filter(|c| !c.is_empty()).or_else(|| titles::code_of_title(title).map(str::to_owned)).unwrap_or_default()
}

// Sections inside sections, in reading order, with the titles above them.
fn flattened(composition: &Value) -> Vec<(String, &Value)> {
    let mut out = Vec::new();
    let mut waiting: Vec<(String, &Value)> =
        items(&composition["section"]).into_iter().rev().map(|s| (String::new(), s)).collect();
    while let Some((prefix, section)) = waiting.pop() {
        let inner = format!("{prefix}{}{INSIDE}", text(&section["title"]));
        waiting.extend(items(&section["section"]).into_iter().rev().map(|s| (inner.clone(), s)));
        out.push((prefix, section));
    }
    out
}

fn is_context(resource_type: &str) -> bool {
    [
        "Composition",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "HealthcareService",
        "Endpoint",
        "Provenance",
    ]
    .contains(&resource_type)
}

fn is_support(resource_type: &str) -> bool {
    ["Medication", "Device", "Encounter", "Specimen", "Substance", "Binary", "DeviceMetric"].contains(&resource_type)
}

/// All entries that any other entry points to. One loop over the document.
fn pointed_to(document: &Document) -> HashSet<usize> {
    let mut found = HashSet::new();
    for at in 0..document.entries().len() {
        let mut waiting = vec![document.resource(at)];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(list) => waiting.extend(list),
                Value::Object(map) => {
                    for (name, inner) in map {
                        if name == "reference" {
                            found.extend(document.resolve(at, value).entry().filter(|e| *e != at));
                        }
                        waiting.extend(Some(inner).filter(|v| v.is_object() || v.is_array()));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

// Two Patient resources may be one person, sent twice by two systems.
fn other_people(document: &Document) -> HashSet<usize> {
    let Subject::Patient(subject, person) = document.subject() else { return HashSet::new() };
    let mut same: HashMap<usize, bool> =
        document.of_type("Patient").map(|p| (p, patient::is_same(person, document.resource(p)))).collect();
    if let Some(at) = subject {
        same.insert(at, true);
    }
    same.into_iter().filter(|(_, same)| !same).map(|(at, _)| at).collect()
}
