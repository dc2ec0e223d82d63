//! What the hub did, as lines of its own account. Ids and codes, no clinical text.

use jiff::Timestamp;
use shared::audit::{Act, Actor, Event, Line, Observer};
use shared::consent::{Outcome, Purpose, Reason};
use shared::identity::{DeviceId, LeaseId, PatientId, Role, StaffId};
use uuid::Uuid;

use super::{Store, StoreError, Write};

/// One line of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditRow {
    /// Who; `None` before sign-in.
    pub staff: Option<String>,
    /// Their role.
    pub role: Option<Role>,
    /// ODS code of their organisation.
    pub organisation: String,
    /// The enrolled device they used.
    pub device: Option<DeviceId>,
    /// What: `decision`, `summary`, `search`, `read`, `note`, `sign-in` …
    pub action: &'static str,
    /// Whose record.
    pub patient: Option<String>,
    /// Purpose of use.
    pub purpose: Option<String>,
    /// `PERMIT`, `DENY`, `NOT_FOUND`.
    pub decision: Option<&'static str>,
    /// Reason of the decision.
    pub reason: Option<&'static str>,
    /// The consents that were looked at, `Consent/id`.
    pub consents: Vec<String>,
    /// The lease that was given.
    pub lease: Option<LeaseId>,
    /// Which request.
    pub request: Option<String>,
}

impl AuditRow {
    /// The event it is. `hub`: who saw it.
    fn event(&self, hub: DeviceId) -> Event {
        let actor = self.staff.as_deref().map(|staff| Actor {
            staff: StaffId::new(staff),
            role: self.role,
            organisation: self.organisation.clone(),
        });
        let act = act(self.action);
        Event {
            actor,
            client: self.device,
            patient: self.patient.as_deref().map(PatientId::new),
            purpose: self.purpose.as_deref().and_then(|code| Purpose::from_code(code).ok()),
            outcome: self.decision.and_then(|code| Outcome::from_code(code).ok()),
            reason: self.reason.map(str::to_owned),
            consents: self.consents.clone(),
            lease: self.lease,
            request: self.request.clone(),
            ..Event::new(Uuid::now_v7(), Timestamp::now(), act, self.action, Observer::Hub(hub))
        }
    }
}

fn act(action: &str) -> Act {
    match action {
        "decision" | "lease-status" => Act::Decide,
        "search" | "documents" | "work-list" => Act::Search,
        "note" | "change" | "note-relayed" | "note-released" | "note-kept-back" => Act::Note,
        "account-received" | super::gaps::ACCEPTED => Act::AccountReceived,
        "token-refused" | "sign-in" | "refresh" => Act::SignIn,
        "sign-out" => Act::SignOut,
        device if device.starts_with("device-") => Act::SignIn,
        "break-glass-start" | "break-glass-declared" => Act::BreakGlassStart,
        "break-glass-stop" => Act::BreakGlassStop,
        "account" | "alert" | "alerts" | "alert-reviewed" => Act::AccountRead,
        "patient-told" => Act::Notify,
        duty if duty.starts_with("notify") => Act::Notify,
        _ => Act::Read,
    }
}

impl Store {
    /// Appends a line, durably. A reader is answered only after this succeeded.
    ///
    /// # Errors
    /// The database.
    pub async fn audit(&self, row: &AuditRow) -> Result<(), StoreError> {
        self.append(row.event(self.hub).to_fhir()).await
    }

    /// The same beside other writes: all of it, or nothing.
    pub(super) async fn audit_in(&self, write: &mut Write, row: &AuditRow) -> Result<(), StoreError> {
        self.append_in(write, row.event(self.hub).to_fhir()).await
    }

    /// Notes in the hub's own account that entries of a device were taken over, and up to where: what is cut off a
    /// device's chain afterwards can be told from this one.
    pub(crate) async fn audit_received(
        &self,
        row: &AuditRow,
        device: DeviceId,
        through: String,
    ) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        self.audit_of(&mut write, row, device, through).await?;
        write.commit().await
    }

    /// Appends a line about the account of a device, beside other writes.
    pub(super) async fn audit_of(
        &self,
        write: &mut Write,
        row: &AuditRow,
        device: DeviceId,
        what: String,
    ) -> Result<(), StoreError> {
        let event = Event { client: Some(device), reason: Some(what), ..row.event(self.hub) };
        self.append_in(write, event.to_fhir()).await
    }

    /// The access report of a person, in order of arrival.
    ///
    /// # Errors
    /// The database.
    pub async fn access_report(&self, patient: &str) -> Result<Vec<AccessLine>, StoreError> {
        let entries = self.account(&[patient.to_owned()], (Timestamp::MIN, Timestamp::MAX), 0, i64::MAX).await?;
        Ok(entries.into_iter().map(|(_, entry)| AccessLine::from(Line::of(&entry.event))).collect())
    }
}

/// One line of a person's access report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLine {
    /// When.
    pub recorded: Timestamp,
    /// Who.
    pub staff: Option<String>,
    /// What.
    pub action: String,
    /// What for.
    pub purpose: Option<String>,
    /// What was answered.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl From<Line> for AccessLine {
    fn from(line: Line) -> Self {
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        let outcome = match (line.outcome.as_str(), line.reason.as_str()) {
            (_, "") => None,
            ("0", _) => Some(Outcome::Permit),
            (_, reason) if reason == Reason::NoRecord.code() => Some(Outcome::NotFound),
            _ => Some(Outcome::Deny),
        };
        Self {
            recorded: line.at.unwrap_or(Timestamp::UNIX_EPOCH),
            staff: said(line.staff),
            action: line.action,
            purpose: said(line.purpose),
            decision: outcome.map(|outcome| outcome.code().to_owned()),
            reason: said(line.reason),
        }
    }
}
