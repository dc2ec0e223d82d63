//! Documents that the project did not write: each is imported, found, opened by a crew and read, or refused in words.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use engine::{FindQuery, OpenOutcome, Permission};
use serde_json::Value;
use shared::identity::Demographics;
use shared::sensitive::Sensitive;
use tests::{HubSettings, TestDevice, TestHub, corpus, eventually};

use crate::people::CREW;

/// What the hub said of a file: `imported` or `refused`, with the rest of the line.
fn said(hub: &TestHub) -> BTreeMap<String, (bool, String)> {
    let lines = hub.reports();
    let read = lines.iter().filter_map(|line| {
        let (imported, rest) = match line.strip_prefix("imported ") {
            Some(rest) => (true, rest),
            None => (false, line.strip_prefix("refused ")?),
        };
        let (file, what) = rest.rsplit_once(".json: ")?;
        Some((format!("{file}.json"), (imported, what.to_owned())))
    });
    read.collect()
}

fn below(folder: &Path, files: &mut Vec<String>) -> Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "json") {
            files.push(path.display().to_string());
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_from_outside_is_read_or_refused_in_words() -> Result<()> {
    let Some(folder) = corpus("ips") else { return Ok(()) };
    let hub = TestHub::start(HubSettings { demo: true, import: Some(folder.clone()), ..HubSettings::default() })?;
    let mut files = Vec::new();
    below(&folder, &mut files)?;
    let all_told = || async { Ok(Some(said(&hub)).filter(|said| files.iter().all(|file| said.contains_key(file)))) };
    let said = eventually("the hub to say what became of every file", all_told).await?;
    let refused: Vec<_> = said.iter().filter(|(_, (imported, _))| !imported).collect();
    for (file, (_, why)) in &refused {
        assert!(why.len() > 10, "{file} was refused without a reason: {why:?}");
    }
    ensure!(refused.len() < files.len() / 4, "most documents should be readable: {refused:?}");

    let crew = TestDevice::new(&hub.base()).await?;
    crew.sign_in(CREW).await?;
    let (mut read, mut unread) = (0, Vec::new());
    for (file, _) in said.iter().filter(|(_, (imported, _))| *imported) {
        let words = open(&crew, file).await.with_context(|| file.clone())?;
        match words {
            None => read += 1,
            Some(words) => unread.push(format!("{file}: {words}")),
        }
    }
    tests::loud(&format!("{} documents: {read} read by a crew, {} refused by the hub", files.len(), refused.len()));
    ensure!(read * 4 >= files.len() * 3, "only {read} of {} documents could be opened: {unread:#?}", files.len());
    Ok(())
}

/// Opens the person of a document as a crew would. `None` when a summary is shown, else why not, in words.
async fn open(crew: &TestDevice, file: &str) -> Result<Option<String>> {
    let Some(query) = query(file)? else { return Ok(Some("nothing to look a person up by".to_owned())) };
    let found = match crew.engine()?.find(query).await {
        Ok(found) => found,
        Err(error) => return Ok(Some(error.text)),
    };
    let mut shown = Some("nobody of this name and date of birth".to_owned());
    for person in found {
        shown = match crew.engine()?.open_record(&person, Permission::Recorded).await {
            Ok(OpenOutcome::Opened) => {
                let record = crew.engine()?.record(&person.patient).await?;
                let summary = record.summary.context("a fresh lease shows the record")?;
                ensure!(!summary.sections.is_empty() || !summary.notices.is_empty(), "an empty page");
                None
            }
            Ok(outcome) => Some(format!("{outcome:?}")),
            Err(error) => Some(error.text),
        };
    }
    Ok(shown)
}

/// What a crew would type: an NHS number, else the name and the date of birth.
fn query(file: &str) -> Result<Option<FindQuery>> {
    let Ok(bundle) = serde_json::from_slice::<Value>(&std::fs::read(file)?) else { return Ok(None) };
    let resources = bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let Some(patient) = resources.into_iter().find(|resource| resource["resourceType"] == "Patient") else {
        return Ok(None);
    };
    let Ok(person) = Demographics::from_fhir(patient) else { return Ok(None) };
    if let Some(number) = person.nhs_number {
        return Ok(Some(FindQuery::NhsNumber(number)));
    }
    let family = patient["name"].as_array().into_iter().flatten().find_map(|name| name["family"].as_str());
    let born = person.birth_date.reveal().parse().ok();
    let (Some(family), Some(born)) = (family, born) else { return Ok(None) };
    Ok(Some(FindQuery::NameAndBirthDate { family: Sensitive::new(family.to_owned()), born }))
}
