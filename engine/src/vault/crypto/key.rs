//! Keys in memory.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::vault::VaultError;

/// 32 secret bytes, wiped when dropped. On the heap, so that moving it leaves no copies behind, and without
/// `Debug`, so that nothing can print it.
#[derive(Clone)]
pub(crate) struct Key(Box<Zeroizing<[u8; 32]>>);

impl Key {
    /// A new one from the operating system.
    pub(crate) fn random() -> Result<Self, VaultError> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// Wraps bytes; `None` when they are not 32.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        (bytes.len() == 32).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Random bytes that are not secret: salts, nonces, names.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    SystemRandom::new().fill(bytes).map_err(|_| VaultError::Device("no randomness"))
}
