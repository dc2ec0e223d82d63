//! The code for a token (RFC 6749 §4.1.3).

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{CLIENT_ID, Discovery, Proof, REDIRECT, SignInProblem};
use crate::{Answer, Client, Error};

/// An access token. Wiped from memory when dropped; no `Debug`.
#[derive(Clone)]
pub struct AccessToken {
    text: Zeroizing<String>,
    bound: bool,
}

impl AccessToken {
    /// A bearer token: whoever has it is the person.
    pub fn new(token: String) -> Self {
        Self { text: Zeroizing::new(token), bound: false }
    }

    /// A token that is good only with a proof of this device (RFC 9449).
    pub fn bound(token: String) -> Self {
        Self { text: Zeroizing::new(token), bound: true }
    }

    /// For the header, and for sealing.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Whether it takes a proof of this device to use it.
    pub const fn is_bound(&self) -> bool {
        self.bound
    }
}

/// What gets the next access token, once (SMART App Launch 2.2 §Refresh). Wiped from memory when dropped; no `Debug`.
#[derive(Clone)]
pub struct RefreshToken(Zeroizing<String>);

impl RefreshToken {
    /// Wraps one, as it comes back out of the vault.
    pub fn new(token: String) -> Self {
        Self(Zeroizing::new(token))
    }

    /// For sealing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What a sign-in gives.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub access: AccessToken,
    /// What gets the next one, where the service gives it.
    pub refresh: Option<RefreshToken>,
    /// The claims of the id_token: who signed in, by a signature that was verified.
    pub claims: Option<Value>,
    /// Until when the service takes it, by the service's clock; `None` when neither was said.
    pub expires: Option<Timestamp>,
}

// So that a failed `unwrap` of an answer that holds one cannot print it.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Client {
    pub(super) async fn exchange(
        &self,
        discovery: &Discovery,
        proof: &Proof,
        code: &str,
    ) -> Result<Answer<Token>, Error> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("client_id", CLIENT_ID),
            ("code_verifier", &proof.verifier),
        ];
        let request = self.plain(Method::POST, discovery.token.clone())?.header(ACCEPT, "application/json").form(&form);
        let answer = match self.json_from_device(request).await {
            // RFC 6749 §5.2: a code that is not taken is 400 with `invalid_grant` and its like.
            Err(error) if error.status() == Some(400) => return Err(SignInProblem::Refused.into()),
            answer => answer?,
        };
        let now = answer.server_time;
        answer.try_map(|value| token(&value, now, self.prover.has_key()))
    }
}

fn token(value: &Value, now: Option<Timestamp>, proven: bool) -> Result<Token, Error> {
    let access = value["access_token"].as_str().filter(|t| is_token(t)).ok_or(SignInProblem::Unexpected)?.to_owned();
    let access = match value["token_type"].as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("bearer") => AccessToken::new(access),
        // One that is bound to a key this device did not show is bound to somebody else's.
        Some("dpop") if proven => AccessToken::bound(access),
        _ => return Err(SignInProblem::Unexpected.into()),
    };
    let refresh = value["refresh_token"].as_str().filter(|t| is_token(t)).map(|t| RefreshToken::new(t.to_owned()));
    let lasts = value["expires_in"].as_i64().filter(|s| *s > 0).map(SignedDuration::from_secs);
    let expires = lasts.zip(now).and_then(|(lasts, now)| now.checked_add(lasts).ok());
    Ok(Token { access, refresh, claims: None, expires })
}

// RFC 6750 §2.1: visible ASCII; anything else could not stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
