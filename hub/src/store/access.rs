//! Staff, declared relationships and grants. Secrets are looked up by their hash.

use jiff::Timestamp;
use shared::consent::{Basis, GlassReason, Outcome, Purpose};
use shared::identity::{LeaseId, Staff};
use uuid::Uuid;

use super::clock::{micros, time};
use super::{Store, StoreError};

/// A relationship that a member of staff declared for one person, and what the hub answered.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Also the id of the lease, when one was granted.
    pub id: LeaseId,
    /// Who declared it.
    pub staff: String,
    /// For whom.
    pub patient: String,
    /// What for; `None` for a purpose that is not served here.
    pub purpose: Option<Purpose>,
    /// The relationship.
    pub basis: Basis,
    /// The patient said no.
    pub refused: bool,
    /// The reason in words, as the privacy officer will read it.
    pub reason_text: Option<String>,
    /// The reason as a code, of broken glass.
    pub reason_code: Option<GlassReason>,
    /// What the device calls this declaration, so that telling it twice is once.
    pub reference: Option<Uuid>,
    /// Thumbprint of the key of the device that it was declared with.
    pub jkt: Option<String>,
    /// What was answered.
    pub outcome: Outcome,
    /// When.
    pub declared: Timestamp,
    /// Until when it counts.
    pub expires: Timestamp,
    /// SHA-256 of the grant, when it was permitted.
    pub grant_hash: Option<String>,
}

/// What a grant stands for. It opens nothing by itself: the hub decides again at every read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The lease that was given with it.
    pub lease: LeaseId,
    /// Whom it was given to.
    pub staff: String,
    /// Whose record.
    pub patient: String,
    /// What for.
    pub purpose: Purpose,
    /// The relationship declared.
    pub basis: Basis,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Thumbprint of the key of the device it was given to.
    pub jkt: Option<String>,
}

/// Lease, staff, patient, purpose, basis, end, device.
type GrantRow = (String, String, String, String, String, i64, Option<String>);

impl Store {
    /// Adds a member of staff, or replaces what is known of them.
    ///
    /// # Errors
    /// The database.
    pub async fn insert_staff(&self, staff: &Staff) -> Result<(), StoreError> {
        let json = serde_json::to_string(staff).map_err(|_| StoreError::Corrupt("member of staff"))?;
        let sql = "INSERT INTO staff (id, json) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
        sqlx::query(sql).bind(staff.id.as_str()).bind(json).execute(&self.writer).await?;
        Ok(())
    }

    /// Everyone, by id.
    ///
    /// # Errors
    /// The database, or a row this version cannot read.
    pub async fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT json FROM staff ORDER BY id").fetch_all(&self.readers).await?;
        rows.iter().map(|json| read_staff(json)).collect()
    }

    /// One member of staff.
    ///
    /// # Errors
    /// As [`Store::all_staff`].
    pub async fn staff(&self, id: &str) -> Result<Option<Staff>, StoreError> {
        let sql = "SELECT json FROM staff WHERE id = $1";
        let json: Option<String> = sqlx::query_scalar(sql).bind(id).fetch_optional(&self.readers).await?;
        json.map(|json| read_staff(&json)).transpose()
    }

    /// What a grant stands for, if it is still good at `now`.
    ///
    /// # Errors
    /// The database, or a row this version cannot read.
    pub async fn grant(&self, grant_hash: &str, now: Timestamp) -> Result<Option<Grant>, StoreError> {
        let sql = "SELECT id, staff_id, patient_id, purpose, basis, expires_at, jkt FROM declarations
                   WHERE grant_hash = $1 AND expires_at > $2";
        let row: Option<GrantRow> =
            sqlx::query_as(sql).bind(grant_hash).bind(micros(now)).fetch_optional(&self.readers).await?;
        row.map(|(id, staff, patient, purpose, basis, expires, jkt)| {
            let corrupt = |_| StoreError::Corrupt("grant");
            let lease = LeaseId::new(Uuid::try_parse(&id).map_err(|_| StoreError::Corrupt("grant"))?);
            let purpose = Purpose::from_code(&purpose).map_err(corrupt)?;
            let basis = Basis::from_code(&basis).map_err(corrupt)?;
            Ok(Grant { lease, staff, patient, purpose, basis, expires: time(expires)?, jkt })
        })
        .transpose()
    }

    /// What `staff` declared for `patient` that was permitted and still counts.
    ///
    /// # Errors
    /// The database, or a row this version cannot read.
    pub async fn relationships(
        &self,
        staff: &str,
        patient: &str,
        now: Timestamp,
    ) -> Result<Vec<(Purpose, Basis)>, StoreError> {
        let sql = "SELECT DISTINCT purpose, basis FROM declarations
                   WHERE staff_id = $1 AND patient_id = $2 AND expires_at > $3 AND outcome = 'PERMIT'";
        let query = sqlx::query_as(sql).bind(staff).bind(patient).bind(micros(now));
        let rows: Vec<(String, String)> = query.fetch_all(&self.readers).await?;
        let corrupt = |_| StoreError::Corrupt("declaration");
        rows.iter()
            .map(|(p, b)| Ok((Purpose::from_code(p).map_err(corrupt)?, Basis::from_code(b).map_err(corrupt)?)))
            .collect()
    }

    /// The relationships that were permitted and may still stand, the latest first: those that count by themselves, and
    /// after `since` those of care that goes on. Whoever asks decides anew.
    pub(crate) async fn standing(
        &self,
        staff: &str,
        patient: &str,
        (now, since): (Timestamp, Timestamp),
    ) -> Result<Vec<(LeaseId, Purpose, Basis)>, StoreError> {
        let sql = "SELECT id, purpose, basis FROM declarations
                   WHERE staff_id = $1 AND patient_id = $2 AND outcome = 'PERMIT'
                   AND (expires_at > $3 OR (declared_at > $4 AND purpose IN ('TREAT', 'CAREMGT')))
                   ORDER BY declared_at DESC LIMIT 20";
        let query = sqlx::query_as(sql).bind(staff).bind(patient).bind(micros(now)).bind(micros(since));
        let rows: Vec<(String, String, String)> = query.fetch_all(&self.readers).await?;
        let corrupt = |_| StoreError::Corrupt("declaration");
        rows.iter()
            .map(|(id, purpose, basis)| {
                let id = Uuid::try_parse(id).map_err(|_| StoreError::Corrupt("declaration"))?;
                let purpose = Purpose::from_code(purpose).map_err(corrupt)?;
                Ok((LeaseId::new(id), purpose, Basis::from_code(basis).map_err(corrupt)?))
            })
            .collect()
    }
}

pub(super) fn read_staff(json: &str) -> Result<Staff, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Corrupt("member of staff"))
}
