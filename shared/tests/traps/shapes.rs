//! Traps 13 and 14: shapes of older versions, and values that are only half there.

use serde_json::{Value, json};

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_13_codings_as_a_list_of_lists_are_read() {
    let item = one(allergy(
        "a",
        json!({"coding": [[{"system": SCT, "code": "91936005", "display": "Allergy to penicillin"}]]}),
    ));
    assert_eq!(
        (&item["text"], &item["codes"][0]),
        (&json!("Allergy to penicillin"), &json!("http://snomed.info/sct|91936005"))
    );
    assert_eq!(
        alone(ALLERGIES, allergy("a", json!({"coding": [[{"system": SCT, "code": "716186003"}]]}))).state(ALLERGIES),
        "none-known"
    );
    assert_eq!(
        alone(ALLERGIES, allergy("a", json!({"coding": {"system": SCT, "code": "716186003"}}))).state(ALLERGIES),
        "none-known"
    );
}

#[test]
fn trap_13_statuses_as_plain_words_are_read() {
    for (more, expected) in [
        (json!({"clinicalStatus": "active"}), "active"),
        (json!({"clinicalStatus": "inactive"}), "inactive"),
        (json!({"clinicalStatus": "active", "verificationStatus": "entered-in-error"}), "entered-in-error"),
        (json!({"status": "active"}), "active"),
        (json!({"status": "entered-in-error"}), "entered-in-error"),
        (json!({"status": "refuted"}), "refuted"),
        (json!({"status": "resolved"}), "inactive"),
    ] {
        assert_eq!(one(with(allergy("a", worded("Latex")), more.clone()))["status"], expected, "{more}");
    }
}

#[test]
fn trap_13_an_allergy_whose_substance_stands_where_it_stood_long_ago_is_named() {
    let old = made(
        "AllergyIntolerance",
        "a",
        json!({"substance": {"text": "Penicillin"}, "criticality": "CRITH", "status": "confirmed"}),
    );
    let seen = alone(ALLERGIES, old);
    assert!(
        seen.glance("allergy")[0]["alert"] == true && seen.glances("allergy", "Penicillin"),
        "{:?}",
        seen.glance("allergy")
    );
}

#[test]
fn trap_13_medicines_of_later_and_earlier_versions_are_named() {
    for (kind, more) in [
        ("MedicationStatement", json!({"medication": {"concept": {"text": "Warfarin"}}})),
        (
            "MedicationRequest",
            json!({"medication": {"reference": {"reference": "#m"}}, "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Warfarin"}}]}),
        ),
        (
            "MedicationRequest",
            json!({"medicationReference": {"reference": {"reference": "#m"}}, "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Warfarin"}}]}),
        ),
        ("MedicationOrder", json!({"medicationCodeableConcept": {"text": "Warfarin"}})),
    ] {
        let seen = alone(MEDICINES, made(kind, "m1", with(json!({"status": "active"}), more)));
        let item = &seen.items_of(MEDICINES)[0];
        assert_eq!((&item["text"], &item["status"]), (&json!("Warfarin"), &json!("active")), "{kind}");
        assert!(seen.glances("critical-medicine", "Warfarin"), "{kind}");
    }
    let recorded = one(made(
        "MedicationStatement",
        "m",
        json!({"status": "recorded", "medication": {"concept": {"text": "x"}}, "adherence": {"code": coded("x", "not-taking")}}),
    ));
    assert_eq!(recorded["status"], "stopped");
}

#[test]
fn trap_13_words_for_yes_and_lists_that_are_none_are_read() {
    let mut document =
        bundle(&[], &[made("RelatedPerson", "r", json!({"active": "false", "name": {"family": "Low"}}))]);
    document["entry"][0]["resource"]["author"] = json!({"display": "Dr Cy Dee"});
    document["entry"][0]["resource"]["section"] =
        json!({"title": "Allergies", "code": coded("x", ALLERGIES), "entry": {"reference": "RelatedPerson/r"}});
    let seen = read(&document);
    assert_eq!((&seen.0["author"], &seen.item("Low")["status"]), (&json!("Dr Cy Dee"), &json!("inactive")));
    assert_eq!(seen.items_of(ALLERGIES).len(), 1);
}

#[test]
fn trap_13_entries_that_are_bare_resources_are_read() {
    let mut document = bundle(&[], &[]);
    document["entry"].as_array_mut().unwrap().push(allergy("a", worded("Latex")));
    assert!(read(&document).glances("allergy", "Latex"));
}

#[test]
fn trap_14_null_between_items_beside_their_shadow_is_skipped() {
    let masked = json!({"extension": [{"url": REASON_URL, "valueCode": "masked"}]});
    let mut document = bundle(
        &[],
        &[with(allergy("a", worded("Latex")), json!({"category": [null, "food"], "_category": [masked, null]}))],
    );
    document["entry"][1]["resource"]["name"] =
        json!([{"family": "Okafor", "given": [null, "Ngozi"], "_given": [masked, null]}]);
    let seen = read(&document);
    assert_eq!(seen.0["patient"]["name"], "OKAFOR, Ngozi");
    assert!(said(seen.item("Latex")).contains("food"));
}

#[test]
fn trap_14_a_primitive_of_which_only_the_shadow_is_there_says_why() {
    let unknown = json!({"extension": [{"url": REASON_URL, "valueCode": "asked-unknown"}]});
    let item = one(made(
        "Observation",
        "o",
        json!({"status": "final", "code": {"text": "INR"}, "_effectiveDateTime": unknown, "_valueString": unknown}),
    ));
    assert!(said(&item).contains("asked, not known"), "{item}");
    assert_eq!(item["dates"], json!(["observed [asked, not known]"]));
    assert_eq!(item["when"], "");
}

#[test]
fn trap_14_empty_lists_objects_and_words_are_nothing() {
    for empty in [json!([]), json!({}), json!(""), json!([null]), json!([{}]), json!(" ")] {
        let more = json!({"code": {"text": "Latex", "coding": empty}, "clinicalStatus": empty, "verificationStatus": empty, "reaction": empty, "category": empty, "criticality": empty, "note": empty, "recorder": empty});
        let item = one(made("AllergyIntolerance", "a", more));
        assert_eq!(
            (&item["text"], &item["status"], &item["criticality"]),
            (&json!("Latex"), &json!("unknown"), &json!("")),
            "{empty}"
        );
    }
    for empty in [json!([]), json!({}), json!(""), json!(null)] {
        let mut document = bundle(&[], &[]);
        for field in ["section", "author", "date", "title", "type"] {
            document["entry"][0]["resource"][field] = empty.clone();
        }
        let state = read(&document).state(ALLERGIES).to_owned();
        assert!(matches!(state.as_str(), "not-provided" | "not-recorded"), "{empty}: {state}");
    }
}

#[test]
fn trap_13_in_the_corpus_lists_of_lists_and_plain_statuses_are_read() {
    for real in real(&["jddamore_IPSviewer/NL_Drimpy_01.json", "jddamore_IPSviewer@history/NL_Drimpy_01__97d3300.json"])
    {
        assert!(real.seen.items_of(ALLERGIES).iter().any(|i| i["status"] == "active" && i["criticality"] == "high"));
        assert!(
            real.seen.glances("allergy", "fazantenvlees") && real.seen.glances("critical-medicine", "ACENOCOUMAROL")
        );
        assert_ne!(real.seen.0["author"], "");
    }
    for real in real(&["jddamore_IPSviewer@history/NL_Curavista_01.json"]) {
        assert!(
            real.seen.items_of(ALLERGIES).iter().all(|i| i["status"] != "unknown"),
            "{:?}",
            real.seen.items_of(ALLERGIES)
        );
    }
}

#[test]
fn trap_14_in_the_corpus_nulls_and_shadows_are_no_words() {
    for real in real(&[
        "RACSEL_IPS-viewer/example1.json",
        "jddamore_IPSviewer/CH_HL7CH_Examples_01.json",
        "jddamore_IPSviewer/CY_249867.json",
    ]) {
        assert!(
            !real.seen.all_words().contains("\"null\"") && !str_of(&real.seen.0["patient"]["address"]).contains("null")
        );
    }
    for real in real(&["jddamore_IPSviewer/full_ips.json"]) {
        assert!(real.seen.items_of(DEVICES)[0]["dates"].to_string().contains("[not known]"));
    }
}

#[test]
fn trap_14_in_the_corpus_empty_values_are_nothing() {
    for real in real(&["ballerina_fhir.r4/test_data.bal.json", "icanbwell_fhir-patient-summary/test-bundle.json"]) {
        let blank = |v: &Value| v.as_array().into_iter().flatten().any(|d| str_of(d).trim_end().len() < 4);
        assert!(real.seen.items().iter().all(|i| !blank(&i["dates"])));
    }
}
