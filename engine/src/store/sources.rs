//! The documents of one person: the first, which is the summary the service makes, and further ones beside it.

use api_client::{LeaseToken, Place};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::fhir::Document;
use shared::identity::{LeaseId, PatientId};
use shared::sensitive::Sensitive;

use super::Held;
use crate::EngineError;
use crate::vault::{Kind, Opened, Vault, VaultError, Write};

/// A further document, as it is kept beside the first.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Further {
    /// Where it came from.
    pub(crate) place: Place,
    /// `Discharge summary, Northgate Vale Hospital`.
    pub(crate) name: Sensitive<String>,
    /// When it was retrieved, by the server's clock; older than the record when its source did not answer since.
    pub(crate) retrieved: Timestamp,
    /// What it was, to ask only for a change.
    pub(crate) etag: Option<String>,
    /// Its lease as the service signed it, with its hash.
    #[serde(default)]
    pub(crate) proof: Option<LeaseToken>,
}

/// A source of a record that is not shown, or not as it is now. Has no `Debug`: who keeps a record about somebody is
/// health data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSource {
    /// `Discharge summary, Northgate Vale Hospital`.
    pub name: String,
    /// What happened and what to do, in a sentence or two.
    pub reason: String,
}

/// A further document with its bytes.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) further: Further,
    pub(crate) bytes: Opened,
}

/// A document as it is read from the vault.
pub(crate) struct Source {
    /// Empty for the first, which says by itself who made it.
    pub(crate) name: String,
    pub(crate) retrieved: Timestamp,
    pub(crate) bytes: Opened,
    /// Which further document it is; `None` for the first.
    pub(crate) further: Option<Further>,
}

impl MissingSource {
    pub(crate) fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { name: name.into(), reason: reason.into() }
    }
}

impl Further {
    /// Its key in the vault.
    pub(crate) fn key(&self, patient: &PatientId) -> String {
        match self.place.kind() {
            "Bundle" => format!("{patient}/{}", self.place.id()),
            kind => format!("{patient}/{kind}/{}", self.place.id()),
        }
    }
}

impl Kept {
    pub(crate) fn write(&self, patient: &PatientId, lease: LeaseId) -> Write {
        Write::put(Kind::Document, self.further.key(patient), self.bytes.bytes()).leased(lease)
    }
}

/// The further documents of a held record that open; one that does not is fetched again or done without.
pub(crate) async fn kept(vault: &Vault, record: &Held) -> Vec<Kept> {
    let mut kept = Vec::new();
    for further in &record.further {
        if let Ok(Some(bytes)) = vault.get(Kind::Document, &further.key(&record.lease.patient)).await {
            kept.push(Kept { further: further.clone(), bytes });
        }
    }
    kept
}

/// Every document of a held record in the order of its sources, and what is to be said of those that do not open.
///
/// # Errors
/// When not one of them opens.
pub(crate) async fn all(vault: &Vault, record: &Held) -> Result<(Vec<Source>, Vec<MissingSource>), EngineError> {
    let patient = &record.lease.patient;
    let first = (patient.as_str().to_owned(), String::new(), record.retrieved, None);
    let further =
        record.further.iter().map(|f| (f.key(patient), f.name.reveal().clone(), f.retrieved, Some(f.clone())));
    let (mut sources, mut missing, mut failed) = (Vec::new(), Vec::new(), None);
    for (key, name, retrieved, further) in std::iter::once(first).chain(further) {
        match vault.get(Kind::Document, &key).await {
            Ok(Some(bytes)) => sources.push(Source { name, retrieved, bytes, further }),
            Err(error @ VaultError::Damaged(_)) => {
                let name = if name.is_empty() { "The summary of the record service".to_owned() } else { name };
                missing.push(MissingSource::new(name, DAMAGED));
                failed = Some(EngineError::from(error));
            }
            Ok(None) => failed = failed.or_else(|| Some(super::not_held())),
            Err(error) => return Err(error.into()),
        }
    }
    match failed {
        Some(error) if sources.is_empty() => Err(error),
        _ => Ok((sources, missing)),
    }
}

const DAMAGED: &str =
    "What is stored of it on this device is damaged and cannot be read. Open the record again with a connection.";

/// Who keeps or wrote a document, one line; empty when it does not say.
pub(crate) fn keeper(document: &Document) -> String {
    let composition = document.composition();
    let authors = composition["author"].as_array().into_iter().flatten();
    let named = std::iter::once(&composition["custodian"]).chain(authors).find_map(|reference| {
        let target = document.resolve(document.composition_index(), reference).resource();
        let name = target.and_then(|resource| resource["name"].as_str());
        name.or_else(|| reference["display"].as_str()).map(str::trim).filter(|name| !name.is_empty())
    });
    named.unwrap_or_default().to_owned()
}
