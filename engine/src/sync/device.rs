//! What the record service says about the device itself: enrolled at first contact, and destroyed when revoked.

use std::collections::HashSet;
use std::sync::Arc;

use api_client::{Error as ClientError, Standing};
use jiff::{SignedDuration, Timestamp};
use keys::KeySet;
use shared::identity::NoteId;

use super::relay;
use crate::engine::{Inner, blocking};
use crate::session::{Who, held};
use crate::vault::{Destroyed, Enrolled, Person, VaultError};
use crate::{Advice, EngineError, Enrolment};

/// Between two questions whether the device is still taken.
const ASK: SignedDuration = SignedDuration::from_secs(60);
/// Between two tries to enrol where the service has no enrolment, or wants a code that nobody gave.
const TRY: SignedDuration = SignedDuration::from_mins(15);

/// What is known of the device's standing.
#[derive(Default)]
pub(crate) struct Life {
    pub(crate) enrolled: Option<Enrolled>,
    /// Notes of others that the service refused, in this run.
    pub(crate) refused: HashSet<NoteId>,
    asked: Option<Timestamp>,
}

impl Inner {
    /// Reads what is known from an earlier run.
    pub(crate) async fn load_life(&self) {
        let device = self.device.clone();
        let base = self.base.clone();
        // One that cannot be read is made again: it names no secret.
        let known = blocking(move || device.service(&base).ok()).await.ok().flatten();
        held(&self.life).enrolled = known.and_then(|service| service.enrolled);
        self.show_enrolment(None);
        self.show_relay().await;
    }

    fn show_enrolment(&self, otherwise: Option<Enrolment>) {
        let known = held(&self.life).enrolled.as_ref().map(|enrolled| enrolled.revoked);
        let enrolment = match known {
            Some(true) => Some(Enrolment::Revoked),
            Some(false) => Some(Enrolment::Enrolled),
            None => otherwise,
        };
        if let Some(enrolment) = enrolment {
            self.update(|state| state.device.enrolment = enrolment);
        }
    }

    /// Something spoke of this device being revoked: ask now whether it is.
    pub(crate) fn ask_again(&self) {
        held(&self.life).asked = None;
        self.wake.notify_one();
    }

    /// Whether the service said that it does not take this device any more.
    pub(crate) fn is_revoked(&self) -> bool {
        held(&self.life).enrolled.as_ref().is_some_and(|enrolled| enrolled.revoked)
    }

    /// Enrols the device; with the code of a steward where the service asks for one.
    pub(crate) async fn enrol(&self, code: Option<&str>) -> Result<(), EngineError> {
        let name = format!("Doorstep on {}", std::env::consts::OS);
        let answer = match self.client.enrol(self.device_id, &name, code).await {
            Ok(None) => {
                self.show_enrolment(Some(Enrolment::NotOffered));
                return Ok(());
            }
            Ok(Some(answer)) => self.hear(Ok(answer)),
            Err(error) => self.hear(Err(error)),
        };
        match answer {
            Ok(answer) => self.enrolled(answer.value).await,
            Err(error) if is_device_revoked(&error) => {
                self.show_enrolment(Some(Enrolment::Revoked));
                Err(device_revoked())
            }
            Err(error) => Err(match (error.status(), code) {
                (Some(403), told) => {
                    self.show_enrolment(Some(Enrolment::NeedsCode));
                    told.map_or_else(|| error.into(), |_| wrong_code())
                }
                (Some(401), _) => not_believed(),
                (Some(409), _) => device_taken(),
                _ => error.into(),
            }),
        }
    }

    async fn enrolled(&self, told: api_client::Enrolled) -> Result<(), EngineError> {
        // A set in which nothing can be used says nothing about whom to believe.
        if let Ok(set) = KeySet::read(&told.jwks) {
            self.believe(set).await?;
        }
        let (relay_key, since) = (told.relay_key, self.clock.time());
        self.keep_enrolment(Enrolled { relay_key, since, revoked: false }).await
    }

    async fn keep_enrolment(&self, enrolled: Enrolled) -> Result<(), EngineError> {
        let kept = enrolled.clone();
        self.change_service(|service| service.enrolled = Some(kept)).await?;
        held(&self.life).enrolled = Some(enrolled);
        self.show_enrolment(None);
        Ok(())
    }
}

/// Enrols a device that is not enrolled, else asks whether it is still taken. Answers true when the vaults of this
/// device were destroyed: there is nobody left to sync for.
pub(crate) async fn check(inner: &Arc<Inner>, pressed: bool) -> bool {
    let now = inner.clock.wall();
    let (known, asked) = {
        let life = held(&inner.life);
        (life.enrolled.is_some(), life.asked)
    };
    let pause = if known { ASK } else { TRY };
    let due = pressed || asked.is_none_or(|asked| now.duration_since(asked).abs() >= pause);
    if !due {
        return inner.is_revoked();
    }
    // Also once in each run of an enrolled device: the service's keys may have changed.
    if !known || asked.is_none() && !inner.is_revoked() {
        let done = inner.enrol(None).await;
        // Without a link it is asked again as soon as there is one.
        if done.is_ok() || inner.is_online() {
            held(&inner.life).asked = Some(now);
        }
        if inner.is_online() && matches!(&done, Err(error) if error.code == "device-revoked") {
            revoke(inner).await;
        }
        return inner.is_revoked();
    }
    let standing = match inner.client.standing().await {
        Ok(None) => Standing::Active,
        Ok(Some(answer)) => inner.hear(Ok(answer)).map_or(Standing::Active, |answer| answer.value),
        Err(error) if is_device_revoked(&error) => Standing::Revoked,
        Err(error) => {
            let _ = inner.hear::<()>(Err(error));
            return inner.is_revoked();
        }
    };
    held(&inner.life).asked = Some(now);
    match standing {
        Standing::Revoked => revoke(inner).await,
        // Its keys may have changed as well: a service that was set up anew.
        Standing::Unknown => drop(inner.enrol(None).await),
        // Let in again by a steward. Who was here before starts with a new PIN.
        Standing::Active if inner.is_revoked() => drop(inner.enrol(None).await),
        Standing::Active => {}
    }
    inner.is_revoked()
}

/// Destroys the keys of everyone here. Unsent notes stay, sealed to the record service.
async fn revoke(inner: &Arc<Inner>) {
    if inner.is_revoked() {
        return;
    }
    let _turn = inner.turn.lock().await;
    if let Some(open) = inner.open() {
        // The last moment at which its notes can be sealed.
        let _ = relay::reconcile(inner, &open).await;
        inner.close().await;
    }
    inner.set_who(Who::Nobody);
    let (device, time) = (inner.device.clone(), inner.clock.time());
    let destroyed = blocking(move || {
        let before = device.people(time)?;
        let done = device.destroy_all();
        let gone: Vec<_> = device.people(time)?.into_iter().filter(|now| now.destroyed.is_some()).collect();
        let is_new = |it: &Person| before.iter().any(|was| was.staff.id == it.staff.id && was.destroyed.is_none());
        Ok::<_, VaultError>((done, gone.into_iter().filter(is_new).collect::<Vec<_>>()))
    });
    let Ok(Ok((done, gone))) = destroyed.await else {
        tracing::error!("who has keys here cannot be read; it is tried again at the next contact");
        return;
    };
    for person in gone {
        inner.audit.note(inner.keys_destroyed(&person.staff, Destroyed::DeviceRevoked)).await;
    }
    if done.is_err() {
        tracing::error!("a key could not be destroyed; it is tried again at the next contact");
        return;
    }
    inner.show_people().await;
    inner.show_relay().await;
    let enrolled = held(&inner.life).enrolled.clone();
    if let Some(enrolled) = enrolled {
        let _ = inner.keep_enrolment(Enrolled { revoked: true, ..enrolled }).await;
    }
}

fn is_device_revoked(error: &ClientError) -> bool {
    error.refusal().and_then(|refusal| refusal.error.as_deref()) == Some("device_revoked")
}

fn device_revoked() -> EngineError {
    let text = "The record service does not take this device any more. Tell the service desk.";
    EngineError::new("device-revoked", text, Advice::CallServiceDesk)
}

fn not_believed() -> EngineError {
    let text = "The record service does not believe what this device proves. Its clock may be wrong: correct the time, then try again.";
    EngineError::new("device-not-believed", text, Advice::TryAgain)
}

fn device_taken() -> EngineError {
    let text = "The record service knows this device's number as another device's: the folder was copied, or restored from a backup. Wipe this device and enrol it anew; tell the service desk.";
    EngineError::new("device-taken", text, Advice::CallServiceDesk)
}

fn wrong_code() -> EngineError {
    let text = "The record service does not take this code. A code works once and for one day: ask for a new one.";
    EngineError::new("wrong-code", text, Advice::Correct)
}
