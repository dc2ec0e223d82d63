//! The verbs.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use secrecy::SecretString;
use shared::identity::{Demographics, NhsNumber, NoteId, PatientId, Staff, StaffId};
use shared::place::Position;
use shared::sensitive::Sensitive;
use shared::summary::Summary;
use tokio::sync::watch;

use crate::{Advice, EngineError, LeaseView, NoteView, OpenOutcome, State};

/// Where the device keeps its data and whom it asks.
#[derive(Debug, Clone)]
pub struct Config {
    /// The device's folder; made when missing.
    pub folder: PathBuf,
    /// Base of the FHIR service, for example `http://127.0.0.1:8080/fhir`.
    pub base_url: String,
}

/// How to look a person up.
#[derive(Debug, Clone)]
pub enum FindQuery {
    /// By NHS number.
    NhsNumber(NhsNumber),
    /// By family name (from its beginning) and date of birth.
    NameAndBirthDate {
        /// Family name.
        family: Sensitive<String>,
        /// Date of birth.
        born: Date,
    },
}

/// What the patient said, or why they could not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// Not asked: rely on what is recorded.
    Recorded,
    /// The patient is here and agrees.
    PatientAgrees,
    /// The patient is here and refuses.
    PatientRefuses,
    /// The patient cannot say; with the reason in words.
    PatientCannotSay {
        /// Why access is needed.
        reason: String,
    },
}

/// A record as read from the vault.
#[derive(Clone)]
pub struct RecordView {
    /// Who, as confirmed by two identifiers.
    pub person: Demographics,
    /// The summary; `None` while the lease hides it.
    pub summary: Option<Arc<Summary>>,
    /// How long it may be read.
    pub lease: LeaseView,
    /// When it was retrieved, by the hub's clock.
    pub retrieved: Timestamp,
    /// Newest first: written here and pulled from the record.
    pub notes: Vec<NoteView>,
    /// Notes that were pulled but could not be read. Not zero must be said.
    pub unreadable_notes: usize,
    /// False when the server that answered does not decide on consent.
    pub consent_checked: bool,
}

/// The device. Cheap to clone; all clones are one device.
#[derive(Clone)]
pub struct Engine {
    state: Arc<watch::Sender<Arc<State>>>,
}

impl Engine {
    /// Opens the device's folder and starts the sync runner on the current tokio runtime.
    ///
    /// # Errors
    /// When the folder cannot be used; nothing in it is deleted.
    pub async fn start(_config: Config) -> Result<Self, EngineError> {
        Err(not_yet())
    }

    /// The state, and every later one.
    pub fn watch(&self) -> watch::Receiver<Arc<State>> {
        self.state.subscribe()
    }

    /// The staff of a demo or development sign-in; empty where the service offers no list.
    pub async fn staff_list(&self) -> Result<Vec<Staff>, EngineError> {
        Err(not_yet())
    }

    /// Signs in with the service. Needs a connection. Then [`Session::NeedsPin`](crate::Session) or `Locked`.
    pub async fn sign_in(&self, _staff: &StaffId) -> Result<(), EngineError> {
        Err(not_yet())
    }

    /// Sets the PIN of a person new to this device and opens their vault.
    pub async fn set_pin(&self, _pin: SecretString) -> Result<(), EngineError> {
        Err(not_yet())
    }

    /// Opens the vault of a known person. Needs no connection.
    pub async fn unlock(&self, _staff: &StaffId, _pin: SecretString) -> Result<(), EngineError> {
        Err(not_yet())
    }

    /// Closes the vault and forgets its keys; who is signed in stays known.
    pub async fn lock(&self) {}

    /// Locks and goes back to the list of people. Unsent notes stay and are still delivered later.
    pub async fn sign_out(&self) {}

    /// Where the device is, for the order of the list. Never stored in the audit or sent.
    pub async fn set_position(&self, _here: Option<Position>) {}

    /// Asks the record service who this could be. Needs a connection.
    pub async fn find(&self, _query: FindQuery) -> Result<Vec<Demographics>, EngineError> {
        Err(not_yet())
    }

    /// The demographics behind a visit, to confirm two identifiers by: from the vault when held, else asked for.
    pub async fn person(&self, _patient: &PatientId) -> Result<Demographics, EngineError> {
        Err(not_yet())
    }

    /// Asks for the record under the consent of the role's usual purpose, checks that it is about `person`,
    /// seals it, and only then answers `Opened`.
    pub async fn open_record(
        &self,
        _person: &Demographics,
        _permission: Permission,
    ) -> Result<OpenOutcome, EngineError> {
        Err(not_yet())
    }

    /// Reads a held record from the vault.
    pub async fn record(&self, _patient: &PatientId) -> Result<RecordView, EngineError> {
        Err(not_yet())
    }

    /// The raw entry of a held document, for "show source".
    pub async fn source(&self, _patient: &PatientId, _entry: usize) -> Result<Sensitive<String>, EngineError> {
        Err(not_yet())
    }

    /// Saves a note. Answers after it is durable on this device; sending follows by itself.
    pub async fn save_note(&self, _patient: &PatientId, _text: String) -> Result<NoteId, EngineError> {
        Err(not_yet())
    }

    /// Keeps what is being written, sealed, so that a crash loses at most a second of it. Empty text forgets it.
    pub async fn save_draft(&self, _patient: &PatientId, _text: String) -> Result<(), EngineError> {
        Err(not_yet())
    }

    /// What was being written, if anything.
    pub async fn draft(&self, _patient: &PatientId) -> Result<Option<Sensitive<String>>, EngineError> {
        Err(not_yet())
    }

    /// Tries a refused note again as it is.
    pub async fn send_again(&self, _note: NoteId) -> Result<(), EngineError> {
        Err(not_yet())
    }

    /// Starts a sync now, or lets the one under way finish and start another.
    pub fn sync_now(&self) {}
}

fn not_yet() -> EngineError {
    EngineError::new("not-yet", "This part is being built.", Advice::None)
}
