//! None known, not recorded, not asked, withheld, unreadable, not provided.

use serde_json::{Value, json};

use super::super::{GlanceKind, SectionState, Status};
use super::*;

fn none_known() -> Value {
    with(
        allergy("none", coded(SCT, "716186003")),
        json!({"recordedDate": "2024-03-01", "recorder": {"display": "Dr Bea Low"}}),
    )
}

fn alone(resource: Value) -> Summary {
    read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&resource))], &[resource]))
}

fn penicillin() -> Value {
    allergy("pen", json!({"text": "Penicillin"}))
}

#[test]
fn only_a_coded_statement_reads_as_no_known_allergies_and_says_who_and_when() {
    for code in [coded(SCT, "716186003"), coded(IPS, "no-known-allergies")] {
        let summary = alone(with(none_known(), json!({"code": code})));
        let section = of(&summary, ALLERGIES);
        assert_eq!(section.state, SectionState::NoneKnown);
        assert_eq!(section.statement, "No known allergies (recorded 2024-03-01 by Dr Bea Low)");
        let lines = lines(&summary, GlanceKind::Allergy);
        assert_eq!(lines.len(), 1);
        let said = (lines[0].text.as_str(), lines[0].age.as_str(), lines[0].source.as_str());
        assert_eq!(said, ("No known allergies", "2024-03-01", "Dr Bea Low"));
        assert_eq!(section.items[0].status, Status::Negative);
    }
}

#[test]
fn a_statement_without_author_and_date_says_so() {
    let summary = alone(allergy("none", coded(SCT, "716186003")));
    let expected = "No known allergies (by whom and when is not said; document of 2026-10-01 by Dr Ada Byron)";
    assert_eq!(of(&summary, ALLERGIES).statement, expected);
}

#[test]
fn words_alone_never_read_as_no_known_allergies() {
    for code in [
        json!({"text": "No known allergies"}),
        json!({"text": "NO KNOWN ALLERGIES"}),
        json!({"coding": [{"system": "urn:local", "code": "NKA", "display": "No known allergies"}]}),
        json!({"coding": [{"code": "716186003"}], "text": "No known allergies"}),
        coded(SCT, "160244002"),
    ] {
        let active = json!({"clinicalStatus": coded("x", "active"), "verificationStatus": coded("x", "confirmed")});
        let summary = alone(with(allergy("a", code), active));
        assert!(!says_none_known(&summary));
        assert_ne!(of(&summary, ALLERGIES).state, SectionState::NoneKnown);
    }
}

#[test]
fn a_statement_that_was_withdrawn_or_is_in_doubt_does_not_count() {
    for more in [
        json!({"verificationStatus": coded("x", "refuted")}),
        json!({"verificationStatus": coded("x", "entered-in-error")}),
        json!({"verificationStatus": "entered-in-error"}),
        json!({"clinicalStatus": coded("x", "inactive")}),
        json!({"modifierExtension": [{"url": "urn:not-really", "valueBoolean": true}]}),
        json!({"implicitRules": "urn:rules"}),
        json!({"reaction": [{"substance": {"text": "Penicillin"}}]}),
        json!({"reaction": [{"manifestation": [{"text": "Rash"}]}]}),
        json!({"code": {"coding": [{"system": SCT, "code": "716186003"}, {"system": SCT, "code": "91936005", "display": "Allergy to penicillin"}]}}),
    ] {
        let summary = alone(with(none_known(), more.clone()));
        assert!(!says_none_known(&summary), "{more}");
        assert_ne!(of(&summary, ALLERGIES).state, SectionState::NoneKnown, "{more}");
    }
}

#[test]
fn a_real_allergy_beats_the_negative_whether_listed_or_not() {
    let both = [none_known(), penicillin()];
    for listed in [&both[..], &both[..1]] {
        let summary = read(&bundle(&[section(ALLERGIES, listed)], &both));
        assert_eq!(of(&summary, ALLERGIES).state, SectionState::Listed);
        assert!(!says_none_known(&summary) && notice(&summary, "contradiction"));
        assert!(lines(&summary, GlanceKind::Allergy)[0].text.contains("Penicillin"));
    }
}

#[test]
fn an_allergy_written_as_a_problem_or_an_alert_beats_the_negative_too() {
    for other in [
        json!({"resourceType": "Condition", "id": "x", "code": {"text": "Allergy to latex"}}),
        json!({"resourceType": "Flag", "id": "x", "status": "active", "code": {"text": "Anaphylaxis to bee stings"}}),
    ] {
        let summary = read(&bundle(&[section(ALLERGIES, &[none_known()])], &[none_known(), other]));
        assert!(!says_none_known(&summary));
        assert_eq!(of(&summary, ALLERGIES).state, SectionState::Unreadable);
    }
}

#[test]
fn a_refuted_allergy_does_not_beat_the_negative() {
    let refuted = with(penicillin(), json!({"verificationStatus": coded("x", "refuted")}));
    let both = [none_known(), refuted];
    let summary = read(&bundle(&[section(ALLERGIES, &both)], &both));
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::NoneKnown);
    assert_eq!(item(&summary, "Penicillin").status, Status::Refuted);
}

#[test]
fn an_entry_that_cannot_be_read_keeps_a_negative_from_reading_as_one() {
    let mut document = bundle(&[section(ALLERGIES, &[none_known()])], &[none_known()]);
    document["entry"].as_array_mut().unwrap().push(json!({"resource": {"id": "what"}}));
    let summary = read(&document);
    assert!(!says_none_known(&summary) && notice(&summary, "incomplete"));
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::Unreadable);
}

#[test]
fn a_scoped_negative_never_reads_as_a_general_one() {
    for code in [
        json!({"coding": [{"system": SCT, "code": "409137002", "display": "No known drug allergy"}]}),
        json!({"coding": [{"system": SCT, "code": "429625007", "display": "No known food allergy"}]}),
        coded(IPS, "no-known-medication-allergies"),
    ] {
        let summary = alone(allergy("a", code));
        let section = of(&summary, ALLERGIES);
        assert_eq!(section.state, SectionState::NotRecorded);
        assert!(
            !says_none_known(&summary) && section.statement.contains("only stated in part"),
            "{}",
            section.statement
        );
    }
}

#[test]
fn no_drug_allergy_beside_a_food_allergy_shows_both() {
    let both = [
        allergy("a", json!({"coding": [{"system": SCT, "code": "409137002", "display": "No known drug allergy"}]})),
        allergy("b", json!({"text": "Peanut"})),
    ];
    let summary = read(&bundle(&[section(ALLERGIES, &both)], &both));
    assert_eq!(of(&summary, ALLERGIES).items.len(), 2);
    assert!(lines(&summary, GlanceKind::Allergy).iter().any(|l| l.text.contains("Peanut")));
    assert_eq!(item(&summary, "No known drug allergy").status, Status::Negative);
}

#[test]
fn not_asked_and_no_information_are_not_none() {
    for (code, words) in [
        (coded(SCT, "1631000175102"), "nobody asked"),
        (coded(IPS, "no-allergy-info"), "no information"),
        (json!({"text": "Not on File"}), "Free text only"),
        (coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown"), "no information"),
    ] {
        let summary = alone(allergy("a", code));
        let section = of(&summary, ALLERGIES);
        assert_eq!(section.state, SectionState::NotRecorded);
        assert!(section.statement.contains(words), "{}", section.statement);
    }
}

fn empty(reason: &str, text: &str) -> Summary {
    let reason = json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": reason}], "text": text});
    let mut section = section(ALLERGIES, &[]);
    section["emptyReason"] = reason;
    read(&bundle(&[section], &[]))
}

#[test]
fn nil_known_from_a_system_is_no_statement() {
    let summary = empty("nilknown", "No known allergies");
    let section = of(&summary, ALLERGIES);
    assert_eq!(section.state, SectionState::NotRecorded);
    assert!(!says_none_known(&summary) && section.statement.contains("no clinician signed"), "{}", section.statement);
}

#[test]
fn each_reason_for_an_empty_section_has_its_words() {
    for (reason, words) in [
        ("notasked", "nobody asked"),
        ("notstarted", "not begun"),
        ("unavailable", "no information"),
        ("zzz", "the section is empty"),
    ] {
        let summary = empty(reason, "");
        assert_eq!(of(&summary, ALLERGIES).state, SectionState::NotRecorded);
        assert!(of(&summary, ALLERGIES).statement.contains(words), "{reason}");
    }
    let summary = empty("withheld", "");
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::Withheld);
    assert!(notice(&summary, "withheld") && lines(&summary, GlanceKind::Allergy)[0].text.contains("withheld"));
}

#[test]
fn a_section_of_text_only_and_a_section_that_is_not_there_say_so() {
    let mut text_only = section(ALLERGIES, &[]);
    text_only["text"] =
        json!({"status": "generated", "div": "<div>Penicillin: rash. No known allergies otherwise.</div>"});
    let summary = read(&bundle(&[text_only], &[]));
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::Unreadable);
    assert!(of(&summary, ALLERGIES).statement.contains("Penicillin: rash") && !says_none_known(&summary));
    assert!(lines(&summary, GlanceKind::Allergy)[0].detail.contains("Penicillin"));

    let summary = read(&bundle(&[], &[]));
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::NotProvided);
    assert!(lines(&summary, GlanceKind::Allergy)[0].text.contains("no section"));
}

#[test]
fn allergies_that_the_section_names_and_the_document_lacks_are_missed() {
    let summary = read(&bundle(&[section(ALLERGIES, &[penicillin()])], &[]));
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::Unreadable);
    assert!(notice(&summary, "incomplete") && lines(&summary, GlanceKind::Allergy)[0].alert);

    let some = [penicillin(), allergy("gone", json!({"text": "Latex"}))];
    let summary = read(&bundle(&[section(ALLERGIES, &some)], &some[..1]));
    assert!(lines(&summary, GlanceKind::Allergy).iter().any(|l| l.text.contains("incomplete")));
}

#[test]
fn the_other_sections_tell_the_five_states_apart_as_well() {
    let none = json!({"resourceType": "MedicationStatement", "id": "m", "status": "active", "medicationCodeableConcept": coded(IPS, "no-known-medications")});
    let summary = read(&bundle(&[section(MEDICINES, std::slice::from_ref(&none))], &[none]));
    assert_eq!(of(&summary, MEDICINES).state, SectionState::NoneKnown);
    assert!(of(&summary, MEDICINES).statement.starts_with("No known medicines ("));
    let unknown = json!({"resourceType": "Condition", "id": "c1", "code": coded(IPS, "no-problem-info")});
    let summary = read(&bundle(&[section("11450-4", std::slice::from_ref(&unknown))], &[unknown]));
    assert_eq!(of(&summary, "11450-4").state, SectionState::NotRecorded);
}
