//! One screen of a phone: what says the same is one line, nothing that matters is lost in it.

use proptest::prelude::*;
use serde_json::json;

use super::super::{GlanceKind, Status};
use super::*;

fn glance(resources: &[Value]) -> Summary {
    read(&bundle(&[section("42348-3", resources)], resources))
}

fn one(summary: &Summary, kind: GlanceKind) -> Glance {
    let found = lines(summary, kind);
    assert_eq!(found.len(), 1, "{:?}", found.iter().map(|l| &l.text).collect::<Vec<_>>());
    found[0].clone()
}

/// The words of every item a line stands for.
fn behind(summary: &Summary, line: &Glance) -> Vec<String> {
    let paths = line.item.iter().chain(&line.also);
    paths.map(|(s, i)| summary.sections[*s].items[*i].text.clone()).collect()
}

fn status(id: &str, day: &str, value: &str) -> Value {
    json!({"resourceType": "Observation", "id": id, "status": "final", "code": coded(SCT, "304251008"), "effectiveDateTime": day,
        "performer": [{"display": "Dr Bea Low"}], "valueCodeableConcept": coded(SCT, value)})
}

fn form(day: &str) -> Value {
    json!({"resourceType": "DocumentReference", "id": "form", "status": "current", "date": day, "type": coded(SCT, "1382601000000107"), "author": [{"display": "Dr Cy Roe"}],
        "description": "Not for CPR. Hospital for a broken bone; not for a chest infection. The paper is in the hall cupboard.",
        "context": {"period": {"end": "2026-10-01"}}})
}

fn alert(words: &str) -> Value {
    json!({"resourceType": "Flag", "id": "alert", "status": "active", "code": {"text": words}, "category": [coded("urn:flag-categories-bars", "RT")], "period": {"start": "2026-01-05"}})
}

fn medicine(id: &str, name: &str) -> Value {
    json!({"resourceType": "MedicationRequest", "id": id, "status": "active", "authoredOn": "2026-10-01", "medicationCodeableConcept": {"text": name}})
}

#[test]
fn an_observation_an_alert_and_a_form_of_one_decision_are_one_line_with_the_place_of_the_paper() {
    let all =
        [form("2026-01-05"), alert("Not for CPR. Ring the hospice first."), status("o", "2026-01-05", "450476008")];
    let summary = glance(&all);
    let cpr = lines(&summary, GlanceKind::Cpr);
    assert_eq!(cpr[0].text, "NOT for CPR. Ring the hospice first");
    assert_eq!(behind(&summary, cpr[0]).len(), 3);
    assert!(cpr[0].detail.contains("Paper in the hall cupboard") && cpr[0].review_overdue, "{}", cpr[0].detail);
    assert_eq!((cpr[0].age.as_str(), cpr[0].source.as_str()), ("2026-01-05", "Dr Bea Low"));
    assert_eq!(cpr[1].text, "The form says: Hospital for a broken bone; not for a chest infection");
    assert_eq!(cpr.len(), 2);
}

#[test]
fn the_decision_taken_last_leads_and_the_earlier_one_keeps_its_path() {
    let summary = glance(&[status("old", "2024-01-01", "450476008"), status("new", "2026-03-01", "450476008")]);
    let line = one(&summary, GlanceKind::Cpr);
    assert_eq!((line.age.as_str(), line.also.len()), ("2026-03-01", 1));
}

#[test]
fn words_that_limit_a_decision_are_kept() {
    let said = with(
        status("o", "2026-01-05", "450475007"),
        json!({"note": [{"text": "Treated as for resuscitation during this stay"}]}),
    );
    assert!(one(&glance(&[said]), GlanceKind::Cpr).detail.contains("during this stay"));
}

#[test]
fn ceilings_are_one_line_and_refusals_keep_theirs() {
    let ceiling = json!({"resourceType": "Observation", "id": "c", "status": "final", "code": {"text": "Ceiling of treatment"}, "valueString": "Home first. Not for ventilation."});
    let refusal = json!({"resourceType": "DocumentReference", "id": "r", "status": "current", "type": {"text": "Advance decision to refuse treatment"}, "description": "Refuses a feeding tube. The paper is in the desk."});
    let summary = glance(&[status("o", "2026-01-05", "450476008"), form("2026-01-05"), ceiling, refusal]);
    let said: Vec<_> = lines(&summary, GlanceKind::Cpr).iter().map(|l| (l.text.clone(), l.alert)).collect();
    let expected = [
        ("NOT for CPR", true),
        ("Advance decision: Refuses a feeding tube", true),
        ("Ceilings: Home first. Not for ventilation", false),
    ];
    assert_eq!(said, expected.map(|(t, a)| (t.to_owned(), a)));
}

#[test]
fn a_heart_that_was_restarted_once_is_no_decision() {
    let past = json!({"resourceType": "Condition", "id": "x", "code": {"text": "Cardiac arrest with successful resuscitation"}, "clinicalStatus": coded("x", "active")});
    assert_eq!(one(&glance(&[past]), GlanceKind::Cpr).text, "No CPR decision in this record");
}

#[test]
fn medicines_of_one_class_are_one_line_and_lesser_classes_share_one() {
    let all = [
        medicine("a", "Insulin aspart"),
        with(medicine("b", "Insulin glargine"), json!({"status": "on-hold"})),
        medicine("c", "Digoxin 125 micrograms"),
        medicine("d", "Clopidogrel 75 mg"),
    ];
    let summary = glance(&all);
    let said: Vec<_> = lines(&summary, GlanceKind::CriticalMedicine).iter().map(|l| l.text.clone()).collect();
    assert_eq!(
        said,
        [
            "Insulin aspart; Insulin glargine (on hold)",
            "Also critical: Digoxin 125 micrograms (heart rhythm); Clopidogrel 75 mg (antiplatelet)"
        ]
    );
    assert!(lines(&summary, GlanceKind::CriticalMedicine).iter().all(|l| l.also.len() == 1));
}

#[test]
fn just_in_case_medicines_are_one_line_with_their_place() {
    let kept = |id: &str, name: &str| with(medicine(id, name), json!({"category": [{"text": "Just in case"}]}));
    let place = json!({"resourceType": "Observation", "id": "p", "status": "final", "code": {"text": "Just-in-case medicines"}, "valueString": "Blue box on the wardrobe. Morphine and midazolam."});
    let all = [kept("a", "Morphine 10 mg/mL injection"), kept("b", "Midazolam 10 mg"), place];
    let line = one(&glance(&all), GlanceKind::JustInCase);
    assert_eq!(
        (line.text.as_str(), line.detail.as_str()),
        ("Just in case: Morphine, Midazolam", "Blue box on the wardrobe")
    );
    assert_eq!(line.also.len(), 2);
    assert_eq!(one(&glance(&all[..1]), GlanceKind::JustInCase).detail, "where they are is not recorded");
}

#[test]
fn places_of_care_and_of_death_share_a_line_and_two_answers_do_not() {
    let place = |id: &str, what: &str, value: &str| json!({"resourceType": "Observation", "id": id, "status": "final", "code": {"text": format!("Preferred place of {what}")}, "valueString": value});
    let line = one(&glance(&[place("a", "death", "home"), place("b", "care", "home")]), GlanceKind::PreferredPlace);
    assert_eq!(line.text, "Preferred place of care: home; Preferred place of death: home");
    let two = glance(&[place("a", "death", "home"), place("b", "death", "hospice")]);
    assert_eq!(lines(&two, GlanceKind::PreferredPlace).len(), 2);
}

#[test]
fn a_pregnancy_and_its_due_date_are_one_line_and_an_overdue_one_asks() {
    let told = json!({"resourceType": "Observation", "id": "a", "status": "final", "effectiveDateTime": "2026-09-01", "code": coded("http://loinc.org", "82810-3"), "valueCodeableConcept": {"text": "Pregnant"}});
    let due = |day: &str| json!({"resourceType": "Observation", "id": "b", "status": "final", "effectiveDateTime": "2026-09-01", "code": coded("http://loinc.org", "11778-8"), "valueDateTime": day});
    let line = one(&glance(&[told.clone(), due("2027-01-10")]), GlanceKind::Pregnancy);
    assert_eq!((line.text.as_str(), line.alert, line.also.len()), ("Pregnant, due 10 Jan 2027", true, 1));
    let over = one(&glance(&[told, due("2026-10-10")]), GlanceKind::Pregnancy);
    assert!(!over.alert && over.detail.contains("has passed: ask"));
}

#[test]
fn figures_share_a_line_and_a_language_is_told_once() {
    let value = |id: &str, what: &str, value: &str| json!({"resourceType": "Observation", "id": id, "status": "final", "code": {"text": what}, "valueString": value});
    let frailty = json!({"resourceType": "Observation", "id": "f", "status": "final", "code": coded("http://loinc.org", "89243-0"), "valueInteger": 7});
    let adjust = json!({"resourceType": "Flag", "id": "i", "status": "active", "code": {"text": "Interpreter needed: Arabic. Not the husband."}, "category": [coded("urn:flag-categories-bars", "RA")]});
    let mut document = bundle(&[], &[value("o", "Target oxygen saturation", "88 to 92 %"), frailty, adjust]);
    document["entry"][1]["resource"]["communication"] = json!([{"language": {"text": "Arabic"}}]);
    let said: Vec<_> = lines(&read(&document), GlanceKind::Baseline).iter().map(|l| l.text.clone()).collect();
    assert_eq!(
        said,
        ["Interpreter needed: Arabic. Not the husband.", "Oxygen target: 88 to 92 %; Frailty 7 of 9 (Rockwood)"]
    );
}

#[test]
fn an_attorney_on_paper_and_in_person_are_one_line_that_comes_first() {
    let paper = json!({"resourceType": "DocumentReference", "id": "d", "status": "current", "date": "2024-05-01", "type": {"text": "Lasting power of attorney"}, "description": "Attorney: Chidi Okafor (son)"});
    let mut document = bundle(&[], &[paper]);
    document["entry"][1]["resource"]["contact"] = json!([
        {"name": {"text": "Ada Eze"}, "relationship": [{"text": "neighbour"}]},
        {"name": {"text": "Chidi Okafor"}, "relationship": [{"text": "son"}], "telecom": [{"value": "020 7946 0000"}]}]);
    let summary = read(&document);
    let contacts = lines(&summary, GlanceKind::Contact);
    let names: Vec<_> = contacts.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(names, ["Chidi Okafor (son)", "Ada Eze (neighbour)"]);
    assert_eq!(
        (contacts[0].detail.as_str(), contacts[0].age.as_str()),
        ("Lasting power of attorney; 020 7946 0000", "2024-05-01")
    );
    assert!(contacts[0].item.is_some());
}

#[test]
fn an_alert_about_something_else_is_no_danger_at_the_door() {
    for words in [
        "Allergic to latex",
        "Not for CPR",
        "Interpreter needed: Farsi",
        "Key worker: Bea Low",
        "Just in case box in the hall",
    ] {
        let flag = json!({"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": words}});
        assert!(lines(&glance(&[flag]), GlanceKind::Safety).is_empty(), "{words}");
    }
}

#[test]
fn what_the_sender_marked_is_never_one_name_among_many() {
    let marked =
        |it: Value| with(it, json!({"modifierExtension": [{"url": "urn:stopped-for-good", "valueBoolean": true}]}));
    let mut all: Vec<Value> = (0..4).map(|i| allergy(&format!("a{i}"), json!({"text": format!("Mild{i}")}))).collect();
    all.push(marked(allergy("m", json!({"text": "Latex"}))));
    all.push(marked(medicine("w", "Warfarin 3 mg")));
    let summary = glance(&all);
    let latex = lines(&summary, GlanceKind::Allergy).into_iter().find(|l| l.text == "Latex").unwrap();
    assert!(latex.detail.starts_with("read the source"));
    let warfarin = one(&summary, GlanceKind::CriticalMedicine);
    assert!(warfarin.text.ends_with("(read the source)") && warfarin.detail.starts_with("read the source"));
}

#[test]
fn an_allergy_whose_code_names_another_substance_keeps_its_line_and_both_words() {
    let mut all: Vec<Value> = (0..4).map(|i| allergy(&format!("a{i}"), json!({"text": format!("Mild{i}")}))).collect();
    all.push(with(
        allergy("x", json!({"text": "Tablets from abroad"})),
        json!({"reaction": [{"substance": {"text": "Penicillin V"}}]}),
    ));
    let summary = glance(&all);
    let line = lines(&summary, GlanceKind::Allergy).into_iter().find(|l| l.text == "Tablets from abroad").cloned();
    assert!(line.is_some_and(|l| l.detail.contains("Penicillin V")));
}

// Everything below holds for any record of these entries, in any mix.

fn entry() -> impl Strategy<Value = Value> {
    let code = |system: &str, words: &[&str]| {
        let system = system.to_owned();
        proptest::sample::select(words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
            .prop_map(move |c| coded(&system, &c))
    };
    let clinical = || code("c", &["active", "inactive", "resolved"]);
    let verified = || code("v", &["confirmed", "unconfirmed", "refuted", "entered-in-error"]);
    let name = proptest::sample::select(vec!["Penicillin", "Latex", "Egg", "Bee stings", "Nuts"]);
    let critical = proptest::sample::select(vec!["high", "low", "unable-to-assess"]);
    let allergies = (name, critical, clinical(), verified()).prop_map(|(n, c, cs, vs)| {
        with(allergy("", json!({"text": n})), json!({"criticality": c, "clinicalStatus": cs, "verificationStatus": vs}))
    });
    let state =
        || proptest::sample::select(vec!["active", "stopped", "on-hold", "unknown", "entered-in-error", "completed"]);
    let drug =
        proptest::sample::select(vec!["Warfarin 1 mg", "Insulin aspart", "Digoxin", "Clopidogrel", "Paracetamol"]);
    let medicines = (drug, state(), any::<bool>(), any::<bool>()).prop_map(|(n, s, not, kept)| {
        let category = if kept { json!([{"text": "Just in case"}]) } else { json!([]) };
        with(medicine("", n), json!({"status": s, "doNotPerform": not, "category": category}))
    });
    let day = proptest::sample::select(vec!["2019", "2026-03", "2026-10-01"]);
    let value = proptest::sample::select(vec!["450476008", "450475007"]);
    let told = proptest::sample::select(vec!["final", "entered-in-error", "cancelled", "amended"]);
    let decisions = (day, value, told).prop_map(|(d, v, s)| with(status("", d, v), json!({"status": s})));
    let alerts = (
        state(),
        proptest::sample::select(vec!["Not for CPR", "Large dog", "Key safe code 4071", "Usual state: calm"]),
    )
        .prop_map(|(s, words)| with(alert(words), json!({"status": s})));
    prop_oneof![3 => allergies, 2 => medicines, 2 => decisions, 1 => alerts, 1 => Just(form("2026-02-02"))]
}

fn record() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec((entry(), proptest::bool::weighted(0.15)), 0..16).prop_map(|entries| {
        let marked = json!([{"url": "urn:odd", "valueBoolean": true}]);
        let ids = entries.into_iter().enumerate();
        ids.map(|(i, (it, odd))| {
            let more = if odd {
                json!({"id": format!("e{i}"), "modifierExtension": marked})
            } else {
                json!({"id": format!("e{i}")})
            };
            with(it, more)
        })
        .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_line_stands_and_nothing_that_matters_is_missing(
        resources in record(),
        role in proptest::sample::select(vec![Role::EmergencyClinician, Role::DomiciliaryCarer, Role::CareTeamClinician]),
    ) {
        let summary = read_as(&bundle(&[], &resources), role);
        holds(&summary, &resources);
    }
}

fn holds(summary: &Summary, resources: &[Value]) {
    let resource = |item: &Item| &resources[item.entry - 2];
    let paths = |l: &Glance| l.item.into_iter().chain(l.also.clone()).collect::<Vec<_>>();
    for line in &summary.glance {
        for (s, i) in paths(line) {
            let item = &summary.sections[s].items[i];
            assert!(
                !matches!(item.status, Status::EnteredInError | Status::Refuted | Status::Stopped),
                "{}",
                line.text
            );
            assert!(item.status != Status::NotToBeGiven || line.text.starts_with("DO NOT"), "{}", line.text);
            let marked = resource(item)["modifierExtension"].is_array();
            assert!(!marked || format!("{} {}", line.text, line.detail).contains("read the source"), "{}", line.text);
        }
    }
    for (s, section) in summary.sections.iter().enumerate() {
        for (i, item) in section.items.iter().enumerate() {
            let holds = matches!(item.status, Status::Active | Status::Unknown);
            let of = |kind| summary.glance.iter().filter(move |l| l.kind == kind);
            if item.resource_type == "AllergyIntolerance" && holds {
                let own = of(GlanceKind::Allergy).find(|l| paths(l).contains(&(s, i)));
                let own = own.unwrap_or_else(|| panic!("{} is in no line", item.text));
                assert!(own.text.contains(&item.text));
                assert!(item.criticality != "high" || own.alert && own.item == Some((s, i)) && own.also.is_empty());
            }
            let decides = ["450476008", "450475007"].iter().any(|c| item.codes.iter().any(|k| k.ends_with(c)));
            if decides && holds {
                assert!(of(GlanceKind::Cpr).any(|l| l.alert && paths(l).contains(&(s, i))), "a decision is in no line");
            }
        }
    }
    let says = |words: &str| summary.glance.iter().any(|l| l.kind == GlanceKind::Cpr && l.text.starts_with(words));
    let conflict = summary.glance.iter().filter(|l| l.text.contains("CONFLICTING: verify the form")).count();
    assert_eq!(conflict, if says("NOT for CPR") && says("For CPR") { 2 } else { 0 });
}
