//! `.well-known/smart-configuration`: where to sign in.

use reqwest::{Method, Url};
use serde_json::Value;

use super::SignInProblem;
use crate::{Client, Error, url};

/// The endpoints of a sign-in.
pub(crate) struct Discovery {
    pub(crate) authorize: Url,
    pub(crate) token: Url,
    pub(crate) userinfo: Option<Url>,
}

impl Discovery {
    /// Reads the configuration of the client's service. A service that does not say `S256` is not used: without
    /// it a code caught on the device could be spent by another app.
    pub(crate) async fn fetch(client: &Client) -> Result<Self, Error> {
        let url = client.at(&[".well-known", "smart-configuration"])?;
        let answer = match client.json(client.plain(Method::GET, url)?).await {
            Err(error) if error.status() == Some(404) => return Err(SignInProblem::NotOffered.into()),
            answer => answer?.value,
        };
        let mut methods = answer["code_challenge_methods_supported"].as_array().into_iter().flatten();
        if !methods.any(|m| m == "S256") {
            return Err(SignInProblem::NotOffered.into());
        }
        let required = |name| endpoint(&answer, name).ok_or(SignInProblem::NotOffered);
        Ok(Self {
            authorize: required("authorization_endpoint")?,
            token: required("token_endpoint")?,
            userinfo: endpoint(&answer, "userinfo_endpoint"),
        })
    }
}

fn endpoint(answer: &Value, name: &str) -> Option<Url> {
    Url::parse(answer[name].as_str()?).ok().filter(url::is_safe)
}
