//! The decision against tables: the owner's golden rows where they are at hand, rows of our own always.
//! What must hold of every input there is stands in `consent_space.rs`.
#![expect(clippy::expect_used, clippy::panic, reason = "a table that cannot be read must stop the test")]

use std::io::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;
use shared::consent::{
    Basis, Choice, Dataset, Decision, EmergencyNone, Kind, Label, Outcome, Purpose, Reason, RecordState, Request,
    Residual, Tiers, Treatment, decide, treat,
};
use shared::identity::Role;

type Row = std::collections::HashMap<String, String>;

/// The folder of golden rows: beside the corpus, or named by `DOORSTEP_VECTORS`.
fn golden(file: &str) -> Option<Vec<Row>> {
    let folder = std::env::var_os("DOORSTEP_VECTORS")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("DOORSTEP_CORPUS")?).parent()?.join("vectors")))?;
    let mut reader = csv::Reader::from_path(folder.join(file)).ok()?;
    Some(reader.deserialize().map(|row| row.expect("a readable row")).collect())
}

fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {what}: set DOORSTEP_VECTORS or DOORSTEP_CORPUS");
}

fn yes(row: &Row, column: &str) -> bool {
    match row[column].as_str() {
        "True" => true,
        "False" => false,
        other => panic!("{column} is {other}"),
    }
}

fn request(row: &Row) -> Request {
    let choice = |column: &str| Choice::from_code(&row[column]).expect("a choice");
    Request {
        role: Role::from_code(&row["role"]).expect("a role"),
        purpose: Purpose::from_code(&row["purpose"]).ok(),
        record: RecordState::from_code(&row["record"]).expect("a record state"),
        refused_now: yes(row, "refusal"),
        tiers: Tiers { emergency: choice("tierE"), care_setting: choice("tierS"), long_term: choice("tierL") },
        organisation_in_consent: yes(row, "in_scope_org"),
        basis: Basis::from_code(&row["basis"]).expect("a basis"),
        break_glass_in_consent: yes(row, "btg_in_consent"),
        emergency_none: EmergencyNone::from_code(&row["emergency_none"]).expect("a setting"),
    }
}

fn printed(decision: &Decision) -> [String; 5] {
    let obligations: Vec<_> = decision.obligations.iter().map(|o| o.code()).collect();
    [
        decision.outcome.code().to_owned(),
        decision.dataset.map_or("-", Dataset::code).to_owned(),
        decision.residual.map_or("-", Residual::code).to_owned(),
        decision.reason.code().to_owned(),
        obligations.join("|"),
    ]
}

#[test]
fn every_golden_row_of_the_decision_passes() {
    let Some(rows) = golden("consent-vectors.csv") else { return skipped("golden rows of the decision") };
    assert!(rows.len() > 800, "only {} rows", rows.len());
    for row in &rows {
        let expected = ["decision", "dataset", "residual", "reason", "obligations"].map(|c| row[c].clone());
        assert_eq!(printed(&decide(&request(row))), expected, "{row:?}");
    }
}

#[test]
fn every_golden_row_for_a_resource_passes() {
    let Some(rows) = golden("resource-vectors.csv") else { return skipped("golden rows for resources") };
    assert!(rows.len() >= 70, "only {} rows", rows.len());
    for row in &rows {
        let decision = Decision {
            outcome: Outcome::from_code(&row["decision"]).expect("an outcome"),
            dataset: None,
            residual: Residual::from_code(&row["residual"]).ok(),
            reason: Reason::TierEmergency,
            obligations: vec![],
        };
        let kind = match row["kind"].as_str() {
            "allergy" => Kind::Allergy,
            "safety_flag" => Kind::SafetyFlag,
            "other" => Kind::Other,
            kind => panic!("{kind}"),
        };
        let label = Label::from_code(&row["label"]).expect("a label");
        let expected = match row["result"].as_str() {
            "SHOW" => Treatment::Show,
            "REDACT" => Treatment::Redact,
            "WITHHOLD" => Treatment::Withhold,
            result => panic!("{result}"),
        };
        assert_eq!(treat(&decision, label, yes(row, "nested_permit"), kind), expected, "{row:?}");
    }
}

const OPEN: Request = Request {
    role: Role::EmergencyClinician,
    purpose: Some(Purpose::EmergencyTreatment),
    record: RecordState::Open,
    refused_now: false,
    tiers: Tiers { emergency: Choice::None, care_setting: Choice::None, long_term: Choice::None },
    organisation_in_consent: false,
    basis: Basis::CareTeam,
    break_glass_in_consent: false,
    emergency_none: EmergencyNone::Ask,
};

#[test]
fn the_crews_rows_hold_without_any_table_at_hand() {
    let reason = |r: Request| decide(&r).reason;
    let with = |emergency| Request { tiers: Tiers { emergency, ..OPEN.tiers }, ..OPEN };
    assert_eq!(reason(with(Choice::Permit)), Reason::TierEmergency);
    assert_eq!(reason(with(Choice::Deny)), Reason::EmergencyDenied);
    let deny_but_glass = Request { break_glass_in_consent: true, ..with(Choice::Deny) };
    assert_eq!(reason(deny_but_glass), Reason::EmergencyDeniedBreakGlass);
    assert_eq!(reason(OPEN), Reason::AskThePatient);
    assert_eq!(reason(Request { basis: Basis::ConsentNow, ..OPEN }), Reason::VerbalPermission);
    let spoken_against_standing = Request { basis: Basis::ConsentNow, ..with(Choice::Deny) };
    assert_eq!(reason(spoken_against_standing), Reason::EmergencyDenied, "a spoken yes does not beat a standing no");
    assert_eq!(reason(Request { basis: Basis::None, record: RecordState::None, ..OPEN }), Reason::NoRelationship);
}

proptest! {
    #[test]
    fn a_label_is_the_strictest_that_was_written(codes in proptest::collection::vec(prop_oneof![Just("N"), Just("R"), Just("V"), Just("HIV"), Just("PSY"), Just("x")], 0..5)) {
        let label = Label::effective(codes.iter().copied());
        let expected = if codes.contains(&"V") { Label::VeryRestricted }
            else if codes.iter().any(|c| matches!(*c, "R" | "HIV" | "PSY")) { Label::Restricted } else { Label::Normal };
        prop_assert_eq!(label, expected);
    }
}
