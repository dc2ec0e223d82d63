//! The slot: the vault's key, wrapped by PIN and device together. 128 bytes, kept twice.
//!
//! ```text
//! "DS" | format 1 | kind 1 | memory KiB u32 | passes u16 | lanes u16 | store id 16 | slot id 4 | salt 16 | nonce 12   60
//! commitment 16 | wrapped key 32 + tag 16 | CRC-32                                                                 68
//! ```
//! Numbers are big-endian. The checksum stays the last four bytes in every format to come, so that damage and a
//! newer format can be told apart.

use std::time::Instant;

use secrecy::SecretString;
use subtle::ConstantTimeEq;

use super::crypto::{Key, NONCE, PinCost, derive, derive_16, open, random, seal, stretch};
use super::{Limits, UnlockError, VaultError, twin};

/// Length of a slot file.
pub(crate) const LENGTH: usize = 128;
const HEADER: usize = 60;
const COMMITMENT: usize = 16;
const MAGIC: [u8; 2] = *b"DS";
const FORMAT: u8 = 1;
const KIND_PIN: u8 = 1;

/// A slot as read.
pub(crate) struct Slot {
    bytes: [u8; LENGTH],
}

/// Why a slot gave no key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SlotFault {
    /// The PIN (or the device secret) is another one.
    WrongPin,
    /// The PIN is right and the wrapped key does not open, or the file is not a slot.
    Damaged,
    /// A format this version does not know.
    Version(u8),
    /// The derivation itself failed: no memory.
    Device,
}

/// Whether these bytes are a whole slot of any format.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) && twin::has_crc(bytes)
}

impl Slot {
    /// Wraps `vault_key` for this PIN on this device, with as many passes as it needs to make a guess slow.
    pub(crate) fn seal(
        pin: &SecretString,
        device: &Key,
        vault_key: &Key,
        store_id: [u8; 16],
        limits: &Limits,
    ) -> Result<Self, VaultError> {
        let passes = calibrated(pin, limits)?;
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&[FORMAT, KIND_PIN]);
        bytes.extend_from_slice(&limits.memory_kib.to_be_bytes());
        bytes.extend_from_slice(&passes.to_be_bytes());
        bytes.extend_from_slice(&limits.lanes.to_be_bytes());
        bytes.extend_from_slice(&store_id);
        bytes.extend_from_slice(&random::<4>()?);
        bytes.extend_from_slice(&random::<16>()?);
        let nonce = random::<NONCE>()?;
        bytes.extend_from_slice(&nonce);
        let header = Self::array::<HEADER>(&bytes, 0);
        let (wrap, commitment) = wrapping(pin, device, &header)?;
        bytes.extend_from_slice(&commitment);
        let from = bytes.len();
        bytes.extend_from_slice(vault_key.bytes());
        seal(&wrap, nonce, &header, &mut bytes, from)?;
        Self::parse(&twin::with_crc(bytes)).map_err(|_| VaultError::Device("slot"))
    }

    /// Reads a slot file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, SlotFault> {
        if !is_whole(bytes) {
            return Err(SlotFault::Damaged);
        }
        match bytes.get(2) {
            Some(&FORMAT) => {}
            Some(&found) => return Err(SlotFault::Version(found)),
            None => return Err(SlotFault::Damaged),
        }
        Ok(Self { bytes: bytes.try_into().map_err(|_| SlotFault::Damaged)? })
    }

    /// The vault's key.
    pub(crate) fn open(&self, pin: &SecretString, device: &Key, limits: &Limits) -> Result<Key, SlotFault> {
        let cost = Self::cost(&self.bytes);
        // A slot made cheap by someone else is not worth a guess; one made absurdly dear would take the device down.
        if cost.memory_kib < limits.floor_kib || cost.passes < limits.floor_passes || !cost.is_sane() {
            return Err(SlotFault::Damaged);
        }
        let header = Self::array::<HEADER>(&self.bytes, 0);
        let (wrap, commitment) = wrapping(pin, device, &header).map_err(|_| SlotFault::Device)?;
        if !bool::from(commitment.ct_eq(&self.bytes[HEADER..HEADER + COMMITMENT])) {
            return Err(SlotFault::WrongPin);
        }
        let mut wrapped = self.bytes[HEADER + COMMITMENT..LENGTH - 4].to_vec();
        let nonce = Self::array::<NONCE>(&self.bytes, HEADER - NONCE);
        open(&wrap, nonce, &header, &mut wrapped).ok_or(SlotFault::Damaged)?;
        let key = Key::from_slice(&wrapped).ok_or(SlotFault::Damaged);
        zeroize::Zeroize::zeroize(&mut wrapped);
        key
    }

    /// The id of the store this slot opens.
    pub(crate) fn store_id(&self) -> [u8; 16] {
        Self::array(&self.bytes, 12)
    }

    /// The file's bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn cost(bytes: &[u8]) -> PinCost {
        PinCost {
            memory_kib: u32::from_be_bytes(Self::array(bytes, 4)),
            passes: u16::from_be_bytes(Self::array(bytes, 8)),
            lanes: u16::from_be_bytes(Self::array(bytes, 10)),
        }
    }

    fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
        let mut out = [0; N];
        out.copy_from_slice(&bytes[at..at + N]);
        out
    }
}

/// How many passes make a guess slow on this device: measured when the PIN is set, and then in the slot.
fn calibrated(pin: &SecretString, limits: &Limits) -> Result<u16, VaultError> {
    if limits.at_least.is_zero() {
        return Ok(limits.passes);
    }
    let cost = PinCost { memory_kib: limits.memory_kib, passes: limits.passes, lanes: limits.lanes };
    let start = Instant::now();
    stretch(pin, &random()?, cost)?;
    Ok(limits.passes_for(start.elapsed()))
}

/// The key that wraps, and the bytes that tell a wrong PIN from a damaged slot without opening anything.
fn wrapping(pin: &SecretString, device: &Key, header: &[u8; HEADER]) -> Result<(Key, [u8; 16]), VaultError> {
    let salt: [u8; 16] = Slot::array(header, 32);
    let stretched = stretch(pin, &salt, Slot::cost(header))?;
    let parts = [&stretched, device];
    let wrap = derive(&salt, &parts, &[b"doorstep/v1/slot-wrap", header])?;
    Ok((wrap, derive_16(&salt, &parts, &[b"doorstep/v1/slot-commit", header])?))
}

impl From<SlotFault> for UnlockError {
    fn from(fault: SlotFault) -> Self {
        match fault {
            SlotFault::WrongPin => Self::WrongPin { tries: 0, try_after: None, last: false },
            SlotFault::Damaged => Self::SlotDamaged,
            SlotFault::Version(found) => Self::UnknownVersion { found },
            SlotFault::Device => Self::Device("key derivation"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn slot() -> (Slot, Key, Key) {
        let (device, key) = (Key::random().unwrap(), Key::random().unwrap());
        let slot = Slot::seal(&pin("135790"), &device, &key, [7; 16], &Limits::cheap_for_tests()).unwrap();
        (slot, device, key)
    }

    #[test]
    fn only_this_pin_on_this_device_opens() {
        let (slot, device, key) = slot();
        let limits = Limits::cheap_for_tests();
        assert_eq!(slot.bytes().len(), LENGTH);
        assert_eq!(slot.store_id(), [7; 16]);
        assert_eq!(slot.open(&pin("135790"), &device, &limits).unwrap().bytes(), key.bytes());
        assert_eq!(slot.open(&pin("135791"), &device, &limits).err(), Some(SlotFault::WrongPin));
        let elsewhere = Key::random().unwrap();
        assert_eq!(slot.open(&pin("135790"), &elsewhere, &limits).err(), Some(SlotFault::WrongPin));
    }

    #[test]
    fn every_flipped_bit_is_damage_and_never_a_wrong_pin() {
        let (slot, _, _) = slot();
        for bit in 0..LENGTH * 8 {
            let mut bytes = slot.bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Slot::parse(&bytes).err(), Some(SlotFault::Damaged), "bit {bit}");
        }
    }

    #[test]
    fn a_wrapped_key_changed_with_its_checksum_is_damage_too() {
        let (slot, device, _) = slot();
        let mut bytes = slot.bytes()[..LENGTH - 4].to_vec();
        bytes[100] ^= 1;
        let changed = Slot::parse(&twin::with_crc(bytes)).unwrap();
        let found = changed.open(&pin("135790"), &device, &Limits::cheap_for_tests()).err();
        assert_eq!(found, Some(SlotFault::Damaged));
    }

    #[test]
    fn a_newer_format_is_told() {
        let (slot, _, _) = slot();
        let mut bytes = slot.bytes()[..LENGTH - 4].to_vec();
        bytes[2] = 9;
        assert_eq!(Slot::parse(&twin::with_crc(bytes)).err(), Some(SlotFault::Version(9)));
    }

    #[test]
    fn the_app_opens_no_cheap_slot() {
        let (slot, device, _) = slot();
        assert_eq!(slot.open(&pin("135790"), &device, &Limits::default()).err(), Some(SlotFault::Damaged));
    }
}
