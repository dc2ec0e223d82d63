//! Search by time, a page at a time, to the end.

use jiff::Timestamp;
use serde_json::Value;

use super::clock::micros;
use super::{Store, StoreError, Stored};

/// Whose resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Of one person's record.
    Patient(String),
    /// With this participant (`Practitioner/…`).
    Actor(String),
}

/// One page of resources of one type, in order of `last_updated`.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// FHIR type.
    pub(crate) kind: String,
    /// Whose.
    pub(crate) scope: Scope,
    /// Not before.
    pub(crate) from: Timestamp,
    /// Not after.
    pub(crate) to: Timestamp,
    /// Behind this one.
    pub(crate) after: Option<PageToken>,
    /// At most so many.
    pub(crate) count: i64,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            kind: String::new(),
            scope: Scope::Patient(String::new()),
            from: Timestamp::MIN,
            to: Timestamp::MAX,
            after: None,
            count: i64::MAX,
        }
    }
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
    /// The rows of a page. A caller that wants to know whether more follow asks for one more than it shows.
    pub(crate) async fn page(&self, page: &Page) -> Result<Vec<Stored>, StoreError> {
        const OF_PATIENT: &str = "SELECT r.type, r.id, r.version, r.last_updated, r.patient_id, r.json FROM resources r
            WHERE r.patient_id = $1 AND r.type = $2 AND NOT r.deleted
            AND r.last_updated >= $3 AND r.last_updated <= $4 AND r.last_updated > $5
            ORDER BY r.last_updated LIMIT $6";
        const OF_ACTOR: &str = "SELECT r.type, r.id, r.version, r.last_updated, r.patient_id, r.json FROM resources r
            JOIN participants p ON p.type = r.type AND p.resource_id = r.id
            WHERE p.actor = $1 AND r.type = $2 AND NOT r.deleted
            AND r.last_updated >= $3 AND r.last_updated <= $4 AND r.last_updated > $5
            ORDER BY r.last_updated LIMIT $6";
        let (sql, whose) = match &page.scope {
            Scope::Patient(id) => (OF_PATIENT, id),
            Scope::Actor(reference) => (OF_ACTOR, reference),
        };
        let rows = sqlx::query_as(sql)
            .bind(whose)
            .bind(&page.kind)
            .bind(micros(page.from))
            .bind(micros(page.to))
            .bind(page.after.map_or(i64::MIN, |token| token.0))
            .bind(page.count)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows)
    }

    /// The current resources of one type of one person, oldest change first.
    pub(crate) async fn of_type(&self, patient: &str, kind: &str) -> Result<Vec<Value>, StoreError> {
        let page = Page { scope: Scope::Patient(patient.to_owned()), kind: kind.to_owned(), ..Page::default() };
        Ok(self.page(&page).await?.into_iter().map(|stored| stored.resource).collect())
    }

    /// Logical ids of the resources of one type that carry an identifier.
    pub(crate) async fn ids_by_identifier(
        &self,
        kind: &str,
        system: &str,
        value: &str,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT resource_id FROM identifiers WHERE type = $1 AND system = $2 AND value = $3";
        Ok(sqlx::query_scalar(sql).bind(kind).bind(system).bind(value).fetch_all(&self.readers).await?)
    }
}
