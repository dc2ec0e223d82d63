//! The proof that who spends the code is who asked for it (RFC 7636), and that the answer is to this question.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::Error;

/// One sign-in's secrets.
pub(super) struct Proof {
    /// 128 random bits; SMART asks for 122.
    pub(super) state: String,
    /// 256 random bits, shown only to the token endpoint.
    pub(super) verifier: Zeroizing<String>,
    /// SHA-256 of the verifier, shown to the authorization endpoint.
    pub(super) challenge: String,
}

impl Proof {
    pub(super) fn new(random: &SystemRandom) -> Result<Self, Error> {
        let verifier = Zeroizing::new(random_text::<32>(random)?);
        let challenge = challenge(&verifier);
        Ok(Self { state: random_text::<16>(random)?, verifier, challenge })
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
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
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn two_sign_ins_share_nothing() {
        let random = SystemRandom::new();
        let (a, b) = (Proof::new(&random).unwrap(), Proof::new(&random).unwrap());
        assert!(a.state != b.state && a.verifier != b.verifier && a.challenge != b.challenge);
        assert_eq!((a.state.len(), a.verifier.len()), (22, 43));
    }
}
