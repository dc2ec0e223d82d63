//! Making and opening a vault: slow (the PIN is stretched) and on the disk, so always on a blocking thread.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use shared::identity::{Staff, StaffId};

use super::people::{Destroyed, Entry};
use super::tries::{Count, LAST};
use super::{Device, secret};
use crate::vault::anchor::Anchor;
use crate::vault::ballast::Ballast;
use crate::vault::crypto::{Key, random};
use crate::vault::keyring::Keys;
use crate::vault::lease_keys::LeaseKeys;
use crate::vault::recover::{Paths, recover};
use crate::vault::slot::{self, Slot, SlotFault};
use crate::vault::twin::{self, Found, How};
use crate::vault::writer::{Writer, day};
use crate::vault::{UnlockError, Vault, disk};

/// Digits a PIN must have.
const PIN_LENGTH: usize = 6;
/// How long a vault that was just closed may take to let go of its lock: 50 times 20 ms.
const LOCK_ATTEMPTS: u32 = 50;

/// Makes a vault. It is there once the list of people says so; a crash before leaves an unused folder.
pub(super) fn create(device: &Device, staff: &Staff, pin: &SecretString, now: Timestamp) -> Result<Vault, UnlockError> {
    long_enough(pin)?;
    let before = device.people_list().find(&staff.id)?;
    if before.as_ref().is_some_and(|entry| entry.destroyed.is_none()) {
        return Err(UnlockError::AlreadyThere);
    }
    let secret = secret::load(&*device.inner.secret)?;
    let entry = Entry { folder: hex::encode(random::<16>()?), staff: staff.clone(), destroyed: None };
    let folder = device.folder_of(&entry);
    disk::make_dir(&folder.join("objects"))?;
    let lock = lock(&folder)?;
    let (vault_key, store_id) = (Key::random()?, random()?);
    let slot = Slot::seal(pin, &secret, &vault_key, store_id, &device.inner.limits)?;
    twin::write(&folder.join("slot"), slot.bytes(), How::Replace)?;
    let keys = Keys::create(&folder.join("keys"), vault_key, store_id, day(now))?;
    // Made now, so that counting a try never needs room.
    device.tries_of(&entry).write(Count::default())?;
    device.only_here_of(&entry).set(false)?;
    let vault = open(device, &entry, keys, lock, true)?;
    device.people_list().change(|list| {
        list.retain(|line| line.staff.id != entry.staff.id);
        list.push(entry);
    })?;
    Ok(vault)
}

/// Opens a vault.
pub(super) fn unlock(
    device: &Device,
    staff: &StaffId,
    pin: &SecretString,
    now: Timestamp,
) -> Result<Vault, UnlockError> {
    let entry = living(device, staff)?;
    let folder = device.folder_of(&entry);
    let lock = lock(&folder)?;
    let (slot, vault_key) = try_pin(device, &entry, pin, now)?;
    let keys = Keys::load(&folder.join("keys"), vault_key, slot.store_id())?;
    // A new day's key is a good thing to have and no reason to stay locked on a full disk.
    let _ = keys.rotate(day(now));
    open(device, &entry, keys, lock, false)
}

/// Wraps the vault's key for another PIN. Only the slot changes.
pub(super) fn change_pin(
    device: &Device,
    staff: &StaffId,
    (old, new): (&SecretString, &SecretString),
    now: Timestamp,
) -> Result<(), UnlockError> {
    long_enough(new)?;
    let entry = living(device, staff)?;
    let (slot, vault_key) = try_pin(device, &entry, old, now)?;
    let secret = secret::load(&*device.inner.secret)?;
    let slot = Slot::seal(new, &secret, &vault_key, slot.store_id(), &device.inner.limits)?;
    Ok(twin::write(&device.folder_of(&entry).join("slot"), slot.bytes(), How::Replace)?)
}

/// Whether this is the person's PIN. Counted and answered like an unlocking; the vault may be open meanwhile.
pub(super) fn check_pin(
    device: &Device,
    staff: &StaffId,
    pin: &SecretString,
    now: Timestamp,
) -> Result<(), UnlockError> {
    try_pin(device, &living(device, staff)?, pin, now).map(drop)
}

/// The line of a person whose keys are there.
fn living(device: &Device, staff: &StaffId) -> Result<Entry, UnlockError> {
    let entry = device.people_list().find(staff)?.ok_or(UnlockError::NoVault)?;
    entry.destroyed.map_or(Ok(entry), |why| Err(UnlockError::Destroyed(why)))
}

fn long_enough(pin: &SecretString) -> Result<(), UnlockError> {
    let pin = pin.expose_secret();
    let good = pin.len() >= PIN_LENGTH && pin.bytes().all(|digit| digit.is_ascii_digit());
    if good { Ok(()) } else { Err(UnlockError::PinTooShort) }
}

/// The vault's key for a PIN. The try is counted before it is made, so that cutting the power does not undo it.
fn try_pin(device: &Device, entry: &Entry, pin: &SecretString, now: Timestamp) -> Result<(Slot, Key), UnlockError> {
    let slot = read_slot(&device.folder_of(entry))?;
    let secret = secret::load(&*device.inner.secret)?;
    let tries = device.tries_of(entry);
    let before = tries.read()?;
    if let Some(try_after) = before.try_after(now) {
        return Err(UnlockError::TooSoon { try_after });
    }
    let counted = before.and_one(now);
    tries.write(counted)?;
    match slot.open(pin, &secret, &device.inner.limits) {
        Ok(key) => {
            tries.write(Count::default())?;
            Ok((slot, key))
        }
        Err(SlotFault::WrongPin) => wrong(device, entry, counted, now),
        Err(fault) => {
            // It was not the PIN that was wrong.
            tries.write(before)?;
            Err(fault.into())
        }
    }
}

/// What follows from a wrong PIN that was counted.
fn wrong<T>(device: &Device, entry: &Entry, counted: Count, now: Timestamp) -> Result<T, UnlockError> {
    let spared = device.only_here_of(entry).get()?;
    if counted.wrong >= LAST && !spared {
        device.destroy(entry, Destroyed::WrongPins)?;
        return Err(UnlockError::Destroyed(Destroyed::WrongPins));
    }
    let last = counted.wrong + 1 >= LAST && !spared;
    Err(UnlockError::WrongPin { tries: counted.wrong, try_after: counted.try_after(now), last })
}

fn read_slot(folder: &Path) -> Result<Slot, UnlockError> {
    match twin::read(&folder.join("slot"), How::Replace, slot::is_whole)? {
        Found::Whole(bytes) => Ok(Slot::parse(&bytes)?),
        Found::Missing | Found::Damaged(_) => Err(UnlockError::SlotDamaged),
    }
}

fn ballast_of(device: &Device, entry: &Entry) -> Ballast {
    Ballast::new(device.folder_of(entry).join("ballast"), device.inner.limits.ballast_bytes)
}

/// Opens everything behind the keys and starts the writer.
fn open(device: &Device, entry: &Entry, keys: Keys, lock: File, new: bool) -> Result<Vault, UnlockError> {
    let paths = Paths { folder: device.folder_of(entry) };
    let keys = Arc::new(keys);
    let leases = LeaseKeys::load(&paths.folder.join("lease.keys"), Arc::clone(&keys))?;
    let mut ballast = ballast_of(device, entry);
    let anchor = Anchor::new(device.inner.folder.join("device").join(format!("anchor-{}", entry.folder)));
    let recovered = recover(&paths, &keys, &mut ballast, anchor.read()?, new)?;
    Ok(Vault::start(Writer::start(paths, keys, recovered, leases, ballast, anchor, lock)?)?)
}

/// One opening at a time. sled's own lock does not exist on phones.
fn lock(folder: &Path) -> Result<File, UnlockError> {
    let file = disk::private().write(true).create(true).truncate(false).open(folder.join("lock"))?;
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(UnlockError::Locked)
}
