//! `POST Patient/{id}/$consent-decision`: may I, why, and for how long.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::{Basis, Decision, GlassReason, MAX_REASON, Obligation, Outcome, Purpose, Reason};
use shared::identity::LeaseId;
use shared::lease::Lease;
use uuid::Uuid;

use super::answer::fhir;
use super::context::{Call, Hub, Signed};
use super::glass::{Glass, Parameters};
use super::lease::give;
use super::problem::Problem;
use crate::consent::{Answer, Ask, ask};
use crate::lease::lease;
use crate::secret;
use crate::store::{AuditRow, Declaration, Told};

/// Decides, records the declaration and the audit, and explains. A refusal is an answer too (200).
pub(crate) async fn decide(call: &Call<'_>) -> Result<Response, Problem> {
    let Call { hub, signed, patient, parameters: asked, .. } = *call;
    let (question, reason_text) = read(&asked)?;
    // Looked at before anything about the person is: what is missing is the same whoever is asked about.
    let glass = if question.purpose == Some(Purpose::BreakGlass) { Some(Glass::read(&asked)?) } else { None };
    let mut answer = ask(&hub.store, hub.setting, &signed.staff, patient, &question).await?;
    let now = Timestamp::now();
    if let (Some(glass), Outcome::Permit) = (&glass, answer.decision.outcome)
        && let Some(reason) = glass.fault(call, now).await?
    {
        answer.decision = Decision { reason, ..refusal() };
    }
    if answer.decision.obligations.contains(&Obligation::ReasonText) && reason_text.is_none() {
        return Err(Problem::invalid("Say why in words: the parameter reasonText is missing."));
    }
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
        reason_code: glass.as_ref().map(|glass| glass.reason),
        reference: glass.as_ref().and_then(|glass| glass.reference),
        jkt: signed.jkt.clone(),
        outcome: answer.decision.outcome,
        declared: now,
        expires: granted.as_ref().map_or(now, |(_, lease)| lease.not_after),
        grant_hash: granted.as_ref().map(|(token, _)| secret::hash(token)),
    };
    record(hub, signed, &declaration, &answer).await?;
    match answer.decision.outcome {
        Outcome::NotFound => Err(Problem::not_found()),
        Outcome::Permit | Outcome::Deny => {
            let token = match &granted {
                Some((_, lease)) => Some(give(hub, signed, call.headers, (lease, question.basis), &answer).await?),
                None => None,
            };
            Ok(fhir(&parameters(&answer, granted.as_ref(), token)))
        }
    }
}

fn refusal() -> Decision {
    let (dataset, residual, obligations) = (None, None, vec![Obligation::Audit]);
    Decision { outcome: Outcome::Deny, reason: Reason::StepUpNotProven, dataset, residual, obligations }
}

fn read(parameters: &Parameters<'_>) -> Result<(Ask, Option<String>), Problem> {
    let purpose = parameters.text("purpose")?.ok_or_else(|| Problem::invalid("The parameter purpose is missing."))?;
    let basis = match parameters.text("basis")? {
        None => Basis::None,
        Some(code) => Basis::from_code(code).map_err(|_| Problem::invalid("The parameter basis has no known code."))?,
    };
    let refused = match parameters.one("patientRefused")? {
        None => false,
        Some(p) => p["valueBoolean"].as_bool().ok_or_else(|| Problem::invalid("patientRefused is not a boolean."))?,
    };
    let reason = parameters.text("reasonText")?.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if reason.as_ref().is_some_and(|text| text.chars().count() > MAX_REASON) {
        return Err(Problem::invalid("The reason is longer than 2000 characters."));
    }
    // A purpose that nobody here serves is decided like any other: by the role, with a refusal.
    Ok((Ask { purpose: Purpose::from_code(purpose).ok(), basis, refused }, reason))
}

/// Everything that was asked and answered, before anyone is told of it.
async fn record(hub: &Hub, signed: &Signed, declaration: &Declaration, answer: &Answer) -> Result<(), Problem> {
    let decision = &answer.decision;
    let mut row = signed.audit("decision", Some(&declaration.patient));
    row.purpose = declaration.purpose.map(|purpose| purpose.code().to_owned());
    (row.decision, row.reason) = (Some(decision.outcome.code()), Some(decision.reason.code()));
    let opened = decision.outcome == Outcome::Permit;
    row.lease = opened.then_some(declaration.id);
    let mut rows = vec![AuditRow { consents: answer.consents.clone(), ..row.clone() }];
    if opened && declaration.purpose == Some(Purpose::BreakGlass) {
        let reason = declaration.reason_code.map(GlassReason::code);
        rows.push(AuditRow { action: "break-glass-start", reason, ..row.clone() });
    }
    // Each duty to tell someone is a line of its own.
    let duties = decision.obligations.iter().filter(|duty| duty.code().starts_with("notify"));
    rows.extend(duties.map(|duty| AuditRow { action: duty.code(), ..row.clone() }));
    let must = |duty: Obligation| decision.obligations.contains(&duty);
    let kind = match (opened, declaration.purpose) {
        (true, Some(Purpose::BreakGlass)) => "break-glass",
        (true, _) => "self-claimed",
        (false, _) => "refused-attempt",
    };
    let told = Told {
        officer: must(Obligation::NotifyPrivacyOfficer).then_some(kind),
        patient: must(Obligation::NotifyPatient),
    };
    let new = hub.store.declare(declaration, told, &rows).await?;
    if new { Ok(()) } else { Err(Problem::conflict("This declaration was made before. Make a new one.")) }
}

fn parameters(answer: &Answer, granted: Option<&(String, Lease)>, signed: Option<String>) -> Value {
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
    out.extend(signed.map(|token| json!({"name": "leaseJws", "valueString": token})));
    json!({"resourceType": "Parameters", "parameter": out})
}
