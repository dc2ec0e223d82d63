//! A device: the real engine on a real folder, in a runtime of its own that can be taken away in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use engine::{Config, Engine, Enrolment, OpenOutcome, Options, Permission, SecretPlace, Session, State};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use shared::identity::{PatientId, StaffId};
use shared::lease::Monotonic;
use shared::sensitive::Sensitive;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::disks::Disks;
use super::plan::Stop;
use super::proxy::Link;
use crate::wait::eventually;

const PIN: &str = "274913";

/// A device and the people who use it.
pub(super) struct Device {
    number: usize,
    life: usize,
    people: Vec<StaffId>,
    /// Which of them has it.
    now: usize,
    pub(super) link: Link,
    /// What its wall clock is ahead, seconds.
    ahead: Arc<AtomicI64>,
    /// What the clock counts that nobody can set.
    begun: Instant,
    engine: Option<Engine>,
    runtime: Option<Runtime>,
    pub(super) revoked: bool,
}

impl Device {
    /// A new one. Everybody signs in and sets a PIN; the last has it.
    pub(super) async fn new(disks: &Disks, number: usize, people: Vec<StaffId>, link: Link) -> Result<Self> {
        let (ahead, begun) = (Arc::default(), Instant::now());
        let (engine, runtime, revoked, now) = (None, None, false, people.len() - 1);
        let mut it = Self { number, life: 0, people, now, link, ahead, begun, engine, runtime, revoked };
        it.start(disks).await?;
        for now in 0..it.people.len() {
            it.now = now;
            it.sign_in().await?;
        }
        it.until_enrolled().await?;
        Ok(it)
    }

    /// From then on its notes are sealed to the hub as well.
    async fn until_enrolled(&self) -> Result<()> {
        eventually("the device to be enrolled", || async {
            let state = self.state().context("it is off")?;
            Ok((state.device.enrolment == Enrolment::Enrolled).then_some(()))
        })
        .await
    }

    /// How many people use it.
    pub(super) fn people(&self) -> usize {
        self.people.len()
    }

    /// The notes that lie sealed beside the vaults.
    pub(super) fn beside(&self, disks: &Disks) -> Vec<String> {
        let relay = disks.folder(self.number, self.life).join("device/relay");
        let names =
            [relay.clone(), relay.join("staged")].into_iter().filter_map(|it| std::fs::read_dir(it).ok()).flatten();
        names.flatten().map(|it| it.file_name().to_string_lossy().trim_end_matches(".spare").to_owned()).collect()
    }

    pub(super) fn who(&self) -> &StaffId {
        &self.people[self.now]
    }

    /// Starts the engine on the folder of this life.
    async fn start(&mut self, disks: &Disks) -> Result<()> {
        let config = Config { folder: disks.folder(self.number, self.life), base_url: self.link.base() };
        let (ahead, begun, boot) = (Arc::clone(&self.ahead), self.begun, 1);
        let wall = move || {
            let now = Timestamp::now();
            now.checked_add(SignedDuration::from_secs(ahead.load(Ordering::SeqCst))).unwrap_or(now)
        };
        let monotonic = move || Some(Monotonic { boot, millis: i64::try_from(begun.elapsed().as_millis()).ok()? });
        let options = Options {
            // No fault of the plan is a silence: a limit that runs out would be the machine's slowness.
            network: api_client::Limits {
                connect: Duration::from_secs(120),
                request: Duration::from_secs(120),
                ..api_client::Limits::default()
            },
            vault: engine::vault::Limits::cheap_for_tests(),
            secret: SecretPlace::File,
            locks_itself: false,
            wall: Arc::new(wall),
            monotonic: Arc::new(monotonic),
            ..Options::default()
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("device").enable_all().build()?;
        let starting = runtime.spawn(Engine::start_with(config, options));
        self.runtime = Some(runtime);
        self.engine = Some(starting.await??);
        Ok(())
    }

    /// Does something with the engine on the device's own runtime.
    pub(super) fn spawn<T, F>(&self, verb: impl FnOnce(Engine) -> F) -> Option<JoinHandle<T>>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (engine, runtime) = (self.engine.clone()?, self.runtime.as_ref()?);
        Some(runtime.spawn(verb(engine)))
    }

    /// The same, and waits for it.
    pub(super) async fn run<T, F>(&self, verb: impl FnOnce(Engine) -> F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        self.spawn(verb)?.await.ok()
    }

    pub(super) fn state(&self) -> Option<Arc<State>> {
        Some(Arc::clone(&self.engine.as_ref()?.watch().borrow()))
    }

    pub(super) fn sync(&self) {
        if let Some(engine) = &self.engine {
            engine.sync_now();
        }
    }

    pub(super) fn turn_clock(&self, hours: i64) {
        self.ahead.store(hours * 3600, Ordering::SeqCst);
    }

    /// Whoever has it signs in, and opens their vault or makes one.
    pub(super) async fn sign_in(&self) -> Result<()> {
        let who = self.who().clone();
        let signed = self.run(|engine| async move { engine.sign_in(&who).await }).await.context("it is off")?;
        signed.context("sign-in")?;
        self.open().await
    }

    /// Opens the vault of whoever has it.
    pub(super) async fn open(&self) -> Result<()> {
        let session = self.state().context("it is off")?.session.clone();
        let (who, pin) = (self.who().clone(), SecretString::from(PIN.to_owned()));
        let done = match session {
            Session::NeedsPin(staff) if staff.id == who => {
                self.run(|engine| async move { engine.set_pin(pin).await }).await
            }
            Session::Unlocked(staff) if staff.id == who => Some(Ok(())),
            _ => self.run(|engine| async move { engine.unlock(&who, pin).await }).await,
        };
        Ok(done.context("it is off")??)
    }

    /// The other person takes it.
    pub(super) async fn change(&mut self) -> Result<()> {
        self.now = (self.now + 1) % self.people.len();
        self.open().await
    }

    pub(super) fn is_shared(&self) -> bool {
        self.people.len() > 1
    }

    /// Opens a record, so that there is a lease.
    pub(super) async fn look(&self, patient: PatientId) -> Result<OpenOutcome> {
        let opened = self.run(|engine| async move {
            let person = engine.person(&patient).await?;
            engine.open_record(&person, Permission::Recorded).await
        });
        Ok(opened.await.context("it is off")??)
    }

    /// What it shows of a record that can be edited; nothing when the record may not be read here.
    pub(super) async fn things(&self, patient: PatientId) -> Vec<Value> {
        let read = self.run(|engine| async move { engine.record(&patient).await }).await;
        let things = read.and_then(Result::ok).map(|it| it.things).unwrap_or_default();
        things.into_iter().map(Sensitive::into_inner).collect()
    }

    /// Stops at this moment, without a word to the engine, and is started again on what is found.
    pub(super) async fn stop(&mut self, disks: &mut Disks, how: Stop) -> Result<()> {
        let found = disks.snapshot(self.number, self.life, how)?;
        if let Some(runtime) = self.runtime.take() {
            match found {
                Some(_) => runtime.shutdown_background(),
                // Without a recording the folder goes on: wait for who still writes to it.
                None => drop(tokio::task::spawn_blocking(move || drop(runtime)).await),
            }
        }
        self.engine = None;
        if let Some(found) = found {
            self.life += 1;
            disks.lay_out(&found, self.number, self.life)?;
        }
        self.start(disks).await?;
        self.open().await
    }

    /// Ends in an orderly way, and compares the recording with what is on the disk.
    pub(super) async fn end(&mut self, disks: &mut Disks) -> Result<()> {
        let _ = self.run(|engine| async move { engine.lock().await }).await;
        self.engine = None;
        if let Some(runtime) = self.runtime.take() {
            tokio::task::spawn_blocking(move || drop(runtime)).await?;
        }
        // The keys of a device that was shut out are destroyed with whole folders, which the recorder does not follow.
        if self.revoked { Ok(()) } else { disks.check(self.number, self.life) }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // One that is dropped where tasks run may not be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
