//! `POST AuditEvent`: a batch of a device's own account. All of it is joined to the device's chain or none.
//!
//! Whoever is signed in may hand over what others of the device did: it must not wait for them to come back.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use shared::audit::{Break, Entry, signature_of};

use super::super::answer::fhir;
use super::super::context::{Hub, Signed};
use super::super::problem::Problem;
use crate::store::{Alert, Signature, named};

/// The most entries of a batch.
const MAX_ENTRIES: usize = 500;

/// Joins the batch. Sent twice it is one. What does not follow is kept whole, and the privacy officer finds an alert.
pub(crate) async fn receive(hub: &Hub, signed_in: &Signed, bundle: &Value) -> Result<Response, Problem> {
    let entries = entries(bundle)?;
    let device = entries[0].device;
    if entries.iter().any(|entry| entry.device != device) {
        return Err(Problem::unprocessable("A batch is of one device."));
    }
    let head = entries[entries.len() - 1].head();
    let signature = signature_of(bundle);
    let signed = hub.store.check_head(&head, signature.as_deref()).await?;
    let set_aside = async |kind: &'static str, seq: u64| {
        tracing::warn!(code = "audit-set-aside", kind, "a device's account was set aside");
        let alert = Alert { device, kind, seq, staff: signed_in.staff.id.to_string(), body: bundle.to_string() };
        hub.store.alert(&alert).await
    };
    if signed == Signature::Bad {
        set_aside("signature", head.seq).await?;
        return Err(conflict("The batch is not signed by this device. It is kept for review."));
    }
    let news = match hub.store.join(&entries).await? {
        Ok(news) => news,
        Err(fault) => {
            let (kind, seq) = named(&fault);
            set_aside(kind, seq).await?;
            return Err(conflict(words(&fault)));
        }
    };
    if let (Signature::Good, Some(signature)) = (signed, &signature) {
        hub.store.keep_head(&head, signature).await?;
    }
    if let Some(last) = entries.last().filter(|_| news.contains(&true)) {
        let row = signed_in.audit("account-received", None);
        hub.store.audit_received(&row, device, format!("{} {}", last.seq, last.hash)).await?;
    }
    let status = |new: bool| if new { "201 Created" } else { "200 OK" };
    let answers: Vec<_> = news.into_iter().map(|new| json!({"response": {"status": status(new)}})).collect();
    Ok(fhir(&json!({"resourceType": "Bundle", "type": "batch-response", "entry": answers})))
}

/// The events of a batch, each with its place in the chain of its device.
pub(crate) fn entries(bundle: &Value) -> Result<Vec<Entry>, Problem> {
    let kind = ["batch", "transaction"].iter().any(|kind| bundle["type"] == *kind);
    let listed =
        bundle["entry"].as_array().filter(|list| kind && bundle["resourceType"] == "Bundle" && !list.is_empty());
    let listed = listed.ok_or_else(|| Problem::invalid("Send a Bundle of type batch with AuditEvents."))?;
    if listed.len() > MAX_ENTRIES {
        return Err(Problem::too_long("A batch may have 500 entries."));
    }
    listed.iter().map(|entry| read(&entry["resource"])).collect()
}

fn read(resource: &Value) -> Result<Entry, Problem> {
    let parts = ["type", "agent", "source"].iter().all(|part| !resource[*part].is_null());
    // A narrative or a contained resource could carry what an account must not hold.
    let bare = ["text", "contained"].iter().all(|part| resource[*part].is_null());
    let dated = resource["recorded"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok());
    if resource["resourceType"] != "AuditEvent" || !parts || !bare || !dated {
        return Err(Problem::unprocessable("An entry is no AuditEvent, or has a narrative or contained resources."));
    }
    let without = "An AuditEvent lacks its place in the chain of its device.";
    Entry::from_resource(resource).ok_or_else(|| Problem::unprocessable(without))
}

fn conflict(text: &'static str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "conflict", text)
}

fn words(fault: &Break) -> &'static str {
    match fault {
        Break::Gap { .. } => "Entries before the first of this batch are missing. It is kept; send them.",
        Break::Fork { .. } => "Another history of this device is stored. The batch is kept for review.",
        Break::Altered { .. } | Break::Foreign { .. } => {
            "An entry does not fit its hash. The batch is kept for review."
        }
    }
}
