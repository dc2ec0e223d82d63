//! Small things of the device itself, sealed under its secret and kept twice. No PIN: they are needed while nobody
//! is signed in, and say nothing about anybody's patients.
//!
//! ```text
//! "DD" | format 1 | salt 16 | nonce 12 | sealed + tag 16 | CRC-32
//! ```

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::secret::{self, DeviceSecret};
use crate::vault::VaultError;
use crate::vault::crypto::{Key, NONCE, derive, open, random, seal};
use crate::vault::twin::{self, Found, How};

const MAGIC: [u8; 2] = *b"DD";
const FORMAT: u8 = 1;
const HEADER: usize = 19;

/// One such file.
pub(super) struct Sealed<'a> {
    path: PathBuf,
    /// What it is for: part of its key, so that one file cannot be put in the place of another.
    purpose: &'static [u8],
    keeper: &'a dyn DeviceSecret,
}

impl<'a> Sealed<'a> {
    pub(super) fn new(path: PathBuf, purpose: &'static [u8], keeper: &'a dyn DeviceSecret) -> Self {
        Self { path, purpose, keeper }
    }

    /// What it holds; `None` when it was never written. One broken copy is mended from the other.
    ///
    /// # Errors
    /// [`VaultError::DeviceSecretMissing`]; [`VaultError::DeviceDamaged`] when both copies are broken. Both stay.
    pub(super) fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        match twin::read(&self.path, How::Replace, is_whole)? {
            Found::Missing => Ok(None),
            Found::Damaged(_) => Err(VaultError::DeviceDamaged),
            Found::Whole(bytes) => self.opened(&bytes).map(Some),
        }
    }

    /// Replaces what it holds.
    ///
    /// # Errors
    /// When it cannot be written durably; the old content is then still there.
    pub(super) fn write(&self, content: &[u8]) -> Result<(), VaultError> {
        let mut bytes = Vec::with_capacity(HEADER + NONCE + content.len() + 20);
        bytes.extend_from_slice(&MAGIC);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&random::<16>()?);
        let nonce = random::<NONCE>()?;
        bytes.extend_from_slice(&nonce);
        let from = bytes.len();
        let header: Vec<u8> = bytes[..HEADER].to_vec();
        bytes.extend_from_slice(content);
        seal(&self.key(&header)?, nonce, &header, &mut bytes, from)?;
        Ok(twin::write(&self.path, &twin::with_crc(bytes), How::Replace)?)
    }

    fn opened(&self, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let content = twin::without_crc(bytes).ok_or(VaultError::DeviceDamaged)?;
        let (header, rest) = content.split_at_checked(HEADER).ok_or(VaultError::DeviceDamaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::DeviceDamaged)?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        open(&self.key(header)?, *nonce, header, &mut plain).ok_or(VaultError::DeviceDamaged)?;
        Ok(plain)
    }

    fn key(&self, header: &[u8]) -> Result<Key, VaultError> {
        let secret = secret::load(self.keeper)?;
        derive(&header[3..], &[&secret], &[b"doorstep/v1/device", self.purpose])
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) && bytes.get(2) == Some(&FORMAT) && twin::has_crc(bytes)
}
