//! The story the project is for, from sign-in to the nurse who reads the crew's note, with the signal gone in the
//! middle and the device dying in the dark.

use anyhow::{Context, Result, ensure};
use engine::{HeldRecord, Link, OpenOutcome, Permission, State};
use shared::identity::PatientId;
use shared::note::Content;
use shared::summary::GlanceKind;
use shared::sync::OutboxState;
use tests::{TestDevice, TestHub, eventually};

use crate::people::{CREW, NURSE, OKAFOR};

const NOTE: &str = "SpO2 84 on air, 91 on 28 %. Sat up, son has the plan.\nŁukasz: \u{201c}back at 3\u{201d} 🜚";

async fn until(device: &TestDevice, what: &str, right: impl Fn(&State) -> bool) -> Result<()> {
    eventually(what, || async { Ok(right(&*device.state()?).then_some(())) }).await
}

fn held(state: &State, patient: &PatientId) -> Option<HeldRecord> {
    state.held.iter().find(|held| held.person.patient == *patient).cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_readable_at_the_door_and_what_is_written_arrives() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let mut crew = TestDevice::new(&hub.base()).await?;

    // a. The crew signs in once and sees today's work.
    let amara = crew.sign_in(CREW).await?;
    until(&crew, "the work list", |state| state.today.heard.is_some() && !state.today.visits.is_empty()).await?;
    let today = crew.state()?.today.clone();
    assert_eq!(today.unreadable, 0);

    // b. The person of the first job is looked up; the record comes under the recorded consent.
    let person = crew.find(OKAFOR).await?;
    assert!(today.visits.iter().any(|view| view.visit.patient == person.patient), "the job on the list is hers");
    assert_eq!(crew.engine()?.open_record(&person, Permission::Recorded).await?, OpenOutcome::Opened);
    let record = eventually("every source", || async {
        let record = crew.engine()?.record(&person.patient).await?;
        Ok(record.missing_sources.is_empty().then_some(record))
    });
    let record = record.await?;
    assert!(record.consent_checked);
    let summary = record.summary.clone().context("a fresh lease shows the record")?;
    for kind in [GlanceKind::Cpr, GlanceKind::Allergy, GlanceKind::CriticalMedicine, GlanceKind::Contact] {
        assert!(summary.glance.iter().any(|line| line.kind == kind), "the glance has no {kind:?}");
    }

    // c. No signal. All of it is still there.
    hub.stop();
    crew.engine()?.sync_now();
    until(&crew, "the device to notice", |state| matches!(state.link, Link::Offline { .. })).await?;
    let dark = crew.engine()?.record(&person.patient).await?;
    assert!(dark.summary == Some(summary.clone()), "the record changed without signal");

    // d. A note is written in the dark and is on this device.
    let id = crew.engine()?.save_note(&person.patient, NOTE.to_owned(), Content::default()).await?;
    let waiting = crew.state()?.outbox.clone();
    ensure!(waiting.len() == 1 && waiting[0].note == id, "{waiting:?}");
    assert!(!matches!(waiting[0].state, OutboxState::Sent { .. }));

    // e. The device dies and starts again, still without signal: only the PIN is needed.
    crew.switch_off();
    crew.switch_on().await?;
    assert!(crew.state()?.held.is_empty(), "nothing of a person is shown on a locked device");
    crew.unlock(&amara).await?;
    let again = crew.engine()?.record(&person.patient).await?;
    assert!(again.summary == Some(summary), "the record is another one after the restart");
    assert!(again.notes.iter().any(|view| view.note.id == id && view.note.text.reveal() == NOTE));
    assert!(held(&*crew.state()?, &person.patient).is_some());

    // f. Signal. The note goes by itself.
    hub.start_again()?;
    crew.engine()?.sync_now();
    crew.sent().await?;

    // g. The hospice nurse, on a device of her own, reads what the crew wrote, whole and once.
    let nurse = TestDevice::new(&hub.base()).await?;
    nurse.sign_in(NURSE).await?;
    let (person, outcome) = nurse.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let read = eventually("the note on the nurse's device", || async {
        let notes = nurse.engine()?.record(&person.patient).await?.notes;
        Ok(notes.iter().any(|view| view.note.id == id).then_some(notes))
    });
    let notes = read.await?;
    let theirs: Vec<_> = notes.iter().filter(|view| view.note.author.id == amara.id).collect();
    assert_eq!(theirs.len(), 1, "the crew wrote one note");
    assert!(theirs[0].note.text.reveal() == NOTE, "the note arrived changed");
    assert!(theirs[0].note.received.is_some(), "the hub says when it was received");

    // And the other way round: the crew reads the nurse's answer.
    let answer =
        nurse.engine()?.save_note(&person.patient, "Syringe driver at 18:00.".to_owned(), Content::default()).await?;
    nurse.sent().await?;
    eventually("the answer on the crew's device", || async {
        crew.engine()?.sync_now();
        let notes = crew.engine()?.record(&person.patient).await?.notes;
        Ok(notes.iter().any(|view| view.note.id == answer).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_loses_power_keeps_what_it_acknowledged() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let mut written = Vec::new();
    for round in 0..5 {
        written.push(crew.engine()?.save_note(&person.patient, format!("round {round}"), Content::default()).await?);
        crew.sent().await?;
        hub.stop();
        hub.start_again()?;
    }

    let nurse = TestDevice::new(&hub.base()).await?;
    nurse.sign_in(NURSE).await?;
    nurse.open(OKAFOR).await?;
    eventually("every acknowledged note", || async {
        let notes = nurse.engine()?.record(&person.patient).await?.notes;
        let theirs: Vec<_> = notes.iter().filter(|v| v.note.author.id == amara.id).map(|v| v.note.id).collect();
        ensure!(theirs.len() <= written.len(), "a note is there twice");
        Ok(written.iter().all(|id| theirs.contains(id)).then_some(()))
    })
    .await
}
