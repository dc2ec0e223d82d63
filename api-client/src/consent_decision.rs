//! `POST Patient/{id}/$consent-decision`: may I, what for, and for how long.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::consent::{Basis, Dataset, Obligation, Outcome, Purpose, Reason, Residual};
use shared::identity::PatientId;
use shared::lease::Lease;
use shared::sensitive::Sensitive;

use crate::transport::FHIR_JSON;
use crate::{Answer, Client, Error, GivenLease, LeaseToken, url};

/// The hub's proof that it permitted, sent back with each read. Opaque; whoever holds it with the token may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grant(Sensitive<String>);

impl Grant {
    /// Wraps what the hub gave.
    pub fn new(grant: impl Into<String>) -> Self {
        Self(Sensitive::new(grant.into()))
    }

    /// For the header.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// What is asked and declared.
#[derive(Debug, Clone)]
pub struct DecisionRequest {
    /// What for.
    pub purpose: Purpose,
    /// The relationship declared.
    pub basis: Basis,
    /// The patient is present, has capacity and says no.
    pub patient_refused: bool,
    /// Why, in words, where the basis needs it.
    pub reason: Option<Sensitive<String>>,
}

/// The decision. Unknown codes in it are an error: a permission that is not understood in full is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Permit, deny, or no record.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// What a permit opens.
    pub dataset: Option<Dataset>,
    /// What stays closed inside it.
    pub residual: Option<Residual>,
    /// What must be done.
    pub obligations: Vec<Obligation>,
    /// Whether break-glass could be asked for.
    pub break_glass_available: bool,
    /// With a permit: the proof and the time it may be kept. Always both, or the answer is refused.
    pub permit: Option<(Grant, GivenLease)>,
}

impl Client {
    /// Asks for a decision. A refusal is an answer, not an error.
    ///
    /// # Errors
    /// 404 as [`Error::Refused`] for no record or no such patient, which the hub does not tell apart;
    /// [`Error::NotFhir`] when the answer is not one that can be followed.
    pub async fn consent_decision(
        &self,
        patient: &PatientId,
        request: &DecisionRequest,
    ) -> Result<Answer<Decided>, Error> {
        let url = self.at(&["Patient", url::id(patient.as_str())?, "$consent-decision"])?;
        let body = parameters(request).to_string();
        let post = self.request(Method::POST, url)?.header(CONTENT_TYPE, FHIR_JSON).body(body);
        self.fhir(post, &["Parameters"]).await?.try_map(|answer| read(&answer, patient))
    }
}

fn parameters(request: &DecisionRequest) -> Value {
    let mut list = vec![
        json!({"name": "purpose", "valueCode": request.purpose.code()}),
        json!({"name": "basis", "valueCode": request.basis.code()}),
        json!({"name": "patientRefused", "valueBoolean": request.patient_refused}),
    ];
    list.extend(request.reason.as_ref().map(|r| json!({"name": "reasonText", "valueString": r.reveal()})));
    json!({"resourceType": "Parameters", "parameter": list})
}

pub(crate) fn read(answer: &Value, patient: &PatientId) -> Result<Decided, Error> {
    const UNKNOWN: Error = Error::NotFhir("a decision in known codes");
    let all =
        |name: &'static str| answer["parameter"].as_array().into_iter().flatten().filter(move |p| p["name"] == name);
    let text = |name| all(name).find_map(|p| p["valueCode"].as_str().or_else(|| p["valueString"].as_str()));
    let code = |name| text(name).ok_or(Error::NotFhir("a whole decision"));
    let outcome = Outcome::from_code(code("decision")?).map_err(|_| UNKNOWN)?;
    let permit = match outcome {
        Outcome::Permit => {
            let lease = match text("leaseJws") {
                Some(token) => GivenLease::Signed(LeaseToken::new(token)),
                None => GivenLease::Plain(lease(code("lease")?, patient)?),
            };
            Some((Grant::new(code("grant")?), lease))
        }
        Outcome::Deny | Outcome::NotFound => None,
    };
    let obligation = |p: &Value| Obligation::from_code(p["valueCode"].as_str().unwrap_or_default());
    Ok(Decided {
        outcome,
        reason: Reason::from_code(code("reason")?).map_err(|_| UNKNOWN)?,
        dataset: text("dataset").map(Dataset::from_code).transpose().map_err(|_| UNKNOWN)?,
        residual: text("residual").map(Residual::from_code).transpose().map_err(|_| UNKNOWN)?,
        obligations: all("obligation").map(obligation).collect::<Result<_, _>>().map_err(|_| UNKNOWN)?,
        break_glass_available: all("breakGlassAvailable").any(|p| p["valueBoolean"] == true),
        permit,
    })
}

// A lease for somebody else, or one whose times run backwards, would keep a document longer than anyone allowed.
fn lease(text: &str, patient: &PatientId) -> Result<Lease, Error> {
    let lease: Lease = serde_json::from_str(text).map_err(|_| Error::NotFhir("a lease"))?;
    if lease.patient == *patient && lease.is_in_order() {
        Ok(lease)
    } else {
        Err(Error::NotFhir("a lease for this patient"))
    }
}

#[cfg(test)]
mod tests;
