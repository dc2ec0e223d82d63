use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::summary::tests::{ALLERGIES, MEDICINES, SCT, allergy, bundle, coded, read, section, with};
use crate::summary::{Summary, gated};

const PROBLEMS: &str = "11450-4";
const ALERTS: &str = "104605-1";

const NOTES: [&str; 2] = ["Pump running, 4.2 ml left. Entry code is 9912.", "Asked about her insulin."];

fn condition(id: &str, text: &str, more: Value) -> Value {
    let code = json!({"text": text});
    with(
        json!({"resourceType": "Condition", "id": id, "code": code, "subject": {"reference": "Patient/p"},
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active")}),
        more,
    )
}

fn medicine(id: &str, text: &str, more: Value) -> Value {
    let concept = json!({"text": text});
    with(
        json!({"resourceType": "MedicationStatement", "id": id, "status": "active", "medicationCodeableConcept": concept,
        "subject": {"reference": "Patient/p"}}),
        more,
    )
}

fn key_safe(code: &str) -> Value {
    let words = format!("Key safe left of the door, code {code}. Large dog in the garden.");
    json!({"resourceType": "Flag", "id": "f1", "status": "active", "code": {"text": words}, "subject": {"reference": "Patient/p"}})
}

/// One record with a bit of everything.
fn record() -> Summary {
    let allergies = [with(
        allergy("a1", json!({"text": "Penicillin V", "coding": [{"system": SCT, "code": "91936005"}]})),
        json!({"criticality": "high", "recordedDate": "2024-03-01", "reaction": [{"manifestation": [{"text": "Anaphylaxis"}]}]}),
    )];
    let medicines = [
        medicine("m1", "Apixaban 2.5 mg tablets", json!({"dosage": [{"text": "one twice a day"}]})),
        medicine("m2", "Co-codamol 30/500", json!({"status": "stopped"})),
        medicine("m3", "Furosemide 40 mg tablets", json!({"informationSource": {"display": "Quince Walk Surgery"}})),
    ];
    let mistaken = json!({"verificationStatus": coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error")});
    let problems = [
        condition("c1", "Old myocardial infarction", json!({"onsetDateTime": "2019-06"})),
        condition("c2", "Ménière's disease", json!({})),
        condition("c3", "Subarachnoid hemorrhage", mistaken),
        condition("c4", "Mild penicillinase deficiency of the garden variety", json!({})),
    ];
    let alerts = [key_safe("4071")];
    let narrative = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Seen by the falls team. Key code 4071. Wears a hearing aid on the left.</p></div>";
    let told = with(section(PROBLEMS, &problems), json!({"text": {"status": "additional", "div": narrative}}));
    let sections = [section(ALLERGIES, &allergies), section(MEDICINES, &medicines), told, section(ALERTS, &alerts)];
    let all: Vec<Value> = [allergies.to_vec(), medicines.to_vec(), problems.to_vec(), alerts.to_vec()].concat();
    read(&bundle(&sections, &all))
}

fn index() -> &'static Index {
    static INDEX: LazyLock<Index> = LazyLock::new(|| Index::of(&record()).with_notes(NOTES));
    &INDEX
}

fn title(hit: &Hit) -> &str {
    hit.lines.first().map_or("", |line| line.text.as_str())
}

fn titles(question: &str) -> Vec<String> {
    index().find(question).iter().map(|hit| title(hit).to_owned()).collect()
}

fn first(question: &str) -> Hit {
    index().find(question).into_iter().next().unwrap_or_else(|| panic!("{question} is found"))
}

fn how(question: &str, words: &str) -> Option<How> {
    index().find(question).iter().find(|hit| title(hit).contains(words)).map(|hit| hit.how)
}

fn marked(hit: &Hit) -> Vec<&str> {
    hit.lines.iter().flat_map(|line| line.marked.iter().map(|m| &line.text[m.clone()])).collect()
}

#[test]
fn a_word_is_found_while_it_is_typed() {
    for typed in ["ap", "apix", "apixaban", "APIXABAN", "  apixaban "] {
        assert_eq!(title(&first(typed)), "Apixaban 2.5 mg tablets", "{typed}");
    }
    assert_eq!(how("apixaban", "Apixaban"), Some(How::Exact));
    assert_eq!(how("apix", "Apixaban"), Some(How::Prefix));
    assert!(titles("a").is_empty(), "one letter is no question yet");
}

#[test]
fn all_words_must_match_and_they_may_stand_in_different_fields() {
    assert_eq!(titles("apixaban twice"), ["Apixaban 2.5 mg tablets"]);
    assert_eq!(titles("furosemide quince"), ["Furosemide 40 mg tablets"]);
    assert!(titles("apixaban quince").is_empty());
    assert_eq!(titles("allergies penicillin"), ["Penicillin V"], "the section's title is a word of its items");
}

#[test]
fn hyphens_accents_and_spellings_make_no_difference() {
    for typed in ["co-codamol", "cocodamol", "co codamol", "Co‑codamol", "cocod"] {
        assert_eq!(titles(typed).first().map(String::as_str), Some("Co-codamol 30/500"), "{typed}");
    }
    for typed in ["Meniere", "ménières", "meniere's"] {
        assert_eq!(titles(typed), ["Ménière's disease"], "{typed}");
    }
    assert_eq!(how("haemorrhage", "Subarachnoid"), Some(How::Exact));
    assert_eq!(how("haemo", "Subarachnoid"), Some(How::Prefix));
}

#[test]
fn a_number_is_never_found_inside_another() {
    assert!(titles("25").iter().all(|t| !t.starts_with("Apixaban")), "2.5 mg is not 25 mg");
    assert_eq!(titles("2.5 mg"), ["Apixaban 2.5 mg tablets"]);
}

#[test]
fn codes_and_dates_are_found_as_people_write_them() {
    for typed in [
        "91936005",
        "9193",
        "http://snomed.info/sct|91936005",
        "2024-03-01",
        "1/3/2024",
        "01/03/2024",
        "mar 2024",
        "1 March 2024",
        "mawrth",
    ] {
        assert_eq!(titles(typed), ["Penicillin V"], "{typed}");
    }
    assert!(titles("snomed").is_empty(), "the system is on every item and says nothing");
    assert_eq!(titles("june 2019"), ["Old myocardial infarction"]);
}

#[test]
fn other_words_for_it_find_it_and_say_why() {
    let hit = first("heart attack");
    assert_eq!((title(&hit), hit.how), ("Old myocardial infarction", How::Synonym));
    let because = &hit.because[0];
    assert_eq!(
        (because.asked.as_str(), because.found.as_str(), because.relation),
        ("heart attack", "myocardial infarction", Relation::Same)
    );
    assert_eq!(marked(&hit), ["myocardial infarction"]);

    let hit = first("diuretic");
    assert_eq!((title(&hit), hit.because[0].relation), ("Furosemide 40 mg tablets", Relation::Narrower));
    assert_eq!(title(&first("Blood thinner")), "Apixaban 2.5 mg tablets");
    assert_eq!(titles("water tablets"), ["Furosemide 40 mg tablets"]);
    assert_eq!(titles("Lasix"), ["Furosemide 40 mg tablets"]);
    let hits = index().find("warfarin");
    assert!(
        hits.iter().all(|hit| hit.because[0].relation == Relation::Wider),
        "only as what the glance calls an anticoagulant"
    );
    assert!(titles("mi").contains(&"Old myocardial infarction".to_owned()));
    assert_eq!(how("mi", "Mild"), Some(How::Prefix), "the name stands for itself only as a whole word");
}

#[test]
fn one_slip_is_forgiven_in_a_long_word() {
    for typed in ["apixiban", "apixabn", "aipxaban", "furosemied"] {
        assert_eq!(index().find(typed).first().map(|h| h.how), Some(How::Slip), "{typed}");
    }
    assert_eq!(title(&first("anticoagulent")), "Apixaban 2.5 mg tablets", "also in another word for it");
    assert!(titles("xpixabaa").is_empty());
}

#[test]
fn what_was_stopped_or_mistaken_is_found_with_its_status() {
    assert_eq!(first("codamol").status, Some(Status::Stopped));
    assert_eq!(first("subarachnoid").status, Some(Status::EnteredInError));
    assert_eq!(first("painkiller").status, Some(Status::Stopped), "{:?}", titles("painkiller"));
}

#[test]
fn safety_leads_then_words_then_beginnings_then_synonyms_then_slips() {
    let hits = index().find("penicillin");
    assert_eq!(titles("penicillin"), ["Penicillin V", "Mild penicillinase deficiency of the garden variety"]);
    assert_eq!((hits[0].safety, hits[0].how), (true, How::Exact));
    assert_eq!((hits[1].safety, hits[1].how), (false, How::Prefix));
    let order: Vec<_> = index().find("mi").iter().map(|h| (!h.safety, h.how)).collect();
    assert!(order.is_sorted() && order.len() > 1);
    let first = titles("garden").swap_remove(0);
    assert!(first.contains("dog"), "an alert comes before a problem: {first}");
}

#[test]
fn a_long_text_answers_when_the_words_stand_near_each_other() {
    let hit = first("hearing");
    assert!(matches!(hit.place, Place::Narrative(_)) && hit.section().is_some() && hit.item().is_none());
    assert_eq!(marked(&hit), ["hearing"]);
    assert_eq!(titles("falls hearing").len(), 1);
    let far = format!("<div>alpha {} omega</div>", "word ".repeat(60));
    let mut summary = record();
    summary.sections[0].narrative = crate::summary::Narrative::of(&far);
    let index = Index::of(&summary);
    assert_eq!((index.find("alpha").len(), index.find("omega").len(), index.find("alpha omega").len()), (1, 1, 0));
}

#[test]
fn a_text_that_only_repeats_an_item_of_its_section_does_not_lead() {
    let mut summary = record();
    summary.sections[0].narrative =
        crate::summary::Narrative::of("<p>Penicillin V: anaphylaxis. Bee stings: swelling.</p>");
    let index = Index::of(&summary);
    let of = |question: &str| index.find(question).iter().map(|h| (h.item().is_some(), h.safety)).collect::<Vec<_>>();
    assert_eq!(of("anaphylaxis"), [(true, true), (false, false)]);
    assert_eq!(of("stings"), [(false, true)], "what only the text says of allergies does");
}

#[test]
fn notes_are_found_by_their_number() {
    assert_eq!(first("pump").place, Place::Note(0));
    assert_eq!(first("insulin").place, Place::Note(1));
}

#[test]
fn a_section_that_says_nothing_is_found_by_its_name() {
    let hits = index().find("advance directives");
    assert!(hits.iter().any(|hit| matches!(hit.place, Place::Section(_)) && hit.safety));
}

#[test]
fn an_entry_that_could_not_be_read_is_found() {
    let mut summary = record();
    let raw = "{\"resourceType\": \"Medication\", \"text\": \"digoxin, two units\"}".to_owned();
    summary.unread.push(crate::summary::Unread {
        entry: 9,
        resource_type: String::new(),
        reason: "no type".to_owned(),
        raw,
        document: 0,
    });
    assert_eq!(Index::of(&summary).find("digoxin")[0].place, Place::Unread(0));
}

#[test]
fn an_entry_code_is_never_found_wherever_it_stands() {
    let summary = record();
    assert!(
        summary.sections.iter().flat_map(|s| &s.items).any(|item| item.gated.contains("4071")),
        "there is one to find"
    );
    let index = index();
    for code in ["4071", "407", "9912", "991"] {
        assert!(index.find(code).is_empty(), "{code}");
    }
    for question in ["key", "key safe", "code", "door", "entry", "falls", "pump", "dog"] {
        let hits = index.find(question);
        let shown =
            hits.iter().flat_map(|hit| &hit.lines).any(|line| line.text.contains("4071") || line.text.contains("9912"));
        assert!(!shown, "{question}");
    }
    assert!(!index.find("key safe").is_empty(), "that there is one, is found");
    assert!(index.words.keys().all(|word| !word.contains("4071") && !word.contains("9912")));
}

#[test]
fn what_the_glance_says_of_getting_in_shows_no_digit() {
    let mut summary = record();
    let line = json!({"kind": "access", "text": "Ring the bell of 23 twice", "detail": "or try 8861", "age": "", "source": "", "alert": false});
    summary.glance.push(serde_json::from_value(line).unwrap());
    let index = Index::of(&summary);
    assert!(index.find("8861").is_empty());
    assert_eq!(index.find("bell")[0].lines[1].text, "or try ••••");
}

/// Words that meet: of the record, of the table, and anything else.
fn any_question() -> impl Strategy<Value = String> {
    let words = [
        "penicillin",
        "apixa",
        "heart",
        "attack",
        "co-codamol",
        "2024-03-01",
        "of",
        "Ménière",
        "|",
        "key safe",
        "anticoagulent",
    ];
    let word = prop_oneof![3 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 2 => "\\PC{0,8}", 1 => any::<String>()];
    proptest::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_question_is_answered_in_order_with_marks_that_fit(question in any_question()) {
        let hits = index().find(&question);
        prop_assert!(hits.iter().map(|h| (!h.safety, h.how)).is_sorted());
        for hit in &hits {
            let mut last = 0;
            prop_assert!(hit.lines.iter().any(|l| !l.marked.is_empty()), "something is highlighted");
            for line in &hit.lines {
                for mark in &line.marked {
                    prop_assert!(line.text.get(mark.clone()).is_some_and(|t| !t.is_empty()));
                }
                prop_assert!(line.marked.is_sorted_by(|a, b| a.end <= b.start));
                last += line.text.len();
            }
            prop_assert!(last > 0);
        }
    }

    #[test]
    fn every_word_of_an_item_finds_it(text in "\\PC{1,40}") {
        let mut summary = Summary { sections: record().sections[..1].to_vec(), ..Summary::default() };
        summary.sections[0].items[0].text = text.clone();
        let index = Index::of(&summary);
        for word in fold::words(&text).iter().filter(|w| w.plain.chars().count() > 1) {
            let found = index.find(&text[word.at.clone()]);
            prop_assert!(found.iter().any(|hit| hit.place == Place::Item(0, 0)), "{}", word.plain);
        }
    }

    #[test]
    fn no_code_is_found_whatever_it_is(code in "[0-9]{3,6}|[A-Z][0-9]{3,5}") {
        let alerts = [key_safe(&code)];
        let summary = read(&bundle(&[section(ALERTS, &alerts)], &alerts));
        prop_assume!(!gated::codes_in(&format!("Key safe code {code}.")).is_empty());
        let index = Index::of(&summary);
        let tells = |question: &str| index.find(question).iter().flat_map(|h| &h.lines).any(|l| l.text.contains(&code));
        prop_assert!(index.find(&code).is_empty() && !tells("key safe") && !tells("garden"));
    }
}
