//! Nothing about anybody in any log, of the device or of the hub, however talkative they are made.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, ensure};
use engine::{FindQuery, OpenOutcome, Permission};
use serde_json::Value;
use shared::identity::Demographics;
use shared::note::Content;
use tests::{HubSettings, TestDevice, TestHub, eventually};
use tracing_subscriber::fmt::MakeWriter;

use crate::people::{BEGUM, CASTELLANOS, CREW, MWANGI, NURSE, OKAFOR, WHITCOMBE};
use crate::sources::{HOSPICE, HOSPITAL, settled};

const PIN: &str = "274913";
const WRONG_PIN: &str = "835172";
const NOTE: &str = "Vermilion quilt, marmalade and a bruised elbow.";
const DRAFT: &str = "Unfinished sentence about tangerines";
const REASON: &str = "Slumped under the wisteria, nobody else at home";

/// All that is logged in this process, by whatever crate, at its most talkative.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Heard {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn listening() -> Heard {
    static HEARD: OnceLock<Heard> = OnceLock::new();
    let start = || {
        let heard = Heard::default();
        let writer = heard.clone();
        // Without the time: its digits look like a PIN now and then.
        let log = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
        let _ = log.without_time().with_ansi(false).with_writer(writer).try_init();
        heard
    };
    HEARD.get_or_init(start).clone()
}

/// The words of a resource that speak of somebody: names, addresses, dates, and what was found.
fn words(value: &Value, name: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| words(value, name, out)),
        Value::Array(list) => list.iter().for_each(|value| words(value, name, out)),
        Value::String(text) => {
            let personal = ["family", "given", "line", "city", "postalCode", "birthDate"].contains(&name);
            let clinical = ["text", "display", "valueString"].contains(&name) && text.contains(' ');
            if (personal && text.len() > 4) || (clinical && text.len() > 11) {
                out.insert(text.to_lowercase());
            }
        }
        _ => {}
    }
}

async fn look(device: &TestDevice, person: &Demographics, out: &mut BTreeSet<String>) -> Result<()> {
    let record = device.engine()?.record(&person.patient).await?;
    let summary = record.summary.as_ref().context("nothing was read")?;
    let drawn: usize = summary.sections.iter().map(|section| section.narrative.harmless().len()).sum();
    ensure!(drawn > 0, "no narrative was drawn");
    let documents = summary.sources.len();
    for (document, entry) in (0..documents).flat_map(|document| (0..60).map(move |entry| (document, entry))) {
        let Ok(raw) = device.engine()?.source(&person.patient, document, entry).await else { continue };
        words(&serde_json::from_str(raw.reveal())?, "", out);
    }
    Ok(())
}

/// Every verb, with what goes wrong; the words that must not be heard of.
async fn story(hub: &mut TestHub) -> Result<BTreeSet<String>> {
    let mut said = BTreeSet::new();
    let device = TestDevice::new(&hub.base()).await?;
    let crew = device.sign_in(CREW).await?;
    let engine = device.engine()?;
    let (person, outcome) = device.open(OKAFOR).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    // The letters of other services come after the first document and are read by other means.
    settled(&device, &person.patient, &[HOSPICE, HOSPITAL]).await?;
    look(&device, &person, &mut said).await?;
    let born = person.birth_date.reveal().parse()?;
    engine.find(FindQuery::NameAndBirthDate { family: person.family.clone(), born }).await?;
    said.extend([person.family.reveal().to_lowercase(), person.birth_date.reveal().clone()]);
    engine.person(&person.patient).await?;
    engine.save_draft(&person.patient, "visit", DRAFT.to_owned()).await?;
    engine.save_note(&person.patient, NOTE.to_owned(), Content::default()).await?;
    device.sent().await?;
    for refused in [WHITCOMBE, BEGUM, MWANGI] {
        device.open(refused).await?;
    }
    let (asked, _) = device.open(CASTELLANOS).await?;
    engine.open_record(&asked, Permission::PatientRefuses).await?;
    engine.open_record(&asked, Permission::PatientCannotSay { reason: REASON.to_owned() }).await?;
    look(&device, &asked, &mut said).await?;

    hub.stop();
    assert!(device.find(OKAFOR).await.is_err());
    engine.open_record(&person, Permission::Recorded).await.err();
    engine.save_note(&person.patient, NOTE.to_owned(), Content::default()).await?;
    engine.lock().await;
    engine.unlock(&crew.id, WRONG_PIN.to_owned().into()).await.err();
    engine.record(&person.patient).await.err();
    device.unlock(&crew).await?;
    hub.start_again()?;
    engine.sync_now();
    eventually("a sync", || async { Ok(device.state()?.sync.last_success) }).await?;
    engine.sign_out().await;
    device.sign_in(NURSE).await?;
    device.open(OKAFOR).await?;
    Ok(said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_story_leaves_nothing_about_anybody_in_any_log() -> Result<()> {
    let heard = listening();
    let mut hub = TestHub::start(HubSettings { demo: true, log: Some("trace"), ..HubSettings::default() })?;
    let mut secrets = story(&mut hub).await?;
    assert!(secrets.len() > 40, "only {} words were looked for", secrets.len());
    secrets.extend([OKAFOR, CASTELLANOS, WHITCOMBE, BEGUM, MWANGI].map(str::to_owned));
    secrets.extend(
        [NOTE, DRAFT, REASON]
            .iter()
            .flat_map(|text| text.split(' ').filter(|word| word.len() > 7))
            .map(str::to_lowercase),
    );
    secrets.extend(["bearer ", "dpop ey", "eyj", "access_token\":", "x-doorstep-grant: "].map(str::to_owned));
    let device = String::from_utf8_lossy(&heard.0.lock().unwrap_or_else(PoisonError::into_inner)).to_lowercase();
    let service = hub.reports().join("\n").to_lowercase();
    assert!(device.contains("hyper") && device.contains("engine"), "the device's log was written");
    assert!(service.contains("/fhir/{type}/{id}/{operation}"), "the hub's log was written");
    for secret in &secrets {
        for (whose, log) in [("device", &device), ("hub", &service)] {
            let line = log.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "{secret} in the log of the {whose}: {line:?}");
        }
    }
    for pin in [PIN, WRONG_PIN] {
        assert!(!device.contains(pin), "a PIN is in the log");
    }
    Ok(())
}
