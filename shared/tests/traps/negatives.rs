//! Traps 2 and 3: statements that there is nothing.

use serde_json::{Value, json};

use super::corpus::real;
use super::fixture::*;

fn worded_code(code: &str, text: &str) -> Value {
    json!({"coding": [{"system": SCT, "code": code, "display": text}], "text": text})
}

#[test]
fn trap_02_no_known_allergy_beside_a_real_one_never_reads_as_none() {
    let all = [allergy("none", worded_code("716186003", "No known allergy")), allergy("nut", worded("Hazelnut"))];
    let seen = read(&bundle(&[section(ALLERGIES, &all)], &all));
    assert_eq!(seen.state(ALLERGIES), "listed");
    assert!(!seen.says_none_known() && seen.notice("contradiction") && seen.glances("allergy", "Hazelnut"));
    assert_eq!(seen.item("A statement of no allergies")["status"], "unknown");
}

#[test]
fn trap_02_a_scoped_negative_never_reads_as_a_general_one() {
    for (system, code) in [
        (SCT, "409137002"),
        (SCT, "429625007"),
        (SCT, "428607008"),
        (SCT, "1003774007"),
        (SCT, "428197003"),
        (IPS, "no-known-food-allergies"),
        (IPS, "no-known-medication-allergies"),
        (IPS, "no-known-environmental-allergies"),
    ] {
        let seen = alone(ALLERGIES, allergy("a", coded(system, code)));
        assert!(!seen.says_none_known(), "{code}");
        assert_eq!(seen.state(ALLERGIES), "not-recorded", "{code}");
        assert_eq!(seen.items_of(ALLERGIES)[0]["status"], "negative", "{code}");
    }
}

#[test]
fn trap_02_a_scoped_negative_beside_a_real_allergy_shows_both() {
    let all = [allergy("none", worded_code("409137002", "No known drug allergy")), allergy("nut", worded("Hazelnut"))];
    let seen = read(&bundle(&[section(ALLERGIES, &all)], &all));
    assert_eq!((seen.status("No known drug allergy"), seen.state(ALLERGIES)), ("negative", "listed"));
    assert!(seen.glances("allergy", "Hazelnut"));
}

#[test]
fn trap_02_general_statement_in_any_language_is_known_by_its_code() {
    for words in [
        "Keine bekannten Allergien",
        "Geen allergieën bekend",
        "Sin alergias conocidas",
        "No se conocen alergias",
        "Pas d'allergie connue",
        "Aucune allergie connue",
        "Nessuna allergia nota",
        "Nenhuma alergia conhecida",
        "Ingen kendte allergier",
        "Inga kända allergier",
        "Ei tunnettuja allergioita",
        "Brak znanych alergii",
        "Žádné známé alergie",
        "Καμία γνωστή αλλεργία",
        "Bilinen alerji yok",
        "無已知過敏",
        "アレルギーなし",
        "알려진 알레르기 없음",
        "לא ידוע על אלרגיות",
        "لا توجد حساسية معروفة",
        "Аллергии нет",
        "No Known Allergies",
        "NKA",
    ] {
        let seen = alone(ALLERGIES, allergy("a", worded_code("716186003", words)));
        assert_eq!(seen.state(ALLERGIES), "none-known", "{words}: {}", seen.statement(ALLERGIES));
        let with_local = json!({"coding": [{"system": SCT, "code": "716186003"}, {"system": "urn:local", "code": "0", "display": words}]});
        assert_eq!(alone(ALLERGIES, allergy("a", with_local)).state(ALLERGIES), "none-known", "{words}");
    }
}

#[test]
fn trap_02_a_code_for_none_under_the_name_of_a_substance_is_no_statement() {
    for (system, code) in [
        (SCT, "716186003"),
        (IPS, "no-known-allergies"),
        (IPS, "no-allergy-info"),
        (SCT, "1631000175102"),
        (SCT, "409137002"),
        (ABSENT, "unknown"),
        (ABSENT, "masked"),
    ] {
        for words in ["Penicillin", "Allergy to penicillin", "Peanut, anaphylaxis", "Amoxicilline"] {
            let concept = json!({"coding": [{"system": system, "code": code}], "text": words});
            let seen = alone(ALLERGIES, with(allergy("a", concept), json!({"criticality": "high"})));
            assert_eq!(seen.state(ALLERGIES), "listed", "{code} {words}");
            assert!(
                seen.glances("allergy", words) && !seen.says_none_known(),
                "{code} {words}: {:?}",
                seen.glance("allergy")
            );
        }
    }
}

#[test]
fn trap_02_a_code_for_none_with_a_substance_in_its_reaction_names_the_substance() {
    let code = worded_code("716186003", "No known allergy");
    let more = json!({"reaction": [{"substance": {"text": "Cefalexin"}, "manifestation": [{"text": "Anaphylaxis"}]}]});
    let seen = alone(ALLERGIES, with(allergy("a", code), more));
    assert!(!seen.says_none_known());
    assert!(str_of(&seen.glance("allergy")[0]["text"]).contains("Cefalexin"), "{:?}", seen.glance("allergy"));
    assert_eq!(seen.items_of(ALLERGIES)[0]["read_the_source"], true);
}

#[test]
fn trap_03_words_alone_on_a_confirmed_active_entry_are_no_statement() {
    for words in [
        "No known allergies",
        "NKDA",
        "Nil known",
        "Not on File",
        "None",
        "Unknown",
        "No Known Drug Allergies",
        "Patient denies allergies",
        "Keine Allergien bekannt",
        "Geen bekende allergieën",
        "Ninguna alergia conocida",
    ] {
        let more = json!({"clinicalStatus": coded("x", "active"), "verificationStatus": coded("x", "confirmed")});
        let seen = alone(ALLERGIES, with(allergy("a", worded(words)), more));
        assert!(!seen.says_none_known(), "{words}");
        assert_eq!(
            (seen.state(ALLERGIES), seen.items_of(ALLERGIES)[0]["status"].as_str()),
            ("not-recorded", Some("unknown")),
            "{words}"
        );
        assert!(
            seen.all_words().contains(&words.to_lowercase().replace("no known allerg", "“no known” allerg")),
            "{words} is shown"
        );
    }
}

#[test]
fn trap_03_an_allergy_to_something_unknown_is_an_allergy() {
    for words in [
        "Unknown antibiotic",
        "Unknown",
        "Unknown drug given in 1998",
        "None of the penicillins tolerated",
        "Nil by mouth drugs",
        "Not known which contrast agent",
    ] {
        let more = json!({"criticality": "high", "reaction": [{"manifestation": [{"text": "Anaphylaxis"}], "severity": "severe"}]});
        let seen = alone(ALLERGIES, with(allergy("a", worded(words)), more));
        assert_eq!(seen.state(ALLERGIES), "listed", "{words}");
        let line = seen.glance("allergy")[0];
        assert!(line["alert"] == true && said(line).contains(words), "{words}: {line}");
    }
    let mild = alone(ALLERGIES, allergy("a", worded("Unknown antibiotic")));
    assert!(mild.glances("allergy", "Unknown antibiotic") && mild.state(ALLERGIES) == "listed");
}

#[test]
fn trap_03_not_asked_shaped_as_an_allergy_is_not_none() {
    let seen = alone(ALLERGIES, allergy("a", worded_code("1631000175102", "Patient not asked")));
    assert_eq!(seen.state(ALLERGIES), "not-recorded");
    assert!(seen.statement(ALLERGIES).contains("nobody asked") && !seen.says_none_known());
}

#[test]
fn trap_03_a_retired_code_for_no_known_allergies_is_words_only() {
    for concept in [coded(SCT, "160244002"), worded_code("160244002", "No known allergies")] {
        let seen = alone(ALLERGIES, allergy("a", concept));
        assert!(!seen.says_none_known());
        assert_eq!(seen.state(ALLERGIES), "not-recorded");
    }
}

#[test]
fn trap_02_a_statement_of_none_beside_one_of_not_knowing_says_both() {
    let all = [allergy("a", coded(IPS, "no-known-allergies")), allergy("b", coded(IPS, "no-allergy-info"))];
    let seen = read(&bundle(&[section(ALLERGIES, &all)], &all));
    assert!(seen.statement(ALLERGIES).contains("no information"), "{}", seen.statement(ALLERGIES));
    assert!(said(seen.glance("allergy")[0]).contains("no information"));
}

#[test]
fn trap_02_a_negative_about_another_kind_of_thing_says_nothing_here() {
    for concept in [coded(SCT, "716186003"), coded(IPS, "no-known-allergies"), coded(IPS, "no-allergy-info")] {
        let problem = made("Condition", "c", json!({"clinicalStatus": "active", "code": concept}));
        let seen = alone(PROBLEMS, problem);
        assert_eq!(seen.state(PROBLEMS), "not-recorded", "{concept}");
        assert!(
            seen.items_of(PROBLEMS)[0]["text"].to_string().contains("absence of allergies") && !seen.says_none_known()
        );
        let finding = made("Observation", "o", json!({"status": "final", "code": concept}));
        let seen = alone(ALLERGIES, finding);
        assert_eq!(
            (seen.state(ALLERGIES), &seen.items_of(ALLERGIES)[0]["status"]),
            ("not-recorded", &json!("unknown"))
        );
    }
    let medicine = made(
        "MedicationStatement",
        "m",
        json!({"status": "active", "medicationCodeableConcept": coded(SCT, "716186003")}),
    );
    assert_eq!(alone(MEDICINES, medicine).state(MEDICINES), "not-recorded");
}

#[test]
fn trap_02_a_statement_that_nobody_confirmed_says_so() {
    let none = with(allergy("a", coded(SCT, "716186003")), json!({"verificationStatus": coded("x", "unconfirmed")}));
    let seen = alone(ALLERGIES, none);
    assert!(
        seen.statement(ALLERGIES).starts_with("No known allergies (unconfirmed, "),
        "{}",
        seen.statement(ALLERGIES)
    );
}

#[test]
fn trap_02_in_the_corpus_scoped_negatives_beside_real_allergies() {
    for real in real(&[
        "HL7_fhir-ips@sushi/Bundle-IPS-examples-Bundle-01.json",
        "npm_hl7.fhir.uv.ips_2.0.0/Bundle-IPS-examples-Bundle-01.json",
        "jddamore_IPSviewer/IPS_IG-bundle-01.json",
    ]) {
        assert_eq!(real.seen.state(ALLERGIES), "listed");
        assert!(!real.seen.says_none_known() && real.seen.glances("allergy", "enicillin"));
        assert_eq!(real.seen.status("food allergy"), "negative");
    }
}

#[test]
fn trap_02_in_the_corpus_a_food_negative_alone_is_not_general() {
    for real in real(&[
        "RACSEL_IPS-viewer/example2.json",
        "RACSEL_IPS-viewer/imm_alert.json",
        "jddamore_IPSviewer/AR_Repository_Example_02.json",
    ]) {
        assert!(!real.seen.says_none_known() && real.seen.state(ALLERGIES) != "none-known");
        assert_eq!(real.seen.status("No known food allergies"), "negative");
    }
}

#[test]
fn trap_02_in_the_corpus_general_statements_read_as_none() {
    for real in real(&[
        "hl7au_au-fhir-test-data/Bundle-aups-noknownx.json",
        "hl7au_au-fhir-test-data/Bundle-aups-referral-endoconsult-curated.json",
        "jddamore_IPSviewer/CY_Peroni.json",
        "jddamore_IPSviewer/EU_Giorgio_Cangioli_02.json",
    ]) {
        assert_eq!(real.seen.state(ALLERGIES), "none-known");
        assert!(str_of(&real.seen.glance("allergy")[0]["text"]).starts_with("No known allergies"));
    }
}

#[test]
fn trap_02_in_the_corpus_none_beside_no_information_says_both() {
    for real in real(&["jddamore_IPSviewer/CY_Andreas_Ioannou_02.json"]) {
        assert!(real.seen.statement(ALLERGIES).contains("no information"), "{}", real.seen.statement(ALLERGIES));
    }
}

#[test]
fn trap_03_in_the_corpus_words_on_an_allergy_are_no_statement() {
    for real in real(&["jddamore_IPSviewer/Bundle-NZPSNoClinicalInfoBundle.json"]) {
        assert!(!real.seen.says_none_known());
        assert_eq!(real.seen.state(ALLERGIES), "not-recorded");
        assert!(real.seen.all_words().contains("“no known” allerg"));
    }
}
