//! What is inside a seal: the caller's key and value, compressed where that pays, and filling that hides the size.
//!
//! ```text
//! compressed 1 | key length u16 | key | value length u32 | stored length u32 | stored bytes | zeros
//! ```

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use zeroize::Zeroizing;

use super::write::MAX_PLAINTEXT;
use super::{Kind, VaultError};

/// The longest key, bytes.
const MAX_KEY: usize = 256;

/// Packs a record.
///
/// # Errors
/// [`VaultError::TooLarge`] before anything of the value's size is allocated.
pub(crate) fn pack(kind: Kind, key: &str, value: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    within(value.len(), MAX_PLAINTEXT)?;
    within(key.len(), MAX_KEY)?;
    let deflated = if kind.compresses() { Some(deflate(value)?) } else { None };
    let stored = deflated.as_deref().filter(|deflated| deflated.len() < value.len());
    let body = stored.map_or(value, |stored| stored);
    let mut out = Zeroizing::new(Vec::with_capacity(body.len() + key.len() + 11 + kind.padding()));
    out.push(u8::from(stored.is_some()));
    out.extend_from_slice(&length_u16(key.len())?);
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(&length_u32(value.len())?);
    out.extend_from_slice(&length_u32(body.len())?);
    out.extend_from_slice(body);
    let padded = out.len().next_multiple_of(kind.padding());
    out.resize(padded, 0);
    Ok(out)
}

/// Unpacks a record that was opened. `None` when it is not what [`pack`] makes, or would grow beyond what it
/// says or beyond [`MAX_PLAINTEXT`]: a document that unfolds without end is refused while it unfolds.
pub(crate) fn unpack(packed: &[u8]) -> Option<(String, Zeroizing<Vec<u8>>)> {
    let (key, deflated, length, body) = parts(packed)?;
    if length > MAX_PLAINTEXT {
        return None;
    }
    let value = if deflated {
        inflate(body, length)?
    } else if body.len() == length {
        Zeroizing::new(body.to_vec())
    } else {
        return None;
    };
    Some((key, value))
}

/// Only the caller's key, for listings that need no value.
pub(crate) fn unpack_key(packed: &[u8]) -> Option<String> {
    parts(packed).map(|(key, ..)| key)
}

fn parts(packed: &[u8]) -> Option<(String, bool, usize, &[u8])> {
    let (&compressed, rest) = packed.split_first()?;
    let (key_length, rest) = rest.split_first_chunk::<2>()?;
    let (key, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*key_length)))?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (stored, rest) = rest.split_first_chunk::<4>()?;
    let (body, _) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*stored)).ok()?)?;
    let key = std::str::from_utf8(key).ok()?.to_owned();
    Some((key, compressed == 1, usize::try_from(u32::from_be_bytes(*length)).ok()?, body))
}

fn deflate(value: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(value.len() / 4), Compression::default());
    encoder.write_all(value)?;
    Ok(Zeroizing::new(encoder.finish()?))
}

fn inflate(body: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    // One byte more than promised is enough to know that the promise is broken.
    let mut value = Zeroizing::new(Vec::with_capacity(length + 1));
    DeflateDecoder::new(body).take(length as u64 + 1).read_to_end(&mut value).ok()?;
    (value.len() == length).then_some(value)
}

fn within(size: usize, limit: usize) -> Result<(), VaultError> {
    if size > limit { Err(VaultError::TooLarge { size, limit }) } else { Ok(()) }
}

fn length_u16(length: usize) -> Result<[u8; 2], VaultError> {
    u16::try_from(length).map(u16::to_be_bytes).map_err(|_| VaultError::TooLarge { size: length, limit: MAX_KEY })
}

fn length_u32(length: usize) -> Result<[u8; 4], VaultError> {
    let limit = MAX_PLAINTEXT;
    u32::try_from(length).map(u32::to_be_bytes).map_err(|_| VaultError::TooLarge { size: length, limit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(key in ".{0,60}", value in proptest::collection::vec(any::<u8>(), 0..5000)) {
            for kind in Kind::ALL {
                let packed = pack(kind, &key, &value).unwrap();
                prop_assert_eq!(packed.len() % kind.padding(), 0);
                let (key_again, value_again) = unpack(&packed).unwrap();
                prop_assert_eq!(&key_again, &key);
                prop_assert_eq!(&*value_again, &value);
                prop_assert_eq!(unpack_key(&packed), Some(key.clone()));
            }
        }

        #[test]
        fn rubbish_is_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&bytes);
        }
    }

    #[test]
    fn a_document_of_like_text_is_stored_small() {
        let value = b"{\"resourceType\":\"Observation\"}".repeat(2000);
        assert!(pack(Kind::Document, "p", &value).unwrap().len() <= 8192);
    }

    #[test]
    fn a_value_over_the_limit_is_refused() {
        let value = vec![0; MAX_PLAINTEXT + 1];
        assert!(matches!(pack(Kind::Document, "p", &value), Err(VaultError::TooLarge { .. })));
        assert!(matches!(pack(Kind::Note, &"k".repeat(257), b""), Err(VaultError::TooLarge { .. })));
    }

    #[test]
    fn a_compressed_bomb_is_refused() {
        let bomb = deflate(&vec![0; 64 * 1024 * 1024]).unwrap();
        for promised in [100u32, 8 * 1024 * 1024, u32::MAX] {
            let mut packed = vec![1, 0, 0];
            packed.extend_from_slice(&promised.to_be_bytes());
            packed.extend_from_slice(&u32::try_from(bomb.len()).unwrap().to_be_bytes());
            packed.extend_from_slice(&bomb);
            assert!(unpack(&packed).is_none(), "promised {promised}");
        }
    }
}
