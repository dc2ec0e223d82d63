//! Which device hands a note over, and whether its author was ever signed in there.

use jiff::Timestamp;
use shared::identity::DeviceId;
use sqlx::Row as _;
use uuid::Uuid;

use super::clock::micros;
use super::{Store, StoreError};

/// A device that is or was enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Carrier {
    pub(crate) device: DeviceId,
    pub(crate) revoked: bool,
}

impl Store {
    /// The device of a key.
    pub(crate) async fn carrier(&self, jkt: &str) -> Result<Option<Carrier>, StoreError> {
        let sql = "SELECT id, state FROM devices WHERE jkt = $1";
        let Some(row) = sqlx::query(sql).bind(jkt).fetch_optional(&self.readers).await? else { return Ok(None) };
        let (id, state): (String, String) = (row.try_get("id")?, row.try_get("state")?);
        let id = Uuid::parse_str(&id).map_err(|_| StoreError::Corrupt("device"))?;
        Ok(Some(Carrier { device: DeviceId::new(id), revoked: state == "revoked" }))
    }

    /// Remembers that a person signed in on a device.
    pub(crate) async fn signs_in_on(&self, jkt: &str, staff: &str, now: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO signed_in_on (jkt, staff_id, first_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(jkt).bind(staff).bind(micros(now)).execute(&self.writer).await?;
        Ok(())
    }

    /// Whether a person was ever signed in on a device.
    pub(crate) async fn was_signed_in_on(&self, jkt: &str, staff: &str) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM signed_in_on WHERE jkt = $1 AND staff_id = $2";
        let count: i64 = sqlx::query_scalar(sql).bind(jkt).bind(staff).fetch_one(&self.readers).await?;
        Ok(count > 0)
    }
}
