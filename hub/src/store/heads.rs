//! What devices signed of where their chain stood.

use std::collections::HashMap;

use jiff::Timestamp;
use keys::verify_raw;
use serde_json::Value;
use shared::audit::{Entry, Head};
use shared::identity::DeviceId;

use super::chain::Unsound;
use super::clock::micros;
use super::{Store, StoreError};

/// What a signature under a batch is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    /// Of the key that the device was enrolled with.
    Good,
    /// Missing, or of another key.
    Bad,
    /// The device is not enrolled: nobody knows its key.
    Unknown,
}

/// Device, place, hash, signature, key of the device.
pub(super) type Signed = (String, i64, String, String, Option<String>);

impl Store {
    /// Looks at what a device signed of a head.
    pub(crate) async fn check_head(&self, head: &Head, signature: Option<&str>) -> Result<Signature, StoreError> {
        let Some(key) = self.device_key(head.device).await? else { return Ok(Signature::Unknown) };
        let good = signature.is_some_and(|it| verify_raw(&key, &head.to_sign(), it).is_ok());
        Ok(if good { Signature::Good } else { Signature::Bad })
    }

    /// Keeps what a device signed of a head.
    pub(crate) async fn keep_head(&self, head: &Head, signature: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit_heads (device, seq, hash, signature, received) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (device, seq, hash) DO NOTHING";
        sqlx::query(sql)
            .bind(head.device.to_string())
            .bind(place(head)?)
            .bind(&head.hash)
            .bind(signature)
            .bind(micros(Timestamp::now()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Up to which entry a device signed its chain, 0 when it never did.
    ///
    /// # Errors
    /// The database.
    pub async fn signed_through(&self, device: DeviceId) -> Result<i64, StoreError> {
        let sql = "SELECT COALESCE(MAX(seq), 0) FROM audit_heads WHERE device = $1";
        Ok(sqlx::query_scalar(sql).bind(device.to_string()).fetch_one(&self.readers).await?)
    }

    /// All that devices signed, with the keys they were enrolled with.
    pub(super) async fn signed_heads(&self) -> Result<Vec<Signed>, StoreError> {
        let sql = "SELECT h.device, h.seq, h.hash, h.signature, d.key_json FROM audit_heads h
                   LEFT JOIN devices d ON d.id = h.device ORDER BY h.device, h.seq";
        Ok(sqlx::query_as(sql).fetch_all(&self.readers).await?)
    }

    async fn device_key(&self, device: DeviceId) -> Result<Option<Value>, StoreError> {
        let sql = "SELECT key_json FROM devices WHERE id = $1";
        let key: Option<String> =
            sqlx::query_scalar(sql).bind(device.to_string()).fetch_optional(&self.readers).await?;
        key.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("device key"))).transpose()
    }
}

/// Every head that was signed is in the chain, and every signature is of the device's own key.
pub(super) fn verify_heads(signed: Vec<Signed>, entries: &[Entry]) -> Result<(), Unsound> {
    let by_hash: HashMap<_, _> = entries.iter().map(|entry| (entry.hash.as_str(), entry.head())).collect();
    for (device, seq, hash, signature, key) in signed {
        let unsigned = || Unsound::Signature { device: device.clone(), seq };
        let there = |it: &&Head| it.device.to_string() == device && i64::try_from(it.seq) == Ok(seq);
        let head = by_hash.get(hash.as_str()).filter(there).ok_or_else(unsigned)?;
        let key: Option<Value> = key.and_then(|text| serde_json::from_str(&text).ok());
        if key.is_some_and(|key| verify_raw(&key, &head.to_sign(), &signature).is_err()) {
            return Err(unsigned());
        }
    }
    Ok(())
}

fn place(head: &Head) -> Result<i64, StoreError> {
    i64::try_from(head.seq).map_err(|_| StoreError::Corrupt("audit event"))
}
