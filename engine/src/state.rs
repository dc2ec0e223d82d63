//! What the views read. One value, replaced whole, through one `watch`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::consent::{Purpose, Reason};
use shared::identity::{Demographics, NoteId, PatientId, Staff};
use shared::lease::LeaseState;
use shared::note::{Loose, Note, Standing};
use shared::sensitive::Sensitive;
use shared::summary::layout::Layout;
use shared::sync::{Action, OutboxState};
use shared::visit::Visit;

use crate::vault::{Destroyed, SecretPlace};

/// All that a screen may show without asking for a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Who is signed in and whether the vault is open.
    pub session: Session,
    /// People who have a vault on this device.
    pub people: Vec<KnownPerson>,
    /// A sign-in that waits for a browser, or for another device.
    pub signing_in: Option<SigningIn>,
    /// Whom another program that launched this one is about: shown first.
    pub launched: Option<PatientId>,
    /// Whether the record service answers.
    pub link: Link,
    /// The work list.
    pub today: Today,
    /// Records held on this device by the person signed in.
    pub held: Vec<HeldRecord>,
    /// What was written here: waiting, refused, and sent this shift.
    pub outbox: Vec<OutboxItem>,
    /// Edits that contradict what somebody else wrote: they wait for a decision.
    pub conflicts: Vec<ConflictItem>,
    /// Broken glass that was declared without signal, and that the record service does not know of yet.
    pub declared: usize,
    /// What the sync is doing.
    pub sync: SyncState,
    /// What the person must know about the device itself: storage full, clock turned back, damaged record.
    pub problems: Vec<Problem>,
    /// How the person signed in wants the sections of a record, in their role.
    pub layout: Layout,
    /// What is true of the device, whoever is at it.
    pub device: DeviceView,
    /// The device was wiped: start the app anew.
    pub wiped: bool,
    /// Bumped whenever a stored record or note changed, so that an open record is read again.
    pub revision: u64,
}

/// What is true of the device, whoever is at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeviceView {
    /// Whether the record service knows this device.
    pub enrolment: Enrolment,
    /// Where the device's part of every key is kept.
    pub secret: SecretPlace,
    /// Unsent notes of others on this device, sealed to the record service.
    pub relayed: usize,
    /// Of these, what the service would not take. They stay.
    pub relay_refused: usize,
    /// Closed vaults with unsent notes that only their owner can send.
    pub only_here: usize,
}

/// Whether the record service knows this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enrolment {
    /// Not asked yet.
    #[default]
    Unknown,
    /// The service enrols no devices.
    NotOffered,
    /// It wants a code of its steward.
    NeedsCode,
    /// It does.
    Enrolled,
    /// It does not take this device any more; the keys of everyone here are destroyed.
    Revoked,
}

/// Who is at the device.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Session {
    /// Nobody: sign in, or unlock as one of [`State::people`].
    #[default]
    SignedOut,
    /// Signed in for the first time on this device: a PIN must be set before anything else.
    NeedsPin(Staff),
    /// The vault is closed; unlocking needs the PIN and no network.
    Locked(Staff),
    /// The vault is open.
    Unlocked(Staff),
}

impl Session {
    /// Who is at the device.
    pub const fn staff(&self) -> Option<&Staff> {
        match self {
            Self::SignedOut => None,
            Self::NeedsPin(staff) | Self::Locked(staff) | Self::Unlocked(staff) => Some(staff),
        }
    }
}

/// A sign-in that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningIn {
    /// A page is open in a browser.
    Browser {
        /// Its address, to be opened again.
        page: String,
        /// Until when it is waited for, on this device's clock.
        until: Timestamp,
    },
    /// A code waits to be used on another device.
    Code {
        /// The code as it is to be shown.
        words: String,
        /// Where it is typed in.
        page: String,
        /// The same with the code in it, for a QR code.
        link: Option<String>,
        /// Until when it can be used, on this device's clock.
        until: Timestamp,
    },
}

/// How one can sign in at the service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInWays {
    /// Whom a development service lets one choose; empty at every real one.
    pub staff: Vec<Staff>,
    /// With a page in a browser.
    pub browser: bool,
    /// With a code on another device.
    pub code: bool,
}

/// A person with a vault on this device. The name is what the lock screen shows.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPerson {
    /// Who.
    pub staff: Staff,
    /// When a PIN may be tried again, after wrong ones.
    pub try_after: Option<Timestamp>,
    /// One more wrong PIN destroys the keys: to be said before it is tried.
    pub last_try: bool,
    /// The keys are gone, and why: this person signs in and sets a PIN again.
    pub destroyed: Option<Destroyed>,
}

/// Whether the record service answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// Not tried yet.
    #[default]
    Unknown,
    /// The last try was answered.
    Online {
        /// When, on this device's clock.
        since: Timestamp,
    },
    /// The last try was not answered.
    Offline {
        /// When, on this device's clock.
        since: Timestamp,
    },
}

/// The work list as last heard.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Today {
    /// Nearest first, or by time when no position is known.
    pub visits: Vec<VisitView>,
    /// When the list was heard from the record service; `None`: never on this device.
    pub heard: Option<Timestamp>,
    /// Entries that could not be read. Not zero must be said.
    pub unreadable: usize,
}

/// One visit.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitView {
    /// The visit.
    pub visit: Visit,
    /// Metres from here, when both places are known.
    pub metres: Option<f64>,
}

/// A record on this device.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldRecord {
    /// Who it is about, as confirmed when it was opened.
    pub person: Demographics,
    /// How long it may be read.
    pub lease: LeaseView,
    /// When it was retrieved, by the hub's clock.
    pub retrieved: Timestamp,
}

/// A lease as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseView {
    /// Where it stands now.
    pub state: LeaseState,
    /// What it was granted for.
    pub purpose: Purpose,
    /// Until when it may be read.
    pub not_after: Timestamp,
}

/// A line of *To send*.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxItem {
    /// The note.
    pub note: NoteId,
    /// Whom it is about.
    pub patient: PatientId,
    /// `SURNAME, Given`, as confirmed when the note was written.
    pub patient_name: Sensitive<String>,
    /// The form it was written in, as [`crate::form_of`] names it; empty when the note cannot be read.
    pub form: String,
    /// The first line of the note; empty for one that says nothing in words.
    pub first_line: Sensitive<String>,
    /// When it was saved here.
    pub saved: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// Where it stands.
    pub state: OutboxState,
    /// What can be done about it, the likeliest first; empty unless it was set aside.
    pub actions: Vec<Action>,
}

/// An edit that contradicts what somebody else wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictItem {
    /// The note that edits.
    pub note: NoteId,
    /// Whom it is about.
    pub patient: PatientId,
    /// `SURNAME, Given`, as confirmed when the note was written.
    pub patient_name: Sensitive<String>,
    /// What was edited, in the words of the record.
    pub about: Sensitive<String>,
    /// When it was saved here.
    pub saved: Timestamp,
}

/// What the sync is doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SyncState {
    /// A sync is under way.
    pub running: bool,
    /// End of the last sync that reached the record service.
    pub last_success: Option<Timestamp>,
    /// Why the last one stopped, in words for the person; `None` after a success.
    pub last_problem: Option<String>,
}

/// A fact about the device that the person must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code: `storage-full`, `clock-turned-back`, `record-damaged`, `store-rebuilt`, `records-missing` …
    pub code: String,
    /// What happened and what to do.
    pub text: String,
}

/// A note of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteView {
    /// The note.
    pub note: Note,
    /// Its state when it was written on this device; `None` when it came from the record.
    pub sending: Option<OutboxState>,
    /// What is known of its way to others; `None` for a note of somebody else.
    pub receipt: Option<Receipt>,
    /// What it is worth now that others are known.
    pub standing: Standing,
    /// How many notes it is a later word on, one below the other; 0 for a note of its own.
    pub depth: usize,
    /// Why it does not stand below the note that it amends.
    pub loose: Option<Loose>,
}

impl NoteView {
    /// A note by itself; with `sending`, one that was written here.
    pub fn new(note: Note, sending: Option<OutboxState>) -> Self {
        let receipt = sending.as_ref().map(|state| Receipt::of(state, Vec::new()));
        Self { note, sending, receipt, standing: Standing::Holds, depth: 0, loose: None }
    }
}

/// How far a note of one's own has come, as last heard from the record service and kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// On this device alone.
    OnDevice,
    /// In the record; nobody else was shown it, or the record service does not tell.
    Received {
        /// When, by the clock of the record service.
        at: Timestamp,
    },
    /// Others were shown it.
    Seen {
        /// When it came into the record, by the clock of the record service.
        received: Timestamp,
        /// Once for each role, the first time, in the order of that. Never empty.
        by: Vec<SeenBy>,
    },
}

/// That somebody in a role was shown a note. No names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBy {
    /// Code of the role, as [`shared::identity::Role::code`] says it; another one from a service that knows more roles.
    pub role: String,
    /// The first time, by the clock of the record service.
    pub at: Timestamp,
}

impl Receipt {
    /// Of a note written here that stands at `state`, and that was shown to `by`.
    pub fn of(state: &OutboxState, by: Vec<SeenBy>) -> Self {
        match state {
            OutboxState::Sent { received } => Self::from(*received, by),
            _ => Self::OnDevice,
        }
    }

    pub(crate) fn from(received: Timestamp, by: Vec<SeenBy>) -> Self {
        if by.is_empty() { Self::Received { at: received } } else { Self::Seen { received, by } }
    }
}

/// What came of asking for a record. A refusal is an outcome, not an error.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenOutcome {
    /// Sealed on this device and ready to be read.
    Opened,
    /// Nothing recorded for this tier: ask the patient, then call again with what they said.
    AskThePatient,
    /// Refused, with the reason and whether the consent allows break-glass.
    Refused {
        /// Why.
        reason: Reason,
        /// In words.
        text: String,
        /// Whether break-glass could be asked for.
        break_glass_available: bool,
    },
    /// The hub keeps no record of this person. That says nothing about allergies.
    NoRecord,
}
