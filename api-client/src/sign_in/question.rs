//! The proof that who spends the code is who asked for it (RFC 7636), and that the answer is to this question.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::Error;

/// One sign-in's secrets.
pub(super) struct Question {
    /// 128 random bits; SMART asks for 122. Comes back in the redirect.
    pub(super) state: String,
    /// 128 random bits. Comes back in the id_token.
    pub(super) nonce: String,
    /// 256 random bits, shown only to the token endpoint.
    pub(super) verifier: Zeroizing<String>,
    /// SHA-256 of the verifier, shown to the authorization endpoint.
    pub(super) challenge: String,
}

impl Question {
    pub(super) fn new(random: &SystemRandom) -> Result<Self, Error> {
        let verifier = Zeroizing::new(random_text::<32>(random)?);
        let challenge = hash(&verifier);
        Ok(Self { state: random_text::<16>(random)?, nonce: random_text::<16>(random)?, verifier, challenge })
    }
}

fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// The left half of the SHA-256 of a token, as an id_token names it (OpenID Connect Core §3.1.3.6).
pub(super) fn half_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, token.as_bytes()).as_ref()[..16])
}

pub(crate) fn random_text<const N: usize>(random: &SystemRandom) -> Result<String, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    random.fill(bytes.as_mut()).map_err(|_| Error::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        assert_eq!(hash("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn the_half_hash_is_that_of_openid_connect_core_appendix_a() {
        assert_eq!(half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn two_sign_ins_share_nothing() {
        let random = SystemRandom::new();
        let (a, b) = (Question::new(&random).unwrap(), Question::new(&random).unwrap());
        assert!(a.state != b.state && a.nonce != b.nonce && a.verifier != b.verifier && a.challenge != b.challenge);
        assert_eq!((a.state.len(), a.nonce.len(), a.verifier.len()), (22, 22, 43));
    }
}
