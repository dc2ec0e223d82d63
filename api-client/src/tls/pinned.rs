//! One host is known by its certificate and by nothing else.

use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::Error;

/// Judges certificates.
#[derive(Debug)]
pub(super) struct Pinned {
    fingerprint: [u8; 32],
    host: ServerName<'static>,
    public: Arc<WebPkiServerVerifier>,
}

impl Pinned {
    pub(super) fn new(
        fingerprint: [u8; 32],
        host: &str,
        roots: RootCertStore,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        // As a URL writes an IPv6 address.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let host = ServerName::try_from(host).map_err(|_| Error::Address)?;
        let public = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        Ok(Self { fingerprint, host, public: public.build().map_err(|_| Error::Certificate)? })
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *server_name != self.host {
            return self.public.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        }
        if sha256(end_entity) == self.fingerprint {
            // That the other side has its key is proved by the signature of the handshake.
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.public.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.public.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.public.supported_verify_schemes()
    }
}

pub(super) fn sha256(certificate: &CertificateDer<'_>) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    // A SHA-256 digest is 32 bytes long.
    fingerprint.copy_from_slice(digest(&SHA256, certificate).as_ref());
    fingerprint
}
