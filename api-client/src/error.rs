//! What can come between a question and its answer, named by what can be done about it.

use std::error::Error as StdError;

use jiff::Timestamp;

use crate::outcome::Refusal;
use crate::sign_in::SignInProblem;

/// A failed operation. Neither `Debug` nor `Display` holds an address asked for or a text of the server:
/// both may name a person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No route, no such host, connection refused.
    #[error("the service could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// Too slow: to connect, or to answer in whole.
    #[error("the service did not answer in time")]
    TimedOut,
    /// The connection ended before the answer did. What was asked may have been done.
    #[error("the connection broke before the answer was complete")]
    CutOff(#[source] reqwest::Error),
    /// The certificate is not one that this device trusts.
    #[error("the service's certificate is not trusted")]
    Untrusted(#[source] reqwest::Error),
    /// The answer is larger than anything this app reads; what came so far was thrown away.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// A web page: the sign-in page of a wireless network, or a wrong address.
    #[error("the answer is a web page, not data")]
    Html,
    /// Neither a web page nor JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// JSON, but not what FHIR (or SMART) says must be here.
    #[error("the answer is not what was asked for: {0}")]
    NotFhir(&'static str),
    /// Sent elsewhere; not followed.
    #[error("the service answered with a redirect")]
    Redirected,
    /// The next page would come from another server.
    #[error("a page link leads to another server")]
    ForeignLink,
    /// Pages without end.
    #[error("the service sends pages without end")]
    EndlessPages,
    /// The service answered with a status that is no success.
    #[error("the service refused with status {}", .0.status)]
    Refused(Box<Refusal>),
    /// The sign-in did not end well.
    #[error("sign-in failed: {0}")]
    SignIn(#[from] SignInProblem),
    /// The system gives no port for a browser to answer to.
    #[error("no port for the browser's answer")]
    NoLoopback(#[source] std::io::Error),
    /// An id that cannot stand in an address.
    #[error("an id that cannot be asked for")]
    UnusableId,
    /// The address of the service is missing, malformed, or would send a token unencrypted.
    #[error("the address of the service cannot be used")]
    Address,
    /// The pinned certificate cannot be read.
    #[error("the pinned certificate cannot be used")]
    Certificate,
    /// The device has no randomness to offer.
    #[error("no randomness on this device")]
    NoRandomness,
}

impl Error {
    /// The same request may succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut | Self::CutOff(_) | Self::Html | Self::Redirected => true,
            Self::Refused(refusal) => matches!(refusal.status, 408 | 425 | 429 | 500..=599),
            _ => false,
        }
    }

    /// The service was not reached at all, or not to the end: the device counts as offline.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut | Self::CutOff(_))
    }

    /// The token is missing, expired or taken back.
    pub fn needs_sign_in(&self) -> bool {
        self.status() == Some(401)
    }

    /// The status of a refusal.
    pub fn status(&self) -> Option<u16> {
        self.refusal().map(|r| r.status)
    }

    /// The refusal, when the service answered with one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The server's clock, when a refusal carried it.
    pub fn server_time(&self) -> Option<Timestamp> {
        self.refusal()?.server_time
    }

    /// From sending a request and waiting for the head of its answer.
    pub(crate) fn from_send(error: reqwest::Error) -> Self {
        let error = error.without_url();
        match () {
            () if error.is_timeout() => Self::TimedOut,
            () if is_certificate(&error) => Self::Untrusted(error),
            () if error.is_connect() => Self::Unreachable(error),
            () => Self::CutOff(error),
        }
    }

    /// From reading the body of an answer.
    pub(crate) fn from_body(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut } else { Self::CutOff(error.without_url()) }
    }
}

fn is_certificate(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(error) = next {
        // An io::Error gives its cause's cause as its source, so the cause itself has to be asked for.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let found = inner.and_then(|e| e.downcast_ref()).or_else(|| error.downcast_ref::<rustls::Error>());
        if found.is_some_and(|e| matches!(e, rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        next = inner.map(|e| e as &(dyn StdError + 'static)).or_else(|| error.source());
    }
    false
}
