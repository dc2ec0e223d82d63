//! How far a vault had come when this device last looked, kept away from the vault: a vault that is found behind
//! it was put back to an older copy, or lost something.

use std::path::PathBuf;

use super::VaultError;
use super::twin::{self, Found, How};

/// The generation a vault must at least have.
pub(crate) struct Anchor {
    path: PathBuf,
}

impl Anchor {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The generation last written; 0 when there is none that can be read.
    pub(crate) fn read(&self) -> Result<u64, VaultError> {
        let Found::Whole(bytes) = twin::read(&self.path, How::InPlace, twin::has_crc)? else { return Ok(0) };
        let generation = twin::without_crc(&bytes).and_then(|content| content.try_into().ok());
        Ok(generation.map_or(0, u64::from_be_bytes))
    }

    /// Writes a generation that is durable.
    pub(crate) fn write(&self, generation: u64) -> Result<(), VaultError> {
        Ok(twin::write(&self.path, &twin::with_crc(generation.to_be_bytes().to_vec()), How::InPlace)?)
    }
}
