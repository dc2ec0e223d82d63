//! Two devices edit the same goal, task or alert without a signal: nothing that anybody wrote is lost.

use anyhow::{Context, Result};
use engine::{Edit, OpenOutcome};
use serde_json::Value;
use shared::care_plan::{Achievement, Action, GoalProgress, Lifecycle, NotDone, Outcome, WhyNot, said};
use shared::identity::{NoteId, PatientId, Staff};
use shared::note::Content;
use shared::sync::{Choice, OutboxState};
use tests::{TestDevice, TestHub, eventually};

use crate::people::{NURSE, OKAFOR};

/// A device of the nurse with the record open.
async fn at_work(hub: &TestHub) -> Result<(TestDevice, PatientId)> {
    let device = TestDevice::new(&hub.base()).await?;
    device.sign_in(NURSE).await?;
    let (person, outcome) = device.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    Ok((device, person.patient))
}

/// A goal as it stands in a document that the device holds.
async fn goal(device: &TestDevice, patient: &PatientId) -> Result<Value> {
    let record = device.engine()?.record(patient).await?;
    for document in 0..record.summary.context("open")?.sources.len() {
        for entry in 0.. {
            let Ok(raw) = device.engine()?.source(patient, document, entry).await else { break };
            let resource = serde_json::from_str::<Value>(raw.reveal())?["resource"].take();
            if resource["resourceType"] == "Goal" && resource["lifecycleStatus"] == "active" {
                return Ok(resource);
            }
        }
    }
    anyhow::bail!("the record has no goal")
}

/// The newest version that the device pulled of something.
async fn pulled(device: &TestDevice, patient: &PatientId, kind: &str, id: &Value) -> Result<Option<Value>> {
    device.engine()?.sync_now();
    let things = device.engine()?.record(patient).await?.things;
    Ok(things.into_iter().map(|it| it.into_inner()).find(|it| it["resourceType"] == kind && it["id"] == *id))
}

/// The task that a note made, as the device pulled it.
async fn task(device: &TestDevice, patient: &PatientId, note: NoteId) -> Result<Option<Value>> {
    device.engine()?.sync_now();
    let things = device.engine()?.record(patient).await?.things;
    let of = |it: &Value| it["resourceType"] == "Task" && it["identifier"][0]["value"] == note.to_string();
    Ok(things.into_iter().map(|it| it.into_inner()).find(of))
}

async fn edit(device: &TestDevice, patient: &PatientId, base: &Value, edit: Edit, words: &str) -> Result<()> {
    device.engine()?.save_edit(patient, base.clone(), edit, words.to_owned()).await?;
    Ok(())
}

/// The hub is back, and the edit of `other` comes to it after that of `one`.
async fn comes_second(hub: &mut TestHub, one: &TestDevice, other: &mut TestDevice) -> Result<Staff> {
    let who = other.state()?.session.staff().context("signed in")?.clone();
    other.switch_off();
    hub.start_again()?;
    one.engine()?.sync_now();
    one.sent().await?;
    other.switch_on().await?;
    other.unlock(&who).await?;
    Ok(who)
}

async fn in_conflict(device: &TestDevice) -> Result<()> {
    eventually("a conflict", || async {
        device.engine()?.sync_now();
        Ok((device.state()?.conflicts.len() == 1).then_some(()))
    })
    .await
}

fn words(thing: &Value) -> String {
    said(thing).into_iter().map(|one| one.words).collect::<Vec<_>>().join("\n")
}

const fn progress(achievement: Option<Achievement>, lifecycle: Option<Lifecycle>) -> Edit {
    Edit::Goal(GoalProgress { achievement, lifecycle })
}

#[tokio::test(flavor = "multi_thread")]
async fn different_fields_of_one_goal_go_together() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let (one, patient) = at_work(&hub).await?;
    let (other, _) = at_work(&hub).await?;
    let base = goal(&one, &patient).await?;
    hub.stop();
    edit(&one, &patient, &base, progress(Some(Achievement::Improving), None), "Three steps.").await?;
    edit(&other, &patient, &base, progress(None, Some(Lifecycle::OnHold)), "Back pain.").await?;
    hub.start_again()?;
    for device in [&one, &other] {
        device.engine()?.sync_now();
        device.sent().await?;
        assert!(device.state()?.conflicts.is_empty());
    }
    let merged = eventually("both edits", || async {
        let found = pulled(&one, &patient, "Goal", &base["id"]).await?;
        Ok(found.filter(|goal| goal["lifecycleStatus"] == "on-hold"))
    })
    .await?;
    assert_eq!(merged["achievementStatus"]["coding"][0]["code"], "improving");
    let said = words(&merged);
    assert!(said.contains("Three steps.") && said.contains("Back pain."), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_field_waits_for_a_person_and_both_texts_are_kept() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let (one, patient) = at_work(&hub).await?;
    let (mut other, _) = at_work(&hub).await?;
    let base = goal(&one, &patient).await?;
    hub.stop();
    edit(&one, &patient, &base, progress(Some(Achievement::Improving), None), "Three steps.").await?;
    edit(&other, &patient, &base, progress(Some(Achievement::Worsening), None), "Fell twice.").await?;
    let nurse = comes_second(&mut hub, &one, &mut other).await?;
    in_conflict(&other).await?;

    // Others go on, and it is still there after the device died.
    let next = other.engine()?.save_note(&patient, "Went on.".to_owned(), Content::default()).await?;
    eventually("the next note", || async {
        let sent = |it: &engine::OutboxItem| it.note == next && matches!(it.state, OutboxState::Sent { .. });
        Ok(other.state()?.outbox.iter().any(sent).then_some(()))
    })
    .await?;
    other.switch_off();
    other.switch_on().await?;
    other.unlock(&nurse).await?;
    let item = other.state()?.conflicts.first().cloned().context("the conflict is gone")?;
    let view = other.engine()?.conflict(item.note).await?;
    assert_eq!(view.differences.len(), 1);
    let theirs = pulled(&one, &patient, "Goal", &base["id"]).await?;
    assert!(theirs.is_none_or(|goal| goal["achievementStatus"]["coding"][0]["code"] == "improving"));

    other.engine()?.settle_conflict(item.note, &[Choice::Mine]).await?;
    other.sent().await?;
    assert!(other.state()?.conflicts.is_empty());
    let settled = eventually("what was decided", || async {
        let found = pulled(&one, &patient, "Goal", &base["id"]).await?;
        Ok(found.filter(|goal| goal["achievementStatus"]["coding"][0]["code"] == "worsening"))
    })
    .await?;
    let said = words(&settled);
    assert!(said.contains("Three steps.") && said.contains("Fell twice."), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_was_done_by_one_and_not_by_the_other_is_decided_by_a_person() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let (one, patient) = at_work(&hub).await?;
    let (mut other, _) = at_work(&hub).await?;
    let action = Action { what: "Change the dressing".to_owned().into(), due: None, care_plan: None, outcome: None };
    let id = one.engine()?.save_note(&patient, String::new(), Content::Action(action)).await?;
    one.sent().await?;
    let base = eventually("the task on the other device", || task(&other, &patient, id)).await?;
    hub.stop();
    let done = Edit::Task(Outcome::Done(jiff::Timestamp::now()));
    edit(&one, &patient, &base, done, "Clean and dry.").await?;
    let not = NotDone { why: WhyNot::Away, words: String::new().into() };
    edit(&other, &patient, &base, Edit::Task(Outcome::NotDone(not)), "Nobody at home.").await?;
    comes_second(&mut hub, &one, &mut other).await?;
    in_conflict(&other).await?;
    let item = other.state()?.conflicts[0].clone();
    let differences = other.engine()?.conflict(item.note).await?.differences.len();
    other.engine()?.settle_conflict(item.note, &vec![Choice::Theirs; differences]).await?;
    other.sent().await?;
    let settled = eventually("what was decided", || async {
        Ok(task(&one, &patient, id).await?.filter(|task| words(task).contains("Nobody at home.")))
    })
    .await?;
    assert_eq!(settled["status"], "completed");
    assert!(words(&settled).contains("Clean and dry."));
    Ok(())
}
