//! Trap 15: addresses in every spelling, and addresses that lead nowhere.

use serde_json::{Value, json};

use super::corpus::real;
use super::fixture::*;

/// A document whose only section names `reference`, with one allergy under `full_url` and `id`.
fn found(full_url: Value, id: Value, reference: Value) -> bool {
    let mut document = bundle(&[], &[]);
    document["entry"][0]["resource"]["section"] =
        json!([{"title": "A", "code": coded("x", ALLERGIES), "entry": [reference]}]);
    let mut latex = allergy("x", worded("Latex"));
    latex["id"] = id;
    document["entry"].as_array_mut().unwrap().push(json!({"fullUrl": full_url, "resource": latex}));
    let seen = read(&document);
    assert!(seen.glances("allergy", "Latex"), "an allergy is seen whatever its address");
    seen.item("Latex")["listed_in_section"] == true
}

#[test]
fn trap_15_references_are_found_in_every_spelling() {
    let to = |address: &str| json!({ "reference": address });
    let uuid = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
    for (full_url, id, reference) in [
        (json!(null), json!("1"), to("AllergyIntolerance/1")),
        (json!(""), json!("1"), to("AllergyIntolerance/1")),
        (json!("AllergyIntolerance/1"), json!(null), to("AllergyIntolerance/1")),
        (
            json!("https://a.example/fhir/AllergyIntolerance/1"),
            json!("1"),
            to("https://a.example/fhir/AllergyIntolerance/1"),
        ),
        (json!("https://a.example/fhir/AllergyIntolerance/1"), json!("1"), to("AllergyIntolerance/1")),
        (
            json!("https://a.example/fhir/AllergyIntolerance/1"),
            json!("1"),
            to("https://b.example/AllergyIntolerance/1"),
        ),
        (json!("https://a.example/fhir/AllergyIntolerance/1"), json!("1"), to("AllergyIntolerance/1/_history/3")),
        (json!("https://a.example/fhir/AllergyIntolerance/1/_history/2"), json!("1"), to("AllergyIntolerance/1")),
        (json!(uuid), json!("1"), to(uuid)),
        (json!(uuid), json!("other"), to(&uuid.to_uppercase().replace("URN:UUID:", "urn:uuid:"))),
        (json!(uuid), json!("1"), to("AllergyIntolerance/1")),
        (json!(null), json!("0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"), to(uuid)),
        (json!("urn:oid:1.2.3.4"), json!("1"), to("urn:oid:1.2.3.4")),
        (json!("urn:uuid:194315"), json!("1"), to("urn:uuid:194315")),
        (json!(null), json!("x".repeat(200)), to(&format!("AllergyIntolerance/{}", "x".repeat(200)))),
        (json!(null), json!(17), to("AllergyIntolerance/17")),
        (json!(null), json!("1"), json!("AllergyIntolerance/1")),
        (json!(null), json!("1"), json!({"reference": {"reference": "AllergyIntolerance/1"}})),
        (json!(null), json!("1"), to(" AllergyIntolerance/1 ")),
    ] {
        assert!(found(full_url.clone(), id.clone(), reference.clone()), "{full_url} {id} {reference}");
    }
}

#[test]
fn trap_15_references_that_lead_nowhere_cost_nothing_and_are_told() {
    for reference in [
        json!({"reference": "AllergyIntolerance/other"}),
        json!({"reference": "#gone"}),
        json!({}),
        json!({"reference": 7}),
        json!({"reference": []}),
        json!({"reference": "/"}),
        json!(true),
        json!({"display": "Something"}),
    ] {
        assert!(!found(json!(null), json!("1"), reference.clone()), "{reference}");
        let mut document = bundle(&[], &[]);
        document["entry"][0]["resource"]["section"] =
            json!([{"title": "A", "code": coded("x", ALLERGIES), "entry": [reference]}]);
        let seen = read(&document);
        assert!(seen.state(ALLERGIES) == "unreadable" && seen.notice("incomplete"), "{reference}");
    }
}

#[test]
fn trap_15_one_id_on_several_types_is_told_apart_by_the_type() {
    let all = [
        allergy("1", worded("Latex")),
        made("Condition", "1", json!({"code": {"text": "Asthma"}})),
        made("Flag", "1", json!({"status": "active", "code": {"text": "Dog"}})),
    ];
    let seen = read(&bundle(&[section(PROBLEMS, &all[1..2]), section(ALLERGIES, &all[..1])], &all));
    assert_eq!(
        (&seen.items_of(PROBLEMS)[0]["text"], &seen.items_of(ALLERGIES)[0]["text"]),
        (&json!("Asthma"), &json!("Latex"))
    );
}

#[test]
fn trap_15_two_entries_of_one_address_are_both_seen() {
    let twins = [allergy("1", worded("Latex")), allergy("1", worded("Nuts"))];
    let seen = read(&bundle(&[section(ALLERGIES, &twins[..1])], &twins));
    assert!(seen.glances("allergy", "Latex") && seen.glances("allergy", "Nuts"));
}

#[test]
fn trap_15_circles_come_to_an_end() {
    let member = |id: &str, other: &str| {
        made(
            "Observation",
            id,
            json!({"status": "final", "code": {"text": id}, "hasMember": [{"reference": format!("Observation/{other}")}, {"reference": format!("Observation/{id}")}], "derivedFrom": [{"reference": format!("Observation/{other}")}]}),
        )
    };
    let all = [member("one", "two"), member("two", "one")];
    let mut document = bundle(&[section("30954-2", &all[..1])], &all);
    document["entry"][0]["resource"]["author"] = json!([{"reference": "Composition/c"}]);
    document["entry"][0]["resource"]["section"][0]["section"] =
        json!([{"title": "Inner", "entry": [{"reference": "Composition/c"}, {"reference": "Observation/one"}]}]);
    let seen = read(&document);
    assert_eq!(seen.items_of("30954-2").len(), 2);
}

#[test]
fn trap_15_contained_resources_are_followed() {
    let contained = made(
        "MedicationStatement",
        "m",
        json!({"status": "active", "medicationReference": {"reference": "#in"}, "contained": [{"resourceType": "Medication", "id": "in", "code": {"text": "Insulin"}}]}),
    );
    assert_eq!(one(contained)["text"], "Insulin");
    let hash_id = made(
        "MedicationStatement",
        "m",
        json!({"status": "active", "medicationReference": {"reference": "#in"}, "contained": [{"resourceType": "Medication", "id": "#in", "code": {"text": "Insulin"}}]}),
    );
    assert_eq!(one(hash_id)["text"], "Insulin");
}

#[test]
fn trap_15_a_medicine_that_is_not_in_the_document_is_still_a_line() {
    let item = one(made(
        "MedicationRequest",
        "m",
        json!({"status": "active", "medicationReference": {"reference": "Medication/gone", "display": "Apixaban"}}),
    ));
    assert_eq!((&item["text"], &item["read_the_source"]), (&json!("Apixaban"), &json!(true)));
    let item = one(made(
        "MedicationRequest",
        "m",
        json!({"status": "active", "medicationReference": {"reference": "Medication/gone"}}),
    ));
    assert!(str_of(&item["text"]).contains("Medication/gone"));
}

#[test]
fn trap_15_in_the_corpus_every_spelling_of_an_address_leads_somewhere() {
    for real in real(&[
        "jddamore_IPSviewer/DK_Jens_Villadsen_02.json",
        "RACSEL_IPS-viewer/example1.json",
        "FHIR_fhir-test-cases/bundle-duplicate-ids-not.json",
        "jddamore_IPSviewer/NL_Curavista_01.json",
        "jddamore_IPSviewer@history/US_Epic_connectathon_May2024.json",
        "ballerina_fhir.r4/test_data.bal.json",
        "HL7_fhir-ips@sushi/Bundle-IPS-examples-Bundle-with-immunization.json",
    ]) {
        let listed = real.seen.items().iter().filter(|i| i["listed_in_section"] == true).count();
        assert!(listed > 0);
        assert!(
            real.seen.items().iter().all(|i| !str_of(&i["text"]).starts_with("A medicine that is not in the document"))
        );
    }
}

#[test]
fn trap_15_in_the_corpus_dangling_section_entries_are_counted() {
    for (file, code) in [
        ("hl7au_au-ps-inferno/recommended-error-unresolved-ref-bundle.json", IMMUNISATIONS),
        ("jddamore_IPSviewer/CA_VeroSource_buddy_bear.json", MEDICINES),
        ("jddamore_IPSviewer@history/US_no_info_with_Advance_Directive__8c59b16.json", DIRECTIVES),
    ] {
        for real in real(&[file]) {
            assert!(real.seen.notice("incomplete"), "{file}");
            assert!(
                real.seen.statement(code).contains("could not be read or is not in the document"),
                "{file}: {}",
                real.seen.statement(code)
            );
        }
    }
}

#[test]
fn trap_15_in_the_corpus_references_with_a_version_are_found() {
    for mut real in real(&["FHIR_fhir-test-cases/bundle-duplicate-ids-not.json", "jddamore_IPSviewer/full_ips.json"]) {
        for section in real.json["entry"][0]["resource"]["section"].as_array_mut().unwrap() {
            for entry in section["entry"].as_array_mut().into_iter().flatten() {
                entry["reference"] = json!(format!("{}/_history/1", str_of(&entry["reference"])));
            }
        }
        let seen = read(&real.json);
        assert_eq!(seen.state(ALLERGIES), real.seen.state(ALLERGIES));
        assert!(!seen.notice("incomplete"));
    }
}
