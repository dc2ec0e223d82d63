//! TLS: rustls on ring, the public roots in the binary, and the hub's own certificate when enrolled.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::Error;

/// A ready configuration. Handed over whole so that reqwest never reaches for the platform's verifier,
/// which panics on Android unless it was initialised from Java.
pub(crate) fn config(pinned: Option<&[u8]>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(der) = pinned {
        roots.add(CertificateDer::from(der.to_vec())).map_err(|_| Error::Certificate)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::Certificate)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests;
