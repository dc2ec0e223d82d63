//! A short code, typed in on another device (RFC 8628): for tablets without a browser.

use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::{Method, Url};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{CLIENT_ID, Discovery, SCOPE, SignInProblem, Token};
use crate::{Answer, Client, Error, url};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Between two questions when the provider does not say (§3.2), and what is added when it was too often (§3.5).
const FIVE_SECONDS: Duration = Duration::from_secs(5);
/// A code that asks for more time than this asks for a tablet that waits all day.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// A code to be used on another device.
pub struct Code {
    discovery: Discovery,
    secret: Zeroizing<String>,
    /// What the person types in, as it is to be shown.
    pub words: String,
    /// The page where it is typed in.
    pub page: String,
    /// The same with the code in it, for a QR code.
    pub link: Option<String>,
    /// How long it can be used.
    pub lasts: Duration,
    /// How long to wait between two questions.
    pub pause: Duration,
}

/// What came of a question.
pub enum Polled {
    /// Nobody has used the code yet.
    NotYet,
    /// The same; ask less often. The code's pause was lengthened.
    SlowDown,
    /// Signed in.
    Done(Box<Answer<Token>>),
}

impl Client {
    /// Asks for a code.
    ///
    /// # Errors
    /// [`SignInProblem::NotOffered`] where there are none; what came between.
    pub async fn ask_code(&self) -> Result<Answer<Code>, Error> {
        let discovery = Discovery::fetch(self).await?;
        let endpoint = discovery.device.clone().ok_or(SignInProblem::NotOffered)?;
        let service = self.base.as_str().trim_end_matches('/');
        // `prompt`: whoever types the code in shows who they are, and a provider of OpenID Connect gives what renews
        // the token only when it was asked to ask (Core §11).
        let form = [("client_id", CLIENT_ID), ("scope", SCOPE), ("aud", service), ("prompt", "login consent")];
        let request = self.plain(Method::POST, endpoint)?.header(ACCEPT, "application/json").form(&form);
        self.json_from_device(request).await?.try_map(|answer| code(&answer, discovery))
    }

    /// Asks whether the code was used.
    ///
    /// # Errors
    /// [`SignInProblem::Refused`], [`SignInProblem::CodeOver`]; anything else is worth asking again until the code is
    /// over.
    pub async fn poll(&self, code: &mut Code) -> Result<Polled, Error> {
        let form = [("grant_type", GRANT), ("device_code", &code.secret)];
        match self.tokens(&code.discovery, &form, None).await {
            Ok(answer) => Ok(Polled::Done(Box::new(answer))),
            Err(error) => match error.refusal().and_then(|r| r.error.as_deref()) {
                Some("authorization_pending") => Ok(Polled::NotYet),
                Some("slow_down") => {
                    code.pause += FIVE_SECONDS;
                    Ok(Polled::SlowDown)
                }
                _ => Err(error),
            },
        }
    }
}

fn code(answer: &Value, discovery: Discovery) -> Result<Code, Error> {
    let text = |name: &str| answer[name].as_str().filter(|t| !t.is_empty() && t.len() <= 2048);
    let page = |name| text(name).filter(|t| Url::parse(t).is_ok_and(|u| url::is_safe(&u))).map(str::to_owned);
    let words = text("user_code").filter(|t| t.len() <= 32 && t.bytes().all(|b| b.is_ascii_graphic()));
    let seconds = |name: &str| answer[name].as_u64().map(Duration::from_secs);
    let wrong = || Error::from(SignInProblem::Unexpected);
    Ok(Code {
        discovery,
        secret: Zeroizing::new(text("device_code").ok_or_else(wrong)?.to_owned()),
        words: words.ok_or_else(wrong)?.to_owned(),
        page: page("verification_uri").ok_or_else(wrong)?,
        link: page("verification_uri_complete"),
        lasts: seconds("expires_in").ok_or_else(wrong)?.min(LONGEST),
        pause: seconds("interval").unwrap_or(FIVE_SECONDS).clamp(Duration::from_secs(1), LONGEST),
    })
}
