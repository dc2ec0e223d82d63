//! What stored Consents mean for one asker.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::identity::{Organisation, Role, Staff, StaffId};

use super::label::treatment_of;
use super::*;

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn staff(role: Role, ods: &str) -> Staff {
    Staff {
        id: StaffId::new("s1"),
        name: "Test Person".into(),
        role,
        job_title: "Tester".into(),
        organisation: Organisation { ods: ods.into(), name: "Test".into() },
    }
}

fn crew() -> Asker {
    Asker::new(&staff(Role::EmergencyClinician, "AMB"), [])
}

fn nurse() -> Asker {
    Asker::new(&staff(Role::CareTeamClinician, "HOS"), ["CareTeam/t1".to_owned()])
}

fn consent(tier: &str, provision: Value) -> Value {
    json!({
        "resourceType": "Consent", "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
            {"coding": [{"system": Tier::SYSTEM, "code": tier}]}],
        "provision": provision
    })
}

fn purpose(code: &str) -> Value {
    json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code}])
}

fn organisation(ods: &str) -> Value {
    json!({"role": {"coding": [{"code": "IRCP"}]}, "reference": {"identifier": {"system": Organisation::SYSTEM, "value": ods}}})
}

fn decided(consents: &[Value], asker: &Asker, code: &str, basis: Basis) -> (Outcome, Reason) {
    let ask = Ask { purpose: Purpose::from_code(code).ok(), basis, refused: false };
    let request = read(consents, asker, now()).request(&ask, asker, RecordState::Open, EmergencyNone::Ask);
    let decision = decide(&request);
    (decision.outcome, decision.reason)
}

fn emergency(consents: &[Value]) -> (Outcome, Reason) {
    decided(consents, &crew(), "ETREAT", Basis::CareTeam)
}

#[test]
fn the_four_tiers_are_read() {
    let permit = consent("emergency", json!({"type": "permit", "purpose": purpose("ETREAT")}));
    assert_eq!(emergency(&[permit]), (Outcome::Permit, Reason::TierEmergency));
    let deny = consent("emergency", json!({"type": "deny", "purpose": purpose("ETREAT")}));
    assert_eq!(emergency(&[deny]), (Outcome::Deny, Reason::EmergencyDenied));
    let out = consent("opt-out", json!({"type": "deny"}));
    assert_eq!(emergency(&[out]), (Outcome::Deny, Reason::OptOut));
    let setting =
        consent("care-setting", json!({"type": "permit", "purpose": purpose("TREAT"), "actor": [organisation("HOS")]}));
    assert_eq!(decided(&[setting], &nurse(), "TREAT", Basis::CareTeam), (Outcome::Permit, Reason::TierCareSetting));
    let team = json!({"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": "CareTeam/t1"}});
    let long = consent("long-term", json!({"type": "permit", "purpose": purpose("CAREMGT"), "actor": [team]}));
    assert_eq!(decided(&[long], &nurse(), "CAREMGT", Basis::CareTeam), (Outcome::Permit, Reason::TierLongTerm));
    assert_eq!(emergency(&[]), (Outcome::Deny, Reason::AskThePatient));
}

#[test]
fn break_glass_inside_a_refusal_is_for_emergency_clinicians() {
    let group =
        json!([{"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": "Group/emergency-clinicians"}}]);
    let nested = json!([{"type": "permit", "purpose": purpose("BTG"), "actor": group}]);
    let deny = [consent("emergency", json!({"type": "deny", "purpose": purpose("ETREAT"), "provision": nested}))];
    assert_eq!(emergency(&deny).1, Reason::EmergencyDeniedBreakGlass);
    assert_eq!(decided(&deny, &crew(), "BTG", Basis::Incapable), (Outcome::Permit, Reason::BreakGlass));
    assert_eq!(decided(&deny, &nurse(), "BTG", Basis::Incapable).1, Reason::EmergencyDeniedNoBreakGlass);
}

#[test]
fn a_nested_refusal_of_break_glass_holds_inside_a_permit() {
    let nested = json!([{"type": "deny", "purpose": purpose("BTG")}]);
    let permit = [consent("emergency", json!({"type": "permit", "purpose": purpose("ETREAT"), "provision": nested}))];
    assert_eq!(emergency(&permit).0, Outcome::Permit);
    assert_eq!(decided(&permit, &crew(), "BTG", Basis::Incapable).1, Reason::EmergencyDeniedNoBreakGlass);
}

#[test]
fn an_organisation_not_named_is_not_meant() {
    let one = json!({"type": "permit", "purpose": purpose("TREAT"), "actor": [organisation("OTHER")]});
    assert_eq!(
        decided(&[consent("care-setting", one)], &nurse(), "TREAT", Basis::CareTeam).1,
        Reason::OrganisationNotInConsent
    );
    let nobody = json!({"type": "permit", "purpose": purpose("TREAT")});
    assert_eq!(
        decided(&[consent("care-setting", nobody)], &nurse(), "TREAT", Basis::CareTeam).1,
        Reason::OrganisationNotInConsent
    );
    let crew_of_another = json!({"type": "permit", "purpose": purpose("ETREAT"), "actor": [organisation("OTHER")]});
    assert_eq!(emergency(&[consent("emergency", crew_of_another)]).1, Reason::AskThePatient);
}

#[test]
fn what_cannot_be_understood_is_a_refusal_and_never_a_permit() {
    let permit = || consent("emergency", json!({"type": "permit", "purpose": purpose("ETREAT")}));
    let changes: [fn(&mut Value); 14] = [
        |c| c["status"] = json!("half-active"),
        |c| c["status"] = Value::Null,
        |c| c["scope"] = json!({"coding": [{"code": "research"}]}),
        |c| c["modifierExtension"] = json!([{"url": "x"}]),
        |c| c["provision"]["type"] = json!("maybe"),
        |c| c["provision"]["type"] = Value::Null,
        |c| c["provision"]["purpose"] = Value::Null,
        |c| c["provision"]["purpose"] = purpose("TREAT"),
        |c| c["provision"]["purpose"] = json!([{"code": "ETREAT"}, {"code": "TREAT"}]),
        |c| c["provision"]["class"] = json!([{"code": "Observation"}]),
        |c| c["provision"]["period"] = json!({"end": "next year"}),
        |c| c["provision"]["provision"] = json!([{"type": "deny", "code": [{"text": "x"}]}]),
        |c| c["provision"]["securityLabel"] = json!([{"code": "R"}]),
        |c| c["category"][1]["coding"][0]["code"] = json!("urgent"),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut consent = permit();
        change(&mut consent);
        assert_eq!(emergency(&[consent.clone()]).1, Reason::EmergencyDenied, "change {at}");
        assert_eq!(emergency(&[permit(), consent]).1, Reason::EmergencyDenied, "beside a permit, change {at}");
    }
    assert_eq!(emergency(&[permit()]).0, Outcome::Permit, "unchanged it is a permit");
}

#[test]
fn a_consent_counts_only_while_it_is_in_force() {
    let within = |start: &str, end: &str| {
        let period = json!({"start": start, "end": end});
        [consent("emergency", json!({"type": "permit", "purpose": purpose("ETREAT"), "period": period}))]
    };
    assert_eq!(emergency(&within("2026-01-01", "2026-06-01")).0, Outcome::Permit, "the last day counts");
    assert_eq!(emergency(&within("2026-01-01", "2026-05-31")).1, Reason::AskThePatient);
    assert_eq!(emergency(&within("2026-06-02", "2027")).1, Reason::AskThePatient);
    assert_eq!(emergency(&within("2026", "2026")).0, Outcome::Permit);
    let mut withdrawn = within("2026-01-01", "2027").to_vec();
    withdrawn[0]["status"] = json!("inactive");
    assert_eq!(emergency(&withdrawn).1, Reason::AskThePatient);
}

#[test]
fn an_advance_directive_is_no_privacy_consent() {
    let directive = json!({"resourceType": "Consent", "status": "active",
        "scope": {"coding": [{"code": "adr"}]}, "category": [{"coding": [{"code": "acd"}]}], "provision": {"type": "deny"}});
    assert_eq!(emergency(&[directive]).1, Reason::AskThePatient);
}

#[test]
fn one_tier_never_speaks_for_another() {
    let setting = consent("care-setting", json!({"type": "deny", "purpose": purpose("TREAT")}));
    assert_eq!(emergency(&[setting]).1, Reason::AskThePatient);
    let treat =
        consent("care-setting", json!({"type": "permit", "purpose": purpose("TREAT"), "actor": [organisation("AMB")]}));
    assert_eq!(decided(&[treat], &crew(), "BTG", Basis::CareTeam).0, Outcome::Deny);
}

fn labelled(kind: &str, codes: &[&str]) -> Value {
    let security: Vec<_> = codes.iter().map(|c| json!({"code": c})).collect();
    json!({"resourceType": kind, "id": codes.join("-"), "meta": {"security": security}})
}

#[test]
fn labelled_items_open_only_by_name() {
    use shared::consent::Treatment::{Redact, Show, Withhold};
    let nested = json!([
        {"type": "permit", "securityLabel": [{"code": "PSY"}], "actor": [organisation("HOS")]},
        {"type": "deny", "securityLabel": [{"code": "HIV"}], "actor": [organisation("HOS")]}]);
    let provision =
        json!({"type": "permit", "purpose": purpose("TREAT"), "actor": [organisation("HOS")], "provision": nested});
    let consents = [consent("care-setting", provision)];
    let ask = Ask { purpose: Some(Purpose::Treatment), basis: Basis::CareTeam, refused: false };
    let said = read(&consents, &nurse(), now());
    let decision = decide(&said.request(&ask, &nurse(), RecordState::Open, EmergencyNone::Ask));
    let exceptions = said.exceptions(Purpose::Treatment);
    for (resource, expected) in [
        (labelled("Condition", &[]), Show),
        (labelled("Condition", &["N"]), Show),
        (labelled("Condition", &["R", "PSY"]), Show),
        (labelled("Condition", &["R"]), Withhold),
        (labelled("Condition", &["PSY", "SDV"]), Withhold),
        (labelled("Condition", &["HIV"]), Withhold),
        (labelled("AllergyIntolerance", &["HIV"]), Redact),
        (labelled("AllergyIntolerance", &["R"]), Redact),
        (labelled("AllergyIntolerance", &["V"]), Withhold),
        (labelled("Condition", &["PSY", "V"]), Withhold),
    ] {
        assert_eq!(treatment_of(&resource, &decision, &exceptions), expected, "{}", resource["id"]);
    }
}

#[test]
fn what_is_withheld_leaves_no_trace() {
    let permit = consent("emergency", json!({"type": "permit", "purpose": purpose("ETREAT")}));
    let ask = Ask { purpose: Some(Purpose::EmergencyTreatment), basis: Basis::CareTeam, refused: false };
    let decision =
        decide(&read([&permit], &crew(), now()).request(&ask, &crew(), RecordState::Open, EmergencyNone::Ask));
    let resources = vec![
        json!({"resourceType": "Condition", "id": "secret", "meta": {"security": [{"code": "HIV"}]}, "code": {"text": "hidden words"}}),
        json!({"resourceType": "MedicationRequest", "id": "m", "meta": {"security": [{"code": "R"}]}, "medicationReference": {"reference": "Medication/x"}}),
        json!({"resourceType": "Medication", "id": "x", "code": {"text": "telling tablets"}}),
        json!({"resourceType": "CarePlan", "id": "c", "addresses": [{"reference": "Condition/secret", "display": "hidden words"}],
            "activity": [{"reference": {"reference": "https://hub.example/fhir/Condition/secret/_history/2"}}], "title": "Plan"}),
        json!({"resourceType": "AllergyIntolerance", "id": "a", "meta": {"security": [{"code": "SDV"}, {"code": "R"}]},
            "category": ["food"], "code": {"text": "hidden words"}, "note": [{"text": "hidden words"}], "text": {"div": "hidden words"},
            "reaction": [{"severity": "severe", "description": "hidden words", "manifestation": [{"text": "Wheeze"}]}]}),
    ];
    let filtered = filter(resources, &decision, &Vec::new());
    let text = serde_json::to_string(&filtered.kept).unwrap();
    for trace in ["hidden words", "telling", "secret", "HIV", "SDV"] {
        assert!(!text.contains(trace), "{trace} in {text}");
    }
    assert_eq!(filtered.kept.len(), 2);
    assert!(filtered.kept[1]["code"]["text"].as_str().unwrap().contains("food"), "the danger stays");
    assert_eq!(filtered.kept[1]["reaction"][0]["manifestation"][0]["text"], "Wheeze");
    assert_eq!(filtered.kept[0], json!({"resourceType": "CarePlan", "id": "c", "title": "Plan"}));
}

#[test]
fn a_document_without_labels_is_released_whole_and_with_labels_in_part() {
    let permit = consent("emergency", json!({"type": "permit", "purpose": purpose("ETREAT")}));
    let ask = Ask { purpose: Some(Purpose::EmergencyTreatment), basis: Basis::CareTeam, refused: false };
    let decision =
        decide(&read([&permit], &crew(), now()).request(&ask, &crew(), RecordState::Open, EmergencyNone::Ask));
    let bytes = |bundle: Value| bundle.to_string().into_bytes();
    let bundle = |security: Value| {
        json!({"resourceType": "Bundle", "type": "document", "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Composition", "section": [
                {"code": {"coding": [{"code": "11450-4"}]}, "text": {"div": "hidden words"}, "entry": [{"reference": "urn:uuid:3"}]}]}},
            {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Patient"}},
            {"fullUrl": "urn:uuid:3", "resource": {"resourceType": "Condition", "meta": {"security": security},
                "code": {"text": "hidden words"}}}]})
    };
    assert!(matches!(release(&bytes(bundle(json!([]))), &decision, &Vec::new()), Released::Whole));
    let Released::Part(part) = release(&bytes(bundle(json!([{"code": "PSY"}]))), &decision, &Vec::new()) else {
        unreachable!("a labelled entry is filtered")
    };
    assert!(!part.to_string().contains("hidden words"), "{part}");
    assert_eq!(part["entry"][0]["resource"]["section"][0]["emptyReason"]["coding"][0]["code"], "withheld");
    let mut labelled = bundle(json!([]));
    labelled["entry"][0]["resource"]["meta"] = json!({"security": [{"code": "R"}]});
    assert!(matches!(release(&bytes(labelled), &decision, &Vec::new()), Released::Nothing));
}
