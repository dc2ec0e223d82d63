//! Every IPS document of the corpus, which is not part of this repository: read, summarised, and held to its accounts.
//!
//! `DOORSTEP_CORPUS` names a folder with documents under `ips/`. Without it the test says so and passes.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use serde_json::Value;
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::{GlanceKind, SectionState, Status, Summary, summarise};

const TODAY: Date = date(2026, 11, 22);
const ROLES: [Role; 3] = [Role::EmergencyClinician, Role::DomiciliaryCarer, Role::CareTeamClinician];

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn documents() -> Result<Vec<PathBuf>, std::io::Error> {
    let Some(root) = std::env::var_os("DOORSTEP_CORPUS") else {
        say(
            "DOORSTEP_CORPUS IS NOT SET: no real document was read by this test. Set it to the folder that holds ips/.",
        );
        return Ok(Vec::new());
    };
    let (mut found, mut folders) = (Vec::new(), vec![Path::new(&root).join("ips")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    assert!(!found.is_empty(), "the corpus holds no document");
    found.sort();
    Ok(found)
}

#[test]
fn every_document_is_read_and_every_entry_is_accounted_for() -> Result<(), std::io::Error> {
    let all = documents()?;
    for path in &all {
        let bytes = std::fs::read(path)?;
        let name = path.display();
        match Document::read(&bytes) {
            Ok(document) => {
                ROLES.iter().for_each(|role| check(&name.to_string(), &document, &summarise(&document, *role, TODAY)))
            }
            Err(refusal) => assert!(!is_a_summary(&bytes), "{name}: refused: {refusal}"),
        }
    }
    say(&format!("{} documents of the corpus were read", all.len()));
    Ok(())
}

fn is_a_summary(bytes: &[u8]) -> bool {
    let Ok(bundle) = serde_json::from_slice::<Value>(bytes) else { return false };
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let is_composition =
        |e: &Value| e["resource"]["resourceType"] == "Composition" || e["resourceType"] == "Composition";
    bundle["resourceType"] == "Bundle" && entries.iter().any(is_composition)
}

fn check(name: &str, document: &Document, summary: &Summary) {
    for entry in 0..document.entries().len() {
        let is_item = summary.sections.iter().flat_map(|s| &s.items).any(|i| i.entry == entry);
        let is_unread = summary.unread.iter().any(|u| u.entry == entry);
        let is_context = summary.context.iter().any(|c| c.entry == entry);
        let is_composition = entry == document.composition_index();
        let told = [is_item, is_unread, is_context].iter().filter(|p| **p).count();
        assert!(told == 1 || (told == 2 && is_composition), "{name}: entry {entry} is told {told} times");
    }
    assert!(
        summary.unread.is_empty() || summary.notices.iter().any(|n| n.code == "incomplete"),
        "{name}: losses are told"
    );
    let items = summary.sections.iter().flat_map(|s| &s.items);
    assert!(
        items.map(|i| &i.text).chain(summary.glance.iter().map(|g| &g.text)).all(|t| !t.trim().is_empty()),
        "{name}: a blank line"
    );
    for kind in [GlanceKind::Allergy, GlanceKind::Cpr] {
        assert!(summary.glance.iter().any(|g| g.kind == kind), "{name}: no line on {kind:?}");
    }
    allergies(name, document, summary);
    narratives(name, summary);
    first_screen(name, summary);
}

/// More lines than this are no glance; the longest text of a line, but for names of allergies, which are never cut.
const LINES: usize = 16;
const TEXT: usize = 161;

fn first_screen(name: &str, summary: &Summary) {
    assert!(summary.glance.len() <= LINES, "{name}: {} lines", summary.glance.len());
    for line in &summary.glance {
        assert!(line.kind == GlanceKind::Allergy || line.text.chars().count() <= TEXT, "{name}: {}", line.text);
        for (section, item) in line.item.iter().chain(&line.also) {
            let status = summary.sections[*section].items[*item].status;
            assert!(
                !matches!(status, Status::EnteredInError | Status::Refuted | Status::Stopped),
                "{name}: {}",
                line.text
            );
        }
    }
    for (at, section) in summary.sections.iter().enumerate() {
        let severe = section.items.iter().enumerate().filter(|(_, i)| {
            i.resource_type == "AllergyIntolerance" && i.criticality == "high" && i.status == Status::Active
        });
        for (item, allergy) in severe.filter(|_| !section.title.starts_with("About another person")) {
            let own = summary.glance.iter().find(|l| l.item == Some((at, item)));
            assert!(own.is_some_and(|l| l.alert && l.also.is_empty()), "{name}: {} has no line", allergy.text);
        }
    }
}

// Told apart from the code under test: straight from the JSON.
fn allergies(name: &str, document: &Document, summary: &Summary) {
    let resources = || document.entries().iter().filter_map(|e| e.resource.as_ref().ok());
    let statement = |r: &Value| {
        let text = r.to_string();
        r["resourceType"] == "AllergyIntolerance"
            && (text.contains("\"716186003\"") || text.contains("\"no-known-allergies\""))
    };
    let says_none = summary
        .glance
        .iter()
        .any(|g| g.kind == GlanceKind::Allergy && g.text.to_lowercase().contains("no known allergies"));
    let none_known = summary.sections.iter().any(|s| s.code == "48765-2" && s.state == SectionState::NoneKnown);
    assert!((!says_none && !none_known) || resources().any(statement), "{name}: none known without a coded statement");
    for (entry, allergy) in
        document.entries().iter().enumerate().filter(|(_, e)| e.resource_type == "AllergyIntolerance")
    {
        let words = allergy
            .resource
            .as_ref()
            .map(|r| r["code"]["text"].as_str().unwrap_or_default().to_owned())
            .unwrap_or_default();
        let named =
            summary.sections.iter().filter(|s| s.code == "48765-2").flat_map(|s| &s.items).any(|i| i.entry == entry);
        let kept = summary.unread.iter().any(|u| u.entry == entry);
        assert!(named || kept, "{name}: the allergy in entry {entry} ({words}) is not under allergies");
    }
}

fn narratives(name: &str, summary: &Summary) {
    for section in &summary.sections {
        let lower = section.narrative.harmless().to_lowercase();
        for gone in
            ["<script", "<style", "<img", "<a ", "<iframe", "onclick=", "javascript:", "style=\"", "src=\"", "href=\""]
        {
            assert!(!lower.contains(gone), "{name}: {gone} in the narrative of {}", section.title);
        }
    }
}
