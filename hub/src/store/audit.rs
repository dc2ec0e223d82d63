//! The audit: who did what to whose record, when, why, and what was answered. Ids and codes, no clinical text.

use jiff::Timestamp;

use super::clock::{micros, time};
use super::{Store, StoreError};

/// One line of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditRow {
    /// Who; `None` before sign-in.
    pub staff: Option<String>,
    /// What: `decision`, `summary`, `search`, `read`, `note`, `sign-in`.
    pub action: &'static str,
    /// Whose record.
    pub patient: Option<String>,
    /// Purpose of use.
    pub purpose: Option<String>,
    /// `PERMIT`, `DENY`, `NOT_FOUND`.
    pub decision: Option<&'static str>,
    /// Reason of the decision.
    pub reason: Option<&'static str>,
    /// Which request.
    pub request: Option<String>,
}

impl Store {
    /// Appends a line, durably. A reader is answered only after this succeeded.
    ///
    /// # Errors
    /// The database.
    pub async fn audit(&self, row: &AuditRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit (recorded, staff_id, action, patient_id, purpose, decision, reason, request_id)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(micros(Timestamp::now()))
            .bind(&row.staff)
            .bind(row.action)
            .bind(&row.patient)
            .bind(&row.purpose)
            .bind(row.decision)
            .bind(row.reason)
            .bind(&row.request)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The access report of a person, oldest first: `(when, staff, action, decision, reason)`.
    ///
    /// # Errors
    /// The database.
    pub async fn access_report(&self, patient: &str) -> Result<Vec<AccessLine>, StoreError> {
        type Row = (i64, Option<String>, String, Option<String>, Option<String>, Option<String>);
        let sql = "SELECT recorded, staff_id, action, purpose, decision, reason FROM audit
                   WHERE patient_id = $1 ORDER BY seq";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(patient).fetch_all(&self.readers).await?;
        rows.into_iter()
            .map(|(recorded, staff, action, purpose, decision, reason)| {
                Ok(AccessLine { recorded: time(recorded)?, staff, action, purpose, decision, reason })
            })
            .collect()
    }
}

/// One line of a person's access report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLine {
    /// When.
    pub recorded: Timestamp,
    /// Who.
    pub staff: Option<String>,
    /// What.
    pub action: String,
    /// What for.
    pub purpose: Option<String>,
    /// What was answered.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
}
