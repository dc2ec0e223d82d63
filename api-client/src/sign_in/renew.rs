//! The next token, and giving tokens back.

use std::future::Future;
use std::pin::Pin;

use reqwest::Method;
use reqwest::header::ACCEPT;

use super::{AccessToken, CLIENT_ID, Discovery, RefreshToken, SignInProblem, Token};
use crate::{Answer, Client, Error};

/// What a [`Keeper`] promises to answer.
pub type Renewed = Pin<Box<dyn Future<Output = Result<Option<AccessToken>, Error>> + Send>>;

/// Who keeps a person's tokens. The client asks it for the token of each request, lets it renew one that ends soon,
/// and once after a refusal.
pub trait Keeper: Send + Sync {
    /// The token now.
    fn current(&self) -> AccessToken;
    /// Whether it should be renewed before it is used.
    fn ends_soon(&self) -> bool;
    /// A token in place of `stale`; `None` when there is no better one, or none worth asking for. Dropping the answer must not stop the renewal:
    /// a service that has answered has already taken the old refresh token back.
    fn renew(&self, stale: &AccessToken, why: Why) -> Renewed;
    /// The service did not take `token`, and there was none in its place. Told before the refusal is answered.
    fn refused(&self, token: &AccessToken);
}

/// Why a token is to be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It ends soon, and is still good.
    EndsSoon,
    /// The service does not take it any more.
    Refused,
}

impl Client {
    /// Gets the next token. The refresh token is spent by this, whether or not the answer arrives: who asks again with
    /// it looks like a thief to the service, and loses the whole sign-in.
    ///
    /// # Errors
    /// [`SignInProblem::Refused`] when the service wants a new sign-in; what came between.
    pub async fn refresh(&self, refresh: &RefreshToken, subject: Option<&str>) -> Result<Answer<Token>, Error> {
        let discovery = Discovery::fetch(self).await?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.reveal())];
        let answer = self.tokens(&discovery, &form, None).await?;
        // OpenID Connect Core §12.2: the same person, or nobody.
        let named = answer.value.claims.as_ref().and_then(|claims| claims["sub"].as_str());
        match (named, subject) {
            (Some(named), Some(subject)) if named != subject => Err(SignInProblem::Unexpected.into()),
            _ => Ok(answer),
        }
    }

    /// Gives tokens back, so that they are worth nothing from now on (RFC 7009). Where the service has no way to do so
    /// they end by themselves.
    ///
    /// # Errors
    /// What came between; the tokens then end by themselves.
    pub async fn revoke(&self, access: &AccessToken, refresh: Option<&RefreshToken>) -> Result<(), Error> {
        let Some(endpoint) = Discovery::fetch(self).await?.revoke else { return Ok(()) };
        let refresh = refresh.map(|token| (token.reveal(), "refresh_token"));
        for (token, kind) in refresh.into_iter().chain([(access.reveal(), "access_token")]) {
            let form = [("token", token), ("token_type_hint", kind), ("client_id", CLIENT_ID)];
            let request = self.plain(Method::POST, endpoint.clone())?.header(ACCEPT, "application/json").form(&form);
            self.send_from_device(request).await?;
        }
        Ok(())
    }
}
