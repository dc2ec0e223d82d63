//! The privacy officer's queue: what was opened without permission, or tried, what a device's account lacks, notes that
//! are kept closed, and what came of looking into it.
//!
//! The list names nobody, so that it can be watched, forwarded and counted. Who and why is opened one by one, and each
//! opening is in the account of the person.

mod page;
mod task;
mod thing;
mod visit;

pub(crate) use visit::{Visitor, sign_in, sign_in_page};

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::reason_fits;

use self::task::{reference, whole};
use self::thing::Thing;
use super::answer::fhir;
use super::context::{Hub, Signed};
use super::glass::{Parameters, end_what_is_over};
use super::html;
use super::problem::Problem;
use crate::store::{AuditRow, Review, Waiting};

/// What an officer found, in a code and in words.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Finding {
    outcome: String,
    words: String,
}

impl Finding {
    /// From Parameters.
    pub(crate) fn read(body: &Value) -> Result<Self, Problem> {
        let parameters = Parameters::read(body)?;
        let text = |name| Ok::<_, Problem>(parameters.text(name)?.unwrap_or_default().to_owned());
        Ok(Self { outcome: text("outcome")?, words: text("words")? })
    }
}

/// `GET /admin/alerts`: references, kinds and times; a Bundle of Tasks, or a page for a browser.
pub(crate) async fn queue(hub: &Hub, visitor: &Visitor, headers: &HeaderMap) -> Result<Response, Problem> {
    officer(hub, &visitor.signed, "alerts").await?;
    end_what_is_over(&hub.store).await?;
    let all = hub.store.queue().await?;
    if html::is_wanted(headers) {
        return Ok(page::queue(&all, visitor.form.as_deref()));
    }
    let base = hub.origin(headers);
    let entry = |it: &Waiting| json!({"fullUrl": format!("{base}/admin/alerts/{}", it.id), "resource": reference(it)});
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset"});
    if !all.is_empty() {
        bundle["entry"] = all.iter().map(entry).collect();
    }
    Ok(fhir(&bundle))
}

/// `GET /admin/alerts/{id}`: who, whose record, why. In the account of the person before it is answered.
pub(crate) async fn one(hub: &Hub, visitor: &Visitor, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    officer(hub, &visitor.signed, "alert").await?;
    let (line, thing) = open(hub, id).await?;
    hub.store.audit(&visitor.signed.audit("alert", thing.patient())).await?;
    if !html::is_wanted(headers) {
        return Ok(fhir(&whole(&line, &thing)));
    }
    let who = hub.store.staff(thing.staff()).await?;
    let whom = match thing.patient() {
        Some(patient) => hub.store.read("Patient", patient).await?.map(|stored| stored.resource),
        None => None,
    };
    Ok(page::one(&line, &thing, (who.as_ref(), whom.as_ref()), visitor.form.as_deref()))
}

/// `POST /admin/alerts/{id}/review`: `outcome`, one of those that the kind has, and `words`.
pub(crate) async fn review(hub: &Hub, signed: &Signed, id: &str, found: &Finding) -> Result<(), Problem> {
    officer(hub, signed, "alert-reviewed").await?;
    let (_, thing) = open(hub, id).await?;
    let outcome = thing.outcomes().iter().find(|known| **known == found.outcome);
    let outcome = *outcome.ok_or_else(|| Problem::invalid(thing.what_is_an_outcome()))?;
    let words = Some(found.words.trim()).filter(|words| reason_fits(words));
    let words = words.ok_or_else(|| Problem::invalid("Say what you found: words takes 10 to 2000 characters."))?;
    if thing.staff() == signed.staff.id.as_str() {
        return Err(Problem::forbidden("Nobody looks into their own access."));
    }
    let (at, by) = (Timestamp::now(), signed.staff.id.to_string());
    let review = Review { at, by, outcome: outcome.to_owned(), words: words.to_owned() };
    let row = AuditRow { reason: Some(outcome), ..signed.audit(thing.action(outcome), thing.patient()) };
    if thing.settle(hub, &review, &row).await? {
        Ok(())
    } else {
        Err(Problem::conflict("This alert was looked into already."))
    }
}

/// `POST /admin/alerts/{id}/letter`: the patient was told.
pub(crate) async fn letter_sent(hub: &Hub, signed: &Signed, id: &str) -> Result<(), Problem> {
    officer(hub, signed, "patient-told").await?;
    let told = match open(hub, id).await?.1 {
        Thing::Glass(it) => {
            let row = signed.audit("patient-told", Some(&it.patient));
            hub.store.letter_sent(&it.declaration, &row).await?
        }
        Thing::Chain(_) | Thing::Note(..) => false,
    };
    if told { Ok(()) } else { Err(Problem::conflict("Nothing is to be told, or it was told already.")) }
}

/// An alert as it stands now.
pub(crate) async fn answered(hub: &Hub, id: &str) -> Result<Response, Problem> {
    let (line, thing) = open(hub, id).await?;
    Ok(fhir(&whole(&line, &thing)))
}

async fn open(hub: &Hub, id: &str) -> Result<(Waiting, Thing), Problem> {
    let line = hub.store.waiting(id).await?.ok_or_else(Problem::not_found)?;
    Ok((line, Thing::open(hub, id).await?))
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
