//! What happened, once, in our own words.

use jiff::Timestamp;
use uuid::Uuid;

use crate::consent::{Outcome, Purpose};
use crate::identity::{DeviceId, LeaseId, PatientId, Role, StaffId};

/// What kind of thing happened. It decides the shape of the AuditEvent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// A record or a part of it was read, with or without signal.
    Read,
    /// Somebody was searched for, or a list of a record.
    Search,
    /// A consent decision.
    Decide,
    /// The glass was broken.
    BreakGlassStart,
    /// Access by broken glass ended.
    BreakGlassStop,
    /// Something was written into a record.
    Note,
    /// Something left: exported, shared, printed.
    Export,
    /// Somebody signed in.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// A PIN was wrong.
    UnlockFailed,
    /// A lease ran out, was revoked, or its document was destroyed.
    LeaseEnded,
    /// All that a device held was destroyed.
    Wiped,
    /// The privacy officer or the patient is to be told of something.
    Notify,
    /// The account itself was read.
    AccountRead,
    /// Entries of a device were taken over, or could not be.
    AccountReceived,
    /// Part of a device's account could not be read any more.
    AccountDamaged,
}

/// Who did it, as the sign-in told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The `sub` of the sign-in.
    pub staff: StaffId,
    /// Their role; `None` where it is not known any more.
    pub role: Option<Role>,
    /// ODS code of the organisation they acted for; empty where it is not known.
    pub organisation: String,
}

/// Who saw it happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observer {
    /// A hub, by the id of its chain.
    Hub(DeviceId),
    /// A device.
    Device(DeviceId),
}

/// One event. Ids and codes; what somebody gave as a reason in words is kept with the declaration, not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Id, in order of time.
    pub id: Uuid,
    /// When, by the clock of the observer.
    pub at: Timestamp,
    /// What.
    pub act: Act,
    /// What exactly, as a short code: `summary`, `documents`, `work-list`, `expired`.
    pub action: String,
    /// Who saw it.
    pub observer: Observer,
    /// The device it was done with, when the observer knows.
    pub client: Option<DeviceId>,
    /// Who did it; `None` before sign-in and for what nobody did.
    pub actor: Option<Actor>,
    /// Whose record.
    pub patient: Option<PatientId>,
    /// What for.
    pub purpose: Option<Purpose>,
    /// What was answered; `None` where nothing was asked.
    pub outcome: Option<Outcome>,
    /// Why, as the code of the decision's reason or of a failure.
    pub reason: Option<String>,
    /// `Type/id` of what was read or written.
    pub data: Option<String>,
    /// `Consent/id` of the consents that were looked at.
    pub consents: Vec<String>,
    /// The lease under which it happened.
    pub lease: Option<LeaseId>,
    /// How old the data was that was read, seconds; where it was kept on the device that read it.
    pub data_age: Option<i64>,
    /// Id of the request.
    pub request: Option<String>,
}

impl Event {
    /// An event of which only this is known.
    pub fn new(id: Uuid, at: Timestamp, act: Act, action: &str, observer: Observer) -> Self {
        Self {
            id,
            at,
            act,
            action: action.to_owned(),
            observer,
            client: None,
            actor: None,
            patient: None,
            purpose: None,
            outcome: None,
            reason: None,
            data: None,
            consents: Vec::new(),
            lease: None,
            data_age: None,
            request: None,
        }
    }
}
