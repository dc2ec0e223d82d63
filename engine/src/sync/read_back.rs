//! What the record has already of a note whose answer was lost. A record service may promise that a note sent twice is
//! stored once, and not keep it while both are under way: so it is asked before a second try, whoever it is.

use std::sync::Arc;

use api_client::{Client, Error as ClientError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use shared::note::{Content, Note, SYSTEM, belongs_to, to_transaction};

use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::{Duplicates, Held};

/// What the record has.
pub(super) enum Known {
    /// Nothing, or it does not say: it is sent on condition of its identifier, as the first time.
    No,
    /// The note, received then by the record's clock.
    Since(Timestamp),
}

/// Resources that stand for a note.
const KINDS: [&str; 5] = ["DocumentReference", "Observation", "Task", "Flag", "MedicationAdministration"];

/// Looks for a note in the record by its identifier. More than one is said to the person; nothing is deleted.
///
/// # Errors
/// When the record service could not be asked. A refusal is no error: it may keep this to itself, and take the note.
pub(super) async fn known(inner: &Inner, open: &Arc<Open>, client: &Client, note: &Note) -> Result<Known, ClientError> {
    let Some(kind) = kind(inner, note) else { return Ok(Known::No) };
    let grant = Held::get(&open.vault, &note.patient).await.ok().flatten().and_then(|record| record.grant);
    // It would refuse, and write down that somebody asked.
    if held(&inner.capability).is_some_and(|known| known.decides_on_consent) && grant.is_none() {
        return Ok(Known::No);
    }
    let identifier = format!("{SYSTEM}|{}", note.id);
    let parameters = [("identifier", identifier.as_str()), ("patient", note.patient.as_str())];
    let mut pages = client.pages(kind, &parameters, grant.as_ref())?;
    let mut found = Vec::new();
    while let Some(page) = pages.next().await.transpose() {
        match inner.heard_page(open, page).await {
            Ok(page) => found.extend(page.resources.iter().filter_map(|it| received(it.reveal(), note))),
            Err(error) if keeps_it_to_itself(&error) => return Ok(Known::No),
            Err(error) => return Err(error),
        }
    }
    found.sort_unstable();
    if found.len() > 1 {
        tracing::warn!(code = "stored-twice", "the record service stored one note more than once");
        // Said for as long as it is known; that it cannot be kept is no reason to send the note once more.
        let _ = Duplicates::add(&open.vault, note.id).await;
        inner.show_duplicates(open).await;
    }
    Ok(found.first().map_or(Known::No, |first| Known::Since(*first)))
}

/// A refusal that no later try and no sign-in would change.
pub(super) fn keeps_it_to_itself(error: &ClientError) -> bool {
    error.refusal().is_some() && !error.is_transient() && !error.needs_sign_in()
}

fn kind(inner: &Inner, note: &Note) -> Option<&'static str> {
    if matches!(note.content, Content::Change(_)) {
        return None;
    }
    let bundle = to_transaction(note, inner.device_id, |bytes| STANDARD.encode(bytes));
    let sent = bundle["entry"][0]["resource"]["resourceType"].as_str()?;
    KINDS.into_iter().find(|kind| *kind == sent)
}

/// When the record received it, if it is this note.
fn received(resource: &Value, note: &Note) -> Option<Timestamp> {
    let is_it = belongs_to(resource) == Some((note.id, None));
    resource["meta"]["lastUpdated"].as_str().filter(|_| is_it)?.parse().ok()
}
