//! Show the source.

use shared::fhir::Document;
use shared::identity::PatientId;
use shared::lease::LeaseState;
use shared::sensitive::Sensitive;

use super::record::{document, raw_entry};
use crate::engine::blocking;
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// The raw entry of a held document, for "show source".
    ///
    /// # Errors
    /// `not-held`, `lease-expired`, `no-such-entry`.
    pub async fn source(&self, patient: &PatientId, entry: usize) -> Result<Sensitive<String>, EngineError> {
        let open = self.open()?;
        let record = self.readable(&open, patient).await?;
        if record.lease.state(self.inner.clock.now()) == LeaseState::Expired {
            let text = "The time for reading this record is over. Connect and open it again.";
            return Err(EngineError::new("lease-expired", text, Advice::TryAgain));
        }
        let bytes = document(&open, patient).await?;
        let raw = blocking(move || Document::read(bytes.bytes()).map(|d| raw_entry(&d, entry))).await??;
        raw.ok_or_else(|| EngineError::new("no-such-entry", "The record has no such entry.", Advice::None))
    }
}
