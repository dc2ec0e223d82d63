//! What happens inside a session. Run by the tests of `main.rs`, never by themselves.

use std::fs;
use std::path::Path;

use engine::SecretPlace;
use engine::vault::{Device, KeyStoreFault, Limits, UnlockError, VaultError, keeper};
use jiff::Timestamp;
use secrecy::SecretString;
use shared::identity::{Organisation, Role, Staff, StaffId};
use tempfile::TempDir;

use crate::session;

fn pin() -> SecretString {
    SecretString::from("246810")
}

fn crew() -> Staff {
    let organisation = Organisation { ods: "RX9".into(), name: "A trust".into() };
    Staff {
        id: StaffId::new("crew"),
        name: "Crew".into(),
        role: Role::EmergencyClinician,
        job_title: "Paramedic".into(),
        organisation,
    }
}

fn open(folder: &Path, wanted: SecretPlace) -> Result<Device, VaultError> {
    Device::open_with(folder, keeper(folder, wanted)?, Limits::cheap_for_tests())
}

async fn used(folder: &Path, wanted: SecretPlace) -> Device {
    let device = open(folder, wanted).unwrap();
    device.create_vault(&crew(), &pin(), Timestamp::now()).await.unwrap().close().await;
    device
}

async fn unlocks(folder: &Path) -> Result<(), UnlockError> {
    let device = open(folder, SecretPlace::KeyStore)?;
    device.unlock(&crew().id, &pin(), Timestamp::now()).await?.close().await;
    Ok(())
}

fn in_file(folder: &Path) -> bool {
    ["secret", "secret.spare"].iter().any(|name| folder.join("device").join(name).exists())
}

fn copied(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    copy(from, to.path());
    to
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|it| (it.path(), it.file_name())).unwrap();
        if path.is_dir() {
            fs::create_dir_all(to.join(&name)).unwrap();
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn a_new_device() {
    session::begin();
    let folder = tempfile::tempdir().unwrap();
    let device = used(folder.path(), SecretPlace::KeyStore).await;
    assert_eq!(device.secret_place(), SecretPlace::KeyStore);
    drop(device);
    assert!(!in_file(folder.path()));
    unlocks(folder.path()).await.unwrap();
    // Nobody asks for the file again: it is in the key store and stays there.
    assert_eq!(open(folder.path(), SecretPlace::File).unwrap().secret_place(), SecretPlace::KeyStore);
    session::without_a_bus("stories::elsewhere", folder.path());
    unlocks(folder.path()).await.unwrap();
}

/// The other half of [`a_new_device`]: its folder where no key store answers, and a new device there.
#[tokio::test]
#[ignore = "needs a folder of another story"]
async fn elsewhere() {
    let folder = std::env::var("FOLDER").unwrap();
    let refused = open(Path::new(&folder), SecretPlace::KeyStore).err();
    assert!(matches!(refused, Some(VaultError::KeyStore(KeyStoreFault::Absent))), "{refused:?}");
    assert!(!in_file(Path::new(&folder)), "no second secret");
    let other = tempfile::tempdir().unwrap();
    assert_eq!(used(other.path(), SecretPlace::KeyStore).await.secret_place(), SecretPlace::File);
    unlocks(other.path()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn a_secret_moves() {
    session::begin();
    let folder = tempfile::tempdir().unwrap();
    drop(used(folder.path(), SecretPlace::File).await);
    assert!(in_file(folder.path()));
    assert_eq!(open(folder.path(), SecretPlace::File).unwrap().secret_place(), SecretPlace::File, "as it was set up");
    assert_eq!(open(folder.path(), SecretPlace::KeyStore).unwrap().secret_place(), SecretPlace::KeyStore);
    assert!(!in_file(folder.path()));
    unlocks(folder.path()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn locked() {
    session::begin();
    let folder = tempfile::tempdir().unwrap();
    drop(used(folder.path(), SecretPlace::KeyStore).await);
    session::lock();
    let refused = open(folder.path(), SecretPlace::KeyStore).err();
    assert!(matches!(refused, Some(VaultError::KeyStore(KeyStoreFault::Locked))), "{refused:?}");
    assert!(!in_file(folder.path()), "no second secret");
    session::unlock();
    unlocks(folder.path()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn nothing_taken() {
    session::begin();
    let folder = tempfile::tempdir().unwrap();
    drop(used(folder.path(), SecretPlace::File).await);
    assert_eq!(open(folder.path(), SecretPlace::KeyStore).unwrap().secret_place(), SecretPlace::File);
    assert!(in_file(folder.path()));
    unlocks(folder.path()).await.unwrap();
    // Where items go that end with the session, a secret would end with it.
    session::unlock();
    session::default_to_the_session();
    assert_eq!(open(folder.path(), SecretPlace::KeyStore).unwrap().secret_place(), SecretPlace::File);
    unlocks(folder.path()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn cut_off() {
    session::begin();
    let folder = tempfile::tempdir().unwrap();
    drop(used(folder.path(), SecretPlace::File).await);
    let before = copied(folder.path());
    drop(open(folder.path(), SecretPlace::KeyStore).unwrap());
    // The store has it and nothing says so yet.
    let early = copied(before.path());
    unlocks(early.path()).await.unwrap();
    // The note is written and the file not removed yet: the store is not even needed.
    for name in ["secret", "secret.spare"] {
        fs::copy(before.path().join("device").join(name), folder.path().join("device").join(name)).unwrap();
    }
    session::lock();
    unlocks(folder.path()).await.unwrap();
    session::unlock();
    unlocks(folder.path()).await.unwrap();
    assert!(!in_file(folder.path()), "removed at the next start");
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn another_secret() {
    session::begin();
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(used(folder.path(), SecretPlace::KeyStore).await);
    drop(used(other.path(), SecretPlace::KeyStore).await);
    let note = |folder: &TempDir| folder.path().join("device/key-store");
    let notes = (note(&other), note(&folder));
    // Its client may not run inside this runtime.
    std::thread::spawn(move || session::give_the_secret_of(&notes.0, &notes.1)).join().unwrap();
    for _ in 0..11 {
        let error = unlocks(folder.path()).await.unwrap_err();
        assert!(matches!(error, UnlockError::DeviceSecretMissing), "{error:?}");
    }
    let people = open(folder.path(), SecretPlace::KeyStore).unwrap().people(Timestamp::now()).unwrap();
    assert!(people[0].destroyed.is_none() && people[0].tries == 0);
}

#[tokio::test]
#[ignore = "needs a session of its own"]
async fn wiped() {
    session::begin();
    let folder = tempfile::tempdir().unwrap();
    let device = used(folder.path(), SecretPlace::KeyStore).await;
    let copy = copied(folder.path());
    device.wipe().unwrap();
    let error = unlocks(copy.path()).await.unwrap_err();
    assert!(matches!(error, UnlockError::DeviceSecretMissing), "{error:?}");
    // The folder is that of a new device, with a secret of its own.
    drop(used(folder.path(), SecretPlace::KeyStore).await);
    unlocks(folder.path()).await.unwrap();
}
