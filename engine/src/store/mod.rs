//! What a vault holds and in which form: typed records over [`Vault`](crate::vault::Vault).
//!
//! | kind | key | under a lease | what |
//! |---|---|---|---|
//! | Document | patient, `patient/<document id>` | yes | the bytes as received: the first, and further ones |
//! | Person | patient | yes | demographics, as confirmed when it was opened |
//! | Lease | patient | yes | lease, grant, how the document came: [`Held`] |
//! | Note | `pulled/patient/id` | yes | a note of the record: [`PulledNote`] |
//! | Cursor | patient | yes | how far its notes were pulled: [`Pull`] |
//! | Resource | `patient/Type/id` | yes | what changed in the record: [`PulledThing`] |
//! | Note | id | no | a note written here: [`OwnNote`] |
//! | Outbox | id | no | its way to the record |
//! | Conflict | id | no | an edit that contradicts another: [`Disputed`] |
//! | Audit | `declared/id` | no | broken glass declared without signal: [`Declared`] |
//! | Draft | `patient/form`, before that patient | no | what is being written in a form |
//! | Visits, Clock, Settings | fixed | no | work list, clock, sign-in |
//! | Settings | `outbox/last` | no | the place of the last entry of the outbox |
//! | Settings | `outbox/duplicates` | no | notes that the record has twice: [`Duplicates`] |
//! | Settings | `layout/role` | no | the order of the sections: [`KeptLayout`] |

mod declared;
mod disputed;
mod duplicates;
mod held;
mod notes;
mod outbox;
mod settings;
mod sources;
mod things;

pub(crate) use declared::Declared;
pub(crate) use disputed::Disputed;
pub(crate) use duplicates::Duplicates;
pub(crate) use held::{Held, device_lease, pulls_notes};
pub(crate) use notes::{OwnNote, Pull, PulledNote};
pub(crate) use outbox::Outgoing;
pub(crate) use settings::{KeptLayout, KeptToken, Visits};
pub use sources::MissingSource;
pub(crate) use sources::{Further, Kept, Source, all as all_documents, keeper, kept as further_documents};
pub(crate) use things::PulledThing;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::vault::{Kind, Vault, Write};
use crate::{Advice, EngineError};

/// Reads a JSON record.
pub(crate) async fn get<T: DeserializeOwned>(vault: &Vault, kind: Kind, key: &str) -> Result<Option<T>, EngineError> {
    match vault.get(kind, key).await? {
        Some(opened) => opened.json().map(Some).map_err(|e| EngineError::unreadable(&e)),
        None => Ok(None),
    }
}

/// All JSON records of a kind whose key `wanted` takes, and how many could not be read.
pub(crate) async fn list<T: DeserializeOwned>(
    vault: &Vault,
    kind: Kind,
    wanted: impl Fn(&str) -> bool,
) -> Result<(Vec<T>, usize), EngineError> {
    let listing = vault.list(kind).await?;
    let mut unreadable = listing.damaged.len();
    let mut found = Vec::new();
    for item in listing.items.iter().filter(|item| wanted(&item.key)) {
        match item.value.json() {
            Ok(value) => found.push(value),
            Err(_) => unreadable += 1,
        }
    }
    Ok((found, unreadable))
}

/// Writes one JSON record.
pub(crate) async fn put(vault: &Vault, kind: Kind, key: &str, value: &impl Serialize) -> Result<(), EngineError> {
    Ok(vault.put(vec![Write::json(kind, key, value)?]).await?)
}

/// There is no such record here, or no longer.
pub(crate) fn not_held() -> EngineError {
    let text = "This record is not on this device, or its time here is over. Open it again with a connection.";
    EngineError::new("not-held", text, Advice::TryAgain)
}
