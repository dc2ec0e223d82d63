//! Leases as they were given, and the hash of what was served under them.

use jiff::Timestamp;
use serde_json::Value;
use shared::consent::{Basis, Purpose};
use shared::identity::LeaseId;

use super::clock::{micros, time};
use super::{Store, StoreError};

/// A lease that was given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Given {
    pub(crate) id: LeaseId,
    /// To whom.
    pub(crate) staff: String,
    /// Thumbprint of the key of their device, when it proved one.
    pub(crate) device: Option<String>,
    /// Whose record.
    pub(crate) patient: String,
    pub(crate) purpose: Purpose,
    pub(crate) basis: Basis,
    /// What it opens, in codes.
    pub(crate) opens: String,
    /// As signed, without a document.
    pub(crate) claims: Value,
    /// From then on it counts for nothing.
    pub(crate) shred_at: Timestamp,
}

type Row = (String, Option<String>, String, String, String, String, String, i64);

impl Store {
    /// Keeps a lease, before anybody is told of it.
    pub(crate) async fn insert_lease(&self, it: &Given) -> Result<(), StoreError> {
        let sql = "INSERT INTO leases (id, staff_id, device, patient_id, purpose, basis, opens, claims, shred_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        sqlx::query(sql)
            .bind(it.id.to_string())
            .bind(&it.staff)
            .bind(&it.device)
            .bind(&it.patient)
            .bind(it.purpose.code())
            .bind(it.basis.code())
            .bind(&it.opens)
            .bind(it.claims.to_string())
            .bind(micros(it.shred_at))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// A lease that was given.
    pub(crate) async fn lease(&self, id: LeaseId) -> Result<Option<Given>, StoreError> {
        let sql = "SELECT staff_id, device, patient_id, purpose, basis, opens, claims, shred_at FROM leases
                   WHERE id = $1";
        let row: Option<Row> = sqlx::query_as(sql).bind(id.to_string()).fetch_optional(&self.readers).await?;
        let corrupt = |_| StoreError::Corrupt("lease");
        row.map(|(staff, device, patient, purpose, basis, opens, claims, shred_at)| {
            let purpose = Purpose::from_code(&purpose).map_err(corrupt)?;
            let basis = Basis::from_code(&basis).map_err(corrupt)?;
            let claims = serde_json::from_str(&claims).map_err(|_| StoreError::Corrupt("lease"))?;
            Ok(Given { id, staff, device, patient, purpose, basis, opens, claims, shred_at: time(shred_at)? })
        })
        .transpose()
    }

    /// Notes what was served: `holder` is who has it now, `sha256` what exactly.
    pub(crate) async fn note_served(
        &self,
        holder: &str,
        patient: &str,
        tag: &str,
        sha256: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO served (holder, patient_id, tag, sha256) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (holder, patient_id, tag) DO UPDATE SET sha256 = excluded.sha256";
        let query = sqlx::query(sql).bind(holder).bind(patient).bind(tag).bind(sha256);
        query.execute(&self.writer).await?;
        Ok(())
    }

    /// The hash of what `holder` was last served under a tag.
    pub(crate) async fn served(&self, holder: &str, patient: &str, tag: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT sha256 FROM served WHERE holder = $1 AND patient_id = $2 AND tag = $3";
        let query = sqlx::query_scalar(sql).bind(holder).bind(patient).bind(tag);
        Ok(query.fetch_optional(&self.readers).await?)
    }

    /// Whether `staff` declared a relationship with `patient` after `since`, and was permitted.
    pub(crate) async fn was_permitted(&self, staff: &str, patient: &str, since: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM declarations
                   WHERE staff_id = $1 AND patient_id = $2 AND declared_at > $3 AND outcome = 'PERMIT'";
        let query = sqlx::query_scalar(sql).bind(staff).bind(patient).bind(micros(since));
        let count: i64 = query.fetch_one(&self.readers).await?;
        Ok(count > 0)
    }

    /// Whether `staff` is or was to visit `patient`.
    pub(crate) async fn is_appointed(&self, staff: &str, patient: &str) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM participants a JOIN participants b
                   ON a.type = b.type AND a.resource_id = b.resource_id
                   WHERE a.type = 'Appointment' AND a.actor = $1 AND b.actor = $2";
        let query = sqlx::query_scalar(sql).bind(format!("Practitioner/{staff}")).bind(format!("Patient/{patient}"));
        let count: i64 = query.fetch_one(&self.readers).await?;
        Ok(count > 0)
    }
}
