//! Why something is not believed.

/// Why a key, a signature or a claim is not believed. Names no content: it may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The system gave no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// Not a key that can be used here.
    #[error("this is not a key that can be used")]
    NotAKey,
    /// Not a token in the compact form of RFC 7515.
    #[error("this is not a signed token")]
    NotAToken,
    /// The algorithm is none of those that are taken.
    #[error("the token is signed in a way that is not accepted")]
    Algorithm,
    /// The token says it is something else than what it is used as (RFC 8725 §3.11).
    #[error("the token is of another kind")]
    WrongKind,
    /// No key of the set has signed it. The set may be old: fetch it again once.
    #[error("the token is signed by a key that is not known")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// A claim that must be there is not, or has another type.
    #[error("the token lacks the claim {0}")]
    Missing(&'static str),
    /// A claim has another value than was expected.
    #[error("the token has another {0} than was expected")]
    Claim(&'static str),
    /// Past its end.
    #[error("the token is past its end")]
    Over,
    /// Made later than now, by more than clocks may differ.
    #[error("the token is from the future")]
    TooEarly,
    /// Sealed for somebody else, for another place, or damaged.
    #[error("what was sealed cannot be opened")]
    NotOpened,
}
