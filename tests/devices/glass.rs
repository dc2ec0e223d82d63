//! Broken glass from the device to the privacy officer's queue and back to nothing: what it takes, what it opens, who
//! is told, and that it ends.

use anyhow::{Context, Result};
use engine::{EngineError, GlassOutcome, Link, OpenOutcome, RecordView, Session};
use secrecy::SecretString;
use serde_json::Value;
use shared::consent::{GlassReason, Purpose, Reason};
use shared::identity::{Demographics, PatientId};
use tests::{Officer, TestDevice, TestHub, eventually};

use crate::people::{BEGUM, CREW, NURSE, OKAFOR, SILVERMAN, SORENSEN, WHITCOMBE};

const WORDS: &str = "Found on the kitchen floor, no answer to voice";
const PIN: &str = "274913";

async fn broken(crew: &TestDevice, person: &Demographics, pin: &str) -> Result<Result<GlassOutcome, EngineError>> {
    let pin = SecretString::from(pin.to_owned());
    Ok(crew.engine()?.break_glass(person, GlassReason::Unconscious, WORDS, pin).await)
}

/// A crew that has broken the glass for a person who said no.
async fn behind_glass(hub: &TestHub, crew: &TestDevice) -> Result<(Demographics, Officer)> {
    let officer = Officer::appointed(hub, NURSE).await?;
    let (person, outcome) = crew.open(BEGUM).await?;
    assert!(matches!(outcome, OpenOutcome::Refused { break_glass_available: true, .. }), "{outcome:?}");
    assert_eq!(broken(crew, &person, PIN).await??, GlassOutcome::Answered(OpenOutcome::Opened));
    Ok((person, officer))
}

fn text(record: &RecordView) -> Result<String> {
    Ok(serde_json::to_string(&**record.summary.as_ref().context("the record is hidden")?)?)
}

fn kinds(alerts: &[Value]) -> Vec<&str> {
    alerts.iter().filter_map(|it| it["code"]["coding"][0]["code"].as_str()).collect()
}

/// How often an action is in the account, with this reason.
async fn told(officer: &Officer, patient: &PatientId, action: &str, reason: &str) -> Result<usize> {
    let account = officer.account(patient).await?;
    Ok(account.iter().filter(|line| line.action == action && line.reason == reason).count())
}

/// Nothing of the record can be had any more, nor is it in any list.
async fn is_gone(crew: &TestDevice, patient: &PatientId) -> Result<()> {
    assert!(crew.state()?.held.is_empty(), "it is still in the list");
    let read = crew.engine()?.record(patient).await;
    assert_eq!(read.err().map(|error| error.code), Some("not-held"));
    assert!(crew.engine()?.source(patient, 0, 0).await.is_err(), "its source can be read");
    Ok(())
}

async fn offline(crew: &TestDevice) -> Result<()> {
    crew.engine()?.sync_now();
    let gone = || async { Ok(matches!(crew.state()?.link, Link::Offline { .. }).then_some(())) };
    eventually("the device to notice that there is no signal", gone).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_record_is_opened_and_everybody_who_must_know_is_told() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, officer) = behind_glass(&hub, &crew).await?;

    let record = crew.engine()?.record(&person.patient).await?;
    assert_eq!(record.lease.purpose, Purpose::BreakGlass);
    let minutes = record.lease.not_after.duration_since(record.retrieved).as_mins();
    assert!((58..=60).contains(&minutes), "{minutes} minutes");
    let shown = text(&record)?.to_lowercase();
    assert!(shown.contains("bipolar") && shown.contains("lithium"), "what is restricted is shown");

    let alerts = officer.alerts().await?;
    assert_eq!(kinds(&alerts), ["break-glass"]);
    let alert = &alerts[0];
    assert_eq!(alert["requester"]["identifier"]["value"], amara.id.as_str());
    assert_eq!(alert["for"]["reference"], format!("Patient/{}", person.patient));
    assert_eq!(
        (&alert["reasonCode"]["text"], &alert["reasonCode"]["coding"][0]["code"]),
        (&WORDS.into(), &"unconscious".into())
    );
    assert!(alert["restriction"]["period"]["end"].is_string(), "the patient is to be told");

    crew.engine()?.end_break_glass(&person.patient).await?;
    is_gone(&crew, &person.patient).await?;
    eventually("the end in both accounts, of the hub and of the device", || async {
        let starts = told(&officer, &person.patient, "break-glass-start", "unconscious").await?;
        let stops = told(&officer, &person.patient, "break-glass-stop", "by-person").await?;
        Ok((starts == 2 && stops == 2).then_some(()))
    })
    .await?;
    assert!(officer.alerts().await?[0]["executionPeriod"]["end"].is_string(), "the officer sees that it ended");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_very_restricted_stays_closed_behind_broken_glass_too() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let person = crew.find(SORENSEN).await?;
    assert_eq!(broken(&crew, &person, PIN).await??, GlassOutcome::Answered(OpenOutcome::Opened));
    let shown = text(&crew.engine()?.record(&person.patient).await?)?.to_lowercase();
    assert!(shown.contains("pregnan") && !shown.contains("embryo"), "{shown}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_opens_nothing_and_the_service_hears_of_nothing() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let officer = Officer::appointed(&hub, NURSE).await?;
    let (person, _) = crew.open(BEGUM).await?;
    let before = officer.account(&person.patient).await?.iter().filter(|line| line.purpose == "BTG").count();
    let refused = broken(&crew, &person, "000000").await?;
    assert_eq!(refused.map_err(|error| error.code), Err("wrong-pin"));
    assert!(crew.state()?.held.is_empty());
    assert!(officer.alerts().await?.is_empty());
    let after = officer.account(&person.patient).await?.iter().filter(|line| line.purpose == "BTG").count();
    assert_eq!((before, after), (0, 0), "nothing was asked of the service");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opted_out_stays_closed_and_the_officer_learns_that_it_was_tried() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let officer = Officer::appointed(&hub, NURSE).await?;
    for (tried, (number, reason)) in
        [(SILVERMAN, Reason::OptOut), (WHITCOMBE, Reason::EmergencyDeniedNoBreakGlass)].into_iter().enumerate()
    {
        let person = crew.find(number).await?;
        let outcome = broken(&crew, &person, PIN).await??;
        let GlassOutcome::Answered(OpenOutcome::Refused { reason: said, break_glass_available, .. }) = outcome else {
            anyhow::bail!("{outcome:?}")
        };
        assert_eq!((said, break_glass_available), (reason, false));
        let alerts = officer.alerts().await?;
        assert_eq!(kinds(&alerts), vec!["refused-attempt"; tried + 1]);
        is_gone(&crew, &person.patient).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_signal_it_is_declared_on_what_is_held_and_told_exactly_once() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let mut crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let officer = Officer::appointed(&hub, NURSE).await?;
    let (person, outcome) = crew.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let whole = || async { Ok(crew.engine()?.record(&person.patient).await?.missing_sources.is_empty().then_some(())) };
    eventually("every source", whole).await?;
    let stranger = crew.find(BEGUM).await?;
    hub.stop();
    offline(&crew).await?;

    let refused = broken(&crew, &stranger, PIN).await?.err().context("nothing is held of them")?;
    assert_eq!(refused.code, "break-glass-needs-signal");
    assert!(refused.text.contains("no signal") && refused.text.contains("Call"), "{}", refused.text);
    let before = crew.engine()?.record(&person.patient).await?;
    assert_eq!(broken(&crew, &person, PIN).await??, GlassOutcome::Declared);
    let after = crew.engine()?.record(&person.patient).await?;
    assert!(after.lease == before.lease && after.summary == before.summary, "nothing more, and nothing longer");
    assert!(after.declared.is_some());

    crew.switch_off();
    // What tells before the answer is kept and dies tells again: a device with the same declaration stands for it.
    let mut again = crew.copy()?;
    for device in [&mut crew, &mut again] {
        device.switch_on().await?;
        device.unlock(&amara).await?;
        assert_eq!(device.state()?.declared, 1, "it outlives the app");
    }
    hub.start_again()?;
    for device in [&crew, &again] {
        device.engine()?.sync_now();
        eventually("told", || async { Ok((device.state()?.declared == 0).then_some(())) }).await?;
        let mut alerts = officer.alerts().await?;
        // That there are two of one device is a fork in its account, and rightly told.
        alerts.retain(|alert| kinds(std::slice::from_ref(alert)) != ["account-fork"]);
        assert_eq!(kinds(&alerts), ["offline"], "once, and nothing about the other");
        assert_eq!(alerts[0]["reasonCode"]["text"], WORDS);
        assert!(alerts[0]["restriction"]["period"]["end"].is_string(), "the patient is to be told");
    }
    assert!(crew.engine()?.record(&person.patient).await?.declared.is_none());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_hour_it_is_destroyed_and_does_not_come_back() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let mut crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, _) = behind_glass(&hub, &crew).await?;
    hub.stop();
    offline(&crew).await?;
    crew.pass(59);
    assert!(crew.engine()?.record(&person.patient).await?.summary.is_some(), "its hour is not over");
    crew.pass(2);
    let read = crew.engine()?.record(&person.patient).await;
    assert_eq!(read.err().map(|error| error.code), Some("not-held"));
    is_gone(&crew, &person.patient).await?;
    crew.switch_off();
    crew.switch_on().await?;
    crew.unlock(&amara).await?;
    is_gone(&crew, &person.patient).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minute_in_the_background_ends_it_before_anything_is_drawn_again() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::that_locks(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, officer) = behind_glass(&hub, &crew).await?;
    let engine = crew.engine()?;
    engine.in_background(true).await;
    engine.in_background(false).await;
    assert!(engine.record(&person.patient).await?.summary.is_some(), "a moment out of sight is no leaving");
    engine.in_background(true).await;
    crew.pass(1);
    // Whoever asks before the engine heard that the app is back gets nothing either.
    assert_eq!(engine.record(&person.patient).await.err().map(|error| error.code), Some("locked"));
    engine.in_background(false).await;
    assert!(matches!(crew.state()?.session, Session::Locked(_)) && crew.state()?.held.is_empty());
    crew.unlock(&amara).await?;
    is_gone(&crew, &person.patient).await?;
    eventually("the end in both accounts", || async {
        Ok((told(&officer, &person.patient, "break-glass-stop", "screen-left").await? == 2).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_dies_behind_broken_glass_starts_without_it() -> Result<()> {
    let hub = TestHub::demo()?;
    let mut crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, officer) = behind_glass(&hub, &crew).await?;
    crew.switch_off();
    crew.switch_on().await?;
    crew.unlock(&amara).await?;
    is_gone(&crew, &person.patient).await?;
    eventually("the end in both accounts", || async {
        Ok((told(&officer, &person.patient, "break-glass-stop", "screen-left").await? == 2).then_some(()))
    })
    .await
}
