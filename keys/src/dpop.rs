//! Proof that a token is used by the device it was given to (RFC 9449).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::{Algorithm, DecodingKey};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::{KeyError, SigningKey, set};

/// How old a proof may be, and how far in the future: longer than clocks differ, shorter than a thief needs.
pub const LIFE: SignedDuration = SignedDuration::from_secs(120);
/// What the header must call itself (§4.2).
const TYP: &str = "dpop+jwt";

/// What a proof is made for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The address; query and fragment do not count (§4.2).
    pub address: &'a str,
    /// The access token that goes with it; none at the token endpoint.
    pub token: Option<&'a str>,
    /// The nonce the server asked for (§8), when it did.
    pub nonce: Option<&'a str>,
}

/// What a good proof says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Thumbprint of the key that made it.
    pub jkt: String,
    /// The public key itself, as a JWK.
    pub key: Value,
    /// Its id: a second proof of the same id is a replay. For whoever checks to remember for twice [`LIFE`].
    pub jti: String,
    /// When it was made, by the device's clock, whole seconds.
    pub issued: Timestamp,
}

/// The proof for a request. `jti`: a new random id for each.
///
/// # Errors
/// [`KeyError::NoRandomness`].
pub fn proof(key: &SigningKey, request: &Request<'_>, jti: &str, now: Timestamp) -> Result<String, KeyError> {
    let mut claims = json!({"jti": jti, "htm": request.method, "htu": bare(request.address), "iat": now.as_second()});
    if let Some(token) = request.token {
        claims["ath"] = json!(hash(token));
    }
    if let Some(nonce) = request.nonce {
        claims["nonce"] = json!(nonce);
    }
    key.sign_showing_key(TYP, &claims)
}

/// Checks a proof against the request it came with (§4.3). That it is not replayed and that `jkt` is the token's is
/// for the caller to check.
///
/// # Errors
/// Why it is not believed.
pub fn check(proof: &str, request: &Request<'_>, now: Timestamp) -> Result<Proof, KeyError> {
    let header = set::header(proof)?;
    if header.typ.as_deref() != Some(TYP) {
        return Err(KeyError::WrongKind);
    }
    if header.alg != Algorithm::ES256 {
        return Err(KeyError::Algorithm);
    }
    let jwk = header.jwk.ok_or(KeyError::NotAKey)?;
    let key = DecodingKey::from_jwk(&jwk).map_err(|_| KeyError::NotAKey)?;
    let claims = set::claims(proof, &key, header.alg)?;
    let text = |name: &'static str| claims[name].as_str().ok_or(KeyError::Missing(name));
    let same = |name: &'static str, value: &str| if text(name)? == value { Ok(()) } else { Err(KeyError::Claim(name)) };
    same("htm", request.method)?;
    if bare(text("htu")?) != bare(request.address) {
        return Err(KeyError::Claim("htu"));
    }
    if let Some(token) = request.token {
        same("ath", &hash(token))?;
    }
    if let Some(nonce) = request.nonce {
        same("nonce", nonce)?;
    }
    let issued = claims["iat"].as_i64().and_then(|s| Timestamp::from_second(s).ok()).ok_or(KeyError::Missing("iat"))?;
    match now.duration_since(issued) {
        age if age > LIFE => return Err(KeyError::Over),
        age if -age > LIFE => return Err(KeyError::TooEarly),
        _ => {}
    }
    let jkt = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::NotAKey)?;
    let key = serde_json::to_value(&jwk).map_err(|_| KeyError::NotAKey)?;
    Ok(Proof { jkt, key, jti: text("jti")?.to_owned(), issued })
}

fn bare(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Request<'_> =
        Request { method: "GET", address: "https://hub.example/fhir/Patient?_id=1", token: Some("t"), nonce: None };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn the_hash_of_a_token_is_that_of_rfc_9449() {
        // §7.1: the token and the `ath` of its example.
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        assert_eq!(hash(token), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    #[test]
    fn a_proof_is_good_for_its_own_request() {
        let key = SigningKey::generate().unwrap();
        let made = proof(&key, &ASKED, "one", at(0)).unwrap();
        let found = check(&made, &ASKED, at(119)).unwrap();
        assert_eq!((found.jkt.as_str(), found.jti.as_str()), (key.thumbprint(), "one"));
        let query = Request { address: "https://hub.example/fhir/Patient?_id=2", ..ASKED };
        assert!(check(&made, &query, at(0)).is_ok(), "the query does not count");
    }

    #[test]
    fn a_proof_is_good_for_nothing_else() {
        let key = SigningKey::generate().unwrap();
        let made = proof(&key, &ASKED, "one", at(0)).unwrap();
        let wrong = |request: Request<'_>, seconds| check(&made, &request, at(seconds)).err();
        assert_eq!(wrong(Request { method: "POST", ..ASKED }, 0), Some(KeyError::Claim("htm")));
        let address = "https://hub.example/fhir/Consent";
        assert_eq!(wrong(Request { address, ..ASKED }, 0), Some(KeyError::Claim("htu")));
        assert_eq!(wrong(Request { token: Some("u"), ..ASKED }, 0), Some(KeyError::Claim("ath")));
        assert_eq!(wrong(Request { nonce: Some("n"), ..ASKED }, 0), Some(KeyError::Missing("nonce")));
        assert_eq!((wrong(ASKED, 121), wrong(ASKED, -121)), (Some(KeyError::Over), Some(KeyError::TooEarly)));
        let ordinary = key.sign("JWT", &json!({})).unwrap();
        assert_eq!(check(&ordinary, &ASKED, at(0)), Err(KeyError::WrongKind));
        let hidden = key.sign(TYP, &json!({})).unwrap();
        assert_eq!(check(&hidden, &ASKED, at(0)), Err(KeyError::NotAKey));
    }
}
