//! Trap 1: facts that the document holds and no section names.

use serde_json::json;

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_01_an_allergy_no_section_names_is_shown_and_marked() {
    let pen = with(allergy("pen", worded("Penicillin")), json!({"criticality": "high"}));
    let seen = read(&bundle(&[section(ALLERGIES, &[])], &[pen]));
    let item = &seen.items_of(ALLERGIES)[0];
    assert_eq!((&item["text"], &item["listed_in_section"]), (&json!("Penicillin"), &json!(false)));
    assert_eq!(seen.state(ALLERGIES), "listed");
    let line = seen.glance("allergy")[0];
    assert!(line["alert"] == true && said(line).contains("not listed in the summary"), "{line}");
    assert!(seen.notice("not-listed"));
}

#[test]
fn trap_01_an_unlisted_allergy_beats_a_listed_statement_that_there_is_none() {
    let all = [allergy("none", coded(SCT, "716186003")), allergy("pen", worded("Penicillin"))];
    let seen = read(&bundle(&[section(ALLERGIES, &all[..1])], &all));
    assert!(!seen.says_none_known() && seen.glances("allergy", "Penicillin"));
}

#[test]
fn trap_01_an_alert_no_section_names_is_shown_and_marked() {
    let dog = made("Flag", "f", json!({"status": "active", "code": {"text": "Large dog, bites"}}));
    let seen = read(&bundle(&[], &[dog]));
    assert_eq!(seen.items_of("104605-1")[0]["listed_in_section"], false);
    assert!(seen.glances("safety", "not listed in the summary"), "{:?}", seen.glance("safety"));
}

#[test]
fn trap_01_a_decision_on_resuscitation_no_section_names_is_shown_and_marked() {
    for (kind, more) in [
        (
            "Consent",
            json!({"status": "active", "category": [coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "dnr")]}),
        ),
        ("DocumentReference", json!({"status": "current", "type": {"text": "POLST form"}})),
        ("Goal", json!({"lifecycleStatus": "active", "description": {"text": "Do not attempt resuscitation"}})),
        (
            "Observation",
            json!({"status": "final", "code": coded(SCT, "304251008"), "valueCodeableConcept": coded(SCT, "450476008")}),
        ),
        (
            "Observation",
            json!({"status": "final", "code": {"text": "Care planning"}, "extension": [{"url": "urn:x:comment", "valueString": "DNACPR, form behind the door"}]}),
        ),
    ] {
        let seen = read(&bundle(&[], &[made(kind, "x", more.clone())]));
        let line = seen.glance("cpr")[0];
        assert!(!line["item"].is_null() && said(line).contains("not listed in the summary"), "{kind} {more}: {line}");
        assert_eq!(seen.items().into_iter().find(|i| i["resource_type"] == kind).unwrap()["listed_in_section"], false);
    }
}

#[test]
fn trap_01_an_allergy_contained_where_nothing_points_to_it_is_shown_and_marked() {
    for holder in ["Condition", "Patient", "Practitioner", "Composition"] {
        let inside = json!({"contained": [allergy("in", worded("Penicillin"))]});
        let mut document = bundle(&[section(ALLERGIES, &[])], &[]);
        match holder {
            "Composition" => document["entry"][0]["resource"] = with(document["entry"][0]["resource"].clone(), inside),
            "Patient" => document["entry"][1]["resource"] = with(document["entry"][1]["resource"].clone(), inside),
            kind => document = bundle(&[section(ALLERGIES, &[])], &[made(kind, "x", inside)]),
        }
        let seen = read(&document);
        assert!(seen.glances("allergy", "Penicillin") && seen.state(ALLERGIES) == "listed", "{holder}");
        assert_eq!(seen.item("Penicillin")["listed_in_section"], false, "{holder}");
    }
    let mut pointed = bundle(&[json!({"code": coded("x", ALLERGIES), "entry": [{"reference": "#in"}]})], &[]);
    pointed["entry"][0]["resource"]["contained"] = json!([allergy("in", worded("Penicillin"))]);
    assert_eq!(read(&pointed).items_of(ALLERGIES).len(), 1);
}

#[test]
fn trap_01_in_the_corpus_unlisted_directives_stand_on_the_glance_marked() {
    for real in real(&[
        "jddamore_IPSviewer/full_ips.json",
        "HL7_fhir-ips@sushi/Bundle-bundle-ips-all-sections.json",
        "jddamore_IPSviewer@history/US_no_info_with_Advance_Directive__8c59b16.json",
    ]) {
        assert!(real.seen.items().iter().any(|i| i["listed_in_section"] == false));
        assert!(real.seen.glances("cpr", "not listed in the summary"), "{:?}", real.seen.glance("cpr"));
        assert!(real.seen.notice("not-listed"));
    }
}

#[test]
fn trap_01_in_the_corpus_medicines_beside_the_lists_are_shown_and_marked() {
    for real in real(&["jddamore_IPSviewer/US_MEDITECH_ips_2.json", "icanbwell_fhir-patient-summary/test-bundle.json"])
    {
        let unlisted = real.seen.items().into_iter().filter(|i| i["listed_in_section"] == false).count();
        assert!(unlisted >= 3 && real.seen.notice("not-listed"), "{unlisted}");
    }
}

#[test]
fn trap_01_in_the_corpus_an_allergy_cut_out_of_its_section_stays_in_sight() {
    for mut real in
        real(&["jddamore_IPSviewer/US_MEDITECH_ips_3.json", "HL7_fhir-ips@sushi/Bundle-IPS-examples-Bundle-01.json"])
    {
        let count = real.resources("AllergyIntolerance").len();
        cut_entries(&mut real.json);
        let seen = read(&real.json);
        let shown = seen.items_of(ALLERGIES).iter().filter(|i| i["listed_in_section"] == false).count();
        assert!(count > 0 && shown == count, "{shown} of {count}");
    }
}

// The same document with sections that name nothing.
fn cut_entries(value: &mut serde_json::Value) {
    for entry in value["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "Bundle" {
            cut_entries(&mut entry["resource"]);
        }
        for section in entry["resource"]["section"].as_array_mut().into_iter().flatten() {
            section["entry"] = json!([]);
        }
    }
}
