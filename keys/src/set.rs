//! Whom to believe: the public keys of a service (RFC 7517 §5).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Value, json};

use crate::{KeyError, SigningKey, provider};

/// The algorithms that are taken: ours, and the one other identity providers sign with.
pub(crate) const ALGORITHMS: [Algorithm; 2] = [Algorithm::ES256, Algorithm::RS256];

/// Public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet(JwkSet);

impl KeySet {
    /// Reads a JWK Set. Keys of kinds that are not used here are skipped, because a service may have several.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`] when there is no set, or nothing in it that can be used.
    pub fn read(set: &Value) -> Result<Self, KeyError> {
        let usable = |jwk: &Jwk| match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(key) => key.curve == EllipticCurve::P256,
            AlgorithmParameters::RSA(_) => true,
            _ => false,
        };
        let all = set["keys"].as_array().ok_or(KeyError::NotAKey)?;
        let keys: Vec<Jwk> = all.iter().filter_map(|k| serde_json::from_value(k.clone()).ok()).filter(usable).collect();
        if keys.is_empty() { Err(KeyError::NotAKey) } else { Ok(Self(JwkSet { keys })) }
    }

    /// The set of these keys' public halves.
    pub fn of(keys: &[&SigningKey]) -> Self {
        let read = |key: &&SigningKey| serde_json::from_value(key.public()).ok();
        Self(JwkSet { keys: keys.iter().filter_map(read).collect() })
    }

    /// As published: `{"keys": […]}`.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(&self.0).unwrap_or_else(|_| json!({"keys": []}))
    }

    /// The claims of a token that one of these keys has signed as a `typ`. Times and names in it are not looked at:
    /// see [`crate::Expected`].
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify(&self, token: &str, typ: Option<&str>) -> Result<Value, KeyError> {
        let header = header(token)?;
        if typ.is_some_and(|typ| !header.typ.as_deref().is_some_and(|said| said.eq_ignore_ascii_case(typ))) {
            return Err(KeyError::WrongKind);
        }
        let mut wrong = KeyError::UnknownKey;
        for jwk in self.0.keys.iter().filter(|jwk| fits(jwk, &header)) {
            let key = DecodingKey::from_jwk(jwk).map_err(|_| KeyError::NotAKey)?;
            match claims(token, &key, header.alg) {
                Err(error) => wrong = error,
                verified => return verified,
            }
        }
        Err(wrong)
    }
}

fn fits(jwk: &Jwk, header: &Header) -> bool {
    let family = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(_) => Algorithm::ES256,
        _ => Algorithm::RS256,
    };
    let named = header.kid.is_none() || jwk.common.key_id.is_none() || header.kid == jwk.common.key_id;
    family == header.alg && named
}

/// The header of a token, of an algorithm that is taken. Nothing in it is believed yet.
///
/// # Errors
/// [`KeyError::NotAToken`], [`KeyError::Algorithm`].
pub fn header(token: &str) -> Result<Header, KeyError> {
    provider::install();
    let header = decode_header(token).map_err(|error| match error.kind() {
        // `none` and everything else that is no algorithm of RFC 7518 fails in reading already.
        jsonwebtoken::errors::ErrorKind::Json(_) => KeyError::Algorithm,
        _ => KeyError::NotAToken,
    })?;
    // RFC 7515 §4.1.11: what is critical must be understood, and nothing of the kind is here.
    let known = ALGORITHMS.contains(&header.alg) && header.crit.is_none();
    if known { Ok(header) } else { Err(KeyError::Algorithm) }
}

/// The claims, once the signature fits. Times are judged elsewhere: this device's clock is not the system's.
pub(crate) fn claims(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Value, KeyError> {
    let mut only_signature = Validation::new(algorithm);
    only_signature.required_spec_claims.clear();
    (only_signature.validate_exp, only_signature.validate_aud) = (false, false);
    decode::<Value>(token, key, &only_signature).map(|data| data.claims).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidSignature => KeyError::Signature,
        _ => KeyError::NotAToken,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn forged(header: &Value, claims: &Value, signature: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{signature}", part(header), part(claims))
    }

    #[test]
    fn a_token_is_believed_from_a_known_key_only_and_as_what_it_is() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let token = key.sign("lease+jwt", &json!({"exp": 1, "jti": "a"})).unwrap();
        let set = KeySet::read(&KeySet::of(&[&other, &key]).to_value()).unwrap();
        assert_eq!(
            set.verify(&token, Some("lease+jwt")).unwrap()["jti"],
            "a",
            "an old token verifies: times are apart"
        );
        assert_eq!(set.verify(&token, Some("JWT")), Err(KeyError::WrongKind));
        assert_eq!(KeySet::of(&[&other]).verify(&token, None), Err(KeyError::UnknownKey));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let key = SigningKey::generate().unwrap();
        let (set, token) = (KeySet::of(&[&key]), key.sign("JWT", &json!({"sub": "amara"})).unwrap());
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(set.verify(&changed, Some("JWT")).is_err(), "at {place}");
        }
    }

    #[test]
    fn no_algorithm_but_ours_is_taken() {
        let key = SigningKey::generate().unwrap();
        let set = KeySet::of(&[&key]);
        for alg in ["none", "None", "HS256", "ES384", "PS256", "EdDSA", "RS256", ""] {
            let token = forged(&json!({"alg": alg, "typ": "JWT", "kid": key.thumbprint()}), &json!({}), "AAAA");
            assert!(set.verify(&token, None).is_err(), "{alg}");
        }
        let critical = forged(&json!({"alg": "ES256", "crit": ["exp"]}), &json!({}), "AAAA");
        assert_eq!(set.verify(&critical, None), Err(KeyError::Algorithm));
        for nonsense in ["", ".", "..", "a.b", "a.b.c.d", "💊"] {
            assert!(set.verify(nonsense, None).is_err(), "{nonsense}");
        }
        assert_eq!(KeySet::read(&json!({"keys": [{"kty": "oct", "k": "AAAA"}]})), Err(KeyError::NotAKey));
    }
}
