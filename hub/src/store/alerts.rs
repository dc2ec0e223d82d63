//! Broken glass in the privacy officer's queue, and the patient's letters.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::clock::micros;
use super::queue::{Kept, Review, corrupt, moment};
use super::{AuditRow, Store, StoreError};

/// A line of the privacy officer's queue with the declaration behind it.
#[derive(Debug, Clone)]
pub(crate) struct Alerted {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) declaration: String,
    pub(crate) staff: String,
    pub(crate) patient: String,
    pub(crate) answer: String,
    pub(crate) reason_code: Option<String>,
    pub(crate) reason_text: Option<String>,
    pub(crate) declared: Timestamp,
    pub(crate) ended: Option<Timestamp>,
    /// Until when the patient is to be told, when they are.
    pub(crate) due: Option<Timestamp>,
    pub(crate) sent: Option<Timestamp>,
}

const ALERTS: &str = "SELECT a.id, a.kind,
    d.id AS declaration, d.staff_id, d.patient_id, d.outcome AS answer, d.reason_code, d.reason_text,
    d.declared_at, d.ended_at, l.due, l.sent FROM alerts a JOIN declarations d ON d.id = a.declaration_id
    LEFT JOIN letters l ON l.declaration_id = d.id";

impl FromRow<'_, SqliteRow> for Alerted {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let at = |name: &str| moment(row, name);
        let missing = || corrupt(StoreError::Corrupt("time"));
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            declaration: row.try_get("declaration")?,
            staff: row.try_get("staff_id")?,
            patient: row.try_get("patient_id")?,
            answer: row.try_get("answer")?,
            reason_code: row.try_get("reason_code")?,
            reason_text: row.try_get("reason_text")?,
            declared: at("declared_at")?.ok_or_else(missing)?,
            ended: at("ended_at")?,
            due: at("due")?,
            sent: at("sent")?,
        })
    }
}

impl Store {
    /// One line of the queue.
    pub(crate) async fn alerted(&self, id: &str) -> Result<Option<Alerted>, StoreError> {
        let sql = format!("{ALERTS} WHERE a.id = $1");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&self.readers).await?)
    }

    /// All of one person, oldest first.
    pub(crate) async fn alerts_about(&self, patient: &str) -> Result<Vec<Alerted>, StoreError> {
        let sql = format!("{ALERTS} WHERE d.patient_id = $1 ORDER BY a.raised, a.id");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(patient).fetch_all(&self.readers).await?)
    }

    /// Notes what came of a review, with its line in the account. False when there was one already.
    pub(crate) async fn review_glass(&self, id: &str, it: &Review, row: &AuditRow) -> Result<bool, StoreError> {
        let mut write = self.begin().await?;
        if !write.review(Kept::Glass, id, it).await? {
            return Ok(false);
        }
        self.audit_in(&mut write, row).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Notes that the patient was told. False when that was noted already, or nothing is to be told.
    pub(crate) async fn letter_sent(&self, declaration: &str, row: &AuditRow) -> Result<bool, StoreError> {
        let mut write = self.begin().await?;
        let sql = "UPDATE letters SET sent = $2, sent_by = $3 WHERE declaration_id = $1 AND sent IS NULL";
        let done = sqlx::query(sql).bind(declaration).bind(micros(Timestamp::now())).bind(&row.staff);
        if done.execute(&mut *write.tx).await?.rows_affected() == 0 {
            return Ok(false);
        }
        self.audit_in(&mut write, row).await?;
        write.commit().await?;
        Ok(true)
    }
}
