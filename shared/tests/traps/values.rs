//! Trap 10: dates and numbers stay what was written.

use serde_json::json;

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_10_partial_dates_stay_partial() {
    for date in ["2015", "2016-10", "2016-10-02", "2023-10-09T02:48:57.467553+00:00", "2025-07-04T10:57:33.754807600Z"]
    {
        let item =
            one(made("Condition", "c", json!({"code": {"text": "x"}, "onsetDateTime": date, "recordedDate": date})));
        assert_eq!(item["dates"], json!([format!("onset {date}"), format!("recorded {date}")]));
        assert_eq!(item["when"], date);
    }
    let mut document = bundle(&[], &[]);
    document["entry"][1]["resource"]["birthDate"] = json!("1938");
    assert_eq!(read(&document).0["patient"]["birth_date"], "1938");
}

#[test]
fn trap_10_trailing_zeros_and_big_numbers_stay_as_written() {
    for (number, shown) in [
        ("0.40", "0.40"),
        ("2.0", "2.0"),
        ("10.00", "10.00"),
        ("100000000000000000001", "100000000000000000001"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("-0.0", "-0.0"),
    ] {
        let text = bundle(&[], &[made("Observation", "o", json!({"status": "final", "code": {"text": "Digoxin"}, "valueQuantity": {"value": "NUMBER", "unit": "ng/mL"}}))])
            .to_string()
            .replace("\"NUMBER\"", number);
        assert_eq!(read_text(&text).item("Digoxin")["detail"], format!("{shown} ng/mL"), "{number}");
    }
    let text = bundle(
        &[],
        &[made(
            "MedicationRequest",
            "m",
            json!({"status": "active", "medicationCodeableConcept": {"text": "Digoxin"},
        "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": "NUMBER", "unit": "mg"}}]}]}),
        )],
    )
    .to_string()
    .replace("\"NUMBER\"", "0.40");
    assert!(said(read_text(&text).item("Digoxin")).contains("0.40 mg"));
}

#[test]
fn trap_10_a_document_from_the_future_is_marked() {
    for place in ["date", "lastUpdated", "timestamp"] {
        let mut document = bundle(&[], &[]);
        match place {
            "date" => document["entry"][0]["resource"]["date"] = json!("2031-05-06"),
            "lastUpdated" => document["meta"] = json!({"lastUpdated": "2031-05-06T00:00:00Z"}),
            _ => document["timestamp"] = json!("2031-05-06T00:00:00Z"),
        }
        assert!(read(&document).notice("future-date"), "{place}");
    }
    assert!(!read(&bundle(&[], &[])).notice("future-date"));
}

#[test]
fn trap_10_in_the_corpus_every_number_that_is_shown_keeps_its_zeros() {
    for (file, zeros) in [
        ("hl7au_au-fhir-test-data/Bundle-aups-basicsummarywihpath.json", "4.10"),
        ("hl7au_au-fhir-test-data/Bundle-aups-gpvisit-retrieval.json", "3.10"),
        ("RACSEL_IPS-viewer/example1.json", "15.0"),
    ] {
        for real in real(&[file]) {
            assert!(
                real.seen.items().iter().any(|i| said(i).split([' ', ';']).any(|word| word == zeros)),
                "{file}: {zeros}"
            );
        }
    }
}

#[test]
fn trap_10_in_the_corpus_partial_and_fine_dates_stay_as_written() {
    for (file, date) in [
        ("HL7_fhir-ips@sushi/Bundle-IPS-examples-Bundle-01.json", "onset 2015"),
        ("jddamore_IPSviewer/CY_Andreas_Ioannou_02.json", "since 2023-06-16T13:37:57.6090000+00:00"),
    ] {
        for real in real(&[file]) {
            let dates =
                |i: &&&serde_json::Value| i["dates"].as_array().unwrap().iter().any(|d| str_of(d).ends_with(date));
            assert!(real.seen.items().iter().find(dates).is_some(), "{file}: {date}");
        }
    }
}
