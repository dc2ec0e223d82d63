//! The work list, the sign-in, and the order of the sections.

use api_client::AccessToken;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::identity::Role;
use shared::sensitive::Sensitive;
use shared::summary::layout::Layout;
use shared::visit::Visit;

use crate::EngineError;
use crate::vault::{Kind, Vault, Write};

const TODAY: &str = "today";
const TOKEN: &str = "token";

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

/// The token as sealed in the vault: after a kill and an unlock a note is sent without a new sign-in.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptToken {
    access: Sensitive<String>,
    expires: Option<Timestamp>,
    /// Good only with a proof of this device.
    #[serde(default)]
    bound: bool,
}

impl KeptToken {
    pub(crate) fn new(access: &AccessToken, expires: Option<Timestamp>) -> Self {
        Self { access: access.reveal().to_owned().into(), expires, bound: access.is_bound() }
    }

    pub(crate) fn token(self) -> (AccessToken, Option<Timestamp>) {
        let access = self.access.into_inner();
        (if self.bound { AccessToken::bound(access) } else { AccessToken::new(access) }, self.expires)
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
