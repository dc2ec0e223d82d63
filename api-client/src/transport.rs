//! One way to send and one way to read: bounded, judged by status, then by content.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue,
    RETRY_AFTER, WWW_AUTHENTICATE,
};
use reqwest::{Method, Request, RequestBuilder, Response, StatusCode, Url};
use ring::rand::SecureRandom as _;
use serde_json::Value;

use crate::device::{Proves, Sent};
use crate::outcome::{Issue, Refusal};
use crate::{AccessToken, Answer, Client, Error, Grant, Keeper, SignInProblem, Why};

pub(crate) const FHIR_JSON: &str = "application/fhir+json";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const GRANT: HeaderName = HeaderName::from_static("x-doorstep-grant");

/// An answer with a successful status (or 304), its body whole.
pub(crate) struct Raw {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A request that carries the token, asks for FHIR, and can be found in the server's log by its id.
    pub(crate) fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, Error> {
        let request = self.plain(method, url)?.header(ACCEPT, FHIR_JSON).header(CACHE_CONTROL, "no-cache");
        Ok(match self.token_now() {
            Some(token) => request.header(AUTHORIZATION, authorization(&token)?),
            None => request,
        })
    }

    /// A request without the token.
    pub(crate) fn plain(&self, method: Method, url: Url) -> Result<RequestBuilder, Error> {
        let mut id = [0; 16];
        self.random.fill(&mut id).map_err(|_| Error::NoRandomness)?;
        let id: String = id.iter().map(|b| format!("{b:02x}")).collect();
        Ok(self.http.request(method, url).header(REQUEST_ID, id))
    }

    /// Sends and reads a body that must be JSON with `resourceType` one of `types`.
    pub(crate) async fn fhir(
        &self,
        request: RequestBuilder,
        types: &'static [&'static str],
    ) -> Result<Answer<Value>, Error> {
        let answer = self.json(request).await?;
        let is = answer.value["resourceType"].as_str();
        match types.first() {
            _ if is.is_some_and(|t| types.contains(&t)) => Ok(answer),
            Some(expected) => Err(Error::NotFhir(expected)),
            None if is.is_some() => Ok(answer),
            None => Err(Error::NotFhir("a FHIR resource")),
        }
    }

    /// Sends and reads a body that must be JSON.
    pub(crate) async fn json(&self, request: RequestBuilder) -> Result<Answer<Value>, Error> {
        Self::read_json(self.send(request).await?)
    }

    /// The same at an endpoint that gives or takes back tokens, with the device's proof.
    pub(crate) async fn json_from_device(&self, request: RequestBuilder) -> Result<Answer<Value>, Error> {
        Self::read_json(self.send_from_device(request).await?)
    }

    fn read_json(raw: Raw) -> Result<Answer<Value>, Error> {
        raw.refuse_markup()?;
        let value = serde_json::from_slice(&raw.body).map_err(|_| Error::NotJson)?;
        Ok(Answer { value, server_time: server_time(&raw.headers), etag: etag(&raw.headers) })
    }

    /// Sends; answers only what has a successful status or 304.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Raw, Error> {
        let request = request.build().map_err(Error::from_send)?;
        match (&self.keeper, &self.token) {
            _ if !request.headers().contains_key(AUTHORIZATION) => self.send_proving(request, Proves::Nothing).await,
            (Some(keeper), _) => self.send_renewing(request, &**keeper).await,
            (None, Some(token)) => self.send_as(request, token).await,
            (None, None) => self.send_proving(request, Proves::Nothing).await,
        }
    }

    /// Renews the token before it ends, and once after a refusal.
    async fn send_renewing(&self, request: Request, keeper: &dyn Keeper) -> Result<Raw, Error> {
        let mut token = keeper.current();
        // A renewal that does not work is no reason not to use what may still be good.
        if keeper.ends_soon()
            && let Ok(Some(next)) = keeper.renew(&token, Why::EndsSoon).await
        {
            token = next;
        }
        let again = request.try_clone();
        let answer = self.send_as(request, &token).await;
        // A device that was taken off the service gets nothing new by asking again.
        let over =
            |e: &Error| e.needs_sign_in() && e.refusal().is_none_or(|r| r.error.as_deref() != Some("device_revoked"));
        let answer = match (again, &answer) {
            (Some(again), Err(error)) if over(error) => match keeper.renew(&token, Why::Refused).await? {
                Some(next) => {
                    token = next;
                    self.send_as(again, &token).await
                }
                None => answer,
            },
            _ => answer,
        };
        if answer.as_ref().is_err_and(Error::needs_sign_in) {
            keeper.refused(&token);
        }
        answer
    }

    async fn send_as(&self, mut request: Request, token: &AccessToken) -> Result<Raw, Error> {
        request.headers_mut().insert(AUTHORIZATION, authorization(token)?);
        let proves = if token.is_bound() { Proves::Token(token.reveal()) } else { Proves::Nothing };
        self.send_proving(request, proves).await
    }

    /// Sends to an endpoint that gives or takes back tokens, with the device's proof.
    pub(crate) async fn send_from_device(&self, request: RequestBuilder) -> Result<Raw, Error> {
        self.send_proving(request.build().map_err(Error::from_send)?, Proves::Device).await
    }

    async fn send_proving(&self, request: Request, proves: Proves<'_>) -> Result<Raw, Error> {
        let (url, again) = (request.url().clone(), request.try_clone());
        let (answer, sent) = self.send_once(request, proves).await?;
        let worth = |refusal: &Refusal, sent: &Sent| self.prover.is_worth_another(&url, sent, refusal);
        match (&answer, sent, again) {
            (Err(Error::Refused(refusal)), Some(sent), Some(again)) if worth(refusal, &sent) => {
                self.send_once(again, proves).await?.0
            }
            _ => answer,
        }
    }

    async fn send_once(
        &self,
        mut request: Request,
        proves: Proves<'_>,
    ) -> Result<(Result<Raw, Error>, Option<Sent>), Error> {
        let sent = self.prover.prove(&mut request, proves, &self.random)?;
        let response = self.http.execute(request).await.map_err(Error::from_send)?;
        self.prover.hear(response.url(), response.headers(), proves);
        Ok((self.judge(response).await, sent))
    }

    /// Reads an answer whose head has come: its status first, then its body.
    pub(crate) async fn judge(&self, mut response: Response) -> Result<Raw, Error> {
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            return Err(Error::Redirected);
        }
        let body = self.body(&mut response, &headers).await;
        if !status.is_success() && status != StatusCode::NOT_MODIFIED {
            // The status alone is an answer: a refusal whose words are cut off or too long is still that refusal.
            return Err(Error::Refused(Box::new(refusal(status, &headers, &body.unwrap_or_default()))));
        }
        Ok(Raw { status, headers, body: body? })
    }

    async fn body(&self, response: &mut Response, headers: &HeaderMap) -> Result<Vec<u8>, Error> {
        let limit = self.limits.body;
        let announced = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(Error::TooLarge { limit });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::from_body)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl Raw {
    /// A web page is told from broken data: the first means "wrong network", the second "wrong server".
    pub(crate) fn refuse_markup(&self) -> Result<(), Error> {
        let kind =
            self.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        let first = self.body.iter().find(|b| !b.is_ascii_whitespace());
        match first {
            _ if kind.contains("html") => Err(Error::Html),
            Some(b'<') if !kind.contains("xml") => Err(Error::Html),
            Some(b'<') => Err(Error::NotJson),
            _ => Ok(()),
        }
    }
}

fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Refusal {
    let outcome: Value = serde_json::from_slice(body).unwrap_or_default();
    let server_time = server_time(headers);
    Refusal {
        status: status.as_u16(),
        retry_after: retry_after(headers, server_time),
        issue: Issue::all(&outcome).into_iter().next(),
        error: oauth_error(headers, &outcome),
        server_time,
    }
}

fn authorization(token: &AccessToken) -> Result<HeaderValue, Error> {
    let scheme = if token.is_bound() { "DPoP" } else { "Bearer" };
    let value = HeaderValue::from_str(&format!("{scheme} {}", token.reveal()));
    let mut value = value.map_err(|_| Error::from(SignInProblem::Unexpected))?;
    value.set_sensitive(true);
    Ok(value)
}

// RFC 6749 §5.2 puts the code of an error into the body, RFC 6750 §3 and RFC 9449 §7.1 into the challenge.
fn oauth_error(headers: &HeaderMap, body: &Value) -> Option<String> {
    let challenges = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|v| v.to_str().ok());
    let said = challenges.filter_map(|text| text.split("error=\"").nth(1)?.split('"').next()).next();
    let code = body["error"].as_str().or(said)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    (code.len() <= 64 && code.bytes().all(plain)).then(|| code.to_owned())
}

pub(crate) fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?)
}

pub(crate) fn etag(headers: &HeaderMap) -> Option<String> {
    headers.get(ETAG)?.to_str().ok().map(str::to_owned)
}

// RFC 9110 §5.6.7: the preferred form is also one of RFC 2822; the two obsolete forms are not read.
pub(crate) fn http_date(value: &HeaderValue) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.to_str().ok()?).ok()
}

// RFC 9110 §10.2.3: seconds, or a date, which counts from the server's own clock.
fn retry_after(headers: &HeaderMap, server_time: Option<Timestamp>) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?;
    let seconds = value.to_str().ok()?.trim().parse::<u64>().ok().or_else(|| {
        let wait = http_date(value)?.as_second() - server_time?.as_second();
        u64::try_from(wait).ok()
    })?;
    Some(Duration::from_secs(seconds))
}

/// Adds the grant of a consent decision.
pub(crate) fn granted(request: RequestBuilder, grant: Option<&Grant>) -> Result<RequestBuilder, Error> {
    let Some(grant) = grant else { return Ok(request) };
    let mut value = HeaderValue::from_str(grant.reveal()).map_err(|_| Error::NotFhir("a usable grant"))?;
    value.set_sensitive(true);
    Ok(request.header(GRANT, value))
}

#[cfg(test)]
mod tests;
