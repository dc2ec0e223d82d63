//! Who is at the device, and what may be shown because of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use api_client::{AccessToken, Client, RefreshToken, Token};
use shared::identity::{LeaseId, NoteId, PatientId, Staff};
use shared::sensitive::Sensitive;

use crate::audit::Looks;
use crate::clock::Clock;
use crate::store::KeptToken;
use crate::tokens::Tokens;
use crate::vault::{Vault, Write};
use crate::{EngineError, Session};

/// Who is at the device. Mirrors [`Session`], with what only the engine may have.
pub(crate) enum Who {
    Nobody,
    NeedsPin(Staff, Token),
    /// The token is there between a sign-in and the unlocking that follows it.
    Locked(Staff, Option<Token>),
    Open(Arc<Open>),
}

/// An open vault and the person it belongs to. A new one at each unlocking: comparing pointers tells whether
/// something that was begun for a person may still be shown.
pub(crate) struct Open {
    pub(crate) staff: Staff,
    pub(crate) vault: Vault,
    signed: Mutex<Signed>,
    names: Mutex<HashMap<PatientId, Sensitive<String>>>,
    pub(crate) findings: Mutex<Findings>,
    /// What was looked at, and is written down.
    pub(crate) looks: Looks,
    /// Records of which further documents are on their way, and how many times they were asked for.
    pub(crate) asking: Mutex<HashMap<PatientId, usize>>,
    /// When the service last said of a lease that it holds.
    pub(crate) asked: Mutex<HashMap<LeaseId, Instant>>,
    /// When what changed in a record was asked for last.
    pub(crate) listed: Mutex<HashMap<LeaseId, Instant>>,
    /// When it was asked last what became of a note.
    pub(crate) receipts: Mutex<HashMap<NoteId, Instant>>,
    /// Whose record was taken back since this person unlocked the device.
    pub(crate) revoked: Mutex<HashSet<PatientId>>,
    /// One question about leases at a time.
    pub(crate) checking: tokio::sync::Mutex<()>,
    /// Held from a reading of the vault (or a write to it) to the change of the state that follows from it: an
    /// older reading never overwrites a newer one on the screen.
    pub(crate) showing: tokio::sync::Mutex<()>,
    /// Held from a look at which lease a record is under to the write or the shredding that relies on it.
    pub(crate) leases: tokio::sync::Mutex<()>,
}

#[derive(Default)]
enum Signed {
    #[default]
    Out,
    In {
        client: Client,
        tokens: Tokens,
    },
}

/// What was found out about this person's data and permissions, for [`crate::State::problems`].
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Findings {
    pub(crate) unreadable_outbox: usize,
    pub(crate) unreadable_records: usize,
    pub(crate) grants_ended: usize,
    /// Notes that the record has more than once.
    pub(crate) duplicates: usize,
    /// The record service has no room for notes.
    pub(crate) service_full: bool,
}

impl Who {
    pub(crate) fn session(&self) -> Session {
        match self {
            Self::Nobody => Session::SignedOut,
            Self::NeedsPin(staff, _) => Session::NeedsPin(staff.clone()),
            Self::Locked(staff, _) => Session::Locked(staff.clone()),
            Self::Open(open) => Session::Unlocked(open.staff.clone()),
        }
    }
}

impl Open {
    pub(crate) fn new(staff: Staff, vault: Vault) -> Arc<Self> {
        let (signed, names, findings, asking) = Default::default();
        let (looks, showing, leases) = Default::default();
        let (asked, listed, receipts, revoked, checking) = Default::default();
        Arc::new(Self {
            staff,
            vault,
            signed,
            names,
            findings,
            looks,
            asking,
            asked,
            listed,
            receipts,
            revoked,
            checking,
            showing,
            leases,
        })
    }

    /// The client as this person.
    ///
    /// # Errors
    /// `sign-in-again` when there is no token that the service would take.
    pub(crate) fn client(&self) -> Result<Client, EngineError> {
        match &*held(&self.signed) {
            Signed::In { client, tokens } if tokens.is_good() => Ok(client.clone()),
            _ => Err(EngineError::sign_in_again()),
        }
    }

    /// Whether the person has to sign in again before anything is sent or fetched.
    pub(crate) fn must_sign_in(&self) -> bool {
        self.client().is_err()
    }

    /// `client`: as the device.
    pub(crate) fn signed_in(&self, client: &Client, clock: &Clock, kept: KeptToken) {
        let tokens = Tokens::new(client, &self.vault, clock, kept);
        let client = client.with_keeper(Arc::new(tokens.clone()));
        *held(&self.signed) = Signed::In { client, tokens };
    }

    /// The same for who signs in again; answers what there is to be given back.
    pub(crate) async fn signed_in_again(&self, client: &Client, clock: &Clock, kept: KeptToken) -> Option<Given> {
        if let Some(tokens) = self.tokens() {
            return tokens.replace(kept).await;
        }
        // A token that cannot be sealed now works until the app ends.
        let _ = kept.put(&self.vault).await;
        self.signed_in(client, clock, kept);
        None
    }

    /// Forgets the sign-in, and says what there is to be given back.
    pub(crate) fn signed_out(&self) -> Option<Given> {
        std::mem::take(&mut *held(&self.signed)).given()
    }

    pub(crate) fn tokens(&self) -> Option<Tokens> {
        match &*held(&self.signed) {
            Signed::In { tokens, .. } => Some(tokens.clone()),
            Signed::Out => None,
        }
    }

    /// Waits until what the service gave is in the vault.
    pub(crate) async fn settle(&self) {
        if let Some(tokens) = self.tokens() {
            tokens.settle().await;
        }
    }

    /// The service answered 401: forget the token in the vault as well, if it is the present one that it refused.
    pub(crate) async fn token_ended(&self) {
        if let Some(tokens) = self.tokens() {
            tokens.forget().await;
        }
    }

    /// Remembers the name a patient was confirmed by, for what is written later about them.
    pub(crate) fn name_is(&self, patient: &PatientId, name: String) {
        held(&self.names).insert(patient.clone(), name.into());
    }

    pub(crate) fn name_of(&self, patient: &PatientId) -> Option<Sensitive<String>> {
        held(&self.names).get(patient).cloned()
    }

    /// Stores the clock's mark when it moved. A mark that is not stored is stored the next time.
    pub(crate) async fn store_clock(&self, clock: &Clock) {
        if let Some(mark) = clock.to_store()
            && let Ok(write) = Write::json(crate::vault::Kind::Clock, "clock", &mark)
        {
            let _ = self.vault.put(vec![write]).await;
        }
    }
}

/// Tokens that are not used any more.
pub(crate) type Given = (AccessToken, Option<RefreshToken>);

impl Signed {
    fn given(self) -> Option<Given> {
        match self {
            Self::In { tokens, .. } if !tokens.is_ended() => Some(tokens.both()),
            _ => None,
        }
    }
}

/// Locks; a panic elsewhere does not make the data behind it wrong, every change to it is one assignment.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
