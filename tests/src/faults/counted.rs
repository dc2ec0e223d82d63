//! That each number can be other than nought: a record of which all is well, then one thing wrong with it at a time.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::sync::{By, Choice, Conflict, Side};

use super::edits::{Edited, Ledger, Settled, Thing, Wish};
use super::oracle::{Counts, Kept, Record, Told, judge};
use super::plan::What;

/// Two notes, and a goal that two people edited one after the other, each with the other's before their eyes.
struct Story {
    record: Record,
    told: Vec<Told>,
    edits: Vec<Edited>,
    settled: Vec<Settled>,
    waiting: BTreeSet<String>,
}

fn goal(version: usize, achievement: Value, said: &[(&str, &str)]) -> Value {
    let notes: Vec<Value> = said.iter().map(|(id, text)| json!({"id": id, "text": text})).collect();
    let mut goal = json!({"resourceType": "Goal", "id": "goal-0", "lifecycleStatus": "planned",
        "description": {"text": "Walk to the garden"}, "meta": {"versionId": version.to_string()}, "note": notes});
    if !achievement.is_null() {
        goal["achievementStatus"] = json!({"coding": [{"code": achievement}]});
    }
    goal
}

fn note(id: &str, words: &str) -> Kept {
    Kept { note: id.to_owned(), words: words.to_owned(), patient: 0, versions: 1, provenances: 1 }
}

const A: (&str, &str) = ("01a20618-83a6-7733-b245-51391a6f892a", "Three steps");
const B: (&str, &str) = ("01a20618-83a6-7733-b245-51391a6f892b", "Fell today");

impl Story {
    fn good() -> Self {
        let one = |id: &str, words: &str| Told { note: id.into(), words: words.into(), patient: 0, by: "nurse".into() };
        let (first, second) = (goal(1, Value::Null, &[]), goal(2, json!("improving"), &[A]));
        let third = goal(3, json!("worsening"), &[A, B]);
        let edit = |(id, words): (&str, &str), base: &Value, achievement: usize| {
            let wish = Wish::of(What::Goal { achievement: Some(achievement), lifecycle: None }, 1).unwrap();
            Edited {
                note: Some(id.into()),
                words: words.into(),
                by: "nurse".into(),
                base: base.clone(),
                wrote: wish.wrote,
            }
        };
        let edits = vec![edit(A, &first, 1), edit(B, &second, 2)];
        let record = Record {
            notes: vec![note("1", "One"), note("2", "Two")],
            things: vec![Thing { versions: vec![first, second, third], provenances: 2 }],
        };
        let told = vec![one("1", "One"), one("2", "Two")];
        Self { record, told, edits, settled: Vec::new(), waiting: BTreeSet::new() }
    }

    fn counts(&self) -> [usize; 4] {
        let ledger = Ledger { edits: &self.edits, settled: &self.settled };
        let it = judge(&self.record, &self.told, &ledger, &self.waiting, &mut Vec::new());
        let Counts { lost, duplicated, overwritten, stuck } = it;
        [lost, duplicated, overwritten, stuck]
    }

    fn versions(&mut self) -> &mut Vec<Value> {
        &mut self.record.things[0].versions
    }
}

fn with(wrong: impl FnOnce(&mut Story)) -> [usize; 4] {
    let mut story = Story::good();
    wrong(&mut story);
    story.counts()
}

#[test]
fn of_a_record_with_everything_nothing_is_counted() {
    assert_eq!(Story::good().counts(), [0; 4]);
}

#[test]
fn a_note_that_is_nowhere_is_lost_and_one_that_waits_is_stuck() {
    assert_eq!(with(|it| drop(it.record.notes.remove(0))), [1, 0, 0, 0]);
    let waits = |it: &mut Story| {
        it.record.notes.remove(0);
        it.waiting.insert("1".into());
    };
    assert_eq!(with(waits), [0, 0, 0, 1]);
    assert_eq!(with(|it| it.record.notes[0].patient = 1), [0, 0, 1, 0], "in the record of somebody else");
}

#[test]
fn a_note_that_is_there_twice_is_duplicated_and_so_is_its_account() {
    assert_eq!(with(|it| it.record.notes.push(note("3", "One"))), [0, 1, 0, 0]);
    assert_eq!(with(|it| it.record.notes[0].provenances = 2), [0, 1, 0, 0]);
}

#[test]
fn a_note_with_other_words_or_another_version_is_overwritten() {
    assert_eq!(with(|it| it.record.notes[0].words = "Other".into()), [0, 0, 1, 0]);
    assert_eq!(with(|it| it.record.notes[0].versions = 2), [0, 0, 1, 0]);
}

#[test]
fn an_edit_that_is_nowhere_is_lost_and_one_that_waits_is_stuck() {
    let never = |it: &mut Story| {
        it.versions().pop();
        it.record.things[0].provenances = 1;
    };
    assert_eq!(with(never), [1, 0, 0, 0]);
    let waits = |it: &mut Story| {
        never(it);
        it.waiting.insert(B.0.into());
    };
    assert_eq!(with(waits), [0, 0, 0, 1]);
}

#[test]
fn an_edit_that_is_there_twice_is_duplicated_and_so_is_its_account() {
    assert_eq!(with(|it| it.versions()[2] = goal(3, json!("worsening"), &[A, B, B])), [0, 1, 0, 0]);
    assert_eq!(with(|it| it.record.things[0].provenances = 3), [0, 1, 0, 0]);
}

#[test]
fn a_value_that_gives_way_to_somebody_who_never_saw_it_is_overwritten_though_it_is_in_the_history() {
    // What a PUT without If-Match does: the words of the first are gone from the newest version as well.
    let unseen = |it: &mut Story| {
        it.edits[1].base = goal(1, Value::Null, &[]);
        it.versions()[2] = goal(3, json!("worsening"), &[B]);
    };
    assert_eq!(with(unseen), [0, 0, 2, 0]);
    assert_eq!(with(|it| it.edits[1].base = goal(1, Value::Null, &[])), [0, 0, 1, 0]);
}

#[test]
fn what_a_person_chose_with_both_before_them_is_no_overwriting() {
    let by = || By { who: "nurse".into(), at: None };
    let side = |version: &Value| Side { value: json!({"achievementStatus": version["achievementStatus"]}), by: by() };
    let settle = |it: &mut Story, choice: Choice| {
        it.edits[1].base = goal(1, Value::Null, &[]);
        let [mine, theirs] = [side(&it.versions()[2]), side(&it.versions()[1])];
        let conflict = Conflict { fields: vec!["achievementStatus".into()], base: json!({}), mine, theirs };
        it.settled.push(Settled { note: B.0.into(), conflict, choice });
    };
    assert_eq!(with(|it| settle(it, Choice::Mine)), [0; 4]);
    let theirs = |it: &mut Story| {
        settle(it, Choice::Theirs);
        it.versions()[2] = goal(3, json!("improving"), &[A, B]);
    };
    assert_eq!(with(theirs), [0; 4]);
    let dropped = |it: &mut Story| {
        theirs(it);
        it.settled.clear();
    };
    assert_eq!(with(dropped), [0, 0, 1, 0], "given up by nobody");
}

#[test]
fn a_version_that_nobody_wrote_and_a_value_that_its_author_did_not_are_overwriting() {
    assert_eq!(with(|it| it.versions().push(goal(4, json!("achieved"), &[A, B]))), [0, 0, 1, 0]);
    let other = |it: &mut Story| it.versions()[2]["description"]["text"] = json!("Walk to the gate");
    assert_eq!(with(other), [0, 0, 1, 0]);
    let reworded = |it: &mut Story| it.versions()[2] = goal(3, json!("worsening"), &[(A.0, "Four steps"), B]);
    assert_eq!(with(reworded), [0, 0, 1, 0]);
}
