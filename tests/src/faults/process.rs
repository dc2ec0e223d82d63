//! A device as a process of its own: somebody writes and edits on it until it is killed, or until it is told to come to
//! rest. What it says on its standard output is what a person was told, line by line as JSON: `note` or `edit` after it
//! is durable, `try` before an edit, `choose` before a decision, `rest` at the end with what could not be sent.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use engine::{Config, Engine, Options, Permission, SecretPlace, Session};
use serde_json::{Value, json};
use shared::identity::StaffId;
use shared::note::Content;
use shared::sync::{Choice, OutboxState};

use super::edits::Wish;
use super::person::{Todo, choose, todo};
use super::plan::{EDITED, PATIENTS, Random, what};
use super::service::patient_id;
use crate::device::pin;

/// How long nothing may leave the device, or nobody open it, until it is given up.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a device is started with.
#[derive(Debug, clap::Args)]
pub struct DeviceProcess {
    /// Its folder.
    #[arg(long)]
    pub folder: PathBuf,
    /// The FHIR base of the hub.
    #[arg(long)]
    pub base: String,
    /// Who uses it.
    #[arg(long)]
    pub staff: String,
    /// Chooses what is written; another for each life.
    #[arg(long)]
    pub life: u64,
    /// File with what can be edited, as it was at the beginning.
    #[arg(long)]
    pub things: PathBuf,
}

fn say(line: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// One life of a device.
///
/// # Errors
/// When it does not start, or nobody can open it.
pub async fn live(it: &DeviceProcess) -> Result<()> {
    let config = Config { folder: it.folder.clone(), base_url: it.base.clone() };
    let vault = engine::vault::Limits::cheap_for_tests();
    let options = Options { vault, secret: SecretPlace::File, locks_itself: false, ..Options::default() };
    let engine = Engine::start_with(config, options).await?;
    let who = StaffId::new(it.staff.clone());
    let end = Instant::now() + PATIENCE;
    // The hub may be off.
    while let Err(error) = open(&engine, &who).await {
        if Instant::now() > end {
            bail!("nobody can open it: {error:#}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    say(&json!({"open": it.life}))?;
    let rest = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&rest);
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_line(&mut String::new());
        told.store(true, Ordering::SeqCst);
    });
    let mut person = Writer::new(it, engine)?;
    while !rest.load(Ordering::SeqCst) {
        person.write().await?;
        tokio::time::sleep(Duration::from_millis(5 + person.random.next() % 60)).await;
    }
    person.rest(&who).await
}

async fn open(engine: &Engine, who: &StaffId) -> Result<()> {
    if engine.unlock(who, pin()).await.is_ok() {
        return Ok(());
    }
    engine.sign_in(who).await?;
    let session = engine.watch().borrow().session.clone();
    match session {
        Session::NeedsPin(_) => Ok(engine.set_pin(pin()).await?),
        Session::Unlocked(_) => Ok(()),
        _ => Ok(engine.unlock(who, pin()).await?),
    }
}

/// Who writes.
struct Writer {
    engine: Engine,
    random: Random,
    life: u64,
    written: usize,
    who: String,
    seen: BTreeMap<String, Value>,
}

impl Writer {
    fn new(it: &DeviceProcess, engine: Engine) -> Result<Self> {
        let things: Vec<Value> = serde_json::from_slice(&std::fs::read(&it.things)?)?;
        let mut person = Self {
            engine,
            random: Random::new(it.life),
            life: it.life,
            written: 0,
            who: it.staff.clone(),
            seen: BTreeMap::new(),
        };
        things.into_iter().for_each(|it| person.see(it));
        Ok(person)
    }

    fn see(&mut self, thing: Value) {
        self.seen.insert(thing["resourceType"].as_str().unwrap_or_default().to_owned(), thing);
    }

    /// Without a lease nothing new is seen, and what was seen before is edited.
    async fn look(&mut self) {
        let id = patient_id(EDITED);
        if self.engine.record(&id).await.is_err()
            && let Ok(person) = self.engine.person(&id).await
        {
            let _ = self.engine.open_record(&person, Permission::Recorded).await;
        }
        let things = self.engine.record(&id).await.map(|it| it.things).unwrap_or_default();
        for thing in things.into_iter().map(shared::sensitive::Sensitive::into_inner) {
            if self.seen.values().any(|it| it["id"] == thing["id"]) {
                self.see(thing);
            }
        }
    }

    async fn write(&mut self) -> Result<()> {
        self.written += 1;
        let words = format!("Note {} of life {} of {}.", self.written, self.life, self.who);
        let number = usize::try_from(self.life).unwrap_or_default() * 1000 + self.written;
        let Some(wish) = Wish::of(what(&mut self.random), number) else {
            let patient = self.random.below(PATIENTS);
            let saved = self.engine.save_note(&patient_id(patient), words.clone(), Content::default()).await;
            return match saved {
                Ok(note) => say(&json!({"note": note.to_string(), "words": words, "patient": patient})),
                Err(_) => Ok(()),
            };
        };
        self.look().await;
        let base = self.seen.get(wish.kind).context("a thing of the story")?.clone();
        say(&json!({"try": words, "base": base, "wrote": wish.wrote}))?;
        match self.engine.save_edit(&patient_id(EDITED), base, wish.edit, words.clone()).await {
            Ok(note) => say(&json!({"edit": note.to_string(), "words": words})),
            Err(_) => Ok(()),
        }
    }

    async fn settle(&mut self, note: shared::identity::NoteId) -> Result<()> {
        self.written += 1;
        let chosen = choose(&self.engine, note, self.written).await?;
        for it in &chosen {
            say(&json!({"choose": it.note, "conflict": it.conflict, "choice": it.choice}))?;
        }
        let choices: Vec<Choice> = chosen.iter().map(|it| it.choice).collect();
        Ok(self.engine.settle_conflict(note, &choices).await?)
    }

    /// Until nothing is left to send.
    async fn rest(&mut self, who: &StaffId) -> Result<()> {
        let (mut again, mut end, mut fewest) = (BTreeSet::new(), Instant::now() + PATIENCE, usize::MAX);
        // A token may have been lost with a kill.
        let _ = self.engine.sign_in(who).await;
        let _ = self.engine.unlock(who, pin()).await;
        while Instant::now() < end {
            let state = Arc::clone(&self.engine.watch().borrow());
            let left = state.outbox.iter().filter(|it| !matches!(it.state, OutboxState::Sent { .. })).count();
            if left < fewest {
                (fewest, end) = (left, Instant::now() + PATIENCE);
            }
            match todo(&state, &again) {
                Todo::Nothing => break,
                Todo::Wait => {
                    if state.problems.iter().any(|it| it.code == "sign-in-again") {
                        let _ = self.engine.sign_in(who).await;
                    }
                    if !state.sync.running {
                        self.engine.sync_now();
                    }
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
                Todo::Settle(note) => {
                    // Decided by a sync meanwhile, it is gone from the list.
                    let _ = self.settle(note).await;
                }
                Todo::SendAgain(note, _) => {
                    again.insert(note);
                    self.look().await;
                    let _ = self.engine.send_again(note).await;
                }
            }
        }
        let state = Arc::clone(&self.engine.watch().borrow());
        let unsent = state.outbox.iter().filter(|it| !matches!(it.state, OutboxState::Sent { .. }));
        let unsent: Vec<String> = unsent.map(|it| it.note.to_string()).collect();
        say(&json!({"rest": unsent}))
    }
}
