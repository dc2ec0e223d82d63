//! The notes of others, pulled for the records held here.

use std::collections::HashMap;
use std::sync::Arc;

use api_client::Page;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use shared::identity::{NoteId, PatientId};
use shared::note::{Note, SYSTEM, from_document_reference};
use shared::sync::Cursor;

use super::things;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::{Held, Pull, PulledNote};
use crate::vault::Write;

/// Progress note (LOINC), the type of a field note.
const PROGRESS_NOTE: &str = "11506-3";

/// Pulls for every record held whose grant allows it. A record that fails keeps no other from being pulled.
pub(super) async fn pull(inner: &Inner, open: &Arc<Open>, fresh: bool) -> Result<(), EngineError> {
    let mut result = Ok(());
    for record in Held::all(&open.vault).await?.0 {
        let readable = record.lease.state(inner.clock.now()).is_open();
        if !readable || !record.may_pull() || !inner.is_online() {
            continue;
        }
        let pulled = pull_record(inner, open, &record, fresh).await;
        result = result.and(pulled);
    }
    result
}

async fn pull_record(inner: &Inner, open: &Arc<Open>, record: &Held, fresh: bool) -> Result<(), EngineError> {
    let patient = &record.lease.patient;
    let client = open.client()?;
    let mut so_far = Pull::get(&open.vault, patient).await?;
    let since = so_far.cursor.map(Cursor::since);
    let ours = format!("{SYSTEM}|");
    let mut parameters = vec![("patient", patient.as_str()), ("_sort", "_lastUpdated"), ("_count", "50")];
    parameters.extend(since.as_deref().map(|since| ("_lastUpdated", since)));
    if !record.consent_checked {
        // A server of another kind has documents of every kind; only notes of this app's kind are asked for.
        parameters.push(("identifier", &ours));
    }
    let mut pages = client.pages("DocumentReference", &parameters, record.grant.as_ref())?;
    let mut known = versions(open, patient).await?;
    loop {
        let Some(page) = pages.next().await.transpose() else {
            return things::pull(inner, open, record, &mut so_far, fresh).await;
        };
        match inner.heard_page(open, page).await {
            Ok(page) => store_page(inner, open, record, &mut so_far, &mut known, &page).await?,
            Err(error) if error.status() == Some(403) => return grant_ended(inner, open, record).await,
            Err(error) => return Err(error.into()),
        }
    }
}

async fn versions(open: &Open, patient: &PatientId) -> Result<HashMap<NoteId, String>, EngineError> {
    let (notes, _) = PulledNote::all(&open.vault, patient).await?;
    Ok(notes.into_iter().map(|n| (n.note.id, n.version)).collect())
}

/// Stores a page and the cursor behind it in one transaction: a crash repeats a page and never skips one.
async fn store_page(
    inner: &Inner,
    open: &Arc<Open>,
    record: &Held,
    so_far: &mut Pull,
    known: &mut HashMap<NoteId, String>,
    page: &Page,
) -> Result<(), EngineError> {
    let (patient, lease) = (&record.lease.patient, record.lease.id);
    let before = so_far.clone();
    let mut writes = Vec::new();
    for resource in &page.resources {
        let Some(found) = read(resource.reveal(), patient) else { continue };
        if let Some(seen) = found.updated {
            so_far.cursor.get_or_insert(Cursor::at(seen)).advance(seen);
        }
        match found.note {
            Ok(note) => {
                so_far.unreadable.remove(&found.id);
                if known.insert(note.id, found.version.clone()).as_ref() != Some(&found.version) {
                    writes.push(PulledNote { note, version: found.version }.write(lease)?);
                }
            }
            Err(()) => {
                so_far.unreadable.insert(found.id);
            }
        }
    }
    let news = !writes.is_empty() || so_far.unreadable != before.unreadable;
    if *so_far != before {
        writes.push(so_far.write(patient, lease)?);
    }
    save(open, record, writes).await?;
    if news {
        inner.update_for(open, |state| state.revision += 1);
    }
    Ok(())
}

/// The record may have been opened again, or shredded, while the page was on its way: then the page belongs to a
/// lease that is no more, and the next round asks again.
pub(super) async fn save(open: &Open, record: &Held, writes: Vec<Write>) -> Result<(), EngineError> {
    // A write under a lease that was just shredded would bring its key back to life.
    let _leases = open.leases.lock().await;
    let current = Held::get(&open.vault, &record.lease.patient).await?;
    if !writes.is_empty() && current.is_some_and(|now| now.lease.id == record.lease.id) {
        open.vault.put(writes).await?;
    }
    Ok(())
}

struct Found {
    id: String,
    version: String,
    updated: Option<Timestamp>,
    note: Result<Note, ()>,
}

/// Reads what came; `None` for a document that is no note at all. A note about somebody else than was asked for
/// is not readable here.
fn read(resource: &Value, patient: &PatientId) -> Option<Found> {
    let ours = list(&resource["identifier"]).any(|i| i["system"] == SYSTEM);
    let progress = list(&resource["type"]["coding"]).any(|c| c["code"] == PROGRESS_NOTE);
    let strange = resource["resourceType"] != "DocumentReference";
    if !(ours || progress || strange) {
        return None;
    }
    let note = from_document_reference(resource, |text| STANDARD.decode(text).ok());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some(Found {
        id: text(&resource["id"]),
        version: text(&resource["meta"]["versionId"]),
        updated: resource["meta"]["lastUpdated"].as_str().and_then(|t| t.parse().ok()),
        note: note.ok().filter(|note| note.patient == *patient).ok_or(()),
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What is held stays under its lease; the service is not asked again with a grant that it does not take.
async fn grant_ended(inner: &Inner, open: &Arc<Open>, record: &Held) -> Result<(), EngineError> {
    let leases = open.leases.lock().await;
    // As it is now: its further documents may have come since this round began.
    let current = Held::get(&open.vault, &record.lease.patient).await?;
    if let Some(current) = current.filter(|now| now.lease.id == record.lease.id) {
        let ended = Held { grant_ended: true, grant: None, ..current };
        open.vault.put(vec![ended.write()?]).await?;
    }
    drop(leases);
    inner.show_held(open).await
}
