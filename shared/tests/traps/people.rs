//! Trap 7: whose document it is, and how people are called.

use serde_json::{Value, json};
use shared::fhir::{Document, WrongPerson, check_subject};
use shared::identity::Demographics;

use super::corpus::real;
use super::fixture::*;

const NHS: &str = "https://fhir.nhs.uk/Id/nhs-number";

fn named(name: Value) -> String {
    let mut document = bundle(&[], &[]);
    document["entry"][1]["resource"]["name"] = name;
    str_of(&read(&document).0["patient"]["name"]).to_owned()
}

fn asked(number: &str) -> Demographics {
    let patient = made("Patient", "asked", json!({"identifier": [{"system": NHS, "value": number}]}));
    Demographics::from_fhir(&patient).unwrap()
}

fn checked(document: &Value, number: &str) -> Result<(), WrongPerson> {
    check_subject(&Document::read(document.to_string().as_bytes()).unwrap(), &asked(number))
}

#[test]
fn trap_07_of_several_patients_the_subject_counts() {
    let baby =
        made("Patient", "baby", json!({"name": [{"family": "Okafor", "given": ["Baby"]}], "birthDate": "2026-01-02"}));
    let milk =
        with(allergy("m", worded("Milk")), json!({"patient": {"reference": "Patient/baby"}, "criticality": "high"}));
    let seen = read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&milk))], &[milk, baby]));
    assert_eq!(seen.0["patient"]["name"], "OKAFOR, Ngozi");
    assert_eq!(seen.titled("About another person in this document")["items"][0]["text"], "Milk");
    assert!(!seen.glances("allergy", "Milk") && seen.notice("several-patients"));
}

#[test]
fn trap_07_ten_patients_and_a_subject_that_is_none_of_them_name_nobody() {
    let crowd: Vec<Value> =
        (0..10).map(|i| made("Patient", &format!("p{i}"), json!({"name": [{"family": format!("F{i}")}]}))).collect();
    let mut document = bundle(&[], &crowd);
    document["entry"][0]["resource"]["subject"] = json!({"reference": "Patient/nobody"});
    let seen = read(&document);
    assert_eq!(seen.0["patient"]["name"], "Not clear whose record this is");
    assert!(seen.notice("subject-unclear"));
    assert_eq!(checked(&document, "9434765919"), Err(WrongPerson::SubjectUnclear));
}

#[test]
fn trap_07_a_document_of_somebody_else_is_refused() {
    let mut document = bundle(&[], &[]);
    let mut of = |identifier: Value| {
        document["entry"][1]["resource"]["identifier"] = identifier;
        checked(&document, "9434765919")
    };
    assert_eq!(of(json!([{"system": NHS, "value": "9434765919"}])), Ok(()));
    assert_eq!(of(json!([{"system": NHS, "value": "9876543210"}])), Err(WrongPerson::AnotherNhsNumber));
    assert_eq!(of(json!([{"system": "urn:mrn", "value": "9434765919"}])), Err(WrongPerson::NothingInCommon));
    assert_eq!(of(json!([])), Err(WrongPerson::NothingInCommon));
}

#[test]
fn trap_07_padding_and_characters_nobody_sees_do_not_change_a_number() {
    for written in [
        " 943 476 5919",
        "94 34 76 59 19",
        "943-476-5919",
        "943\u{200b}4765919\u{feff}",
        "\u{202d}9434765919\u{202c}",
        "943\u{a0}476\u{a0}5919",
    ] {
        let mut document = bundle(&[], &[]);
        document["entry"][1]["resource"]["identifier"] = json!([{"system": NHS, "value": written}]);
        assert_eq!(checked(&document, "9434765919"), Ok(()), "{written:?}");
        assert_eq!(read(&document).0["patient"]["nhs_number"], "9434765919", "{written:?}");
    }
}

#[test]
fn trap_07_names_are_shown_as_far_as_they_are_known() {
    assert_eq!(
        named(
            json!([{"use": "maiden", "family": "Before"}, {"use": "official", "family": "Now", "given": ["A", "B"]}])
        ),
        "NOW, A B"
    );
    assert_eq!(named(json!([{"use": "old", "family": "Before"}, {"family": "Now"}])), "NOW");
    assert_eq!(named(json!([{"text": "王大明"}])), "王大明");
    assert_eq!(named(json!([{"family": "Παπαδόπουλος", "given": ["Ιωάννης"]}])), "ΠΑΠΑΔΌΠΟΥΛΟΣ, Ιωάννης");
    assert_eq!(named(json!([{"given": ["Only"]}])), "Only");
    assert_eq!(named(json!({"family": "Single"})), "SINGLE");
    assert_eq!(named(json!([{"family": "Fam\u{200b}ily\u{202e}"}])), "FAMILY");
    for none in [json!(null), json!([]), json!([{}]), json!([{"family": ""}]), json!([null])] {
        assert_eq!(named(none.clone()), "Name not recorded", "{none}");
    }
}

#[test]
fn trap_07_a_masked_name_or_birth_date_is_said_to_be_withheld() {
    let masked = json!({"extension": [{"url": REASON_URL, "valueCode": "masked"}]});
    assert_eq!(named(json!([{"_family": masked}])), "Name withheld");
    assert_eq!(named(json!([masked])), "Name withheld");
    let mut document = bundle(&[], &[]);
    let patient = document["entry"][1]["resource"].as_object_mut().unwrap();
    patient.remove("birthDate");
    patient.insert("_birthDate".to_owned(), masked);
    let seen = read(&document);
    assert!(seen.0["patient"]["birth_date"] == "" && seen.notice("withheld"));
    assert!(!read(&bundle(&[], &[])).notice("withheld"));
}

#[test]
fn trap_07_other_names_and_a_record_out_of_use_are_told() {
    let mut document = bundle(&[], &[]);
    document["entry"][1]["resource"]["name"] = json!([{"family": "Now"}, {"use": "maiden", "family": "Before"}]);
    document["entry"][1]["resource"]["active"] = json!("false");
    let seen = read(&document);
    assert!(seen.notice("other-names") && seen.notice("inactive-person"));
}

#[test]
fn trap_07_an_old_number_does_not_go_before_the_current_one() {
    let mut document = bundle(&[], &[]);
    document["entry"][1]["resource"]["identifier"] =
        json!([{"use": "old", "system": NHS, "value": "9876543210"}, {"system": NHS, "value": "9434765919"}]);
    assert_eq!(read(&document).0["patient"]["nhs_number"], "9434765919");
}

#[test]
fn trap_07_in_the_corpus_two_patients_are_said_to_be_two() {
    for real in real(&["RACSEL_IPS-viewer/example1.json", "jddamore_IPSviewer/CY_194315.json"]) {
        assert_eq!(real.resources("Patient").len(), 2);
        assert!(real.seen.notice("several-patients"));
    }
}

#[test]
fn trap_07_in_the_corpus_names_of_every_script_and_maiden_names() {
    for real in real(&["jddamore_IPSviewer/TW_Li-Hui_Lee_01-modified.json"]) {
        let notices = real.seen.0["notices"].to_string();
        assert!(
            real.seen.0["patient"]["name"] == "WANG, DAMING" && notices.contains("Also recorded as 王大明"),
            "{notices}"
        );
    }
    for real in real(&["FHIR_fhir-test-cases/mni-patientOverview-bundle-example1.json"]) {
        assert!(real.seen.notice("other-names"));
    }
}

#[test]
fn trap_07_in_the_corpus_padded_identifiers_are_trimmed() {
    for real in real(&["jddamore_IPSviewer/US_Epic_connectathon_May2024.json"]) {
        let ids: Vec<&str> = real.seen.0["patient"]["identifiers"].as_array().unwrap().iter().map(str_of).collect();
        assert!(ids.iter().any(|i| i.ends_with("|Z11029")), "{ids:?}");
    }
}

#[test]
fn trap_07_in_the_corpus_a_birth_date_that_is_not_there_stays_empty() {
    for real in real(&["hl7au_au-fhir-test-data/Bundle-aups-section-emptyreason.json"]) {
        assert_eq!(real.seen.0["patient"]["birth_date"], "");
    }
}

#[test]
fn trap_07_in_the_corpus_no_document_is_given_out_for_another_nhs_number() {
    for real in real(&[
        "jddamore_IPSviewer/full_ips.json",
        "RACSEL_IPS-viewer/example1.json",
        "jddamore_IPSviewer/CY_Peroni.json",
    ]) {
        assert!(check_subject(&real.document, &asked("9434765919")).is_err());
    }
}
