//! A message only the record service can open, whoever carries it (HPKE, RFC 9180, base mode: X25519, HKDF-SHA256,
//! ChaCha20-Poly1305).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _, single_shot_open, single_shot_seal};
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

use crate::KeyError;

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type Enclosed = <X25519HkdfSha256 as Kem>::EncappedKey;

/// Bytes before the ciphertext: the one-time key of the sender.
const ENCLOSED: usize = 32;

/// The public key that messages are sealed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayPublic([u8; 32]);

/// The private key that opens them. Wiped from memory when dropped; no `Debug`.
pub struct RelayKey(Zeroizing<[u8; 32]>);

impl RelayPublic {
    /// From base64url, as [`RelayPublic::to_text`] gives it.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`].
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::NotAKey)?;
        PublicKey::from_bytes(&bytes).map_err(|_| KeyError::NotAKey)?;
        bytes.try_into().map(Self).map_err(|_| KeyError::NotAKey)
    }

    /// 32 bytes, base64url.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl RelayKey {
    /// A new key.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(bytes.as_mut()).map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// From the 32 bytes of [`RelayKey::to_bytes`].
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// For storing.
    pub fn to_bytes(&self) -> &Zeroizing<[u8; 32]> {
        &self.0
    }

    /// The public half.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`].
    pub fn public(&self) -> Result<RelayPublic, KeyError> {
        Ok(RelayPublic(X25519HkdfSha256::sk_to_pk(&self.private()?).to_bytes().into()))
    }

    /// Opens what [`seal_to`] sealed, in the same place.
    ///
    /// # Errors
    /// [`KeyError::NotOpened`].
    pub fn open(&self, info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (key, text) = sealed.split_at_checked(ENCLOSED).ok_or(KeyError::NotOpened)?;
        let key = Enclosed::from_bytes(key).map_err(|_| KeyError::NotOpened)?;
        let private = self.private()?;
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &private,
            &key,
            info,
            text,
            aad,
        )
        .map(Zeroizing::new)
        .map_err(|_| KeyError::NotOpened)
    }

    fn private(&self) -> Result<PrivateKey, KeyError> {
        PrivateKey::from_bytes(self.0.as_ref()).map_err(|_| KeyError::NotAKey)
    }
}

/// Seals a message to a public key: the sender's one-time key (32 bytes), ciphertext, tag (16 bytes). `info` says
/// what for, `aad` where it belongs: both must be the same to open it.
///
/// # Errors
/// [`KeyError::NotAKey`].
pub fn seal_to(public: &RelayPublic, info: &[u8], aad: &[u8], text: &[u8]) -> Result<Vec<u8>, KeyError> {
    let public = PublicKey::from_bytes(&public.0).map_err(|_| KeyError::NotAKey)?;
    let (key, sealed) =
        single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, &public, info, text, aad)
            .map_err(|_| KeyError::NotAKey)?;
    Ok([key.to_bytes().as_slice(), &sealed].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_sealed_to_a_key_opens_with_it_and_in_its_place_only() {
        let (key, other) = (RelayKey::generate().unwrap(), RelayKey::generate().unwrap());
        let sealed = seal_to(&key.public().unwrap(), b"note", b"place", b"words").unwrap();
        assert_eq!(key.open(b"note", b"place", &sealed).unwrap().as_slice(), b"words");
        assert!(!sealed.windows(5).any(|w| w == b"words"));
        for (who, info, aad) in [(&other, b"note", b"place"), (&key, b"nope", b"place"), (&key, b"note", b"other")] {
            assert_eq!(who.open(info, aad, &sealed).err(), Some(KeyError::NotOpened));
        }
    }

    #[test]
    fn keys_come_back_from_their_stored_form() {
        let key = RelayKey::generate().unwrap();
        let public = key.public().unwrap();
        assert_eq!(RelayPublic::from_text(&public.to_text()), Ok(public.clone()));
        assert_eq!(RelayKey::from_bytes(key.to_bytes().clone()).public(), Ok(public));
        for nonsense in ["", "AAAA", "not base64!"] {
            assert_eq!(RelayPublic::from_text(nonsense), Err(KeyError::NotAKey));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_damage_is_noticed(text in proptest::collection::vec(any::<u8>(), 0..64), at in 0usize..200, flip in 1u8..) {
            let key = RelayKey::generate().unwrap();
            let mut sealed = seal_to(&key.public().unwrap(), b"i", b"a", &text).unwrap();
            let at = at % sealed.len();
            sealed[at] ^= flip;
            // The top bit of an X25519 key does not count (RFC 7748 §5).
            prop_assume!(!(at == 31 && flip == 0x80));
            prop_assert_eq!(key.open(b"i", b"a", &sealed).err(), Some(KeyError::NotOpened));
            prop_assert!(key.open(b"i", b"a", &sealed[..at]).is_err());
        }
    }
}
