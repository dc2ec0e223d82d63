//! The client: one connection pool, one base, one token.

use std::sync::Arc;
use std::time::Duration;

use keys::SigningKey;
use reqwest::Url;
use ring::rand::SystemRandom;

use crate::device::Prover;
use crate::sign_in::AccessToken;
use crate::{Error, Keeper, tls, url};

/// What an answer may cost at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To open a connection.
    pub connect: Duration,
    /// From the first byte sent to the last byte read.
    pub request: Duration,
    /// Bytes of a body, after decompression.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), request: Duration::from_secs(15), body: 8 * 1024 * 1024 }
    }
}

/// A FHIR service as one person sees it. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) limits: Limits,
    pub(crate) token: Option<Arc<AccessToken>>,
    pub(crate) keeper: Option<Arc<dyn Keeper>>,
    pub(crate) prover: Prover,
    pub(crate) random: SystemRandom,
}

impl Client {
    /// A client of the FHIR service at `base` (`https://host/fhir`; plain `http` only on the loopback).
    /// `pinned`: the service shows this certificate (DER, or its SHA-256) or is not spoken to.
    ///
    /// # Errors
    /// [`Error::Address`] or [`Error::Certificate`]: the device is set up wrongly.
    pub fn new(base: &str, pinned: Option<&[u8]>) -> Result<Self, Error> {
        Self::with_limits(base, pinned, Limits::default())
    }

    /// The same, with other limits.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_limits(base: &str, pinned: Option<&[u8]>, limits: Limits) -> Result<Self, Error> {
        let base = url::base(base)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(pinned, base.host_str().unwrap_or_default())?)
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            // A redirect from a FHIR service is a captive portal or a mistake; following one would hand the token on.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("doorstep/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::from_send)?;
        Ok(Self {
            http,
            base,
            limits,
            token: None,
            keeper: None,
            prover: Prover::default(),
            random: SystemRandom::new(),
        })
    }

    /// This client as the device that has this key: tokens are asked for with a proof of it (RFC 9449), and one that
    /// was bound to it is used with another proof each time.
    #[must_use]
    pub fn with_device(&self, key: Arc<SigningKey>) -> Self {
        Self { prover: self.prover.with_key(key), ..self.clone() }
    }

    /// This client as the person the token was given to.
    #[must_use]
    pub fn with_token(&self, token: AccessToken) -> Self {
        Self { token: Some(Arc::new(token)), keeper: None, ..self.clone() }
    }

    /// This client as the person whose tokens are kept there.
    #[must_use]
    pub fn with_keeper(&self, keeper: Arc<dyn Keeper>) -> Self {
        Self { token: None, keeper: Some(keeper), ..self.clone() }
    }

    pub(crate) fn token_now(&self) -> Option<AccessToken> {
        self.keeper.as_ref().map(|keeper| keeper.current()).or_else(|| self.token.as_deref().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_sent_in_clear_over_a_network() {
        for base in ["http://records.example/fhir", "ftp://127.0.0.1/", "file:///etc/passwd", "nonsense", ""] {
            assert!(matches!(Client::new(base, None), Err(Error::Address)), "{base}");
        }
        for base in
            ["https://records.example/fhir", "http://127.0.0.1:8080/fhir/", "http://[::1]:1/", "http://localhost:1"]
        {
            assert!(Client::new(base, None).is_ok(), "{base}");
        }
    }

    #[test]
    fn a_pinned_certificate_that_is_none_is_refused() {
        assert!(matches!(Client::new("https://x.example", Some(b"not DER")), Err(Error::Certificate)));
    }
}
