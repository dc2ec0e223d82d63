//! The decision against tables: the owner's golden rows where they are at hand, rows of our own always,
//! and the properties that must hold of every input there is.
#![expect(clippy::expect_used, clippy::panic, reason = "a table that cannot be read must stop the test")]

use std::io::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;
use shared::consent::{
    Basis, Choice, Dataset, Decision, EmergencyNone, Kind, Label, Obligation, Outcome, Purpose, Reason, RecordState,
    Request, Residual, Tiers, Treatment, decide, treat,
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

fn any_of<T: Copy + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(values)
}

const ROLES: &[Role] =
    &[Role::EmergencyClinician, Role::CareTeamClinician, Role::SocialWorker, Role::DomiciliaryCarer, Role::Admin];

prop_compose! {
    fn any_request()(
        role in any_of(ROLES), purpose in proptest::option::of(any_of(Purpose::ALL)), record in any_of(RecordState::ALL),
        emergency in any_of(Choice::ALL), care_setting in any_of(Choice::ALL), long_term in any_of(Choice::ALL),
        basis in any_of(Basis::ALL), emergency_none in any_of(EmergencyNone::ALL),
        flags in any::<[bool; 3]>(),
    ) -> Request {
        Request {
            role, purpose, record, basis, emergency_none, tiers: Tiers { emergency, care_setting, long_term },
            refused_now: flags[0], organisation_in_consent: flags[1], break_glass_in_consent: flags[2],
        }
    }
}

fn is_permit(request: &Request) -> bool {
    decide(request).outcome == Outcome::Permit
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_permit_has_an_open_record_a_relationship_and_a_lease(request in any_request()) {
        let decision = decide(&request);
        prop_assert!(decision.obligations.contains(&Obligation::Audit));
        if decision.outcome == Outcome::Permit {
            prop_assert!(request.record == RecordState::Open && request.basis != Basis::None && !request.refused_now);
            prop_assert!(decision.dataset.is_some() && decision.residual.is_some());
            let leases = [Obligation::Lease1Hour, Obligation::Lease12Hours, Obligation::Lease24Hours, Obligation::Lease7Days];
            prop_assert_eq!(decision.obligations.iter().filter(|o| leases.contains(o)).count(), 1);
        } else {
            prop_assert!(decision.dataset.is_none() && decision.residual.is_none());
        }
    }

    #[test]
    fn a_tier_never_affects_another_tiers_purpose(request in any_request(), other in any_of(Choice::ALL)) {
        let changed = |tiers| decide(&Request { tiers, ..request });
        let mine = decide(&request);
        if request.purpose != Some(Purpose::Treatment) {
            prop_assert_eq!(&changed(Tiers { care_setting: other, ..request.tiers }), &mine);
        }
        if request.purpose != Some(Purpose::CareManagement) {
            prop_assert_eq!(&changed(Tiers { long_term: other, ..request.tiers }), &mine);
        }
        if !matches!(request.purpose, Some(Purpose::EmergencyTreatment | Purpose::BreakGlass)) {
            prop_assert_eq!(&changed(Tiers { emergency: other, ..request.tiers }), &mine);
        }
    }

    #[test]
    fn turning_a_permit_into_a_deny_never_opens_anything(request in any_request()) {
        let denied = |c: Choice| if c == Choice::Permit { Choice::Deny } else { c };
        let stricter = Request {
            tiers: Tiers {
                emergency: denied(request.tiers.emergency),
                care_setting: denied(request.tiers.care_setting),
                long_term: denied(request.tiers.long_term),
            },
            ..request
        };
        prop_assert!(is_permit(&request) || !is_permit(&stricter));
    }

    #[test]
    fn an_opt_out_blocks_everything_break_glass_included(request in any_request()) {
        let locked = Request { record: RecordState::Locked, ..request };
        prop_assert!(!is_permit(&locked));
        let decision = decide(&locked);
        if decision.reason == Reason::OptOut && request.purpose == Some(Purpose::BreakGlass) {
            prop_assert!(decision.obligations.contains(&Obligation::NotifyPrivacyOfficer));
        }
    }

    #[test]
    fn break_glass_always_carries_its_five_obligations(request in any_request()) {
        let decision = decide(&Request { purpose: Some(Purpose::BreakGlass), ..request });
        if decision.outcome == Outcome::Permit {
            for owed in [Obligation::StepUp, Obligation::ReasonText, Obligation::NotifyPrivacyOfficer, Obligation::NotifyPatient, Obligation::Lease1Hour] {
                prop_assert!(decision.obligations.contains(&owed), "{owed:?}");
            }
        }
    }

    #[test]
    fn an_allergy_is_never_withheld_for_being_restricted(request in any_request(), nested in any::<bool>()) {
        let decision = decide(&request);
        if decision.outcome == Outcome::Permit {
            let treatment = treat(&decision, Label::Restricted, nested, Kind::Allergy);
            prop_assert!(matches!(treatment, Treatment::Show | Treatment::Redact));
            prop_assert_eq!(treat(&decision, Label::VeryRestricted, nested, Kind::Other), Treatment::Withhold);
        }
    }

    #[test]
    fn a_label_is_the_strictest_that_was_written(codes in proptest::collection::vec(prop_oneof![Just("N"), Just("R"), Just("V"), Just("HIV"), Just("PSY"), Just("x")], 0..5)) {
        let label = Label::effective(codes.iter().copied());
        let expected = if codes.contains(&"V") { Label::VeryRestricted }
            else if codes.iter().any(|c| matches!(*c, "R" | "HIV" | "PSY")) { Label::Restricted } else { Label::Normal };
        prop_assert_eq!(label, expected);
    }
}
