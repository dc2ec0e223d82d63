//! The device's own account of who looked: one hash chain over all its people, sealed under the device secret.
//!
//! What is to be shown is written down first: [`Account::append`] answers when it is on the disk. The sync hands the
//! account over ([`crate::sync`]), and only what the record service acknowledged is forgotten here. Ids and codes
//! stand in it, never a word of a record.

mod chain;
mod happened;
mod looks;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;
use shared::audit::{Act, Event, Head, Observer};
use uuid::Uuid;

pub(crate) use self::chain::Batch;
use self::chain::Chain;
#[cfg(test)]
pub(crate) use self::chain::sha256;
pub(crate) use self::looks::{Look, Looks};
use crate::engine::blocking;
use crate::session::held;
use crate::vault::{Device, VaultError, disk};
use crate::{Advice, EngineError};

/// The account. Opened at its first use.
pub(crate) struct Account {
    device: Device,
    chain: Mutex<Option<Chain>>,
    trouble: Mutex<Trouble>,
    /// Until when nothing is handed over.
    left_alone: Mutex<Option<Instant>>,
}

/// What the person must know about the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Something was shown, or done, that could not be written down.
    pub(crate) unwritten: bool,
    /// Part of it could not be read any more.
    pub(crate) damaged: bool,
    /// The record service found that it does not follow what it has of this device.
    pub(crate) refused: bool,
}

impl Account {
    pub(crate) fn new(device: Device) -> Arc<Self> {
        Arc::new(Self { device, chain: Mutex::default(), trouble: Mutex::default(), left_alone: Mutex::default() })
    }

    /// Writes an event down. Durable when this answers `Ok`.
    ///
    /// # Errors
    /// `account-not-written`: it is not, and what was to be shown may not be.
    pub(crate) async fn append(self: &Arc<Self>, event: Event) -> Result<(), EngineError> {
        self.append_all(vec![event]).await
    }

    /// The same for several, all or none.
    ///
    /// # Errors
    /// As [`Account::append`].
    pub(crate) async fn append_all(self: &Arc<Self>, events: Vec<Event>) -> Result<(), EngineError> {
        let account = Arc::clone(self);
        let written = blocking(move || account.write(events)).await;
        let written = written.map_err(|_| VaultError::Device("interrupted")).and_then(|written| written);
        held(&self.trouble).unwritten = written.is_err();
        written.map_err(not_written)
    }

    /// Writes down what happened already: not being able to is said and stops nothing.
    pub(crate) async fn note(self: &Arc<Self>, event: Event) {
        if let Err(error) = self.append(event).await {
            tracing::warn!(code = error.code, "something that happened could not be written down");
        }
    }

    /// What the person must know.
    pub(crate) fn trouble(&self) -> Trouble {
        *held(&self.trouble)
    }

    /// Whether what was written may be handed over now.
    pub(crate) fn may_hand_over(&self, now: Instant) -> bool {
        held(&self.left_alone).is_none_or(|until| now >= until)
    }

    /// The record service took a batch.
    pub(crate) fn follows(&self) {
        (held(&self.trouble).refused, *held(&self.left_alone)) = (false, None);
    }

    /// The record service found that a batch does not follow what it has.
    pub(crate) fn does_not_follow(&self, until: Instant) {
        (held(&self.trouble).refused, *held(&self.left_alone)) = (true, Some(until));
    }

    /// What was not handed over yet.
    pub(crate) async fn batches(self: &Arc<Self>) -> Result<Vec<Batch>, EngineError> {
        self.with(|chain| chain.batches()).await
    }

    /// Forgets what the record service has, up to this head.
    pub(crate) async fn handed_over(self: &Arc<Self>, through: Head) -> Result<(), EngineError> {
        self.with(move |chain| chain.handed_over(&through)).await
    }

    async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Chain) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let account = Arc::clone(self);
        let done = blocking(move || {
            let mut chain = held(&account.chain);
            work(account.open(&mut chain)?)
        });
        Ok(done.await??)
    }

    fn write(&self, events: Vec<Event>) -> Result<(), VaultError> {
        let events = events.iter().map(Event::to_fhir).collect();
        let mut chain = held(&self.chain);
        self.open(&mut chain)?.append(events, |head| self.signature(head))
    }

    fn open<'a>(&self, chain: &'a mut Option<Chain>) -> Result<&'a mut Chain, VaultError> {
        if chain.is_none() {
            let (mut opened, damaged) = Chain::open(&self.device)?;
            if damaged {
                held(&self.trouble).damaged = true;
                opened.append(vec![self.damage()], |head| self.signature(head))?;
            }
            *chain = Some(opened);
        }
        chain.as_mut().ok_or(VaultError::Closed)
    }

    /// That part of the account is lost stands in the account.
    fn damage(&self) -> Value {
        let observer = Observer::Device(self.device.id());
        Event::new(Uuid::now_v7(), Timestamp::now(), Act::AccountDamaged, "account-damaged", observer).to_fhir()
    }

    /// What the device signs of where the chain stands.
    pub(crate) fn signature(&self, head: &Head) -> Option<String> {
        // An account without a signature is worth more than none.
        self.device.signing_key().ok()?.sign_raw(&head.to_sign()).ok()
    }
}

fn not_written(error: VaultError) -> EngineError {
    let full = matches!(&error, VaultError::StorageFull) || matches!(&error, VaultError::Io(it) if disk::is_full(it));
    let (text, advice) = if full {
        (
            "This device has no room left to write down who looks at a record, so it is not shown. Free some space, then try again.",
            Advice::FreeStorage,
        )
    } else {
        (
            "This device cannot write down who looks at a record, so it is not shown. Restart the device; if it stays so, tell the service desk.",
            Advice::CallServiceDesk,
        )
    };
    EngineError::new("account-not-written", text, advice).because(error)
}
