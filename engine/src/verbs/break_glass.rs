//! Break the glass: with a reason and the PIN, for an hour, and everybody who must know is told.

use std::sync::Arc;

use api_client::Error as ClientError;
use secrecy::SecretString;
use serde_json::json;
use shared::audit::{Act, Event};
use shared::consent::{GlassReason, Purpose, Reason, STEP_UP, reason_fits};
use shared::identity::{Demographics, LeaseId, PatientId, Role};
use shared::sensitive::Sensitive;
use tokio::time::Instant;
use uuid::Uuid;

use super::refusal::refused;
use crate::engine::Inner;
use crate::session::{Open, held};
use crate::store::{Declared, Held};
use crate::vault::UnlockError;
use crate::{Advice, Engine, EngineError, OpenOutcome, sync};

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum GlassOutcome {
    /// The record service answered: opened, or refused.
    Answered(OpenOutcome),
    /// There is no signal. It is declared on this device and told of as soon as there is; nothing more can be read than
    /// what was held already.
    Declared,
}

impl Engine {
    /// Opens a record without the person's permission, for one hour: the PIN is asked again, the reason goes to the
    /// privacy officer and to the person. Where there is no signal and the record is held, it is declared instead.
    ///
    /// # Errors
    /// `reason-too-short`, `wrong-pin` (which counts like any other), `too-soon`, `break-glass-needs-signal`, and
    /// what [`Engine::open_record`] may say.
    pub async fn break_glass(
        &self,
        person: &Demographics,
        reason: GlassReason,
        words: &str,
        pin: SecretString,
    ) -> Result<GlassOutcome, EngineError> {
        let (open, started) = (self.open()?, Instant::now());
        open.name_is(&person.patient, person.display_name());
        if !may_break(open.staff.role) {
            return Ok(GlassOutcome::Answered(refused(Reason::RoleNotPermitted, false)));
        }
        if !reason_fits(words) {
            return Err(too_short());
        }
        self.asked_again(&open, &pin).await?;
        let declared = self.declaration(&open, person, reason, words)?;
        let client = match open.client() {
            Ok(client) => client,
            Err(error) => return self.declare(&open, declared, error).await,
        };
        let answer = client.break_glass(&declared.request()).await;
        if answer.as_ref().is_err_and(ClientError::is_offline) {
            let error = match self.inner.heard_as(&open, answer).await {
                Err(error) => error.into(),
                Ok(_) => EngineError::locked(),
            };
            return self.declare(&open, declared, error).await;
        }
        let permit = self.decided(&open, &person.patient, Purpose::BreakGlass, answer).await?;
        let outcome = self.carry_out(open.clone(), client, person, permit, started).await?;
        if outcome == OpenOutcome::Opened
            && let Ok(Some(record)) = Held::get(&open.vault, &person.patient).await
        {
            let event = self.inner.event_under(Act::BreakGlassStart, "break-glass-start", &open, &record.lease);
            self.inner.audit.note(Event { reason: Some(reason.code().to_owned()), ..event }).await;
        }
        Ok(GlassOutcome::Answered(outcome))
    }

    /// Ends access by broken glass: the key is destroyed here, and the record service is told.
    ///
    /// # Errors
    /// What the storage may say.
    pub async fn end_break_glass(&self, patient: &PatientId) -> Result<(), EngineError> {
        let open = self.open()?;
        if let Some(record) = Held::get(&open.vault, patient).await?.filter(|record| record.closes_with_screen) {
            self.inner.close_glass(&open, &record, "by-person").await?;
            self.inner.show_held(&open).await?;
            self.inner.update_for(&open, |state| state.revision += 1);
        }
        Ok(())
    }

    /// The PIN again. The tenth wrong one destroyed the keys: then nothing of this person stays on the screen either.
    async fn asked_again(&self, open: &Arc<Open>, pin: &SecretString) -> Result<(), EngineError> {
        let inner = &self.inner;
        let right = inner.device.check_pin(&open.staff.id, pin, inner.clock.time()).await;
        if let Err(error) = &right {
            inner.audit.note(inner.unlock_failed(&open.staff, error)).await;
        }
        if let Err(UnlockError::Destroyed(why)) = right {
            inner.audit.note(inner.keys_destroyed(&open.staff, why)).await;
            let _turn = inner.turn.lock().await;
            if inner.open().is_some_and(|now| Arc::ptr_eq(&now, open)) {
                inner.close().await;
            }
        }
        inner.show_people().await;
        Ok(right?)
    }

    fn declaration(
        &self,
        open: &Open,
        person: &Demographics,
        reason: GlassReason,
        words: &str,
    ) -> Result<Declared, EngineError> {
        let at = self.inner.clock.time();
        let claims = json!({"sub": open.staff.id, "patient": person.patient, "iat": at.as_second()});
        let key = self.inner.device.signing_key()?;
        let step_up = key.sign(STEP_UP, &claims).map_err(|_| device())?;
        Ok(Declared {
            id: Uuid::now_v7().to_string(),
            person: person.clone(),
            reason,
            words: Sensitive::new(words.trim().to_owned()),
            step_up: step_up.into(),
            at,
        })
    }

    /// Without signal: durable here, told of later. Only where there is something to read at all.
    async fn declare(
        &self,
        open: &Arc<Open>,
        declared: Declared,
        error: EngineError,
    ) -> Result<GlassOutcome, EngineError> {
        let inner = &self.inner;
        let held = Held::get(&open.vault, &declared.person.patient).await?;
        let readable = |held: &Held| {
            let proven = inner.trust.proves(&open.staff.id, held, None).is_ok();
            proven && held.lease.state(inner.clock.now()).is_open()
        };
        let Some(record) = held.filter(readable) else { return Err(needs_signal(error)) };
        let saving = inner.saving.lock().await;
        // Before it is there: keys that hold the only copy of something are not destroyed unasked.
        inner.only_here(open, true).await?;
        open.vault.put(vec![declared.write()?]).await?;
        drop(saving);
        let event = inner.event_under(Act::BreakGlassStart, "break-glass-declared", open, &record.lease);
        let purpose = Some(Purpose::BreakGlass);
        inner.audit.note(Event { purpose, reason: Some(declared.reason.code().to_owned()), ..event }).await;
        inner.show_declared(open).await?;
        inner.update_for(open, |state| state.revision += 1);
        Ok(GlassOutcome::Declared)
    }
}

/// Whether a role may ask for it at all.
const fn may_break(role: Role) -> bool {
    matches!(role, Role::EmergencyClinician | Role::CareTeamClinician)
}

impl Inner {
    /// Closes one record that must not outlive the screen, and tells the record service, for which nobody waits: without
    /// a connection it ends there with its hour.
    pub(crate) async fn close_glass(&self, open: &Open, record: &Held, why: &'static str) -> Result<(), EngineError> {
        sync::shred(self, open, record, why).await?;
        if record.lease.purpose == Purpose::BreakGlass {
            self.tell_end(open, record.lease.patient.clone(), record.lease.id, why);
        }
        Ok(())
    }

    fn tell_end(&self, open: &Open, patient: PatientId, lease: LeaseId, why: &'static str) {
        let Ok(client) = open.client() else { return };
        let telling = tokio::spawn(async move {
            if let Err(error) = client.end_break_glass(&patient, lease, why).await {
                tracing::info!(%error, "the end of broken glass was not told; it ends with its hour");
            }
        });
        let mut before = held(&self.telling);
        before.retain(|telling| !telling.is_finished());
        before.push(telling);
    }

    /// Closes everything that must not outlive the screen. What fails is bounded by its hour.
    pub(crate) async fn leave_screen(&self, open: &Open, why: &'static str) {
        for record in Held::all(&open.vault).await.map(|(all, _)| all).unwrap_or_default() {
            if record.closes_with_screen
                && let Err(error) = self.close_glass(open, &record, why).await
            {
                tracing::warn!(code = error.code, "a record that must not outlive the screen was not closed");
            }
        }
    }
}

fn too_short() -> EngineError {
    let text = "Say why in at least 10 characters: the person and the privacy officer read it.";
    EngineError::new("reason-too-short", text, Advice::Correct)
}

fn device() -> EngineError {
    let text = "This device cannot do that now. Restart it; if it stays so, tell the service desk.";
    EngineError::new("device", text, Advice::CallServiceDesk)
}

fn needs_signal(cause: EngineError) -> EngineError {
    let text = "There is no signal, and no record of this person is on this device. Breaking the glass cannot show anything here. Call the clinical hub.";
    EngineError::new("break-glass-needs-signal", text, Advice::TryAgain).because(cause)
}
