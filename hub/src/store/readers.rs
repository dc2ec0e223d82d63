//! To whom a note was shown.

use jiff::Timestamp;
use shared::identity::{NoteId, Role, Staff};

use super::clock::{micros, time};
use super::{Store, StoreError};

impl Store {
    /// Remembers that notes were shown to somebody; the first time counts. Written before the answer goes out.
    pub(crate) async fn note_shown(&self, notes: &[NoteId], staff: &Staff) -> Result<(), StoreError> {
        let known = "SELECT COUNT(*) FROM note_readers WHERE note = $1 AND staff_id = $2";
        let mut new = Vec::new();
        for note in notes {
            let query = sqlx::query_scalar(known).bind(note.to_string()).bind(staff.id.as_str());
            let count: i64 = query.fetch_one(&self.readers).await?;
            new.extend((count == 0).then(|| note.to_string()));
        }
        if new.is_empty() {
            return Ok(());
        }
        let mut write = self.begin().await?;
        let now = micros(Timestamp::now());
        for note in new {
            let sql = "INSERT INTO note_readers (note, staff_id, role, first_at) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (note, staff_id) DO NOTHING";
            let row = sqlx::query(sql).bind(note).bind(staff.id.as_str()).bind(staff.role.code()).bind(now);
            row.execute(&mut *write.tx).await?;
        }
        write.commit().await
    }

    /// The roles that a note was shown to, with the first time for each, the earliest first.
    pub(crate) async fn readers_of(&self, note: NoteId) -> Result<Vec<(Role, Timestamp)>, StoreError> {
        let sql = "SELECT role, MIN(first_at) AS at FROM note_readers WHERE note = $1 GROUP BY role ORDER BY at";
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).bind(note.to_string()).fetch_all(&self.readers).await?;
        let role = |code: &str| Role::from_code(code).map_err(|_| StoreError::Corrupt("role"));
        rows.iter().map(|(code, at)| Ok((role(code)?, time(*at)?))).collect()
    }
}
