//! Who signed in, by the provider's signature (OpenID Connect Core §3.1.3.7).

use keys::{Expected, KeyError, KeySet};
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::Value;

use super::discovery::Issuer;
use super::question::half_hash;
use super::{CLIENT_ID, SignInProblem};
use crate::{Client, Error};

impl Client {
    /// The claims of an id_token, once everything about it was looked at: who signed it and how, for whom, when, in
    /// answer to what, and that it came with this access token.
    pub(super) async fn believed(
        &self,
        issuer: &Issuer,
        token: &str,
        nonce: Option<&str>,
        access: &str,
    ) -> Result<Value, Error> {
        let keys = self.json(self.plain(Method::GET, issuer.keys.clone())?.header(ACCEPT, "application/json")).await?;
        let now = self.prover.time_at(&issuer.keys);
        let keys = KeySet::read(&keys.value).map_err(SignInProblem::from)?;
        let claims = keys.verify(token, None).map_err(SignInProblem::from)?;
        let expected = Expected { issuer: &issuer.name, audience: CLIENT_ID, nonce, now };
        expected.check(&claims).map_err(SignInProblem::from)?;
        let other = |name| Error::from(SignInProblem::NotBelieved(KeyError::Claim(name)));
        if claims["at_hash"].as_str().is_some_and(|said| said != half_hash(access)) {
            return Err(other("at_hash"));
        }
        claims["sub"].as_str().filter(|sub| !sub.is_empty()).ok_or_else(|| other("sub"))?;
        Ok(claims)
    }
}
