//! TLS: a certificate from files, or one of the hub's own making, which devices know by its fingerprint.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::keys::{private_file, private_folder};
use crate::secret;

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// PEM files: the certificate with those that lead to its root, and its key.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// One that the hub makes at its first start and keeps beside its database.
    Own,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("the certificate or its key cannot be read or written: {0}")]
    File(PathBuf, #[source] io::Error),
    /// What is in it.
    #[error("no certificate and key that fit each other: give PEM files, the hub's own certificate first")]
    Unfit,
    /// A key that others may read.
    #[error("{0} can be read by others: take that right away (chmod 600)")]
    Open(PathBuf),
    /// Without TLS nobody but this machine may be answered.
    #[error("without --tls-cert and --tls-key, or --tls self, the hub listens on this machine only: not on {0}")]
    Plain(SocketAddr),
}

/// A certificate ready to be shown.
pub(crate) struct Ready {
    pub(crate) config: Arc<ServerConfig>,
    /// SHA-256 of the certificate (DER), hex: what a device is given as its pin.
    pub(crate) fingerprint: String,
}

impl Tls {
    /// Reads or makes the certificate. `listen`: what one of the hub's own making is for.
    pub(crate) fn ready(&self, database: &Path, listen: IpAddr) -> Result<Ready, TlsError> {
        match self {
            Self::Files { certificate, key } => read(certificate, key),
            Self::Own => {
                let folder = beside(database);
                let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
                if !(certificate.exists() && key.exists()) {
                    make(&folder, listen)?;
                }
                read(&certificate, &key)
            }
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".tls");
    PathBuf::from(name)
}

fn make(folder: &Path, listen: IpAddr) -> Result<(), TlsError> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !listen.is_unspecified() && !listen.is_loopback() {
        names.push(listen.to_string());
    }
    let key = KeyPair::generate().map_err(|_| TlsError::Unfit)?;
    let made = CertificateParams::new(names).and_then(|it| it.self_signed(&key)).map_err(|_| TlsError::Unfit)?;
    private_folder(folder).map_err(|e| TlsError::File(folder.to_owned(), e))?;
    for (name, text) in [("key.pem", key.serialize_pem()), ("certificate.pem", made.pem())] {
        let path = folder.join(name);
        let mut file = private_file(&path).map_err(|e| TlsError::File(path.clone(), e))?;
        io::Write::write_all(&mut file, text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|e| TlsError::File(path.clone(), e))?;
    }
    Ok(())
}

fn read(certificate: &Path, key: &Path) -> Result<Ready, TlsError> {
    not_open(key)?;
    let bytes = |path: &Path| std::fs::read(path).map_err(|e| TlsError::File(path.to_owned(), e));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(certificate)?).collect();
    let chain = chain.map_err(|_| TlsError::Unfit)?;
    let key = PrivateKeyDer::from_pem_slice(&bytes(key)?).map_err(|_| TlsError::Unfit)?;
    let fingerprint = secret::hash(chain.first().ok_or(TlsError::Unfit)?);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|_| TlsError::Unfit)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Ready { config: Arc::new(config), fingerprint })
}

fn not_open(key: &Path) -> Result<(), TlsError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = std::fs::metadata(key).map_err(|e| TlsError::File(key.to_owned(), e))?;
        if found.permissions().mode() & 0o077 != 0 {
            return Err(TlsError::Open(key.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_certificate_stays_and_its_key_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("hub.sqlite");
        let ready = || Tls::Own.ready(&database, IpAddr::from([127, 0, 0, 1])).map(|ready| ready.fingerprint);
        let first = ready().unwrap();
        assert_eq!((first.len(), ready().unwrap()), (64, first));
        let key = beside(&database).join("key.pem");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(ready(), Err(TlsError::Open(_))));
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        std::fs::write(&key, "no key").unwrap();
        assert!(matches!(ready(), Err(TlsError::Unfit)), "and is not replaced: devices have its pin");
    }
}
