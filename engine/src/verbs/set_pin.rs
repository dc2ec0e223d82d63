//! Set the PIN of a person new to this device.

use secrecy::SecretString;

use crate::session::{Who, held};
use crate::{Advice, Engine, EngineError};

impl Engine {
    /// Sets the PIN of a person new to this device and opens their vault.
    ///
    /// # Errors
    /// `pin-too-short` and what the storage may say; the person can try again.
    pub async fn set_pin(&self, pin: SecretString) -> Result<(), EngineError> {
        let inner = &self.inner;
        let _turn = inner.turn.lock().await;
        let waiting = match &*held(&inner.who) {
            Who::NeedsPin(staff, token) => Some((staff.clone(), token.clone())),
            _ => None,
        };
        let Some((staff, token)) = waiting else {
            return Err(EngineError::new("sign-in-first", "Sign in before you set a PIN.", Advice::SignIn));
        };
        let vault = inner.device.create_vault(&staff, &pin, inner.clock.time()).await?;
        self.begin(staff, vault, Some(token)).await
    }
}
