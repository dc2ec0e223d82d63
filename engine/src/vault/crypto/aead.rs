//! AES-256-GCM as ring has it (NIST SP 800-38D).

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::Key;
use crate::vault::VaultError;

/// Length of a nonce.
pub(crate) const NONCE: usize = 12;
/// Length of a tag.
pub(crate) const TAG: usize = 16;

fn cipher(key: &Key) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM, key.bytes()).map(LessSafeKey::new).map_err(|_| VaultError::Device("cipher"))
}

/// Encrypts `bytes` from `from` on, in place, and appends the tag. A key must not seal twice under one nonce:
/// callers derive a key per record, so that a random nonce is only the second belt.
pub(crate) fn seal(
    key: &Key,
    nonce: [u8; NONCE],
    aad: &[u8],
    bytes: &mut Vec<u8>,
    from: usize,
) -> Result<(), VaultError> {
    let tag = cipher(key)?
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut bytes[from..])
        .map_err(|_| VaultError::Device("cipher"))?;
    bytes.extend_from_slice(tag.as_ref());
    Ok(())
}

/// Decrypts in place and cuts the tag off. `None` when anything about it is not as it was sealed; the bytes are
/// then worth nothing.
pub(crate) fn open(key: &Key, nonce: [u8; NONCE], aad: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let length =
        cipher(key).ok()?.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), bytes).ok()?.len();
    bytes.truncate(length);
    Some(())
}
