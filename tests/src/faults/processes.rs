//! The same story with real processes: the hub and two devices, each killed in the middle of whatever it does, round
//! after round, and started again. What a device said before it was killed is what its person was told.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use hub::Store;
use serde_json::Value;
use tempfile::TempDir;

use super::Run;
use super::edits::{Edited, Ledger, Settled, values};
use super::oracle::{Told, judge, read};
use super::plan::Random;
use super::proxy::held;
use super::service::fill;
use crate::hub::{HubSettings, TestHub};
use crate::wait::within;

/// How long a device may take to come to rest. It gives up by itself when it does not get on.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Kills so often, lets everything come to rest, and compares.
///
/// # Errors
/// When a process does not start or does not end; that says nothing about the notes.
pub async fn processes(seed: u64, rounds: u64) -> Result<Run> {
    let (folder, shared) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let things = fill(&folder.path().join("hub.sqlite")).await?;
    let list = shared.path().join("things.json");
    std::fs::write(&list, serde_json::to_vec(&things)?)?;
    let mut hub = TestHub::over(folder, HubSettings { demo: true, ..HubSettings::default() })?;
    let mut devices = Vec::new();
    for (number, staff) in ["nurse", "carer"].into_iter().enumerate() {
        // No life of one is like a life of the other.
        let mut device = Process::new(staff, (seed % 1000) * 100_000 + number as u64 * 50_000, &list)?;
        device.start(&hub.base())?;
        devices.push(device);
    }
    // Once in: a device that was never let in has nothing to lose.
    for device in &devices {
        device.until("the first sign-in", |it| it["open"].is_u64()).await?;
    }
    let (mut random, mut trace) = (Random::new(seed), Vec::new());
    for round in 0..rounds {
        tokio::time::sleep(Duration::from_millis(20 + random.next() % 400)).await;
        let victim = random.below(3);
        trace.push(format!("round {round}: {}", ["the hub", "the first device", "the second device"][victim]));
        match devices.get_mut(victim.wrapping_sub(1)) {
            None => {
                hub.stop();
                tokio::time::sleep(Duration::from_millis(random.next() % 100)).await;
                hub.start_again()?;
            }
            Some(device) => {
                device.kill();
                device.start(&hub.base())?;
            }
        }
    }
    for device in &mut devices {
        device.rest().await?;
    }
    hub.stop();
    compare(&devices, &hub.database(), trace).await
}

async fn compare(devices: &[Process], database: &Path, mut trace: Vec<String>) -> Result<Run> {
    let store = Store::open(database).await?;
    let record = read(&store).await?;
    store.close().await;
    let mut heard = Heard::default();
    devices.iter().for_each(|device| held(&device.said).iter().for_each(|line| heard.hear(&device.staff, line)));
    let ledger = Ledger { edits: &heard.edits, settled: &heard.settled };
    let counts = judge(&record, &heard.told, &ledger, &heard.waiting, &mut trace);
    let edits = heard.edits.iter().filter(|it| it.note.is_some()).count();
    trace.push(format!("{} notes, {edits} edits, {} decisions", heard.told.len(), heard.settled.len()));
    Ok(Run { counts, told: heard.told.len() + edits, trace, recorded: false })
}

/// What all devices said.
#[derive(Default)]
struct Heard {
    told: Vec<Told>,
    edits: Vec<Edited>,
    settled: Vec<Settled>,
    waiting: BTreeSet<String>,
}

impl Heard {
    fn hear(&mut self, by: &str, line: &Value) {
        let text = |field: &str| line[field].as_str().map(str::to_owned);
        if let (Some(note), Some(words)) = (text("note"), text("words")) {
            let patient = line["patient"].as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
            self.told.push(Told { note, words, patient, by: by.to_owned() });
        } else if let Some(words) = text("try") {
            let wrote = values(&line["wrote"]);
            self.edits.push(Edited { note: None, words, by: by.to_owned(), base: line["base"].clone(), wrote });
        } else if let (Some(note), Some(words)) = (text("edit"), text("words")) {
            self.edits.iter_mut().filter(|it| it.words == words).for_each(|it| it.note = Some(note.clone()));
        } else if let Some(note) = text("choose") {
            let choice = serde_json::from_value(line["choice"].clone());
            if let (Ok(conflict), Ok(choice)) = (serde_json::from_value(line["conflict"].clone()), choice) {
                self.settled.push(Settled { note, conflict, choice });
            }
        }
        let unsent = line["rest"].as_array().into_iter().flatten();
        self.waiting.extend(unsent.filter_map(|it| it.as_str().map(str::to_owned)));
    }
}

/// A device that can be killed.
struct Process {
    folder: TempDir,
    staff: String,
    life: u64,
    things: PathBuf,
    running: Option<(Child, ChildStdin)>,
    said: Arc<Mutex<Vec<Value>>>,
}

impl Process {
    fn new(staff: &str, life: u64, things: &Path) -> Result<Self> {
        let (folder, things) = (tempfile::tempdir()?, things.to_owned());
        Ok(Self { folder, staff: staff.into(), life, things, running: None, said: Arc::default() })
    }

    fn start(&mut self, base: &str) -> Result<()> {
        self.life += 1;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["device", "--base", base, "--staff", &self.staff, "--life", &self.life.to_string(), "--folder"]);
        command.arg(self.folder.path()).arg("--things").arg(&self.things);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("a device does not start")?;
        let (input, output) = (child.stdin.take().context("piped")?, child.stdout.take().context("piped")?);
        let said = Arc::clone(&self.said);
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            // A line that was cut off by the kill was told to nobody.
            lines.filter_map(|line| serde_json::from_str(&line).ok()).for_each(|line| held(&said).push(line));
        });
        self.running = Some((child, input));
        Ok(())
    }

    fn kill(&mut self) {
        if let Some((mut child, _)) = self.running.take() {
            // Ended already is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    async fn until(&self, what: &str, right: impl Fn(&Value) -> bool) -> Result<()> {
        within(PATIENCE, what, || async { Ok(held(&self.said).iter().any(&right).then_some(())) }).await
    }

    /// Nothing more is written on it; it sends what it has, and ends.
    async fn rest(&mut self) -> Result<()> {
        let (_, input) = self.running.as_mut().context("it is off")?;
        writeln!(input, "rest").context("a device ended by itself")?;
        self.until("a device to come to rest", |it| it["rest"].is_array()).await?;
        self.kill();
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
