//! A write: everything in it happens at once or not at all.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{Sqlite, Transaction};
use uuid::Uuid;

use super::clock::{micros, time};
use super::{Store, StoreError, Stored, family_names, identifiers_of, patient_of};

/// An open transaction. Dropped without [`Write::commit`] it leaves no trace.
pub(crate) struct Write {
    pub(super) tx: Transaction<'static, Sqlite>,
}

/// What a conditional create did.
#[derive(Debug)]
pub(crate) enum Created {
    /// Stored now.
    New(Stored),
    /// The criteria already had a resource.
    Existing(Stored),
}

/// What came of asking for a key.
#[derive(Debug)]
pub(crate) enum Claim {
    /// The id for a new resource.
    Free(String),
    /// What has it.
    Taken(Stored),
}

impl Store {
    /// Opens a write. SQLite takes its write lock here, so that what is read inside stays true until the commit.
    pub(crate) async fn begin(&self) -> Result<Write, StoreError> {
        Ok(Write { tx: self.writer.begin_with("BEGIN IMMEDIATE").await? })
    }
}

impl Write {
    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    /// The next tick of the hub's time: the wall clock, or one microsecond after the last tick if that is later.
    pub(crate) async fn tick(&mut self) -> Result<Timestamp, StoreError> {
        let sql = "UPDATE server_clock SET last_us = CASE WHEN last_us >= $1 THEN last_us + 1 ELSE $1 END
                   WHERE id = 1 RETURNING last_us";
        let tick: i64 = sqlx::query_scalar(sql).bind(micros(Timestamp::now())).fetch_one(&mut *self.tx).await?;
        time(tick)
    }

    /// Stores the next version of a resource. `patient`: whose it is when the resource does not say itself.
    pub(crate) async fn put(&mut self, mut resource: Value, patient: Option<&str>) -> Result<Stored, StoreError> {
        let now = self.tick().await?;
        let kind = resource["resourceType"].as_str().ok_or(StoreError::NotAResource("no resourceType"))?.to_owned();
        let id = match resource["id"].as_str() {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => Uuid::now_v7().to_string(),
        };
        let version = self.version(&kind, &id).await? + 1;
        stamp(&mut resource, &id, version, now);
        let patient = match patient.map(str::to_owned).or_else(|| patient_of(&resource)) {
            None if kind == "Provenance" => self.patient_of_target(&resource).await?,
            known => known,
        };
        let stored = Stored { kind, id, version, last_updated: now, patient, resource };
        self.save(&stored).await?;
        self.index(&stored).await?;
        Ok(stored)
    }

    /// A Provenance belongs to whomever its first target belongs to.
    async fn patient_of_target(&mut self, provenance: &Value) -> Result<Option<String>, StoreError> {
        let target = provenance["target"][0]["reference"].as_str().and_then(|r| r.split_once('/'));
        let Some((kind, id)) = target else { return Ok(None) };
        let sql = "SELECT patient_id FROM resources WHERE type = $1 AND id = $2";
        let found: Option<Option<String>> =
            sqlx::query_scalar(sql).bind(kind).bind(id).fetch_optional(&mut *self.tx).await?;
        Ok(found.flatten())
    }

    pub(crate) async fn version(&mut self, kind: &str, id: &str) -> Result<i64, StoreError> {
        let sql = "SELECT version FROM resources WHERE type = $1 AND id = $2";
        Ok(sqlx::query_scalar(sql).bind(kind).bind(id).fetch_optional(&mut *self.tx).await?.unwrap_or(0))
    }

    async fn save(&mut self, stored: &Stored) -> Result<(), StoreError> {
        let json = stored.resource.to_string();
        let updated = micros(stored.last_updated);
        let sql = "INSERT INTO resources (type, id, version, last_updated, patient_id, deleted, json)
                   VALUES ($1, $2, $3, $4, $5, FALSE, $6)
                   ON CONFLICT (type, id) DO UPDATE SET version = excluded.version, json = excluded.json,
                   last_updated = excluded.last_updated, patient_id = excluded.patient_id, deleted = FALSE";
        sqlx::query(sql)
            .bind(&stored.kind)
            .bind(&stored.id)
            .bind(stored.version)
            .bind(updated)
            .bind(&stored.patient)
            .bind(&json)
            .execute(&mut *self.tx)
            .await?;
        let sql = "INSERT INTO resource_history (type, id, version, last_updated, deleted, json)
                   VALUES ($1, $2, $3, $4, FALSE, $5)";
        sqlx::query(sql)
            .bind(&stored.kind)
            .bind(&stored.id)
            .bind(stored.version)
            .bind(updated)
            .bind(&json)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn index(&mut self, stored: &Stored) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM identifiers WHERE type = $1 AND resource_id = $2",
            "DELETE FROM participants WHERE type = $1 AND resource_id = $2",
        ] {
            sqlx::query(sql).bind(&stored.kind).bind(&stored.id).execute(&mut *self.tx).await?;
        }
        for (system, value) in identifiers_of(&stored.resource) {
            let sql = "INSERT INTO identifiers (type, system, value, resource_id) VALUES ($1, $2, $3, $4)";
            let row = sqlx::query(sql).bind(&stored.kind).bind(system).bind(value);
            row.bind(&stored.id).execute(&mut *self.tx).await?;
        }
        match stored.kind.as_str() {
            "Patient" => self.index_patient(stored).await,
            "Appointment" => self.index_participants(stored).await,
            _ => Ok(()),
        }
    }

    async fn index_patient(&mut self, stored: &Stored) -> Result<(), StoreError> {
        let born = stored.resource["birthDate"].as_str().unwrap_or_default();
        let sql = "INSERT INTO patients (id, birth_date, record_state) VALUES ($1, $2, 'open')
                   ON CONFLICT (id) DO UPDATE SET birth_date = excluded.birth_date";
        sqlx::query(sql).bind(&stored.id).bind(born).execute(&mut *self.tx).await?;
        sqlx::query("DELETE FROM patient_names WHERE patient_id = $1").bind(&stored.id).execute(&mut *self.tx).await?;
        for family in family_names(&stored.resource) {
            let sql = "INSERT INTO patient_names (patient_id, family) VALUES ($1, $2)";
            sqlx::query(sql).bind(&stored.id).bind(family).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn index_participants(&mut self, stored: &Stored) -> Result<(), StoreError> {
        for participant in stored.resource["participant"].as_array().into_iter().flatten() {
            let Some(actor) = participant["actor"]["reference"].as_str() else { continue };
            let sql = "INSERT INTO participants (type, resource_id, actor) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            sqlx::query(sql).bind(&stored.kind).bind(&stored.id).bind(actor).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    /// Creates a resource unless `(system, value)` already has one of its type.
    pub(crate) async fn create_once(
        &mut self,
        mut resource: Value,
        patient: &str,
        key: (&str, &str),
    ) -> Result<Created, StoreError> {
        let kind = resource["resourceType"].as_str().ok_or(StoreError::NotAResource("no resourceType"))?.to_owned();
        match self.claim(&kind, key).await? {
            Claim::Free(id) => {
                resource["id"] = json!(id);
                Ok(Created::New(self.put(resource, Some(patient)).await?))
            }
            Claim::Taken(stored) => Ok(Created::Existing(stored)),
        }
    }

    /// Claims a key for a resource that is put next, in the same write.
    ///
    /// The key is claimed first: of parallel callers one row wins in the database, whichever process they are in.
    pub(crate) async fn claim(&mut self, kind: &str, (system, value): (&str, &str)) -> Result<Claim, StoreError> {
        let id = Uuid::now_v7().to_string();
        let sql = "INSERT INTO create_keys (type, system, value, resource_id) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (type, system, value) DO NOTHING";
        let claim = sqlx::query(sql).bind(kind).bind(system).bind(value).bind(&id).execute(&mut *self.tx).await?;
        if claim.rows_affected() == 0 {
            return Ok(Claim::Taken(self.holder(kind, system, value).await?));
        }
        Ok(Claim::Free(id))
    }

    async fn holder(&mut self, kind: &str, system: &str, value: &str) -> Result<Stored, StoreError> {
        let sql = "SELECT r.type, r.id, r.version, r.last_updated, r.patient_id, r.json FROM resources r
                   JOIN create_keys k ON k.type = r.type AND k.resource_id = r.id
                   WHERE k.type = $1 AND k.system = $2 AND k.value = $3";
        Ok(sqlx::query_as(sql).bind(kind).bind(system).bind(value).fetch_one(&mut *self.tx).await?)
    }
}

/// Writes what only the server may say into the resource. Everything else in it stays as it came.
fn stamp(resource: &mut Value, id: &str, version: i64, now: Timestamp) {
    resource["id"] = json!(id);
    if !resource["meta"].is_object() {
        resource["meta"] = json!({});
    }
    resource["meta"]["versionId"] = json!(version.to_string());
    resource["meta"]["lastUpdated"] = json!(now.to_string());
}
