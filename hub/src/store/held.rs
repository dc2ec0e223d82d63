//! Notes that wait to be looked at. Nothing that was written is ever dropped.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::clock::micros;
use super::queue::{Kept, Review, corrupt, moment};
use super::{Amending, AuditRow, Store, StoreError, Stored, Write};

/// A note that waits.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Of the resource that stands for the note.
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) patient: String,
    /// Who wrote it.
    pub(crate) staff: String,
    pub(crate) raised: Timestamp,
}

impl FromRow<'_, SqliteRow> for Held {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let raised = moment(row, "raised")?.ok_or_else(|| corrupt(StoreError::Corrupt("time")))?;
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("resource_type")?,
            patient: row.try_get("patient_id")?,
            staff: row.try_get("staff_id")?,
            raised,
        })
    }
}

impl Write {
    /// Puts a note into the queue.
    pub(crate) async fn hold(&mut self, note: &Stored, kind: &'static str, staff: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO held_notes (id, kind, patient_id, staff_id, raised, resource_type)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let row = sqlx::query(sql).bind(&note.id).bind(kind).bind(note.patient.as_deref().unwrap_or_default());
        row.bind(staff).bind(micros(note.last_updated)).bind(&note.kind).execute(&mut *self.tx).await?;
        Ok(())
    }
}

impl Store {
    /// One note of the queue.
    pub(crate) async fn held(&self, id: &str) -> Result<Option<Held>, StoreError> {
        let sql = "SELECT * FROM held_notes WHERE id = $1";
        Ok(sqlx::query_as(sql).bind(id).fetch_optional(&self.readers).await?)
    }

    /// Stores the note as the review leaves it, with what follows from it for an earlier one and with its line in the account. False when it was looked into before.
    pub(crate) async fn review_note(
        &self,
        held: &Held,
        parts: Vec<Value>,
        amending: Option<Amending<'_>>,
        it: &Review,
        row: &AuditRow,
    ) -> Result<bool, StoreError> {
        let mut write = self.begin().await?;
        if !write.review(Kept::Note, &held.id, it).await? {
            return Ok(false);
        }
        for part in parts {
            write.put(part, Some(&held.patient)).await?;
        }
        if let Some(amending) = amending {
            write.amend(&amending).await?;
        }
        self.audit_in(&mut write, row).await?;
        write.commit().await?;
        Ok(true)
    }
}
