//! What is written at a door: it comes back whole from the wire and from the store, says nothing in `Debug`, and says
//! what it must say in the words of FHIR.

#![expect(clippy::unwrap_used, reason = "what cannot be made or sent fails its test")]

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::care_plan::{
    Achievement, Action, Akps, Alert, AlertEdit, AlertKind, Amount, Completed, Dose, DoseUnit, Drug, Given,
    GoalProgress, Ipos, IposItem, Lifecycle, NotChangeable, NotDone, Outcome, Pen, Place, Preference, Score, Speaker,
    StockCheck, StockLine, WhyNot, Wish, said,
};
use shared::identity::{DeviceId, Role, Staff};
use shared::measure::Decimal;
use shared::note::{Content, Note, Refusal, belongs_to, from_resources, to_transaction};
use shared::sync::{By, Choice, merge, settle};
use shared::vitals::news2;
use uuid::Uuid;

#[path = "../examples/written/samples.rs"]
mod samples;

fn transaction(note: &Note) -> Vec<Value> {
    let bundle = to_transaction(note, DeviceId::new(Uuid::from_u128(1)), |bytes| STANDARD.encode(bytes));
    // As the bytes that travel, not as the values that were made.
    let bundle: Value = serde_json::from_slice(&serde_json::to_vec(&bundle).unwrap()).unwrap();
    bundle["entry"].as_array().unwrap().clone()
}

fn read(entries: &[Value]) -> Result<Note, shared::note::NoteError> {
    let mut resources: Vec<&Value> = entries.iter().map(|e| &e["resource"]).collect();
    // A search answers in any order.
    resources.reverse();
    from_resources(&resources, |text| STANDARD.decode(text).ok())
}

fn survives(note: &Note) {
    let stored = serde_json::to_vec(note).unwrap();
    assert!(serde_json::from_slice::<Note>(&stored).unwrap() == *note, "the store changed {:?}", note.content);
    if !matches!(note.content, Content::Change(_)) {
        let back = read(&transaction(note));
        assert!(back.as_ref() == Ok(note), "the wire changed {:?}: {:?}", note.content, back.err());
    }
}

#[test]
fn every_kind_survives_the_wire_and_the_store() {
    for note in samples::notes().unwrap() {
        survives(&note);
        assert_eq!(note.check(), Ok(()), "{:?}", note.content);
    }
}

#[test]
fn a_note_stored_before_there_were_kinds_is_a_note_of_a_visit() {
    let mut stored = serde_json::to_value(&samples::notes().unwrap()[0]).unwrap();
    stored.as_object_mut().unwrap().shift_remove("content");
    let note: Note = serde_json::from_value(stored).unwrap();
    assert_eq!(note.content, Content::default());
}

#[test]
fn each_resource_of_a_note_is_created_once_and_every_pointer_in_it_leads_somewhere() {
    for note in samples::notes().unwrap() {
        let entries = transaction(&note);
        let urls: HashSet<&str> = entries.iter().filter_map(|e| e["fullUrl"].as_str()).collect();
        let conditions: HashSet<String> =
            entries.iter().map(|e| format!("{}{}", e["request"]["ifNoneExist"], e["request"]["ifMatch"])).collect();
        assert_eq!(urls.len() + 1, entries.len(), "{:?}", note.content);
        assert_eq!(conditions.len(), entries.len(), "{:?}", note.content);
        for entry in &entries {
            for urn in entry["resource"].to_string().split('"').filter(|s| s.starts_with("urn:uuid:")) {
                assert!(urls.contains(urn) || entry["resource"]["resourceType"] == "Provenance", "{urn}");
            }
        }
        let targets = entries.last().unwrap()["resource"]["target"].as_array().unwrap().len();
        assert_eq!(targets, entries.len() - 1, "{:?}", note.content);
    }
}

#[test]
fn nothing_of_a_note_is_in_debug() {
    for note in samples::notes().unwrap() {
        let words = format!("{note:?}");
        let inner = match &note.content {
            Content::Preference(it) => format!("{it:?} {:?} {:?}", it.wish, it.speaker),
            Content::Cpr(it) => format!("{it:?} {:?} {:?}", it.decision, it.form),
            Content::Phase(it) => format!("{it:?}"),
            Content::Dose(it) => format!("{it:?} {:?} {:?}", it.given, it.drug),
            Content::Action(it) => format!("{it:?} {:?}", it.outcome),
            Content::Vitals { vitals, .. } => format!("{vitals:?} {:?} {:?}", vitals.unsuited, news2(vitals)),
            Content::Stock(it) => format!("{it:?} {:?}", it.lines),
            Content::Ipos(it) => format!("{it:?} {:?}", it.others),
            Content::Alert(it) => format!("{it:?} {:?}", it.kind),
            _ => String::new(),
        };
        let words = format!("{words} {inner}");
        for secret in [
            "lunch",
            "cuff",
            "dog",
            "38",
            "Paracetamol",
            "Itching",
            "NotFor",
            "Deteriorating",
            "Home",
            "Refused",
            "Pregnant",
            "Scene",
            "wife",
            "folder",
        ] {
            assert!(!words.contains(secret), "{secret} in {words}");
        }
    }
}

#[test]
fn an_edit_is_put_on_the_version_it_was_read_at_and_says_who_and_why() {
    let notes = samples::notes().unwrap();
    for note in notes.iter().filter(|n| matches!(n.content, Content::Change(_))) {
        let entries = transaction(note);
        let (resource, request) = (&entries[0]["resource"], &entries[0]["request"]);
        assert_eq!(request["method"], "PUT");
        assert_eq!(request["ifMatch"], "W/\"3\"");
        assert_eq!(request["url"], format!("{}/x-1", resource["resourceType"].as_str().unwrap()));
        let words = said(resource);
        assert_eq!(words.len(), 1);
        assert_eq!((words[0].author.as_str(), words[0].words.as_str()), ("Sam Sample", "Said by telephone."));
    }
}

#[test]
fn a_wish_said_to_a_carer_is_preliminary_and_a_new_resource_every_time() {
    for note in samples::notes().unwrap() {
        let Content::Preference(preference) = &note.content else { continue };
        let entry = &transaction(&note)[0];
        let status = if preference.confirms.is_some() { "final" } else { "preliminary" };
        assert_eq!(entry["resource"]["status"], status);
        assert_eq!(entry["request"]["method"], "POST");
        let mut carer = note.clone();
        carer.author = samples::staff(Role::DomiciliaryCarer);
        let expected = if preference.confirms.is_some() { Err(Refusal::NotYours) } else { Ok(()) };
        assert_eq!(carer.check(), expected);
    }
}

#[test]
fn only_a_clinician_records_a_decision_on_resuscitation_and_it_points_at_the_form() {
    let note = samples::notes().unwrap().into_iter().find(|n| matches!(n.content, Content::Cpr(_))).unwrap();
    for (role, expected) in [
        (Role::EmergencyClinician, Ok(())),
        (Role::CareTeamClinician, Ok(())),
        (Role::DomiciliaryCarer, Err(Refusal::NotYours)),
        (Role::SocialWorker, Err(Refusal::NotYours)),
        (Role::Admin, Err(Refusal::NotYours)),
    ] {
        assert_eq!(Note { author: samples::staff(role), ..note.clone() }.check(), expected, "{role:?}");
    }
    let resource = &transaction(&note)[0]["resource"];
    assert_eq!(resource["derivedFrom"][0]["reference"], "DocumentReference/d-2");
    let mut homeless = note;
    if let Content::Cpr(cpr) = &mut homeless.content {
        cpr.form.kept = String::from(" ").into();
    }
    assert_eq!(homeless.check(), Err(Refusal::Missing("where the form is")));
}

#[test]
fn the_score_of_a_set_goes_with_its_parts_and_an_incomplete_set_has_none() {
    let notes = samples::notes().unwrap();
    let mut sets = notes.iter().filter(|n| matches!(n.content, Content::Vitals { .. }));
    let full = transaction(sets.next().unwrap());
    let score = full.iter().map(|e| &e["resource"]).find(|r| r["code"]["text"] == "NEWS2 total score").unwrap();
    // 22 breaths 2, 91 % on scale 2 is 0, oxygen 2, 104 mmHg 1, pulse 112 is 2, new confusion 3, 38.4 °C is 1.
    assert_eq!(score["valueQuantity"]["value"], 11);
    let points: Vec<u64> =
        score["component"].as_array().unwrap().iter().map(|c| c["valueQuantity"]["value"].as_u64().unwrap()).collect();
    assert_eq!(points, [2, 0, 2, 1, 2, 3, 1]);
    let part = transaction(sets.next().unwrap());
    assert!(part.iter().all(|e| e["resource"]["code"]["text"] != "NEWS2 total score"));
}

#[test]
fn a_sign_that_cannot_be_read_is_an_error_and_no_sign_that_was_not_taken() {
    let notes = samples::notes().unwrap();
    let set = notes.iter().find(|n| matches!(n.content, Content::Vitals { .. })).unwrap();
    let mut entries = transaction(set);
    for at in 1..entries.len() - 2 {
        let kept = entries[at].clone();
        for field in ["valueQuantity", "valueCodeableConcept", "component"] {
            entries[at]["resource"].as_object_mut().unwrap().shift_remove(field);
        }
        assert!(read(&entries).is_err(), "{}", kept["resource"]["code"]);
        entries[at] = kept;
    }
    assert!(read(&entries).is_ok());
}

#[test]
fn what_is_not_whole_is_not_saved() {
    let check = |text: &str, content| samples::note(1, text, content).check();
    let drug = || Drug { name: "Senna".to_owned().into(), code: None };
    let other = || NotDone { why: WhyNot::Other, words: " ".to_owned().into() };
    let dose =
        |drug, given| Content::Dose(Dose { drug, given, amount: None, route: None, at: samples::at(), request: None });
    assert_eq!(check(" \n", Content::default()), Err(Refusal::Empty));
    assert_eq!(check(&"a".repeat(64 * 1024 + 3), Content::default()), Err(Refusal::TooLong(3)));
    assert_eq!(check("", Content::Vitals { at: samples::at(), vitals: Default::default() }), Err(Refusal::Empty));
    assert_eq!(check("", dose(drug(), Given::Not(other()))), Err(Refusal::Missing("the reason")));
    assert_eq!(
        check("", dose(Drug { name: String::new().into(), code: None }, Given::Given)),
        Err(Refusal::Missing("the medicine's name"))
    );
    let wish =
        Preference { wish: Wish::PlaceOfDeath(Place::Home), speaker: Speaker::Person, document: None, confirms: None };
    assert_eq!(check("", Content::Preference(wish)), Err(Refusal::Missing("what was said, in words")));
    let items = vec![(IposItem::Pain, Score::CannotAssess), (IposItem::Pain, Score::CannotAssess)];
    let twice = Ipos { completed: Completed::Staff, items, others: Vec::new() };
    assert_eq!(check("", Content::Ipos(twice)), Err(Refusal::Twice));
    assert!(Score::of(5).is_err() && Akps::new(45).is_err() && Akps::new(110).is_err());
}

#[test]
fn parts_of_other_notes_do_no_harm() {
    let notes = samples::notes().unwrap();
    let sets: Vec<&Note> = notes.iter().filter(|n| matches!(n.content, Content::Vitals { .. })).collect();
    let (first, second) = (transaction(sets[0]), transaction(sets[1]));
    let mixed: Vec<&Value> = first.iter().chain(second.iter().skip(1)).map(|e| &e["resource"]).collect();
    assert!(from_resources(&mixed, |_| None).as_ref() == Ok(sets[0]));
    assert!(second.iter().rev().skip(1).all(|e| belongs_to(&e["resource"]).is_some_and(|(id, _)| id == sets[1].id)));
}

fn pen(author: &Staff) -> Pen<'_> {
    Pen { note: samples::id(70), author, at: samples::at(), words: "Seen today." }
}

#[test]
fn what_has_no_id_or_version_is_not_edited_and_nothing_but_its_own_kind() {
    let author = samples::staff(Role::CareTeamClinician);
    let progress = GoalProgress { achievement: Some(Achievement::Achieved), lifecycle: None };
    let without = |path: &str| {
        let mut goal = samples::goal();
        *goal.pointer_mut(path).unwrap() = Value::Null;
        progress.change(goal, pen(&author)).err()
    };
    assert_eq!(without("/id"), Some(NotChangeable::Missing("id")));
    assert_eq!(without("/meta/versionId"), Some(NotChangeable::Missing("version")));
    assert_eq!(without("/resourceType"), Some(NotChangeable::Kind));
    assert_eq!(progress.change(samples::task(), pen(&author)).err(), Some(NotChangeable::OtherKind));
}

#[test]
fn an_edit_leaves_everything_else_as_it_was() {
    let author = samples::staff(Role::CareTeamClinician);
    let mut task = samples::task();
    task["unknown"] = json!({"kept": [1, 2.50]});
    task["statusReason"] = json!({"text": "paused"});
    let change = Outcome::Done(samples::at()).change(task.clone(), pen(&author)).unwrap();
    assert_eq!(change.base(), &task);
    let mut expected = task;
    expected["status"] = json!("completed");
    expected["executionPeriod"] = json!({"end": samples::at().to_string()});
    expected["lastModified"] = json!(samples::at().to_string());
    expected.as_object_mut().unwrap().shift_remove("statusReason");
    let mut mine = change.mine().clone();
    mine.as_object_mut().unwrap().shift_remove("note");
    assert_eq!(mine, expected);
    assert_eq!(Outcome::read(change.mine()), Ok(Some(Outcome::Done(samples::at()))));
}

#[test]
fn an_edit_whose_answer_was_lost_is_known_again_and_one_that_never_came_is_not() {
    let author = samples::staff(Role::CareTeamClinician);
    let change = AlertEdit::Cleared(samples::at()).change(samples::flag(), pen(&author)).unwrap();
    let mut stored = change.mine().clone();
    stored["meta"] = json!({"versionId": "4", "lastUpdated": "2026-11-22T10:00:00Z"});
    assert!(change.is_in(&stored, samples::id(70)));
    // Somebody else has edited it since: it is known by its words.
    stored["status"] = json!("active");
    assert!(change.is_in(&stored, samples::id(70)));
    assert!(!change.is_in(&samples::flag(), samples::id(70)));
    assert!(!change.is_in(change.base(), samples::id(70)));
}

#[test]
fn what_two_people_say_of_one_alert_is_both_kept_and_the_decision_goes_on_the_newer_version() {
    let (one, other) = (samples::staff(Role::CareTeamClinician), samples::staff(Role::DomiciliaryCarer));
    let mine = AlertEdit::Cleared(samples::at()).change(samples::flag(), pen(&one)).unwrap();
    let again = Pen { note: samples::id(71), words: "Still barking.", ..pen(&other) };
    let theirs = AlertEdit::Reviewed(jiff::civil::date(2027, 6, 1)).change(samples::flag(), again).unwrap();
    let mut theirs = theirs.mine().clone();
    theirs["meta"]["versionId"] = json!("4");
    let by = |who: &str| By { who: who.into(), at: Some(samples::at()) };
    let merged = merge(mine.base(), mine.mine(), &theirs, &by("One"), &by("Other"));
    let words: Vec<String> = said(&merged.resource).into_iter().map(|s| s.words).collect();
    assert_eq!(words, ["Seen today.", "Still barking."]);
    assert_eq!(merged.conflicts.iter().map(|c| c.fields.join(",")).collect::<Vec<_>>(), ["status,period"]);
    let decisions: Vec<_> = merged.conflicts.into_iter().map(|c| (c, Choice::Mine)).collect();
    let decided = settle(&merged.resource, &decisions, Pen { note: samples::id(72), words: "", ..pen(&one) });
    let next = mine.on(theirs, decided).unwrap();
    let note = samples::note(72, "", Content::Change(next));
    assert_eq!(transaction(&note)[0]["request"]["ifMatch"], "W/\"4\"");
    assert_eq!(said(&transaction(&note)[0]["resource"]).len(), 3);
    assert!(mine.on(samples::task(), samples::task()).is_err());
}

/// What a server may hold under the names that an edit touches.
fn any_shape() -> impl Strategy<Value = Value> {
    proptest::sample::select(vec![
        json!(null),
        json!("x"),
        json!(7),
        json!([]),
        json!([{}]),
        json!({}),
        json!({"text": "x"}),
    ])
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,40}", "[ -~\\n]{0,60}", Just("“no” 血圧 \u{200b}🙂".to_owned())]
}

fn any_why() -> impl Strategy<Value = NotDone> {
    (proptest::sample::select(WhyNot::ALL.to_vec()), any_text())
        .prop_filter("the code stands for no words", |(why, words)| words != why.code())
        .prop_map(|(why, words)| NotDone { why, words: words.into() })
}

fn any_amount() -> impl Strategy<Value = Amount> {
    ("(0|[1-9][0-9]{0,4})(\\.[0-9]{1,3})?", proptest::sample::select(DoseUnit::ALL.to_vec()))
        .prop_map(|(value, unit)| Amount { value: Decimal::parse(&value).unwrap(), unit })
}

fn any_drug() -> impl Strategy<Value = Drug> {
    (any_text(), proptest::option::of("[0-9]{6,18}")).prop_map(|(name, code)| Drug { name: name.into(), code })
}

fn any_content() -> impl Strategy<Value = Content> {
    let score = || prop_oneof![Just(Score::CannotAssess), (0u8..=4).prop_map(|s| Score::of(s).unwrap())];
    let items = proptest::sample::subsequence(IposItem::ALL.to_vec(), 0..IposItem::ALL.len())
        .prop_flat_map(move |items| (Just(items), proptest::collection::vec(score(), IposItem::ALL.len())));
    let others = proptest::collection::vec((any_text(), score()), 0..3);
    let ipos = (proptest::sample::select(Completed::ALL.to_vec()), items, others).prop_map(
        |(completed, (items, scores), others)| {
            let others = others.into_iter().map(|(name, score)| (name.into(), score)).collect();
            Content::Ipos(Ipos { completed, items: items.into_iter().zip(scores).collect(), others })
        },
    );
    let line = (any_drug(), any_amount()).prop_map(|(drug, left)| StockLine { drug, left, expires: None });
    let stock = proptest::collection::vec(line, 0..4)
        .prop_map(|lines| Content::Stock(StockCheck { at: samples::at(), kept: None, lines }));
    let given = prop_oneof![Just(Given::Given), any_why().prop_map(Given::Not)];
    let dose = (any_drug(), given, proptest::option::of(any_amount())).prop_map(|(drug, given, amount)| {
        Content::Dose(Dose { drug, given, amount, route: None, at: samples::at(), request: None })
    });
    let outcome =
        prop_oneof![Just(Outcome::Started), Just(Outcome::Done(samples::at())), any_why().prop_map(Outcome::NotDone)];
    let action = (any_text(), proptest::option::of(outcome))
        .prop_map(|(what, outcome)| Content::Action(Action { what: what.into(), due: None, care_plan: None, outcome }));
    let speaker = prop_oneof![Just(Speaker::Person), any_text().prop_map(|who| Speaker::Other(who.into()))];
    let wish = prop_oneof![
        proptest::sample::select(Place::ALL.to_vec()).prop_map(Wish::PlaceOfDeath),
        Just(Wish::Care),
        Just(Wish::Treatment)
    ];
    let preference = (wish, speaker)
        .prop_map(|(wish, speaker)| Content::Preference(Preference { wish, speaker, document: None, confirms: None }));
    let alert = proptest::sample::select(AlertKind::ALL.to_vec())
        .prop_map(|kind| Content::Alert(Alert { kind, since: samples::at(), review: jiff::civil::date(2027, 1, 1) }));
    prop_oneof![
        Just(Content::default()),
        ipos,
        stock,
        dose,
        action,
        preference,
        alert,
        (0u8..=10).prop_map(|tens| Content::Akps(Akps::new(tens * 10).unwrap()))
    ]
}

proptest! {
    #[test]
    fn an_edit_of_whatever_shape_panics_nowhere_and_drops_no_note(shapes in proptest::collection::vec(any_shape(), 6)) {
        let author = samples::staff(Role::CareTeamClinician);
        let bend = |mut base: Value| {
            for (field, shape) in ["note", "period", "executionPeriod", "statusReason", "extension", "achievementStatus"].iter().zip(&shapes) {
                base[*field] = shape.clone();
            }
            base
        };
        let progress = GoalProgress { achievement: Some(Achievement::Achieved), lifecycle: Some(Lifecycle::Completed) };
        for change in [
            progress.change(bend(samples::goal()), pen(&author)).unwrap(),
            Outcome::Done(samples::at()).change(bend(samples::task()), pen(&author)).unwrap(),
            AlertEdit::Cleared(samples::at()).change(bend(samples::flag()), pen(&author)).unwrap(),
        ] {
            prop_assert!(said(change.mine()).iter().any(|s| s.words == "Seen today."));
            prop_assert!(said(change.mine()).len() > said(change.base()).len());
            let by = By { who: String::new(), at: None };
            merge(change.base(), change.mine(), &bend(samples::goal()), &by, &by);
        }
    }

    #[test]
    fn whatever_is_written_survives_the_wire_and_the_store(text in any_text(), content in any_content()) {
        survives(&samples::note(1, &text, content));
    }
}
