//! Notes: those written here, and those that came from the record.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::identity::{LeaseId, PatientId};
use shared::note::Note;
use shared::sensitive::Sensitive;
use shared::sync::Cursor;

use crate::vault::{Kind, Vault, Write};
use crate::{EngineError, SeenBy};

const PULLED: &str = "pulled/";

/// A note written on this device. Under no lease: it is kept until the record has it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OwnNote {
    pub(crate) note: Note,
    /// `SURNAME, Given`, as confirmed when it was written.
    pub(crate) patient_name: Sensitive<String>,
    /// The roles that the record showed it to, the first time each.
    #[serde(default)]
    pub(crate) seen: Vec<SeenBy>,
}

/// A note of a record, under the lease of the record.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PulledNote {
    pub(crate) note: Note,
    /// `meta.versionId`: what comes again in the overlap is recognised by it.
    pub(crate) version: String,
}

/// Where the pull of a record's notes stands.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pull {
    pub(crate) cursor: Option<Cursor>,
    /// Ids of what came and could not be read: counted once, however often it comes.
    pub(crate) unreadable: BTreeSet<String>,
    /// The same as `cursor` of every other kind of resource, by its name.
    #[serde(default)]
    pub(crate) cursors: BTreeMap<String, Cursor>,
}

impl OwnNote {
    pub(crate) fn write(&self) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Note, self.note.id.to_string(), self)?)
    }

    pub(crate) async fn all(vault: &Vault) -> Result<(Vec<Self>, usize), EngineError> {
        super::list(vault, Kind::Note, |key| !key.starts_with(PULLED)).await
    }
}

impl PulledNote {
    pub(crate) fn write(&self, lease: LeaseId) -> Result<Write, EngineError> {
        let key = format!("{PULLED}{}/{}", self.note.patient, self.note.id);
        Ok(Write::json(Kind::Note, key, self)?.leased(lease))
    }

    pub(crate) async fn all(vault: &Vault, patient: &PatientId) -> Result<(Vec<Self>, usize), EngineError> {
        let prefix = format!("{PULLED}{patient}/");
        super::list(vault, Kind::Note, |key| key.starts_with(&prefix)).await
    }
}

impl Pull {
    pub(crate) fn write(&self, patient: &PatientId, lease: LeaseId) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Cursor, patient.as_str(), self)?.leased(lease))
    }

    pub(crate) async fn get(vault: &Vault, patient: &PatientId) -> Result<Self, EngineError> {
        Ok(super::get(vault, Kind::Cursor, patient.as_str()).await?.unwrap_or_default())
    }
}
