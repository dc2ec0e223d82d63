//! The work list, the sign-in, and the order of the sections.

use api_client::{AccessToken, RefreshToken, Token};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::identity::Role;
use shared::sensitive::Sensitive;
use shared::summary::layout::Layout;
use shared::visit::Visit;

use crate::EngineError;
use crate::vault::{Kind, Vault, Write};

const TODAY: &str = "today";
const TOKEN: &str = "token";
/// How long before its end a token is renewed, at most: longer than a request takes.
const EARLY: SignedDuration = SignedDuration::from_secs(120);

/// The work list as last heard.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Visits {
    pub(crate) visits: Vec<Visit>,
    pub(crate) heard: Timestamp,
    pub(crate) unreadable: usize,
}

impl Visits {
    pub(crate) async fn get(vault: &Vault) -> Result<Option<Self>, EngineError> {
        super::get(vault, Kind::Visits, TODAY).await
    }

    pub(crate) async fn put(&self, vault: &Vault) -> Result<(), EngineError> {
        super::put(vault, Kind::Visits, TODAY, self).await
    }

    pub(crate) fn forget() -> Write {
        Write::remove(Kind::Visits, TODAY)
    }
}

/// The sign-in as sealed in the vault: after a kill and an unlock a note is sent without a new one.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptToken {
    access: Sensitive<String>,
    expires: Option<Timestamp>,
    /// Good only with a proof of this device.
    #[serde(default)]
    bound: bool,
    /// What gets the next one. Good once.
    #[serde(default)]
    refresh: Option<Sensitive<String>>,
    /// From when on the next one is fetched.
    #[serde(default)]
    renew_from: Option<Timestamp>,
    /// Who the provider says it is: the next one is for nobody else.
    #[serde(default)]
    subject: Option<String>,
    /// The next one was asked for, and no answer is known: the refresh token may be spent.
    #[serde(default)]
    asked: bool,
}

impl KeptToken {
    /// What a sign-in gave, heard now.
    pub(crate) fn new(token: &Token, now: Timestamp) -> Self {
        let lasts = token.expires.map(|end| end.duration_since(now));
        let early = lasts.map(|lasts| EARLY.min(lasts / 4).max(SignedDuration::ZERO));
        Self {
            access: token.access.reveal().to_owned().into(),
            expires: token.expires,
            bound: token.access.is_bound(),
            refresh: token.refresh.as_ref().map(|refresh| refresh.reveal().to_owned().into()),
            renew_from: token.expires.zip(early).and_then(|(end, early)| end.checked_sub(early).ok()),
            subject: token.claims.as_ref().and_then(|claims| claims["sub"].as_str()).map(str::to_owned),
            asked: false,
        }
    }

    /// What a renewal gave. A service that sends no new refresh token means the old one to be used again (RFC 6749 §6).
    pub(crate) fn renewed(&self, token: &Token, now: Timestamp) -> Self {
        let next = Self::new(token, now);
        let subject = next.subject.clone().or_else(|| self.subject.clone());
        Self { refresh: next.refresh.clone().or_else(|| self.refresh.clone()), subject, ..next }
    }

    /// The same, about to be renewed, or never again.
    pub(crate) fn asked(&self) -> Self {
        Self { asked: true, ..self.clone() }
    }

    pub(crate) fn without_refresh(&self) -> Self {
        Self { refresh: None, asked: false, ..self.clone() }
    }

    pub(crate) fn access(&self) -> AccessToken {
        let access = self.access.reveal().clone();
        if self.bound { AccessToken::bound(access) } else { AccessToken::new(access) }
    }

    pub(crate) fn refresh(&self) -> Option<RefreshToken> {
        self.refresh.as_ref().map(|refresh| RefreshToken::new(refresh.reveal().clone()))
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    pub(crate) const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether the next one should be fetched before this is used. Not while an earlier try is in doubt: the service
    /// might take the second for a thief's and end this one too, which is still good.
    pub(crate) fn ends_soon(&self, now: Timestamp) -> bool {
        self.refresh.is_some() && !self.asked && self.renew_from.is_some_and(|from| now >= from)
    }

    pub(crate) async fn get(vault: &Vault) -> Result<Option<Self>, EngineError> {
        super::get(vault, Kind::Settings, TOKEN).await
    }

    pub(crate) async fn put(&self, vault: &Vault) -> Result<(), EngineError> {
        super::put(vault, Kind::Settings, TOKEN, self).await
    }

    pub(crate) fn forget() -> Write {
        Write::remove(Kind::Settings, TOKEN)
    }
}

/// The order of the sections as a person wants it: one for each role they work in.
pub(crate) struct KeptLayout;

impl KeptLayout {
    fn key(role: Role) -> String {
        format!("layout/{}", role.code())
    }

    /// What was chosen, else what the role usually needs. One that cannot be read is no reason to keep a person from
    /// a record: it holds tastes, and the usual order shows everything.
    pub(crate) async fn get(vault: &Vault, role: Role) -> Layout {
        let kept = super::get(vault, Kind::Settings, &Self::key(role)).await.unwrap_or(None);
        kept.unwrap_or_else(|| Layout::usual(role))
    }

    /// Keeps it; `None` goes back to the usual one.
    pub(crate) async fn put(vault: &Vault, role: Role, layout: Option<&Layout>) -> Result<(), EngineError> {
        let write = match layout {
            Some(layout) => Write::json(Kind::Settings, Self::key(role), layout)?,
            None => Write::remove(Kind::Settings, Self::key(role)),
        };
        Ok(vault.put(vec![write]).await?)
    }
}
