//! SMART App Launch 2.2, standalone, public client: authorization code with PKCE (RFC 7636, S256 only).
//!
//! At the development identity provider the answer to the authorize call is the redirect itself, so the whole
//! sign-in happens here. A provider with a page of its own needs a browser between [`Client::sign_in`]'s two
//! calls; that is why the redirect is read as an address and not followed.

mod discovery;
mod pkce;
mod token;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, Url};
use shared::identity::StaffId;

use crate::{Answer, Client, Error};

pub(crate) use discovery::Discovery;
use pkce::Proof;
pub(crate) use pkce::random_text;
pub use token::{AccessToken, RefreshToken, Token};

/// The id under which the app is known to identity providers.
const CLIENT_ID: &str = "doorstep-app";
/// Where a provider sends the answer. Only this app receives it on a device where it is installed.
const REDIRECT: &str = "doorstep://signed-in";
/// What is asked for. Letters in the order of SMART v2 (`cruds`); another order may be ignored by a server.
const SCOPE: &str =
    "openid fhirUser user/Patient.rs user/Consent.rs user/Appointment.rs user/DocumentReference.crs user/Provenance.c";

/// Why a sign-in did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInProblem {
    /// The service does not offer what SMART asks for.
    #[error("the service does not offer a sign-in this app can use")]
    NotOffered,
    /// The provider refused the person.
    #[error("the sign-in service refused")]
    Refused,
    /// The answer belongs to another sign-in: forged, or an old one.
    #[error("the answer belongs to another sign-in")]
    WrongState,
    /// The provider answered something else than the standard says.
    #[error("the sign-in service answered something unexpected")]
    Unexpected,
}

impl Client {
    /// Signs in as `staff` where the provider takes a hint, and gives the token.
    ///
    /// # Errors
    /// [`Error::SignIn`], or what came between.
    pub async fn sign_in(&self, staff: &StaffId) -> Result<Answer<Token>, Error> {
        let discovery = Discovery::fetch(self).await?;
        let proof = Proof::new(&self.random)?;
        let code = self.authorize(&discovery, &proof, staff).await?;
        self.exchange(&discovery, &proof, &code).await
    }

    async fn authorize(&self, discovery: &Discovery, proof: &Proof, staff: &StaffId) -> Result<String, Error> {
        let mut url = discovery.authorize.clone();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPE),
            ("state", &proof.state),
            ("aud", self.base.as_str().trim_end_matches('/')),
            ("code_challenge", &proof.challenge),
            ("code_challenge_method", "S256"),
            ("login_hint", staff.as_str()),
        ]);
        let answer = self.plain(Method::GET, url)?.send().await.map_err(Error::from_send)?;
        if answer.status().is_redirection() {
            return code(answer.headers(), &proof.state);
        }
        // Any other status: let the ordinary reading judge it, so that 503 stays "try later".
        Err(self.judge(answer).await.err().unwrap_or(SignInProblem::Unexpected.into()))
    }
}

// RFC 6749 §4.1.2: the answer is in the query of the redirect. The state is looked at before anything else
// in it is believed.
fn code(headers: &HeaderMap, state: &str) -> Result<String, Error> {
    let location = headers.get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let ours = location.strip_prefix(REDIRECT).is_some_and(|rest| rest.starts_with('?'));
    let url = Url::parse(location).ok().filter(|_| ours).ok_or(SignInProblem::Unexpected)?;
    let value = |name| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if value("state").as_deref() != Some(state) {
        return Err(SignInProblem::WrongState.into());
    }
    if value("error").is_some() {
        return Err(SignInProblem::Refused.into());
    }
    Ok(value("code").filter(|code| !code.is_empty()).ok_or(SignInProblem::Unexpected)?)
}

#[cfg(test)]
mod tests;
