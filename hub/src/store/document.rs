//! Summaries made elsewhere, kept byte for byte.

use jiff::Timestamp;

use super::clock::{micros, time};
use super::{Store, StoreError};

/// An imported IPS document.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Whose it is.
    pub patient: String,
    /// SHA-256 of the bytes, hex: its identity here.
    pub sha256: String,
    /// When its author composed it; the epoch when it does not say.
    pub composed: Timestamp,
    /// Exactly what was read.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps a document. The same bytes for the same person a second time change nothing; false then.
    ///
    /// # Errors
    /// The database.
    pub async fn insert_document(&self, document: &Imported) -> Result<bool, StoreError> {
        let sql = "INSERT INTO documents (patient_id, sha256, composed_at, imported_at, bytes)
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (patient_id, sha256) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(&document.patient)
            .bind(&document.sha256)
            .bind(micros(document.composed))
            .bind(micros(Timestamp::now()))
            .bind(&document.bytes)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whose document these bytes are, when they were imported before.
    ///
    /// # Errors
    /// The database.
    pub async fn patient_of_document(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT patient_id FROM documents WHERE sha256 = $1 ORDER BY imported_at LIMIT 1";
        Ok(sqlx::query_scalar(sql).bind(sha256).fetch_optional(&self.readers).await?)
    }

    /// The latest composed document of a person, and how many there are.
    ///
    /// # Errors
    /// The database.
    pub async fn latest_document(&self, patient: &str) -> Result<Option<(Imported, i64)>, StoreError> {
        let sql = "SELECT sha256, composed_at, bytes, (SELECT COUNT(*) FROM documents WHERE patient_id = $1)
                   FROM documents WHERE patient_id = $1 ORDER BY composed_at DESC, imported_at DESC, sha256 LIMIT 1";
        let row: Option<(String, i64, Vec<u8>, i64)> =
            sqlx::query_as(sql).bind(patient).fetch_optional(&self.readers).await?;
        row.map(|(sha256, composed, bytes, count)| {
            let document = Imported { patient: patient.to_owned(), sha256, composed: time(composed)?, bytes };
            Ok((document, count))
        })
        .transpose()
    }
}
