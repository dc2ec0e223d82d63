//! Where entries stand, whose they are, and what is said about the document.

use serde_json::json;

use super::super::{GlanceKind, SectionState, Severity, Status};
use super::*;

#[test]
fn an_allergy_and_an_alert_that_no_section_lists_are_shown_and_marked() {
    let pen = with(allergy("pen", json!({"text": "Penicillin"})), json!({"criticality": "high"}));
    let dog =
        json!({"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "Large dog in the garden"}});
    let summary = read(&bundle(&[section(ALLERGIES, &[])], &[pen, dog]));
    let item = &of(&summary, ALLERGIES).items[0];
    assert!(!item.listed_in_section && item.text == "Penicillin" && notice(&summary, "not-listed"));
    assert!(!of(&summary, "104605-1").items[0].listed_in_section);
    let line = lines(&summary, GlanceKind::Allergy)[0];
    assert!(line.alert && line.detail.contains("not listed in the summary"), "{}", line.detail);
}

#[test]
fn an_allergy_that_another_section_lists_stands_under_allergies_as_well() {
    let pen = allergy("pen", json!({"text": "Penicillin"}));
    let summary = read(&bundle(&[section("11450-4", std::slice::from_ref(&pen))], &[pen]));
    assert_eq!(of(&summary, ALLERGIES).state, SectionState::Listed);
    assert_eq!(lines(&summary, GlanceKind::Allergy).len(), 1);
}

#[test]
fn every_other_unlisted_entry_stands_under_also_in_this_document() {
    let summary = read(&bundle(
        &[],
        &[
            json!({"resourceType": "Condition", "id": "c1", "code": {"text": "Asthma"}}),
            json!({"resourceType": "Device", "id": "d"}),
            json!({"resourceType": "Practitioner", "id": "x"}),
        ],
    ));
    let also = summary.sections.iter().find(|s| s.title == "Also in this document").unwrap();
    assert_eq!(also.items.len(), 2);
    assert!(also.items.iter().all(|i| !i.listed_in_section));
    assert!(summary.context.iter().any(|c| c.resource_type == "Practitioner"));
}

#[test]
fn a_report_brings_its_results_into_its_section_and_circles_end() {
    let report = json!({"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "Full blood count"}, "result": [{"reference": "Observation/a"}, {"reference": "Observation/gone"}]});
    let a = json!({"resourceType": "Observation", "id": "a", "status": "final", "code": {"text": "Hb"}, "hasMember": [{"reference": "Observation/b"}, {"reference": "DiagnosticReport/r"}]});
    let b = json!({"resourceType": "Observation", "id": "b", "status": "final", "code": {"text": "WBC"}, "hasMember": [{"reference": "Observation/a"}]});
    let summary = read(&bundle(&[section("30954-2", std::slice::from_ref(&report))], &[report, a, b]));
    let texts: Vec<_> = of(&summary, "30954-2").items.iter().map(|i| i.text.as_str()).collect();
    assert_eq!(texts, ["Full blood count", "Hb", "WBC"]);
}

#[test]
fn sections_without_code_nested_or_unknown_are_all_read() {
    let asthma = json!({"resourceType": "Condition", "id": "c1", "code": {"text": "Asthma"}});
    let by_title = json!({"title": "Problem List", "entry": [{"reference": "Condition/c1"}]});
    let nested = json!({"title": "Outer", "section": [{"title": "Inner", "text": {"div": "<div>Inside <script>x</script></div>"}}]});
    let unknown =
        json!({"code": coded("urn:local", "ZZ"), "text": {"status": "additional", "div": "<p>Facts only here</p>"}});
    let summary = read(&bundle(&[unknown, nested, by_title], &[asthma]));
    assert_eq!(of(&summary, "11450-4").items.len(), 1);
    let inner = summary.sections.iter().find(|s| s.title == "Outer › Inner").unwrap();
    assert!(inner.narrative.harmless().contains("Inside") && !inner.narrative.harmless().contains("script"));
    let odd = summary.sections.iter().find(|s| s.code == "ZZ").unwrap();
    assert_eq!((odd.state, odd.title.as_str()), (SectionState::Unreadable, "ZZ (urn:local)"));
    assert!(odd.statement.contains("Facts only here") && notice(&summary, "narrative-only"));
}

#[test]
fn an_entry_contained_in_the_composition_is_an_item() {
    let mut document =
        bundle(&[json!({"code": coded("http://loinc.org", ALLERGIES), "entry": [{"reference": "#in"}]})], &[]);
    document["entry"][0]["resource"]["contained"] = json!([allergy("in", json!({"text": "Latex"}))]);
    assert_eq!(item(&read(&document), "Latex").entry, 0);
}

#[test]
fn what_is_about_somebody_else_is_kept_apart_and_out_of_the_glance() {
    let baby = json!({"resourceType": "Patient", "id": "baby", "birthDate": "2026-01-01"});
    let theirs = with(
        allergy("b", json!({"text": "Milk"})),
        json!({"patient": {"reference": "Patient/baby"}, "criticality": "high"}),
    );
    let summary = read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&theirs))], &[theirs, baby]));
    let apart = summary.sections.iter().find(|s| s.title == "About another person in this document").unwrap();
    assert_eq!(apart.items[0].text, "Milk");
    assert!(lines(&summary, GlanceKind::Allergy).iter().all(|l| !l.text.contains("Milk")));
    assert!(summary.notices.iter().any(|n| n.code == "several-patients" && n.severity == Severity::Danger));
}

#[test]
fn one_person_sent_twice_is_one_person() {
    let twin = json!({"resourceType": "Patient", "id": "again", "name": [{"family": "OKAFOR", "given": ["Ngozi"]}], "birthDate": "1938-11-23"});
    let pen = with(allergy("a", json!({"text": "Penicillin"})), json!({"patient": {"reference": "Patient/again"}}));
    let summary = read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&pen))], &[pen, twin]));
    assert_eq!(of(&summary, ALLERGIES).items.len(), 1);
}

#[test]
fn a_document_that_does_not_say_whom_it_is_about_is_not_given_a_name() {
    let mut document = bundle(&[], &[json!({"resourceType": "Patient", "id": "q", "name": [{"family": "Other"}]})]);
    document["entry"][0]["resource"]["subject"] = json!({"reference": "Patient/nobody"});
    let summary = read(&document);
    assert_eq!(summary.patient.name, "Not clear whose record this is");
    assert!(notice(&summary, "subject-unclear"));
}

#[test]
fn the_state_of_the_document_is_told() {
    for (status, code) in
        [("preliminary", "preliminary"), ("amended", "amended"), ("entered-in-error", "entered-in-error")]
    {
        let mut document = bundle(&[], &[]);
        document["entry"][0]["resource"]["status"] = json!(status);
        assert!(notice(&read(&document), code));
    }
    let mut document = bundle(&[], &[]);
    document["entry"][0]["resource"]["date"] = json!("2031-01-01");
    document["meta"] = json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}, {"code": "V"}]});
    let summary = read(&document);
    assert!(notice(&summary, "future-date") && notice(&summary, "withheld") && notice(&summary, "restricted"));
}

#[test]
fn what_the_patient_wrote_is_told() {
    let mut document = bundle(&[], &[]);
    document["entry"][0]["resource"]["author"] = json!([{"reference": "Patient/p"}]);
    let summary = read(&document);
    assert!(notice(&summary, "patient-reported") && summary.author == "the patient");
}

#[test]
fn a_redacted_allergy_says_that_something_is_withheld() {
    let pen = with(
        allergy("a", json!({"text": "Allergy to a medicine"})),
        json!({"meta": {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}]}}),
    );
    let summary = read(&bundle(&[section(ALLERGIES, std::slice::from_ref(&pen))], &[pen]));
    assert!(notice(&summary, "withheld") && item(&summary, "medicine").detail.contains("withheld"));
}

#[test]
fn two_compositions_are_both_read() {
    let pen = allergy("a", json!({"text": "Penicillin"}));
    let second = json!({"resourceType": "Composition", "id": "c2", "subject": {"reference": "Patient/p"}, "section": [section(ALLERGIES, std::slice::from_ref(&pen))]});
    let summary = read(&bundle(&[], &[second, pen]));
    assert!(notice(&summary, "several-documents") && item(&summary, "Penicillin").listed_in_section);
}

#[test]
fn names_are_shown_as_far_as_they_are_known() {
    let named = |name: Value| {
        let mut document = bundle(&[], &[]);
        document["entry"][1]["resource"]["name"] = name;
        read(&document).patient.name
    };
    assert_eq!(
        named(json!([{"use": "maiden", "family": "Old"}, {"use": "official", "family": "New", "given": ["A", "B"]}])),
        "NEW, A B"
    );
    assert_eq!(named(json!([{"text": "王大明"}])), "王大明");
    assert_eq!(named(json!([{"given": ["Only"]}])), "Only");
    assert_eq!(named(json!(null)), "Name not recorded");
    let masked = json!([{"_family": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}}]);
    assert_eq!(named(masked), "Name withheld");
}

#[test]
fn padded_numbers_are_read_and_a_death_is_told() {
    let mut document = bundle(&[], &[]);
    document["entry"][1]["resource"]["identifier"] =
        json!([{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": " 943 476\u{200b}5919 "}]);
    document["entry"][1]["resource"]["deceasedDateTime"] = json!("2026-11-01");
    let summary = read(&document);
    assert_eq!(summary.patient.nhs_number.as_deref(), Some("9434765919"));
    assert!(notice(&summary, "deceased"));
}

#[test]
fn a_composition_that_cannot_be_read_loses_nothing_else() {
    let text = format!(
        r#"{{"resourceType": "Bundle", "entry": [{{"resource": {{"resourceType": "Composition", "x": {}1{}}}}}, {{"resource": {{"resourceType": "AllergyIntolerance", "code": {{"text": "Latex"}}}}}}]}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    let summary = summarise(&Document::read(text.as_bytes()).unwrap(), Role::EmergencyClinician, TODAY);
    assert!(
        item(&summary, "Latex").status == Status::Unknown
            && summary.unread.len() == 1
            && notice(&summary, "incomplete")
    );
}
