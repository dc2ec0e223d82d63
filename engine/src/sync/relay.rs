//! Unsent notes beside their author's vault: kept in step with it while it is open, and delivered by whoever is
//! signed in.

use std::collections::HashSet;
use std::sync::Arc;

use api_client::{Client, EntryAnswer};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::identity::NoteId;
use shared::note::{Note, RELAY_INFO, relay_place, to_transaction};
use shared::sync::OutboxState;

use super::push;
use crate::EngineError;
use crate::engine::{Inner, blocking};
use crate::session::{Open, held};
use crate::store::{Declared, Outgoing};
use crate::vault::{RelayNote, VaultError};

/// Sealed sizes are rounded up to this, so that a size says little about a text.
const PADDING: usize = 256;

impl Inner {
    /// Runs work on the notes beside the vaults.
    pub(crate) async fn relaying<T: Send + 'static>(
        &self,
        work: impl FnOnce(&crate::vault::Relay) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let relay = self.device.relay();
        Ok(blocking(move || work(&relay)).await??)
    }

    /// The note, sealed to the record service; `None` as long as its key is not known.
    pub(crate) fn sealed(&self, note: &Note) -> Option<RelayNote> {
        let key = held(&self.life).enrolled.as_ref()?.relay()?;
        let mut text = to_transaction(note, self.device_id, |bytes| STANDARD.encode(bytes)).to_string().into_bytes();
        // White space after JSON is still that JSON.
        text.resize(text.len().next_multiple_of(PADDING), b' ');
        let place = relay_place(note.id, &note.author.id, self.device_id);
        let sealed = keys::seal_to(&key, RELAY_INFO, &place, &text).ok()?;
        let (author, device) = (note.author.id.clone(), self.device_id);
        Some(RelayNote { note: note.id, author, device, key: key.to_text(), sealed: URL_SAFE_NO_PAD.encode(sealed) })
    }

    /// Before a note is saved: keeps it sealed beside the vault, else notes that the vault will hold the only copy.
    /// True when it was sealed.
    pub(crate) async fn stage(&self, open: &Open, note: &Note) -> Result<bool, EngineError> {
        if let Some(sealed) = self.sealed(note)
            && self.relaying(move |relay| relay.stage(&sealed)).await.is_ok()
        {
            return Ok(true);
        }
        self.only_here(open, true).await?;
        Ok(false)
    }

    /// Notes whether a vault holds what is nowhere else.
    pub(crate) async fn only_here(&self, open: &Open, yes: bool) -> Result<(), EngineError> {
        let (device, staff) = (self.device.clone(), open.staff.id.clone());
        Ok(blocking(move || device.set_only_here(&staff, yes)).await??)
    }

    /// Shows how many notes of others wait here.
    pub(crate) async fn show_relay(&self) {
        let (device, me) = (self.device.clone(), self.open().map(|open| open.staff.id.clone()));
        let counted = blocking(move || {
            // Whose vault is open sends their own.
            let others = device.only_here()?.into_iter().filter(|staff| Some(staff) != me.as_ref()).count();
            Ok::<_, VaultError>((device.relay().waiting()?, others))
        })
        .await;
        let Ok(Ok(((waiting, unreadable), only_here))) = counted else { return };
        let refused = held(&self.life).refused.clone();
        self.update(|state| {
            // Whose outbox is shown may have changed while the files were read.
            let own = |note: &RelayNote| state.outbox.iter().any(|item| item.note == note.note);
            let relayed = waiting.iter().filter(|note| !own(note)).count() + unreadable;
            let refused = waiting.iter().filter(|note| refused.contains(&note.note)).count() + unreadable;
            (state.device.relayed, state.device.relay_refused) = (relayed, refused);
            state.device.only_here = only_here;
        });
    }
}

/// Brings the notes beside an open vault in step with it: learns what others delivered, settles what a crash left
/// half-done, and seals what was written before the service's key was known.
pub(crate) async fn reconcile(inner: &Arc<Inner>, open: &Arc<Open>) -> Result<(), EngineError> {
    let saving = inner.saving.lock().await;
    let (mut outgoing, unreadable) = Outgoing::all(&open.vault).await?;
    let mine = open.staff.id.clone();
    let (receipts, staged) = inner.relaying(move |relay| Ok((relay.receipts(&mine)?, relay.unsettled()?))).await?;
    for receipt in receipts {
        if let Some(out) = outgoing.iter_mut().find(|out| out.entry.note == receipt.note)
            && !matches!(out.entry.state, OutboxState::Sent { .. })
        {
            push::settle(inner, open, out, OutboxState::Sent { received: receipt.received }).await?;
        }
        inner.relaying(move |relay| relay.forget_receipt(receipt.note)).await?;
    }
    for note in staged.into_iter().filter(|note| note.author == open.staff.id) {
        let saved = outgoing.iter().any(|out| out.entry.note == note.note);
        inner.relaying(move |relay| if saved { relay.saved(note.note) } else { relay.unstage(note.note) }).await?;
    }
    // What was declared is sealed to nobody else, and must be told by whoever declared it.
    let declared = Declared::all(&open.vault).await?;
    let mut only_here = unreadable > 0 || !declared.0.is_empty() || declared.1 > 0;
    for out in &outgoing {
        only_here |= !keep_up(inner, out).await?;
    }
    inner.only_here(open, only_here).await?;
    drop(saving);
    inner.show_relay().await;
    Ok(())
}

/// Sees that an unsent note is beside the vault, and a sent one is not. False when the vault holds the only copy.
async fn keep_up(inner: &Inner, out: &Outgoing) -> Result<bool, EngineError> {
    let id = out.entry.note;
    let held_for = inner.relaying(move |relay| relay.sealed_to(id)).await?;
    if matches!(out.entry.state, OutboxState::Sent { .. }) {
        if held_for.is_some() {
            inner.relaying(move |relay| relay.forget(id)).await?;
        }
        return Ok(true);
    }
    let key = held(&inner.life).enrolled.as_ref().map(|enrolled| enrolled.relay_key.clone());
    if held_for.is_some() && (key.is_none() || held_for == key) {
        return Ok(true);
    }
    // The service has another key than it had: what was sealed to the old one may not open any more.
    let Some(sealed) = out.note.as_ref().and_then(|own| inner.sealed(&own.note)) else {
        return Ok(held_for.is_some());
    };
    inner.relaying(move |relay| relay.stage(&sealed).and_then(|()| relay.saved(id))).await?;
    Ok(true)
}

/// Delivers the notes of others. What the service refuses stays and is counted; it is tried again after the next
/// start, or when a person asks for a sync.
pub(crate) async fn deliver(inner: &Arc<Inner>, open: Option<&Arc<Open>>, again: bool) -> Result<(), EngineError> {
    if again {
        held(&inner.life).refused.clear();
    }
    let own: HashSet<NoteId> = match open {
        // From the vault: the list on the screen is emptied the moment somebody locks, and a note of one's own is pushed.
        Some(open) => Outgoing::all(&open.vault).await?.0.iter().map(|out| out.entry.note).collect(),
        None => HashSet::new(),
    };
    let (waiting, _) = inner.relaying(|relay| relay.waiting()).await?;
    let refused = held(&inner.life).refused.clone();
    let due = waiting.into_iter().filter(|note| !own.contains(&note.note) && !refused.contains(&note.note));
    let mut result = Ok(());
    for note in due {
        // As the person who is signed in; a device that was revoked has nobody and speaks for itself.
        let client = match open {
            Some(open) => open.client()?,
            None => inner.client.clone(),
        };
        if let Err(error) = hand_over(inner, open, &client, note).await {
            result = Err(error);
            break;
        }
    }
    inner.show_relay().await;
    result
}

async fn hand_over(
    inner: &Arc<Inner>,
    open: Option<&Arc<Open>>,
    client: &Client,
    note: RelayNote,
) -> Result<(), EngineError> {
    let answer = client.relay(&parameters(&note)).await;
    let answer = match open {
        Some(open) => inner.heard_as(open, answer).await,
        None => inner.hear(answer),
    };
    match answer {
        Ok(answer) if answer.value.iter().all(|part| matches!(part.status, 200 | 201)) => {
            let received = received(&answer.value).or(answer.server_time).unwrap_or_else(|| inner.clock.time());
            let id = note.note;
            inner.relaying(move |relay| relay.delivered(&note, received)).await?;
            inner.audit.note(inner.relayed(open.map(|open| &open.staff), id)).await;
            Ok(())
        }
        Err(error) if error.is_transient() || error.refusal().is_none() || error.status() == Some(401) => {
            Err(error.into())
        }
        // A server without the operation, or a note it will not take: others may still go.
        _ => {
            held(&inner.life).refused.insert(note.note);
            Ok(())
        }
    }
}

fn received(parts: &[EntryAnswer]) -> Option<Timestamp> {
    parts.first()?.last_modified
}

/// What `$relay` takes.
fn parameters(note: &RelayNote) -> Value {
    json!({"resourceType": "Parameters", "parameter": [
        {"name": "note", "valueString": note.note.to_string()},
        {"name": "author", "valueString": note.author.as_str()},
        {"name": "device", "valueString": note.device.to_string()},
        {"name": "sealed", "valueString": note.sealed},
    ]})
}
