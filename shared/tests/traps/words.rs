//! Trap 6: codes without words, words without codes, and words that disagree.

use serde_json::json;

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_06_a_coding_without_a_code_is_shown_by_its_display() {
    let item = one(allergy("a", json!({"coding": [{"system": SCT, "display": "Penicillin"}]})));
    assert_eq!(item["text"], "Penicillin");
    let vaccine = one(made(
        "Immunization",
        "i",
        json!({"status": "completed", "vaccineCode": {"coding": [{"display": "Measles vaccine"}]}}),
    ));
    assert_eq!(vaccine["text"], "Measles vaccine");
}

#[test]
fn trap_06_a_severe_allergy_in_words_only_is_an_alarm() {
    let seen = alone(ALLERGIES, with(allergy("a", worded("Bee venom")), json!({"criticality": "high"})));
    let line = seen.glance("allergy")[0];
    assert!(line["alert"] == true && said(line).contains("Bee venom") && said(line).contains("HIGH"), "{line}");
    let seen = alone(ALLERGIES, allergy("a", worded("Anaphylaxis to bee venom")));
    assert_eq!(seen.glance("allergy")[0]["alert"], true);
}

#[test]
fn trap_06_criticality_is_read_however_it_is_written() {
    for (written, expected) in [
        (json!("high"), "high"),
        (json!("HIGH"), "high"),
        (json!("CRITH"), "high"),
        (json!({"coding": [{"code": "high"}]}), "high"),
        (json!({"text": "High"}), "high"),
        (json!("low"), "low"),
        (json!("CRITL"), "low"),
        (json!("unable-to-assess"), "unable-to-assess"),
        (json!("CRITU"), "unable-to-assess"),
        (json!(null), ""),
        (json!("terrible"), "terrible"),
    ] {
        let seen = alone(ALLERGIES, with(allergy("a", worded("Latex")), json!({"criticality": written})));
        assert_eq!(seen.items_of(ALLERGIES)[0]["criticality"], expected, "{written}");
        assert_eq!(seen.glance("allergy")[0]["alert"], expected == "high", "{written}");
    }
}

#[test]
fn trap_06_a_medicine_in_words_only_is_shown() {
    let item = one(made(
        "MedicationStatement",
        "m",
        json!({"status": "active", "medicationCodeableConcept": {"text": "Grandmother's heart pills"}}),
    ));
    assert_eq!(item["text"], "Grandmother's heart pills");
}

#[test]
fn trap_06_a_code_without_any_words_is_shown_with_its_system() {
    for (kind, field) in [
        ("AllergyIntolerance", "code"),
        ("Condition", "code"),
        ("MedicationRequest", "medicationCodeableConcept"),
        ("Immunization", "vaccineCode"),
        ("Procedure", "code"),
        ("Flag", "code"),
        ("Observation", "code"),
    ] {
        let item = one(made(kind, "x", json!({field: coded("http://snomed.info/sct", "387207008")})));
        assert_eq!(item["text"], "387207008 (http://snomed.info/sct)", "{kind}");
        assert_eq!(item["codes"][0], "http://snomed.info/sct|387207008");
    }
}

#[test]
fn trap_06_a_substance_that_differs_from_the_code_is_shown_beside_it() {
    let resource = with(
        allergy("a", worded("Antibiotic")),
        json!({"reaction": [{"substance": coded(SCT, "372687004")}, {"substance": {"text": "Amoxicillin"}}]}),
    );
    let seen = alone(ALLERGIES, resource);
    let item = seen.item("Antibiotic");
    assert!(said(item).contains("Amoxicillin") && said(item).contains("372687004"), "{item}");
    assert!(seen.glances("allergy", "Amoxicillin"));
    let nameless = one(with(allergy("a", json!({})), json!({"reaction": [{"substance": {"text": "Amoxicillin"}}]})));
    assert_eq!(nameless["text"], "Amoxicillin");
}

#[test]
fn trap_06_no_line_is_blank_whatever_is_missing() {
    for kind in [
        "AllergyIntolerance",
        "MedicationStatement",
        "MedicationRequest",
        "Condition",
        "Immunization",
        "Procedure",
        "Flag",
        "Consent",
        "Goal",
        "DocumentReference",
        "DeviceUseStatement",
        "Observation",
        "DiagnosticReport",
        "CarePlan",
        "Encounter",
        "FamilyMemberHistory",
    ] {
        for code in [
            json!(null),
            json!({}),
            json!(""),
            json!([]),
            json!({"text": " \u{200b} "}),
            json!({"coding": []}),
            json!({"coding": [{}]}),
            json!(7),
            json!(true),
        ] {
            let item =
                one(made(kind, "x", json!({"code": code, "medicationCodeableConcept": code, "vaccineCode": code})));
            assert!(!str_of(&item["text"]).trim().is_empty(), "{kind} {code}");
        }
    }
}

#[test]
fn trap_06_a_dose_in_numbers_is_not_lost_behind_a_sentence_without_it() {
    let dosage = json!([{"text": "As directed", "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]}]);
    let item = one(made(
        "MedicationRequest",
        "m",
        json!({"status": "active", "medicationCodeableConcept": {"text": "x"}, "dosageInstruction": dosage}),
    ));
    assert!(said(&item).contains("As directed") && said(&item).contains("5 mg"), "{item}");
    let dosage = json!([{"text": "5 mg at night", "asNeededBoolean": "true", "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]}]);
    let item = one(made(
        "MedicationRequest",
        "m",
        json!({"status": "active", "medicationCodeableConcept": {"text": "x"}, "dosageInstruction": dosage}),
    ));
    assert!(said(&item).contains("5 mg at night, as needed") && said(&item).matches("5 mg").count() == 1, "{item}");
}

#[test]
fn trap_06_in_the_corpus_displays_without_codes_are_shown() {
    for real in real(&["jddamore_IPSviewer/CA_VeroSource_buddy_bear.json"]) {
        for vaccine in ["Imvamune", "Priorix", "Rotarix"] {
            assert!(real.seen.items_of(IMMUNISATIONS).iter().any(|i| said(i).contains(vaccine)), "{vaccine}");
        }
    }
}

#[test]
fn trap_06_in_the_corpus_codes_without_words_are_shown_with_their_system() {
    for real in real(&["jddamore_IPSviewer/US_MEDITECH_ips_2.json", "jddamore_IPSviewer/US_MEDITECH_ips_3.json"]) {
        assert!(real.seen.items().iter().any(|i| str_of(&i["text"]).ends_with("(http://hl7.org/fhir/sid/ndc)")));
    }
}

#[test]
fn trap_06_in_the_corpus_allergies_and_medicines_in_words_are_shown() {
    for real in
        real(&["FHIR_fhir-test-cases/ips-htmlrefs-backwards.json", "FHIR_fhir-test-cases/ips-htmlrefs-forwards.json"])
    {
        assert!(real.seen.glances("allergy", "Barbituraten"));
    }
    for real in real(&["jddamore_IPSviewer/AU-example-sparked.json"]) {
        assert!(real.seen.items_of(MEDICINES).iter().any(|i| said(i).contains("Prenatal vitamins")));
    }
}

#[test]
fn trap_06_in_the_corpus_substances_of_reactions_are_named() {
    for real in real(&["hl7au_au-fhir-test-data/Bundle-aups-basicsummary.json"]) {
        for allergy in real.resources("AllergyIntolerance") {
            for reaction in allergy["reaction"].as_array().into_iter().flatten() {
                let substance = str_of(&reaction["substance"]["text"]).to_lowercase();
                assert!(
                    real.seen.items_of(ALLERGIES).iter().any(|i| said(i).to_lowercase().contains(&substance)),
                    "{substance}"
                );
            }
        }
    }
}

#[test]
fn trap_06_an_amount_that_the_sentence_says_is_not_said_twice() {
    let dose = |text: &str, value: u8, unit: &str| {
        let dosage = json!([{"text": text, "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}]);
        let more = json!({"status": "active", "medicationCodeableConcept": {"text": "x"}, "dosageInstruction": dosage});
        str_of(&one(made("MedicationRequest", "m", more))["detail"]).to_owned()
    };
    assert_eq!(dose("Take One tablet twice daily", 1, "tablet"), "Take One tablet twice daily");
    assert_eq!(dose("Take 5MG at night", 5, "mg"), "Take 5MG at night");
    assert_eq!(dose("Take one at night", 5, "mg"), "Take one at night, 5 mg");
}

#[test]
fn trap_06_in_the_corpus_a_statement_of_none_keeps_the_words_of_the_record() {
    for real in real(&["hl7au_au-fhir-test-data/Bundle-aups-noknownx.json"]) {
        assert_eq!(real.seen.items_of(PROBLEMS)[0]["text"], "No current problems or disability");
    }
}
