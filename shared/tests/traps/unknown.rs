//! Trap 17: types, properties, codes and systems that nobody here knows.

use serde_json::json;

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_17_an_unknown_type_is_shown_by_what_it_holds() {
    let item = one(made(
        "MoonPhase",
        "m",
        json!({"status": "shiny", "name": "Waxing", "phaseOfIt": {"text": "first quarter"}, "deep": [{"a": {"b": ["inside", 4.20]}}], "text": {"div": "<p>Seen at night</p>"}}),
    ));
    assert_eq!((&item["text"], &item["read_the_source"]), (&json!("Moon phase: Waxing"), &json!(true)));
    for words in ["shiny", "first quarter", "inside", "4.2", "Seen at night"] {
        assert!(said(&item).contains(words), "{words}: {item}");
    }
}

#[test]
fn trap_17_unknown_properties_and_codes_cost_nothing() {
    let item = one(with(
        allergy("a", coded("urn:oid:9.9.9", "Z-1")),
        json!({"newField": {"x": [1]}, "clinicalStatus": coded("urn:new", "dormant"), "criticality": "colossal"}),
    ));
    assert_eq!(
        (&item["text"], &item["status"], &item["criticality"]),
        (&json!("Z-1 (urn:oid:9.9.9)"), &json!("unknown"), &json!("colossal"))
    );
    assert!(said(&item).contains("dormant"));
}

#[test]
fn trap_17_an_attachment_is_named_and_never_poured_onto_a_line() {
    let data = "QUJD".repeat(50_000);
    for resource in [
        made(
            "DocumentReference",
            "d",
            json!({"status": "current", "type": {"text": "Letter"}, "content": [{"attachment": {"contentType": "application/pdf", "title": "Letter.pdf", "data": data}}]}),
        ),
        made("Binary", "d", json!({"contentType": "application/pdf", "data": data})),
        made("Media", "d", json!({"status": "completed", "content": {"contentType": "image/png", "data": data}})),
        made(
            "DiagnosticReport",
            "d",
            json!({"status": "final", "code": {"text": "Letter"}, "presentedForm": [{"title": "Letter.pdf", "data": data}]}),
        ),
    ] {
        let seen = alone("zz", resource);
        assert!(!seen.0.to_string().contains("QUJDQUJD"), "{}", seen.items()[0]["resource_type"]);
        assert_eq!(seen.section("zz")["items"][0]["read_the_source"], true);
    }
}

#[test]
fn trap_17_characters_nobody_sees_are_taken_out_of_every_line() {
    let item = one(with(
        allergy("a", worded("Peni\u{200b}cil\u{202e}lin\u{0000}\u{feff}")),
        json!({"note": [{"text": "a\u{2066}b\nc"}]}),
    ));
    assert_eq!(item["text"], "Penicillin");
    assert!(said(&item).contains("ab c"), "{item}");
}

#[test]
fn trap_17_in_the_corpus_types_without_a_way_of_their_own_are_items() {
    for (file, kind) in [
        ("jddamore_IPSviewer@history/TW_Li-Hui_Lee_01.json", "ImmunizationRecommendation"),
        ("FHIR_fhir-test-cases/bundle-duplicate-ids-not.json", "Coverage"),
    ] {
        for real in real(&[file]) {
            let item = real.seen.items().into_iter().find(|i| i["resource_type"] == kind).unwrap();
            assert!(item["read_the_source"] == true && !str_of(&item["detail"]).is_empty(), "{item}");
        }
    }
}

#[test]
fn trap_17_in_the_corpus_attachments_stay_off_the_lines() {
    for real in real(&["FHIR_fhir-test-cases/bundle-mni-patientOverview-bundle-example1.json"]) {
        for item in real.seen.items() {
            assert!(said(item).split_whitespace().all(|w| w.len() < 200), "{}", item["resource_type"]);
        }
    }
}
