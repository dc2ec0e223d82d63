//! Ciphers: ring for all but the PIN, argon2 for the PIN. Nothing here knows a file.

mod aead;
mod derive;
mod key;
mod pin;

pub(crate) use aead::{NONCE, TAG, open, seal};
pub(crate) use derive::{derive, derive_16, tag_16};
pub(crate) use key::{Key, random};
pub(crate) use pin::{PinCost, stretch};
