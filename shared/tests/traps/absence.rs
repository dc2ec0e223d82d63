//! Trap 4: none known, not asked, not known, withheld, text only, not there: six spellings that are six facts.

use serde_json::{Value, json};

use super::corpus::real;
use super::fixture::*;

/// Section, SNOMED code of "none known", the name in the IPS codes, and a resource with a concept.
type Kind = (&'static str, &'static str, &'static str, fn(Value) -> Value);

// Every section that knows coded negatives.
fn kinds() -> [Kind; 6] {
    [
        (ALLERGIES, "716186003", "allerg", |c| allergy("a", c)),
        (MEDICINES, "787481004", "medication", |c| {
            made("MedicationStatement", "a", json!({"status": "active", "medicationCodeableConcept": c}))
        }),
        (PROBLEMS, "160245001", "problem", |c| made("Condition", "a", json!({ "code": c }))),
        (PROCEDURES, "787480003", "procedure", |c| made("Procedure", "a", json!({"status": "completed", "code": c}))),
        (IMMUNISATIONS, "787482006", "immunization", |c| {
            made("Immunization", "a", json!({"status": "completed", "vaccineCode": c}))
        }),
        (DEVICES, "787483001", "device", |c| {
            made(
                "DeviceUseStatement",
                "a",
                json!({"status": "active", "contained": [{"resourceType": "Device", "id": "d", "type": c}], "device": {"reference": "#d"}}),
            )
        }),
    ]
}

fn ips_code(about: &str, kind: &str) -> Value {
    let (one, many) = if about == "allerg" {
        ("allergy".to_owned(), "allergies".to_owned())
    } else {
        (about.to_owned(), format!("{about}s"))
    };
    coded(IPS, &if kind == "none" { format!("no-known-{many}") } else { format!("no-{one}-info") })
}

#[test]
fn trap_04_a_coded_statement_of_none_is_none_known_in_every_section() {
    for (section, snomed, about, make) in kinds() {
        for concept in [coded(SCT, snomed), ips_code(about, "none")] {
            let seen = alone(section, make(concept.clone()));
            assert_eq!(seen.state(section), "none-known", "{concept}");
            assert!(seen.statement(section).starts_with("No known "), "{}", seen.statement(section));
            let item = &seen.items_of(section)[0];
            assert_eq!(item["status"], "negative");
            assert!(!str_of(&item["text"]).contains("http") && !str_of(&item["text"]).starts_with("Not "), "{item}");
        }
    }
}

#[test]
fn trap_04_no_information_is_not_none_in_any_section() {
    for (section, _, about, make) in kinds() {
        for concept in [
            ips_code(about, "info"),
            coded(ABSENT, "unknown"),
            coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "NI"),
        ] {
            let seen = alone(section, make(concept.clone()));
            assert_eq!(seen.state(section), "not-recorded", "{concept}");
            let item = &seen.items_of(section)[0];
            assert!(item["status"] == "unknown" && !str_of(&item["text"]).contains("http"), "{item}");
        }
    }
}

#[test]
fn trap_04_a_masked_entry_reads_as_withheld_in_every_section() {
    for (section, _, _, make) in kinds() {
        for concept in [
            coded(ABSENT, "masked"),
            coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "MSK"),
            json!({"extension": [{"url": REASON_URL, "valueCode": "masked"}]}),
        ] {
            let seen = alone(section, make(concept.clone()));
            assert_eq!(seen.state(section), "withheld", "{section} {concept}");
            assert!(seen.notice("withheld") && seen.items_of(section)[0]["status"] == "unknown");
        }
    }
    let seen = alone(ALLERGIES, allergy("a", coded(ABSENT, "masked")));
    assert!(seen.glances("allergy", "withheld"));
}

#[test]
fn trap_04_something_withheld_keeps_a_statement_of_none_from_reading_as_one() {
    let all = [allergy("a", coded(SCT, "716186003")), allergy("b", coded(ABSENT, "masked"))];
    let seen = read(&bundle(&[section(ALLERGIES, &all)], &all));
    assert_eq!(seen.state(ALLERGIES), "withheld");
    assert!(!seen.says_none_known());
}

#[test]
fn trap_04_a_negative_in_doubt_is_none_in_no_section() {
    for (section, snomed, _, make) in kinds() {
        for doubt in
            [json!({"modifierExtension": [{"url": "urn:not-so"}]}), json!({"implicitRules": "urn:other-rules"})]
        {
            let seen = alone(section, with(make(coded(SCT, snomed)), doubt));
            assert_ne!(seen.state(section), "none-known", "{section}");
        }
    }
    for (section, resource) in [
        (
            MEDICINES,
            made(
                "MedicationStatement",
                "a",
                json!({"status": "stopped", "medicationCodeableConcept": coded(SCT, "787481004")}),
            ),
        ),
        (
            MEDICINES,
            made(
                "MedicationStatement",
                "a",
                json!({"status": "entered-in-error", "medicationCodeableConcept": coded(SCT, "787481004")}),
            ),
        ),
        (
            PROBLEMS,
            made("Condition", "a", json!({"code": coded(SCT, "160245001"), "clinicalStatus": coded("x", "resolved")})),
        ),
        (
            PROBLEMS,
            made(
                "Condition",
                "a",
                json!({"code": coded(SCT, "160245001"), "verificationStatus": coded("x", "refuted")}),
            ),
        ),
    ] {
        assert_ne!(alone(section, resource.clone()).state(section), "none-known", "{resource}");
    }
}

#[test]
fn trap_04_a_negative_behind_a_reference_is_a_negative() {
    let statement = made(
        "MedicationStatement",
        "m",
        json!({"status": "unknown", "medicationReference": {"reference": "Medication/x"}}),
    );
    for (code, state) in [("no-medication-info", "not-recorded"), ("no-known-medications", "none-known")] {
        let medication = made("Medication", "x", json!({"code": coded(IPS, code)}));
        let seen =
            read(&bundle(&[section(MEDICINES, std::slice::from_ref(&statement))], &[statement.clone(), medication]));
        assert_eq!(seen.state(MEDICINES), state);
    }
}

fn emptied(reason: Value) -> Seen {
    let mut section = section(ALLERGIES, &[]);
    section["emptyReason"] = reason;
    read(&bundle(&[section], &[]))
}

#[test]
fn trap_04_each_reason_for_an_empty_section_is_a_fact_of_its_own() {
    for (code, state, words) in [
        ("nilknown", "not-recorded", "no clinician signed"),
        ("notasked", "not-recorded", "nobody asked"),
        ("not-asked", "not-recorded", "nobody asked"),
        ("NASK", "not-recorded", "nobody asked"),
        ("notstarted", "not-recorded", "not begun"),
        ("unavailable", "not-recorded", "no information"),
        ("asked-unknown", "not-recorded", "asked"),
        ("asked-declined", "not-recorded", "did not want to say"),
        ("temp-unknown", "not-recorded", "not known yet"),
        ("NI", "not-recorded", "no information"),
        ("closed", "not-recorded", "no longer kept"),
        ("withheld", "withheld", "withheld"),
        ("masked", "withheld", "withheld"),
        ("MSK", "withheld", "withheld"),
    ] {
        let seen = emptied(coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", code));
        assert_eq!(seen.state(ALLERGIES), state, "{code}");
        assert!(seen.statement(ALLERGIES).contains(words), "{code}: {}", seen.statement(ALLERGIES));
        assert!(!seen.says_none_known() && seen.notice("withheld") == (state == "withheld"));
    }
}

#[test]
fn trap_04_withheld_is_seen_however_it_is_written() {
    for reason in [
        json!({"text": "Withheld at the patient's wish"}),
        json!("withheld"),
        json!({"coding": [{"system": "urn:local", "code": "7"}, {"code": "withheld"}]}),
        json!({"coding": [{"display": "Information Withheld"}]}),
    ] {
        assert_eq!(emptied(reason.clone()).state(ALLERGIES), "withheld", "{reason}");
    }
}

#[test]
fn trap_04_a_section_that_lists_some_and_withholds_others_says_so() {
    let pen = allergy("pen", worded("Penicillin"));
    let mut section = section(ALLERGIES, std::slice::from_ref(&pen));
    section["emptyReason"] = coded("x", "withheld");
    let seen = read(&bundle(&[section], &[pen]));
    assert_eq!(seen.state(ALLERGIES), "listed");
    assert!(seen.notice("withheld") && seen.statement(ALLERGIES).contains("withheld"));
}

#[test]
fn trap_04_nil_known_from_a_system_never_reads_as_no_known_allergies() {
    let seen = emptied(json!({"coding": [{"code": "nilknown", "display": "Nil Known"}], "text": "No known allergies"}));
    assert!(!seen.says_none_known() && seen.state(ALLERGIES) == "not-recorded");
}

#[test]
fn trap_04_a_section_of_words_only_says_that_it_must_be_read() {
    let mut text_only = section(ALLERGIES, &[]);
    text_only["text"] = json!({"status": "generated", "div": "<div>Penicillin: <b>collapse</b> 1998</div>"});
    let seen = read(&bundle(&[text_only], &[]));
    assert_eq!(seen.state(ALLERGIES), "unreadable");
    assert!(seen.statement(ALLERGIES).contains("Penicillin: collapse 1998") && seen.notice("narrative-only"));
    assert!(seen.glances("allergy", "Penicillin"));
}

#[test]
fn trap_04_words_of_a_section_marked_empty_are_still_to_be_read() {
    let mut text_only = section(ALLERGIES, &[]);
    text_only["text"] = json!({"status": "empty", "div": "<div>Penicillin: collapse 1998</div>"});
    let seen = read(&bundle(&[text_only], &[]));
    assert!(seen.section(ALLERGIES)["narrative"].as_str().unwrap().contains("Penicillin"));
    assert!(!seen.says_none_known());
}

#[test]
fn trap_04_a_section_that_is_not_there_says_so() {
    let seen = read(&bundle(&[], &[]));
    for code in [ALLERGIES, MEDICINES, PROBLEMS, DIRECTIVES] {
        assert_eq!(seen.state(code), "not-provided", "{code}");
    }
    assert!(seen.glances("allergy", "no section on them"));
}

#[test]
fn trap_04_a_section_of_nothing_but_dangling_references_is_unreadable() {
    for code in [ALLERGIES, MEDICINES, PROBLEMS, DIRECTIVES] {
        let seen = read(&bundle(&[section(code, &[allergy("gone", worded("Latex"))])], &[]));
        assert_eq!(seen.state(code), "unreadable", "{code}");
        assert!(seen.notice("incomplete"));
    }
}

#[test]
fn trap_04_in_the_corpus_no_information_is_not_none() {
    for real in real(&[
        "FHIR_fhir-test-cases/bundle-urn.json",
        "FHIR_fhir-test-cases/ips-link.json",
        "jddamore_IPSviewer@history/US_no_info_with_Advance_Directive.json",
    ]) {
        assert_eq!(real.seen.state(ALLERGIES), "not-recorded");
        assert!(!real.seen.says_none_known());
    }
}

#[test]
fn trap_04_in_the_corpus_empty_reasons_are_told_apart() {
    for real in real(&["jddamore_IPSviewer/Bundle-NZPSNoClinicalInfoBundle.json"]) {
        assert!(real.seen.statement(IMMUNISATIONS).contains("no clinician signed"));
        assert!(real.seen.statement(DIRECTIVES).contains("nobody asked"));
        assert_eq!((real.seen.state(IMMUNISATIONS), real.seen.state(DIRECTIVES)), ("not-recorded", "not-recorded"));
    }
    for real in real(&[
        "hl7au_au-fhir-test-data/Bundle-aups-section-emptyreason.json",
        "HL7_fhir-ips@sushi/Bundle-bundle-no-info-required-sections.json",
    ]) {
        assert_eq!(real.seen.state(ALLERGIES), "not-recorded");
        assert!(real.seen.statement(ALLERGIES).contains("no information"));
    }
}

#[test]
fn trap_04_in_the_corpus_none_known_holds_for_medicines_devices_and_vaccines() {
    for real in real(&["IHE_PCC.FIIO@sushi/Bundle-ex-bundle-ips-frank-missingdata.json"]) {
        for code in [MEDICINES, DEVICES, IMMUNISATIONS] {
            assert_eq!(real.seen.state(code), "none-known", "{code}");
        }
        assert_eq!(real.seen.state(DIRECTIVES), "unreadable");
        assert!(real.seen.statement(DIRECTIVES).contains("No Advanced Directives"));
    }
}

#[test]
fn trap_04_in_the_corpus_an_absent_section_is_not_an_empty_one() {
    for real in real(&[
        "FHIR_fhir-test-cases/mni-patientOverview-bundle-example1.json",
        "hl7au_au-ps-inferno/optional-success-bundle.json",
    ]) {
        assert_eq!(real.seen.state(ALLERGIES), "not-provided");
        assert!(real.seen.glances("allergy", "no section on them"));
    }
}
