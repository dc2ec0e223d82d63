//! What the author of a note learns of it, and what a hub that was restored from a backup gets back.

use anyhow::{Context, Result};
use engine::{NoteView, OpenOutcome, Receipt};
use shared::identity::{NoteId, PatientId};
use shared::note::Content;
use shared::sync::OutboxState;
use tests::{TestDevice, TestHub, eventually};

use crate::people::{CREW, NURSE, OKAFOR, WHITCOMBE};

async fn note(device: &TestDevice, patient: &PatientId, id: NoteId) -> Result<NoteView> {
    let notes = device.engine()?.record(patient).await?.notes;
    notes.into_iter().find(|view| view.note.id == id).context("the note is not in the record")
}

/// Syncs until a round that began after this was called has ended.
async fn whole_round(device: &TestDevice) -> Result<()> {
    // The second success is of a round that began after the first.
    for _ in 0..2 {
        let before = device.state()?.sync.last_success;
        eventually("a round", || async {
            device.engine()?.sync_now();
            Ok((device.state()?.sync.last_success > before).then_some(()))
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_sees_how_far_a_note_came_also_without_a_signal() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let mut crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    hub.stop();
    let id = crew.engine()?.save_note(&person.patient, "Left at home.".to_owned(), Content::default()).await?;
    assert_eq!(note(&crew, &person.patient, id).await?.receipt, Some(Receipt::OnDevice));
    hub.start_again()?;
    crew.engine()?.sync_now();
    crew.sent().await?;
    let receipt = note(&crew, &person.patient, id).await?.receipt;
    assert!(matches!(receipt, Some(Receipt::Received { .. })), "{receipt:?}");

    let nurse = TestDevice::new(&hub.base()).await?;
    nurse.sign_in(NURSE).await?;
    nurse.open(OKAFOR).await?;
    let theirs = eventually("the note on the nurse's device", || async {
        Ok(nurse.engine()?.record(&person.patient).await?.notes.into_iter().find(|view| view.note.id == id))
    });
    assert_eq!(theirs.await?.receipt, None, "what became of it is for its author");
    let seen = eventually("seen by the nurse", || async {
        crew.engine()?.sync_now();
        let receipt = note(&crew, &person.patient, id).await?.receipt;
        Ok(receipt.filter(|receipt| matches!(receipt, Receipt::Seen { .. })))
    })
    .await?;
    let Receipt::Seen { received, by } = &seen else { anyhow::bail!("{seen:?}") };
    assert_eq!(by.iter().map(|it| it.role.as_str()).collect::<Vec<_>>(), [nurse_role(&nurse)?]);
    assert!(by[0].at >= *received);

    // It is what is kept here that is shown.
    hub.stop();
    crew.switch_off();
    crew.switch_on().await?;
    crew.unlock(&amara).await?;
    assert_eq!(note(&crew, &person.patient, id).await?.receipt, Some(seen));
    Ok(())
}

fn nurse_role(device: &TestDevice) -> Result<&'static str> {
    Ok(device.state()?.session.staff().context("signed in")?.role.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_restored_from_a_backup_is_offered_again_what_it_forgot() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let before = crew.engine()?.save_note(&person.patient, "Before it.".to_owned(), Content::default()).await?;
    crew.sent().await?;
    let backup = hub.back_up()?;
    let mut after = Vec::new();
    for text in ["After it.", "And once more."] {
        after.push(crew.engine()?.save_note(&person.patient, text.to_owned(), Content::default()).await?);
    }
    crew.engine()?.sync_now();
    crew.sent().await?;

    hub.restore(backup)?;
    let nurse = TestDevice::new(&hub.base()).await?;
    nurse.sign_in(NURSE).await?;
    nurse.open(OKAFOR).await?;
    let wanted = [before, after[0], after[1]];
    let notes = eventually("every note in the restored hub", || async {
        crew.engine()?.sync_now();
        nurse.engine()?.sync_now();
        let notes = nurse.engine()?.record(&person.patient).await?.notes;
        let here = wanted.iter().all(|id| notes.iter().any(|view| view.note.id == *id));
        Ok(here.then_some(notes))
    })
    .await?;
    let count = |id: &NoteId| notes.iter().filter(|view| view.note.id == *id).count();
    assert!(wanted.iter().all(|id| count(id) == 1));
    crew.sent().await?;
    let outbox = crew.state()?.outbox.clone();
    let attempts = outbox.iter().map(|item| (item.note, item.attempts)).collect::<Vec<_>>();
    assert_eq!(attempts[0], (before, 1), "what the hub still has is not offered again");
    assert!(attempts[1..].iter().all(|(_, attempts)| *attempts == 2), "{attempts:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_author_may_not_read_is_not_taken_for_forgotten() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    // Closed to the crew; that they were there is written down all the same.
    let (person, outcome) = crew.open(WHITCOMBE).await?;
    assert!(matches!(outcome, OpenOutcome::Refused { .. }));
    crew.engine()?.save_note(&person.patient, "Called to a fall, no injury.".to_owned(), Content::default()).await?;
    crew.sent().await?;
    whole_round(&crew).await?;
    let item = crew.state()?.outbox[0].clone();
    assert!(matches!(item.state, OutboxState::Sent { .. }));
    assert_eq!(item.attempts, 1);
    Ok(())
}
