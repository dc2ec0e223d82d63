//! The façade: one device, its state, its runner.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use api_client::{Answer, Capability, Client, Error as ClientError, Launch, Page};
use jiff::Timestamp;
use shared::identity::{DeviceId, NoteId};
use shared::lock::Presence;
use shared::place::Position;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::audit::Account;
use crate::clock::{self, Clock, Wall};
use crate::session::{Open, Who, held};
use crate::sync::Life;
use crate::trust::Trust;
use crate::vault::{Device, Limits, SecretPlace, keeper};
use crate::verbs::{Waiting, is_unsent};
use crate::{EngineError, KnownPerson, Link, State, presence, sync};

/// Where the device keeps its data and whom it asks.
#[derive(Debug, Clone)]
pub struct Config {
    /// The device's folder; made when missing.
    pub folder: PathBuf,
    /// Base of the FHIR service, for example `http://127.0.0.1:8080/fhir`.
    pub base_url: String,
}

/// What a device may have beside its [`Config`]. The default is what the app uses.
#[derive(Clone)]
pub struct Options {
    /// One more trusted certificate (DER), given at enrolment.
    pub pinned: Option<Vec<u8>>,
    /// What a try to reach the service may cost.
    pub network: api_client::Limits,
    /// What an unlocking costs.
    pub vault: Limits,
    /// Where the device's part of every key goes. A file where the system has no key store that takes it; one that is in
    /// the key store stays there.
    pub secret: SecretPlace,
    /// Whether the vault closes by itself when nobody uses the device. Off only where no person is.
    pub locks_itself: bool,
    /// The wall clock.
    pub wall: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The clock that nobody can set, time asleep included.
    pub monotonic: Arc<dyn Fn() -> Option<shared::lease::Monotonic> + Send + Sync>,
}

impl Default for Options {
    fn default() -> Self {
        let wall: Wall = Arc::new(Timestamp::now);
        Self {
            pinned: None,
            network: api_client::Limits::default(),
            vault: Limits::default(),
            secret: SecretPlace::KeyStore,
            locks_itself: true,
            wall,
            monotonic: clock::counter(),
        }
    }
}

/// The device. Cheap to clone; all clones are one device. Its runner stops when the last clone is dropped.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    _runner: Arc<Runner>,
}

/// What the verbs and the runner share.
pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) device: Device,
    pub(crate) device_id: DeviceId,
    /// Who looked: written before anything is shown.
    pub(crate) audit: Arc<Account>,
    pub(crate) clock: Clock,
    pub(crate) who: Mutex<Who>,
    /// One change of person at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
    pub(crate) capability: Mutex<Option<Capability>>,
    pub(crate) here: Mutex<Option<Position>>,
    pub(crate) wake: Notify,
    /// The next sync was asked for by a person: waits that this device chose for itself are over.
    pub(crate) pressed: AtomicBool,
    /// A sign-in that waits for a browser or another device.
    pub(crate) waiting: Mutex<Option<Arc<Waiting>>>,
    /// What another program handed over for the next sign-in.
    pub(crate) launch: Mutex<Option<Launch>>,
    /// Whose signature a lease must have.
    pub(crate) trust: Trust,
    /// The link came back, or was never tried: what is held may have been taken back meanwhile.
    pub(crate) recheck: AtomicBool,
    /// Base of the record service.
    pub(crate) base: String,
    /// The device's standing there.
    pub(crate) life: Mutex<Life>,
    /// One round at a time, whoever asked for it.
    pub(crate) rounds: tokio::sync::Mutex<()>,
    /// Held from keeping a sealed note to the transaction that saves it.
    pub(crate) saving: tokio::sync::Mutex<()>,
    /// How the open vault was used last; `None` when none is open.
    pub(crate) presence: Mutex<Option<Presence>>,
    /// Wakes whoever watches over that.
    pub(crate) look: Arc<Notify>,
    pub(crate) started: Instant,
    pub(crate) locks_itself: bool,
    /// What the service is being told of while nobody waits for it.
    pub(crate) telling: Mutex<Vec<JoinHandle<()>>>,
    /// Nothing is done any more: the folder is that of a new device.
    pub(crate) wiped: AtomicBool,
    state: watch::Sender<Arc<State>>,
}

struct Runner(JoinHandle<()>);

impl Drop for Runner {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Engine {
    /// Opens the device's folder and starts the sync runner on the current tokio runtime.
    ///
    /// # Errors
    /// When the folder cannot be used, or `key-store-locked` and its like when the device's part of the keys is where it
    /// cannot be had now. Nothing is deleted.
    pub async fn start(config: Config) -> Result<Self, EngineError> {
        Self::start_with(config, Options::default()).await
    }

    /// The same, with other options.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub async fn start_with(config: Config, options: Options) -> Result<Self, EngineError> {
        let client = Client::with_limits(&config.base_url, options.pinned.as_deref(), options.network)?;
        let (folder, limits, wanted) = (config.folder, options.vault, options.secret);
        let (device, device_id, key) = blocking(move || {
            let device = Device::open_with(&folder, keeper(&folder, wanted)?, limits)?;
            let (id, key) = (device.id(), device.signing_key());
            Ok::<_, EngineError>((device, id, key))
        })
        .await??;
        // Without its key a device can still show what it holds; what needs a proof is refused by the service.
        let thumbprint = key.as_ref().ok().map(|key| key.thumbprint().to_owned());
        let trust = {
            let (device, base, origin) = (device.clone(), config.base_url.clone(), client.origin());
            blocking(move || Trust::new(&device, &base, origin, thumbprint)).await?
        };
        let client = match key {
            Ok(key) => client.with_device(key),
            Err(error) => {
                tracing::warn!(%error, "the device's key cannot be used");
                client
            }
        };
        let inner = Arc::new(Inner {
            client,
            audit: Account::new(device.clone()),
            device,
            device_id,
            clock: Clock::new(options.wall, options.monotonic),
            who: Mutex::new(Who::Nobody),
            turn: tokio::sync::Mutex::new(()),
            capability: Mutex::new(None),
            here: Mutex::new(None),
            wake: Notify::new(),
            pressed: AtomicBool::new(false),
            waiting: Mutex::new(None),
            launch: Mutex::new(None),
            trust,
            recheck: AtomicBool::new(true),
            base: config.base_url,
            life: Mutex::default(),
            rounds: tokio::sync::Mutex::new(()),
            saving: tokio::sync::Mutex::new(()),
            presence: Mutex::new(None),
            look: Arc::new(Notify::new()),
            started: Instant::now(),
            locks_itself: options.locks_itself,
            telling: Mutex::default(),
            wiped: AtomicBool::new(false),
            state: watch::Sender::new(Arc::new(State::default())),
        });
        let secret = inner.device.secret_place();
        inner.update(|state| state.device.secret = secret);
        inner.show_people().await;
        inner.load_life().await;
        tokio::spawn(presence::watch(Arc::downgrade(&inner)));
        let runner = Arc::new(Runner(tokio::spawn(sync::run(inner.clone()))));
        Ok(Self { inner, _runner: runner })
    }

    /// The state, and every later one.
    pub fn watch(&self) -> watch::Receiver<Arc<State>> {
        self.inner.state.subscribe()
    }

    /// The open session, or the `locked` error.
    pub(crate) fn open(&self) -> Result<Arc<Open>, EngineError> {
        // Out of time, and nobody came to close it yet: a phone was asleep.
        let open = self.inner.open().filter(|_| !self.inner.is_overdue());
        open.ok_or_else(EngineError::locked)
    }
}

impl Inner {
    /// The open session.
    pub(crate) fn open(&self) -> Option<Arc<Open>> {
        match &*held(&self.who) {
            Who::Open(open) => Some(open.clone()),
            _ => None,
        }
    }

    /// Changes the state; whoever watches is woken only when it became another.
    pub(crate) fn update(&self, change: impl FnOnce(&mut State)) {
        self.state.send_if_modified(|state| {
            let mut next = State::clone(state);
            change(&mut next);
            let changed = next != **state;
            if changed {
                *state = Arc::new(next);
            }
            changed
        });
    }

    /// Changes the state unless `open` is no longer who is at the device: what was begun for one person is
    /// never shown to another, nor on a locked screen.
    pub(crate) fn update_for(&self, open: &Arc<Open>, change: impl FnOnce(&mut State)) {
        let who = held(&self.who);
        if matches!(&*who, Who::Open(current) if Arc::ptr_eq(current, open)) {
            self.update(change);
        }
    }

    /// Changes who is at the device. All that the state holds of one person goes with them.
    pub(crate) fn set_who(&self, next: Who) {
        let mut who = held(&self.who);
        let session = next.session();
        *who = next;
        self.update(|state| {
            let (people, link, device) = (std::mem::take(&mut state.people), state.link, state.device);
            let revision = state.revision + 1;
            // Whom a launch was about stays for the person it was for, and for nobody else.
            let same =
                state.session.staff().is_some_and(|before| session.staff().is_some_and(|now| now.id == before.id));
            let launched = state.launched.take().filter(|_| same);
            *state = State { session, people, link, device, revision, launched, ..State::default() };
        });
    }

    /// The notes in the outbox of whoever is at the device.
    pub(crate) fn outbox_ids(&self) -> HashSet<NoteId> {
        self.state.borrow().outbox.iter().map(|item| item.note).collect()
    }

    /// How many notes of an open vault the record does not have.
    pub(crate) async fn unsent_of(&self, open: &Open) -> Result<usize, EngineError> {
        let (outgoing, unreadable) = crate::store::Outgoing::all(&open.vault).await?;
        Ok(outgoing.iter().filter(|out| is_unsent(&out.entry.state)).count() + unreadable)
    }

    /// Closes an open vault. The screen goes first, then the keys.
    pub(crate) async fn close(&self) {
        let open = match &*held(&self.who) {
            Who::Open(open) => open.clone(),
            _ => return,
        };
        *held(&self.presence) = None;
        self.set_who(Who::Locked(open.staff.clone(), None));
        self.leave_screen(&open, "screen-left").await;
        open.store_clock(&self.clock).await;
        open.settle().await;
        open.vault.close().await;
        self.show_relay().await;
    }

    /// Reads again who has a vault here.
    pub(crate) async fn show_people(&self) {
        let (device, now) = (self.device.clone(), self.clock.time());
        if let Ok(Ok(people)) = blocking(move || device.people(now)).await {
            let known = |p: crate::vault::Person| {
                let (staff, try_after, last_try, destroyed) = (p.staff, p.try_after, p.last_try, p.destroyed);
                KnownPerson { staff, try_after, last_try, destroyed }
            };
            let people = people.into_iter().map(known).collect();
            self.update(|state| state.people = people);
        }
    }

    /// Learns from an answer what it says beside its content: whether there is a link, and what time it is.
    pub(crate) fn hear<T>(&self, answer: Result<Answer<T>, ClientError>) -> Result<Answer<T>, ClientError> {
        let (time, link) = match &answer {
            Ok(answer) => (answer.server_time, Some(true)),
            Err(error) if error.refusal().is_some() => (error.server_time(), Some(true)),
            // A web page in place of data is a wireless network that wants a sign-in: the service is not reached.
            Err(ClientError::Html | ClientError::Redirected) => (None, Some(false)),
            Err(error) if error.is_offline() => (None, Some(false)),
            Err(_) => (None, None),
        };
        if let Some(time) = time {
            self.clock.hear(time);
        }
        if let Some(up) = link {
            self.set_link(up);
        }
        if let Err(error) = &answer
            && error.refusal().and_then(|refusal| refusal.error.as_deref()) == Some("device_revoked")
        {
            self.ask_again();
        }
        answer
    }

    /// The same for an answer to a person: a token that is not taken any more is forgotten, and they are told.
    pub(crate) async fn heard_as<T>(
        &self,
        open: &Arc<Open>,
        answer: Result<Answer<T>, ClientError>,
    ) -> Result<Answer<T>, ClientError> {
        let answer = self.hear(answer);
        if answer.as_ref().is_err_and(ClientError::needs_sign_in) {
            open.token_ended().await;
            self.show_problems(open);
        }
        answer
    }

    /// The same for the pages of a search.
    pub(crate) async fn heard_page(
        &self,
        open: &Arc<Open>,
        page: Result<Page, ClientError>,
    ) -> Result<Page, ClientError> {
        let answer = page.map(|page| Answer { server_time: page.server_time, value: page, etag: None });
        Ok(self.heard_as(open, answer).await?.value)
    }

    fn set_link(&self, up: bool) {
        let since = self.clock.wall();
        self.update(|state| {
            state.link = match (state.link, up) {
                (link @ Link::Online { .. }, true) | (link @ Link::Offline { .. }, false) => link,
                (_, true) => {
                    self.recheck.store(true, Ordering::SeqCst);
                    Link::Online { since }
                }
                (_, false) => Link::Offline { since },
            }
        });
    }

    /// Whether the last try was answered.
    pub(crate) fn is_online(&self) -> bool {
        matches!(self.state.borrow().link, Link::Online { .. })
    }

    /// Whether it is worth asking: nobody tried yet, or the last try was answered.
    pub(crate) fn may_be_online(&self) -> bool {
        !matches!(self.state.borrow().link, Link::Offline { .. })
    }

    /// What the server can do, asked once.
    pub(crate) async fn capability(&self) -> Result<Capability, EngineError> {
        if let Some(known) = *held(&self.capability) {
            return Ok(known);
        }
        let found = self.hear(self.client.capability().await)?.value;
        if found.signs_leases && !self.trust.signs() {
            self.learn_keys().await?;
        }
        *held(&self.capability) = Some(found);
        Ok(found)
    }
}

/// Runs what would hold up other work.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, EngineError> {
    tokio::task::spawn_blocking(work).await.map_err(EngineError::interrupted)
}
