//! Notes that a record service was found to keep more than once.

use std::collections::BTreeSet;

use shared::identity::NoteId;

use crate::EngineError;
use crate::vault::{Kind, Vault};

const DUPLICATES: &str = "outbox/duplicates";

/// Which notes they are. Ids only: which of the copies counts, the record says.
pub(crate) struct Duplicates;

impl Duplicates {
    pub(crate) async fn all(vault: &Vault) -> Result<BTreeSet<NoteId>, EngineError> {
        Ok(super::get(vault, Kind::Settings, DUPLICATES).await?.unwrap_or_default())
    }

    pub(crate) async fn add(vault: &Vault, note: NoteId) -> Result<(), EngineError> {
        let mut all = Self::all(vault).await?;
        if all.insert(note) {
            super::put(vault, Kind::Settings, DUPLICATES, &all).await?;
        }
        Ok(())
    }
}
