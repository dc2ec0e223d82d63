//! A device: the real engine on a real folder.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use engine::{Config, Engine, FindQuery, OpenOutcome, Options, Permission, SecretPlace, Session, State};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use shared::identity::{Demographics, NhsNumber, Staff};
use shared::lease::Monotonic;
use shared::sync::OutboxState;
use tempfile::TempDir;

use crate::wait::eventually;

/// The PIN of everyone in the tests.
pub(crate) const PIN: &str = "274913";

/// A device with a folder of its own.
pub struct TestDevice {
    folder: TempDir,
    base: String,
    pin: Option<[u8; 32]>,
    locks_itself: bool,
    clock: Clock,
    engine: Option<Engine>,
}

/// The clocks of a device: those of this machine, and what a test let pass.
#[derive(Clone)]
struct Clock {
    begun: Instant,
    /// Seconds.
    passed: Arc<AtomicI64>,
}

impl Clock {
    fn new() -> Self {
        Self { begun: Instant::now(), passed: Arc::default() }
    }

    fn wall(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(SignedDuration::from_secs(self.passed.load(Ordering::SeqCst))).unwrap_or(now)
    }

    fn monotonic(&self) -> Option<Monotonic> {
        let millis = i64::try_from(self.begun.elapsed().as_millis()).ok()?;
        Some(Monotonic { boot: 1, millis: millis + self.passed.load(Ordering::SeqCst) * 1000 })
    }
}

impl TestDevice {
    /// A new device that asks the service at `base`.
    ///
    /// # Errors
    /// When the engine does not start.
    pub async fn new(base: &str) -> Result<Self> {
        Self::that_knows(base, None).await
    }

    /// The same, that closes by itself when nobody uses it, as the app does.
    ///
    /// # Errors
    /// When the engine does not start.
    pub async fn that_locks(base: &str) -> Result<Self> {
        let mut device = Self::off(base, None)?;
        device.locks_itself = true;
        device.switch_on().await?;
        Ok(device)
    }

    /// The same, that knows the service by its certificate alone (SHA-256).
    ///
    /// # Errors
    /// When the engine does not start.
    pub async fn pinned(base: &str, pin: [u8; 32]) -> Result<Self> {
        Self::that_knows(base, Some(pin)).await
    }

    async fn that_knows(base: &str, pin: Option<[u8; 32]>) -> Result<Self> {
        let mut device = Self::off(base, pin)?;
        device.switch_on().await?;
        Ok(device)
    }

    fn off(base: &str, pin: Option<[u8; 32]>) -> Result<Self> {
        let (folder, clock) = (tempfile::tempdir()?, Clock::new());
        Ok(Self { folder, base: base.to_owned(), pin, locks_itself: false, clock, engine: None })
    }

    /// Another device with a copy of all that lies on this one: what a backup that was played back is. Switch this one
    /// off first.
    ///
    /// # Errors
    /// When the folder cannot be copied.
    pub fn copy(&self) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        copy_into(self.folder.path(), folder.path())?;
        let (base, clock) = (self.base.clone(), self.clock.clone());
        Ok(Self { folder, base, pin: self.pin, locks_itself: self.locks_itself, clock, engine: None })
    }

    /// Starts the engine on the folder as it is.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn switch_on(&mut self) -> Result<()> {
        let config = Config { folder: self.folder.path().to_owned(), base_url: self.base.clone() };
        let (one, other) = (self.clock.clone(), self.clock.clone());
        let options = Options {
            // Nobody touches most devices: they would close in the middle of a long story on a slow machine.
            locks_itself: self.locks_itself,
            secret: SecretPlace::File,
            pinned: self.pin.map(Vec::from),
            wall: Arc::new(move || one.wall()),
            monotonic: Arc::new(move || other.monotonic()),
            ..Options::default()
        };
        self.engine = Some(Engine::start_with(config, options).await?);
        Ok(())
    }

    /// Lets go of the engine without telling it: nothing is closed in an orderly way.
    pub fn switch_off(&mut self) {
        self.engine = None;
    }

    /// Time passes, by both clocks of this device and of nothing else.
    pub fn pass(&self, minutes: i64) {
        self.clock.passed.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    /// The engine.
    ///
    /// # Errors
    /// When the device is off.
    pub fn engine(&self) -> Result<&Engine> {
        self.engine.as_ref().context("the device is off")
    }

    /// Where everything on this device lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The state now.
    ///
    /// # Errors
    /// When the device is off.
    pub fn state(&self) -> Result<Arc<State>> {
        Ok(Arc::clone(&self.engine()?.watch().borrow()))
    }

    /// Signs a person in by name with a connection and sets or gives the PIN of the tests.
    ///
    /// # Errors
    /// When the service does not know the name, or the vault does not open.
    pub async fn sign_in(&self, name: &str) -> Result<Staff> {
        let engine = self.engine()?;
        let staff = engine.staff_list().await?;
        let person = staff.into_iter().find(|s| s.name == name).with_context(|| format!("no {name} on the staff"))?;
        engine.sign_in(&person.id).await?;
        match self.state()?.session {
            Session::NeedsPin(_) => engine.set_pin(pin()).await?,
            Session::Locked(_) => engine.unlock(&person.id, pin()).await?,
            Session::Unlocked(_) | Session::SignedOut => {}
        }
        ensure!(matches!(self.state()?.session, Session::Unlocked(_)), "the vault of {name} is not open");
        Ok(person)
    }

    /// Opens the vault of someone known to this device, without asking the service.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn unlock(&self, person: &Staff) -> Result<()> {
        Ok(self.engine()?.unlock(&person.id, pin()).await?)
    }

    /// Looks a person up by NHS number; exactly one must be found.
    ///
    /// # Errors
    /// When none or several are.
    pub async fn find(&self, nhs_number: &str) -> Result<Demographics> {
        let number = NhsNumber::parse(nhs_number).context("an NHS number of a test")?;
        let mut found = self.engine()?.find(FindQuery::NhsNumber(number)).await?;
        ensure!(found.len() == 1, "{} people have one NHS number", found.len());
        found.pop().context("just counted")
    }

    /// Finds a person and asks for the record under what is recorded.
    ///
    /// # Errors
    /// When the person is not found or the service fails.
    pub async fn open(&self, nhs_number: &str) -> Result<(Demographics, OpenOutcome)> {
        let person = self.find(nhs_number).await?;
        let outcome = self.engine()?.open_record(&person, Permission::Recorded).await?;
        Ok((person, outcome))
    }

    /// Waits until nothing waits to be sent, and at least one thing was.
    ///
    /// # Errors
    /// After 30 s, with what still waits.
    pub async fn sent(&self) -> Result<()> {
        let all_sent = || async {
            let state = self.state()?;
            let sent = state.outbox.iter().all(|item| matches!(item.state, OutboxState::Sent { .. }));
            Ok((sent && !state.outbox.is_empty()).then_some(()))
        };
        let waited = eventually("the outbox to be sent", all_sent).await;
        waited.with_context(|| format!("outbox: {:?}", self.state().map(|s| s.outbox.clone())))
    }
}

pub(crate) fn copy_into(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let (entry, kind) = entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind)))?;
        let place = to.join(entry.file_name());
        if kind.is_dir() {
            std::fs::create_dir(&place)?;
            copy_into(&entry.path(), &place)?;
        } else {
            std::fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// The PIN of the tests as the engine wants it.
pub(crate) fn pin() -> SecretString {
    PIN.to_owned().into()
}
