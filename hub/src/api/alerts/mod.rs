//! The privacy officer's queue: what was opened without permission, or tried, and what came of looking into it.
//!
//! The list names nobody, so that it can be watched, forwarded and counted. Who and why is opened one by one, and each
//! opening is in the account of the person.

mod page;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use shared::consent::reason_fits;

use super::answer::fhir;
use super::context::{Hub, Signed};
use super::glass::{Parameters, end_what_is_over};
use super::html;
use super::problem::Problem;
use crate::store::{Alerted, AuditRow};

const KIND: &str = "https://doorstep.example/CodeSystem/privacy-alert";
/// What a review can find.
const OUTCOMES: [&str; 3] = ["justified", "not-justified", "referred"];

/// `GET /admin/alerts`: references, kinds and times; a Bundle of Tasks, or a page for a browser.
pub(crate) async fn queue(hub: &Hub, signed: &Signed, headers: &HeaderMap) -> Result<Response, Problem> {
    officer(hub, signed, "alerts").await?;
    end_what_is_over(&hub.store).await?;
    let all = hub.store.alerts().await?;
    if html::is_wanted(headers) {
        return Ok(page::queue(&all));
    }
    let base = hub.origin(headers);
    let entry = |it: &Alerted| json!({"fullUrl": format!("{base}/admin/alerts/{}", it.id), "resource": reference(it)});
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset"});
    if !all.is_empty() {
        bundle["entry"] = all.iter().map(entry).collect();
    }
    Ok(fhir(&bundle))
}

/// `GET /admin/alerts/{id}`: who, whose record, why. In the account of the person before it is answered.
pub(crate) async fn one(hub: &Hub, signed: &Signed, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    officer(hub, signed, "alert").await?;
    let it = hub.store.alerted(id).await?.ok_or_else(Problem::not_found)?;
    hub.store.audit(&signed.audit("alert", Some(&it.patient))).await?;
    let who = hub.store.staff(&it.staff).await?;
    let whom = hub.store.read("Patient", &it.patient).await?.map(|stored| stored.resource);
    if html::is_wanted(headers) {
        return Ok(page::one(&it, who.as_ref(), whom.as_ref()));
    }
    Ok(fhir(&whole(&it)))
}

/// `POST /admin/alerts/{id}/review`: Parameters `outcome` (justified, not-justified, referred) and `words`.
pub(crate) async fn review(hub: &Hub, signed: &Signed, id: &str, body: &Value) -> Result<Response, Problem> {
    officer(hub, signed, "alert-reviewed").await?;
    let parameters = Parameters::read(body)?;
    let outcome = OUTCOMES.iter().find(|known| parameters.text("outcome").ok().flatten() == Some(**known));
    let outcome = outcome.ok_or_else(|| Problem::invalid("outcome is justified, not-justified or referred."))?;
    let words = parameters.text("words")?.map(str::trim).filter(|words| reason_fits(words));
    let words = words.ok_or_else(|| Problem::invalid("Say what you found: words takes 10 to 2000 characters."))?;
    let it = hub.store.alerted(id).await?.ok_or_else(Problem::not_found)?;
    if it.staff == signed.staff.id.as_str() {
        return Err(Problem::forbidden("Nobody looks into their own access."));
    }
    let row = AuditRow { reason: Some(outcome), ..signed.audit("alert-reviewed", Some(&it.patient)) };
    if !hub.store.review(id, (outcome, words), &row).await? {
        return Err(Problem::conflict("This alert was looked into already."));
    }
    answered(hub, id).await
}

/// `POST /admin/alerts/{id}/letter`: the patient was told.
pub(crate) async fn letter_sent(hub: &Hub, signed: &Signed, id: &str) -> Result<Response, Problem> {
    officer(hub, signed, "patient-told").await?;
    let it = hub.store.alerted(id).await?.ok_or_else(Problem::not_found)?;
    if !hub.store.letter_sent(&it.declaration, &signed.audit("patient-told", Some(&it.patient))).await? {
        return Err(Problem::conflict("Nothing is to be told, or it was told already."));
    }
    answered(hub, id).await
}

async fn answered(hub: &Hub, id: &str) -> Result<Response, Problem> {
    let now = hub.store.alerted(id).await?.ok_or_else(Problem::internal)?;
    Ok(fhir(&whole(&now)))
}

/// Refuses whoever has not this duty, before anything is looked up, and notes it.
async fn officer(hub: &Hub, signed: &Signed, action: &'static str) -> Result<(), Problem> {
    if hub.store.is_privacy_officer(signed.staff.id.as_str()).await? {
        return Ok(());
    }
    let row = AuditRow { decision: Some("DENY"), reason: Some("not-a-privacy-officer"), ..signed.audit(action, None) };
    hub.store.audit(&row).await?;
    Err(Problem::forbidden("The queue of alerts is for privacy officers."))
}

/// As it stands in the list.
fn reference(it: &Alerted) -> Value {
    let mut task = json!({
        "resourceType": "Task",
        "id": it.id,
        "status": if it.reviewed.is_some() { "completed" } else { "requested" },
        "intent": "order",
        "code": {"coding": [{"system": KIND, "code": it.kind}]},
        "authoredOn": it.raised,
    });
    if let Some(due) = it.due {
        let told = it.sent.map_or_else(|| json!({"end": due}), |sent| json!({"start": sent, "end": due}));
        task["restriction"] = json!({"period": told});
    }
    task
}

/// With everything that was declared.
fn whole(it: &Alerted) -> Value {
    let mut task = reference(it);
    let staff = json!({"system": shared::identity::Staff::SYSTEM, "value": it.staff});
    task["for"] = json!({"reference": format!("Patient/{}", it.patient)});
    task["requester"] = json!({"identifier": staff});
    let end = it.ended.map_or(Value::Null, |at| json!(at));
    let period = if end.is_null() { json!({"start": it.declared}) } else { json!({"start": it.declared, "end": end}) };
    task["executionPeriod"] = period;
    if it.reason_code.is_some() || it.reason_text.is_some() {
        let mut reason = json!({"text": it.reason_text.as_deref().unwrap_or_default()});
        if let Some(code) = &it.reason_code {
            reason["coding"] =
                json!([{"system": "https://doorstep.example/CodeSystem/break-glass-reason", "code": code}]);
        }
        task["reasonCode"] = reason;
    }
    if let (Some(at), Some(outcome)) = (it.reviewed, &it.outcome) {
        task["businessStatus"] = json!({"coding": [{"code": outcome}]});
        task["note"] = json!([{"time": at, "text": it.words.as_deref().unwrap_or_default(),
            "authorReference": {"identifier": {"system": shared::identity::Staff::SYSTEM, "value": it.reviewer}}}]);
    }
    task
}
