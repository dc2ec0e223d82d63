//! Broken glass on the wire: what must come with it, its end, and what was declared while there was no signal.

mod declared;
mod end;
mod parameters;
mod step_up;

pub(crate) use declared::declared;
pub(crate) use end::{end, end_what_is_over};
pub(crate) use parameters::Parameters;

use jiff::Timestamp;
use shared::consent::{GlassReason, Reason, reason_fits};
use shared::identity::{Demographics, NhsNumber};
use uuid::Uuid;

use super::context::{Call, Hub};
use super::problem::Problem;
use crate::store::fold;

/// What breaking the glass takes beside the decision.
#[derive(Debug)]
pub(crate) struct Glass {
    /// Why, as a code.
    pub(crate) reason: GlassReason,
    /// What the device calls this declaration.
    pub(crate) reference: Option<Uuid>,
    step_up: String,
    whom: Whom,
}

/// Two identifiers as the device knows them.
#[derive(Debug)]
struct Whom {
    number: Option<String>,
    born: String,
    family: String,
}

impl Glass {
    /// Reads what must be there: reason, words, proof of the PIN, two identifiers.
    ///
    /// # Errors
    /// 400, with what is missing.
    pub(crate) fn read(parameters: &Parameters<'_>) -> Result<Self, Problem> {
        let missing = Problem::invalid;
        let reason = parameters.text("reasonCode")?.and_then(|code| GlassReason::from_code(code).ok());
        let reason = reason.ok_or_else(|| missing("Say why: reasonCode is missing or no known code."))?;
        if !parameters.text("reasonText")?.is_some_and(reason_fits) {
            return Err(missing("Say why in words: reasonText takes 10 to 2000 characters."));
        }
        let step_up = parameters.text("stepUp")?.ok_or_else(|| missing("stepUp, the proof of the PIN, is missing."))?;
        let reference = parameters.text("declaration")?.map(Uuid::parse_str).transpose();
        let reference = reference.map_err(|_| missing("declaration is not a UUID."))?;
        Ok(Self { reason, reference, step_up: step_up.to_owned(), whom: Whom::read(parameters)? })
    }

    /// Why the glass stays whole though the consents would allow it.
    pub(crate) async fn fault(&self, call: &Call<'_>, now: Timestamp) -> Result<Option<Reason>, Problem> {
        let Call { hub, signed, headers, patient, .. } = *call;
        if !step_up::is_proven(&self.step_up, headers, signed, patient, now) {
            return Ok(Some(Reason::StepUpNotProven));
        }
        let same = self.whom.is(hub, patient).await?;
        Ok((!same).then_some(Reason::IdentifiersDiffer))
    }
}

impl Whom {
    fn read(parameters: &Parameters<'_>) -> Result<Self, Problem> {
        let owned = |name| Ok::<_, Problem>(parameters.text(name)?.map(str::to_owned));
        let (number, born, family) = (owned("nhsNumber")?, owned("birthDate")?, owned("family")?);
        let second = number.is_some() || family.is_some();
        match born.filter(|_| second) {
            Some(born) => Ok(Self { number, born, family: family.unwrap_or_default() }),
            None => Err(Problem::invalid("Two identifiers are needed: nhsNumber (or family) and birthDate.")),
        }
    }

    /// Whether both are those of the Patient: the NHS number, where there is one, else the family name; and the date of
    /// birth as it is recorded.
    async fn is(&self, hub: &Hub, patient: &str) -> Result<bool, Problem> {
        let Some(stored) = hub.store.read("Patient", patient).await? else { return Ok(false) };
        let Ok(person) = Demographics::from_fhir(&stored.resource) else { return Ok(false) };
        let second = match &person.nhs_number {
            Some(number) => self.number.as_deref().and_then(|n| NhsNumber::parse(n).ok()).as_ref() == Some(number),
            None => !fold(&self.family).is_empty() && fold(&self.family) == fold(person.family.reveal()),
        };
        Ok(second && !self.born.is_empty() && self.born == *person.birth_date.reveal())
    }
}
