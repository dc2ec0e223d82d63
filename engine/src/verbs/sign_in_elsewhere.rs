//! Sign in with the service: in a browser, or with a code on another device. What is waited for is in
//! [`State::signing_in`](crate::State).

use std::sync::Arc;
use std::time::Duration;

use api_client::{Code, Launch, Link, Loopback, Polled, SignInProblem, Token};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::engine::Inner;
use crate::session::held;
use crate::{Advice, Engine, EngineError, SigningIn};

/// How long a page in the browser is waited for.
const BROWSER: Duration = Duration::from_secs(10 * 60);
/// The longest pause between two questions while the service is not reached.
const LONGEST: Duration = Duration::from_secs(60);

/// A sign-in that waits for a person.
pub(crate) struct Waiting {
    cancelled: Notify,
    links: mpsc::Sender<String>,
}

/// The sign-in that is waited for, as long as this lives.
struct Turn {
    inner: Arc<Inner>,
    waiting: Arc<Waiting>,
    links: mpsc::Receiver<String>,
}

impl Turn {
    /// Begins to wait; what was waited for before is given up.
    fn begin(inner: &Arc<Inner>) -> Self {
        let (links_in, links) = mpsc::channel(4);
        let waiting = Arc::new(Waiting { cancelled: Notify::new(), links: links_in });
        if let Some(before) = held(&inner.waiting).replace(Arc::clone(&waiting)) {
            before.cancelled.notify_one();
        }
        Self { inner: Arc::clone(inner), waiting, links }
    }

    fn show(&self, what: SigningIn) {
        self.inner.update(|state| state.signing_in = Some(what));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut waiting = held(&self.inner.waiting);
        if waiting.as_ref().is_some_and(|current| Arc::ptr_eq(current, &self.waiting)) {
            *waiting = None;
            self.inner.update(|state| state.signing_in = None);
        }
    }
}

impl Engine {
    /// Signs in with a code that is typed in, or scanned, on another device. Ends when that happened, or never will.
    ///
    /// # Errors
    /// `sign-in-cancelled`, `sign-in-code-over`, `sign-in-refused`, or what came between. Who was at the device before
    /// still is.
    pub async fn sign_in_with_code(&self) -> Result<(), EngineError> {
        let turn = Turn::begin(&self.inner);
        let token = tokio::select! {
            token = by_code(&turn) => token?,
            () = turn.waiting.cancelled.notified() => return Err(cancelled()),
        };
        drop(turn);
        self.arrive(token, None).await
    }

    /// Signs in with the service's page in a browser. `open` opens it and says whether it could. `words` are shown in
    /// the browser at the end, where the answer comes back to this machine itself; without them it comes as a link of
    /// the app's scheme, see [`Engine::open_link`].
    ///
    /// # Errors
    /// As [`Engine::sign_in_with_code`]; `no-browser` when it could not be opened.
    pub async fn sign_in_in_browser(
        &self,
        words: Option<&str>,
        open: impl FnOnce(&str) -> bool + Send,
    ) -> Result<(), EngineError> {
        let mut turn = Turn::begin(&self.inner);
        let waiting = Arc::clone(&turn.waiting);
        let token = tokio::select! {
            token = in_browser(&mut turn, words, open) => token?,
            () = waiting.cancelled.notified() => return Err(cancelled()),
        };
        drop(turn);
        self.arrive(token, None).await
    }

    /// Gives up a sign-in that waits for a person.
    pub fn cancel_sign_in(&self) {
        if let Some(waiting) = &*held(&self.inner.waiting) {
            waiting.cancelled.notify_one();
        }
    }

    /// Takes a link of the app's scheme: the end of a sign-in (`doorstep://signed-in?…`), or the launch by another
    /// program (`doorstep://launch?iss=…&launch=…`), which the next sign-in hands to the service.
    ///
    /// # Errors
    /// `unknown-link`; `another-service` when the launch is for another record service than this device's.
    pub async fn open_link(&self, link: &str) -> Result<(), EngineError> {
        match Link::parse(link) {
            Some(Link::SignedIn(redirect)) => {
                let waiting = held(&self.inner.waiting).clone();
                // One that nobody waits for is old, or somebody else's.
                if let Some(waiting) = waiting {
                    let _ = waiting.links.send(redirect).await;
                }
                Ok(())
            }
            Some(Link::Launch(launch)) => {
                self.inner.client.is_own(&launch)?;
                *held(&self.inner.launch) = Some(launch);
                Ok(())
            }
            None => {
                Err(EngineError::new("unknown-link", "This link is not one that Doorstep understands.", Advice::None))
            }
        }
    }
}

impl Inner {
    /// What another program handed over.
    pub(crate) fn launch(&self) -> Option<Launch> {
        held(&self.launch).clone()
    }
}

async fn by_code(turn: &Turn) -> Result<Token, EngineError> {
    let inner = &turn.inner;
    let mut code = inner.hear(inner.client.ask_code().await)?.value;
    let over = Instant::now() + code.lasts;
    let Code { words, page, link, .. } = &code;
    let (words, page, link) = (words.clone(), page.clone(), link.clone());
    turn.show(SigningIn::Code { words, page, link, until: later(inner, code.lasts) });
    let mut pause = code.pause;
    loop {
        tokio::time::sleep(pause).await;
        if Instant::now() >= over {
            return Err(api_client::Error::from(SignInProblem::CodeOver).into());
        }
        pause = match inner.client.poll(&mut code).await {
            Ok(Polled::Done(answer)) => return Ok(inner.hear(Ok(*answer))?.value),
            Ok(Polled::NotYet | Polled::SlowDown) => code.pause,
            // RFC 8628 §3.5: a service that is not reached is asked less often, not given up.
            Err(error) if error.is_transient() => (pause * 2).min(LONGEST).max(code.pause),
            Err(error) => return Err(inner.hear::<Token>(Err(error)).map_or_else(EngineError::from, |_| cancelled())),
        };
    }
}

async fn in_browser(
    turn: &mut Turn,
    words: Option<&str>,
    open: impl FnOnce(&str) -> bool + Send,
) -> Result<Token, EngineError> {
    let inner = Arc::clone(&turn.inner);
    let loopback = if words.is_some() { Some(Loopback::listen().await?) } else { None };
    let launch = inner.launch();
    let asked = inner.client.ask(loopback.as_ref(), launch.as_ref()).await?;
    if !open(asked.url()) {
        let text = "This device could not open a browser. Sign in with a code on another device.";
        return Err(EngineError::new("no-browser", text, Advice::TryAgain));
    }
    turn.show(SigningIn::Browser { page: asked.url().to_owned(), until: later(&inner, BROWSER) });
    let answer = async {
        match loopback {
            Some(loopback) => Some(loopback.heard(asked.state(), words.unwrap_or_default()).await),
            None => loop {
                match turn.links.recv().await {
                    Some(link) if !asked.is_answered_by(&link) => {}
                    link => break link,
                }
            },
        }
    };
    let redirect = tokio::time::timeout(BROWSER, answer).await.ok().flatten();
    let redirect = redirect.ok_or(api_client::Error::from(SignInProblem::CodeOver))?;
    Ok(inner.hear(inner.client.answered(asked, &redirect).await)?.value)
}

fn later(inner: &Inner, by: Duration) -> Timestamp {
    let now = inner.clock.wall();
    SignedDuration::try_from(by).ok().and_then(|by| now.checked_add(by).ok()).unwrap_or(now)
}

fn cancelled() -> EngineError {
    EngineError::new("sign-in-cancelled", "The sign-in was left.", Advice::TryAgain)
}
