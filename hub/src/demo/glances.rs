//! What a reader sees first of each story, through the whole way from the file to the glance.

use std::sync::LazyLock;

use shared::consent::{Dataset, Decision, Outcome, Reason, Residual};
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::{GlanceKind, SectionState, Status, Summary, summarise};

use super::tests::now;
use super::*;
use crate::consent::{Exceptions, Filtered, filter};
use crate::ips;

/// Written out once: it is the same for every test.
static DEMO: LazyLock<Demo> = LazyLock::new(|| demo(now()).unwrap());

fn read(slug: &str, role: Role) -> Summary {
    let demo = &*DEMO;
    let person = demo.people.iter().find(|p| p.id.as_str() == key(slug)).unwrap();
    let permit = Decision {
        outcome: Outcome::Permit,
        dataset: Some(Dataset::Emergency),
        residual: Some(Residual::ForbidRestricted),
        reason: Reason::TierEmergency,
        obligations: vec![],
    };
    // As the hub does it: filter, tell what stays behind, assemble.
    let Filtered { kept, closed } = filter(person.resources.clone(), &permit, &Exceptions::default());
    let withheld = ips::select(&closed, Dataset::Emergency, now());
    let withheld: Vec<_> = withheld.kept.iter().map(|(section, _)| section.code()).collect();
    let seen = [kept, demo.shared.clone()].concat();
    let made = ips::assemble(&person.patient, &seen, &withheld, Dataset::Emergency, now());
    let document = Document::read(made.to_string().as_bytes()).unwrap();
    summarise(&document, role, jiff::civil::date(2026, 11, 22))
}

fn crew(slug: &str) -> Summary {
    read(slug, Role::EmergencyClinician)
}

/// Whether a line of a kind says all of `parts`.
fn says(summary: &Summary, kind: GlanceKind, parts: &[&str]) -> bool {
    lines(summary, kind).iter().any(|line| parts.iter().all(|p| line.contains(p)))
}

fn lines(summary: &Summary, kind: GlanceKind) -> Vec<String> {
    let of_kind = summary.glance.iter().filter(|g| g.kind == kind);
    of_kind
        .map(|g| format!("{} | {} | {} | {}{}", g.text, g.detail, g.age, g.source, if g.alert { " !" } else { "" }))
        .collect()
}

#[track_caller]
fn must(slug: &str, expected: &[(GlanceKind, &[&str])]) {
    let summary = crew(slug);
    for (kind, parts) in expected {
        assert!(says(&summary, *kind, parts), "{slug}: {kind:?} {parts:?} is not in {:#?}", lines(&summary, *kind));
    }
}

use GlanceKind::{
    Access, Allergy, Baseline, Contact, Cpr, CriticalMedicine, Device, JustInCase, PreferredPlace, Pregnancy, Safety,
};

#[test]
fn okafor_at_a_glance() {
    must(
        "okafor",
        &[
            (Safety, &["Oxygen concentrator"]),
            (Access, &["Key safe"]),
            (
                Cpr,
                &[
                    "NOT for CPR. Ring the hospice",
                    "yellow folder",
                    "Not for attempted",
                    "2026-06-22",
                    "Miriam Vance",
                    "!",
                ],
            ),
            (Cpr, &["Ceilings: Home first", "intubation"]),
            (Allergy, &["penicillin", "Hannah Lim", "Larkmoor Surgery", "!"]),
            (CriticalMedicine, &["Apixaban"]),
            (PreferredPlace, &["home"]),
            (JustInCase, &["wardrobe"]),
            (Baseline, &["Oxygen target", "88", "92"]),
            (Contact, &["Chidi Okafor", "07700 900201"]),
            (Contact, &["advice line"]),
        ],
    );
    let summary = crew("okafor");
    let shown = serde_json::to_string(&summary.glance).unwrap();
    assert!(!shown.contains("4471"), "the code of the key safe is shown");
    assert!(summary.unread.is_empty() && !summary.notices.iter().any(|n| n.code == "incomplete"));
    assert!(lines(&summary, CriticalMedicine).iter().all(|l| !l.contains("Warfarin")), "it was stopped");
}

#[test]
fn dangers_and_medicines_at_a_glance() {
    must(
        "papadakis",
        &[(CriticalMedicine, &["Warfarin"]), (Device, &["Pacemaker"]), (Cpr, &["OVERDUE"]), (Access, &["Key safe"])],
    );
    must("demir", &[(Device, &["ICD"]), (CriticalMedicine, &["Amiodarone"]), (Cpr, &["For attempted"])]);
    must("odonnell", &[(Cpr, &["NOT for CPR (CONFLICTING: verify the form)"]), (Cpr, &["For CPR (CONFLICTING"])]);
    must(
        "greaves",
        &[(Safety, &["police", "!"]), (Safety, &["Dog", "!"]), (Safety, &["Weapons have been found", "!"])],
    );
    must("nakamura", &[(Safety, &["ventilator"]), (Cpr, &["Refuses a breathing tube"]), (Baseline, &["Cannot speak"])]);
    must("haddad", &[(Pregnancy, &["Pregnan", "!"]), (Baseline, &["Interpreter needed: Arabic"])]);
    must("achterberg", &[(CriticalMedicine, &["Insulin aspart"]), (Device, &["Insulin pump"])]);
    must("rahman", &[(CriticalMedicine, &["Hydrocortisone"]), (Safety, &["Steroid dependent"])]);
    must("tesfaye", &[(CriticalMedicine, &["Clozapine"]), (Baseline, &["Tigrinya"])]);
    must("fitzgerald", &[(CriticalMedicine, &["Midazolam buccal"]), (Allergy, &["Egg"])]);
    must("hargreave", &[(Baseline, &["British Sign Language"]), (Allergy, &["aspirin", "!"])]);
    must("vasquez", &[(PreferredPlace, &["hospice"]), (CriticalMedicine, &["Oxycodone"]), (JustInCase, &["kettle"])]);
    must("lockwood", &[(Baseline, &["pictures"])]);
    must("marchetti", &[(Allergy, &["antivirals", "act with care", "!"])]);
    must("rosenthal", &[(CriticalMedicine, &["Factor VIII"])]);
}

#[test]
fn absence_of_allergies_reads_as_what_it_is() {
    let state = |slug: &str| {
        let summary = crew(slug);
        let section = summary.sections.into_iter().find(|s| s.code == "48765-2").unwrap();
        (section.state, section.statement)
    };
    let (none, words) = state("haddad");
    assert!(none == SectionState::NoneKnown && words.contains("No known allergies") && words.contains("Grace Ford"));
    for slug in ["thiri", "nguyen", "kowalczyk-b"] {
        let (nothing, words) = state(slug);
        assert!(nothing == SectionState::NotRecorded && !words.contains("No known allergies"), "{slug}: {words}");
    }
    assert!(!crew("fitzgerald").glance.iter().any(|g| g.text.contains("No known allergies")));
}

#[test]
fn what_is_withheld_leaves_a_notice_and_no_trace() {
    for (slug, secrets) in [
        ("marchetti", &["immunodeficiency", "Bictegravir", "Viral load", "Abacavir", "Alderbank", "Clarke"][..]),
        ("begum", &["Bipolar", "Lithium", "Heathside", "Beaumont"]),
        ("tesfaye", &["chizophrenia", "Risperidone"]),
        ("greaves", &["Opioid", "Methadone", "psychosis", "Knife"]),
        ("fitzgerald", &["children's services", "Adeyemi"]),
        ("sorensen", &["Embryo", "Alderbank"]),
    ] {
        let summary = crew(slug);
        let all = serde_json::to_string(&summary).unwrap();
        for secret in secrets {
            assert!(!all.contains(secret), "{slug}: {secret} is to be seen");
        }
        assert!(summary.notices.iter().any(|n| n.code == "withheld"), "{slug}: nothing says that something is missing");
    }
    assert!(!crew("okafor").notices.iter().any(|n| n.code == "withheld"));
}

#[test]
fn what_is_no_longer_true_does_not_alarm() {
    let summary = crew("chaudhry");
    let all: Vec<String> = summary.glance.iter().map(|g| g.text.to_lowercase()).collect();
    for gone in ["warfarin", "insulin", "morphine"] {
        assert!(!all.iter().any(|l| l.contains(gone)), "{gone} in {all:#?}");
    }
    let standing = |words: &str| {
        let items = || summary.sections.iter().flat_map(|s| &s.items);
        items().find(|i| i.text.contains(words)).map(|i| i.status)
    };
    assert_eq!(standing("Warfarin"), Some(Status::Stopped));
    assert_eq!(standing("penicillin"), Some(Status::Refuted));
    assert_eq!(standing("Morphine"), Some(Status::EnteredInError));
}

#[test]
fn every_person_can_be_read_by_every_role_whole() {
    for person in &DEMO.people {
        let slug = person.id.as_str().strip_prefix("demo-").unwrap().to_owned();
        for role in [Role::EmergencyClinician, Role::CareTeamClinician, Role::DomiciliaryCarer] {
            let summary = read(&slug, role);
            assert!(summary.unread.is_empty(), "{slug}");
            assert!(
                summary
                    .notices
                    .iter()
                    .all(|n| !["incomplete", "contradiction", "not-listed"].contains(&n.code.as_str())),
                "{slug}: {:?}",
                summary.notices.iter().map(|n| &n.text).collect::<Vec<_>>()
            );
            assert!(!lines(&summary, Cpr).is_empty() && !lines(&summary, Allergy).is_empty(), "{slug}");
        }
    }
}

/// Characters of a row of a phone beside the heading, and of a detail before it is cut (`mobile`, the record's glance).
const ROW: usize = 33;
const DETAIL: usize = 64;

/// Rows that lines take on a phone 390 wide, with a date and a name in small letters behind each.
fn rows<'a>(lines: impl Iterator<Item = &'a shared::summary::Glance>) -> usize {
    let about = |l: &shared::summary::Glance| if l.age.is_empty() && l.source.is_empty() { 0 } else { 18 };
    let length =
        |l: &shared::summary::Glance| l.text.chars().count() + 1 + l.detail.chars().count().min(DETAIL) + about(l);
    lines.map(|l| length(l).div_ceil(ROW)).sum()
}

fn everybody() -> Vec<String> {
    DEMO.people.iter().map(|p| p.id.as_str().strip_prefix("demo-").unwrap().to_owned()).collect()
}

// A phone of 390 by 844 has 29 rows between the strip and the buttons.
#[test]
fn what_decides_and_what_kills_is_on_the_first_screen_and_the_whole_on_less_than_two() {
    let mut all = Vec::new();
    for slug in everybody() {
        for role in [Role::EmergencyClinician, Role::CareTeamClinician, Role::DomiciliaryCarer] {
            let glance = read(&slug, role).glance;
            let length: usize = glance.iter().map(|l| l.text.chars().count() + l.detail.chars().count()).sum();
            assert!(
                glance.len() <= 16 && rows(glance.iter()) <= 58 && length <= 1800,
                "{slug}: {} {} {length}",
                glance.len(),
                rows(glance.iter())
            );
            assert!(glance.iter().all(|l| l.text.chars().count() <= 161), "{slug}");
            if role == Role::EmergencyClinician {
                let allergy = glance.iter().position(|l| l.kind == Allergy).unwrap();
                assert!(allergy <= 4, "{slug}: {allergy} lines before the allergies");
                let first = glance
                    .iter()
                    .take_while(|l| !matches!(l.kind, Device | PreferredPlace | JustInCase | Baseline | Contact));
                assert!(rows(first) <= 29, "{slug}");
                all.push((glance.len(), rows(glance.iter())));
            }
        }
    }
    all.sort_unstable();
    let (lines, _) = all[all.len() / 2];
    all.sort_by_key(|(_, rows)| *rows);
    let (_, rows) = all[all.len() / 2];
    assert!(lines <= 7 && rows <= 20, "{lines} lines and {rows} rows for the median person");
}
