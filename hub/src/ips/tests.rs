//! The documents of the demo people, and of records made up at random.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::consent::{Dataset, Label};

use super::*;
use crate::demo::wellformed::{faults, references};
use crate::demo::{DemoPerson, demo};

const DATASETS: [Dataset; 4] = [Dataset::Emergency, Dataset::SharedRecord, Dataset::CarePlan, Dataset::Visit];
const SENSITIVE: [&str; 11] = ["PSY", "PSYTHPN", "MH", "ETH", "ETHUD", "OPIOIDUD", "SUD", "SDV", "SEX", "STD", "HIV"];

fn now() -> Timestamp {
    "2026-11-22T09:41:07Z".parse().unwrap()
}

fn people() -> (Vec<DemoPerson>, Vec<Value>) {
    let demo = demo(now()).unwrap();
    (demo.people, demo.shared)
}

fn person(slug: &str) -> (Value, Vec<Value>) {
    let (people, shared) = people();
    let found = people.into_iter().find(|p| p.id.as_str() == crate::demo::key(slug)).unwrap();
    (found.patient, [found.resources, shared].concat())
}

fn document(slug: &str, dataset: Dataset, withheld: &[&str]) -> Value {
    let (patient, resources) = person(slug);
    assemble(&patient, &resources, withheld, dataset, now())
}

fn resources(document: &Value) -> Vec<&Value> {
    document["entry"].as_array().unwrap().iter().map(|e| &e["resource"]).collect()
}

fn section<'a>(document: &'a Value, code: &str) -> &'a Value {
    let sections = document["entry"][0]["resource"]["section"].as_array().unwrap();
    sections.iter().find(|s| s["code"]["coding"][0]["code"] == code).unwrap_or(&Value::Null)
}

fn named(resource: &Value) -> String {
    format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

/// What every document must be, whatever is in it.
fn check(document: &Value, patient: &Value) -> Result<(), String> {
    let all = resources(document);
    let composition = all[0];
    for field in ["identifier", "timestamp"] {
        if document[field].is_null() {
            return Err(format!("no {field}"));
        }
    }
    let head: Vec<_> = all.iter().take(3).map(|r| r["resourceType"].as_str().unwrap_or_default()).collect();
    if head != ["Composition", "Patient", "Device"] || document["type"] != "document" {
        return Err(format!("begins with {head:?}"));
    }
    if composition["subject"]["reference"] != named(patient) || composition["event"][0]["period"]["end"].is_null() {
        return Err("no subject or no period".into());
    }
    for required in ["11450-4", "48765-2", "10160-0"] {
        let section = section(document, required);
        if section["entry"].is_null() == section["emptyReason"].is_null() || section["text"]["div"].is_null() {
            return Err(format!("{required} has neither entries nor a reason, or both"));
        }
    }
    let faults: Vec<String> = all.iter().flat_map(|r| faults(r)).collect();
    if !faults.is_empty() {
        return Err(format!("{faults:?}"));
    }
    closed(document, &all)
}

/// Every entry is listed or plumbing, every reference is inside, no label of a category is left.
fn closed(document: &Value, all: &[&Value]) -> Result<(), String> {
    let present: BTreeSet<String> = all.iter().map(|r| named(r)).collect();
    let urls: BTreeSet<&str> =
        document["entry"].as_array().unwrap().iter().filter_map(|e| e["fullUrl"].as_str()).collect();
    if present.len() != all.len() || urls.len() != all.len() {
        return Err("an entry twice".into());
    }
    let pointed: BTreeSet<String> = all.iter().flat_map(|r| references(r)).collect();
    for reference in &pointed {
        if !reference.starts_with('#') && !present.contains(reference) {
            return Err(format!("{reference} is not in the document"));
        }
    }
    for resource in all.iter().filter(|r| !["Composition", "Provenance"].iter().any(|t| r["resourceType"] == *t)) {
        if !pointed.contains(&named(resource)) {
            return Err(format!("{} is pointed to by nothing", named(resource)));
        }
    }
    let text = document.to_string();
    if text.contains("nilknown") || SENSITIVE.iter().any(|code| text.contains(&format!("\"code\":\"{code}\""))) {
        return Err("a category or a nilknown".into());
    }
    if all.iter().any(|r| !r["meta"]["security"].is_null()) {
        return Err("a label on an entry".into());
    }
    Ok(())
}

#[test]
fn every_demo_person_makes_a_document_of_every_dataset() {
    for person in people().0 {
        let resources = [person.resources.clone(), people().1].concat();
        for dataset in DATASETS {
            let document = assemble(&person.patient, &resources, &[], dataset, now());
            check(&document, &person.patient).unwrap_or_else(|fault| panic!("{} {dataset:?}: {fault}", person.id));
        }
    }
}

#[test]
fn an_empty_section_says_why_and_never_that_there_are_none() {
    let reason = |document: &Value, code: &str| section(document, code)["emptyReason"]["coding"][0]["code"].clone();
    assert_eq!(reason(&document("thiri", Dataset::Emergency, &[]), "48765-2"), "unavailable");
    assert_eq!(reason(&document("nguyen", Dataset::Emergency, &[]), "48765-2"), "notasked");
    assert_eq!(reason(&document("paterson", Dataset::Emergency, &[]), "10160-0"), "notasked");
    assert_eq!(reason(&document("thiri", Dataset::Emergency, &["48765-2"]), "48765-2"), "withheld");
    let known = document("haddad", Dataset::Emergency, &[]);
    assert_eq!(section(&known, "48765-2")["entry"].as_array().unwrap().len(), 1);
}

#[test]
fn something_withheld_is_said_of_the_whole_and_not_of_a_section_with_entries() {
    let part = document("marchetti", Dataset::Emergency, &["11450-4"]);
    assert!(section(&part, "11450-4")["emptyReason"].is_null());
    assert_eq!(part["entry"][0]["resource"]["meta"]["tag"][0]["code"], "SUBSETTED");
    assert!(part["entry"][0]["resource"]["text"]["div"].as_str().unwrap().contains("Some information is not shown"));
    assert!(document("marchetti", Dataset::Emergency, &[])["entry"][0]["resource"]["meta"].is_null());
}

#[test]
fn the_emergency_dataset_is_what_a_crew_needs_and_says_that_there_is_more() {
    let it = document("okafor", Dataset::Emergency, &[]);
    for absent in ["11369-6", "29762-2", "46240-8", "11348-0", "18776-5"] {
        assert!(section(&it, absent).is_null(), "{absent}");
    }
    let measures: Vec<String> =
        section(&it, "8716-3")["entry"].as_array().unwrap().iter().map(|e| e["reference"].to_string()).collect();
    assert_eq!(measures.len(), 6, "half a year of measurements and the latest weight: {measures:?}");
    assert_eq!(section(&it, "30954-2")["entry"].as_array().unwrap().len(), 5);
    for cut in ["8716-3", "30954-2"] {
        assert!(section(&it, cut)["text"]["div"].as_str().unwrap().contains("Older entries exist"), "{cut}");
    }
    assert!(!section(&it, "48765-2")["text"]["div"].as_str().unwrap().contains("Older entries"));
    let whole = document("okafor", Dataset::CarePlan, &[]);
    assert!(!section(&whole, "18776-5").is_null() && !section(&whole, "11369-6").is_null());
    assert!(section(&document("okafor", Dataset::Visit, &[]), "30954-2").is_null());
}

#[test]
fn who_said_it_comes_along() {
    let it = document("okafor", Dataset::Emergency, &[]);
    let all = resources(&it);
    let allergy = all.iter().find(|r| r["resourceType"] == "AllergyIntolerance").unwrap();
    assert!(allergy["recorder"]["display"].as_str().unwrap().contains("Larkmoor Surgery"));
    assert!(allergy["meta"]["source"].as_str().unwrap().ends_with("/ZGP01"));
    for reference in ["PractitionerRole/gp-lim-role", "Practitioner/gp-lim", "Organization/larkmoor"] {
        assert!(all.iter().any(|r| named(r) == reference), "{reference}");
    }
    let vouched: BTreeSet<String> =
        all.iter().filter(|r| r["resourceType"] == "Provenance").flat_map(|p| references(&p["target"])).collect();
    assert!(vouched.contains(&named(allergy)));
}

#[test]
fn very_restricted_items_never_go_out_even_when_handed_in() {
    let it = document("sorensen", Dataset::CarePlan, &[]);
    assert!(!it.to_string().contains("Embryo") && !it.to_string().contains("Alderbank"));
    assert_eq!(it["meta"]["security"][0]["code"], "N");
    let restricted = document("marchetti", Dataset::CarePlan, &[]);
    assert_eq!(restricted["meta"]["security"][0]["code"], "R");
    assert_eq!(restricted["meta"]["security"].as_array().unwrap().len(), 1);
}

#[test]
fn a_redacted_allergy_keeps_the_danger_and_loses_the_reason() {
    let (patient, resources) = person("marchetti");
    let seen: Vec<Value> = resources
        .iter()
        .filter(|r| carried_label(r) == Label::Normal || r["resourceType"] == "AllergyIntolerance")
        .map(|r| if carried_label(r) == Label::Normal { r.clone() } else { redact(r) })
        .collect();
    let it = assemble(&patient, &seen, &["11450-4", "10160-0"], Dataset::Emergency, now());
    check(&it, &patient).unwrap();
    let text = it.to_string().to_lowercase();
    for word in ["abacavir", "387005008", "hiv", "alderbank", "zac03", "adaeze", "immunodef", "tissue type"] {
        assert!(!text.contains(word), "{word} is still there");
    }
    let allergy = resources_of(&it, "AllergyIntolerance").into_iter().find(|a| a["criticality"] == "high").unwrap();
    assert_eq!(
        (allergy["reaction"][0]["severity"].as_str(), allergy["clinicalStatus"].is_null()),
        (Some("severe"), false)
    );
    assert!(allergy["code"]["text"].as_str().unwrap().contains("act with care"));
    assert_eq!(it["meta"]["security"][0]["code"], "N", "nothing restricted is in it any more");
}

fn resources_of<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    resources(document).into_iter().filter(|r| r["resourceType"] == kind).collect()
}

#[test]
fn a_redacted_alert_keeps_the_danger_and_loses_the_reason() {
    let (_, resources) = person("greaves");
    let weapon = resources.iter().find(|r| r.to_string().contains("Knife under the mattress")).unwrap();
    let shown = redact(weapon);
    assert!(shown["code"]["text"].as_str().unwrap().starts_with("Weapons have been found in this home."));
    assert!(
        faults(&shown).is_empty() && shown["category"] == weapon["category"] && shown["period"] == weapon["period"]
    );
    let text = shown.to_string().to_lowercase();
    for word in ["psychos", "psychiatr", "knife", "beaumont", "zmh01", "psy\""] {
        assert!(!text.contains(word), "{word} is still there");
    }
    let plain = redact(
        &json!({"resourceType": "Flag", "id": "f", "status": "active", "subject": {"reference": "Patient/p"}, "code": {"text": "x"}}),
    );
    assert_eq!(plain["code"]["text"], "Safety alert. Details are not shown: act with care, ask control.");
}

#[test]
fn narrative_is_text_and_cannot_be_markup() {
    let nasty = "<script>alert(1)</script> & \"so\" \u{0}";
    let patient = json!({"resourceType": "Patient", "id": "p"});
    let allergy = json!({"resourceType": "AllergyIntolerance", "id": "a", "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"text": nasty}, "patient": {"reference": "Patient/p"}});
    let it = assemble(&patient, &[allergy], &[], Dataset::Emergency, now());
    let div = section(&it, "48765-2")["text"]["div"].as_str().unwrap();
    assert!(div.contains("&lt;script&gt;") && !div.contains("<script") && !div.contains('\u{0}'));
    assert!(div.starts_with("<div xmlns=\"http://www.w3.org/1999/xhtml\"><ul><li>"));
}

#[test]
fn equal_records_make_equal_documents_but_for_the_time() {
    let (patient, mut resources) = person("okafor");
    let first = assemble(&patient, &resources, &[], Dataset::Emergency, now());
    resources.reverse();
    let later = assemble(&patient, &resources, &[], Dataset::Emergency, "2026-11-22T10:11:00Z".parse().unwrap());
    assert!(first != later && undated(&first) == undated(&later));
}

fn any_resource() -> impl Strategy<Value = Value> {
    let kinds = proptest::sample::select(vec![
        "AllergyIntolerance",
        "Condition",
        "MedicationRequest",
        "Observation",
        "Flag",
        "Procedure",
        "Immunization",
        "DocumentReference",
        "CarePlan",
        "Encounter",
        "DiagnosticReport",
        "NutritionOrder",
        "RiskAssessment",
    ]);
    let codes = proptest::sample::select(vec!["304251008", "82810-3", "29463-7", "8867-4", "1382601000000107", "zz"]);
    let category = proptest::sample::select(vec!["vital-signs", "laboratory", "social-history", "zz"]);
    let label = proptest::sample::select(vec!["N", "R", "HIV", "PSY"]);
    (kinds, codes, category, label, 0u32..4000, "[a-z]{1,6}").prop_map(|(kind, code, category, label, days, id)| {
        let day = now().checked_sub(jiff::SignedDuration::from_hours(24 * i64::from(days))).unwrap();
        json!({
            "resourceType": kind, "id": id, "meta": {"security": [{"code": label}]}, "status": "final",
            "code": {"coding": [{"code": code}]}, "type": {"coding": [{"code": code}]},
            "category": [{"coding": [{"code": category}]}], "effectiveDateTime": day.to_string().get(..10),
            "subject": {"reference": "Patient/p"}, "basedOn": [{"reference": "ServiceRequest/elsewhere"}]
        })
    })
}

proptest! {
    #[test]
    fn nothing_of_the_dataset_is_dropped_and_nothing_dangles(mut given in proptest::collection::vec(any_resource(), 0..30), which in 0usize..4) {
        let mut seen = BTreeSet::new();
        given.retain(|r| seen.insert(named(r)));
        let patient = json!({"resourceType": "Patient", "id": "p"});
        let document = assemble(&patient, &given, &[], DATASETS[which], now());
        let present: BTreeSet<String> = resources(&document).into_iter().map(named).collect();
        let selection = select(&given, DATASETS[which], now());
        let listed: BTreeSet<String> = references(&document["entry"][0]["resource"]["section"]).into_iter().collect();
        for (_, resource) in &selection.kept {
            prop_assert!(present.contains(&named(resource)) && listed.contains(&named(resource)));
        }
        // What is left out is of a section this dataset does not hold, or old: never anything else.
        let kept: BTreeSet<String> = selection.kept.iter().map(|(_, r)| named(r)).collect();
        for resource in given.iter().filter(|r| !kept.contains(&named(r))) {
            let section = Section::of(resource).unwrap();
            let vital = [Section::Allergies, Section::Alerts, Section::AdvanceDirectives, Section::Medications, Section::Problems];
            prop_assert!(!vital.contains(&section), "{section:?} was left out");
        }
        closed(&document, &resources(&document)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn redaction_lets_through_only_what_it_knows(mut given in any_resource(), secret in "[A-Z]{8}") {
        given["note"] = json!([{"text": secret}]);
        given["recorder"] = json!({"display": secret});
        given["reaction"] = json!([{"description": secret, "substance": {"text": secret}, "severity": "severe"}]);
        given["text"] = json!({"div": secret});
        given["code"]["text"] = json!(secret);
        let shown = redact(&given).to_string();
        prop_assert!(!shown.contains(&secret) && shown.contains("act with care"));
    }
}

#[test]
fn the_narrative_tells_date_review_and_source() {
    let it = document("papadakis", Dataset::CarePlan, &[]);
    let div = |code: &str| section(&it, code)["text"]["div"].as_str().unwrap().to_owned();
    let decision = "Not for attempted cardiopulmonary resuscitation; The form is in the bureau in the front room.; \
                    2023-11-22; review due 2024-12-22; recorded by Dr Eleni Petrou, GP, Saltbell Lane Health Centre";
    assert!(div("42348-3").contains(decision), "{}", div("42348-3"));
    assert!(div("46264-8").contains("Pacemaker, two leads"));
    assert!(div("10160-0").contains("As in the yellow book; last dose 4 mg"));
}

#[test]
fn nobody_vouches_for_a_redacted_entry() {
    let (patient, resources) = person("marchetti");
    let secret =
        resources.iter().find(|r| r["resourceType"] == "AllergyIntolerance" && carried_label(r) != Label::Normal);
    let shown = redact(secret.unwrap());
    // A source that labels its letters and not its envelopes.
    let envelope = json!({"resourceType": "Provenance", "id": "envelope", "target": [{"reference": named(&shown)}],
        "recorded": "2026-11-01T00:00:00Z", "agent": [{"who": {"display": "Alderbank Clinic"}}]});
    let it = assemble(&patient, &[shown, envelope], &[], Dataset::Emergency, now());
    assert!(resources_of(&it, "Provenance").is_empty() && !it.to_string().contains("Alderbank"));
}
