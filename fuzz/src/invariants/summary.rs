use jiff::civil::date;
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::layout::{Layout, arranged, kept, key};
use shared::summary::search::Index;
use shared::summary::{Source, Summary, summarise, summarise_all};

use super::{absence, accounts, narrative};

const ROLES: [Role; 5] =
    [Role::EmergencyClinician, Role::CareTeamClinician, Role::SocialWorker, Role::DomiciliaryCarer, Role::Admin];

/// From a document to the screen: `shared::summary`, for every role, alone and beside itself.
pub fn summary(bytes: &[u8]) {
    let Ok(document) = Document::read(bytes) else { return };
    let today = date(2026, 11, 22);
    for role in ROLES {
        let made = summarise(&document, role, today);
        holds(&made, &[&document]);
        safety_cannot_be_hidden(&made, role);
    }
    let source = |name: &str| Source { document: &document, name: name.to_owned(), retrieved: String::new() };
    let merged = summarise_all(&[source("one"), source("other")], ROLES[0], today);
    holds(&merged, &[&document, &document]);
}

fn holds(made: &Summary, documents: &[&Document]) {
    accounts::every_entry_has_its_place(made, documents);
    accounts::losses_are_told(made);
    absence::none_known_is_coded_and_uncontradicted(made, documents);
    narrative::harmless(made);
    narrative::codes_are_masked(made);
    same_when_read_back(made);
    let index = Index::of(made);
    for question in ["penicillin", "ab", "4071", "heart attack", ""] {
        assert!(index.find(question).len() <= 100_000);
    }
}

fn same_when_read_back(made: &Summary) {
    let written = serde_json::to_string(made).unwrap_or_default();
    let read = serde_json::from_str::<Summary>(&written);
    assert!(read.is_ok_and(|read| serde_json::to_string(&read).unwrap_or_default() == written), "one shape, both ways");
}

fn safety_cannot_be_hidden(made: &Summary, role: Role) {
    let usual = Layout::usual(role);
    let all = made.sections.iter().map(|s| key(s).to_owned()).collect();
    let layout = Layout { hidden: all, ..usual };
    let shown: Vec<usize> = arranged(made, &layout).shown.into_iter().map(|s| s.section).collect();
    for at in 0..made.sections.len() {
        assert!(kept(made, at).is_none() || shown.contains(&at), "what must not be hidden is not");
    }
}
