//! From causes to words: every way a verb can fail, with a stable code and what to do.
//!
//! The texts never hold what was read or asked for.

use api_client::{Error as ClientError, SignInProblem};
use shared::fhir::{NotADocument, WrongPerson};

use crate::vault::{Destroyed, KeyStoreFault, UnlockError, VaultError};
use crate::{Advice, EngineError};

const CANNOT_BE_USED: &str = "The answer of the record service cannot be used. What is on this device is unchanged. Try again; if it stays so, tell the service desk.";

impl From<ClientError> for EngineError {
    fn from(error: ClientError) -> Self {
        let (code, text, advice) = match &error {
            ClientError::Unreachable(_) => (
                "offline",
                "The record service cannot be reached. What is on this device can be read, and notes are kept and sent later.",
                Advice::TryAgain,
            ),
            ClientError::TimedOut => (
                "timed-out",
                "The record service did not answer in time. Try again where the signal is better.",
                Advice::TryAgain,
            ),
            ClientError::CutOff(_) => (
                "cut-off",
                "The connection broke before the answer was complete. Nothing was changed here. Try again.",
                Advice::TryAgain,
            ),
            ClientError::Untrusted(_) => (
                "not-trusted",
                "This device does not trust the record service's certificate. Do not go on over this network; tell the service desk.",
                Advice::CallServiceDesk,
            ),
            ClientError::TooLarge { .. } => (
                "too-large",
                "The answer is too large to open safely. What is on this device is unchanged. Tell the service desk.",
                Advice::CallServiceDesk,
            ),
            ClientError::Html | ClientError::Redirected => (
                "html-instead-of-data",
                "A web page came instead of data: this network may want you to sign in to it first. Use another network, or sign in to this one, then try again.",
                Advice::TryAgain,
            ),
            ClientError::NotJson => ("not-json", CANNOT_BE_USED, Advice::TryAgain),
            ClientError::NotFhir(_) => ("not-fhir", CANNOT_BE_USED, Advice::TryAgain),
            ClientError::ForeignLink | ClientError::EndlessPages => (
                "bad-paging",
                "The list from the record service does not end properly, so it is not shown in part. Tell the service desk.",
                Advice::CallServiceDesk,
            ),
            ClientError::SignIn(problem) => sign_in(*problem),
            ClientError::Refused(refusal) => refused(refusal.status),
            ClientError::UnusableId => (
                "unusable-id",
                "The record service gave this person an id that cannot be asked for. Tell the service desk.",
                Advice::CallServiceDesk,
            ),
            ClientError::Address | ClientError::Certificate => (
                "wrongly-set-up",
                "This device is not set up for a record service. Tell the service desk.",
                Advice::CallServiceDesk,
            ),
            _ => (
                "device",
                "This device cannot do that now. Restart it; if it stays so, tell the service desk.",
                Advice::CallServiceDesk,
            ),
        };
        Self::new(code, text, advice).because(error)
    }
}

fn sign_in(problem: SignInProblem) -> (&'static str, &'static str, Advice) {
    match problem {
        SignInProblem::NotOffered => (
            "sign-in-not-offered",
            "The record service offers no sign-in that this app can use. Tell the service desk.",
            Advice::CallServiceDesk,
        ),
        SignInProblem::Refused => (
            "sign-in-refused",
            "The sign-in service did not let you in. Try again; if it stays so, tell the service desk.",
            Advice::TryAgain,
        ),
        SignInProblem::CodeOver => (
            "sign-in-code-over",
            "The time for this sign-in is over. Nothing was changed. Begin again.",
            Advice::TryAgain,
        ),
        SignInProblem::AnotherService => (
            "another-service",
            "The program that opened Doorstep works with another record service than this device. Nothing was opened. Tell the service desk.",
            Advice::CallServiceDesk,
        ),
        SignInProblem::NoRole => (
            "no-role",
            "You are signed in, but the record service does not say in which role you work, so nothing can be opened. Tell the service desk: your account needs a role (PractitionerRole) that Doorstep knows.",
            Advice::CallServiceDesk,
        ),
        SignInProblem::WrongIssuer | SignInProblem::NotBelieved(_) => (
            "sign-in-not-trusted",
            "The answer to the sign-in cannot be trusted, so it was not used. Do not go on over this network; tell the service desk.",
            Advice::CallServiceDesk,
        ),
        _ => (
            "sign-in-failed",
            "The sign-in did not succeed. Try again; if it stays so, tell the service desk.",
            Advice::TryAgain,
        ),
    }
}

fn refused(status: u16) -> (&'static str, &'static str, Advice) {
    match status {
        401 => (
            "sign-in-again",
            "Your sign-in with the record service has ended. Sign in again. Notes are kept and sent after it.",
            Advice::SignIn,
        ),
        403 => ("refused", "The record service does not allow this.", Advice::None),
        404 | 410 => {
            ("not-found", "The record service does not know this person or has nothing under this name.", Advice::None)
        }
        413 => ("too-large-to-send", "This is more than the record service takes. Shorten it.", Advice::Correct),
        408 | 425 | 429 | 503 => {
            ("service-busy", "The record service is busy. Wait a moment, then try again.", Advice::TryAgain)
        }
        500..=599 => (
            "service-error",
            "The record service has a fault. What is on this device is unchanged. Try again later.",
            Advice::TryAgain,
        ),
        _ => (
            "service-refused",
            "The record service refused this request. Tell the service desk.",
            Advice::CallServiceDesk,
        ),
    }
}

impl From<VaultError> for EngineError {
    fn from(error: VaultError) -> Self {
        let (code, text, advice) = match &error {
            VaultError::StorageFull => (
                "storage-full",
                "The storage of this device is full. What was saved before is safe; this was not saved. Free some space, then try again.",
                Advice::FreeStorage,
            ),
            VaultError::Damaged(_) => (
                "record-damaged",
                "What is stored here is damaged and cannot be read. Open the record again with a connection; tell the service desk.",
                Advice::CallServiceDesk,
            ),
            VaultError::TooLarge { .. } => (
                "too-large",
                "This is too large to be kept on this device. Tell the service desk.",
                Advice::CallServiceDesk,
            ),
            VaultError::Closed => return Self::locked(),
            VaultError::DeviceDamaged => (
                "device-damaged",
                "What this device keeps to prove which device it is cannot be read. Nothing was deleted. Tell the service desk: it has to be enrolled again.",
                Advice::CallServiceDesk,
            ),
            VaultError::DeviceSecretMissing => (
                "device-key-missing",
                "This device's own key is missing. Nothing was deleted. Tell the service desk.",
                Advice::CallServiceDesk,
            ),
            VaultError::KeyStore(fault) => key_store(*fault),
            _ => (
                "storage",
                "This device's storage cannot be used. Restart it; if it stays so, tell the service desk.",
                Advice::CallServiceDesk,
            ),
        };
        Self::new(code, text, advice).because(error)
    }
}

/// Where the device's part of the keys is, and why it cannot be had.
fn key_store(fault: KeyStoreFault) -> (&'static str, &'static str, Advice) {
    match fault {
        KeyStoreFault::Locked => (
            "key-store-locked",
            "This device's own key is in the key store of this system (the keyring), and that is locked. Unlock the keyring, then try again. Nothing was deleted.",
            Advice::TryAgain,
        ),
        KeyStoreFault::Absent => (
            "key-store-absent",
            "This device's own key is in the key store of this system (the keyring), and no key store answers. Start Doorstep from the desktop it was set up on, then try again. Nothing was deleted.",
            Advice::TryAgain,
        ),
        KeyStoreFault::Refused => (
            "key-store-refused",
            "This device's own key is in the key store of this system (the keyring), and that does not give it out. Try again; if it stays so, tell the service desk. Nothing was deleted.",
            Advice::TryAgain,
        ),
    }
}

impl From<UnlockError> for EngineError {
    fn from(error: UnlockError) -> Self {
        let (code, text, advice) = match &error {
            UnlockError::KeyStore(fault) => {
                let (code, text, advice) = key_store(*fault);
                (code, text.to_owned(), advice)
            }
            UnlockError::WrongPin { tries, last: true, .. } => ("wrong-pin", format!("Wrong PIN, {tries} times in a row. {LAST_TRY}"), Advice::Correct),
            UnlockError::WrongPin { tries, try_after, .. } => ("wrong-pin", wrong_pin(*tries, try_after.is_some()), Advice::Correct),
            UnlockError::Destroyed(Destroyed::WrongPins) => ("keys-destroyed", "That was the tenth wrong PIN. The keys of your records and drafts on this device are destroyed; nobody can open them any more. Notes you had saved are not lost: they are kept sealed and are sent by whoever signs in here. Sign in to start again.".into(), Advice::SignIn),
            UnlockError::Destroyed(Destroyed::DeviceRevoked) => ("device-revoked", "The record service does not take this device any more, so the keys of your records here are destroyed. Notes you had saved are kept sealed. Tell the service desk.".into(), Advice::CallServiceDesk),
            UnlockError::TooSoon { .. } => ("too-soon", "Too many wrong PINs. Wait until the time shown, then try again.".into(), Advice::TryAgain),
            UnlockError::PinTooShort => ("pin-too-short", "A PIN has 6 digits or more, and nothing but digits.".into(), Advice::Correct),
            UnlockError::StorageFull => ("storage-full", "The storage of this device is full. Free some space, then unlock again. Nothing was lost.".into(), Advice::FreeStorage),
            UnlockError::Locked => ("open-elsewhere", "This vault is open in another window of the app. Close that one.".into(), Advice::TryAgain),
            UnlockError::NoVault => ("no-vault", "This person has no data on this device. Sign in.".into(), Advice::SignIn),
            UnlockError::AlreadyThere => ("already-there", "This person already has a PIN on this device. Unlock with it.".into(), Advice::Correct),
            UnlockError::UnknownVersion { .. } => ("newer-version", "The data on this device was written by a newer version of the app. Update the app. Nothing was changed.".into(), Advice::CallServiceDesk),
            UnlockError::SlotDamaged | UnlockError::KeysDamaged => ("keys-damaged", "The keys of your data on this device are damaged. Nothing was deleted. Tell the service desk before you do anything else.".into(), Advice::CallServiceDesk),
            UnlockError::DeviceSecretMissing => ("device-key-missing", "This device's own key is missing, so your data here cannot be opened. Nothing was deleted. Tell the service desk.".into(), Advice::CallServiceDesk),
            _ => ("storage", "This device's storage cannot be used. Restart it; if it stays so, tell the service desk.".into(), Advice::CallServiceDesk),
        };
        Self::new(code, text, advice).because(error)
    }
}

/// Said before the tenth try.
const LAST_TRY: &str = "One more wrong PIN destroys the keys of your records and drafts on this device. Notes you have saved are kept and sent all the same. If you are not sure of your PIN, stop and ask the service desk.";

/// From the fifth wrong PIN on, a wait follows each.
fn wrong_pin(tries: u32, waits: bool) -> String {
    match 5u32.saturating_sub(tries) {
        _ if waits => format!("Wrong PIN, {tries} times in a row. Wait until the time shown before the next try."),
        0 => format!("Wrong PIN, {tries} times in a row. Try again."),
        1 => "Wrong PIN. 1 more try before you have to wait.".to_owned(),
        left => format!("Wrong PIN. {left} more tries before you have to wait."),
    }
}

impl From<NotADocument> for EngineError {
    fn from(error: NotADocument) -> Self {
        let (code, advice) = match &error {
            NotADocument::TooLarge { .. } | NotADocument::TooManyEntries { .. } => {
                ("too-large", Advice::CallServiceDesk)
            }
            NotADocument::Empty => ("empty-answer", Advice::TryAgain),
            NotADocument::Truncated { .. } => ("cut-short", Advice::TryAgain),
            NotADocument::NotUtf8 { .. } | NotADocument::NotJson { .. } => ("not-json", Advice::TryAgain),
            NotADocument::NotABundle => ("not-a-bundle", Advice::CallServiceDesk),
            NotADocument::Outcome => ("message-instead-of-record", Advice::TryAgain),
            NotADocument::NoComposition => ("no-composition", Advice::CallServiceDesk),
        };
        Self::new(code, error.to_string(), advice).because(error)
    }
}

impl From<WrongPerson> for EngineError {
    fn from(error: WrongPerson) -> Self {
        Self::new("wrong-person", error.to_string(), Advice::CallServiceDesk).because(error)
    }
}

impl EngineError {
    /// Nobody has their vault open.
    pub(crate) fn locked() -> Self {
        Self::new("locked", "This device is locked. Unlock it with your PIN.", Advice::SignIn)
    }

    /// The person is not signed in with the service (any more).
    pub(crate) fn sign_in_again() -> Self {
        let (code, text, advice) = refused(401);
        Self::new(code, text, advice)
    }

    /// A stored value is not in a form this version knows.
    pub(crate) fn unreadable(found: &serde_json::Error) -> Self {
        let text =
            "What is stored here was written by another version of the app and cannot be read. Tell the service desk.";
        // What serde says quotes the value it stumbled over, so only the place of it is kept.
        let place = Unreadable { line: found.line(), column: found.column() };
        Self::new("record-unreadable", text, Advice::CallServiceDesk).because(place)
    }

    /// A piece of work ended without an answer: the app is closing, or it panicked.
    pub(crate) fn interrupted(source: tokio::task::JoinError) -> Self {
        let text = "That could not be finished. Try again; if it stays so, tell the service desk.";
        // What a panic said may quote a record.
        Self::new("interrupted", text, Advice::TryAgain).because(Interrupted { panicked: source.is_panic() })
    }
}

/// How a piece of work ended.
#[derive(Debug, thiserror::Error)]
#[error("a piece of work ended without an answer, by a panic: {panicked}")]
struct Interrupted {
    panicked: bool,
}

/// Where in a stored value the reading stopped.
#[derive(Debug, thiserror::Error)]
#[error("a stored value is not in a known form at line {line}, column {column}")]
struct Unreadable {
    line: usize,
    column: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_code_and_says_what_to_do() {
        let errors = [
            EngineError::from(ClientError::TimedOut),
            ClientError::Html.into(),
            ClientError::NotJson.into(),
            ClientError::TooLarge { limit: 1 }.into(),
            VaultError::StorageFull.into(),
            VaultError::Closed.into(),
            VaultError::KeyStore(KeyStoreFault::Locked).into(),
            UnlockError::KeyStore(KeyStoreFault::Absent).into(),
            UnlockError::KeyStore(KeyStoreFault::Refused).into(),
            UnlockError::WrongPin { tries: 3, try_after: None, last: false }.into(),
            NotADocument::NotABundle.into(),
            WrongPerson::AnotherNhsNumber.into(),
        ];
        let codes = errors.iter().map(|e| e.code).collect::<Vec<_>>();
        let expected = [
            "timed-out",
            "html-instead-of-data",
            "not-json",
            "too-large",
            "storage-full",
            "locked",
            "key-store-locked",
            "key-store-absent",
            "key-store-refused",
            "wrong-pin",
            "not-a-bundle",
            "wrong-person",
        ];
        assert_eq!(codes, expected);
        assert!(errors.iter().all(|e| e.text.ends_with('.') && e.text.len() > 20));
    }

    #[test]
    fn a_value_that_cannot_be_read_is_not_quoted() {
        let found = serde_json::from_str::<u8>("\"Gout\"").unwrap_err();
        assert!(found.to_string().contains("Gout"), "this is why");
        let error = EngineError::unreadable(&found);
        assert!(!format!("{error:?} {error} {:?}", error.source.as_ref().map(ToString::to_string)).contains("Gout"));
    }

    #[tokio::test]
    async fn the_words_of_a_panic_are_not_kept() {
        let panicked = tokio::spawn(async { panic!("Jones has gout") }).await.unwrap_err();
        assert!(format!("{panicked:?}").contains("gout"), "this is why");
        let error = EngineError::interrupted(panicked);
        assert!(!format!("{error:?} {error} {:?}", error.source.as_ref().map(ToString::to_string)).contains("gout"));
    }

    #[test]
    fn each_status_is_its_own_message() {
        let codes = [401, 403, 404, 429, 503, 500, 418].map(|s| refused(s).0);
        assert_eq!(
            codes,
            [
                "sign-in-again",
                "refused",
                "not-found",
                "service-busy",
                "service-busy",
                "service-error",
                "service-refused"
            ]
        );
    }
}
