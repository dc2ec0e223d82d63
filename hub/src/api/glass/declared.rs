//! `POST Patient/{id}/$break-glass-declared`: glass was broken where there was no signal, on a record that the device
//! held already. It opened nothing more; it is told of as soon as anybody can be.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;
use shared::consent::{Basis, GlassReason, Obligation, Outcome, Purpose};
use shared::identity::LeaseId;
use uuid::Uuid;

use super::super::answer::fhir;
use super::super::context::{Call, Signed};
use super::super::problem::Problem;
use super::Glass;
use crate::store::{AuditRow, Declaration, Told};

/// Takes it over, once. It is kept even where it is doubtful: what happened is not undone by refusing to hear of it. The
/// answer is the same whoever it is about.
pub(crate) async fn declared(call: &Call<'_>) -> Result<Response, Problem> {
    let Call { hub, signed, patient, parameters, .. } = *call;
    let glass = Glass::read(&parameters)?;
    let missing = || Problem::invalid("declared, the time, or declaration, its UUID, is missing.");
    let at: Timestamp = parameters.text("declared")?.and_then(|at| at.parse().ok()).ok_or_else(missing)?;
    let reference = glass.reference.ok_or_else(missing)?;
    let doubt = glass.fault(call, at).await?;
    let declaration = Declaration {
        id: LeaseId::new(Uuid::now_v7()),
        staff: signed.staff.id.to_string(),
        patient: patient.to_owned(),
        purpose: Some(Purpose::BreakGlass),
        basis: Basis::Incapable,
        refused: false,
        reason_text: parameters.text("reasonText")?.map(|text| text.trim().to_owned()),
        reason_code: Some(glass.reason),
        reference: Some(reference),
        jkt: signed.jkt.clone(),
        // It granted nothing here.
        outcome: Outcome::Deny,
        declared: at.min(Timestamp::now()),
        expires: at.min(Timestamp::now()),
        grant_hash: None,
    };
    let told = Told { officer: Some(if doubt.is_some() { "offline-doubtful" } else { "offline" }), patient: true };
    hub.store.declare(&declaration, told, &rows(signed, patient, glass.reason)).await?;
    Ok(fhir(&json!({"resourceType": "Parameters", "parameter": [{"name": "received", "valueBoolean": true}]})))
}

fn rows(signed: &Signed, patient: &str, reason: GlassReason) -> Vec<AuditRow> {
    let actions = ["break-glass-declared", Obligation::NotifyPrivacyOfficer.code(), Obligation::NotifyPatient.code()];
    let row = |action| AuditRow {
        purpose: Some(Purpose::BreakGlass.code().to_owned()),
        reason: Some(reason.code()),
        ..signed.audit(action, Some(patient))
    };
    actions.map(row).into()
}
