//! The PIN, made slow to guess (Argon2id, RFC 9106).

use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Key;
use crate::vault::VaultError;

/// What one guess costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PinCost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u16,
    pub(crate) lanes: u16,
}

impl PinCost {
    /// A gibibyte and 64 passes: more than any phone takes, and a bound for what a damaged file may ask for.
    pub(crate) const fn is_sane(self) -> bool {
        self.memory_kib <= 1024 * 1024 && self.passes >= 1 && self.passes <= 64 && self.lanes >= 1 && self.lanes <= 8
    }
}

/// The stretched PIN. The memory it took is wiped.
pub(crate) fn stretch(pin: &SecretString, salt: &[u8; 16], cost: PinCost) -> Result<Key, VaultError> {
    let failed = |_| VaultError::Device("key derivation");
    let params = Params::new(cost.memory_kib, cost.passes.into(), cost.lanes.into(), Some(32)).map_err(failed)?;
    let mut blocks = Zeroizing::new(vec![Block::new(); params.block_count()]);
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(pin.expose_secret().as_bytes(), salt, out.as_mut_slice(), &mut blocks[..])
        .map_err(failed)?;
    Key::from_slice(&*out).ok_or(VaultError::Device("key derivation"))
}
