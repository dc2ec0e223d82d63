//! Several documents of one person: what is said alike is one line, what is not is marked, nothing is lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{SectionState, Severity, Source, Status, Summary, summarise_all};
use super::*;

const PROBLEMS: &str = "11450-4";
const RESULTS: &str = "30954-2";
const DIRECTIVES: &str = "42348-3";
const NAMES: [&str; 4] = ["GP record", "Hospice", "Acute trust", "Another region"];

/// The summary of these documents, named in the order of [`NAMES`], its accounts checked.
fn merged(bundles: &[Value]) -> Summary {
    let documents: Vec<Document> = bundles.iter().map(|b| Document::read(b.to_string().as_bytes()).unwrap()).collect();
    let sources: Vec<Source<'_>> = documents
        .iter()
        .zip(NAMES)
        .map(|(document, name)| Source { document, name: name.to_owned(), retrieved: String::new() })
        .collect();
    let summary = summarise_all(&sources, Role::EmergencyClinician, TODAY);
    for (at, document) in documents.iter().enumerate() {
        for entry in 0..document.entries().len() {
            let place = (at, entry);
            let items = || summary.sections.iter().flat_map(|s| &s.items);
            let told = [
                items()
                    .any(|i| (i.document, i.entry) == place || i.also.iter().any(|o| (o.document, o.entry) == place)),
                summary.context.iter().any(|c| (c.document, c.entry) == place),
                summary.unread.iter().any(|u| (u.document, u.entry) == place),
            ];
            assert_eq!(told.iter().filter(|t| **t).count(), 1, "{place:?}: {told:?}");
        }
    }
    summary
}

/// One document with a section of `code` that names all `resources`.
fn document(code: &str, resources: &[Value]) -> Value {
    bundle(&[section(code, resources)], resources)
}

fn penicillin(more: Value) -> Value {
    with(allergy("pen", json!({"coding": [{"system": SCT, "code": "91936005"}], "text": "Penicillin"})), more)
}

fn none_known() -> Value {
    with(
        allergy("none", coded(SCT, "716186003")),
        json!({"recordedDate": "2024-03-01", "recorder": {"display": "Dr Bea Low"}}),
    )
}

fn warfarin(kind: &str, status: &str, dose: &str) -> Value {
    json!({"resourceType": kind, "id": "w", "status": status, "medicationCodeableConcept": {"coding": [{"system": SCT, "code": "372756006"}], "text": "Warfarin"},
        "dosage": [{"text": dose}]})
}

fn named<'a>(summary: &'a Summary, words: &str) -> Vec<&'a Item> {
    summary.sections.iter().flat_map(|s| &s.items).filter(|i| i.text.contains(words)).collect()
}

fn active() -> Value {
    json!({"clinicalStatus": coded("x", "active")})
}

#[test]
fn what_two_documents_say_alike_is_one_line_with_both() {
    let theirs = with(
        penicillin(active()),
        json!({"code": {"coding": [{"system": SCT, "code": "91936005"}], "text": "Allergy to penicillin"},
        "recorder": {"display": "Dr Bea Low"}, "recordedDate": "2020-01-01", "reaction": [{"manifestation": [{"text": "Hives"}]}]}),
    );
    let ours = with(penicillin(active()), json!({"recordedDate": "2024-01-01", "criticality": "high"}));
    let summary = merged(&[document(ALLERGIES, &[ours]), document(ALLERGIES, &[theirs])]);
    let lines = named(&summary, "enicillin");
    assert_eq!(lines.len(), 1);
    let line = lines[0];
    assert_eq!((line.document, line.also.len(), line.also[0].document), (0, 1, 1));
    assert_eq!((line.source.as_str(), line.also[0].source.as_str()), ("GP record", "Dr Bea Low (Hospice)"));
    assert!(line.detail.contains("Hospice: Hives"), "{}", line.detail);
    assert_eq!(line.dates, ["recorded 2024-01-01", "recorded 2020-01-01 (Hospice)"]);
    assert_eq!((line.criticality.as_str(), line.disagreement.as_str(), line.when.as_str()), ("high", "", "2024-01-01"));
    let glance = super::lines(&summary, GlanceKind::Allergy);
    assert_eq!((glance.len(), glance[0].source.as_str()), (1, "GP record; also Dr Bea Low (Hospice)"));
    assert!(!notice(&summary, "disagreement"));
}

#[test]
fn one_says_active_and_one_says_stopped_both_stay_and_say_so() {
    let summary = merged(&[
        document(MEDICINES, &[warfarin("MedicationStatement", "active", "3 mg daily")]),
        document(MEDICINES, &[warfarin("MedicationStatement", "stopped", "3 mg daily")]),
    ]);
    let lines = named(&summary, "Warfarin");
    assert_eq!(lines.len(), 2);
    assert_eq!([lines[0].status, lines[1].status], [Status::Active, Status::Stopped]);
    for line in lines {
        assert_eq!(line.disagreement, "GP record says active; Hospice says stopped");
    }
    assert!(summary.notices.iter().any(|n| n.code == "disagreement" && n.text.contains("Warfarin")));
    let glance = super::lines(&summary, GlanceKind::CriticalMedicine);
    assert_eq!((glance.len(), glance[0].disagreement.as_str()), (1, "GP record says active; Hospice says stopped"));
}

#[test]
fn an_order_and_a_statement_of_one_medicine_are_held_against_each_other() {
    let summary = merged(&[
        document(MEDICINES, &[warfarin("MedicationStatement", "active", "3 mg daily")]),
        document(MEDICINES, &[warfarin("MedicationRequest", "active", "5 mg daily")]),
    ]);
    for line in named(&summary, "Warfarin") {
        assert_eq!(line.disagreement, "GP record says 3 mg daily; Hospice says 5 mg daily");
    }
}

#[test]
fn each_point_of_dispute_keeps_both_lines() {
    for (ours, theirs, sentence) in [
        (
            json!({"criticality": "high"}),
            json!({"criticality": "low"}),
            "GP record says high criticality; Hospice says low criticality",
        ),
        (
            json!({"verificationStatus": coded("x", "confirmed")}),
            json!({"verificationStatus": coded("x", "unconfirmed")}),
            "GP record says confirmed; Hospice says unconfirmed",
        ),
        (active(), json!({"verificationStatus": coded("x", "refuted")}), "GP record says active; Hospice says refuted"),
        (
            active(),
            json!({"verificationStatus": coded("x", "entered-in-error")}),
            "GP record says active; Hospice says entered in error",
        ),
        (active(), json!({"clinicalStatus": coded("x", "resolved")}), "GP record says active; Hospice says resolved"),
        (
            json!({"reaction": [{"severity": "severe"}]}),
            json!({"reaction": [{"severity": "mild"}]}),
            "GP record says severe reaction; Hospice says mild reaction",
        ),
    ] {
        let summary = merged(&[document(ALLERGIES, &[penicillin(ours)]), document(ALLERGIES, &[penicillin(theirs)])]);
        let lines = named(&summary, "Penicillin");
        assert_eq!(lines.len(), 2, "{sentence}");
        assert!(lines.iter().all(|l| l.disagreement == sentence), "{} is not {sentence}", lines[0].disagreement);
    }
}

#[test]
fn silence_agrees_but_never_takes_a_medicine_off_the_list() {
    let mut silent = warfarin("MedicationStatement", "", "");
    silent.as_object_mut().unwrap().remove("status");
    let active = warfarin("MedicationStatement", "active", "3 mg daily");
    let summary = merged(&[document(MEDICINES, &[silent.clone()]), document(MEDICINES, &[active])]);
    let lines = named(&summary, "Warfarin");
    assert_eq!((lines.len(), lines[0].status, lines[0].also.len()), (1, Status::Active, 1));
    assert!(lines[0].detail.contains("3 mg daily") && lines[0].disagreement.is_empty());

    let stopped = warfarin("MedicationStatement", "stopped", "3 mg daily");
    let summary = merged(&[document(MEDICINES, &[silent]), document(MEDICINES, &[stopped])]);
    assert_eq!(named(&summary, "Warfarin").len(), 2);
    assert!(named(&summary, "Warfarin").iter().all(|l| l.disagreement.contains("Hospice says stopped")));
}

#[test]
fn three_documents_name_those_that_agree_together() {
    let of = |status: &str| document(MEDICINES, &[warfarin("MedicationStatement", status, "3 mg daily")]);
    let summary = merged(&[of("active"), of("stopped"), of("active")]);
    let lines = named(&summary, "Warfarin");
    assert_eq!(lines.len(), 2);
    assert_eq!(BTreeSet::from([lines[0].document, lines[0].also[0].document]), BTreeSet::from([0, 2]));
    assert_eq!(lines[0].disagreement, "GP record and Acute trust say active; Hospice says stopped");
}

#[test]
fn a_dose_that_one_document_changed_is_its_history_and_no_dispute() {
    let old = with(warfarin("MedicationStatement", "stopped", "1 mg daily"), json!({"id": "old"}));
    let now = warfarin("MedicationStatement", "active", "3 mg daily");
    let summary = merged(&[document(MEDICINES, &[old, now.clone()]), document(MEDICINES, &[now])]);
    assert_eq!(named(&summary, "Warfarin").len(), 2);
    assert!(named(&summary, "Warfarin").iter().all(|l| l.disagreement.is_empty()));
}

#[test]
fn two_strengths_of_one_medicine_stay_two() {
    let tablet = |id: &str, text: &str| {
        with(
            warfarin("MedicationStatement", "active", "one daily"),
            json!({"id": id, "medicationCodeableConcept": {"coding": [{"system": "urn:atc", "code": "B01AA03"}], "text": text}}),
        )
    };
    let both = [tablet("a", "Warfarin 1 mg"), tablet("b", "Warfarin 3 mg")];
    let summary = merged(&[document(MEDICINES, &both), document(MEDICINES, &both[1..]), document(MEDICINES, &both)]);
    let lines = named(&summary, "Warfarin");
    let also: Vec<(&str, usize)> = lines.iter().map(|l| (l.text.as_str(), l.also.len())).collect();
    assert_eq!(also, [("Warfarin 1 mg", 1), ("Warfarin 3 mg", 2)]);
    assert!(lines.iter().all(|l| l.disagreement.is_empty()));
}

#[test]
fn a_business_identifier_ties_entries_whatever_their_date_and_code() {
    let with_id = |it: Value, value: &str| with(it, json!({"identifier": [{"system": "urn:records", "value": value}]}));
    let problem = |code: &str, onset: &str| json!({"resourceType": "Condition", "id": code, "code": {"coding": [{"system": "urn:c", "code": code}], "text": code}, "onsetDateTime": onset, "clinicalStatus": coded("x", "active")});
    let summary = merged(&[
        document(PROBLEMS, &[with_id(problem("Angina", "2015"), "7")]),
        document(PROBLEMS, &[with_id(problem("Angina", "2016"), "7")]),
    ]);
    assert_eq!((named(&summary, "Angina").len(), named(&summary, "Angina")[0].also.len()), (1, 1));

    let summary = merged(&[
        document(PROBLEMS, &[with_id(problem("Angina", "2015"), "7")]),
        document(PROBLEMS, &[with_id(problem("Asthma", "2015"), "7")]),
    ]);
    assert_eq!(named(&summary, "Angina")[0].disagreement, "GP record says Angina; Hospice says Asthma");
    assert_eq!(named(&summary, "Asthma").len(), 1);
}

#[test]
fn an_identifier_that_one_document_gives_to_everything_ties_nothing() {
    let of = |words: &str| {
        with(allergy(words, json!({"text": words})), json!({"identifier": [{"system": "urn:constant", "value": "1"}]}))
    };
    let summary = merged(&[document(ALLERGIES, &[of("Latex"), of("Nuts")]), document(ALLERGIES, &[of("Eggs")])]);
    assert_eq!(of_section(&summary, ALLERGIES).items.len(), 3);
    assert!(of_section(&summary, ALLERGIES).items.iter().all(|i| i.disagreement.is_empty()));
}

fn of_section<'a>(summary: &'a Summary, code: &str) -> &'a Section {
    let found: Vec<&Section> = summary.sections.iter().filter(|s| s.code == code).collect();
    assert_eq!(found.len(), 1, "one section of {code}");
    found[0]
}

#[test]
fn two_episodes_and_two_readings_stay_two() {
    let problem = |onset: &str| json!({"resourceType": "Condition", "id": "c", "code": coded(SCT, "233604007"), "onsetDateTime": onset, "clinicalStatus": coded("x", "resolved")});
    let summary = merged(&[document(PROBLEMS, &[problem("2019-01")]), document(PROBLEMS, &[problem("2023-02")])]);
    assert_eq!(of_section(&summary, PROBLEMS).items.len(), 2);

    let reading = |at: &str, value: u8| json!({"resourceType": "Observation", "id": "o", "status": "final", "code": coded("http://loinc.org", "2823-3"), "effectiveDateTime": at, "valueQuantity": {"value": value, "unit": "mmol/L"}});
    let of = |at: &str, value: u8| document(RESULTS, &[reading(at, value)]);
    for (ours, theirs, lines, disputed) in [
        (of("2026-10-01T09:00:00Z", 4), of("2026-10-01T10:00:00+01:00", 4), 1, false),
        (of("2026-10-01T09:00:00Z", 4), of("2026-10-02T09:00:00Z", 4), 2, false),
        (of("2026-10-01", 4), of("2026-10-01", 5), 2, false),
        (of("2026-10-01T09:00:00Z", 4), of("2026-10-01T09:00:00Z", 5), 2, true),
    ] {
        let summary = merged(&[ours, theirs]);
        let items = &of_section(&summary, RESULTS).items;
        assert_eq!((items.len(), items.iter().any(|i| !i.disagreement.is_empty())), (lines, disputed));
    }
}

#[test]
fn a_code_that_only_says_what_kind_of_thing_it_is_merges_nothing() {
    let general = |words: &str| {
        allergy(
            "a",
            json!({"coding": [{"system": SCT, "code": "419199007", "display": "Allergy to substance"}], "text": words}),
        )
    };
    let summary = merged(&[document(ALLERGIES, &[general("Latex")]), document(ALLERGIES, &[general("Penicillin")])]);
    assert_eq!(of_section(&summary, ALLERGIES).items.len(), 2);

    let alert = |words: &str| json!({"resourceType": "Flag", "id": "f", "status": "active", "code": {"coding": [{"system": "urn:alerts", "code": "1"}], "text": words}});
    let summary =
        merged(&[document("104605-1", &[alert("Large dog")]), document("104605-1", &[alert("Weapons in the house")])]);
    assert_eq!(of_section(&summary, "104605-1").items.len(), 2);
}

#[test]
fn one_code_with_other_words_shows_both_names() {
    let of = |words: &str| allergy("a", json!({"coding": [{"system": "urn:c", "code": "1"}], "text": words}));
    let summary = merged(&[document(ALLERGIES, &[of("Hay fever")]), document(ALLERGIES, &[of("Allergic rhinitis")])]);
    let items = &of_section(&summary, ALLERGIES).items;
    assert_eq!(items.len(), 1);
    assert!(items[0].text.contains("Hay fever") && items[0].text.contains("Allergic rhinitis"), "{}", items[0].text);
}

#[test]
fn access_codes_that_differ_are_told_and_not_shown() {
    let safe = |code: &str| json!({"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": format!("Key safe by the door, code {code}")}});
    let summary = merged(&[document("104605-1", &[safe("4071")]), document("104605-1", &[safe("9928")])]);
    let items = &of_section(&summary, "104605-1").items;
    assert_eq!(items.len(), 2);
    for item in items {
        assert!(item.disagreement.contains("access code that differs"), "{}", item.disagreement);
        let open = [&item.text, &item.detail, &item.disagreement].map(String::as_str).concat();
        assert!(!open.contains("4071") && !open.contains("9928"));
    }
    let summary = merged(&[document("104605-1", &[safe("4071")]), document("104605-1", &[safe("4071")])]);
    assert_eq!(of_section(&summary, "104605-1").items.len(), 1);
}

#[test]
fn an_allergy_in_one_document_beats_the_statement_of_none_in_another() {
    for theirs in [
        document(ALLERGIES, &[penicillin(json!({}))]),
        bundle(&[], &[penicillin(json!({}))]),
        bundle(&[], &[json!({"resourceType": "Condition", "id": "x", "code": {"text": "Allergy to penicillin"}})]),
    ] {
        for documents in [
            [document(ALLERGIES, &[none_known()]), theirs.clone()],
            [theirs.clone(), document(ALLERGIES, &[none_known()])],
        ] {
            let summary = merged(&documents);
            assert!(!says_none_known(&summary));
            assert_ne!(of_section(&summary, ALLERGIES).state, SectionState::NoneKnown);
            let glance = super::lines(&summary, GlanceKind::Allergy);
            assert!(glance.iter().any(|l| l.text.to_lowercase().contains("penicillin")));
            assert!(notice(&summary, "disagreement"));
            let marked = summary.sections.iter().flat_map(|s| &s.items).filter(|i| !i.disagreement.is_empty());
            let texts: Vec<&str> = marked.clone().map(|i| i.text.as_str()).collect();
            assert_eq!(texts.len(), 2, "{texts:?}");
            for item in marked {
                assert!(
                    item.disagreement.contains("says that there are no allergies")
                        && item.disagreement.contains("enicillin"),
                    "{}",
                    item.disagreement
                );
            }
        }
    }
}

#[test]
fn a_medicine_anywhere_beats_the_statement_of_none_in_another_document() {
    let none = json!({"resourceType": "MedicationStatement", "id": "m", "status": "active", "medicationCodeableConcept": coded(IPS, "no-known-medications")});
    let theirs = bundle(&[], &[warfarin("MedicationStatement", "active", "3 mg daily")]);
    let summary = merged(&[document(MEDICINES, std::slice::from_ref(&none)), theirs]);
    assert_ne!(of_section(&summary, MEDICINES).state, SectionState::NoneKnown);
    assert_eq!(
        named(&summary, "Warfarin")[0].disagreement,
        "GP record says that there are no medicines; Hospice lists Warfarin"
    );

    let mut lost = bundle(&[], &[]);
    lost["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "http://a/MedicationRequest/1", "resource": {"id": "1"}}));
    let summary = merged(&[document(MEDICINES, &[none]), lost]);
    assert_eq!(of_section(&summary, MEDICINES).state, SectionState::Unreadable);
}

#[test]
fn a_statement_about_drugs_is_denied_by_a_drug_and_not_by_a_food() {
    let scoped =
        allergy("s", json!({"coding": [{"system": SCT, "code": "409137002", "display": "No known drug allergy"}]}));
    for (category, marked) in [("medication", 2), ("food", 0)] {
        let theirs = penicillin(json!({"category": [category]}));
        let summary = merged(&[document(ALLERGIES, std::slice::from_ref(&scoped)), document(ALLERGIES, &[theirs])]);
        let items = &of_section(&summary, ALLERGIES).items;
        assert_eq!(items.iter().filter(|i| !i.disagreement.is_empty()).count(), marked, "{category}");
        assert!(items.iter().all(|i| marked == 0
            || i.disagreement == "GP record says that there are none to medication; Hospice lists Penicillin"));
    }
}

#[test]
fn an_allergy_of_somebody_else_denies_nothing() {
    let baby = json!({"resourceType": "Patient", "id": "baby", "name": [{"family": "Other"}]});
    let foreign = with(penicillin(active()), json!({"patient": {"reference": "Patient/baby"}}));
    let theirs = bundle(&[section(ALLERGIES, std::slice::from_ref(&foreign))], &[foreign.clone(), baby]);
    let summary = merged(&[document(ALLERGIES, &[none_known()]), theirs]);
    assert!(summary.sections.iter().flat_map(|s| &s.items).all(|i| i.disagreement.is_empty()));
}

fn empty(reason: &str) -> Value {
    let mut section = section(ALLERGIES, &[]);
    section["emptyReason"] = json!({"coding": [{"code": reason}]});
    bundle(&[section], &[])
}

#[test]
fn what_may_be_there_beats_none_known_and_silence_does_not() {
    let mut unreadable = bundle(&[], &[]);
    unreadable["entry"].as_array_mut().unwrap().push(json!({"resource": {"id": "what"}}));
    let mut lost = bundle(&[], &[]);
    lost["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "http://a/AllergyIntolerance/1", "resource": {"id": "1"}}));
    let none = document(ALLERGIES, &[none_known()]);
    for (theirs, state, words) in [
        (empty("withheld"), SectionState::Withheld, "Hospice: withheld by the sender"),
        (unreadable, SectionState::Unreadable, "could not be read and may be one"),
        (lost, SectionState::Unreadable, "Hospice: could not be read"),
        (
            document(ALLERGIES, &[with(none_known(), json!({"verificationStatus": coded("x", "refuted")}))]),
            SectionState::Unreadable,
            "disputed by another source",
        ),
        (
            document(ALLERGIES, &[with(none_known(), json!({"clinicalStatus": coded("x", "inactive")}))]),
            SectionState::Unreadable,
            "disputed by another source",
        ),
        (empty("notasked"), SectionState::NoneKnown, "Hospice: not recorded, nobody asked."),
        (bundle(&[], &[]), SectionState::NoneKnown, "Hospice: this document has no section on them. Ask."),
        (none.clone(), SectionState::NoneKnown, "Hospice: recorded 2024-03-01 by Dr Bea Low"),
    ] {
        let theirs_first = merged(&[theirs.clone(), none.clone()]);
        let summary = merged(&[none.clone(), theirs]);
        let section = of_section(&summary, ALLERGIES);
        assert_eq!((section.state, of_section(&theirs_first, ALLERGIES).state), (state, state), "{words}");
        assert!(section.statement.contains(words), "{}", section.statement);
        assert_eq!(says_none_known(&summary), state == SectionState::NoneKnown, "{}", section.statement);
        assert!(section.statement.contains("GP record"), "{}", section.statement);
    }
}

#[test]
fn a_statement_of_none_in_a_section_inside_another_one_is_held_against_the_other_documents() {
    let inner = section(ALLERGIES, &[none_known()]);
    let outer = json!({"title": "Clinical", "section": [inner]});
    let summary = merged(&[bundle(&[outer], &[none_known()]), empty("withheld")]);
    assert!(summary.sections.iter().all(|s| s.state != SectionState::NoneKnown));
    assert!(!says_none_known(&summary));
}

#[test]
fn none_known_names_who_says_so() {
    let summary = merged(&[document(ALLERGIES, &[none_known()]), bundle(&[], &[])]);
    let expected = "No known allergies (GP record: recorded 2024-03-01 by Dr Bea Low). Hospice: this document has no section on them. Ask.";
    assert_eq!(of_section(&summary, ALLERGIES).statement, expected);
    let line = super::lines(&summary, GlanceKind::Allergy)[0];
    let told = "GP record: recorded 2024-03-01 by Dr Bea Low. Hospice: this document has no section on them. Ask.";
    assert_eq!((line.text.as_str(), line.detail.as_str()), ("No known allergies", told));
}

#[test]
fn what_another_document_withholds_is_said_beside_a_list() {
    let summary = merged(&[document(ALLERGIES, &[penicillin(json!({}))]), empty("withheld")]);
    let section = of_section(&summary, ALLERGIES);
    assert_eq!((section.state, section.items.len()), (SectionState::Listed, 1));
    assert!(section.statement.starts_with("Hospice: withheld"), "{}", section.statement);
    assert!(super::lines(&summary, GlanceKind::Allergy).iter().any(|l| l.text.contains("incomplete")));

    let plan = json!({"resourceType": "CarePlan", "id": "p", "status": "active", "title": "Going to the day centre"});
    let mut withheld = section_of(DIRECTIVES);
    withheld["emptyReason"] = json!({"coding": [{"code": "withheld"}]});
    let summary = merged(&[document(DIRECTIVES, &[plan]), bundle(&[withheld], &[])]);
    assert!(super::lines(&summary, GlanceKind::Cpr)[0].text.contains("withheld"));
}

fn section_of(code: &str) -> Value {
    section(code, &[])
}

#[test]
fn opposite_decisions_on_resuscitation_are_both_shown_and_marked() {
    let against = json!({"resourceType": "Consent", "id": "c", "status": "active", "category": [{"coding": [{"code": "dnr"}]}], "dateTime": "2025-01-01"});
    let wanted = json!({"resourceType": "Observation", "id": "o", "status": "final", "code": coded(SCT, "304251008"), "valueCodeableConcept": {"text": "For attempted cardiopulmonary resuscitation"}, "effectiveDateTime": "2026-01-01"});
    let summary = merged(&[document(DIRECTIVES, std::slice::from_ref(&against)), document(DIRECTIVES, &[wanted])]);
    let lines = super::lines(&summary, GlanceKind::Cpr);
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert!(line.text.contains("CONFLICTING") && line.alert, "{}", line.text);
        assert_eq!(line.disagreement, "GP record says not for resuscitation; Hospice says for resuscitation");
    }
    let summary = merged(&[
        document(DIRECTIVES, std::slice::from_ref(&against)),
        document(DIRECTIVES, std::slice::from_ref(&against)),
    ]);
    let lines = super::lines(&summary, GlanceKind::Cpr);
    assert_eq!((lines.len(), lines[0].disagreement.as_str()), (1, ""));
}

#[test]
fn copies_in_one_document_stay_and_meet_their_copies_in_another() {
    let copies = [with(penicillin(active()), json!({"id": "1"})), with(penicillin(active()), json!({"id": "2"}))];
    let alone = read(&document(ALLERGIES, &copies));
    assert_eq!(of(&alone, ALLERGIES).items.len(), 2);
    let summary = merged(&[document(ALLERGIES, &copies), document(ALLERGIES, &copies)]);
    let also: Vec<usize> = of_section(&summary, ALLERGIES).items.iter().map(|i| i.also.len()).collect();
    assert_eq!(also, [1, 1]);
}

#[test]
fn what_one_document_does_not_list_and_another_does_is_in_its_section_once() {
    let problem = json!({"resourceType": "Condition", "id": "c", "code": {"text": "Gout"}, "clinicalStatus": coded("x", "active")});
    let summary = merged(&[bundle(&[], std::slice::from_ref(&problem)), document(PROBLEMS, &[problem])]);
    assert_eq!(named(&summary, "Gout").len(), 1);
    let line = &of_section(&summary, PROBLEMS).items[0];
    assert!(line.listed_in_section && line.document == 1 && !line.also[0].listed_in_section);
    assert!(summary.sections.iter().all(|s| !s.title.starts_with("Also in")));
}

#[test]
fn narratives_of_all_documents_are_kept_under_their_names() {
    let told = |words: &str| {
        let mut section = section(PROBLEMS, &[]);
        section["text"] = json!({"status": "generated", "div": format!("<div>{words}<!-- </div>")});
        bundle(&[section], &[])
    };
    let summary = merged(&[told("Gout"), told("Angina")]);
    let html = of_section(&summary, PROBLEMS).narrative.harmless();
    for words in ["GP record", "Gout", "Hospice", "Angina"] {
        assert!(html.contains(words), "{html}");
    }
}

#[test]
fn notices_name_their_document_and_the_person_may_not_differ_in_silence() {
    let mut ours = bundle(&[], &[]);
    ours["entry"][0]["resource"]["status"] = json!("preliminary");
    let mut theirs = bundle(&[], &[]);
    theirs["entry"][1]["resource"] = json!({"resourceType": "Patient", "id": "p", "name": [{"family": "Okafor", "given": ["Ngozi", "Ada"]}], "birthDate": "1938-12-23", "address": [{"text": "1 Low Road"}]});
    let summary = merged(&[ours.clone(), theirs]);
    let text = |code: &str| {
        summary.notices.iter().filter(|n| n.code == code).map(|n| (n.severity, n.text.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(
        text("preliminary"),
        [(Severity::Warning, "GP record: This document is preliminary: its author has not finished it.")]
    );
    assert_eq!(
        text("person-differs"),
        [(Severity::Danger, "The sources give a different date of birth. GP record: 1938-11-23; Hospice: 1938-12-23.")]
    );
    assert_eq!((summary.patient.name.as_str(), summary.patient.address.as_str()), ("OKAFOR, Ngozi", "1 Low Road"));
    let same = merged(&[ours.clone(), ours]);
    assert!(same.notices.iter().any(|n| n.text.starts_with("GP record, Hospice: This document is preliminary")));
}

#[test]
fn what_is_about_somebody_else_is_held_against_nothing() {
    let baby = json!({"resourceType": "Patient", "id": "baby", "name": [{"family": "Other"}]});
    let foreign = with(
        penicillin(json!({"clinicalStatus": coded("x", "resolved")})),
        json!({"patient": {"reference": "Patient/baby"}}),
    );
    let summary = merged(&[
        document(ALLERGIES, &[penicillin(active())]),
        bundle(&[section(ALLERGIES, std::slice::from_ref(&foreign))], &[foreign.clone(), baby]),
    ]);
    assert_eq!(named(&summary, "Penicillin").len(), 2);
    assert!(named(&summary, "Penicillin").iter().all(|i| i.disagreement.is_empty() && i.also.is_empty()));
}

#[test]
fn no_document_says_that_nothing_is_known() {
    let summary = summarise_all(&[], Role::EmergencyClinician, TODAY);
    assert!(summary.notices.iter().any(|n| n.code == "no-document" && n.severity == Severity::Danger));
    assert!(of(&summary, ALLERGIES).state == SectionState::NotProvided && !says_none_known(&summary));
    assert!(
        super::lines(&summary, GlanceKind::Cpr).len() == 1 && super::lines(&summary, GlanceKind::Allergy).len() == 1
    );
}

#[test]
fn two_strengths_of_one_medicine_under_one_code_are_two_lines() {
    let tablets = |words: &str| {
        let mut it = warfarin("MedicationStatement", "active", "One tablet twice a day");
        it["medicationCodeableConcept"]["text"] = json!(words);
        document("10160-0", &[it])
    };
    let summary = merged(&[tablets("Warfarin 5 mg tablets"), tablets("Warfarin 2.5 mg tablets")]);
    let items: Vec<_> =
        summary.sections.iter().flat_map(|s| &s.items).filter(|i| i.text.contains("Warfarin")).collect();
    assert_eq!(items.len(), 2);
    for item in items {
        assert!(
            item.disagreement.contains("2.5 mg") && item.disagreement.contains("GP record"),
            "{}",
            item.disagreement
        );
    }
    for same in ["Warfarin 5mg tablets", "Warfarin"] {
        let summary = merged(&[tablets("Warfarin 5 mg tablets"), tablets(same)]);
        let items = summary.sections.iter().flat_map(|s| &s.items).filter(|i| i.text.contains("Warfarin"));
        let items: Vec<_> = items.collect();
        assert!(items.len() == 1 && items[0].disagreement.is_empty(), "{same}");
    }
}
