//! Documents made elsewhere, kept byte for byte: the summary of a person, or further ones beside it.

use jiff::Timestamp;
use uuid::Uuid;

use super::clock::{micros, time};
use super::{Store, StoreError};

/// A document as it was received.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its name here: says nothing of what is in it.
    pub id: String,
    /// Whose it is.
    pub patient: String,
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
    /// When its author composed it; the epoch when it does not say.
    pub composed: Timestamp,
    /// It stands beside a record that is put together here, and is never the summary itself.
    pub beside: bool,
    /// Exactly what was read.
    pub bytes: Vec<u8>,
}

/// A row: id, patient, sha256, composed, beside, bytes.
type Row = (String, String, String, i64, bool, Vec<u8>);

impl Imported {
    /// A document that has no name here yet.
    pub(crate) fn new(patient: &str, sha256: String, composed: Timestamp, beside: bool, bytes: Vec<u8>) -> Self {
        Self { id: Uuid::now_v7().to_string(), patient: patient.to_owned(), sha256, composed, beside, bytes }
    }

    fn read((id, patient, sha256, composed, beside, bytes): Row) -> Result<Self, StoreError> {
        Ok(Self { id, patient, sha256, composed: time(composed)?, beside, bytes })
    }
}

impl Store {
    /// Keeps a document. The same bytes for the same person a second time change nothing; false then.
    ///
    /// # Errors
    /// The database.
    pub async fn insert_document(&self, document: &Imported) -> Result<bool, StoreError> {
        let sql = "INSERT INTO documents (id, patient_id, sha256, composed_at, imported_at, beside, bytes)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (patient_id, sha256) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(&document.id)
            .bind(&document.patient)
            .bind(&document.sha256)
            .bind(micros(document.composed))
            .bind(micros(Timestamp::now()))
            .bind(document.beside)
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

    /// The document that is the summary of a person: the latest composed of those that are not beside a record.
    ///
    /// # Errors
    /// The database.
    pub async fn latest_document(&self, patient: &str) -> Result<Option<Imported>, StoreError> {
        let sql = "SELECT id, patient_id, sha256, composed_at, beside, bytes FROM documents
                   WHERE patient_id = $1 AND NOT beside
                   ORDER BY composed_at DESC, imported_at DESC, sha256 LIMIT 1";
        let row: Option<Row> = sqlx::query_as(sql).bind(patient).fetch_optional(&self.readers).await?;
        row.map(Imported::read).transpose()
    }

    /// All documents of a person but the one that is the summary, latest composed first.
    ///
    /// # Errors
    /// The database.
    pub async fn further_documents(&self, patient: &str) -> Result<Vec<Imported>, StoreError> {
        let summary = self.latest_document(patient).await?.map(|document| document.id);
        let sql = "SELECT id, patient_id, sha256, composed_at, beside, bytes FROM documents
                   WHERE patient_id = $1 ORDER BY composed_at DESC, imported_at DESC, sha256";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(patient).fetch_all(&self.readers).await?;
        rows.into_iter().filter(|row| Some(&row.0) != summary.as_ref()).map(Imported::read).collect()
    }

    /// A document by its name here.
    ///
    /// # Errors
    /// The database.
    pub async fn document(&self, id: &str) -> Result<Option<Imported>, StoreError> {
        let sql = "SELECT id, patient_id, sha256, composed_at, beside, bytes FROM documents WHERE id = $1";
        let row: Option<Row> = sqlx::query_as(sql).bind(id).fetch_optional(&self.readers).await?;
        row.map(Imported::read).transpose()
    }
}
