//! One resource: reading it, storing a version of it, and what is indexed about it.

use jiff::Timestamp;
use serde_json::Value;
use shared::identity::NhsNumber;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::clock::time;
use super::{Store, StoreError};

/// A stored resource as it is now. Its JSON carries `id`, `meta.versionId` and `meta.lastUpdated`.
#[derive(Debug, Clone)]
pub struct Stored {
    /// FHIR type.
    pub kind: String,
    /// Logical id.
    pub id: String,
    /// Version, from 1.
    pub version: i64,
    /// Server time of this version, unique in the store.
    pub last_updated: Timestamp,
    /// Whose it is, when it belongs to one person.
    pub patient: Option<String>,
    /// The resource.
    pub resource: Value,
}

impl Stored {
    /// `Type/id`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let corrupt = |e: StoreError| sqlx::Error::Decode(Box::new(e));
        let json: String = row.try_get("json")?;
        Ok(Self {
            kind: row.try_get("type")?,
            id: row.try_get("id")?,
            version: row.try_get("version")?,
            last_updated: time(row.try_get("last_updated")?).map_err(corrupt)?,
            patient: row.try_get("patient_id")?,
            resource: serde_json::from_str(&json).map_err(|_| corrupt(StoreError::Corrupt("resource")))?,
        })
    }
}

impl Store {
    /// Stores a resource: a new one, or the next version of the one with its id. Without an id it gets one.
    ///
    /// # Errors
    /// [`StoreError::NotAResource`] without `resourceType`; otherwise the database.
    pub async fn insert_resource(&self, resource: Value) -> Result<Stored, StoreError> {
        let mut write = self.begin().await?;
        let stored = write.put(resource, None).await?;
        write.commit().await?;
        Ok(stored)
    }

    /// Stores many in one transaction: all or none, and one wait for the disk.
    ///
    /// # Errors
    /// As [`Store::insert_resource`].
    pub async fn insert_resources(&self, resources: Vec<Value>) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        for resource in resources {
            write.put(resource, None).await?;
        }
        write.commit().await
    }

    /// The current version.
    ///
    /// # Errors
    /// The database, or a row this version cannot read.
    pub async fn read(&self, kind: &str, id: &str) -> Result<Option<Stored>, StoreError> {
        let sql = "SELECT type, id, version, last_updated, patient_id, json FROM resources
                   WHERE type = $1 AND id = $2 AND NOT deleted";
        Ok(sqlx::query_as(sql).bind(kind).bind(id).fetch_optional(&self.readers).await?)
    }

    /// Every version there was, newest first; none of what is deleted now. Whose it is, it says as it is now.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn versions(&self, kind: &str, id: &str) -> Result<Vec<Stored>, StoreError> {
        let sql = "SELECT h.type, h.id, h.version, h.last_updated, r.patient_id, h.json FROM resource_history h
                   JOIN resources r ON r.type = h.type AND r.id = h.id
                   WHERE h.type = $1 AND h.id = $2 AND NOT h.deleted AND NOT r.deleted ORDER BY h.version DESC";
        Ok(sqlx::query_as(sql).bind(kind).bind(id).fetch_all(&self.readers).await?)
    }

    /// Everything of one person but the Patient itself, oldest change first.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn of_patient(&self, patient: &str) -> Result<Vec<Stored>, StoreError> {
        let sql = "SELECT type, id, version, last_updated, patient_id, json FROM resources
                   WHERE patient_id = $1 AND type <> 'Patient' AND NOT deleted ORDER BY last_updated";
        Ok(sqlx::query_as(sql).bind(patient).fetch_all(&self.readers).await?)
    }
}

/// The person a resource belongs to: `Patient` itself, or the first of the usual references to one.
pub(crate) fn patient_of(resource: &Value) -> Option<String> {
    if resource["resourceType"] == "Patient" {
        return resource["id"].as_str().map(str::to_owned);
    }
    let actors = resource["participant"].as_array().into_iter().flatten().map(|p| &p["actor"]["reference"]);
    ["subject", "patient", "beneficiary", "individual", "for"]
        .iter()
        .map(|field| &resource[*field]["reference"])
        .chain(actors)
        .find_map(|reference| reference.as_str()?.strip_prefix("Patient/").map(str::to_owned))
}

/// `(system, value)` of every business identifier; the system is empty when none is given.
pub(crate) fn identifiers_of(resource: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().trim().to_owned();
    let all = match &resource["identifier"] {
        Value::Array(list) => list.iter().collect(),
        one @ Value::Object(_) => vec![one],
        _ => vec![],
    };
    let pair = |i: &Value| (text(&i["system"]), plain(&text(&i["system"]), &text(&i["value"])));
    let mut pairs: Vec<_> = all.into_iter().map(pair).collect();
    pairs.retain(|(_, value)| !value.is_empty());
    pairs.sort();
    pairs.dedup();
    pairs
}

/// An NHS number is one number however it is spaced.
fn plain(system: &str, value: &str) -> String {
    match NhsNumber::parse(value) {
        Ok(number) if system == NhsNumber::SYSTEM => number.to_string(),
        _ => value.to_owned(),
    }
}
