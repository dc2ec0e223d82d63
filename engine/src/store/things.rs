//! What changed in a record since its document came.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::identity::{LeaseId, PatientId};

use crate::EngineError;
use crate::vault::{Kind, Vault, Write};

/// A resource of a record in its newest version, under the lease of the record: part of a note, or a goal, a task, an
/// alert, an observation that somebody changed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PulledThing {
    pub(crate) resource: Value,
}

impl PulledThing {
    /// `Goal/7`.
    pub(crate) fn place(&self) -> String {
        let text = |field: &str| self.resource[field].as_str().unwrap_or_default();
        format!("{}/{}", text("resourceType"), text("id"))
    }

    /// What is recognised when it comes again.
    pub(crate) fn version(&self) -> &str {
        self.resource["meta"]["versionId"].as_str().unwrap_or_default()
    }

    /// Whether it says that it is about this person.
    pub(crate) fn is_about(&self, patient: &PatientId) -> bool {
        let whose = [&self.resource["subject"], &self.resource["for"]];
        let mut named = whose.iter().filter_map(|whose| whose["reference"].as_str());
        named.any(|reference| reference.rsplit_once("Patient/").is_some_and(|(_, id)| id == patient.as_str()))
    }

    pub(crate) fn write(&self, patient: &PatientId, lease: LeaseId) -> Result<Write, EngineError> {
        Ok(Write::json(Kind::Resource, format!("{patient}/{}", self.place()), self)?.leased(lease))
    }

    pub(crate) async fn all(vault: &Vault, patient: &PatientId) -> Result<(Vec<Self>, usize), EngineError> {
        let prefix = format!("{patient}/");
        super::list(vault, Kind::Resource, |key| key.starts_with(&prefix)).await
    }
}
