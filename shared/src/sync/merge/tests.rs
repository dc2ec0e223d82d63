use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::care_plan::{Pen, said};
use crate::identity::{NoteId, Organisation, Role, Staff, StaffId};
use crate::sync::conflict::{Choice, settle};

fn by(who: &str) -> By {
    By { who: who.to_owned(), at: Some(jiff::Timestamp::UNIX_EPOCH) }
}

fn merged(base: &Value, mine: &Value, theirs: &Value) -> Merged {
    merge(base, mine, theirs, &by("Me Myself"), &by("Somebody Else"))
}

fn goal() -> Value {
    json!({
        "resourceType": "Goal", "id": "g1", "meta": {"versionId": "3"}, "lifecycleStatus": "active",
        "achievementStatus": {"text": "in progress"}, "description": {"text": "Walk to the garden"},
        "note": [{"time": "2026-01-01T00:00:00Z", "text": "Set with her"}]
    })
}

fn with(base: &Value, edits: &[(&str, Value)]) -> Value {
    let mut made = base.clone();
    for (field, value) in edits {
        made[*field] = value.clone();
    }
    made
}

#[test]
fn different_fields_go_together_and_equal_edits_agree() {
    let base = goal();
    let mine =
        with(&base, &[("achievementStatus", json!({"text": "improving"})), ("priority", json!({"text": "high"}))]);
    let theirs = with(
        &base,
        &[
            ("description", json!({"text": "Walk to the gate"})),
            ("priority", json!({"text": "high"})),
            ("meta", json!({"versionId": "4"})),
        ],
    );
    let it = merged(&base, &mine, &theirs);
    assert_eq!(it.conflicts, []);
    assert_eq!(it.resource, with(&theirs, &[("achievementStatus", json!({"text": "improving"}))]));
}

#[test]
fn the_same_field_waits_for_a_person_with_both_texts_authors_and_times() {
    let base = goal();
    let mine = with(&base, &[("description", json!({"text": "Walk to the shop"}))]);
    let theirs = with(&base, &[("description", json!({"text": "Walk to the gate"}))]);
    let it = merged(&base, &mine, &theirs);
    let [conflict] = it.conflicts.as_slice() else { unreachable!("one conflict") };
    assert_eq!(
        (conflict.mine.words(), conflict.theirs.words()),
        ("Walk to the shop".into(), "Walk to the gate".into())
    );
    assert_eq!((conflict.mine.by.who.as_str(), conflict.theirs.by.who.as_str()), ("Me Myself", "Somebody Else"));
    assert_eq!(it.resource, theirs);
}

#[test]
fn a_status_goes_with_its_reason() {
    let base = json!({"resourceType": "Task", "id": "t", "status": "requested"});
    let done = with(&base, &[("status", json!("completed")), ("executionPeriod", json!({"end": "2026-01-01"}))]);
    let begun = with(&base, &[("status", json!("in-progress"))]);
    let refused = with(&base, &[("status", json!("cancelled")), ("statusReason", json!({"text": "Too tired"}))]);
    assert_eq!(merged(&base, &begun, &done), Merged { resource: done.clone(), conflicts: vec![] });
    assert_eq!(merged(&base, &done, &begun), Merged { resource: done.clone(), conflicts: vec![] });
    let it = merged(&base, &refused, &done);
    assert_eq!(it.conflicts[0].fields, ["status", "statusReason", "businessStatus", "executionPeriod"]);
    // No completed task with somebody's reason why it was not done.
    assert_eq!(it.resource, done);
    // A reason on the losing side is somebody's text: nobody drops it.
    let paused =
        with(&base, &[("status", json!("in-progress")), ("statusReason", json!({"text": "Waits for the van"}))]);
    assert_eq!(merged(&base, &paused, &done).conflicts.len(), 1);
}

#[test]
fn of_two_days_of_review_the_later_holds_and_clearing_an_alert_that_was_prolonged_is_asked() {
    let base = json!({"resourceType": "Flag", "id": "f", "status": "active", "period": {"start": "2026-01-01", "end": "2026-02-01"}});
    let until = |day: &str| with(&base, &[("period", json!({"start": "2026-01-01", "end": day}))]);
    let it = merged(&base, &until("2026-09-01"), &until("2026-04-01"));
    assert_eq!((it.resource, it.conflicts), (until("2026-09-01"), vec![]));
    let cleared = with(&until("2026-01-20T10:00:00Z"), &[("status", json!("inactive"))]);
    let it = merged(&base, &cleared, &until("2026-09-01"));
    assert_eq!(it.conflicts[0].fields, ["status", "period"]);
    // Until somebody decides, the danger stands.
    assert_eq!(it.resource, until("2026-09-01"));
}

#[test]
fn debug_says_nothing_of_what_was_written() {
    let base = goal();
    let theirs = with(&base, &[("description", json!({"text": "secret"}))]);
    let it = merged(&base, &with(&base, &[("description", json!({"text": "other"}))]), &theirs);
    assert!(!format!("{it:?} {:?}", it.conflicts).contains("secret"));
}

fn author() -> Staff {
    Staff {
        id: StaffId::new("s"),
        name: "Decider".into(),
        role: Role::CareTeamClinician,
        job_title: "Nurse".into(),
        organisation: Organisation { ods: "X".into(), name: "X".into() },
    }
}

/// Edits of one resource: each field left, changed, or taken away; notes and words added.
fn edited(base: Value) -> impl Strategy<Value = Value> {
    let status = proptest::sample::select(vec!["requested", "in-progress", "on-hold", "completed", "cancelled"]);
    let text = || proptest::option::weighted(0.4, proptest::option::of("[a-c]{1,2}"));
    let note = proptest::collection::vec(("[0-3]", "[a-d]{1,3}"), 0..3);
    (proptest::option::weighted(0.4, status), text(), text(), text(), note).prop_map(
        move |(status, reason, description, owner, notes)| {
            let mut made = base.clone();
            if let Some(status) = status {
                made["status"] = json!(status);
            }
            for (field, edit) in [("statusReason", reason), ("description", description), ("owner", owner)] {
                match edit {
                    Some(Some(words)) => made[field] = json!({"text": words}),
                    Some(None) => drop(made.as_object_mut().map(|m| m.shift_remove(field))),
                    None => {}
                }
            }
            for (time, text) in notes {
                let one = json!({"time": time, "text": text});
                if let Some(all) = made["note"].as_array_mut() {
                    all.push(one);
                }
            }
            made
        },
    )
}

fn task() -> Value {
    json!({
        "resourceType": "Task", "id": "t1", "status": "requested", "description": {"text": "Change the dressing"},
        "owner": {"text": "day team"}, "note": [{"time": "0", "text": "asked by the GP"}]
    })
}

/// Every string of what a person could read.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) => all.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

// Fields in whatever order: what is equal is equal in any.
fn same(a: &Value, b: &Value) -> bool {
    a == b
}

proptest! {
    #[test]
    fn an_unchanged_side_is_the_other_side(side in edited(task())) {
        let base = task();
        for it in [merged(&base, &base, &side), merged(&base, &side, &base)] {
            prop_assert!(it.conflicts.is_empty());
            prop_assert!(same(&it.resource, &side));
        }
        prop_assert!(same(&merged(&base, &side, &side).resource, &side));
    }

    #[test]
    fn it_does_not_matter_whose_edit_came_first(a in edited(task()), b in edited(task())) {
        let base = task();
        let (one, other) = (merged(&base, &a, &b), merged(&base, &b, &a));
        let open = |it: &Merged| it.conflicts.iter().map(|c| c.fields.clone()).collect::<Vec<_>>();
        prop_assert_eq!(open(&one), open(&other));
        let without = |it: &Merged| {
            let mut made = it.resource.clone();
            for field in it.conflicts.iter().flat_map(|c| &c.fields) {
                made.as_object_mut().unwrap().shift_remove(field);
            }
            made
        };
        prop_assert!(same(&without(&one), &without(&other)));
        for (c, d) in one.conflicts.iter().zip(&other.conflicts) {
            prop_assert_eq!((&c.mine.value, &c.theirs.value), (&d.theirs.value, &d.mine.value));
        }
    }

    #[test]
    fn merging_again_changes_nothing(a in edited(task()), b in edited(task())) {
        let base = task();
        let once = merged(&base, &a, &b);
        if once.conflicts.is_empty() {
            let again = merged(&base, &a, &once.resource);
            prop_assert!(again.conflicts.is_empty() && same(&again.resource, &once.resource));
        }
    }

    #[test]
    fn no_text_is_ever_dropped(a in edited(task()), b in edited(task()), choices in proptest::collection::vec(0usize..3, 4)) {
        let base = task();
        let it = merged(&base, &a, &b);
        let author = author();
        let pen = Pen { note: NoteId::new(Uuid::nil()), author: &author, at: jiff::Timestamp::UNIX_EPOCH, words: "" };
        let decisions: Vec<_> =
            it.conflicts.iter().cloned().zip(choices).map(|(c, choice)| (c, Choice::ALL[choice])).collect();
        let settled = settle(&it.resource, &decisions, pen);
        let read = texts(&settled).join("\n");
        let before = texts(&base);
        // A status that only led to where the other side already is says nothing any more.
        let moot = ["requested", "in-progress", "on-hold"];
        for text in texts(&a).into_iter().chain(texts(&b)).filter(|t| !before.contains(t) && !moot.contains(&t.as_str())) {
            prop_assert!(read.contains(&text), "{text} is lost in {read}");
        }
        prop_assert_eq!(said(&settled).len() >= said(&it.resource).len() + usize::from(!decisions.is_empty()), true);
        for (conflict, choice) in &decisions {
            let wanted = if *choice == Choice::Mine { &conflict.mine } else { &conflict.theirs };
            for field in &conflict.fields {
                prop_assert_eq!(settled.get(field), wanted.value.get(field));
            }
        }
    }
}
