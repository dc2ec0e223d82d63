//! Who is behind a visit.

use api_client::Error as ClientError;
use shared::audit::Act;
use shared::identity::{Demographics, PatientId};

use crate::store::Held;
use crate::{Engine, EngineError};

impl Engine {
    /// The demographics behind a visit, to confirm two identifiers by: from the vault when held, else asked for.
    ///
    /// # Errors
    /// `offline` and its like when they have to be asked for.
    pub async fn person(&self, patient: &PatientId) -> Result<Demographics, EngineError> {
        let open = self.open()?;
        if let Some(record) = Held::get(&open.vault, patient).await? {
            return Ok(record.person);
        }
        let client = open.client()?;
        let answer = client.read("Patient", patient.as_str()).await;
        let answer = self.inner.heard_as(&open, answer).await?;
        let person = Demographics::from_fhir(&answer.value).map_err(|_| ClientError::NotFhir("a Patient"))?;
        self.inner.audit.append(self.inner.event_about(Act::Read, "person", &open, patient)).await?;
        open.name_is(patient, person.display_name());
        Ok(person)
    }
}
