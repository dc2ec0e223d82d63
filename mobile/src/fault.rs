//! An error as a view keeps it: comparable, without its cause, which belongs in the log.

use engine::{Advice, EngineError};

use crate::i18n::Lang;

/// What went wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable code, read out to the service desk.
    pub code: &'static str,
    /// In words; never health data.
    pub text: String,
    /// What to do.
    pub advice: Advice,
}

impl Fault {
    /// A fault the screen itself found, before any verb was called.
    pub fn of_input(code: &'static str, text: String) -> Self {
        Self { code, text, advice: Advice::Correct }
    }

    /// The words in the reader's language. The engine speaks English with details of the moment; another language
    /// has its own sentence for the known codes, and the engine's for the rest.
    pub fn words(&self, lang: Lang) -> String {
        let translated = (lang != Lang::En).then(|| translated(lang, self.code)).flatten();
        translated.unwrap_or_else(|| self.text.clone())
    }
}

fn translated(lang: Lang, code: &str) -> Option<String> {
    let key = match code {
        "offline" => "fault-offline",
        "wrong-pin" => "fault-wrong-pin",
        "wrong-person" => "fault-wrong-person",
        "storage-full" => "fault-storage-full",
        "pins-differ" => "fault-pins-differ",
        "pin-too-short" => "fault-pin-too-short",
        _ => return None,
    };
    Some(lang.t(key))
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        if let Some(source) = &error.source {
            tracing::warn!(code = error.code, %source, "a verb failed");
        }
        Self { code: error.code, text: error.text, advice: error.advice }
    }
}

/// What a button started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Doing {
    /// Nothing.
    #[default]
    Idle,
    /// It runs; the words say what is waited for.
    Busy(String),
    /// It ended badly.
    Failed(Fault),
}

impl Doing {
    /// Whether the button must wait.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}
