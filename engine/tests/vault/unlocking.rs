//! What opens a vault and what does not, and that nothing is deleted either way.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use engine::vault::{Destroyed, Device, Kind, UnlockError};
use secrecy::SecretString;
use shared::identity::StaffId;

use crate::world::{World, copy, files, get, minutes_later, now, pin, put, staff};

/// Everything on the disk but the counter of tries.
fn contents(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = files(world.folder.path()).into_iter();
    let paths = paths.filter(|path| !path.to_string_lossy().contains("tries-"));
    paths.map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

async fn filled() -> World {
    let world = World::new();
    let vault = world.create().await;
    put(&vault, Kind::Note, "a", b"kept").await.unwrap();
    vault.close().await;
    world
}

/// Changes files and expects an error and that all else stays as it was.
async fn after(change: impl FnOnce(&World)) -> UnlockError {
    let world = filled().await;
    change(&world);
    let before = contents(&world);
    let error = world.unlock().await.unwrap_err();
    assert!(contents(&world) == before, "an error changed a file");
    error
}

fn both(path: PathBuf) -> [PathBuf; 2] {
    let mut spare = path.clone().into_os_string();
    spare.push(".spare");
    [path, spare.into()]
}

#[tokio::test]
async fn wrong_pin_damaged_slot_unknown_version_and_missing_secret_are_four_errors() {
    let world = filled().await;
    let before = contents(&world);
    let wrong = world.device.unlock(&staff().id, &SecretString::from("000000"), now()).await.unwrap_err();
    assert!(matches!(wrong, UnlockError::WrongPin { tries: 1, try_after: None, last: false }));
    assert!(contents(&world) == before);

    let damaged = after(|world| both(world.vault().join("slot")).iter().for_each(|slot| flip(slot, 50))).await;
    assert!(matches!(damaged, UnlockError::SlotDamaged), "{damaged:?}");
    let gone = after(|world| both(world.vault().join("slot")).iter().for_each(|slot| fs::remove_file(slot).unwrap()));
    assert!(matches!(gone.await, UnlockError::SlotDamaged));

    let unknown = after(|world| both(world.vault().join("slot")).iter().for_each(|slot| set_version(slot, 7))).await;
    assert!(matches!(unknown, UnlockError::UnknownVersion { found: 7 }), "{unknown:?}");

    let secret = |world: &World| both(world.folder.path().join("device/secret"));
    let missing = after(|world| secret(world).iter().for_each(|path| fs::remove_file(path).unwrap())).await;
    assert!(matches!(missing, UnlockError::DeviceSecretMissing), "{missing:?}");

    let keys = after(|world| both(world.vault().join("keys")).iter().for_each(|path| flip(path, 30))).await;
    assert!(matches!(keys, UnlockError::KeysDamaged), "{keys:?}");
}

#[tokio::test]
async fn a_lost_device_secret_is_not_made_anew_over_a_vault() {
    let world = filled().await;
    for path in both(world.folder.path().join("device/secret")) {
        fs::remove_file(path).unwrap();
    }
    let device = Device::open_for_tests(world.folder.path()).unwrap();
    let error = device.unlock(&staff().id, &pin(), now()).await.unwrap_err();
    assert!(matches!(error, UnlockError::DeviceSecretMissing));
}

/// So many wrong PINs, each as soon as it may be tried. Answers the last error and the minute after its wait.
async fn wrong_pins(world: &World, count: u32) -> (UnlockError, i64) {
    let (mut minute, mut last) = (0, None);
    for tries in 1..=count {
        let at = minutes_later(minute);
        let error = world.device.unlock(&staff().id, &SecretString::from("111111"), at).await.unwrap_err();
        if let UnlockError::WrongPin { tries: counted, try_after, .. } = &error {
            assert_eq!(*counted, tries);
            let wait = try_after.map_or(0, |after| (after.as_second() - at.as_second()) / 60);
            assert_eq!(wait, [0, 0, 0, 0, 1, 5, 15, 15, 15, 60, 60, 60][tries as usize - 1]);
            if wait > 0 {
                let early =
                    world.device.unlock(&staff().id, &pin(), minutes_later(minute + wait - 1)).await.unwrap_err();
                assert!(matches!(early, UnlockError::TooSoon { .. }), "even the right PIN waits");
            }
            minute += wait;
        }
        last = Some(error);
    }
    (last.unwrap(), minute)
}

#[tokio::test]
async fn nine_wrong_pins_wait_longer_and_longer_and_the_next_is_announced() {
    let world = filled().await;
    let (eighth, _) = wrong_pins(&world, 8).await;
    assert!(matches!(eighth, UnlockError::WrongPin { last: false, .. }));
    let world = filled().await;
    let (ninth, minute) = wrong_pins(&world, 9).await;
    assert!(matches!(ninth, UnlockError::WrongPin { last: true, .. }), "{ninth:?}");
    assert!(world.device.people(minutes_later(minute)).unwrap()[0].last_try);
    let vault = world.device.unlock(&staff().id, &pin(), minutes_later(minute)).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await.as_deref(), Some(&b"kept"[..]));
    let person = &world.device.people(now()).unwrap()[0];
    assert!((person.tries, person.last_try) == (0, false));
}

#[tokio::test]
async fn the_tenth_wrong_pin_destroys_the_keys_and_says_so_from_then_on() {
    let world = filled().await;
    let (old, before) = (world.vault(), tempfile::tempdir().unwrap());
    copy(&old, before.path());
    let (tenth, minute) = wrong_pins(&world, 10).await;
    assert!(matches!(tenth, UnlockError::Destroyed(Destroyed::WrongPins)), "{tenth:?}");
    assert!(!old.exists());
    for device in [world.device.clone(), Device::open_for_tests(world.folder.path()).unwrap()] {
        let after = device.unlock(&staff().id, &pin(), minutes_later(minute + 999)).await.unwrap_err();
        assert!(matches!(after, UnlockError::Destroyed(Destroyed::WrongPins)));
        assert_eq!(device.people(now()).unwrap()[0].destroyed, Some(Destroyed::WrongPins));
    }
    // What was left of it, as a copy kept its data and not its keys, opens with nothing.
    copy(before.path(), &old);
    for name in ["slot", "slot.spare", "keys", "keys.spare", "lease.keys"] {
        let _ = fs::remove_file(old.join(name));
    }
    assert!(world.device.unlock(&staff().id, &pin(), minutes_later(minute + 999)).await.is_err());
    // The person starts again, and finds nothing of before.
    let vault = world.device.create_vault(&staff(), &pin(), now()).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await, None);
    assert_eq!(world.device.people(now()).unwrap().len(), 1);
}

#[tokio::test]
async fn a_power_cut_in_the_middle_of_destroying_is_finished_at_the_next_start() {
    let world = filled().await;
    let (old, before) = (world.vault(), tempfile::tempdir().unwrap());
    copy(&old, before.path());
    wrong_pins(&world, 10).await;
    copy(before.path(), &old);
    assert!(!files(&old).is_empty());
    let device = Device::open_for_tests(world.folder.path()).unwrap();
    assert!(!old.exists(), "the keys were still there");
    assert!(matches!(device.unlock(&staff().id, &pin(), minutes_later(999)).await, Err(UnlockError::Destroyed(_))));
}

#[tokio::test]
async fn a_vault_with_notes_that_are_nowhere_else_is_never_destroyed() {
    let world = filled().await;
    world.device.set_only_here(&staff().id, true).unwrap();
    let (twelfth, minute) = wrong_pins(&world, 12).await;
    assert!(matches!(twelfth, UnlockError::WrongPin { last: false, .. }), "{twelfth:?}");
    assert!(!world.device.people(now()).unwrap()[0].last_try);
    let vault = world.device.unlock(&staff().id, &pin(), minutes_later(minute)).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await.as_deref(), Some(&b"kept"[..]));
    // A mark that cannot be read counts as set.
    vault.close().await;
    let mark = |suffix: &str| {
        let name = world.vault().file_name().unwrap().to_string_lossy().into_owned();
        world.folder.path().join("device").join(format!("only-here-{name}{suffix}"))
    };
    for path in [mark(""), mark(".spare")] {
        fs::write(path, b"rubbish").unwrap();
    }
    assert_eq!(world.device.only_here().unwrap(), [staff().id]);
}

#[tokio::test]
async fn a_try_is_counted_before_it_is_made() {
    let world = filled().await;
    // What a power cut during a try leaves: the slot cannot be looked at any more, the count can.
    let _ = world.device.check_pin(&staff().id, &SecretString::from("999999"), now()).await.unwrap_err();
    assert_eq!(world.device.people(now()).unwrap()[0].tries, 1);
    world.device.check_pin(&staff().id, &pin(), now()).await.unwrap();
    assert_eq!(world.device.people(now()).unwrap()[0].tries, 0);
}

#[tokio::test]
async fn a_pin_is_six_digits_or_more() {
    let world = World::new();
    for bad in ["", "12345", "12345a", "１２３４５６", "secret"] {
        let made = world.device.create_vault(&staff(), &SecretString::from(bad), now()).await;
        assert!(matches!(made, Err(UnlockError::PinTooShort)), "{bad}");
    }
}

/// Each file of one person in the place of the other's, alone and with all the others: nothing of the first is shown.
#[tokio::test]
async fn nothing_of_one_persons_vault_opens_with_all_the_keys_of_another() {
    let world = filled().await;
    let vault = world.unlock().await.unwrap();
    put(&vault, Kind::Document, "p", &[b'A'; 9000]).await.unwrap();
    put(&vault, Kind::Draft, "p", b"half a sentence of A").await.unwrap();
    vault.close().await;
    let mut other = staff();
    other.id = StaffId::new("carer-2");
    let vault = world.device.create_vault(&other, &SecretString::from("975310"), now()).await.unwrap();
    put(&vault, Kind::Note, "b", b"of B").await.unwrap();
    vault.close().await;
    let (mine, theirs) = (world.vault(), world.device.folder(&other.id).unwrap().unwrap());
    let saved = tempfile::tempdir().unwrap();
    copy(&theirs, saved.path());
    let all: Vec<_> = files(&mine).iter().map(|path| path.strip_prefix(&mine).unwrap().to_owned()).collect();
    assert!(all.len() > 8, "{all:?}");
    let mut sets: Vec<Vec<PathBuf>> = all.iter().map(|path| vec![path.clone()]).collect();
    let keys = ["slot", "slot.spare", "keys", "keys.spare"].map(PathBuf::from);
    sets.push(all.iter().filter(|path| !keys.contains(path)).cloned().collect());
    sets.push(all.clone());
    for set in sets {
        fs::remove_dir_all(&theirs).unwrap();
        copy(saved.path(), &theirs);
        for name in &set {
            fs::create_dir_all(theirs.join(name).parent().unwrap()).unwrap();
            fs::copy(mine.join(name), theirs.join(name)).unwrap();
        }
        let device = Device::open_for_tests(world.folder.path()).unwrap();
        let Ok(vault) = device.unlock(&other.id, &SecretString::from("975310"), now()).await else {
            reset(&device, &other.id).await;
            continue;
        };
        for kind in Kind::ALL {
            let listing = vault.list(kind).await.unwrap();
            let foreign = listing.items.iter().find(|item| item.value.bytes() != b"of B");
            assert!(foreign.is_none(), "{kind:?} of A with {set:?}");
        }
        vault.close().await;
    }
}

/// A failed opening may have counted as a wrong PIN.
async fn reset(device: &Device, staff: &StaffId) {
    let folder = device.folder(staff).unwrap().unwrap();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let own = folder.parent().unwrap().parent().unwrap().join("device");
    for suffix in ["", ".spare"] {
        let _ = fs::remove_file(own.join(format!("tries-{name}{suffix}")));
    }
}

#[tokio::test]
async fn a_new_pin_opens_and_the_old_one_does_not() {
    let world = filled().await;
    let new = SecretString::from("975310");
    let short = world.device.change_pin(&staff().id, &pin(), &SecretString::from("12345"), now()).await;
    assert!(matches!(short, Err(UnlockError::PinTooShort)));
    world.device.change_pin(&staff().id, &pin(), &new, now()).await.unwrap();
    assert!(matches!(world.unlock().await, Err(UnlockError::WrongPin { .. })));
    let vault = world.device.unlock(&staff().id, &new, now()).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await.as_deref(), Some(&b"kept"[..]));
}

#[tokio::test]
async fn two_people_share_a_device_and_no_key() {
    let world = filled().await;
    let mut other = staff();
    other.id = StaffId::new("carer-2");
    let vault = world.device.create_vault(&other, &pin(), now()).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await, None);
    vault.close().await;
    assert_eq!(world.device.people(now()).unwrap().len(), 2);

    // The other's sealed files in the first one's place open nothing.
    let theirs = world.device.folder(&other.id).unwrap().unwrap();
    for name in ["outbox.log", "keys", "keys.spare"] {
        fs::copy(world.vault().join(name), theirs.join(name)).unwrap();
    }
    let error = world.device.unlock(&other.id, &pin(), now()).await.unwrap_err();
    assert!(matches!(error, UnlockError::KeysDamaged));
}

#[tokio::test]
async fn a_vault_that_is_open_is_not_opened_again_and_opens_after() {
    let world = World::new();
    let vault = world.create().await;
    assert!(matches!(world.unlock().await, Err(UnlockError::Locked)));
    drop(vault);
    world.unlock().await.unwrap();
    assert!(matches!(world.device.create_vault(&staff(), &pin(), now()).await, Err(UnlockError::AlreadyThere)));
    let nobody = world.device.unlock(&StaffId::new("nobody"), &pin(), now()).await;
    assert!(matches!(nobody, Err(UnlockError::NoVault)));
}

#[tokio::test]
async fn a_name_told_anew_is_kept() {
    let world = filled().await;
    let mut married = staff();
    married.name = "Adaeze Brown".into();
    world.device.update_person(&married).unwrap();
    assert_eq!(world.device.people(now()).unwrap()[0].staff, married);
    let again = Device::open_for_tests(world.folder.path()).unwrap();
    assert_eq!(again.id(), world.device.id());
    assert_eq!(again.people(now()).unwrap()[0].staff, married);
}

fn flip(path: &std::path::Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

/// Another format, as a later version would write it: with the checksum that fits.
fn set_version(path: &std::path::Path, version: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[2] = version;
    let end = bytes.len() - 4;
    let crc = crc32fast::hash(&bytes[..end]).to_be_bytes();
    bytes[end..].copy_from_slice(&crc);
    fs::write(path, bytes).unwrap();
}
