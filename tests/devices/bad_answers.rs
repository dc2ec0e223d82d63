//! A record service that answers badly: the person is told in words, and what the device holds stays as it was.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use engine::{Advice, Engine, OpenOutcome, Permission};
use shared::identity::Demographics;
use shared::note::Content;
use shared::sync::OutboxState;
use tests::{Answer, Script, TestDevice, TestHub, eventually};

use crate::people::{CREW, OKAFOR, YILMAZ};

const SUMMARY: &str = "$summary";
const TRANSACTION: &str = "POST /fhir ";

struct Scene {
    // Ends last: the others talk to it.
    crew: TestDevice,
    person: Demographics,
    script: Script,
    _hub: TestHub,
}

/// A crew that holds one record.
async fn scene() -> Result<Scene> {
    let hub = TestHub::demo()?;
    let script = Script::before(hub.address()).await?;
    let crew = TestDevice::new(&script.base()).await?;
    crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    Ok(Scene { crew, person, script, _hub: hub })
}

impl Scene {
    fn engine(&self) -> Result<&Engine> {
        self.crew.engine()
    }

    /// What the device holds, as far as a reader can tell.
    async fn held(&self) -> Result<(Vec<String>, usize)> {
        let record = self.engine()?.record(&self.person.patient).await?;
        let summary = record.summary.context("the record is hidden")?;
        Ok((summary.glance.iter().map(|line| line.text.clone()).collect(), record.notes.len()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_answer_is_told_and_costs_nothing_that_was_held() -> Result<()> {
    let scene = scene().await?;
    let before = scene.held().await?;
    // The record of somebody else, in the right form and under the right address.
    let (_, outcome) = scene.crew.open(YILMAZ).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let anothers = scene.script.last(SUMMARY).context("a record passed by")?;

    let answers = [
        ("a hotel's page", Answer::Html),
        ("too many", Answer::Status(429)),
        ("broken", Answer::Status(500)),
        ("unavailable", Answer::Status(503)),
        ("half", Answer::Half),
        ("no JSON", Answer::Json(b"{\"resourceType\":".to_vec())),
        ("no document", Answer::Json(br#"{"resourceType":"Patient","id":"x"}"#.to_vec())),
        ("50 MB", Answer::Megabytes(50)),
        ("somebody else", Answer::Json(anothers)),
    ];
    let mut codes = Vec::new();
    for (what, answer) in answers {
        scene.script.on(SUMMARY, answer);
        let asked = scene.engine()?.open_record(&scene.person, Permission::Recorded).await;
        let error = asked.err().with_context(|| format!("{what} was taken for a record"))?;
        assert!(error.text.len() > 20, "{what}: {error}");
        assert!(!error.text.to_lowercase().contains("okafor"), "{what}: the message names the patient");
        assert!(scene.held().await? == before, "{what} cost something that was held");
        codes.push((what, error.code));
        scene.script.behave();
    }
    let code = |wanted: &str| codes.iter().find(|(what, _)| *what == wanted).map(|(_, code)| *code);
    assert_eq!(code("somebody else"), Some("wrong-person"), "{codes:?}");
    assert_ne!(code("50 MB"), code("half"), "{codes:?}");

    // A token that is not taken any more: signing in again is asked for, and the vault stays open for reading.
    scene.script.on(SUMMARY, Answer::Status(401));
    let asked = scene.engine()?.open_record(&scene.person, Permission::Recorded).await;
    assert_eq!(asked.err().map(|error| error.advice), Some(Advice::SignIn));
    assert!(scene.held().await? == before);
    scene.script.behave();
    scene.crew.sign_in(CREW).await?;

    // And after all that, the true answer is taken.
    let outcome = scene.engine()?.open_record(&scene.person, Permission::Recorded).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_says_nothing_is_left_in_time_and_reading_goes_on() -> Result<()> {
    let scene = scene().await?;
    let before = scene.held().await?;
    scene.script.on(SUMMARY, Answer::Silence);
    let (engine, person) = (scene.engine()?.clone(), scene.person.clone());
    let asked = tokio::spawn(async move { engine.open_record(&person, Permission::Recorded).await });
    // While it waits, the held record is read as fast as ever.
    let start = Instant::now();
    assert!(scene.held().await? == before);
    assert!(start.elapsed() < Duration::from_secs(2), "reading waits for the network");
    let error = tokio::time::timeout(Duration::from_secs(90), asked).await.context("asked for ever")??.err();
    assert!(error.is_some(), "silence was taken for a record");

    scene.script.behave();
    scene.script.on(SUMMARY, Answer::Late(Duration::from_secs(2)));
    let outcome = scene.engine()?.open_record(&scene.person, Permission::Recorded).await?;
    assert_eq!(outcome, OpenOutcome::Opened, "slow is not wrong");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_learned_at_the_last_moment_is_an_outcome() -> Result<()> {
    let scene = scene().await?;
    for status in [404, 410] {
        scene.script.on(SUMMARY, Answer::Status(status));
        let outcome = scene.engine()?.open_record(&scene.person, Permission::Recorded).await?;
        assert_eq!(outcome, OpenOutcome::NoRecord, "{status}");
        scene.script.behave();
    }
    scene.script.on(SUMMARY, Answer::Status(403));
    let asked = scene.engine()?.open_record(&scene.person, Permission::Recorded).await;
    assert_ne!(asked.ok(), Some(OpenOutcome::Opened), "403 was taken for a record");
    assert!(scene.held().await.is_ok(), "a refusal without a reason destroyed what was held");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_outlives_every_bad_answer_and_arrives_once() -> Result<()> {
    let scene = scene().await?;
    let before = scene.held().await?.1;
    let answers = [
        Answer::Status(500),
        Answer::Status(429),
        Answer::Status(503),
        Answer::Html,
        Answer::Half,
        Answer::Json(br#"{"resourceType":"Bundle","type":"transaction-response","entry":[]}"#.to_vec()),
    ];
    for (round, answer) in answers.into_iter().enumerate() {
        scene.script.on(TRANSACTION, answer);
        let misbehaved = scene.script.misbehaved();
        scene.engine()?.save_note(&scene.person.patient, format!("round {round}"), Content::default()).await?;
        scene.engine()?.sync_now();
        eventually("the note to be refused", || async {
            // Asking for it again and again would keep the sync running for ever.
            Ok((scene.script.misbehaved() > misbehaved && !scene.crew.state()?.sync.running).then_some(()))
        })
        .await?;
        let sent = scene.crew.state()?.outbox.iter().filter(|i| matches!(i.state, OutboxState::Sent { .. })).count();
        assert_eq!(sent, round, "a bad answer was taken for an acceptance");
        scene.script.behave();
        scene.engine()?.sync_now();
        scene.crew.sent().await?;
    }
    assert_eq!(scene.held().await?.1, before + 6);
    Ok(())
}
