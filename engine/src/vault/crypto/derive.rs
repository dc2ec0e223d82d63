//! Keys from keys (HKDF-SHA256, RFC 5869) and names from keys (HMAC-SHA256).

use ring::{hkdf, hmac};
use zeroize::Zeroizing;

use super::Key;
use crate::vault::VaultError;

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// A key for one purpose. `ikm` is concatenated: every part must have a fixed length.
pub(crate) fn derive(salt: &[u8], ikm: &[&Key], info: &[&[u8]]) -> Result<Key, VaultError> {
    let out = expand::<32>(salt, ikm, info)?;
    Key::from_slice(&*out).ok_or(VaultError::Device("derivation"))
}

/// 16 derived bytes that may be seen: a commitment.
pub(crate) fn derive_16(salt: &[u8], ikm: &[&Key], info: &[&[u8]]) -> Result<[u8; 16], VaultError> {
    Ok(*expand::<16>(salt, ikm, info)?)
}

fn expand<const N: usize>(salt: &[u8], ikm: &[&Key], info: &[&[u8]]) -> Result<Zeroizing<[u8; N]>, VaultError> {
    let mut secret = Zeroizing::new(Vec::with_capacity(ikm.len() * 32));
    for part in ikm {
        secret.extend_from_slice(part.bytes());
    }
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(&secret);
    let mut out = Zeroizing::new([0; N]);
    extracted
        .expand(info, Length(N))
        .and_then(|okm| okm.fill(out.as_mut_slice()))
        .map_err(|_| VaultError::Device("derivation"))?;
    Ok(out)
}

/// A name that says nothing without the key.
pub(crate) fn tag_16(key: &Key, parts: &[&[u8]]) -> [u8; 16] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.bytes()));
    for part in parts {
        context.update(part);
    }
    let mut name = [0; 16];
    name.copy_from_slice(&context.sign().as_ref()[..16]);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869, appendix A.1: the derivation is the one of the standard.
    #[test]
    fn derivation_is_hkdf_sha256() -> Result<(), VaultError> {
        let prk_of = |salt: &[u8], ikm: &[u8], info: &[u8]| {
            let mut out = [0; 32];
            let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(ikm);
            let info = [info];
            prk.expand(&info, Length(32)).and_then(|okm| okm.fill(&mut out)).map(|()| out).ok()
        };
        let key = Key::from_slice(&[0x0b; 32]).ok_or(VaultError::Closed)?;
        let ours = derive(b"salt", &[&key], &[b"in", b"fo"])?;
        assert_eq!(Some(*ours.bytes()), prk_of(b"salt", &[0x0b; 32], b"info"));
        Ok(())
    }

    #[test]
    fn another_purpose_gives_another_key() -> Result<(), VaultError> {
        let key = Key::random()?;
        assert_ne!(derive(b"s", &[&key], &[b"a"])?.bytes(), derive(b"s", &[&key], &[b"b"])?.bytes());
        assert_ne!(tag_16(&key, &[b"a"]), tag_16(&key, &[b"b"]));
        Ok(())
    }
}
