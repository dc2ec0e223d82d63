//! The privacy officer's queue: everything that waits to be looked into, of whatever kind, and what came of it.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::clock::{micros, time};
use super::{Store, StoreError, Write};

/// What came of looking into something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) outcome: String,
    pub(crate) words: String,
}

/// A line of the queue. It names nobody.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) raised: Timestamp,
    pub(crate) review: Option<Review>,
    /// Until when the patient is to be told, when they are.
    pub(crate) due: Option<Timestamp>,
    pub(crate) sent: Option<Timestamp>,
}

/// Where something of the queue is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Glass,
    Chain,
    Note,
}

impl Kept {
    const fn table(self) -> &'static str {
        match self {
            Self::Glass => "alerts",
            Self::Chain => "audit_alerts",
            Self::Note => "held_notes",
        }
    }
}

const QUEUE: &str = "SELECT a.id, a.kind, a.raised, a.reviewed, a.reviewer, a.outcome, a.words, l.due, l.sent
    FROM alerts a LEFT JOIN letters l ON l.declaration_id = a.declaration_id
    UNION ALL SELECT 'chain-' || id, 'account-' || kind, received, reviewed, reviewer, outcome, words, NULL, NULL
    FROM audit_alerts
    UNION ALL SELECT 'note-' || id, kind, raised, reviewed, reviewer, outcome, words, NULL, NULL FROM held_notes";

impl FromRow<'_, SqliteRow> for Waiting {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let at = |name: &str| moment(row, name);
        let raised = at("raised")?.ok_or_else(|| corrupt(StoreError::Corrupt("time")))?;
        let (id, kind, due, sent) = (row.try_get("id")?, row.try_get("kind")?, at("due")?, at("sent")?);
        Ok(Self { id, kind, raised, review: review(row)?, due, sent })
    }
}

/// The review that a row carries.
pub(super) fn review(row: &SqliteRow) -> Result<Option<Review>, sqlx::Error> {
    let text = |name: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(name)?.unwrap_or_default());
    let Some(at) = moment(row, "reviewed")? else { return Ok(None) };
    Ok(Some(Review { at, by: text("reviewer")?, outcome: text("outcome")?, words: text("words")? }))
}

pub(super) fn moment(row: &SqliteRow, name: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    row.try_get::<Option<i64>, _>(name)?.map(time).transpose().map_err(corrupt)
}

pub(super) fn corrupt(error: StoreError) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

impl Store {
    /// All of it: what waits first, then what was looked into, newest first.
    pub(crate) async fn queue(&self) -> Result<Vec<Waiting>, StoreError> {
        let sql = format!("SELECT * FROM ({QUEUE}) ORDER BY reviewed IS NOT NULL, raised DESC, id");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&self.readers).await?)
    }

    /// One line of it.
    pub(crate) async fn waiting(&self, id: &str) -> Result<Option<Waiting>, StoreError> {
        let sql = format!("SELECT * FROM ({QUEUE}) WHERE id = $1");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&self.readers).await?)
    }
}

impl Write {
    /// Notes what came of looking into one thing. False when there was a review already.
    pub(super) async fn review(&mut self, kept: Kept, id: &str, it: &Review) -> Result<bool, StoreError> {
        let (table, set) = (kept.table(), "reviewed = $2, reviewer = $3, outcome = $4, words = $5");
        // What was kept back may be released later; nothing else is looked into twice.
        let sql = format!(
            "UPDATE {table} SET {set} WHERE id = $1 AND (reviewed IS NULL OR (outcome = 'kept-back' AND $4 = 'released'))"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(micros(it.at)).bind(&it.by);
        Ok(done.bind(&it.outcome).bind(&it.words).execute(&mut *self.tx).await?.rows_affected() > 0)
    }
}
