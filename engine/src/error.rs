//! What can go wrong, said to the person who must act.

/// What to do about an error. The screen shows it as the button beside the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Try again, perhaps where there is signal.
    TryAgain,
    /// Sign in again.
    SignIn,
    /// Free storage on the device.
    FreeStorage,
    /// Correct what was entered.
    Correct,
    /// Ask the service desk, with the code shown.
    CallServiceDesk,
    /// Nothing helps: look elsewhere.
    None,
}

/// An error of a verb. The text is for the person, holds no health data, and says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
#[non_exhaustive]
pub struct EngineError {
    /// Stable code, for tests and the service desk: `offline`, `wrong-pin`, `wrong-person`, `not-json` …
    pub code: &'static str,
    /// What happened and what to do.
    pub text: String,
    /// What to do.
    pub advice: Advice,
    /// The cause, for the log.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl EngineError {
    /// An error with its words.
    pub fn new(code: &'static str, text: impl Into<String>, advice: Advice) -> Self {
        Self { code, text: text.into(), advice, source: None }
    }

    /// The same, with its cause.
    #[must_use]
    pub fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }
}
