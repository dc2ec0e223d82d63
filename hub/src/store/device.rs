//! Devices, by the key they prove to have, and the codes that let one in.

use jiff::Timestamp;
use shared::identity::DeviceId;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::clock::{micros, time};
use super::{Store, StoreError};

/// A device that asks to be let in.
#[derive(Debug, Clone)]
pub(crate) struct Applicant {
    pub(crate) id: DeviceId,
    /// Thumbprint of the key that proved the request, and the key as a JWK.
    pub(crate) jkt: String,
    pub(crate) key: String,
    pub(crate) name: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enrolled {
    New,
    /// It was let in before, with this key.
    Known,
    /// It was, and was revoked.
    Revoked,
    /// Its id or its key is another device's.
    Taken,
    /// A code was needed: none came, or one that is used, over, or never was.
    WithoutCode,
}

/// A device as the steward sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What its people call it.
    pub name: String,
    /// Thumbprint of its key.
    pub jkt: String,
    /// When it was let in.
    pub enrolled: Timestamp,
    /// When it was last heard of.
    pub last_seen: Timestamp,
    /// Since when it is shut out.
    pub revoked: Option<Timestamp>,
    /// Who shut it out.
    pub revoked_by: Option<String>,
}

impl Store {
    /// Lets a device in, and uses up its code. `code_hash`: `Some` where one is needed; what is not there fits none.
    pub(crate) async fn enrol(
        &self,
        it: &Applicant,
        code_hash: Option<&str>,
        now: Timestamp,
    ) -> Result<Enrolled, StoreError> {
        let mut write = self.writer.begin().await?;
        let sql = "SELECT id, jkt, state FROM devices WHERE id = $1 OR jkt = $2";
        let known: Vec<(String, String, String)> =
            sqlx::query_as(sql).bind(it.id.to_string()).bind(&it.jkt).fetch_all(&mut *write).await?;
        if let Some((id, jkt, state)) = known.first() {
            let same = known.len() == 1 && *id == it.id.to_string() && *jkt == it.jkt;
            return Ok(match (same, state.as_str()) {
                (true, "revoked") => Enrolled::Revoked,
                (true, _) => Enrolled::Known,
                (false, _) => Enrolled::Taken,
            });
        }
        if let Some(code) = code_hash {
            let sql = "DELETE FROM enrolment_codes WHERE code_hash = $1 AND expires_at > $2";
            let used = sqlx::query(sql).bind(code).bind(micros(now)).execute(&mut *write).await?;
            if used.rows_affected() == 0 {
                return Ok(Enrolled::WithoutCode);
            }
        }
        let sql = "INSERT INTO devices (id, jkt, key_json, name, enrolled, last_seen, state)
                   VALUES ($1, $2, $3, $4, $5, $5, 'active')";
        let row = sqlx::query(sql).bind(it.id.to_string()).bind(&it.jkt).bind(&it.key).bind(&it.name).bind(micros(now));
        row.execute(&mut *write).await?;
        write.commit().await?;
        Ok(Enrolled::New)
    }

    /// The device of a key, which was just heard of.
    pub(crate) async fn heard_of(&self, jkt: &str, now: Timestamp) -> Result<Option<Device>, StoreError> {
        let sql = "UPDATE devices SET last_seen = $2 WHERE jkt = $1 RETURNING *";
        let row = sqlx::query(sql).bind(jkt).bind(micros(now)).fetch_optional(&self.writer).await?;
        row.map(|row| device(&row)).transpose()
    }

    /// The device of a key.
    pub(crate) async fn device_of_key(&self, jkt: &str) -> Result<Option<Device>, StoreError> {
        let row = sqlx::query("SELECT * FROM devices WHERE jkt = $1").bind(jkt).fetch_optional(&self.readers).await?;
        row.map(|row| device(&row)).transpose()
    }

    /// Every device, the first enrolled first.
    ///
    /// # Errors
    /// The database, or a row this version cannot read.
    pub async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query("SELECT * FROM devices ORDER BY enrolled, id").fetch_all(&self.readers).await?;
        rows.iter().map(device).collect()
    }

    /// Shuts a device out for good, and ends the sign-ins that are bound to its key. `None` when there is no such
    /// device, false when it was shut out before.
    ///
    /// # Errors
    /// The database.
    pub async fn revoke_device(&self, id: DeviceId, by: &str, now: Timestamp) -> Result<Option<bool>, StoreError> {
        let mut write = self.writer.begin().await?;
        let sql = "SELECT jkt, state FROM devices WHERE id = $1";
        let known: Option<(String, String)> =
            sqlx::query_as(sql).bind(id.to_string()).fetch_optional(&mut *write).await?;
        let Some((jkt, state)) = known else { return Ok(None) };
        if state == "revoked" {
            return Ok(Some(false));
        }
        let sql = "UPDATE devices SET state = 'revoked', revoked = $2, revoked_by = $3 WHERE id = $1";
        sqlx::query(sql).bind(id.to_string()).bind(micros(now)).bind(by).execute(&mut *write).await?;
        let sql = "UPDATE sign_ins SET revoked_at = $2 WHERE jkt = $1 AND revoked_at IS NULL";
        sqlx::query(sql).bind(jkt).bind(micros(now)).execute(&mut *write).await?;
        write.commit().await?;
        Ok(Some(true))
    }

    /// Keeps a code that lets one device in until it is over.
    ///
    /// # Errors
    /// The database.
    pub async fn insert_enrolment_code(
        &self,
        code_hash: &str,
        made: Timestamp,
        over: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO enrolment_codes (code_hash, made_at, expires_at) VALUES ($1, $2, $3)";
        sqlx::query(sql).bind(code_hash).bind(micros(made)).bind(micros(over)).execute(&self.writer).await?;
        Ok(())
    }

    /// Lets a member of staff see and revoke devices.
    ///
    /// # Errors
    /// The database.
    pub async fn appoint_device_steward(&self, staff: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO device_stewards (staff_id) VALUES ($1) ON CONFLICT (staff_id) DO NOTHING";
        sqlx::query(sql).bind(staff).execute(&self.writer).await?;
        Ok(())
    }

    /// Whether they may.
    ///
    /// # Errors
    /// The database.
    pub async fn is_device_steward(&self, staff: &str) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM device_stewards WHERE staff_id = $1";
        let found: i64 = sqlx::query_scalar(sql).bind(staff).fetch_one(&self.readers).await?;
        Ok(found > 0)
    }
}

fn device(row: &SqliteRow) -> Result<Device, StoreError> {
    let id: String = row.try_get("id")?;
    let revoked: Option<i64> = row.try_get("revoked")?;
    Ok(Device {
        id: DeviceId::new(Uuid::parse_str(&id).map_err(|_| StoreError::Corrupt("device"))?),
        name: row.try_get("name")?,
        jkt: row.try_get("jkt")?,
        enrolled: time(row.try_get("enrolled")?)?,
        last_seen: time(row.try_get("last_seen")?)?,
        revoked: revoked.map(time).transpose()?,
        revoked_by: row.try_get("revoked_by")?,
    })
}
