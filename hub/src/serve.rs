//! Running the hub: open, seed, import, listen.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use jiff::Timestamp;
use shared::consent::EmergencyNone;
use tokio::task::JoinHandle;

use crate::api::{Hub, end_what_is_over, router};
use crate::auth::{Entrance, Gate, IssuerError};
use crate::import::{Report, import};
use crate::keys::{HubKeys, KeysError};
use crate::listen::{Limits, listen};
use crate::store::{Store, StoreError};
use crate::tls::{Tls, TlsError};

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
    /// How many connections there may be at once; see [`crate::CONNECTIONS`].
    pub connections: usize,
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
    /// The certificate, or that there is none where one is needed.
    #[error(transparent)]
    Tls(#[from] TlsError),
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
    /// SHA-256 of the certificate, hex: the pin that devices are given. `None` without TLS.
    pub fingerprint: Option<String>,
    /// What was imported at the start.
    pub imported: Report,
    /// What it keeps, for tests and tools in the same process.
    pub store: Store,
    end: Handle<SocketAddr>,
    task: JoinHandle<()>,
}

/// How long requests in flight are waited for at the end.
const GRACE: Duration = Duration::from_secs(5);

/// Starts a hub without TLS, on this machine only. It answers when this returns.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(options: Options) -> Result<Running, ServeError> {
    serve_over(options, None).await
}

/// Starts a hub. It answers when this returns.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve_over(options: Options, tls: Option<Tls>) -> Result<Running, ServeError> {
    if tls.is_none() && !options.listen.ip().is_loopback() {
        return Err(TlsError::Plain(options.listen).into());
    }
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
    let listener = TcpListener::bind(options.listen).map_err(refused)?;
    let addr = listener.local_addr().map_err(refused)?;
    note_head(&store).await?;
    let ready = tls.map(|tls| tls.ready(&options.database, addr.ip())).transpose()?;
    let hub = Hub {
        encrypted: ready.is_some(),
        store: store.clone(),
        setting: options.emergency_none,
        keys: Arc::new(keys),
        address: addr.to_string().into(),
        gate,
        dev_sign_in: may_choose_who_to_be(addr, &options.entrance),
    };
    // What ended while nobody was here is written down before anybody is answered.
    end_what_is_over(&store).await?;
    let watch = tokio::spawn(end_in_time(store.clone()));
    let (fingerprint, config) = ready.map(|ready| (ready.fingerprint, ready.config)).unzip();
    let end = Handle::new();
    let service = listen(listener, config, Limits::of(options.connections), end.clone(), router(hub));
    let task = tokio::spawn(async move {
        if service.await.is_err() {
            tracing::error!("the hub stopped listening");
        }
        watch.abort();
    });
    Ok(Running { addr, fingerprint, imported, store, end, task })
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

/// Signing in without a password is for this machine, unless the owner says otherwise.
fn may_choose_who_to_be(addr: SocketAddr, entrance: &Entrance) -> bool {
    (addr.ip().is_loopback() && entrance.issuer.is_none()) || entrance.dev_sign_in_anywhere
}

/// Writes the head of the account to the log: kept there, it tells whether the end of the chain was cut off since.
async fn note_head(store: &Store) -> Result<(), StoreError> {
    let head = store.own_head().await?;
    tracing::info!(seq = head.seq, hash = head.hash, "audit head");
    Ok(())
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end.shutdown();
    }
}

impl Running {
    /// `http://host:port`, or `https`.
    pub fn origin(&self) -> String {
        let scheme = if self.fingerprint.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// `{origin}/fhir`.
    pub fn base(&self) -> String {
        format!("{}/fhir", self.origin())
    }

    /// Finishes what is in flight, closes the database, and returns when both are done.
    pub async fn stop(mut self) {
        self.end.graceful_shutdown(Some(GRACE));
        if tokio::time::timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
        }
        if note_head(&self.store).await.is_err() {
            tracing::warn!("the head of the account could not be read at the end");
        }
        self.store.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_other_machines_reach_it_nobody_chooses_who_to_be_unless_the_owner_says_so() {
        let let_in = |text: &str, anywhere| {
            let entrance = Entrance { dev_sign_in_anywhere: anywhere, ..Entrance::default() };
            may_choose_who_to_be(text.parse().unwrap(), &entrance)
        };
        assert!(let_in("127.0.0.1:8080", false) && let_in("[::1]:8080", false));
        for reached in ["0.0.0.0:8080", "[::]:8080", "192.0.2.7:8080"] {
            assert!(!let_in(reached, false) && let_in(reached, true), "{reached}");
        }
    }
}
