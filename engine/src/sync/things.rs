//! What others wrote in other forms than words, and what they changed, since the document of a record came.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api_client::Client;
use jiff::Timestamp;
use serde_json::Value;
use shared::consent::Dataset;
use shared::sensitive::Sensitive;
use shared::sync::Cursor;

use super::pull::save;
use super::read_back::keeps_it_to_itself;
use crate::EngineError;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::{Held, Pull, PulledThing};

/// What stands for a note that is not in words, and what may be edited.
const KINDS: [&str; 5] = ["Observation", "Task", "Flag", "Goal", "MedicationAdministration"];

/// Between two questions about one record that nobody pressed for: each stands in the person's account.
const PAUSE: Duration = Duration::from_secs(60);

/// Asks for all kinds at once: a link that answers late is waited for once.
pub(super) async fn pull(
    inner: &Inner,
    open: &Arc<Open>,
    record: &Held,
    so_far: &mut Pull,
    fresh: bool,
) -> Result<(), EngineError> {
    // In an emergency there is the summary, and no lists of everything.
    if record.consent_checked && record.lease.dataset == Dataset::Emergency {
        return Ok(());
    }
    let lately = held(&open.listed).get(&record.lease.id).is_some_and(|asked| asked.elapsed() < PAUSE);
    if lately && !fresh {
        return Ok(());
    }
    let client = open.client()?;
    held(&open.listed).insert(record.lease.id, Instant::now());
    let one = |kind| ask(inner, open, record, &client, so_far.since(kind, record.retrieved), kind);
    let [a, b, c, d, e] = KINDS;
    let answers = tokio::join!(one(a), one(b), one(c), one(d), one(e));
    let before = so_far.clone();
    let mut writes = Vec::new();
    let mut known = known(open, record).await?;
    let mut result = Ok(());
    for (kind, answer) in KINDS.into_iter().zip([answers.0, answers.1, answers.2, answers.3, answers.4]) {
        let (found, complete) = answer;
        for resource in found {
            let thing = PulledThing { resource: resource.into_inner() };
            if let Some(seen) = updated(&thing.resource) {
                so_far.seen(kind, seen);
            }
            if !thing.is_about(&record.lease.patient) {
                so_far.unreadable.insert(thing.place());
            } else if known.insert(thing.place(), thing.version().to_owned()).as_deref() != Some(thing.version()) {
                writes.push(thing.write(&record.lease.patient, record.lease.id)?);
            }
        }
        result = result.and(complete);
    }
    let news = !writes.is_empty();
    if *so_far != before {
        writes.push(so_far.write(&record.lease.patient, record.lease.id)?);
    }
    save(open, record, writes).await?;
    if news {
        inner.update_for(open, |state| state.revision += 1);
    }
    result
}

async fn known(open: &Open, record: &Held) -> Result<HashMap<String, String>, EngineError> {
    let (things, _) = PulledThing::all(&open.vault, &record.lease.patient).await?;
    Ok(things.iter().map(|thing| (thing.place(), thing.version().to_owned())).collect())
}

/// Every page of one kind, as far as they came: in order of their change, so that what came may be kept.
async fn ask(
    inner: &Inner,
    open: &Arc<Open>,
    record: &Held,
    client: &Client,
    since: String,
    kind: &'static str,
) -> (Vec<Sensitive<Value>>, Result<(), EngineError>) {
    let patient = record.lease.patient.as_str();
    let parameters =
        [("patient", patient), ("_sort", "_lastUpdated"), ("_count", "50"), ("_lastUpdated", since.as_str())];
    let mut found = Vec::new();
    let mut pages = match client.pages(kind, &parameters, record.grant.as_ref()) {
        Ok(pages) => pages,
        Err(error) => return (found, Err(error.into())),
    };
    while let Some(page) = pages.next().await.transpose() {
        match inner.heard_page(open, page).await {
            Ok(page) => found.extend(page.resources),
            // Closed under this permit, or a kind that this server does not keep.
            Err(error) if keeps_it_to_itself(&error) => break,
            Err(error) => return (found, Err(error.into())),
        }
    }
    (found, Ok(()))
}

fn updated(resource: &Value) -> Option<Timestamp> {
    resource["meta"]["lastUpdated"].as_str()?.parse().ok()
}

impl Pull {
    /// From when on changes of a kind are asked for: never by this device's clock.
    fn since(&self, kind: &str, retrieved: Timestamp) -> String {
        self.cursors.get(kind).copied().unwrap_or(Cursor::at(retrieved)).since()
    }

    fn seen(&mut self, kind: &str, at: Timestamp) {
        self.cursors.entry(kind.to_owned()).or_insert(Cursor::at(at)).advance(at);
    }
}
