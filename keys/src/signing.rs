//! A key that signs: of a device, or of a record service.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, UnparsedPublicKey};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{KeyError, provider};

/// A P-256 key pair. Wiped from memory when dropped; no `Debug`.
#[derive(Clone)]
pub struct SigningKey {
    pkcs8: Zeroizing<Vec<u8>>,
    encoding: EncodingKey,
    jwk: Jwk,
    thumbprint: String,
}

impl SigningKey {
    /// A new key.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Self::from_pkcs8(made.map_err(|_| KeyError::NoRandomness)?.as_ref())
    }

    /// A key from its PKCS #8 v1 form (RFC 5958), as [`SigningKey::to_pkcs8`] gives it.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`].
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        provider::install();
        let encoding = EncodingKey::from_ec_der(pkcs8);
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::ES256).map_err(|_| KeyError::NotAKey)?;
        let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::NotAKey)?;
        jwk.common.key_id = Some(thumbprint.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { pkcs8: Zeroizing::new(pkcs8.to_vec()), encoding, jwk, thumbprint })
    }

    /// For sealing. PKCS #8 v1, DER.
    pub fn to_pkcs8(&self) -> &Zeroizing<Vec<u8>> {
        &self.pkcs8
    }

    /// The public half as a JWK (RFC 7517) with `kid`, `alg` and `use`.
    pub fn public(&self) -> Value {
        serde_json::to_value(&self.jwk).unwrap_or_default()
    }

    /// Its name: the SHA-256 thumbprint of RFC 7638, base64url. DPoP and leases call it `jkt`.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The claims as a signed token in the compact form of RFC 7515; `typ` says what it is used as.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn sign(&self, typ: &str, claims: &Value) -> Result<String, KeyError> {
        let header = Header { kid: Some(self.thumbprint.clone()), ..header(typ) };
        encode(&header, claims, &self.encoding).map_err(|_| KeyError::NoRandomness)
    }

    /// The same with the public key itself in the header, as RFC 9449 §4.2 wants it.
    pub(crate) fn sign_showing_key(&self, typ: &str, claims: &Value) -> Result<String, KeyError> {
        let shown = Jwk { common: Default::default(), algorithm: self.jwk.algorithm.clone() };
        encode(&Header { jwk: Some(shown), ..header(typ) }, claims, &self.encoding).map_err(|_| KeyError::NoRandomness)
    }

    /// A signature over bytes: r and s, 64 bytes, base64url.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn sign_raw(&self, bytes: &[u8]) -> Result<String, KeyError> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.pkcs8, &random);
        let signed = pair.map_err(|_| KeyError::NotAKey)?.sign(&random, bytes).map_err(|_| KeyError::NoRandomness)?;
        Ok(URL_SAFE_NO_PAD.encode(signed))
    }
}

fn header(typ: &str) -> Header {
    Header { typ: Some(typ.to_owned()), ..Header::new(Algorithm::ES256) }
}

/// The thumbprint of a public key (RFC 7638).
///
/// # Errors
/// [`KeyError::NotAKey`].
pub fn thumbprint(jwk: &Value) -> Result<String, KeyError> {
    provider::install();
    let jwk: Jwk = serde_json::from_value(jwk.clone()).map_err(|_| KeyError::NotAKey)?;
    jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::NotAKey)
}

/// Whether `signature` (of [`SigningKey::sign_raw`]) is that of this public key over these bytes.
///
/// # Errors
/// [`KeyError::NotAKey`], [`KeyError::Signature`].
pub fn verify_raw(jwk: &Value, bytes: &[u8], signature: &str) -> Result<(), KeyError> {
    let part = |name: &str| jwk[name].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let (Some(x), Some(y)) = (part("x"), part("y")) else { return Err(KeyError::NotAKey) };
    if (x.len(), y.len(), jwk["crv"].as_str()) != (32, 32, Some("P-256")) {
        return Err(KeyError::NotAKey);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| KeyError::Signature)?;
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(bytes, &signature).map_err(|_| KeyError::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_thumbprint_is_that_of_rfc_9449() {
        // The key of the examples of RFC 9449 §4.1, and its thumbprint of §6.1.
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"});
        assert_eq!(thumbprint(&jwk).unwrap(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_key_comes_back_from_its_stored_form() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_pkcs8(key.to_pkcs8()).unwrap();
        assert_eq!(again.thumbprint(), key.thumbprint());
        assert_eq!(thumbprint(&again.public()).unwrap(), key.thumbprint());
        assert_ne!(SigningKey::generate().unwrap().thumbprint(), key.thumbprint());
        assert_eq!(SigningKey::from_pkcs8(b"nonsense").err(), Some(KeyError::NotAKey));
    }

    #[test]
    fn nothing_private_is_shown() {
        let key = SigningKey::generate().unwrap();
        let shown = key.public();
        let names: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(!names.contains(&"d") && names.contains(&"x") && names.contains(&"kid"), "{names:?}");
    }

    #[test]
    fn raw_bytes_are_signed_and_nothing_else_fits() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let signed = key.sign_raw(b"head").unwrap();
        assert_eq!(verify_raw(&key.public(), b"head", &signed), Ok(()));
        assert_eq!(verify_raw(&key.public(), b"tail", &signed), Err(KeyError::Signature));
        assert_eq!(verify_raw(&other.public(), b"head", &signed), Err(KeyError::Signature));
        assert_eq!(verify_raw(&json!({}), b"head", &signed), Err(KeyError::NotAKey));
    }
}
