//! What must hold for whatever several documents say of one person.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::{Glance, GlanceKind, Item, SectionState, Source, Summary, summarise, summarise_all};

const TODAY: Date = date(2026, 11, 22);
const SNOMED: &str = "http://snomed.info/sct";
const ALLERGIES: &str = "48765-2";
const NAMES: [&str; 4] = ["Alpha", "Bravo", "Charlie", "Delta"];

/// What one document says of one thing. At most one of each kind and number in a document, unless it is repeated.
#[derive(Debug, Clone)]
struct Claim {
    kind: &'static str,
    thing: u8,
    status: &'static str,
    criticality: &'static str,
    dose: &'static str,
    date: &'static str,
    identifier: u8,
    coded: bool,
    listed: bool,
}

#[derive(Debug, Clone)]
struct Told {
    claims: Vec<Claim>,
    says_none: bool,
    allergies: &'static str,
    broken: &'static str,
}

fn claim() -> impl Strategy<Value = Claim> {
    let pick = |words: &[&'static str]| proptest::sample::select(words.to_vec());
    (
        pick(&[
            "AllergyIntolerance",
            "MedicationStatement",
            "MedicationRequest",
            "Condition",
            "Observation",
            "Flag",
            "Anything",
        ]),
        0..3u8,
        pick(&["active", "active", "", "stopped", "entered-in-error", "odd"]),
        pick(&["", "high", "low"]),
        pick(&["", "3 mg", "5 mg"]),
        pick(&["", "2024-01-01", "2026-10-01T09:00:00Z"]),
        0..4u8,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(kind, thing, status, criticality, dose, date, identifier, coded, listed)| Claim {
            kind,
            thing,
            status,
            criticality,
            dose,
            date,
            identifier,
            coded,
            listed,
        })
}

fn told() -> impl Strategy<Value = Told> {
    let allergies = proptest::sample::select(vec!["", "", "absent", "withheld", "notasked", "dangling"]);
    let broken = proptest::sample::select(vec!["", "", "", "unknown", "allergy"]);
    (proptest::collection::vec(claim(), 0..5), any::<bool>(), allergies, broken)
        .prop_map(|(claims, says_none, allergies, broken)| Told { claims, says_none, allergies, broken })
}

impl Claim {
    fn resource(&self, id: usize) -> Value {
        let mut concept = json!({"text": format!("Thing {}", self.thing)});
        if self.coded {
            concept["coding"] = json!([{"system": "urn:things", "code": format!("t{}", self.thing)}]);
        }
        let mut it = json!({"resourceType": self.kind, "id": format!("r{id}")});
        it[if self.kind.starts_with("Medication") { "medicationCodeableConcept" } else { "code" }] = concept;
        if self.identifier > 1 {
            it["identifier"] = json!([{"system": "urn:ids", "value": format!("{}-{}", self.thing, self.identifier)}]);
        }
        let named = |name: &str, value: &str, it: &mut Value| {
            if !value.is_empty() {
                it[name] = json!(value);
            }
        };
        match self.kind {
            "AllergyIntolerance" | "Condition" => self.clinical(&mut it),
            "Observation" => {
                named("status", if self.status == "active" { "final" } else { self.status }, &mut it);
                named("effectiveDateTime", self.date, &mut it);
                named("valueString", self.dose, &mut it);
            }
            _ => {
                named("status", self.status, &mut it);
                named("dateAsserted", self.date, &mut it);
                if !self.dose.is_empty() {
                    it["dosage"] = json!([{"text": self.dose}]);
                }
            }
        }
        it
    }

    fn clinical(&self, it: &mut Value) {
        match self.status {
            "entered-in-error" => it["verificationStatus"] = json!({"coding": [{"code": "entered-in-error"}]}),
            "" => {}
            "stopped" => it["clinicalStatus"] = json!({"coding": [{"code": "inactive"}]}),
            other => it["clinicalStatus"] = json!({"coding": [{"code": other}]}),
        }
        if !self.criticality.is_empty() {
            it["criticality"] = json!(self.criticality);
        }
        if !self.date.is_empty() {
            it["recordedDate"] = json!(self.date);
        }
    }
}

impl Told {
    fn bundle(&self) -> Value {
        let resources: Vec<Value> = self.claims.iter().enumerate().map(|(at, c)| c.resource(at)).collect();
        let reference = |it: &Value| json!({"reference": format!("{}/{}", it["resourceType"].as_str().unwrap_or(""), it["id"].as_str().unwrap_or(""))});
        let listed = |allergies: bool| {
            let of = self.claims.iter().zip(&resources);
            let of = of.filter(move |(c, _)| c.listed && (c.kind == "AllergyIntolerance") == allergies);
            of.map(|(_, r)| reference(r)).collect::<Vec<_>>()
        };
        let mut sections =
            vec![json!({"code": {"coding": [{"code": "11450-4"}]}, "title": "Problems", "entry": listed(false)})];
        let mut allergies =
            json!({"code": {"coding": [{"code": ALLERGIES}]}, "title": "Allergies", "entry": listed(true)});
        let entry = |section: &mut Value, it: Value| {
            if let Some(list) = section["entry"].as_array_mut() {
                list.push(it);
            }
        };
        match self.allergies {
            "withheld" | "notasked" => allergies["emptyReason"] = json!({"coding": [{"code": self.allergies}]}),
            "dangling" => entry(&mut allergies, json!({"reference": "AllergyIntolerance/nowhere"})),
            _ => {}
        }
        if self.says_none {
            entry(&mut allergies, json!({"reference": "AllergyIntolerance/none"}));
        }
        if self.allergies != "absent" {
            sections.push(allergies);
        }
        let mut entries = vec![
            json!({"resource": {"resourceType": "Composition", "date": "2026-10-01", "section": sections, "subject": {"reference": "Patient/p"}}}),
            json!({"resource": {"resourceType": "Patient", "id": "p", "name": [{"family": "Okafor"}]}}),
        ];
        entries.extend(resources.into_iter().map(|r| json!({"resource": r})));
        if self.says_none {
            entries.push(json!({"resource": {"resourceType": "AllergyIntolerance", "id": "none", "code": {"coding": [{"system": SNOMED, "code": "716186003"}]}}}));
        }
        match self.broken {
            "unknown" => entries.push(json!({"resource": {"id": "x"}})),
            "allergy" => entries.push(json!({"fullUrl": "http://a/AllergyIntolerance/9", "resource": {"id": "9"}})),
            _ => {}
        }
        json!({"resourceType": "Bundle", "type": "document", "entry": entries})
    }

    /// Something that is an allergy, or may be one.
    fn may_hold_an_allergy(&self) -> bool {
        let real = |c: &Claim| c.kind == "AllergyIntolerance" && c.status != "entered-in-error";
        self.claims.iter().any(real)
            || !self.broken.is_empty()
            || self.allergies == "dangling"
            || (self.allergies == "withheld" && !self.says_none)
    }
}

fn read(told: &[Told]) -> Vec<Document> {
    told.iter().filter_map(|t| Document::read(t.bundle().to_string().as_bytes()).ok()).collect()
}

fn merged(documents: &[&Document], names: &[&str]) -> Summary {
    let sources: Vec<Source<'_>> = documents
        .iter()
        .zip(names)
        .map(|(document, name)| Source { document, name: (*name).to_owned(), retrieved: String::new() })
        .collect();
    summarise_all(&sources, Role::EmergencyClinician, TODAY)
}

fn of(documents: &[Document]) -> Summary {
    merged(&documents.iter().collect::<Vec<_>>(), &NAMES)
}

fn items(summary: &Summary) -> impl Iterator<Item = &Item> {
    summary.sections.iter().flat_map(|s| &s.items)
}

/// Every entry of every document is an item, or one of the others of an item, or context, or unread: one of the four,
/// and the line it stands on is the same in every section.
fn accounts(name: &str, documents: &[&Document], summary: &Summary) {
    let mut told: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    let composition = |place: (usize, usize)| documents[place.0].composition_index() == place.1;
    let mut tell = |place: (usize, usize), as_what: String| told.entry(place).or_default().insert(as_what);
    for item in items(summary).filter(|i| !composition((i.document, i.entry))) {
        let line = format!("line {:?}", (item.document, item.entry));
        tell((item.document, item.entry), line.clone());
        for other in &item.also {
            assert_ne!(other.document, item.document, "{name}: a document is merged with itself");
            tell((other.document, other.entry), line.clone());
        }
    }
    summary.context.iter().for_each(|c| {
        tell((c.document, c.entry), "context".to_owned());
    });
    summary.unread.iter().for_each(|u| {
        tell((u.document, u.entry), "unread".to_owned());
    });
    for (at, document) in documents.iter().enumerate() {
        for entry in (0..document.entries().len()).filter(|e| !composition((at, *e))) {
            let places = told.get(&(at, entry)).map_or(0, BTreeSet::len);
            assert_eq!(
                places,
                1,
                "{name}: entry {entry} of document {at} is told {places} times: {:?}",
                told.get(&(at, entry))
            );
        }
    }
    for line in summary.glance.iter().filter_map(|g| g.item) {
        assert!(summary.sections.get(line.0).is_some_and(|s| s.items.len() > line.1), "{name}: a line points nowhere");
    }
    assert_eq!(summary.sources.len(), documents.len());
}

/// Words in no order: what is left when sentences may come in another order.
fn bag(words: &str) -> String {
    let mut words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// All that is said, with nothing of the order in which the documents came.
fn said(summary: &Summary) -> BTreeSet<String> {
    let name = |document: usize| summary.sources.get(document).map_or("", |s| s.name.as_str());
    let mut all = BTreeSet::new();
    for section in &summary.sections {
        all.insert(format!("{} {} {:?} {}", section.code, section.title, section.state, bag(&section.statement)));
        for item in &section.items {
            let mut places = vec![format!("{} {}", name(item.document), item.entry)];
            places.extend(item.also.iter().map(|o| format!("{} {}", name(o.document), o.entry)));
            places.sort();
            all.insert(format!(
                "{} {} {:?} {} {} {places:?} {}",
                section.code,
                item.text,
                item.status,
                item.criticality,
                item.detail,
                bag(&item.disagreement)
            ));
        }
    }
    // A line without an item may say its first sentence twice.
    let words = |g: &Glance| {
        let all = bag(&format!("{} {}", g.text, g.detail));
        if g.item.is_some() {
            all
        } else {
            all.split(' ').collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
        }
    };
    all.extend(
        summary.glance.iter().map(|g| format!("{:?} {} {} {}", g.kind, g.alert, words(g), bag(&g.disagreement))),
    );
    all.extend(summary.notices.iter().map(|n| format!("{:?} {} {}", n.severity, n.code, bag(&n.text))));
    all.extend(summary.unread.iter().map(|u| format!("unread {} {}", name(u.document), u.entry)));
    all
}

fn none_known(summary: &Summary) -> bool {
    let line = |g: &&Glance| g.kind == GlanceKind::Allergy && g.text.to_lowercase().contains("no known allerg");
    summary.sections.iter().any(|s| s.code == ALLERGIES && s.state == SectionState::NoneKnown)
        || summary.glance.iter().find(line).is_some()
}

/// The line on which an entry stands.
fn line_of(summary: &Summary, document: usize, entry: usize) -> Option<&Item> {
    items(summary).find(|i| {
        (i.document, i.entry) == (document, entry) || i.also.iter().any(|o| (o.document, o.entry) == (document, entry))
    })
}

proptest! {
    #[test]
    fn every_entry_of_every_document_is_accounted_for(told in proptest::collection::vec(told(), 1..5)) {
        let documents = read(&told);
        accounts("generated", &documents.iter().collect::<Vec<_>>(), &of(&documents));
    }

    #[test]
    fn the_order_of_the_documents_changes_nothing_but_the_order(told in proptest::collection::vec(told(), 2..5), turn in 1usize..4) {
        let documents = read(&told);
        let given: Vec<(&Document, &str)> = documents.iter().zip(NAMES).collect();
        let mut turned = given.clone();
        turned.rotate_left(turn % given.len());
        let summary = |order: &[(&Document, &str)]| {
            let (documents, names): (Vec<&Document>, Vec<&str>) = order.iter().copied().unzip();
            said(&merged(&documents, &names))
        };
        let mut reversed = given.clone();
        reversed.reverse();
        prop_assert_eq!(summary(&given), summary(&turned));
        prop_assert_eq!(summary(&given), summary(&reversed));
    }

    #[test]
    fn none_known_is_never_said_while_any_document_holds_or_may_hold_an_allergy(told in proptest::collection::vec(told(), 1..5)) {
        let summary = of(&read(&told));
        if told.iter().any(Told::may_hold_an_allergy) || !told.iter().any(|t| t.says_none) {
            prop_assert!(!none_known(&summary));
        }
        for (document, told) in told.iter().enumerate() {
            for (at, claim) in told.claims.iter().enumerate().filter(|(_, c)| c.kind == "AllergyIntolerance") {
                let place = line_of(&summary, document, at + 2);
                let section = summary.sections.iter().find(|s| s.code == ALLERGIES);
                let there = section.is_some_and(|s| s.items.iter().any(|i| place == Some(i)));
                prop_assert!(there, "{claim:?} is not under allergies");
            }
        }
    }

    #[test]
    fn a_document_merged_with_itself_has_the_lines_of_one_and_each_says_so_twice(told in told()) {
        let documents = read(&[told]);
        let once = summarise(&documents[0], Role::EmergencyClinician, TODAY);
        let twice = merged(&[&documents[0], &documents[0]], &NAMES);
        prop_assert_eq!(items(&once).count(), items(&twice).count());
        prop_assert!(items(&twice).all(|i| i.also.len() == 1 && i.disagreement.is_empty()));
        prop_assert_eq!(once.glance.len(), twice.glance.len());
    }

    #[test]
    fn a_disagreement_never_vanishes(a in claim(), b in claim()) {
        let b = Claim { kind: a.kind, thing: a.thing, coded: a.coded, identifier: 0, ..b };
        let a = Claim { identifier: 0, ..a };
        // What lasts is held against each other whatever the date.
        prop_assume!(matches!(a.kind, "AllergyIntolerance" | "Condition" | "MedicationStatement" | "MedicationRequest" | "Flag"));
        let told = [&a, &b].map(|c| Told { claims: vec![c.clone()], says_none: false, allergies: "", broken: "" });
        let summary = of(&read(&told));
        let (ours, theirs) = (line_of(&summary, 0, 2).cloned(), line_of(&summary, 1, 2).cloned());
        let (Some(ours), Some(theirs)) = (ours, theirs) else { return Err(TestCaseError::fail("a line is lost")) };
        let held = |status: &'static str| if status.is_empty() { "active" } else { status };
        let differ = |x: &str, y: &str| !x.is_empty() && !y.is_empty() && x != y;
        let medicine = a.kind.starts_with("Medication");
        let disputed = held(a.status) != held(b.status)
            || (a.kind == "AllergyIntolerance" && differ(a.criticality, b.criticality))
            || (medicine && differ(a.dose, b.dose));
        for line in [&ours, &theirs] {
            prop_assert_eq!(disputed, !line.disagreement.is_empty(), "{}", line.disagreement);
            prop_assert!(!disputed || NAMES[..2].iter().all(|n| line.disagreement.contains(n)));
        }
        prop_assert!(!disputed || ours != theirs);
    }
}

fn corpus() -> Vec<(PathBuf, Document)> {
    let Some(root) = std::env::var_os("DOORSTEP_CORPUS") else { return Vec::new() };
    let (mut found, mut folders) = (Vec::new(), vec![Path::new(&root).join("ips")]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    let read = |path: PathBuf| Some((path.clone(), Document::read(&std::fs::read(path).ok()?).ok()?));
    found.into_iter().filter_map(read).collect()
}

#[test]
fn real_documents_are_merged_with_each_other_and_with_themselves() {
    let all = corpus();
    for (at, (path, document)) in all.iter().enumerate() {
        let once = summarise(document, Role::EmergencyClinician, TODAY);
        for step in [0, 7] {
            let (_, other) = &all[(at + step) % all.len()];
            let documents = [document, other];
            let summary = merged(&documents, &NAMES);
            accounts(&path.display().to_string(), &documents, &summary);
            if step == 0 {
                assert_eq!(items(&once).count(), items(&summary).count(), "{}", path.display());
                let alone = items(&summary).find(|i| i.also.is_empty() && i.entry != document.composition_index());
                assert!(alone.is_none(), "{}: {:?}", path.display(), alone.map(|i| &i.text));
                let disputed = items(&summary).find(|i| !i.disagreement.is_empty());
                assert!(disputed.is_none(), "{}: {:?}", path.display(), disputed.map(|i| &i.disagreement));
                assert_eq!(none_known(&once), none_known(&summary), "{}", path.display());
            }
        }
    }
}
