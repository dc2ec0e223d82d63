//! The chained account as it is stored: appended, followed, never changed.

use jiff::Timestamp;
use serde_json::Value;
use shared::audit::{Break, Entry, GENESIS, Head, Line};
use shared::identity::DeviceId;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::clock::micros;
use super::gaps::{follow_over, is_accepted, proven};
use super::heads::verify_heads;
use super::{Store, StoreError, Write};
use crate::secret::sha256;

/// A batch of a device that does not follow what is here of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alert {
    pub(crate) device: DeviceId,
    /// What is wrong with it, as a code, and where.
    pub(crate) kind: &'static str,
    pub(crate) seq: u64,
    pub(crate) staff: String,
    /// What came, whole.
    pub(crate) body: String,
}

/// What is wrong with the stored account.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// A link of a chain.
    #[error("chain {device}: {fault}")]
    Link {
        /// Whose chain.
        device: DeviceId,
        /// The first that is broken.
        fault: Break,
    },
    /// Entries that this hub acknowledged to a device are not there, or not the same.
    #[error("chain {device}: what was acknowledged up to {through} is not there")]
    Acknowledged {
        /// Whose chain.
        device: String,
        /// Place and hash, as they were acknowledged.
        through: String,
    },
    /// What a device signed of its chain is not in it, or is not signed by that device.
    #[error("chain {device}: what was signed at {seq} is not there, or not signed by this device")]
    Signature {
        /// Whose chain.
        device: String,
        /// Place.
        seq: i64,
    },
    /// A head that was noted elsewhere is in no chain.
    #[error("no chain goes through the head {0}")]
    Head(String),
    /// It could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Row = (String, i64, String, String, String);
const COLUMNS: &str = "SELECT device, seq, prev, hash, event FROM audit_events";

impl Store {
    /// The name of this hub's own chain; made when there is none.
    pub(super) async fn own_chain(writer: &sqlx::SqlitePool) -> Result<DeviceId, StoreError> {
        let sql = "INSERT INTO hub_identity (id, device) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
        sqlx::query(sql).bind(Uuid::now_v7().to_string()).execute(writer).await?;
        Self::known_chain(writer).await
    }

    pub(super) async fn known_chain(pool: &sqlx::SqlitePool) -> Result<DeviceId, StoreError> {
        let id: String = sqlx::query_scalar("SELECT device FROM hub_identity WHERE id = 1").fetch_one(pool).await?;
        device(&id)
    }

    /// Where this hub's own chain stands.
    ///
    /// # Errors
    /// The database.
    pub async fn own_head(&self) -> Result<Head, StoreError> {
        let mut reader = self.readers.acquire().await?;
        head(&mut reader, self.hub).await
    }

    /// Appends an event to this hub's own chain, durably.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn append(&self, event: Value) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        self.append_in(&mut write, event).await?;
        write.commit().await
    }

    /// The same beside other writes: all of it, or nothing.
    pub(super) async fn append_in(&self, write: &mut Write, event: Value) -> Result<(), StoreError> {
        let head = head(&mut write.tx, self.hub).await?;
        let entry = head.append(event, sha256).map_err(|_| StoreError::Corrupt("audit event"))?;
        insert(&mut write.tx, &entry).await
    }

    /// Joins a batch to the chain of its device: all of it, or nothing and the reason. True for each entry that is
    /// new; what is here already is a repetition.
    pub(crate) async fn join(&self, entries: &[Entry]) -> Result<Result<Vec<bool>, Break>, StoreError> {
        let mut write = self.begin().await?;
        let joined = join_in(&mut write, entries).await?;
        if joined.is_ok() {
            write.commit().await?;
        }
        Ok(joined)
    }

    /// Keeps what could not be joined, once.
    pub(crate) async fn alert(&self, it: &Alert) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit_alerts (device, kind, seq, received, staff_id, sha256, body)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sha256) DO NOTHING";
        sqlx::query(sql)
            .bind(it.device.to_string())
            .bind(it.kind)
            .bind(i64::try_from(it.seq).unwrap_or(i64::MAX))
            .bind(micros(Timestamp::now()))
            .bind(&it.staff)
            .bind(crate::secret::hash(&it.body))
            .bind(&it.body)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// `(kind, place)` of every alert, oldest first.
    ///
    /// # Errors
    /// The database.
    pub async fn audit_alerts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(sqlx::query_as("SELECT kind, seq FROM audit_alerts ORDER BY id").fetch_all(&self.readers).await?)
    }

    /// The entries about a person, under any of these ids, recorded within a span, behind `after`, in order of arrival;
    /// each with its place there.
    pub(crate) async fn account(
        &self,
        patients: &[String],
        (from, to): (Timestamp, Timestamp),
        after: i64,
        count: i64,
    ) -> Result<Vec<(i64, Entry)>, StoreError> {
        let ids: Vec<_> = (5..5 + patients.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT arrival, device, seq, prev, hash, event FROM audit_events WHERE patient_id IN ({})
             AND recorded >= $1 AND recorded <= $2 AND arrival > $3 ORDER BY arrival LIMIT $4",
            ids.join(", ")
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(micros(from)).bind(micros(to)).bind(after);
        let query = patients.iter().fold(query.bind(count), |query, id| query.bind(id));
        let rows: Vec<(i64, String, i64, String, String, String)> = query.fetch_all(&self.readers).await?;
        rows.into_iter().map(|(at, d, s, p, h, e)| Ok((at, entry((d, s, p, h, e))?))).collect()
    }

    /// Follows every chain from its first entry. Where each stands at the end, this hub's own first.
    ///
    /// # Errors
    /// [`Unsound`]: the first broken link, or what was acknowledged to a device and is gone. A `head` that was noted
    /// outside must be in a chain: it alone tells that the end of this hub's own was cut off.
    pub async fn verify_audit(&self, noted: Option<&str>) -> Result<Vec<Head>, Unsound> {
        // Before the entries: a hub that runs keeps a head after its entries, so that none of these can lack theirs.
        let signed = self.signed_heads().await?;
        let sql = format!("{COLUMNS} ORDER BY device <> $1, device, seq");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(self.hub.to_string());
        let rows: Vec<Row> = query.fetch_all(&self.readers).await.map_err(StoreError::from)?;
        let entries = rows.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let gaps = proven(self.accepted_gaps().await?, &entries, self.hub);
        let mut heads = Vec::new();
        for chain in entries.chunk_by(|a, b| a.device == b.device) {
            let device = chain[0].device;
            heads.push(follow_over(device, chain, &gaps).map_err(|fault| Unsound::Link { device, fault })?);
        }
        acknowledged(&entries, self.hub)?;
        verify_heads(signed, &entries)?;
        match noted.filter(|noted| !entries.iter().any(|entry| entry.hash == *noted)) {
            Some(noted) => Err(Unsound::Head(noted.to_owned())),
            None => Ok(heads),
        }
    }

    /// Lets a member of staff read the account.
    ///
    /// # Errors
    /// The database.
    pub async fn appoint_privacy_officer(&self, staff: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO privacy_officers (staff_id) VALUES ($1) ON CONFLICT (staff_id) DO NOTHING";
        sqlx::query(sql).bind(staff).execute(&self.writer).await?;
        Ok(())
    }

    /// Whether a member of staff may read the account.
    pub(crate) async fn is_privacy_officer(&self, staff: &str) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM privacy_officers WHERE staff_id = $1";
        let rows: i64 = sqlx::query_scalar(sql).bind(staff).fetch_one(&self.readers).await?;
        Ok(rows > 0)
    }
}

/// [`Store::join`] beside other writes.
pub(super) async fn join_in(write: &mut Write, entries: &[Entry]) -> Result<Result<Vec<bool>, Break>, StoreError> {
    let mut news = Vec::new();
    for entry in entries {
        let head = head(&mut write.tx, entry.device).await?;
        if entry.seq <= head.seq && entry.seq > 0 && known(&mut write.tx, entry).await? {
            news.push(false);
            continue;
        }
        if let Err(fault) = head.accept(entry, sha256)
            && !is_accepted(&mut write.tx, &fault, entry).await?
        {
            return Ok(Err(fault));
        }
        insert(&mut write.tx, entry).await?;
        news.push(true);
    }
    Ok(Ok(news))
}

/// A fault as a code, and where.
pub(crate) fn named(fault: &Break) -> (&'static str, u64) {
    match *fault {
        Break::Altered { seq } => ("altered", seq),
        Break::Gap { seq, .. } => ("gap", seq),
        Break::Fork { seq } => ("fork", seq),
        Break::Foreign { seq } => ("foreign", seq),
    }
}

/// Every batch that was taken over stands in this hub's own chain with the place and the hash it went up to.
fn acknowledged(entries: &[Entry], hub: DeviceId) -> Result<(), Unsound> {
    for own in entries.iter().filter(|entry| entry.device == hub) {
        let line = Line::of(&own.event);
        let Some((seq, hash)) = line.reason.split_once(' ').filter(|_| line.action == "account-received") else {
            continue;
        };
        let device = about(own);
        let same = |it: &Entry| it.device.to_string() == device && it.seq.to_string() == seq && it.hash == hash;
        if !entries.iter().any(same) {
            return Err(Unsound::Acknowledged { device, through: line.reason });
        }
    }
    Ok(())
}

/// The device that an entry of the hub's own chain is about.
pub(super) fn about(own: &Entry) -> String {
    let device = own.event.pointer("/agent/0/who/identifier/value").and_then(Value::as_str).unwrap_or_default();
    device.trim_start_matches("urn:uuid:").to_owned()
}

async fn head(tx: &mut SqliteConnection, device: DeviceId) -> Result<Head, StoreError> {
    let sql = "SELECT seq, hash FROM audit_events WHERE device = $1 ORDER BY seq DESC LIMIT 1";
    let last: Option<(i64, String)> = sqlx::query_as(sql).bind(device.to_string()).fetch_optional(tx).await?;
    let (seq, hash) = last.unwrap_or((0, GENESIS.to_owned()));
    Ok(Head { device, seq: u64::try_from(seq).map_err(|_| StoreError::Corrupt("audit event"))?, hash })
}

/// Whether exactly this entry is here.
async fn known(tx: &mut SqliteConnection, entry: &Entry) -> Result<bool, StoreError> {
    let sql = "SELECT hash FROM audit_events WHERE device = $1 AND seq = $2";
    let seq = i64::try_from(entry.seq).map_err(|_| StoreError::Corrupt("audit event"))?;
    let hash: Option<String> =
        sqlx::query_scalar(sql).bind(entry.device.to_string()).bind(seq).fetch_optional(tx).await?;
    Ok(hash.as_ref() == Some(&entry.hash) && entry.is_whole(sha256))
}

async fn insert(tx: &mut SqliteConnection, entry: &Entry) -> Result<(), StoreError> {
    let line = Line::of(&entry.event);
    let now = Timestamp::now();
    let sql = "INSERT INTO audit_events (device, seq, prev, hash, event, recorded, received, patient_id)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(sql)
        .bind(entry.device.to_string())
        .bind(i64::try_from(entry.seq).map_err(|_| StoreError::Corrupt("audit event"))?)
        .bind(&entry.prev)
        .bind(&entry.hash)
        .bind(entry.event.to_string())
        .bind(micros(line.at.unwrap_or(now)))
        .bind(micros(now))
        .bind(line.patient)
        .execute(tx)
        .await?;
    Ok(())
}

fn entry((id, seq, prev, hash, event): Row) -> Result<Entry, StoreError> {
    let corrupt = || StoreError::Corrupt("audit event");
    let seq = u64::try_from(seq).map_err(|_| corrupt())?;
    // A text that is no JSON any more was changed: it stands as it is, and its hash tells.
    let event = serde_json::from_str(&event).unwrap_or(Value::String(event));
    Ok(Entry { device: device(&id)?, event, hash, prev, seq, v: 1 })
}

fn device(id: &str) -> Result<DeviceId, StoreError> {
    id.parse().map(DeviceId::new).map_err(|_| StoreError::Corrupt("device"))
}
