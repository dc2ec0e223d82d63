//! Several documents of one person, from the services that keep them to the vault of a crew.

use std::io::ErrorKind::NotFound;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use engine::{OpenOutcome, Permission, RecordView};
use serde_json::Value;
use shared::identity::PatientId;
use tests::{Answer, Script, TestDevice, TestHub, eventually};

use crate::people::{ASHWORTH, BEGUM, CREW, MARCHETTI, OKAFOR};

pub(crate) const HOSPICE: &str = "Hospice record, Wren Hill Hospice";
pub(crate) const HOSPITAL: &str = "Discharge summary, Northgate Vale Hospital";

async fn record(crew: &TestDevice, patient: &PatientId) -> Result<RecordView> {
    Ok(crew.engine()?.record(patient).await?)
}

fn names(record: &RecordView) -> Result<Vec<&str>> {
    let summary = record.summary.as_ref().context("the record is hidden")?;
    Ok(summary.sources.iter().map(|source| source.name.as_str()).collect())
}

fn text(record: &RecordView) -> Result<String> {
    Ok(serde_json::to_string(&**record.summary.as_ref().context("the record is hidden")?)?)
}

fn missing(record: &RecordView) -> Vec<(&str, &str)> {
    record.missing_sources.iter().map(|m| (m.name.as_str(), m.reason.as_str())).collect()
}

/// The record once each further source has answered or is named as missing: the first document is shown before that.
pub(crate) async fn settled(crew: &TestDevice, patient: &PatientId, further: &[&str]) -> Result<RecordView> {
    let all = [HOSPICE, HOSPITAL].len();
    let asked = || async {
        let now = record(crew, patient).await?;
        Ok((names(&now)?.len() - 1 + missing(&now).len() == all).then_some(now))
    };
    let now = eventually("every source to answer or to be named", asked).await?;
    ensure!(names(&now)?[1..] == *further, "{:?} and not {further:?}", names(&now)?);
    Ok(now)
}

/// Whether the words lie in any file of the device.
fn lies_open(folder: &Path, words: &str) -> Result<bool> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let found = if path.is_dir() {
            lies_open(&path, words)?
        } else {
            // One that was replaced after the folder was listed is not there any more.
            let bytes = std::fs::read(&path).or_else(|e| if e.kind() == NotFound { Ok(Vec::new()) } else { Err(e) })?;
            bytes.windows(words.len()).any(|part| part == words.as_bytes())
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_of_a_person_is_on_the_device_and_read_without_signal() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let mut crew = TestDevice::new(&hub.base()).await?;
    let amara = crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let all_there = || async {
        let record = record(&crew, &person.patient).await?;
        Ok(record.missing_sources.is_empty().then_some(record))
    };
    let online = eventually("every source", all_there).await?;
    assert_eq!(names(&online)?[1..], [HOSPICE, HOSPITAL]);

    hub.stop();
    crew.switch_off();
    crew.switch_on().await?;
    crew.unlock(&amara).await?;
    let dark = record(&crew, &person.patient).await?;
    assert!(dark.summary == online.summary, "the record is another one without signal");
    assert!(dark.missing_sources.is_empty());

    let summary = dark.summary.as_ref().context("a fresh lease shows the record")?;
    let items = || summary.sections.iter().flat_map(|section| &section.items);
    let disputed = |words: &str| items().filter(|i| i.text.contains(words) && !i.disagreement.is_empty()).count();
    assert!(disputed("Furosemide") >= 2, "the hospice stopped what the practice gives");
    assert!(disputed("Apixaban") >= 2, "two strengths");
    let agreed = items().find(|item| item.text.contains("penicillin")).context("the allergy")?;
    assert!(!agreed.also.is_empty() && !agreed.disagreement.is_empty(), "two say it, one says there is none");
    assert!(!summary.glance.iter().any(|line| line.text.starts_with("No known allerg")));

    // Whatever a line says, its source can be shown: of each document the very entry.
    for (document, item) in [0, 1, 2].map(|at| (at, items().find(|item| item.document == at))) {
        let entry = item.with_context(|| format!("nothing of document {document}"))?.entry;
        let raw = crew.engine()?.source(&person.patient, document, entry).await?;
        let raw: Value = serde_json::from_str(raw.reveal())?;
        assert!(raw["resource"]["resourceType"].is_string());
    }
    for words in ["Wren Hill", "Brackenrow", "Furosemide", "enicillin"] {
        assert!(!lies_open(crew.folder(), words)?, "{words} lies open on the device");
    }

    // Leaving destroys all of them.
    crew.engine()?.sign_out().await;
    crew.unlock(&amara).await?;
    assert!(crew.state()?.held.is_empty());
    Ok(())
}

/// The address of the document of a service, from what the hub itself answered.
fn address_of(script: &Script, keeper: &str) -> Result<&'static str> {
    let page: Value = serde_json::from_slice(&script.last("type=http").context("the hub was asked")?)?;
    let entries = page["entry"].as_array().context("there are pointers")?;
    let pointer = entries.iter().map(|e| &e["resource"]).find(|r| r["custodian"]["display"] == keeper);
    let url = pointer.and_then(|p| p["content"][0]["attachment"]["url"].as_str()).context("a pointer")?;
    let path = url.split_once("/fhir").context("under the base")?.1;
    Ok(Box::leak(format!("/fhir{path} ").into_boxed_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_is_named_and_the_others_are_there() -> Result<()> {
    let hub = TestHub::demo()?;
    let script = Script::before(hub.address()).await?;
    let first = TestDevice::new(&script.base()).await?;
    first.sign_in(CREW).await?;
    let (person, _) = first.open(OKAFOR).await?;
    settled(&first, &person.patient, &[HOSPICE, HOSPITAL]).await?;
    let hospice = address_of(&script, "Wren Hill Hospice")?;
    let somebody = script.last("$summary").context("a record passed by")?;
    let somebody = String::from_utf8(somebody)?.replace(OKAFOR, BEGUM).into_bytes();

    for (what, answer) in [
        ("broken", Answer::Status(500)),
        ("refused", Answer::Status(403)),
        ("gone", Answer::Status(404)),
        ("a hotel's page", Answer::Html),
        ("half", Answer::Half),
        ("no JSON", Answer::Json(b"{".to_vec())),
        ("somebody else", Answer::Json(somebody)),
    ] {
        script.on(hospice, answer);
        let crew = TestDevice::new(&script.base()).await?;
        crew.sign_in(CREW).await?;
        let (person, outcome) = crew.open(OKAFOR).await?;
        assert_eq!(outcome, OpenOutcome::Opened, "{what}");
        let record = settled(&crew, &person.patient, &[HOSPITAL]).await.context(what)?;
        assert!(missing(&record).len() == 1 && missing(&record)[0].0 == HOSPICE, "{what}: {:?}", missing(&record));
        assert!(text(&record)?.contains("enicillin") && text(&record)?.contains("Brackenrow"), "{what}");
        script.behave();
    }

    // The device that held it before keeps its copy, and says that it is not new.
    script.on(hospice, Answer::Status(503));
    assert_eq!(first.engine()?.open_record(&person, Permission::Recorded).await?, OpenOutcome::Opened);
    eventually("the copy to be called an old one", || async {
        let kept = record(&first, &person.patient).await?;
        ensure!(names(&kept)?[1..] == [HOSPICE, HOSPITAL], "a copy that was held is gone");
        let said = missing(&kept).iter().any(|(name, why)| *name == HOSPICE && why.contains("with its age"));
        Ok(said.then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_says_nothing_keeps_no_crew_waiting() -> Result<()> {
    let hub = TestHub::demo()?;
    let script = Script::before(hub.address()).await?;
    let crew = TestDevice::new(&script.base()).await?;
    crew.sign_in(CREW).await?;
    let (person, _) = crew.open(OKAFOR).await?;
    settled(&crew, &person.patient, &[HOSPICE, HOSPITAL]).await?;
    let hospice = address_of(&script, "Wren Hill Hospice")?;
    crew.engine()?.sign_out().await;
    crew.sign_in(CREW).await?;
    script.on(hospice, Answer::Silence);
    let opening = tokio::time::timeout(Duration::from_secs(60), crew.open(OKAFOR)).await;
    let (person, outcome) = opening.context("the first document waited for a silent source")??;
    assert_eq!(outcome, OpenOutcome::Opened);
    let now = record(&crew, &person.patient).await?;
    ensure!(text(&now)?.contains("enicillin"), "the first usable part is shown");
    // Had it been waited for, it would be named as silent by now.
    ensure!(missing(&now).iter().any(|(_, why)| why.contains("Still being asked")), "{:?}", missing(&now));
    eventually("the silent source to be named", || async {
        let record = record(&crew, &person.patient).await?;
        let named = missing(&record).iter().any(|(name, why)| *name == HOSPICE && why.contains("not answer"));
        Ok((named && names(&record)?[1..] == [HOSPITAL]).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_region_keeps_is_told_by_name_and_not_fetched() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(ASHWORTH).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    eventually("the other region to be named", || async {
        let record = record(&crew, &person.patient).await?;
        let westmere = |(name, why): &(&str, &str)| name.contains("Westmere") && why.contains("Held elsewhere");
        let told = missing(&record).len() == 1 && missing(&record).iter().any(westmere);
        Ok((told && names(&record)?.len() == 2).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_may_not_be_known_of_is_not_named_and_a_restricted_entry_does_not_arrive() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let (person, outcome) = crew.open(MARCHETTI).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let record = eventually("the practice's record", || async {
        let record = record(&crew, &person.patient).await?;
        Ok(record.missing_sources.is_empty().then_some(record))
    })
    .await?;
    assert_eq!(names(&record)?[1..], ["GP record, Larkmoor Surgery"]);
    let text = text(&record)?;
    assert!(text.contains("Bee stings"));
    for hidden in ["Alderbank", "HIV", "86406008", "Viral load", "Clinic letter"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    Ok(())
}
