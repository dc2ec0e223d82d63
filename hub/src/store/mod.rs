//! What the hub keeps: one SQLite file. Everything about SQL is in this module.
//!
//! The SQL is plain (`$1` placeholders, `ON CONFLICT`, `RETURNING`), so that PostgreSQL can follow.

pub(crate) mod access;
mod alerts;
mod audit;
mod chain;
pub(crate) mod clock;
mod device;
mod device_code;
mod document;
mod gaps;
mod glass;
mod heads;
mod held;
mod leases;
mod notes;
mod patient;
mod query;
mod queue;
mod readers;
mod relay;
mod resource;
mod sign_in;
mod visits;
mod write;

use std::path::Path;
use std::time::Duration;

use shared::identity::DeviceId;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

pub use access::{Declaration, Grant};
pub(crate) use alerts::Alerted;
pub use audit::{AccessLine, AuditRow};
pub use chain::Unsound;
pub(crate) use chain::{Alert, named};
pub use device::Device;
pub(crate) use device::{Applicant, Enrolled};
pub(crate) use device_code::{DeviceCode, Polled};
pub use document::Imported;
pub use gaps::Gap;
pub(crate) use gaps::SetAside;
pub(crate) use glass::{Closing, Told};
pub(crate) use heads::Signature;
pub(crate) use held::Held;
pub(crate) use leases::Given;
pub(crate) use notes::{Amending, is_for_clinicians};
pub(crate) use patient::{family_names, fold};
pub(crate) use query::{Page, PageToken, Scope};
pub(crate) use queue::{Review, Waiting};
pub use resource::Stored;
pub(crate) use resource::{identifiers_of, patient_of};
pub(crate) use sign_in::{Pending, SignIn, Taken, Token};
pub(crate) use write::{Claim, Created, Write};

/// The store, cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    readers: SqlitePool,
    /// SQLite has one writer at a time. A pool of one connection queues writers fairly; its own busy handler does not.
    writer: SqlitePool,
    /// The name of this hub's own chain of audit events.
    hub: DeviceId,
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed, or could not be opened.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought to this version.
    #[error("the database could not be brought to this version")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored is not what this version writes.
    #[error("a stored {0} could not be read")]
    Corrupt(&'static str),
    /// What was given is no FHIR resource.
    #[error("not a FHIR resource: {0}")]
    NotAResource(&'static str),
    /// The person is not known.
    #[error("no such patient")]
    NoSuchPatient,
    /// The operating system gave no random numbers.
    #[error("no random numbers from the operating system")]
    Random,
}

impl Store {
    /// Opens the file, creating it and its tables when missing.
    ///
    /// Write-ahead log with `synchronous = FULL`: an answer "stored" is given after the disk said so.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Migration`].
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .disable_statement_logging()
            .busy_timeout(Duration::from_secs(10));
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!().run(&writer).await?;
        let hub = Self::own_chain(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(8).connect_with(options.read_only(true)).await?;
        Ok(Self { readers, writer, hub })
    }

    /// Opens a file that is there, to read it and nothing else: it is not brought to this version.
    ///
    /// # Errors
    /// [`StoreError::Database`], also when this hub never wrote the file.
    pub async fn open_to_look(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).disable_statement_logging();
        let readers = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let hub = Self::known_chain(&readers).await?;
        Ok(Self { writer: readers.clone(), readers, hub })
    }

    /// Whether no person and no member of staff is stored.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let sql = "SELECT (SELECT COUNT(*) FROM patients) + (SELECT COUNT(*) FROM staff)";
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(&self.readers).await?;
        Ok(rows == 0)
    }

    /// Waits for running work and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
