//! One question to the record: may this person see it, for this purpose, now?

use jiff::Timestamp;
use serde_json::Value;
use shared::consent::{Basis, Decision, EmergencyNone, Purpose, decide};
use shared::identity::{Organisation, Staff};
use shared::lease::ConsentVersion;

use super::{Asker, Exceptions, break_glass_available, is_member, is_privacy_consent, name_of, read};
use crate::store::{Store, StoreError};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ask {
    /// `None` for a purpose that is not served here.
    pub(crate) purpose: Option<Purpose>,
    pub(crate) basis: Basis,
    pub(crate) refused: bool,
}

/// The answer, with what carrying it out needs.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) decision: Decision,
    pub(crate) exceptions: Exceptions,
    pub(crate) break_glass_available: bool,
    /// The consents in force that were looked at, `Consent/id`.
    pub(crate) consents: Vec<String>,
    /// The same with their versions.
    pub(crate) versions: Vec<ConsentVersion>,
}

/// Decides from what is stored at this moment. Nothing is remembered between two questions.
pub(crate) async fn ask(
    store: &Store,
    setting: EmergencyNone,
    staff: &Staff,
    patient: &str,
    ask: &Ask,
) -> Result<Answer, StoreError> {
    let now = Timestamp::now();
    let asker = recognise(store, staff, patient, now).await?;
    let consents: Vec<Value> = store.of_type(patient, "Consent").await?;
    let said = read(&consents, &asker, now);
    let request = said.request(ask, &asker, store.record_state(patient).await?, setting);
    Ok(Answer {
        decision: decide(&request),
        exceptions: ask.purpose.map(|purpose| said.exceptions(purpose)).unwrap_or_default(),
        break_glass_available: break_glass_available(&request),
        consents: consents.iter().filter(|it| counts(it)).filter_map(name_of).collect(),
        versions: consents.iter().filter(|it| counts(it)).filter_map(version_of).collect(),
    })
}

/// Whether somebody is in a care team of the patient, by themselves or with their organisation.
pub(crate) async fn is_on_a_team(store: &Store, staff: &Staff, patient: &str) -> Result<bool, StoreError> {
    let asker = recognise(store, staff, patient, Timestamp::now()).await?;
    Ok(asker.is_on_a_team())
}

fn version_of(consent: &Value) -> Option<ConsentVersion> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Some(ConsentVersion { id: text(&consent["id"])?, version: text(&consent["meta"]["versionId"])? })
}

fn counts(consent: &Value) -> bool {
    consent["status"] == "active" && is_privacy_consent(consent)
}

/// Everything a consent of this patient may call the member of staff by.
async fn recognise(store: &Store, staff: &Staff, patient: &str, now: Timestamp) -> Result<Asker, StoreError> {
    let ods = &staff.organisation.ods;
    let organisations = store.ids_by_identifier("Organization", Organisation::SYSTEM, ods).await?;
    let own: Vec<_> = organisations.iter().map(|id| format!("Organization/{id}")).collect();
    let asker = Asker::new(staff, own.clone());
    let teams = store.of_type(patient, "CareTeam").await?;
    let mine = teams.iter().filter(|team| is_member(team, &asker, now));
    let teams = mine.filter_map(|team| Some(format!("CareTeam/{}", team["id"].as_str()?)));
    Ok(Asker::new(staff, own.into_iter().chain(teams)))
}
