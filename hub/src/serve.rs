//! Running the hub: open, seed, import, listen.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use shared::consent::EmergencyNone;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::api::{Hub, end_what_is_over, router};
use crate::auth::{Entrance, Gate, IssuerError};
use crate::import::{Report, import};
use crate::keys::{HubKeys, KeysError};
use crate::store::{Store, StoreError};

/// How a hub is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The SQLite file, made when missing.
    pub database: PathBuf,
    /// Fill an empty database with demo people and staff, and let anyone sign in as one of the staff.
    pub demo: bool,
    /// Import the IPS documents below this directory before listening.
    pub import: Option<PathBuf>,
    /// What an emergency with no recorded choice means.
    pub emergency_none: EmergencyNone,
    /// How people and devices come in.
    pub entrance: Entrance,
}

/// Why a hub does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error("the database cannot be used")]
    Store(#[from] StoreError),
    /// The keys beside the database.
    #[error("the keys of the hub cannot be used")]
    Keys(#[from] KeysError),
    /// The files of the issuer.
    #[error("the issuer cannot be used")]
    Issuer(#[from] IssuerError),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The directory to import.
    #[error("the directory to import cannot be read")]
    Import(#[source] std::io::Error),
}

/// A hub that runs until it is stopped. Dropped without [`Running::stop`] it stops too, without waiting.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What was imported at the start.
    pub imported: Report,
    /// What it keeps, for tests and tools in the same process.
    pub store: Store,
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// How long requests in flight are waited for at the end.
const GRACE: Duration = Duration::from_secs(5);

/// Starts a hub. It answers when this returns.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(options: Options) -> Result<Running, ServeError> {
    let store = Store::open(&options.database).await?;
    store.forget_expired(Timestamp::now()).await?;
    let gate = Gate::new(&options.entrance, options.demo)?;
    let keys = HubKeys::beside(&options.database)?;
    if options.demo && store.is_empty().await? {
        crate::demo::seed(&store).await?;
    }
    let imported = match &options.import {
        Some(directory) => import(&store, directory).await.map_err(ServeError::Import)?,
        None => Report::default(),
    };
    let refused = |e| ServeError::Listen(options.listen, e);
    let listener = TcpListener::bind(options.listen).await.map_err(refused)?;
    let addr = listener.local_addr().map_err(refused)?;
    note_head(&store).await?;
    let hub = Hub {
        store: store.clone(),
        setting: options.emergency_none,
        keys: Arc::new(keys),
        address: addr.to_string().into(),
        gate,
        // Signing in without a password is for this machine, unless the owner says otherwise.
        dev_sign_in: (addr.ip().is_loopback() && options.entrance.issuer.is_none())
            || options.entrance.dev_sign_in_anywhere,
    };
    // What ended while nobody was here is written down before anybody is answered.
    end_what_is_over(&store).await?;
    let watch = tokio::spawn(end_in_time(store.clone()));
    let (end, ended) = oneshot::channel::<()>();
    // Who is asking is needed to tell who asks too often.
    let routes = router(hub).into_make_service_with_connect_info::<SocketAddr>();
    let service = axum::serve(listener, routes).with_graceful_shutdown(async {
        // A dropped sender ends it as well.
        let _ = ended.await;
    });
    let task = tokio::spawn(async move {
        if service.await.is_err() {
            tracing::error!("the hub stopped listening");
        }
        watch.abort();
    });
    Ok(Running { addr, imported, store, end: Some(end), task })
}

/// Between two looks for broken glass whose hour is over.
const LOOK_EVERY: Duration = Duration::from_secs(30);

async fn end_in_time(store: Store) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if end_what_is_over(&store).await.is_err() {
            tracing::warn!("the end of broken glass could not be written; it is tried again");
        }
    }
}

/// Writes the head of the account to the log: kept there, it tells whether the end of the chain was cut off since.
async fn note_head(store: &Store) -> Result<(), StoreError> {
    let head = store.own_head().await?;
    tracing::info!(seq = head.seq, hash = head.hash, "audit head");
    Ok(())
}

impl Running {
    /// `http://host:port/fhir`.
    pub fn base(&self) -> String {
        format!("http://{}/fhir", self.addr)
    }

    /// Finishes what is in flight, closes the database, and returns when both are done.
    pub async fn stop(mut self) {
        if let Some(end) = self.end.take() {
            // Fails only when the service has ended already.
            let _ = end.send(());
        }
        if tokio::time::timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
        }
        if note_head(&self.store).await.is_err() {
            tracing::warn!("the head of the account could not be read at the end");
        }
        self.store.close().await;
    }
}
