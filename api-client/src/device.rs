//! Proof that a request comes from the device its token was given to (RFC 9449), and what each server asks of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use keys::{SigningKey, dpop};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Url};
use ring::rand::SystemRandom;

use crate::outcome::Refusal;
use crate::sign_in::random_text;
use crate::{Error, transport};

const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// How wrong a proof's time may be before trying again with the server's is worth a request.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(30);

/// What is proven with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proves<'a> {
    /// Nothing: no token, or one that whoever has it may use.
    Nothing,
    /// That the device is there, at an endpoint that gives or takes back tokens.
    Device,
    /// That this token is used by the device it was given to.
    Token(&'a str),
}

/// The device's key and what was heard from the servers it talks to. Shared by all clones of a client.
#[derive(Clone, Default)]
pub(crate) struct Prover {
    key: Option<Arc<SigningKey>>,
    heard: Arc<Mutex<HashMap<String, Server>>>,
}

/// One origin.
#[derive(Debug, Clone, Default, PartialEq)]
struct Server {
    /// Its clock minus this device's: a device whose clock is wrong can still prove itself.
    ahead: SignedDuration,
    /// The nonce it wants next (§8); endpoints of tokens and of records have their own, though they share an origin.
    nonces: [Option<String>; 2],
}

/// A proof that was sent: with what it was made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent(Server, usize);

impl Prover {
    pub(crate) fn with_key(&self, key: Arc<SigningKey>) -> Self {
        Self { key: Some(key), heard: Arc::clone(&self.heard) }
    }

    pub(crate) const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    pub(crate) fn thumbprint(&self) -> Option<&str> {
        self.key.as_deref().map(SigningKey::thumbprint)
    }

    /// The server's time, as far as it was heard.
    pub(crate) fn time_at(&self, url: &Url) -> Timestamp {
        let ahead = self.heard().get(&origin(url)).map_or(SignedDuration::ZERO, |server| server.ahead);
        Timestamp::now().checked_add(ahead).unwrap_or_else(|_| Timestamp::now())
    }

    /// Adds the proof to a request; `None` when there is nothing to prove, or nothing to prove it with.
    pub(crate) fn prove(
        &self,
        request: &mut Request,
        proves: Proves<'_>,
        random: &SystemRandom,
    ) -> Result<Option<Sent>, Error> {
        let (token, place) = match proves {
            Proves::Nothing => return Ok(None),
            Proves::Device => (None, 0),
            Proves::Token(token) => (Some(token), 1),
        };
        let Some(key) = &self.key else { return Ok(None) };
        let server = self.heard().get(&origin(request.url())).cloned().unwrap_or_default();
        let asked = dpop::Request {
            method: request.method().as_str(),
            address: request.url().as_str(),
            token,
            nonce: server.nonces[place].as_deref(),
        };
        let now = self.time_at(request.url());
        let proof = dpop::proof(key, &asked, &random_text::<16>(random)?, now).map_err(|_| Error::NoRandomness)?;
        let value = HeaderValue::from_str(&proof).map_err(|_| Error::NoRandomness)?;
        request.headers_mut().insert(PROOF, value);
        Ok(Some(Sent(server, place)))
    }

    /// Learns what an answer says about the next proof.
    pub(crate) fn hear(&self, url: &Url, headers: &HeaderMap, proves: Proves<'_>) {
        let nonce = headers.get(NONCE).and_then(|v| v.to_str().ok()).filter(|n| !n.is_empty() && n.len() <= 1024);
        let mut heard = self.heard();
        let server = heard.entry(origin(url)).or_default();
        if let Some(time) = transport::server_time(headers) {
            server.ahead = time.duration_since(Timestamp::now());
        }
        let place = usize::from(matches!(proves, Proves::Token(_)));
        if let (Some(nonce), false) = (nonce, matches!(proves, Proves::Nothing)) {
            server.nonces[place] = Some(nonce.to_owned());
        }
    }

    /// Whether another proof would be taken where this one was not: with the nonce the server gave (§8), or with its
    /// time. Asked once for each request, so that a server that is never content is not asked for ever.
    pub(crate) fn is_worth_another(&self, url: &Url, sent: &Sent, refusal: &Refusal) -> bool {
        let Sent(before, place) = sent;
        let now = self.heard().get(&origin(url)).cloned().unwrap_or_default();
        match refusal.error.as_deref() {
            Some("use_dpop_nonce") => now.nonces[*place].is_some() && now.nonces[*place] != before.nonces[*place],
            Some("invalid_dpop_proof") => (now.ahead - before.ahead).abs() > CLOCKS_DIFFER,
            _ => false,
        }
    }

    fn heard(&self) -> MutexGuard<'_, HashMap<String, Server>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests;
