//! TLS: rustls on ring, the public roots in the binary, and the hub's own certificate when enrolled.

mod pinned;

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use self::pinned::Pinned;
use crate::Error;

/// Length of a SHA-256 fingerprint, bytes. No certificate is as short.
const FINGERPRINT: usize = 32;

/// A ready configuration. Handed over whole so that reqwest never reaches for the platform's verifier,
/// which panics on Android unless it was initialised from Java.
///
/// `pinned`: the certificate of the service at `host` (DER), or its SHA-256. With it, that host shows this certificate
/// or is not spoken to, whatever anybody else vouches for; others are judged by the public roots as ever.
pub(crate) fn config(pinned: Option<&[u8]>, host: &str) -> Result<ClientConfig, Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::Certificate)?;
    let mut config = match pinned {
        None => builder.with_root_certificates(roots).with_no_client_auth(),
        Some(pin) => {
            let verifier = Pinned::new(fingerprint(pin)?, host, roots, provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn fingerprint(pin: &[u8]) -> Result<[u8; FINGERPRINT], Error> {
    if let Ok(fingerprint) = pin.try_into() {
        return Ok(fingerprint);
    }
    let certificate = CertificateDer::from(pin.to_vec());
    // What is no certificate is not taken for one.
    RootCertStore::empty().add(certificate.clone()).map_err(|_| Error::Certificate)?;
    Ok(pinned::sha256(&certificate))
}

#[cfg(test)]
mod tests;
