//! How a sign-in can end without one.

use keys::KeyError;

/// Why a sign-in did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInProblem {
    /// The service does not offer what SMART asks for.
    #[error("the service does not offer a sign-in this app can use")]
    NotOffered,
    /// The provider refused the person, or they left its page.
    #[error("the sign-in service refused")]
    Refused,
    /// The answer belongs to another sign-in: forged, or an old one.
    #[error("the answer belongs to another sign-in")]
    WrongState,
    /// The answer, or the configuration, is of another provider than the service's own.
    #[error("another sign-in service answered")]
    WrongIssuer,
    /// What the provider says about who signed in is not believed.
    #[error("the statement of who signed in is not believed: {0}")]
    NotBelieved(#[from] KeyError),
    /// The code for another device was not used in time.
    #[error("the code is over")]
    CodeOver,
    /// A launch for another record service than the device's own.
    #[error("another program asked for another record service")]
    AnotherService,
    /// The service does not say in which role the person works, in a way that is known here.
    #[error("the service does not say in which role the person works")]
    NoRole,
    /// The provider answered something else than the standard says.
    #[error("the sign-in service answered something unexpected")]
    Unexpected,
}
