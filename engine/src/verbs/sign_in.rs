//! Sign in with the service: as somebody on its list.

use api_client::Token;
use shared::audit::Act;
use shared::identity::{Staff, StaffId};

use crate::engine::blocking;
use crate::session::{Who, held};
use crate::store::KeptToken;
use crate::{Advice, Engine, EngineError, SignInWays};

impl Engine {
    /// How one can sign in at the service.
    ///
    /// # Errors
    /// When the service cannot be reached, or offers no sign-in.
    pub async fn sign_in_ways(&self) -> Result<SignInWays, EngineError> {
        let offered = self.inner.client.offered().await?;
        // A service that lets in enrolled devices only would refuse every way: whether a code is needed is asked first.
        self.inner.wake.notify_one();
        // A list is for development. A real service answers this address as it likes.
        let staff = match self.inner.hear(self.inner.client.staff_list().await) {
            Err(error) if error.is_offline() => return Err(error.into()),
            answer => answer.map(|answer| answer.value).unwrap_or_default(),
        };
        Ok(SignInWays { staff, browser: offered.browser, code: offered.code })
    }

    /// Signs in as somebody on the list of a development service. Needs a connection. Then
    /// [`Session::NeedsPin`](crate::Session) or `Locked`; for whom the vault is open already, it stays open and is signed
    /// in again.
    ///
    /// # Errors
    /// `sign-in-failed`, or what came between. Who was at the device before still is.
    pub async fn sign_in(&self, staff: &StaffId) -> Result<(), EngineError> {
        let launch = self.inner.launch();
        let token = self.inner.hear(self.inner.client.sign_in(staff, launch.as_ref()).await)?.value;
        self.arrive(token, Some(staff)).await
    }

    /// The person whom a launch was about is on the screen, or was left.
    pub fn launch_done(&self) {
        self.inner.update(|state| state.launched = None);
    }

    /// A token came: learns whose it is, and lets them in.
    pub(super) async fn arrive(&self, token: Token, expected: Option<&StaffId>) -> Result<(), EngineError> {
        let inner = &self.inner;
        let _turn = inner.turn.lock().await;
        let client = inner.client.with_token(token.access.clone());
        let person = inner.hear(client.who(&token).await)?.value;
        if expected.is_some_and(|staff| person.id != *staff) {
            let text = "The sign-in service signed in somebody else. Try again; if it stays so, tell the service desk.";
            return Err(EngineError::new("sign-in-failed", text, Advice::CallServiceDesk));
        }
        inner.audit.note(inner.event(Act::SignIn, "sign-in", Some(&person))).await;
        let launched = inner.launch().and_then(|_| token.patient.clone());
        *held(&inner.launch) = None;
        if let Some(open) = inner.open().filter(|open| open.staff.id == person.id) {
            let kept = KeptToken::new(&token, inner.clock.time());
            inner.give_back(open.signed_in_again(&inner.client, &inner.clock, kept).await);
            inner.show_problems(&open);
            inner.update(|state| state.launched = launched);
            self.sync_now();
            return Ok(());
        }
        let known = self.remember(&person).await?;
        self.close().await;
        inner.set_who(if known { Who::Locked(person, Some(token)) } else { Who::NeedsPin(person, token) });
        inner.update(|state| state.launched = launched);
        inner.show_people().await;
        Ok(())
    }

    /// Whether this person has a vault here; if so, notes what the sign-in told about them.
    async fn remember(&self, person: &Staff) -> Result<bool, EngineError> {
        let (device, person, now) = (self.inner.device.clone(), person.clone(), self.inner.clock.time());
        blocking(move || {
            let known = device.people(now)?.iter().any(|p| p.staff.id == person.id && p.destroyed.is_none());
            if known {
                device.update_person(&person)?;
            }
            Ok(known)
        })
        .await?
    }
}
