//! Empty the device.

use std::sync::atomic::Ordering;
use std::time::Duration;

use shared::sync::OutboxState;
use tokio::time::timeout;

use crate::engine::blocking;
use crate::session::Who;
use crate::{Advice, Engine, EngineError, State, sync};

/// How long a wipe waits for the record service to take what this device saw.
const GOODBYE: Duration = Duration::from_secs(5);

/// Notes that the record does not have yet, anywhere on this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Of the person whose vault is open.
    pub mine: usize,
    /// Of others, sealed to the record service: whoever is signed in can send them.
    pub others: usize,
    /// Vaults of others that may hold notes nobody but their owner can send. How many notes cannot be known.
    pub locked_away: usize,
}

impl Unsent {
    /// Whether wiping loses nothing.
    pub const fn is_none(self) -> bool {
        self.mine + self.others + self.locked_away == 0
    }
}

/// How sure somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wipe {
    /// Send what waits first, and stop when something is left.
    WhenAllIsSent,
    /// They were told exactly this, and want it lost.
    Losing(Unsent),
}

impl Engine {
    /// What would be lost if the device were wiped now.
    ///
    /// # Errors
    /// When the device's folder cannot be read: then it is not known, and must not be taken for none.
    pub async fn unsent(&self) -> Result<Unsent, EngineError> {
        let inner = &self.inner;
        let (mine, outbox, me) = match inner.open() {
            Some(open) => (inner.unsent_of(&open).await?, inner.outbox_ids(), Some(open.staff.id.clone())),
            None => (0, Default::default(), None),
        };
        let device = inner.device.clone();
        let (others, only_here) = blocking(move || {
            let (waiting, unreadable) = device.relay().waiting()?;
            let others = waiting.iter().filter(|note| !outbox.contains(&note.note)).count() + unreadable;
            let locked_away = device.only_here()?.into_iter().filter(|staff| Some(staff) != me.as_ref()).count();
            Ok::<_, crate::vault::VaultError>((others, locked_away))
        })
        .await??;
        Ok(Unsent { mine, others, locked_away: only_here })
    }

    /// Sends what waits on this device, as far as there is a link: the person's own notes and those of others.
    ///
    /// # Errors
    /// `locked` when nobody's vault is open.
    pub async fn send_all(&self) -> Result<(), EngineError> {
        let open = self.open()?;
        sync::send_all(&self.inner, &open).await;
        Ok(())
    }

    /// Destroys every key on this device and then all it holds. Notes that wait are sent first.
    ///
    /// # Errors
    /// `unsent-notes` when some are left and that was not agreed to; what the storage may say. Nothing is lost then.
    pub async fn wipe(&self, how: Wipe) -> Result<(), EngineError> {
        let inner = &self.inner;
        if let Some(open) = inner.open() {
            sync::send_all(inner, &open).await;
        }
        let _turn = inner.turn.lock().await;
        let left = self.unsent().await?;
        let agreed = match how {
            Wipe::WhenAllIsSent => left.is_none(),
            // Fewer than agreed to is fine; a note written since is not.
            Wipe::Losing(told) => {
                left.mine <= told.mine && left.others <= told.others && left.locked_away <= told.locked_away
            }
        };
        if !agreed {
            let text = "Notes on this device have not been sent yet, so nothing was wiped. Connect and sync first.";
            return Err(EngineError::new("unsent-notes", text, Advice::TryAgain));
        }
        self.say_goodbye().await;
        inner.wiped.store(true, Ordering::SeqCst);
        inner.close().await;
        inner.set_who(Who::Nobody);
        let device = inner.device.clone();
        blocking(move || device.wipe()).await??;
        inner.update(|state| *state = State { wiped: true, ..State::default() });
        Ok(())
    }

    /// The account goes with the device: the record service is told first, as far as there is a link.
    async fn say_goodbye(&self) {
        let open = self.inner.open();
        self.inner.audit.note(self.inner.wiping(open.as_ref().map(|open| &open.staff))).await;
        if let Some(open) = open.filter(|_| self.inner.may_be_online()) {
            let _ = timeout(GOODBYE, sync::hand_over_account(&self.inner, &open)).await;
        }
    }
}

/// Whether the record does not have it.
pub(crate) fn is_unsent(state: &OutboxState) -> bool {
    !matches!(state, OutboxState::Sent { .. })
}
