//! A device in a folder of its own, with a wall clock that can be turned.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use shared::identity::{Demographics, PatientId, StaffId};
use shared::lease::Monotonic;
use tempfile::TempDir;

use super::hub::{Fault, Hub};
use crate::vault::{Limits, SecretPlace};
use crate::{Config, Engine, Link, OpenOutcome, Options, Permission, Session, State};

/// A device. Dropping the engine and starting again in the same folder is what a kill looks like from inside.
pub(super) struct Device {
    pub(super) engine: Engine,
    pub(super) folder: TempDir,
    wall: Arc<AtomicI64>,
    /// What has passed by the clock that nobody can set, seconds more than did.
    passed: Arc<AtomicI64>,
    base: String,
}

pub(super) fn pin() -> SecretString {
    SecretString::from("246810")
}

pub(super) fn p(id: &str) -> PatientId {
    PatientId::new(id)
}

async fn start(folder: &Path, base: &str, wall: Arc<AtomicI64>, passed: Arc<AtomicI64>, locks_itself: bool) -> Engine {
    let clock = move || Timestamp::now().checked_add(SignedDuration::from_secs(wall.load(Ordering::SeqCst))).unwrap();
    let network = api_client::Limits {
        connect: Duration::from_secs(10),
        request: Duration::from_secs(20),
        ..api_client::Limits::default()
    };
    let begun = std::time::Instant::now();
    let count = move || {
        let millis = i64::try_from(begun.elapsed().as_millis()).unwrap() + passed.load(Ordering::SeqCst) * 1000;
        Some(Monotonic { boot: 1, millis })
    };
    let (vault, wall, monotonic): (_, _, Arc<_>) = (Limits::cheap_for_tests(), Arc::new(clock), Arc::new(count));
    // Not in the key store of whoever runs the tests.
    let secret = SecretPlace::File;
    let options = Options { network, vault, wall, monotonic, locks_itself, secret, ..Options::default() };
    Engine::start_with(Config { folder: folder.to_owned(), base_url: base.to_owned() }, options).await.unwrap()
}

impl Device {
    /// A new device; nobody has signed in.
    pub(super) async fn new(hub: &Hub) -> Self {
        let (folder, wall, passed) =
            (TempDir::new().unwrap(), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let engine = start(folder.path(), &hub.base, wall.clone(), passed.clone(), false).await;
        Self { engine, folder, wall, passed, base: hub.base.clone() }
    }

    /// The same device, and it closes by itself when nobody uses it.
    pub(super) async fn that_locks(hub: &Hub, staff: &str) -> Self {
        let (folder, wall, passed) =
            (TempDir::new().unwrap(), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let engine = start(folder.path(), &hub.base, wall.clone(), passed.clone(), true).await;
        engine.sign_in(&StaffId::new(staff)).await.unwrap();
        engine.set_pin(pin()).await.unwrap();
        Self { engine, folder, wall, passed, base: hub.base.clone() }
    }

    /// A new device on which this person has signed in and set a PIN.
    pub(super) async fn of(hub: &Hub, staff: &str) -> Self {
        let device = Self::new(hub).await;
        device.engine.sign_in(&StaffId::new(staff)).await.unwrap();
        device.engine.set_pin(pin()).await.unwrap();
        device
    }

    /// The app ends and starts again. The PIN is not entered yet.
    pub(super) async fn restart(self) -> Self {
        let Self { engine, folder, wall, passed, base } = self;
        engine.lock().await;
        let inner = Arc::downgrade(&engine.inner);
        drop(engine);
        // A process that ends takes with it what still waits for an answer; here that holds the files until it comes.
        while inner.upgrade().is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let engine = start(folder.path(), &base, wall.clone(), passed.clone(), false).await;
        Self { engine, folder, wall, passed, base }
    }

    /// Time passes.
    pub(super) fn pass(&self, minutes: i64) {
        self.turn_clock(minutes);
        self.passed.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    /// Turns the wall clock.
    pub(super) fn turn_clock(&self, minutes: i64) {
        self.wall.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    /// Takes the network away, and waits until the device has noticed: no answer is on its way any more.
    pub(super) async fn cut_off(&self, hub: &Hub) {
        hub.misbehave(|_| Some(Fault::DropBefore));
        self.engine.sync_now();
        self.until("offline", |s| matches!(s.link, Link::Offline { .. }) && !s.sync.running).await;
    }

    pub(super) fn state(&self) -> Arc<State> {
        self.engine.watch().borrow().clone()
    }

    /// Waits until the state is as wanted; fails with what it is instead. `Debug` of the state shows no names.
    pub(super) async fn until(&self, what: &str, wanted: impl Fn(&State) -> bool) -> Arc<State> {
        let mut watch = self.engine.watch();
        let waited = tokio::time::timeout(Duration::from_secs(120), watch.wait_for(|state| wanted(state))).await;
        match waited {
            Ok(state) => state.unwrap().clone(),
            Err(_) => panic!("never {what}: {:?}", self.state()),
        }
    }

    pub(super) async fn person(&self, id: &str) -> Demographics {
        self.engine.person(&p(id)).await.unwrap()
    }

    /// Opens a record that the hub permits.
    pub(super) async fn hold(&self, id: &str) -> Demographics {
        let person = self.person(id).await;
        assert_eq!(self.engine.open_record(&person, Permission::Recorded).await.unwrap(), OpenOutcome::Opened);
        person
    }

    pub(super) fn is_unlocked(&self) -> bool {
        matches!(self.state().session, Session::Unlocked(_))
    }
}

/// What a file holds. One that was replaced after its folder was listed is not there any more and holds nothing.
pub(super) fn bytes_of(file: &Path) -> Vec<u8> {
    match std::fs::read(file) {
        Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        read => read.unwrap(),
    }
}
