//! Declarations: recorded with whom they oblige to be told, and ended.

use jiff::{SignedDuration, Timestamp};
use shared::consent::{GlassReason, Purpose};
use shared::identity::{LeaseId, Staff};
use uuid::Uuid;

use super::access::{Declaration, read_staff};
use super::clock::micros;
use super::{AuditRow, Store, StoreError, Write};

/// How long after broken glass the patient is told at the latest.
const TELL_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// Who must be told of a declaration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The privacy officer, with the kind of alert.
    pub(crate) officer: Option<&'static str>,
    /// The patient.
    pub(crate) patient: bool,
}

/// Which access by broken glass ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Closing<'a> {
    /// One, by its lease, of this member of staff.
    One { lease: LeaseId, staff: &'a str, patient: &'a str, why: &'static str },
    /// Every one whose hour is over.
    Over,
}

impl Store {
    /// Records a declaration with its grant, whom it obliges to be told, and what the account says of it: all of it
    /// or nothing. False when the device has told of it before; then nothing is changed.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn declare(&self, it: &Declaration, told: Told, rows: &[AuditRow]) -> Result<bool, StoreError> {
        let mut write = self.begin().await?;
        if !insert(&mut write, it).await? {
            return Ok(false);
        }
        if let Some(kind) = told.officer {
            let sql = "INSERT INTO alerts (id, declaration_id, kind, raised) VALUES ($1, $2, $3, $4)";
            let alert = sqlx::query(sql).bind(Uuid::now_v7().to_string()).bind(it.id.to_string()).bind(kind);
            alert.bind(micros(Timestamp::now())).execute(&mut *write.tx).await?;
        }
        if told.patient {
            let due = it.declared.checked_add(TELL_WITHIN).unwrap_or(Timestamp::MAX);
            let sql = "INSERT INTO letters (declaration_id, patient_id, due) VALUES ($1, $2, $3)";
            let letter = sqlx::query(sql).bind(it.id.to_string()).bind(&it.patient).bind(micros(due));
            letter.execute(&mut *write.tx).await?;
        }
        for row in rows {
            self.audit_in(&mut write, row).await?;
        }
        write.commit().await?;
        Ok(true)
    }

    /// Ends access by broken glass: the grants are worth nothing any more, and the account says when and why. How
    /// many there were.
    pub(crate) async fn close_glass(&self, closing: Closing<'_>, request: Option<&str>) -> Result<usize, StoreError> {
        let mut write = self.begin().await?;
        let now = micros(Timestamp::now());
        let ended: Vec<(String, String, String)> = match closing {
            Closing::One { lease, staff, patient, .. } => {
                let sql = "UPDATE declarations SET ended_at = $1, expires_at = min(expires_at, $1)
                    WHERE purpose = 'BTG' AND outcome = 'PERMIT' AND ended_at IS NULL
                    AND id = $2 AND staff_id = $3 AND patient_id = $4 RETURNING id, staff_id, patient_id";
                let one = sqlx::query_as(sql).bind(now).bind(lease.to_string()).bind(staff).bind(patient);
                one.fetch_all(&mut *write.tx).await?
            }
            Closing::Over => {
                let sql = "UPDATE declarations SET ended_at = expires_at
                    WHERE purpose = 'BTG' AND outcome = 'PERMIT' AND ended_at IS NULL AND expires_at <= $1
                    RETURNING id, staff_id, patient_id";
                sqlx::query_as(sql).bind(now).fetch_all(&mut *write.tx).await?
            }
        };
        let why = match closing {
            Closing::One { why, .. } => why,
            Closing::Over => "lease-ended",
        };
        for (id, staff, patient) in &ended {
            let who = read_one(&mut write, staff).await?;
            let row = AuditRow {
                staff: Some(staff.clone()),
                role: who.as_ref().map(|who| who.role),
                organisation: who.map(|who| who.organisation.ods).unwrap_or_default(),
                action: "break-glass-stop",
                patient: Some(patient.clone()),
                purpose: Some(Purpose::BreakGlass.code().to_owned()),
                reason: Some(why),
                lease: id.parse().ok().map(LeaseId::new),
                request: request.map(str::to_owned),
                ..AuditRow::default()
            };
            self.audit_in(&mut write, &row).await?;
        }
        write.commit().await?;
        Ok(ended.len())
    }
}

async fn insert(write: &mut Write, it: &Declaration) -> Result<bool, StoreError> {
    let sql = "INSERT INTO declarations (id, staff_id, patient_id, purpose, basis, refused, reason_text, outcome,
               declared_at, expires_at, grant_hash, reason_code, reference, jkt)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               ON CONFLICT (staff_id, reference) DO NOTHING";
    let done = sqlx::query(sql)
        .bind(it.id.to_string())
        .bind(&it.staff)
        .bind(&it.patient)
        .bind(it.purpose.map_or("", Purpose::code))
        .bind(it.basis.code())
        .bind(it.refused)
        .bind(&it.reason_text)
        .bind(it.outcome.code())
        .bind(micros(it.declared))
        .bind(micros(it.expires))
        .bind(&it.grant_hash)
        .bind(it.reason_code.map(GlassReason::code))
        .bind(it.reference.map(|reference| reference.to_string()))
        .bind(&it.jkt)
        .execute(&mut *write.tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

async fn read_one(write: &mut Write, staff: &str) -> Result<Option<Staff>, StoreError> {
    let sql = "SELECT json FROM staff WHERE id = $1";
    let json: Option<String> = sqlx::query_scalar(sql).bind(staff).fetch_optional(&mut *write.tx).await?;
    json.map(|json| read_staff(&json)).transpose()
}
