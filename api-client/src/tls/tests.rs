//! A real handshake with a certificate made here: nothing to keep, nothing that runs out.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::{AccessToken, Client, Error};

const EC_P256: [&[u8]; 2] =
    [&[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]];
const ECDSA_SHA256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const SUBJECT_ALT_NAME: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x11];
const COMMON_NAME: &[u8] = &[0x06, 3, 0x55, 4, 3];
const SEQUENCE: u8 = 0x30;

/// One DER element.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match u16::try_from(content.len()).unwrap().to_be_bytes() {
        [0, short] if short < 128 => vec![short],
        [0, long] => vec![0x81, long],
        [high, low] => vec![0x82, high, low],
    };
    [vec![tag], length, content].concat()
}

/// A self-signed certificate for 127.0.0.1 (RFC 5280 §4.1) and its key, PKCS#8.
fn certificate() -> (Vec<u8>, Vec<u8>) {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let algorithm = der(SEQUENCE, &[ECDSA_SHA256]);
    let name = der(SEQUENCE, &[&der(0x31, &[&der(SEQUENCE, &[COMMON_NAME, &der(0x0c, &[b"test hub"])])])]);
    let validity = der(SEQUENCE, &[&der(0x17, &[b"200101000000Z"]), &der(0x17, &[b"491231235959Z"])]);
    let public = der(0x03, &[&[0], key.public_key().as_ref()]);
    let public = der(SEQUENCE, &[&der(SEQUENCE, &EC_P256), &public]);
    let address = der(0x04, &[&der(SEQUENCE, &[&der(0x87, &[&[127, 0, 0, 1]])])]);
    let extensions = der(0xa3, &[&der(SEQUENCE, &[&der(SEQUENCE, &[SUBJECT_ALT_NAME, &address])])]);
    let version = der(0xa0, &[&der(0x02, &[&[2]])]);
    let serial = der(0x02, &[&[1]]);
    let to_sign = der(SEQUENCE, &[&version, &serial, &algorithm, &name, &validity, &name, &public, &extensions]);
    let signature = der(0x03, &[&[0], key.sign(&random, &to_sign).unwrap().as_ref()]);
    (der(SEQUENCE, &[&to_sign, &algorithm, &signature]), pkcs8.as_ref().to_vec())
}

/// A server that answers one Patient to each connection, over TLS.
fn serve(certificate: &[u8], key: &[u8]) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let chain = vec![CertificateDer::from(certificate.to_vec())];
    let key = PrivatePkcs8KeyDer::from(key.to_vec()).into();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard: Arc<Mutex<Vec<u8>>> = Arc::default();
    let all = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or_default();
            all.lock().unwrap().extend(&request[..length]);
            let body = r#"{"resourceType":"Patient","id":"p1"}"#;
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n";
            let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (address, heard)
}

#[tokio::test]
async fn only_a_pinned_or_public_certificate_is_trusted() {
    let ((certificate, key), (other, _)) = (certificate(), certificate());
    let (address, heard) = serve(&certificate, &key);
    let base = format!("https://{address}/fhir");
    let read = async |pinned: Option<&[u8]>| {
        let client = Client::new(&base, pinned).unwrap().with_token(AccessToken::new("Jack-and-the-token".to_owned()));
        client.read("Patient", "p1").await
    };
    let fingerprint = |certificate: &[u8]| ring::digest::digest(&ring::digest::SHA256, certificate).as_ref().to_vec();
    for pinned in [None, Some(other.clone()), Some(fingerprint(&other))] {
        let error = read(pinned.as_deref()).await.unwrap_err();
        assert!(matches!(error, Error::Untrusted(_)), "{error:?}");
        assert!(!error.is_transient() && !error.is_offline(), "not a matter of waiting");
    }
    assert!(heard.lock().unwrap().is_empty(), "no request went out, and no token");
    for pinned in [certificate.clone(), fingerprint(&certificate)] {
        assert!(read(Some(&pinned)).await.is_ok(), "{:?}", read(Some(&pinned)).await);
    }
    assert!(String::from_utf8_lossy(&heard.lock().unwrap()).contains("Jack-and-the-token"), "it is looked for rightly");
    assert!(matches!(Client::new(&base, Some(b"no certificate")), Err(Error::Certificate)));
}
