//! Opaque tokens: made here, handed out once, kept only as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::StoreError;

/// A fresh token of 256 random bits, base64url.
///
/// # Errors
/// The operating system gave no random numbers.
pub(crate) fn token() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256, as the audit chain takes it.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    // A SHA-256 digest is 32 bytes long.
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// SHA-256, hex. A token has all its bits random, so that a plain hash is enough.
pub(crate) fn hash(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(digest(&SHA256, bytes.as_ref()))
}

/// The `S256` challenge of a PKCE verifier (RFC 7636 §4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_tokens_are_the_same() {
        assert_ne!(token().unwrap(), token().unwrap());
    }
}
