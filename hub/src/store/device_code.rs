//! Sign-ins that wait for approval on a second screen. Secrets are looked up by their hash.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;

use super::clock::{micros, time};
use super::sign_in::{SignIn, sign_in};
use super::{Store, StoreError};

/// What a device asked for.
#[derive(Debug, Clone)]
pub(crate) struct DeviceCode {
    /// Of the sign-in to come.
    pub(crate) id: String,
    pub(crate) client: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    /// The key that asked, and that alone may collect.
    pub(crate) jkt: Option<String>,
    pub(crate) over: Timestamp,
    /// Seconds between two questions.
    pub(crate) wait: i64,
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Polled {
    /// Approved, and used up with this answer; with the nonce that was asked for.
    Approved(Box<SignIn>, Option<String>),
    Pending,
    /// Asked again too early: from now on it waits longer.
    TooEarly,
    Denied,
    Over,
    /// Used up, of somebody else, or never made.
    Used,
}

impl Store {
    pub(crate) async fn insert_device_code(
        &self,
        code_hash: &str,
        user_code: &str,
        it: &DeviceCode,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO device_codes (code_hash, user_code, id, client_id, scope, nonce, jkt, state, expires_at,
                   wait_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9)";
        sqlx::query(sql)
            .bind(code_hash)
            .bind(user_code)
            .bind(&it.id)
            .bind(&it.client)
            .bind(&it.scope)
            .bind(&it.nonce)
            .bind(&it.jkt)
            .bind(micros(it.over))
            .bind(it.wait)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Whether a device waits with this code.
    pub(crate) async fn is_waiting(&self, user_code: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM device_codes WHERE user_code = $1 AND state = 'pending' AND expires_at > $2";
        let found: i64 = sqlx::query_scalar(sql).bind(user_code).bind(micros(now)).fetch_one(&self.readers).await?;
        Ok(found > 0)
    }

    /// Approves a code as a member of staff, or refuses it. False when nobody waits with it.
    pub(crate) async fn answer_device_code(
        &self,
        user_code: &str,
        staff: Option<&str>,
        (now, ends): (Timestamp, Timestamp),
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE device_codes SET state = $2, staff_id = $3, signed_in_at = $4, ends_at = $5
                   WHERE user_code = $1 AND state = 'pending' AND expires_at > $4";
        let state = if staff.is_some() { "approved" } else { "denied" };
        let query = sqlx::query(sql).bind(user_code).bind(state).bind(staff).bind(micros(now)).bind(micros(ends));
        Ok(query.execute(&self.writer).await?.rows_affected() > 0)
    }

    /// How a code stands, for the client that asked for it, with the key it asked with. One that was approved is used up
    /// by asking.
    pub(crate) async fn poll_device_code(
        &self,
        code_hash: &str,
        (client, key): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<Polled, StoreError> {
        let sql = "SELECT * FROM device_codes WHERE code_hash = $1 AND client_id = $2 AND (jkt IS NULL OR jkt = $3)";
        let mut write = self.writer.begin().await?;
        let found = sqlx::query(sql).bind(code_hash).bind(client).bind(key);
        let Some(row) = found.fetch_optional(&mut *write).await? else { return Ok(Polled::Used) };
        let state: String = row.try_get("state")?;
        let over = time(row.try_get("expires_at")?)? <= now;
        let answer = match state.as_str() {
            "used" => return Ok(Polled::Used),
            _ if over => return Ok(Polled::Over),
            "denied" => return Ok(Polled::Denied),
            "approved" => Polled::Approved(Box::new(sign_in(&row)?), row.try_get("nonce")?),
            _ => {
                let (wait, last): (i64, Option<i64>) = (row.try_get("wait_seconds")?, row.try_get("polled_at")?);
                let since = last.map(time).transpose()?.map(|last| now.duration_since(last));
                let early = since.is_some_and(|since| since < SignedDuration::from_secs(wait));
                if early { Polled::TooEarly } else { Polled::Pending }
            }
        };
        let sql = match answer {
            Polled::Approved(..) => "UPDATE device_codes SET state = 'used', polled_at = $2 WHERE code_hash = $1",
            // RFC 8628 §3.5: five seconds more, for this and all further questions.
            Polled::TooEarly => {
                "UPDATE device_codes SET wait_seconds = wait_seconds + 5, polled_at = $2 WHERE code_hash = $1"
            }
            _ => "UPDATE device_codes SET polled_at = $2 WHERE code_hash = $1",
        };
        sqlx::query(sql).bind(code_hash).bind(micros(now)).execute(&mut *write).await?;
        write.commit().await?;
        Ok(answer)
    }
}
