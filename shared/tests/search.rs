//! Search and layout on real documents.

use std::io::Write;
use std::path::PathBuf;
use std::{env, fs};

use jiff::civil::date;
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::layout::{Layout, arranged, is_safety, key};
use shared::summary::search::{Index, Place};
use shared::summary::{Summary, summarise};

fn corpus() -> Vec<(String, Summary)> {
    let Some(root) = env::var_os("DOORSTEP_CORPUS") else {
        let _ = writeln!(std::io::stderr(), "DOORSTEP_CORPUS IS NOT SET: no real document was searched by this test.");
        return Vec::new();
    };
    let (mut all, mut folders) = (Vec::new(), vec![PathBuf::from(root).join("ips")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(document) = Document::read(&fs::read(&path).unwrap_or_default()) else { continue };
            let summary = summarise(&document, Role::EmergencyClinician, date(2026, 11, 22));
            all.push((path.display().to_string(), summary));
        }
    }
    assert!(all.len() > 100, "the corpus was found");
    all
}

// What a person reads on an item and types, finds it again.
#[test]
fn every_item_of_real_documents_is_found_by_its_own_words() {
    let mut items = 0;
    for (name, summary) in corpus() {
        let index = Index::of(&summary);
        for (at, section) in summary.sections.iter().enumerate() {
            for (nth, item) in section.items.iter().enumerate().take(8) {
                let typed: String = item.text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
                if typed.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
                    continue;
                }
                items += 1;
                let found = index.find(&typed);
                assert!(found.iter().any(|hit| hit.place == Place::Item(at, nth)), "{name}: {typed}");
            }
        }
    }
    assert!(items > 1000 || env::var_os("DOORSTEP_CORPUS").is_none());
}

#[test]
fn hiding_all_of_a_real_document_hides_only_what_may_be_and_counts_it() {
    let mut counted = 0;
    for (name, summary) in corpus() {
        for role in [Role::EmergencyClinician, Role::CareTeamClinician, Role::DomiciliaryCarer] {
            let mut layout = Layout::usual(role);
            layout.hidden = summary.sections.iter().map(|s| key(s).to_owned()).collect();
            let arrangement = arranged(&summary, &layout);
            assert_eq!(arrangement.shown.len() + arrangement.hidden.len(), summary.sections.len(), "{name}");
            assert!(arrangement.hidden.iter().all(|at| !is_safety(key(&summary.sections[*at]))), "{name}");
            counted += arrangement.hidden.len();
        }
    }
    assert!(counted > 100 || env::var_os("DOORSTEP_CORPUS").is_none(), "{counted}");
}
