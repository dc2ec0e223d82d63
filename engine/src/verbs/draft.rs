//! What is being written.

use shared::identity::PatientId;
use shared::sensitive::Sensitive;

use crate::vault::{Kind, Write};
use crate::{Engine, EngineError};

impl Engine {
    /// Keeps what is being written, sealed, so that a crash loses at most a second of it. Empty text forgets it.
    ///
    /// # Errors
    /// What the storage may say; the text before it is still kept then.
    pub async fn save_draft(&self, patient: &PatientId, text: String) -> Result<(), EngineError> {
        let write = match text.is_empty() {
            true => Write::remove(Kind::Draft, patient.as_str()),
            false => Write::put(Kind::Draft, patient.as_str(), text),
        };
        Ok(self.open()?.vault.put(vec![write]).await?)
    }

    /// What was being written, if anything.
    ///
    /// # Errors
    /// `record-damaged` when it is there and cannot be read.
    pub async fn draft(&self, patient: &PatientId) -> Result<Option<Sensitive<String>>, EngineError> {
        let kept = self.open()?.vault.get(Kind::Draft, patient.as_str()).await?;
        Ok(kept.map(|text| String::from_utf8_lossy(text.bytes()).into_owned().into()))
    }
}
