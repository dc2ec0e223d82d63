//! SMART App Launch 2.2 with OpenID Connect, public client: authorization code with PKCE (RFC 7636, S256 only), or a
//! code typed in on another device (RFC 8628). Tokens are asked for with the device's proof (RFC 9449).
//!
//! A sign-in with a page is two steps with a browser between them: [`Client::ask`] gives the address to open, and
//! [`Client::answered`] reads the redirect it ends in, which a [`Loopback`] hears on a desktop and the app's own
//! scheme brings on a phone. At the development identity provider the answer to the address is the redirect itself,
//! so there [`Client::sign_in`] does both. A tablet without a browser shows what [`Client::ask_code`] gives.

mod discovery;
mod identity;
mod link;
mod loopback;
mod other_device;
mod problem;
mod question;
mod renew;
mod token;
mod who;

use reqwest::header::LOCATION;
use reqwest::{Method, Url};
use shared::identity::StaffId;

use crate::{Answer, Client, Error};

pub(crate) use discovery::Discovery;
pub use link::{Launch, Link};
pub use loopback::Loopback;
pub use other_device::{Code, Polled};
pub use problem::SignInProblem;
use question::Question;
pub(crate) use question::random_text;
pub use renew::{Keeper, Renewed, Why};
pub use token::{AccessToken, RefreshToken, Token};

/// The id under which the app is known to identity providers.
const CLIENT_ID: &str = "doorstep-app";
/// Where a provider sends the answer on a phone. Only this app receives it on a device where it is installed.
pub(crate) const REDIRECT: &str = "doorstep://signed-in";
/// What is asked for. Letters in the order of SMART v2 (`cruds`); another order may be ignored by a server.
const SCOPE: &str = "openid fhirUser offline_access user/Patient.rs user/Consent.rs user/DocumentReference.crs \
    user/CarePlan.rus user/Goal.rus user/Task.crus user/Observation.crs user/Flag.crs user/Condition.rs \
    user/AllergyIntolerance.rs user/MedicationStatement.rs user/MedicationRequest.rs user/Immunization.rs \
    user/Procedure.rs user/DiagnosticReport.rs user/Provenance.c user/AuditEvent.c user/Appointment.rs \
    user/Practitioner.rs user/PractitionerRole.rs user/Organization.rs";

/// How one can sign in at a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// With a page, in a browser.
    pub browser: bool,
    /// With a short code, on another device.
    pub code: bool,
}

/// A sign-in that was begun: what was asked, and what the answer must fit.
pub struct Asked {
    discovery: Discovery,
    question: Question,
    redirect: String,
    url: Url,
}

impl Asked {
    /// The page to open.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// What the redirect of this sign-in carries, and no other.
    pub fn state(&self) -> &str {
        &self.question.state
    }

    /// Whether a redirect is the answer to this. Any program can open a link of the app's scheme: another is no reason
    /// to end the sign-in.
    pub fn is_answered_by(&self, redirect: &str) -> bool {
        let url = Url::parse(redirect).ok();
        url.is_some_and(|url| url.query_pairs().any(|(key, value)| key == "state" && value == self.state()))
    }
}

impl Client {
    /// How one can sign in here.
    ///
    /// # Errors
    /// [`SignInProblem::NotOffered`] when the service has no sign-in; what came between.
    pub async fn offered(&self) -> Result<Offered, Error> {
        let found = Discovery::fetch(self).await?;
        Ok(Offered { browser: found.authorize.is_some(), code: found.device.is_some() })
    }

    /// Begins a sign-in with a page. `redirect` is where the answer goes: that of a [`Loopback`], or `None` for the
    /// app's own scheme. `launch` is what another program handed over.
    ///
    /// # Errors
    /// [`Error::SignIn`], or what came between.
    pub async fn ask(&self, redirect: Option<&Loopback>, launch: Option<&Launch>) -> Result<Asked, Error> {
        // On a shared device the browser may still know who was here before: everyone shows who they are.
        self.ask_as(redirect.map_or(REDIRECT, Loopback::redirect), &[("prompt", "login consent")], launch).await
    }

    /// Reads the redirect a sign-in ended in and gives the token.
    ///
    /// # Errors
    /// [`Error::SignIn`], or what came between.
    pub async fn answered(&self, asked: Asked, redirect: &str) -> Result<Answer<Token>, Error> {
        let code = code(&asked, redirect)?;
        self.exchange(&asked, &code).await
    }

    /// Signs in as `staff` where the provider takes a hint, and gives the token.
    ///
    /// # Errors
    /// [`Error::SignIn`], or what came between.
    pub async fn sign_in(&self, staff: &StaffId, launch: Option<&Launch>) -> Result<Answer<Token>, Error> {
        let asked = self.ask_as(REDIRECT, &[("login_hint", staff.as_str())], launch).await?;
        let answer = self.plain(Method::GET, asked.url.clone())?.send().await.map_err(Error::from_send)?;
        if answer.status().is_redirection() {
            let place = answer.headers().get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            return self.answered(asked, &place).await;
        }
        // Any other status: let the ordinary reading judge it, so that 503 stays "try later".
        Err(self.judge(answer).await.err().unwrap_or(SignInProblem::Unexpected.into()))
    }

    /// Whether a launch is for the service of this client. A link must not choose whom to trust.
    ///
    /// # Errors
    /// [`SignInProblem::AnotherService`].
    pub fn is_own(&self, launch: &Launch) -> Result<(), Error> {
        let own = launch.service.trim_end_matches('/') == self.base.as_str().trim_end_matches('/');
        if own { Ok(()) } else { Err(SignInProblem::AnotherService.into()) }
    }

    async fn ask_as(&self, redirect: &str, more: &[(&str, &str)], launch: Option<&Launch>) -> Result<Asked, Error> {
        if let Some(launch) = launch {
            self.is_own(launch)?;
        }
        let service = self.base.as_str().trim_end_matches('/');
        let discovery = Discovery::fetch(self).await?;
        let question = Question::new(&self.random)?;
        let mut url = discovery.authorize.clone().ok_or(SignInProblem::NotOffered)?;
        let scope = if launch.is_some() { format!("launch {SCOPE}") } else { SCOPE.to_owned() };
        url.query_pairs_mut()
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", CLIENT_ID),
                ("redirect_uri", redirect),
                ("scope", &scope),
                ("state", &question.state),
                ("nonce", &question.nonce),
                ("aud", service),
                ("code_challenge", &question.challenge),
                ("code_challenge_method", "S256"),
            ])
            .extend_pairs(more)
            .extend_pairs(launch.map(|launch| ("launch", &launch.launch)));
        // RFC 9449 §10: a code that is caught is worth nothing to another device.
        if let Some(thumbprint) = self.prover.thumbprint() {
            url.query_pairs_mut().append_pair("dpop_jkt", thumbprint);
        }
        Ok(Asked { discovery, question, redirect: redirect.to_owned(), url })
    }
}

// RFC 6749 §4.1.2: the answer is in the query of the redirect. The state is looked at before anything else
// in it is believed, then who it is from (RFC 9207): a provider that was mixed up with another gets no code of its.
fn code(asked: &Asked, redirect: &str) -> Result<String, Error> {
    let ours = redirect.strip_prefix(&asked.redirect).is_some_and(|rest| rest.starts_with('?'));
    let url = Url::parse(redirect).ok().filter(|_| ours).ok_or(SignInProblem::Unexpected)?;
    let value = |name| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if value("state").as_deref() != Some(asked.state()) {
        return Err(SignInProblem::WrongState.into());
    }
    let issuer = asked.discovery.issuer.as_ref().map(|issuer| issuer.name.as_str());
    match value("iss") {
        Some(said) if issuer.is_some_and(|issuer| issuer != said) => return Err(SignInProblem::WrongIssuer.into()),
        None if asked.discovery.says_issuer => return Err(SignInProblem::WrongIssuer.into()),
        _ => {}
    }
    if value("error").is_some() {
        return Err(SignInProblem::Refused.into());
    }
    Ok(value("code").filter(|code| !code.is_empty()).ok_or(SignInProblem::Unexpected)?)
}

#[cfg(test)]
mod tests;
