//! Show the source.

use shared::fhir::Document;
use shared::identity::PatientId;
use shared::lease::LeaseState;
use shared::sensitive::Sensitive;

use super::record::{documents, raw_entry};
use crate::engine::blocking;
use crate::show::{CLOCK_CHANGED, CLOCK_TURNED_BACK};
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// The raw entry of a held document, for "show source". `document` is its index in `Summary::sources`.
    ///
    /// # Errors
    /// `not-held`, `lease-expired`, `lease-unproven`, `clock-turned-back`, `no-such-entry`.
    pub async fn source(
        &self,
        patient: &PatientId,
        document: usize,
        entry: usize,
    ) -> Result<Sensitive<String>, EngineError> {
        let open = self.open()?;
        let record = self.readable(&open, patient).await?;
        match record.lease.state(self.inner.clock.now()) {
            state if state.is_open() => {}
            LeaseState::ClockDoubted => {
                return Err(EngineError::new(CLOCK_TURNED_BACK, CLOCK_CHANGED, Advice::TryAgain));
            }
            _ => {
                let text = "The time for reading this record is over. Connect and open it again.";
                return Err(EngineError::new("lease-expired", text, Advice::TryAgain));
            }
        }
        self.looked_at("source", &open, &record, false).await?;
        let (_, sources, _) = documents(&self.inner, &open, patient).await?;
        let raw = blocking(move || {
            // Only those that can be read count among the sources.
            let read = sources.iter().filter_map(|source| Document::read(source.bytes.bytes()).ok());
            read.into_iter().nth(document).and_then(|document| raw_entry(&document, entry))
        })
        .await?;
        raw.ok_or_else(|| EngineError::new("no-such-entry", "The record has no such entry.", Advice::None))
    }
}
