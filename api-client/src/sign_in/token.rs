//! The code for a token (RFC 6749 §4.1.3).

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{CLIENT_ID, Discovery, Proof, REDIRECT, SignInProblem};
use crate::{Answer, Client, Error};

/// A bearer token: whoever has it is the person. Wiped from memory when dropped; no `Debug`.
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

impl AccessToken {
    /// Wraps a token, as it comes back out of the vault.
    pub fn new(token: String) -> Self {
        Self(Zeroizing::new(token))
    }

    /// For the header, and for sealing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What a sign-in gives. A refresh token, where one comes too, is not kept: a shift is shorter than the token.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub access: AccessToken,
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
        let answer = match self.json(request).await {
            // RFC 6749 §5.2: a code that is not taken is 400 with `invalid_grant` and its like.
            Err(error) if error.status() == Some(400) => return Err(SignInProblem::Refused.into()),
            answer => answer?,
        };
        let now = answer.server_time;
        answer.try_map(|value| token(&value, now))
    }
}

fn token(value: &Value, now: Option<Timestamp>) -> Result<Token, Error> {
    let bearer = value["token_type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("bearer"));
    let access = value["access_token"].as_str().filter(|t| bearer && is_token(t)).ok_or(SignInProblem::Unexpected)?;
    let lasts = value["expires_in"].as_i64().filter(|s| *s > 0).map(SignedDuration::from_secs);
    let expires = lasts.zip(now).and_then(|(lasts, now)| now.checked_add(lasts).ok());
    Ok(Token { access: AccessToken::new(access.to_owned()), expires })
}

// RFC 6750 §2.1: visible ASCII; anything else could not stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
