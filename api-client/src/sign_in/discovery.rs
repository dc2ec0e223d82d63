//! Where to sign in: `.well-known/smart-configuration` of the service, and what its issuer says of itself.

use reqwest::{Method, Url};
use serde_json::Value;

use super::SignInProblem;
use crate::{Client, Error, url};

/// A sign-in service: its endpoints, and whom its word is to be believed as.
pub(crate) struct Discovery {
    /// Who signs the id_tokens; none where the service offers no OpenID Connect.
    pub(crate) issuer: Option<Issuer>,
    pub(crate) authorize: Option<Url>,
    pub(crate) token: Url,
    pub(crate) userinfo: Option<Url>,
    /// RFC 8628.
    pub(crate) device: Option<Url>,
    /// RFC 7009.
    pub(crate) revoke: Option<Url>,
    /// The redirect carries `iss` (RFC 9207): one that does not is somebody else's.
    pub(crate) says_issuer: bool,
}

/// Who signs the id_tokens.
pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) keys: Url,
}

impl Discovery {
    /// Reads the configuration of the client's service. A service that does not say `S256` is not used: without
    /// it a code caught on the device could be spent by another app.
    pub(crate) async fn fetch(client: &Client) -> Result<Self, Error> {
        let smart = well_known(client, client.at(&[".well-known", "smart-configuration"])?).await?;
        let mut methods = smart["code_challenge_methods_supported"].as_array().into_iter().flatten();
        if !methods.any(|m| m == "S256") {
            return Err(SignInProblem::NotOffered.into());
        }
        let openid = openid(client, &smart).await?;
        // What both name, the issuer of the record service's own choice says.
        let either = |name| endpoint(&smart, name).or_else(|| endpoint(openid.as_ref()?, name));
        Ok(Self {
            issuer: openid.as_ref().map(issuer).transpose()?,
            authorize: either("authorization_endpoint"),
            token: either("token_endpoint").ok_or(SignInProblem::NotOffered)?,
            userinfo: either("userinfo_endpoint"),
            device: either("device_authorization_endpoint"),
            revoke: either("revocation_endpoint"),
            says_issuer: openid.is_some_and(|o| o["authorization_response_iss_parameter_supported"] == true),
        })
    }
}

// The issuer must call itself what it was asked as, to the letter (OpenID Connect Discovery §4.3). A service may name an
// issuer of tokens that offers no OpenID Connect; one that says it does must (SMART App Launch 2.2, `sso-openid-connect`).
async fn openid(client: &Client, smart: &Value) -> Result<Option<Value>, Error> {
    let Some(issuer) = smart["issuer"].as_str() else { return Ok(None) };
    let mut capabilities = smart["capabilities"].as_array().into_iter().flatten();
    let promised = capabilities.any(|c| c == "sso-openid-connect");
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let address = Url::parse(&address).ok().filter(url::is_safe).ok_or(SignInProblem::NotOffered)?;
    match well_known(client, address).await {
        Ok(said) if said["issuer"] == issuer => Ok(Some(said)),
        Ok(_) => Err(SignInProblem::WrongIssuer.into()),
        Err(Error::SignIn(SignInProblem::NotOffered)) if !promised => Ok(None),
        Err(error) => Err(error),
    }
}

fn issuer(openid: &Value) -> Result<Issuer, Error> {
    let name = openid["issuer"].as_str().unwrap_or_default().to_owned();
    Ok(Issuer { name, keys: endpoint(openid, "jwks_uri").ok_or(SignInProblem::NotOffered)? })
}

async fn well_known(client: &Client, url: Url) -> Result<Value, Error> {
    match client.json(client.plain(Method::GET, url)?).await {
        Err(error) if error.status() == Some(404) => Err(SignInProblem::NotOffered.into()),
        answer => Ok(answer?.value),
    }
}

fn endpoint(answer: &Value, name: &str) -> Option<Url> {
    Url::parse(answer[name].as_str()?).ok().filter(url::is_safe)
}
