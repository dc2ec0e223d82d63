//! Somebody else's identity provider: access tokens that it signed (RFC 9068).
//!
//! The hub asks nothing of other machines. The keys of the provider come as a file, as its `jwks_uri` gives them, and
//! are read again when a token is signed by a key that is not in them and the file has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use keys::{Expected, KeyError, KeySet, header};
use serde_json::{Value, json};

/// The kinds of token that are access tokens (RFC 9068 §2.1): an id_token opens nothing.
const KINDS: [&str; 2] = ["at+jwt", "application/at+jwt"];

/// Who else may say who somebody is.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// `iss` of its tokens, to the character.
    pub url: String,
    /// What its tokens call this hub in `aud`.
    pub audience: String,
    /// File with its JWK Set.
    pub keys: PathBuf,
    /// File with its `openid-configuration`: devices are told from it where to sign in.
    pub configuration: Option<PathBuf>,
    /// Take tokens that are bound to no device too. Whoever steals one has it.
    pub unbound: bool,
}

/// Why an issuer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// A file.
    #[error("{0} cannot be read")]
    Disk(PathBuf, #[source] std::io::Error),
    /// A file is there and is not what it must be.
    #[error("{0} holds no JSON of the kind that belongs there")]
    Content(PathBuf),
    /// The document is of another provider.
    #[error("{0} is the document of another issuer")]
    Other(PathBuf),
}

/// What a token of the issuer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    /// Who: the end of `fhirUser`, else `sub`.
    pub(crate) staff: String,
    /// The key that it is bound to.
    pub(crate) jkt: Option<String>,
    /// When the sign-in ends.
    pub(crate) until: Timestamp,
}

/// An issuer at work.
#[derive(Debug)]
pub(crate) struct Trusted {
    issuer: Issuer,
    endpoints: Value,
    keys: RwLock<(KeySet, Option<SystemTime>)>,
}

impl Trusted {
    pub(crate) fn open(issuer: &Issuer) -> Result<Self, IssuerError> {
        let endpoints = match &issuer.configuration {
            None => json!({"issuer": issuer.url}),
            Some(file) => json(file)?,
        };
        // Not every provider says it of itself; a client must not use one that does not say it at all.
        let endpoints = with_method(endpoints);
        if let Some(file) = issuer.configuration.as_ref().filter(|_| endpoints["issuer"] != issuer.url.as_str()) {
            return Err(IssuerError::Other(file.clone()));
        }
        let keys = RwLock::new((key_set(&issuer.keys)?, changed(&issuer.keys)));
        Ok(Self { issuer: issuer.clone(), endpoints, keys })
    }

    /// What its own document says.
    pub(crate) fn endpoints(&self) -> Value {
        self.endpoints.clone()
    }

    /// What a token says, once it is believed. That its device proves itself is for the caller to check.
    ///
    /// # Errors
    /// Why it is not believed.
    pub(crate) fn claims(&self, token: &str, now: Timestamp) -> Result<Claims, KeyError> {
        let kind = header(token)?.typ.ok_or(KeyError::WrongKind)?;
        if !KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err(KeyError::WrongKind);
        }
        let mut claims = self.verified(token)?;
        only(&mut claims, &self.issuer.audience);
        let (issuer, audience) = (self.issuer.url.as_str(), self.issuer.audience.as_str());
        Expected { issuer, audience, nonce: None, now }.check(&claims)?;
        let jkt = claims["cnf"]["jkt"].as_str().map(str::to_owned);
        if jkt.is_none() && !(self.issuer.unbound && claims["cnf"].is_null()) {
            return Err(KeyError::Missing("cnf"));
        }
        let staff = staff(&claims).ok_or(KeyError::Missing("sub"))?;
        Ok(Claims { staff, jkt, until: until(&claims).ok_or(KeyError::Missing("exp"))? })
    }

    fn verified(&self, token: &str) -> Result<Value, KeyError> {
        let first = self.keys.read().unwrap_or_else(PoisonError::into_inner).0.verify(token, None);
        if first != Err(KeyError::UnknownKey) || !self.reread() {
            return first;
        }
        self.keys.read().unwrap_or_else(PoisonError::into_inner).0.verify(token, None)
    }

    /// Whether the file had changed, and holds keys.
    fn reread(&self) -> bool {
        let now = changed(&self.issuer.keys);
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.1 == now {
            return false;
        }
        match key_set(&self.issuer.keys) {
            Ok(set) => *keys = (set, now),
            Err(_) => {
                tracing::warn!("the keys of the issuer cannot be read again; those from before stay");
                return false;
            }
        }
        true
    }
}

/// PKCE with `S256`, as SMART App Launch 2.2 asks of every provider.
fn with_method(mut endpoints: Value) -> Value {
    if let Some(stated) = endpoints.as_object_mut() {
        stated.entry("code_challenge_methods_supported").or_insert_with(|| json!(["S256"]));
    }
    endpoints
}

/// A token may be for others too (RFC 9068 §4). `azp` names the app there, not the audience, as it does in an id_token.
fn only(claims: &mut Value, audience: &str) {
    let among = claims["aud"].as_array().is_some_and(|all| all.iter().any(|one| one == audience));
    if among {
        claims["aud"] = json!(audience);
    }
    if let Some(claims) = claims.as_object_mut() {
        claims.remove("azp");
    }
}

fn staff(claims: &Value) -> Option<String> {
    let user = claims["fhirUser"].as_str().and_then(|user| user.rsplit_once("Practitioner/"));
    let place = user.filter(|(before, _)| before.is_empty() || before.ends_with('/')).map(|(_, id)| id);
    place.or(claims["sub"].as_str()).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The shift, where it is told when the person signed in; else the token.
fn until(claims: &Value) -> Option<Timestamp> {
    let time = |name: &str| claims[name].as_i64().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let shift = |start: Timestamp| start.checked_add(SignedDuration::from_hours(12)).ok();
    time("auth_time").and_then(shift).or_else(|| time("exp"))
}

fn json(file: &Path) -> Result<Value, IssuerError> {
    let bytes = fs::read(file).map_err(|error| IssuerError::Disk(file.to_owned(), error))?;
    serde_json::from_slice(&bytes).map_err(|_| IssuerError::Content(file.to_owned()))
}

fn key_set(file: &Path) -> Result<KeySet, IssuerError> {
    KeySet::read(&json(file)?).map_err(|_| IssuerError::Content(file.to_owned()))
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|it| it.modified()).ok()
}

#[cfg(test)]
mod tests;
