//! Trap 16: sections without code, without words, inside others, in any language, with anything in them.

use serde_json::json;

use super::corpus::real;
use super::fixture::*;

#[test]
fn trap_16_a_section_without_code_is_known_by_its_title() {
    for (title, code) in [
        ("Allergies", ALLERGIES),
        ("Medication Summary", MEDICINES),
        ("Problem List", PROBLEMS),
        ("Advance Directives", DIRECTIVES),
        ("Allergien und Unverträglichkeiten", ALLERGIES),
        ("Alergias", ALLERGIES),
        ("Allergieën", ALLERGIES),
        ("アレルギー", ALLERGIES),
    ] {
        let document = bundle(&[json!({"title": title, "text": {"div": "<div>Words</div>"}})], &[]);
        assert_eq!(read(&document).state(code), "unreadable", "{title}");
    }
    let unknown = read(&bundle(&[json!({"title": "Über mich", "text": {"div": "<div>Words</div>"}})], &[]));
    assert_eq!(unknown.titled("Über mich")["state"], "unreadable");
}

#[test]
fn trap_16_a_localised_title_does_not_change_what_the_code_says() {
    let mut coded = section(ALLERGIES, &[]);
    coded["title"] = json!("Historial de medicamentos");
    let seen = read(&bundle(&[coded], &[]));
    assert_eq!(seen.section(ALLERGIES)["title"], "Allergies and intolerances");
}

#[test]
fn trap_16_a_section_without_words_or_entries_is_not_none() {
    for section in [
        json!({"title": "Allergies"}),
        json!({"code": coded("x", ALLERGIES)}),
        json!({"code": coded("x", ALLERGIES), "text": {}}),
        json!({"code": coded("x", ALLERGIES), "text": {"div": "<div> \u{a0}</div>"}, "entry": []}),
    ] {
        let seen = read(&bundle(std::slice::from_ref(&section), &[]));
        assert_eq!(seen.state(ALLERGIES), "not-recorded", "{section}");
    }
}

#[test]
fn trap_16_sections_inside_sections_are_all_read() {
    let latex = allergy("a", worded("Latex"));
    let nested = json!({"title": "Outer", "section": [{"title": "Middle", "section": [{"title": "Inner", "code": coded("x", ALLERGIES), "entry": [{"reference": "AllergyIntolerance/a"}]}, {"title": "Plan", "text": {"div": "<p>Call at night</p>"}}]}]});
    let seen = read(&bundle(&[nested], &[latex]));
    assert!(seen.item("Latex")["listed_in_section"] == true && seen.glances("allergy", "Latex"));
    assert!(str_of(&seen.titled("Outer › Middle › Plan")["narrative"]).contains("Call at night"));
}

#[test]
fn trap_16_an_allergy_among_the_problems_is_an_allergy() {
    let latex = with(allergy("a", worded("Latex")), json!({"criticality": "high"}));
    let seen = read(&bundle(&[section(PROBLEMS, std::slice::from_ref(&latex))], &[latex]));
    assert!(seen.state(ALLERGIES) == "listed" && seen.glance("allergy")[0]["alert"] == true);
}

#[test]
fn trap_16_any_type_in_any_section_is_an_item_of_it() {
    for kind in ["Practitioner", "Organization", "Patient", "Location", "Basic", "Bundle", "Medication", "Media"] {
        let odd = made(kind, "odd", json!({"name": "Odd", "code": {"text": "Odd"}}));
        let seen = read(&bundle(&[section("18776-5", std::slice::from_ref(&odd))], &[odd]));
        assert_eq!(seen.items_of("18776-5").len(), 1, "{kind}");
    }
}

#[test]
fn trap_16_two_sections_of_one_code_are_judged_together() {
    let latex = allergy("a", worded("Latex"));
    let none = allergy("n", coded(SCT, "716186003"));
    for order in [
        [section(ALLERGIES, std::slice::from_ref(&none)), section(ALLERGIES, std::slice::from_ref(&latex))],
        [section(ALLERGIES, std::slice::from_ref(&latex)), section(ALLERGIES, std::slice::from_ref(&none))],
    ] {
        let seen = read(&bundle(&order, &[latex.clone(), none.clone()]));
        assert!(!seen.all_words().contains("no known allergies") && seen.glances("allergy", "Latex"));
        assert!(seen.sections().iter().all(|s| s["state"] != "none-known"));
    }
    let withheld = with(section(ALLERGIES, &[]), json!({"emptyReason": coded("x", "withheld")}));
    let seen = read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&none)), withheld], &[none]));
    assert!(seen.sections().iter().all(|s| s["state"] != "none-known") && seen.glances("allergy", "withheld"));
}

#[test]
fn trap_16_in_the_corpus_sections_without_code_are_found_by_title() {
    for real in real(&["jddamore_IPSviewer/CA_PuraJuniper_01.json"]) {
        assert!(real.seen.state(MEDICINES) == "listed" && real.seen.state(PROBLEMS) == "listed");
    }
}

#[test]
fn trap_16_in_the_corpus_facts_that_stand_only_in_words_are_named() {
    for (file, title) in [
        ("HL7_fhir-ips@sushi/Bundle-IPS-examples-Bundle-01.json", "Plan of care"),
        ("jddamore_IPSviewer/full_ips.json", "The person's story"),
    ] {
        for real in real(&[file]) {
            assert_eq!(real.seen.titled(title)["state"], "unreadable");
            assert!(
                real.seen.notice("narrative-only") && str_of(&real.seen.titled(title)["statement"]).contains("Read it")
            );
        }
    }
}

#[test]
fn trap_16_in_the_corpus_sections_in_other_languages_are_known_by_code() {
    for real in real(&[
        "jddamore_IPSviewer/NL_Drimpy_01.json",
        "jddamore_IPSviewer/CY_Peroni.json",
        "jddamore_IPSviewer/AR_Repository_Example_02.json",
    ]) {
        assert!(
            real.seen.section(ALLERGIES)["title"] == "Allergies and intolerances"
                && real.seen.state(ALLERGIES) != "not-provided"
        );
    }
}

#[test]
fn trap_16_in_the_corpus_sections_without_words_are_read() {
    for real in real(&[
        "FHIR_fhir-test-cases/bundle-duplicate-ids-not.json",
        "jddamore_IPSviewer/CA_PuraJuniper_01-modified.json",
    ]) {
        assert!(real.seen.sections().iter().any(|s| s["narrative"] == "" && s["state"] == "listed"));
    }
}
