//! Search by time, a page at a time, to the end.

use jiff::Timestamp;

use super::clock::micros;
use super::{Store, StoreError, Stored};

/// One page of a person's resources of one type, in order of `last_updated`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// FHIR type.
    pub(crate) kind: String,
    /// Whose.
    pub(crate) patient: String,
    /// Not before.
    pub(crate) from: Option<Timestamp>,
    /// Not after.
    pub(crate) to: Option<Timestamp>,
    /// Behind this one.
    pub(crate) after: Option<PageToken>,
    /// At most so many.
    pub(crate) count: i64,
}

/// The last row of a page. `last_updated` is unique in the store, so it alone names the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageToken(pub(crate) i64);

impl PageToken {
    /// The place of a row.
    pub(crate) fn of(stored: &Stored) -> Self {
        Self(micros(stored.last_updated))
    }
}

impl Store {
    /// The rows of a page. One more than `count` is not fetched: the caller asks for `count + 1` to learn of more.
    pub(crate) async fn page(&self, page: &Page) -> Result<Vec<Stored>, StoreError> {
        let sql = "SELECT type, id, version, last_updated, patient_id, json FROM resources
                   WHERE patient_id = $1 AND type = $2 AND NOT deleted
                   AND last_updated >= $3 AND last_updated <= $4 AND last_updated > $5
                   ORDER BY last_updated LIMIT $6";
        let rows = sqlx::query_as(sql)
            .bind(&page.patient)
            .bind(&page.kind)
            .bind(page.from.map_or(i64::MIN, micros))
            .bind(page.to.map_or(i64::MAX, micros))
            .bind(page.after.map_or(i64::MIN, |token| token.0))
            .bind(page.count)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows)
    }

    /// The Appointments an actor (`Practitioner/…`) takes part in, by start.
    pub(crate) async fn appointments_of(&self, actor: &str) -> Result<Vec<Stored>, StoreError> {
        let sql = "SELECT r.type, r.id, r.version, r.last_updated, r.patient_id, r.json FROM resources r
                   JOIN participants p ON p.type = r.type AND p.resource_id = r.id
                   WHERE p.actor = $1 AND r.type = 'Appointment' AND NOT r.deleted ORDER BY r.last_updated";
        Ok(sqlx::query_as(sql).bind(actor).fetch_all(&self.readers).await?)
    }
}
