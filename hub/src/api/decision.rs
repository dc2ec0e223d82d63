//! `POST Patient/{id}/$consent-decision`: may I, why, and for how long.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::{Basis, Outcome, Purpose};
use shared::identity::LeaseId;
use shared::lease::Lease;
use uuid::Uuid;

use super::answer::fhir;
use super::context::{Hub, Signed};
use super::problem::Problem;
use crate::consent::{Answer, Ask, ask};
use crate::lease::lease;
use crate::secret;
use crate::store::Declaration;

/// The longest reason in words, characters.
const MAX_REASON: usize = 2000;

/// Decides, records the declaration and the audit, and explains. A refusal is an answer too (200).
pub(crate) async fn decide(hub: &Hub, signed: &Signed, patient: &str, body: &Value) -> Result<Response, Problem> {
    let (question, reason_text) = read(body)?;
    let answer = ask(&hub.store, hub.setting, &signed.staff, patient, &question).await?;
    let now = Timestamp::now();
    let granted = match (question.purpose, answer.decision.outcome) {
        (Some(purpose), Outcome::Permit) => {
            let id = LeaseId::new(Uuid::now_v7());
            let lease =
                lease(id, patient, purpose, &answer.decision, now, signed.until).ok_or_else(Problem::internal)?;
            Some((secret::token()?, lease))
        }
        _ => None,
    };
    let declaration = Declaration {
        id: granted.as_ref().map_or_else(|| LeaseId::new(Uuid::now_v7()), |(_, lease)| lease.id),
        staff: signed.staff.id.to_string(),
        patient: patient.to_owned(),
        purpose: question.purpose,
        basis: question.basis,
        refused: question.refused,
        reason_text,
        outcome: answer.decision.outcome,
        declared: now,
        expires: granted.as_ref().map_or(now, |(_, lease)| lease.not_after),
        grant_hash: granted.as_ref().map(|(token, _)| secret::hash(token)),
    };
    record(hub, signed, &declaration, &answer).await?;
    match answer.decision.outcome {
        Outcome::NotFound => Err(Problem::not_found()),
        Outcome::Permit | Outcome::Deny => Ok(fhir(&parameters(&answer, granted.as_ref()))),
    }
}

fn read(body: &Value) -> Result<(Ask, Option<String>), Problem> {
    if body["resourceType"] != "Parameters" {
        return Err(Problem::invalid("Send a Parameters resource."));
    }
    let named = |name: &str| {
        let mut found = body["parameter"].as_array().into_iter().flatten().filter(|p| p["name"] == *name);
        let first = found.next();
        if found.next().is_some() { Err(Problem::invalid("A parameter is given twice.")) } else { Ok(first) }
    };
    let code = |name: &str| named(name).map(|p| p.and_then(|p| p["valueCode"].as_str().or(p["valueString"].as_str())));
    let purpose = code("purpose")?.ok_or_else(|| Problem::invalid("The parameter purpose is missing."))?;
    let basis = match code("basis")? {
        None => Basis::None,
        Some(code) => Basis::from_code(code).map_err(|_| Problem::invalid("The parameter basis has no known code."))?,
    };
    let refused = match named("patientRefused")? {
        None => false,
        Some(p) => p["valueBoolean"].as_bool().ok_or_else(|| Problem::invalid("patientRefused is not a boolean."))?,
    };
    let reason = named("reasonText")?.and_then(|p| p["valueString"].as_str()).map(str::to_owned);
    if reason.as_ref().is_some_and(|text| text.chars().count() > MAX_REASON) {
        return Err(Problem::invalid("The reason is longer than 2000 characters."));
    }
    // A purpose that nobody here serves is decided like any other: by the role, with a refusal.
    Ok((Ask { purpose: Purpose::from_code(purpose).ok(), basis, refused }, reason))
}

/// Everything that was asked and answered, before anyone is told of it.
async fn record(hub: &Hub, signed: &Signed, declaration: &Declaration, answer: &Answer) -> Result<(), Problem> {
    let decision = &answer.decision;
    hub.store.insert_declaration(declaration).await?;
    let mut row = signed.audit("decision", Some(&declaration.patient));
    row.purpose = declaration.purpose.map(|purpose| purpose.code().to_owned());
    (row.decision, row.reason) = (Some(decision.outcome.code()), Some(decision.reason.code()));
    row.consents = answer.consents.clone();
    let opened = decision.outcome == Outcome::Permit;
    row.lease = opened.then_some(declaration.id);
    hub.store.audit(&row).await?;
    row.consents.clear();
    if opened && declaration.purpose == Some(Purpose::BreakGlass) {
        row.action = "break-glass-start";
        hub.store.audit(&row).await?;
    }
    // Each duty to tell someone is a line of its own: what the privacy officer and the patient are told from.
    for duty in decision.obligations.iter().filter(|duty| duty.code().starts_with("notify")) {
        row.action = duty.code();
        hub.store.audit(&row).await?;
    }
    Ok(())
}

fn parameters(answer: &Answer, granted: Option<&(String, Lease)>) -> Value {
    let decision = &answer.decision;
    let mut out = vec![
        json!({"name": "decision", "valueCode": decision.outcome.code()}),
        json!({"name": "reason", "valueCode": decision.reason.code()}),
        json!({"name": "breakGlassAvailable", "valueBoolean": answer.break_glass_available}),
    ];
    out.extend(decision.dataset.map(|dataset| json!({"name": "dataset", "valueString": dataset.code()})));
    out.extend(decision.residual.map(|residual| json!({"name": "residual", "valueString": residual.code()})));
    out.extend(decision.obligations.iter().map(|duty| json!({"name": "obligation", "valueCode": duty.code()})));
    if let Some((token, lease)) = granted {
        out.push(json!({"name": "grant", "valueString": token}));
        out.extend(serde_json::to_string(lease).ok().map(|lease| json!({"name": "lease", "valueString": lease})));
    }
    json!({"resourceType": "Parameters", "parameter": out})
}
