//! An open vault and its verbs.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use jiff::Timestamp;
use shared::identity::LeaseId;
use shared::note::Note;
use shared::sync::OutboxEntry;
use tokio::sync::oneshot;
use tokio::task;

use super::shared::Shared;
use super::writer::{Command, Writer};
use super::{Kind, Listing, Opened, VaultError, VaultProblem, Write, reader};

/// An open vault. Cheap to clone; all clones are one vault. It closes with its last clone, or with
/// [`Vault::close`], which forgets the keys at once and for all clones.
///
/// Every verb may be dropped while it waits: what was handed over is then done whole or not at all. Verbs must be
/// called on a tokio runtime.
#[derive(Clone)]
pub struct Vault {
    commands: Sender<Command>,
    pub(super) shared: Arc<Shared>,
}

impl Vault {
    pub(crate) fn start(writer: Writer) -> Result<Self, VaultError> {
        let (commands, received) = channel();
        let shared = writer.shared();
        thread::Builder::new()
            .name("vault-writer".into())
            .spawn(move || writer.run(&received))
            .map_err(|_| VaultError::Device("no thread for the vault"))?;
        Ok(Self { commands, shared })
    }

    /// Does all writes in one transaction. `Ok` means durable.
    ///
    /// # Errors
    /// Then none of them was done.
    pub async fn put(&self, writes: Vec<Write>) -> Result<(), VaultError> {
        self.ask(|reply| Command::Commit(writes, reply)).await
    }

    /// A record, or `None` when there is none.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it is there and does not open.
    pub async fn get(&self, kind: Kind, key: &str) -> Result<Option<Opened>, VaultError> {
        let key = key.to_owned();
        self.read(move |shared| reader::get(shared, kind, &key)).await
    }

    /// All records of a kind with their plaintext. Large ones are read from their files: for documents prefer
    /// [`Vault::keys`].
    ///
    /// # Errors
    /// When the vault is closed or its folder cannot be read. Records that do not open are in the listing.
    pub async fn list(&self, kind: Kind) -> Result<Listing, VaultError> {
        self.read(move |shared| reader::list(shared, kind)).await
    }

    /// The keys of all records of a kind, without reading large ones, and how many records did not tell theirs.
    ///
    /// # Errors
    /// When the vault is closed.
    pub async fn keys(&self, kind: Kind) -> Result<(Vec<String>, usize), VaultError> {
        self.read(move |shared| reader::keys(shared, kind)).await
    }

    /// Saves a note, its place in the outbox and, when given, the audit event about it in one transaction. Note
    /// and entry are stored as JSON under the note's id.
    ///
    /// # Errors
    /// Then nothing of it was saved.
    pub async fn save_note(&self, note: &Note, entry: &OutboxEntry, audit: Option<Write>) -> Result<(), VaultError> {
        let key = note.id.to_string();
        let mut writes = vec![Write::json(Kind::Note, key.clone(), note)?, Write::json(Kind::Outbox, key, entry)?];
        writes.extend(audit);
        self.put(writes).await
    }

    /// Destroys the key of a lease and forgets every record under it. When this answers `Ok`, nothing on this
    /// device opens them. A lease that is not known is no error.
    ///
    /// # Errors
    /// When the folder cannot be written. The key may be destroyed already; calling again finishes it.
    pub async fn shred(&self, lease: LeaseId) -> Result<(), VaultError> {
        self.ask(|reply| Command::Shred(lease, reply)).await
    }

    /// Tells the time: on a new day a new data key is used from here on, and keys no record needs are destroyed.
    /// Also makes the reserve again when there is room. To be called at unlocking and now and then after.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn tick(&self, now: Timestamp) -> Result<(), VaultError> {
        self.ask(|reply| Command::Tick(now, reply)).await
    }

    /// What the person must know about the vault itself.
    pub fn problems(&self) -> Vec<VaultProblem> {
        self.shared.problems.lock().map(|problems| problems.clone()).unwrap_or_default()
    }

    /// Finishes what is under way, closes the files and forgets the keys. All clones answer
    /// [`VaultError::Closed`] from here on. Closing twice is no error.
    pub async fn close(&self) {
        // A writer that is gone has closed already.
        let _ = self.ask(Command::Close).await;
        self.shared.forget();
    }

    async fn ask(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<(), VaultError>>) -> Command,
    ) -> Result<(), VaultError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).map_err(|_| VaultError::Closed)?;
        answer.await.map_err(|_| VaultError::Closed)?
    }

    async fn read<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&Shared) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let shared = Arc::clone(&self.shared);
        task::spawn_blocking(move || reading(&shared))
            .await
            .map_err(|_| VaultError::Device("a reading thread failed"))?
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}
