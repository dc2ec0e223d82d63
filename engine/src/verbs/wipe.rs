//! Empty the device.

use std::sync::atomic::Ordering;
use std::time::Duration;

use shared::sync::OutboxState;
use tokio::time::timeout;

use crate::engine::blocking;
use crate::session::Who;
use crate::store::Declared;
use crate::{Advice, Engine, EngineError, State, sync};

/// How long a wipe waits for the record service to take what this device saw.
const GOODBYE: Duration = Duration::from_secs(5);

/// What the record does not have yet, anywhere on this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Notes of the person whose vault is open.
    pub mine: usize,
    /// Reasons for broken glass that this person gave without signal, and that nobody was told of.
    pub declared: usize,
    /// Notes of others, sealed to the record service: whoever is signed in can send them.
    pub others: usize,
    /// Vaults of others that may hold what nobody but their owner can send. How much cannot be known.
    pub locked_away: usize,
}

impl Unsent {
    /// Whether wiping loses nothing.
    pub const fn is_none(self) -> bool {
        self.sum() == 0
    }

    /// All together. A vault whose content cannot be counted counts as one: it must not vanish from the number.
    pub const fn sum(self) -> usize {
        let [mine, declared, others, locked_away] = self.counts();
        mine + declared + others + locked_away
    }

    const fn counts(self) -> [usize; 4] {
        [self.mine, self.declared, self.others, self.locked_away]
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
        let (mine, declared, outbox, me) = match inner.open() {
            Some(open) => {
                let (declared, unreadable) = Declared::all(&open.vault).await?;
                let (mine, declared) = (inner.unsent_of(&open).await?, declared.len() + unreadable);
                (mine, declared, inner.outbox_ids(), Some(open.staff.id.clone()))
            }
            None => (0, 0, Default::default(), None),
        };
        let device = inner.device.clone();
        let (others, only_here) = blocking(move || {
            let (waiting, unreadable) = device.relay().waiting()?;
            let others = waiting.iter().filter(|note| !outbox.contains(&note.note)).count() + unreadable;
            let locked_away = device.only_here()?.into_iter().filter(|staff| Some(staff) != me.as_ref()).count();
            Ok::<_, crate::vault::VaultError>((others, locked_away))
        })
        .await??;
        Ok(Unsent { mine, declared, others, locked_away: only_here })
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
            // Fewer than agreed to is fine; what was written since is not.
            Wipe::Losing(told) => {
                let (left, told) = (left.counts(), told.counts());
                left.iter().zip(told).all(|(left, told)| *left <= told)
            }
        };
        if !agreed {
            let text =
                "What was written on this device has not been sent yet, so nothing was wiped. Connect and sync first.";
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
