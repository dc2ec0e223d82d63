//! Browsers that are signed in to the pages of the hub. Secrets are looked up by their hash.

use jiff::Timestamp;
use shared::identity::Staff;

use super::access::read_staff;
use super::clock::{micros, time};
use super::{Store, StoreError};

impl Store {
    pub(crate) async fn insert_visit(&self, hash: &str, staff: &str, until: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO visits (cookie_hash, staff_id, expires_at) VALUES ($1, $2, $3)";
        sqlx::query(sql).bind(hash).bind(staff).bind(micros(until)).execute(&self.writer).await?;
        Ok(())
    }

    /// Who came with a cookie, and until when it is good.
    pub(crate) async fn visit(&self, hash: &str, now: Timestamp) -> Result<Option<(Staff, Timestamp)>, StoreError> {
        let sql = "SELECT s.json, v.expires_at FROM visits v JOIN staff s ON s.id = v.staff_id
                   WHERE v.cookie_hash = $1 AND v.expires_at > $2";
        let found: Option<(String, i64)> =
            sqlx::query_as(sql).bind(hash).bind(micros(now)).fetch_optional(&self.readers).await?;
        found.map(|(staff, until)| Ok((read_staff(&staff)?, time(until)?))).transpose()
    }
}
