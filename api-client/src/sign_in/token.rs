//! The tokens, and the endpoint that gives them (RFC 6749 §4.1.3, §5).

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::Value;
use shared::identity::PatientId;
use zeroize::Zeroizing;

use super::{Asked, CLIENT_ID, Discovery, SignInProblem};
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
    /// Whom the launch was about (SMART App Launch 2.2, launch context).
    pub patient: Option<PatientId>,
}

// So that a failed `unwrap` of an answer that holds one cannot print it.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Client {
    /// Spends a code.
    pub(super) async fn exchange(&self, asked: &Asked, code: &str) -> Result<Answer<Token>, Error> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &asked.redirect),
            ("code_verifier", &asked.question.verifier),
        ];
        self.tokens(&asked.discovery, &form, Some(&asked.question.nonce)).await
    }

    /// Asks the token endpoint. `nonce`: what the id_token must repeat.
    pub(super) async fn tokens(
        &self,
        discovery: &Discovery,
        form: &[(&str, &str)],
        nonce: Option<&str>,
    ) -> Result<Answer<Token>, Error> {
        let form: Vec<_> = form.iter().copied().chain([("client_id", CLIENT_ID)]).collect();
        let request = self.plain(Method::POST, discovery.token.clone())?.header(ACCEPT, "application/json").form(&form);
        let answer = self.json_from_device(request).await.map_err(refused)?;
        let mut token = token(&answer.value, answer.server_time, self.prover.has_key())?;
        let (said, granted) = (answer.value["id_token"].as_str(), answer.value["scope"].as_str());
        // Whoever names an issuer and grants `openid` also says who signed in; at a renewal it need not say it again.
        let due = granted.is_none_or(|scope| scope.split(' ').any(|one| one == "openid")) && nonce.is_some();
        token.claims = match (&discovery.issuer, said) {
            (Some(issuer), Some(said)) => Some(self.believed(issuer, said, nonce, token.access.reveal()).await?),
            (Some(_), None) if due => return Err(SignInProblem::Unexpected.into()),
            _ => None,
        };
        Ok(Answer { value: token, server_time: answer.server_time, etag: None })
    }
}

// RFC 6749 §5.2: what is not taken is 400 with `invalid_grant` and its like, or 401 with `invalid_client`. The codes of
// RFC 8628 §3.5 stay what they are, for whoever waits.
fn refused(error: Error) -> Error {
    let code = error.refusal().and_then(|r| r.error.as_deref());
    match (error.status(), code) {
        (Some(400), Some("authorization_pending" | "slow_down" | "device_revoked")) => error,
        (Some(400), Some("expired_token")) => SignInProblem::CodeOver.into(),
        (Some(400), _) | (Some(401), Some("invalid_client")) => SignInProblem::Refused.into(),
        _ => error,
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
    let patient = value["patient"].as_str().filter(|id| crate::url::id(id).is_ok()).map(PatientId::new);
    Ok(Token { access, refresh, claims: None, expires, patient })
}

// RFC 6750 §2.1: visible ASCII; anything else could not stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
