//! Broken glass: asked for with its proof, ended, and told of afterwards where there was no signal.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use shared::consent::{Basis, GlassReason, Purpose};
use shared::identity::{Demographics, LeaseId, PatientId};
use shared::sensitive::Sensitive;

use crate::consent_decision::read;
use crate::transport::FHIR_JSON;
use crate::{Answer, Client, Decided, Error, url};

/// What breaking the glass takes.
#[derive(Debug, Clone)]
pub struct GlassRequest {
    /// Whose record; two identifiers of theirs go with the request.
    pub person: Demographics,
    /// Why, as a code.
    pub reason: GlassReason,
    /// Why, in words.
    pub words: Sensitive<String>,
    /// The device's proof that the PIN was entered just now (`typ` [`shared::consent::STEP_UP`]).
    pub step_up: Sensitive<String>,
    /// What the device calls this declaration, a UUID: told twice it is once.
    pub declaration: String,
}

impl Client {
    /// Asks for access by broken glass. A refusal is an answer, not an error.
    ///
    /// # Errors
    /// As [`Client::consent_decision`].
    pub async fn break_glass(&self, request: &GlassRequest) -> Result<Answer<Decided>, Error> {
        let patient = &request.person.patient;
        let answer = self.operate(patient, "$consent-decision", parameters(request)).await?;
        answer.try_map(|answer| read(&answer, patient))
    }

    /// Tells of a declaration that was made where there was no signal.
    ///
    /// # Errors
    /// [`Error::Refused`] when it was not taken.
    pub async fn declare_break_glass(&self, request: &GlassRequest, at: Timestamp) -> Result<Answer<()>, Error> {
        let mut list = parameters(request);
        list.push(json!({"name": "declared", "valueInstant": at}));
        let answer = self.operate(&request.person.patient, "$break-glass-declared", list).await?;
        answer.try_map(|_| Ok(()))
    }

    /// Ends access by broken glass. `why`: `by-person`, `screen-left` or `signed-out`.
    ///
    /// # Errors
    /// [`Error::Refused`] when the service does not take it; it ends with its hour all the same.
    pub async fn end_break_glass(
        &self,
        patient: &PatientId,
        lease: LeaseId,
        why: &'static str,
    ) -> Result<Answer<()>, Error> {
        let list = vec![
            json!({"name": "lease", "valueString": lease.to_string()}),
            json!({"name": "reason", "valueCode": why}),
        ];
        self.operate(patient, "$break-glass-end", list).await?.try_map(|_| Ok(()))
    }

    async fn operate(&self, patient: &PatientId, name: &str, list: Vec<Value>) -> Result<Answer<Value>, Error> {
        let url = self.at(&["Patient", url::id(patient.as_str())?, name])?;
        let body = json!({"resourceType": "Parameters", "parameter": list}).to_string();
        let post = self.request(Method::POST, url)?.header(CONTENT_TYPE, FHIR_JSON).body(body);
        self.fhir(post, &["Parameters"]).await
    }
}

fn parameters(request: &GlassRequest) -> Vec<Value> {
    let person = &request.person;
    let mut list = vec![
        json!({"name": "purpose", "valueCode": Purpose::BreakGlass.code()}),
        json!({"name": "basis", "valueCode": Basis::Incapable.code()}),
        json!({"name": "reasonCode", "valueCode": request.reason.code()}),
        json!({"name": "reasonText", "valueString": request.words.reveal()}),
        json!({"name": "stepUp", "valueString": request.step_up.reveal()}),
        json!({"name": "declaration", "valueString": request.declaration}),
        json!({"name": "birthDate", "valueString": person.birth_date.reveal()}),
        json!({"name": "family", "valueString": person.family.reveal()}),
    ];
    let number = person.nhs_number.as_ref();
    list.extend(number.map(|number| json!({"name": "nhsNumber", "valueString": number.to_string()})));
    list
}
