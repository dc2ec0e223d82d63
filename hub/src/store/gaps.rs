//! What devices sent of their account that could not be joined, and the gaps that the privacy officer accepted.

use jiff::Timestamp;
use shared::audit::{Break, Entry, Head, Line, follow};
use shared::identity::DeviceId;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

use super::chain::{about, join_in};
use super::clock::micros;
use super::queue::{Kept, Review, corrupt, moment};
use super::{AuditRow, Store, StoreError};
use crate::secret::sha256;

/// A batch that was set aside, whole.
#[derive(Debug, Clone)]
pub(crate) struct SetAside {
    pub(crate) id: String,
    pub(crate) device: String,
    pub(crate) kind: String,
    pub(crate) seq: i64,
    pub(crate) received: Timestamp,
    /// Who handed it over.
    pub(crate) staff: String,
    pub(crate) body: String,
}

impl FromRow<'_, SqliteRow> for SetAside {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let received = moment(row, "received")?.ok_or_else(|| corrupt(StoreError::Corrupt("time")))?;
        let (device, kind, seq) = (row.try_get("device")?, row.try_get("kind")?, row.try_get("seq")?);
        let (staff, body) = (row.try_get("staff_id")?, row.try_get("body")?);
        let id = row.try_get::<i64, _>("id")?.to_string();
        Ok(Self { id, device, kind, seq, received, staff, body })
    }
}

/// A gap that was accepted: device, first missing, first behind it, and the hash that this one follows.
pub type Gap = (String, i64, i64, String);

/// As the hub's own chain tells it.
fn told((_, expected, seq, prev): &Gap) -> String {
    format!("{expected} {seq} {prev}")
}

/// What the hub's own chain calls it.
pub(super) const ACCEPTED: &str = "account-gap-accepted";

impl Store {
    /// One batch that was set aside.
    pub(crate) async fn set_aside(&self, id: &str) -> Result<Option<SetAside>, StoreError> {
        let sql = "SELECT * FROM audit_alerts WHERE id = $1";
        Ok(sqlx::query_as(sql).bind(id.parse::<i64>().ok()).fetch_optional(&self.readers).await?)
    }

    /// Notes what came of looking into a batch that cannot be joined. It stays set aside. False when that was noted.
    pub(crate) async fn review_set_aside(&self, id: &str, it: &Review, row: &AuditRow) -> Result<bool, StoreError> {
        let mut write = self.begin().await?;
        if !write.review(Kept::Chain, id, it).await? {
            return Ok(false);
        }
        self.audit_in(&mut write, row).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Joins a batch behind the gap before it, which stays a gap: who accepted it and why stands with the alert, that it
    /// was done in the hub's own chain. Every alert of the same gap is settled with it.
    ///
    /// `Err` inside: why the batch cannot be joined all the same; then nothing is changed.
    pub(crate) async fn accept_gap(
        &self,
        id: &str,
        entries: &[Entry],
        it: &Review,
        row: &AuditRow,
    ) -> Result<Result<bool, Break>, StoreError> {
        let mut write = self.begin().await?;
        if !write.review(Kept::Chain, id, it).await? {
            return Ok(Ok(false));
        }
        // Nothing is missing any more when the device has sent it meanwhile.
        if let Err(fault) = join_in(&mut write, entries).await? {
            let Some(gap) = gap(&fault, entries) else { return Ok(Err(fault)) };
            let sql = "INSERT INTO audit_gaps (device, expected, seq, prev) VALUES ($1, $2, $3, $4)";
            let new = sqlx::query(sql).bind(&gap.0).bind(gap.1).bind(gap.2).bind(&gap.3);
            new.execute(&mut *write.tx).await?;
            if let Err(fault) = join_in(&mut write, entries).await? {
                return Ok(Err(fault));
            }
            self.audit_of(&mut write, row, entries[0].device, told(&gap)).await?;
            let sql = "UPDATE audit_alerts SET reviewed = $1, reviewer = $2, outcome = $3, words = $4
                       WHERE device = $5 AND kind = 'gap' AND seq = $6 AND reviewed IS NULL";
            let same = sqlx::query(sql).bind(micros(it.at)).bind(&it.by).bind(&it.outcome).bind(&it.words);
            same.bind(&gap.0).bind(gap.2).execute(&mut *write.tx).await?;
        }
        let received = AuditRow { action: "account-received", reason: None, ..row.clone() };
        if let Some(last) = entries.last() {
            self.audit_of(&mut write, &received, last.device, format!("{} {}", last.seq, last.hash)).await?;
        }
        write.commit().await?;
        Ok(Ok(true))
    }

    /// The gaps that were accepted.
    ///
    /// # Errors
    /// The database.
    pub async fn accepted_gaps(&self) -> Result<Vec<Gap>, StoreError> {
        let sql = "SELECT device, expected, seq, prev FROM audit_gaps ORDER BY device, seq";
        Ok(sqlx::query_as(sql).fetch_all(&self.readers).await?)
    }
}

fn gap(fault: &Break, entries: &[Entry]) -> Option<Gap> {
    let Break::Gap { expected, seq } = *fault else { return None };
    let behind = entries.iter().find(|entry| entry.seq == seq)?;
    let place = |seq: u64| i64::try_from(seq).ok();
    Some((behind.device.to_string(), place(expected)?, place(seq)?, behind.prev.clone()))
}

/// Whether an entry stands behind a gap that was accepted.
pub(super) async fn is_accepted(tx: &mut SqliteConnection, fault: &Break, entry: &Entry) -> Result<bool, StoreError> {
    let Some((device, expected, seq, prev)) = gap(fault, std::slice::from_ref(entry)) else { return Ok(false) };
    let sql = "SELECT COUNT(*) FROM audit_gaps WHERE device = $1 AND expected = $2 AND seq = $3 AND prev = $4";
    let found: i64 = sqlx::query_scalar(sql).bind(device).bind(expected).bind(seq).bind(prev).fetch_one(tx).await?;
    Ok(found > 0)
}

/// Of the gaps in the table those that this hub's own chain tells of: a row alone would hide what somebody took out.
pub(super) fn proven(gaps: Vec<Gap>, entries: &[Entry], hub: DeviceId) -> Vec<Gap> {
    let own = entries.iter().filter(|entry| entry.device == hub).map(|entry| (entry, Line::of(&entry.event)));
    let said: Vec<_> =
        own.filter(|(_, line)| line.action == ACCEPTED).map(|(it, line)| (about(it), line.reason)).collect();
    gaps.into_iter().filter(|gap| said.contains(&(gap.0.clone(), told(gap)))).collect()
}

/// Follows a chain from its first entry, over the gaps that were accepted.
pub(super) fn follow_over(device: DeviceId, chain: &[Entry], gaps: &[Gap]) -> Result<Head, Break> {
    let (mut head, mut rest) = (Head::new(device), chain);
    loop {
        let fault = match follow(&head, rest, sha256) {
            Ok(end) => return Ok(end),
            Err(fault) => fault,
        };
        let behind = gap(&fault, rest).filter(|gap| gaps.contains(gap));
        let at = behind.and_then(|gap| rest.iter().position(|entry| i64::try_from(entry.seq) == Ok(gap.2)));
        let Some(at) = at else { return Err(fault) };
        rest = &rest[at..];
        head = Head { device, seq: rest[0].seq - 1, hash: rest[0].prev.clone() };
    }
}
