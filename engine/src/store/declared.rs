//! Broken glass that was declared where there was no signal, until the record service knows of it.

use api_client::GlassRequest;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::consent::GlassReason;
use shared::identity::Demographics;
use shared::sensitive::Sensitive;

use crate::EngineError;
use crate::vault::{Kind, Vault, Write};

const PREFIX: &str = "declared/";

/// One declaration. It is under no lease: it must be told of also when the record is gone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Declared {
    pub(crate) id: String,
    pub(crate) person: Demographics,
    pub(crate) reason: GlassReason,
    pub(crate) words: Sensitive<String>,
    pub(crate) step_up: Sensitive<String>,
    pub(crate) at: Timestamp,
}

impl Declared {
    /// All, oldest first, and how many could not be read.
    pub(crate) async fn all(vault: &Vault) -> Result<(Vec<Self>, usize), EngineError> {
        let (mut all, unreadable) = super::list::<Self>(vault, Kind::Audit, |key| key.starts_with(PREFIX)).await?;
        all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Ok((all, unreadable))
    }

    pub(crate) fn write(&self) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Audit, format!("{PREFIX}{}", self.id), self)?)
    }

    /// It was told of.
    pub(crate) fn forget(&self) -> Write {
        Write::remove(Kind::Audit, format!("{PREFIX}{}", self.id))
    }

    pub(crate) fn request(&self) -> GlassRequest {
        GlassRequest {
            person: self.person.clone(),
            reason: self.reason,
            words: self.words.clone(),
            step_up: self.step_up.clone(),
            declaration: self.id.clone(),
        }
    }
}
