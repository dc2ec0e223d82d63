//! The further documents of a person: asked for all at once, each checked by itself, within a budget.

use std::sync::Arc;
use std::time::Duration;

use api_client::{Client, Error as ClientError, Grant, LeaseToken, Pointer, SummaryAnswer};
use shared::fhir::{Document, check_subject};
use shared::identity::{Demographics, StaffId};
use shared::lease::Lease;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::engine::{Inner, blocking};
use crate::store::{Further, Kept, MissingSource};
use crate::vault::Opened;

/// What the opening of a record may take in all.
const BUDGET: Duration = Duration::from_secs(8);
/// What the further documents have at least, when the first took long.
const AT_LEAST: Duration = Duration::from_secs(3);

const OTHERS: &str = "Other sources";
const ELSEWHERE: &str =
    "Held elsewhere and not fetched by this device: the record service only says that it exists. Ask who keeps it.";
const SILENT: &str = "Did not answer in time. Open the record again where the signal is better.";
const REFUSED: &str = "The record service does not give this document now.";
const BROKEN: &str = "What came cannot be read as a record, so it is not shown. Tell the service desk.";
const ANOTHER: &str = "What came is not proved to be about this person, so it is not shown. Tell the service desk.";
const UNPROVEN: &str =
    "What came is not proved to be what the record service gave to you, so it is not shown. Tell the service desk.";
const UNKNOWN: &str =
    "The record service did not say in time whether there are any. Open the record again where the signal is better.";
const CLOSED: &str = "The record service does not open them now.";
const MORE: &str = "There may be more than are shown: the list of the record service is not complete.";
const KEPT: &str = " What was fetched from it before is shown, with its age.";

/// What is asked, for whom, under which permit.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) inner: Arc<Inner>,
    pub(super) client: Client,
    pub(super) person: Demographics,
    pub(super) grant: Option<Grant>,
    pub(super) consent_checked: bool,
    pub(super) staff: StaffId,
    /// As the first document brought it.
    pub(super) lease: Lease,
}

/// What came of it: documents that may be sealed, and what is to be said of the others.
#[derive(Clone, Default)]
pub(super) struct Found {
    pub(super) kept: Vec<Kept>,
    pub(super) missing: Vec<MissingSource>,
}

/// Until when the further documents are waited for.
pub(super) fn deadline(started: Instant) -> Instant {
    (started + BUDGET).max(Instant::now() + AT_LEAST)
}

/// Asks for every further document until `deadline`. `older` are the copies held before, under the same permit: a
/// source that does not answer keeps its own.
pub(super) async fn fetch(asking: Asking, older: Vec<Kept>, deadline: Instant) -> Found {
    let listed = asking.client.documents(&asking.person.patient, asking.grant.as_ref());
    let documents = match timeout_at(deadline, listed).await {
        Ok(Ok(Some(documents))) => documents,
        Ok(Ok(None)) => return Found::default(),
        Ok(Err(error)) if error.status() == Some(403) => {
            return Found { kept: Vec::new(), missing: vec![MissingSource::new(OTHERS, CLOSED)] };
        }
        // A server of another kind that answers strangely has no such list; one that does not answer may have.
        Ok(Err(error)) if !asking.consent_checked && !error.is_transient() => return Found::default(),
        Ok(Err(_)) | Err(_) => return unlisted(older),
    };
    let mut tasks = JoinSet::new();
    for (at, pointer) in documents.pointers.into_iter().enumerate() {
        let held = older.iter().find(|kept| Some(&kept.further.place) == pointer.place.as_ref()).cloned();
        let asking = asking.clone();
        tasks.spawn(async move { (at, one(&asking, pointer, held, deadline).await) });
    }
    let mut answers: Vec<(usize, One)> = Vec::new();
    while let Some(answer) = tasks.join_next().await {
        // A task that was torn down with the runtime has nothing to say any more.
        answers.extend(answer.ok());
    }
    answers.sort_by_key(|(at, _)| *at);
    let mut found = Found::default();
    for (_, one) in answers {
        found.kept.extend(one.kept);
        found.missing.extend(one.missing);
    }
    if documents.incomplete {
        found.missing.push(MissingSource::new(OTHERS, MORE));
    }
    found
}

/// Nobody knows which documents there are: all that are held stay.
fn unlisted(older: Vec<Kept>) -> Found {
    let silent = older.iter().map(|kept| missing(kept.further.name.reveal(), SILENT, true));
    let missing = silent.chain([MissingSource::new(OTHERS, UNKNOWN)]).collect();
    Found { kept: older, missing }
}

struct One {
    kept: Option<Kept>,
    missing: Option<MissingSource>,
}

async fn one(asking: &Asking, pointer: Pointer, held: Option<Kept>, deadline: Instant) -> One {
    let name = pointer.name.reveal();
    let Some(place) = pointer.place else { return without(name, ELSEWHERE, None) };
    let tag = held.as_ref().and_then(|kept| kept.further.etag.as_deref());
    // One slow source is no lost link: what it does says nothing about the others, nor about the device.
    let answer = match timeout_at(deadline, asking.client.document(&place, asking.grant.as_ref(), tag)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) if matches!(error.status(), Some(401 | 403 | 404 | 410)) => return without(name, REFUSED, None),
        Ok(Err(error)) => return without(name, reason(&error), held),
        Err(_) => return without(name, SILENT, held),
    };
    let retrieved = answer.server_time.unwrap_or_else(|| asking.inner.clock.time());
    let (bytes, proof) = match (answer.value, &held) {
        (SummaryAnswer::Document { bytes, lease, .. }, _) => (Opened::from_bytes(bytes.into_inner()), lease),
        (SummaryAnswer::NotModified { lease }, Some(kept)) => (kept.bytes.clone(), lease),
        (SummaryAnswer::NotModified { .. }, None) => return without(name, BROKEN, None),
    };
    match checked(bytes.clone(), asking.person.clone()).await {
        Ok(()) if !is_proven(asking, proof.as_ref(), &bytes).await => without(name, UNPROVEN, None),
        Ok(()) => {
            let further = Further { place, name: pointer.name, retrieved, etag: answer.etag, proof };
            One { kept: Some(Kept { further, bytes }), missing: None }
        }
        Err(why) => without(name, why, held),
    }
}

/// Whether it is what the service gave to this person on this device, when it signs what it gives.
async fn is_proven(asking: &Asking, proof: Option<&LeaseToken>, bytes: &Opened) -> bool {
    let Asking { inner, staff, lease, .. } = asking;
    !inner.is_signed(proof) || inner.document_lease(staff, lease, proof, bytes.bytes()).await.is_ok()
}

/// Whether it is a document about this person.
async fn checked(bytes: Opened, person: Demographics) -> Result<(), &'static str> {
    let check = move || match Document::read(bytes.bytes()) {
        Ok(document) => check_subject(&document, &person).map_err(|_| ANOTHER),
        Err(_) => Err(BROKEN),
    };
    blocking(check).await.unwrap_or(Err(BROKEN))
}

fn reason(error: &ClientError) -> &'static str {
    if error.is_transient() { SILENT } else { BROKEN }
}

/// A source that gave nothing that can be used now: its older copy stays, and both is said.
fn without(name: &str, why: &str, held: Option<Kept>) -> One {
    One { missing: Some(missing(name, why, held.is_some())), kept: held }
}

fn missing(name: &str, why: &str, kept: bool) -> MissingSource {
    MissingSource::new(name, if kept { format!("{why}{KEPT}") } else { why.to_owned() })
}
