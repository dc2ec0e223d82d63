//! Sign-ins and what comes of them: codes, tokens, proofs. Secrets are looked up by their hash.

use jiff::{SignedDuration, Timestamp};
use shared::identity::{DeviceId, Staff};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::access::read_staff;
use super::clock::{micros, time};
use super::{Store, StoreError};

/// What a person agreed to when they signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignIn {
    /// Its own id; all tokens that come of it carry it.
    pub(crate) id: String,
    pub(crate) staff: String,
    pub(crate) client: String,
    pub(crate) scope: String,
    /// Thumbprint of the key that its tokens are bound to.
    pub(crate) jkt: Option<String>,
    /// When the person proved who they are.
    pub(crate) at: Timestamp,
    /// The end of the shift.
    pub(crate) ends: Timestamp,
}

/// A sign-in in progress, waiting for its code to be exchanged.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) sign_in: SignIn,
    pub(crate) challenge: String,
    pub(crate) redirect: String,
    pub(crate) nonce: Option<String>,
    pub(crate) expires: Timestamp,
}

/// What became of a code that was brought back.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It is this one, and is used up now.
    Once(Box<Pending>),
    /// It was used before, for this sign-in.
    Again(String),
    /// There is none.
    Never,
}

/// An access token that is good.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) sign_in: SignIn,
    pub(crate) staff: Staff,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    /// The device of the key it is bound to, when it is enrolled.
    pub(crate) device: Option<DeviceId>,
    /// That device was revoked.
    pub(crate) revoked: bool,
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Of a sign-in, in the order of [`of_sign_in`].
const SIGN_IN: &str = "id, staff_id, client_id, scope, jkt, signed_in_at, ends_at";
const CODE: &str = "challenge, redirect_uri, nonce, expires_at";

impl Store {
    pub(crate) async fn insert_code(&self, code_hash: &str, pending: &Pending) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO auth_codes ({SIGN_IN}, code_hash, {CODE}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        of_sign_in(sqlx::query(sqlx::AssertSqlSafe(sql)), &pending.sign_in)
            .bind(code_hash)
            .bind(&pending.challenge)
            .bind(&pending.redirect)
            .bind(&pending.nonce)
            .bind(micros(pending.expires))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Uses a code up: of two callers one gets it, and nobody a second time.
    pub(crate) async fn take_code(&self, code_hash: &str, now: Timestamp) -> Result<Taken, StoreError> {
        let sql = "UPDATE auth_codes SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL RETURNING *";
        let taken = sqlx::query(sql).bind(code_hash).bind(micros(now));
        if let Some(row) = taken.fetch_optional(&self.writer).await? {
            return Ok(Taken::Once(Box::new(pending(&row)?)));
        }
        let sql = "SELECT id FROM auth_codes WHERE code_hash = $1";
        let used: Option<String> = sqlx::query_scalar(sql).bind(code_hash).fetch_optional(&self.readers).await?;
        Ok(used.map_or(Taken::Never, Taken::Again))
    }

    pub(crate) async fn insert_sign_in(&self, it: &SignIn) -> Result<(), StoreError> {
        let sql = format!("INSERT INTO sign_ins ({SIGN_IN}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
        of_sign_in(sqlx::query(sqlx::AssertSqlSafe(sql)), it).execute(&self.writer).await?;
        match &it.jkt {
            Some(jkt) => self.signs_in_on(jkt, &it.staff, it.at).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn insert_access_token(
        &self,
        token_hash: &str,
        sign_in: &str,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO access_tokens (token_hash, sign_in, issued_at, expires_at) VALUES ($1, $2, $3, $4)";
        let row = sqlx::query(sql).bind(token_hash).bind(sign_in).bind(micros(issued)).bind(micros(expires));
        row.execute(&self.writer).await?;
        Ok(())
    }

    /// What an access token stands for, if it is still good at `now`.
    pub(crate) async fn token(&self, hash: &str, now: Timestamp) -> Result<Option<Token>, StoreError> {
        let sql = "SELECT f.*, s.json, t.issued_at, t.expires_at, d.id AS device, d.state FROM access_tokens t
                   JOIN sign_ins f ON f.id = t.sign_in JOIN staff s ON s.id = f.staff_id
                   LEFT JOIN devices d ON d.jkt = f.jkt
                   WHERE t.token_hash = $1 AND t.expires_at > $2 AND f.ends_at > $2
                   AND (f.revoked_at IS NULL OR d.state = 'revoked')";
        let row = sqlx::query(sql).bind(hash).bind(micros(now)).fetch_optional(&self.readers).await?;
        row.map(|row| token(&row)).transpose()
    }

    /// Ends a sign-in and everything that came of it. False when it was ended before.
    pub(crate) async fn revoke_sign_in(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE sign_ins SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        let done = sqlx::query(sql).bind(id).bind(micros(now)).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }

    /// A sign-in that is or was.
    pub(crate) async fn sign_in(&self, id: &str) -> Result<Option<SignIn>, StoreError> {
        let found = sqlx::query("SELECT * FROM sign_ins WHERE id = $1").bind(id);
        found.fetch_optional(&self.readers).await?.map(|row| sign_in(&row)).transpose()
    }

    /// What a token of any kind came of.
    pub(crate) async fn sign_in_of(&self, token_hash: &str) -> Result<Option<SignIn>, StoreError> {
        let sql = "SELECT * FROM sign_ins WHERE id IN (SELECT sign_in FROM access_tokens WHERE token_hash = $1
                   UNION SELECT sign_in FROM refresh_tokens WHERE token_hash = $1)";
        let found = sqlx::query(sql).bind(token_hash).fetch_optional(&self.readers).await?;
        found.map(|row| sign_in(&row)).transpose()
    }

    pub(crate) async fn insert_refresh_token(
        &self,
        token_hash: &str,
        sign_in: &str,
        issued: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO refresh_tokens (token_hash, sign_in, issued_at) VALUES ($1, $2, $3)";
        sqlx::query(sql).bind(token_hash).bind(sign_in).bind(micros(issued)).execute(&self.writer).await?;
        Ok(())
    }

    /// The sign-in that a refresh token goes on with, when it is not over or revoked; and whether it was used.
    pub(crate) async fn refresh_token(&self, hash: &str, now: Timestamp) -> Result<Option<(SignIn, bool)>, StoreError> {
        let sql = "SELECT f.*, r.used_at FROM refresh_tokens r JOIN sign_ins f ON f.id = r.sign_in
                   WHERE r.token_hash = $1 AND f.ends_at > $2 AND f.revoked_at IS NULL";
        let row = sqlx::query(sql).bind(hash).bind(micros(now)).fetch_optional(&self.readers).await?;
        row.map(|row| Ok((sign_in(&row)?, row.try_get::<Option<i64>, _>("used_at")?.is_some()))).transpose()
    }

    /// Uses one up: true for the first of any number of callers.
    pub(crate) async fn use_refresh_token(&self, hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL";
        let done = sqlx::query(sql).bind(hash).bind(micros(now)).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Remembers a proof until it is too old to be taken. False when it is remembered already.
    ///
    /// In the database, because its key decides between parallel senders, a restart forgets nothing, and what is over
    /// leaves with the next proof that comes: the memory is as large as what was sent within `forget`.
    pub(crate) async fn remember_proof(&self, id: &str, forget: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
        let mut write = self.writer.begin().await?;
        let old = sqlx::query("DELETE FROM proofs_seen WHERE forget_at <= $1").bind(micros(now));
        old.execute(&mut *write).await?;
        let sql = "INSERT INTO proofs_seen (id, forget_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        let new = sqlx::query(sql).bind(id).bind(micros(forget)).execute(&mut *write).await?.rows_affected() > 0;
        write.commit().await?;
        Ok(new)
    }

    /// Throws away codes and tokens that are over. Declarations stay: they are part of the account given.
    pub(crate) async fn forget_expired(&self, now: Timestamp) -> Result<(), StoreError> {
        // What is over is told from what never was for a while: to a device that waits, and when a code comes twice.
        let hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(now);
        let mut write = self.writer.begin().await?;
        for (sql, until) in [
            ("DELETE FROM auth_codes WHERE expires_at <= $1", hour_ago),
            ("DELETE FROM device_codes WHERE expires_at <= $1", hour_ago),
            ("DELETE FROM access_tokens WHERE expires_at <= $1", now),
            ("DELETE FROM refresh_tokens WHERE sign_in IN (SELECT id FROM sign_ins WHERE ends_at <= $1)", now),
            ("DELETE FROM sign_ins WHERE ends_at <= $1", now),
            ("DELETE FROM enrolment_codes WHERE expires_at <= $1", now),
            ("DELETE FROM visits WHERE expires_at <= $1", now),
        ] {
            sqlx::query(sql).bind(micros(until)).execute(&mut *write).await?;
        }
        Ok(write.commit().await?)
    }

    /// A bearer token of a sign-in of its own.
    #[cfg(test)]
    pub(crate) async fn insert_token(
        &self,
        token_hash: &str,
        staff: &str,
        scope: &str,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let now = Timestamp::now();
        let (id, staff, scope) = (Uuid::now_v7().to_string(), staff.to_owned(), scope.to_owned());
        let sign_in = SignIn { id, staff, client: "test".to_owned(), scope, jkt: None, at: now, ends: expires };
        self.insert_sign_in(&sign_in).await?;
        self.insert_access_token(token_hash, &sign_in.id, now, expires).await
    }
}

fn of_sign_in<'q>(query: Query<'q>, it: &'q SignIn) -> Query<'q> {
    let (at, ends) = (micros(it.at), micros(it.ends));
    query.bind(&it.id).bind(&it.staff).bind(&it.client).bind(&it.scope).bind(&it.jkt).bind(at).bind(ends)
}

fn pending(row: &SqliteRow) -> Result<Pending, StoreError> {
    Ok(Pending {
        sign_in: sign_in(row)?,
        challenge: row.try_get("challenge")?,
        redirect: row.try_get("redirect_uri")?,
        nonce: row.try_get("nonce")?,
        expires: time(row.try_get("expires_at")?)?,
    })
}

pub(super) fn sign_in(row: &SqliteRow) -> Result<SignIn, StoreError> {
    Ok(SignIn {
        id: row.try_get("id")?,
        staff: row.try_get("staff_id")?,
        client: row.try_get("client_id")?,
        scope: row.try_get("scope")?,
        jkt: row.try_get("jkt")?,
        at: time(row.try_get("signed_in_at")?)?,
        ends: time(row.try_get("ends_at")?)?,
    })
}

fn token(row: &SqliteRow) -> Result<Token, StoreError> {
    let device: Option<String> = row.try_get("device")?;
    let device = device.map(|id| Uuid::parse_str(&id)).transpose().map_err(|_| StoreError::Corrupt("device"))?;
    let state: Option<String> = row.try_get("state")?;
    Ok(Token {
        sign_in: sign_in(row)?,
        staff: read_staff(row.try_get("json")?)?,
        issued: time(row.try_get("issued_at")?)?,
        expires: time(row.try_get("expires_at")?)?,
        device: device.map(DeviceId::new),
        revoked: state.as_deref() == Some("revoked"),
    })
}
