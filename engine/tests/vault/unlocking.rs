//! What opens a vault and what does not, and that nothing is deleted either way.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use engine::vault::{Device, Kind, UnlockError};
use secrecy::SecretString;
use shared::identity::StaffId;

use crate::world::{World, files, get, minutes_later, now, pin, put, staff};

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
    assert!(matches!(wrong, UnlockError::WrongPin { tries: 1, try_after: None }));
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

#[tokio::test]
async fn wrong_pins_wait_longer_and_longer_and_never_destroy() {
    let world = filled().await;
    let wrong = SecretString::from("111111");
    let mut minute = 0;
    for tries in 1..=12u32 {
        let error = world.device.unlock(&staff().id, &wrong, minutes_later(minute)).await.unwrap_err();
        let UnlockError::WrongPin { tries: counted, try_after } = error else { unreachable!("{error:?}") };
        assert_eq!(counted, tries);
        let wait = try_after.map_or(0, |after| (after.as_second() - minutes_later(minute).as_second()) / 60);
        assert_eq!(wait, [0, 0, 0, 0, 1, 5, 15, 15, 15, 60, 60, 60][tries as usize - 1]);
        if wait > 0 {
            let early = world.device.unlock(&staff().id, &pin(), minutes_later(minute + wait - 1)).await.unwrap_err();
            assert!(matches!(early, UnlockError::TooSoon { .. }), "even the right PIN waits");
            assert!(world.device.people(minutes_later(minute)).unwrap()[0].try_after.is_some());
        }
        minute += wait;
    }
    let vault = world.device.unlock(&staff().id, &pin(), minutes_later(minute)).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await.as_deref(), Some(&b"kept"[..]));
    assert_eq!(world.device.people(now()).unwrap()[0].tries, 0);
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
