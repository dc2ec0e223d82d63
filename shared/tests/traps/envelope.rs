//! Traps 9, 11 and 12: the document as a whole, its state, its wrapping, and what is no document at all.

use serde_json::{Value, json};
use shared::fhir::{Document, NotADocument};

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_09_the_state_of_the_document_is_told() {
    for status in ["preliminary", "amended", "entered-in-error"] {
        let mut document = bundle(&[], &[]);
        document["entry"][0]["resource"]["status"] = json!(status);
        assert!(read(&document).notice(status), "{status}");
    }
}

#[test]
fn trap_09_two_compositions_are_both_read() {
    let latex = allergy("l", worded("Latex"));
    let second = made(
        "Composition",
        "c2",
        json!({"subject": {"reference": "Patient/p"}, "section": [section(ALLERGIES, std::slice::from_ref(&latex))]}),
    );
    let seen = read(&bundle(&[], &[second, latex]));
    assert!(seen.notice("several-documents") && seen.item("Latex")["listed_in_section"] == true);
}

#[test]
fn trap_09_the_second_composition_may_not_hide_what_the_first_lists() {
    let latex = allergy("l", worded("Latex"));
    let none = allergy("n", coded(SCT, "716186003"));
    let second = made(
        "Composition",
        "c2",
        json!({"subject": {"reference": "Patient/p"}, "section": [section(ALLERGIES, std::slice::from_ref(&none))]}),
    );
    for order in [[second.clone(), latex.clone(), none.clone()], [latex.clone(), none, second]] {
        let seen = read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&latex))], &order));
        assert!(!seen.says_none_known() && seen.glances("allergy", "Latex"));
    }
}

#[test]
fn trap_09_security_labels_are_told() {
    for (place, code, notice) in [
        ("bundle", "REDACTED", "withheld"),
        ("composition", "MASKED", "withheld"),
        ("entry", "REDACTED", "withheld"),
        ("bundle", "R", "restricted"),
        ("composition", "V", "restricted"),
    ] {
        let mut document = bundle(&[], &[allergy("a", worded("Latex"))]);
        let label =
            json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": code}]});
        match place {
            "bundle" => document["meta"] = label,
            "composition" => document["entry"][0]["resource"]["meta"] = label,
            _ => document["entry"][2]["resource"]["meta"] = label,
        }
        assert!(read(&document).notice(notice), "{place} {code}");
    }
    let restricted = with(
        allergy("a", worded("Latex")),
        json!({"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}]}}),
    );
    assert!(said(&one(restricted)).contains("restricted information"));
}

#[test]
fn trap_09_what_the_patient_told_is_told_as_such() {
    let mut document = bundle(&[], &[]);
    document["entry"][0]["resource"]["author"] = json!([{"reference": "Patient/p"}]);
    assert!(read(&document).notice("patient-reported"));
    let told = with(allergy("a", worded("Latex")), json!({"asserter": {"reference": "Patient/p"}}));
    assert_eq!(one(told)["source"], "the patient");
}

#[test]
fn trap_11_a_bundle_of_any_type_with_a_composition_is_read() {
    let plain = bundle(&[section(ALLERGIES, &[allergy("a", worded("Latex"))])], &[allergy("a", worded("Latex"))]);
    for kind in [json!("searchset"), json!("collection"), json!("batch-response"), json!(null), json!("zzz")] {
        assert_eq!(read(&with(plain.clone(), json!({"type": kind}))).state(ALLERGIES), "listed");
    }
    let inside = json!({"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [
        {"resource": plain, "search": {"mode": "match"}}, {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}]}, "search": {"mode": "outcome"}}]});
    assert_eq!(read(&inside).state(ALLERGIES), "listed");
    let parameters = json!({"resourceType": "Parameters", "parameter": [{"name": "return", "resource": plain}]});
    assert_eq!(read(&parameters).state(ALLERGIES), "listed");
}

#[test]
fn trap_11_neither_identifier_nor_timestamp_is_needed() {
    let mut document = bundle(&[], &[]);
    document["entry"][0]["resource"].as_object_mut().unwrap().remove("date");
    let seen = read(&document);
    assert_eq!(seen.0["composed"], "");
    document["timestamp"] = json!("2026-01-02T03:04:05Z");
    assert_eq!(read(&document).0["composed"], "2026-01-02T03:04:05Z");
}

#[test]
fn trap_11_two_documents_with_the_same_constant_identifier_stay_two() {
    let of = |words: &str| {
        with(
            bundle(&[], &[allergy("a", worded(words))]),
            json!({"identifier": {"system": "urn:constant", "value": "1"}}),
        )
    };
    assert!(
        read(&of("Latex")).item("Latex")["status"] == "unknown"
            && read(&of("Nuts")).item("Nuts")["status"] == "unknown"
    );
}

fn refusal(text: &str) -> Option<NotADocument> {
    Document::read(text.as_bytes()).err()
}

#[test]
fn trap_12_what_is_not_json_is_refused_with_one_clear_line() {
    let good = bundle(&[], &[]).to_string();
    for (bad, expected) in [
        (good.replacen("\":", "\" ", 1), "not valid JSON"),
        (good.replacen(',', ",,", 1), "not valid JSON"),
        (good.replacen("Okafor", "\\q", 1), "not valid JSON"),
        (format!("{good}}}"), "not valid JSON"),
        (good[..good.len() / 2].to_owned(), "cut short"),
        (String::new(), "empty"),
        ("<Bundle xmlns=\"http://hl7.org/fhir\"/>".to_owned(), "not valid JSON"),
        ("[]".to_owned(), "not a record"),
        ("\"Bundle\"".to_owned(), "not a record"),
        ("null".to_owned(), "not a record"),
        ("{}".to_owned(), "not a record"),
        ("{\"resourceType\": \"Patient\"}".to_owned(), "not a record"),
        ("{\"resourceType\": \"Bundle\", \"entry\": []}".to_owned(), "no Composition"),
        ("{\"resourceType\": \"OperationOutcome\"}".to_owned(), "error message"),
    ] {
        let told = refusal(&bad).map(|e| e.to_string()).unwrap_or_default();
        assert!(told.contains(expected) && !told.contains('\n') && !told.contains("Okafor"), "{expected}: {told}");
    }
    assert!(matches!(Document::read(b"\xff\xfe{\x00}\x00").err(), Some(NotADocument::NotUtf8 { .. })));
}

#[test]
fn trap_12_a_byte_order_mark_is_no_mistake() {
    let text = format!("\u{feff}{}", bundle(&[], &[allergy("a", worded("Latex"))]));
    assert_eq!(read_text(&text).item("Latex")["listed_in_section"], false);
}

#[test]
fn trap_12_names_given_twice_are_both_told() {
    for (first, second) in [("confirmed", "entered-in-error"), ("entered-in-error", "confirmed")] {
        let text = bundle(&[], &[allergy("a", worded("Latex"))]).to_string().replace(
            "\"resourceType\":\"AllergyIntolerance\"",
            &format!("\"resourceType\":\"AllergyIntolerance\",\"verificationStatus\":\"{first}\",\"verificationStatus\":\"{second}\""),
        );
        let seen = read_text(&text);
        let item = seen.item("Latex");
        assert!(
            item["read_the_source"] == true && said(item).contains(&format!("verificationStatus = \"{first}\"")),
            "{item}"
        );
        assert!(seen.notice("contradiction"));
    }
}

#[test]
fn trap_12_the_table_of_contents_given_twice_loses_nothing() {
    let pen = allergy("pen", worded("Penicillin"));
    let text = bundle(&[], std::slice::from_ref(&pen)).to_string().replace(
        "\"section\":[]",
        "\"section\":[{\"title\":\"Allergies\",\"code\":{\"coding\":[{\"code\":\"48765-2\"}]},\"entry\":[{\"reference\":\"AllergyIntolerance/pen\"}]}],\"section\":[]",
    );
    let seen = read_text(&text);
    assert!(seen.glances("allergy", "Penicillin") && seen.notice("contradiction"));
}

#[test]
fn trap_12_an_entry_nested_without_end_costs_only_itself() {
    let deep = format!("{}1{}", "[".repeat(60_000), "]".repeat(60_000));
    let text = bundle(&[], &[made("Flag", "f", json!({"x": "DEEP"})), allergy("a", worded("Latex"))])
        .to_string()
        .replace("\"DEEP\"", &deep);
    let seen = read_text(&text);
    assert!(seen.glances("allergy", "Latex") && seen.notice("incomplete"));
    assert_eq!((&seen.unread()[0]["resource_type"], seen.unread().len()), (&json!("Flag"), 1));
}

#[test]
fn trap_12_one_bad_entry_never_costs_the_others() {
    let mut document = bundle(&[], &[allergy("a", worded("Latex"))]);
    let bad: Vec<Value> = vec![
        json!(null),
        json!(7),
        json!({}),
        json!({"resource": null}),
        json!({"resource": []}),
        json!({"resource": {"id": "x"}}),
        json!({"request": {"method": "DELETE"}}),
    ];
    let count = bad.len();
    document["entry"].as_array_mut().unwrap().extend(bad);
    let seen = read(&document);
    assert_eq!(seen.unread().len(), count);
    assert!(seen.glances("allergy", "Latex") && seen.notice("incomplete"));
}

#[test]
fn trap_09_in_the_corpus_amended_and_patient_written_documents_say_so() {
    for real in real(&["hl7au_au-fhir-test-data/Bundle-aups-gpvisit-retrieval.json"]) {
        assert!(real.seen.notice("amended"));
    }
    for real in
        real(&["hl7au_au-fhir-test-data/Bundle-aups-patient-story.json", "jddamore_IPSviewer/NL_Drimpy_01.json"])
    {
        assert!(real.seen.notice("patient-reported"));
    }
}

#[test]
fn trap_09_in_the_corpus_labels_nobody_here_knows_change_nothing() {
    for real in real(&["icanbwell_fhir-patient-summary/test-bundle.json"]) {
        assert!(!real.seen.notice("withheld") && !real.seen.notice("restricted"));
    }
}

#[test]
fn trap_11_in_the_corpus_a_summary_inside_a_searchset_is_read() {
    for real in real(&["jddamore_IPSviewer/US_MEDITECH_ips_2.json", "jddamore_IPSviewer/US_MEDITECH_ips_3.json"]) {
        assert_eq!(real.json["type"], "searchset");
        assert!(real.seen.state(ALLERGIES) == "listed" && real.seen.state(MEDICINES) == "listed");
    }
}

#[test]
fn trap_11_in_the_corpus_documents_without_identifier_or_timestamp_are_read() {
    for real in real(&[
        "ballerina_fhir.r4/test_data.bal.json",
        "jddamore_IPSviewer/DK_Jens_Villadsen_02.json",
        "jddamore_IPSviewer/AR_Repository_Example_02.json",
    ]) {
        assert!(real.json["identifier"].is_null() || real.json["timestamp"].is_null());
        assert!(!real.seen.sections().is_empty());
    }
}

#[test]
fn trap_12_in_the_corpus_a_document_cut_or_damaged_is_refused() {
    for real in real(&["jddamore_IPSviewer/full_ips.json", "RACSEL_IPS-viewer/example1.json"]) {
        let text = real.json.to_string();
        for at in (1..text.len()).step_by(997).filter(|at| text.is_char_boundary(*at)) {
            assert!(Document::read(&text.as_bytes()[..at]).is_err(), "cut at {at}");
        }
        let with_mark = format!("\u{feff}{text}");
        assert_eq!(Document::read(with_mark.as_bytes()).unwrap().entries().len(), real.document.entries().len());
    }
}
