//! A full disk, as a small file system of its own. Mounting one needs root; without it the test says loudly that
//! it did not run.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use engine::vault::{Device, Kind, Limits, SecretFile, Vault, VaultError, VaultProblem};
use tempfile::TempDir;

use crate::world::{get, noise, note, now, pin, put, staff};

/// A mounted file system that goes away with the test.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "doorstep-test"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        let shout = "\n!!! SKIPPED: the full-disk test needs root to mount a small tmpfs. It did NOT run. !!!\n\n";
        std::io::stderr().write_all(shout.as_bytes()).unwrap();
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn filler(&self) -> std::path::PathBuf {
        self.path().join("filler")
    }

    /// Takes all that is left, to the last page.
    fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.filler()).unwrap();
        for block in [1 << 20, 1 << 16, 1 << 12] {
            while file.write_all(&vec![7; block]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn device(disk: &SmallDisk, reserve: u64) -> Device {
    let secret = Arc::new(SecretFile::new(disk.path().join("device").join("secret")));
    Device::open_with(disk.path(), secret, Limits::cheap_for_tests().with_reserve(reserve)).unwrap()
}

async fn unlock(device: &Device) -> Vault {
    device.unlock(&staff().id, &pin(), now()).await.unwrap()
}

async fn documents_are_whole(vault: &Vault) {
    for number in 0..3u64 {
        assert_eq!(get(vault, Kind::Document, &number.to_string()).await, Some(noise(number, 700_000)));
    }
}

async fn save(vault: &Vault, number: u128, length: usize) -> Result<(), VaultError> {
    let (note, entry) = note(number, &"Settled. ".repeat(length / 9));
    vault.save_note(&note, &entry, None).await
}

#[tokio::test]
async fn on_a_full_disk_notes_are_saved_documents_are_refused_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::mount(16) else { return };
    let device = device(&disk, 2 * 1024 * 1024);
    let vault = device.create_vault(&staff(), &pin(), now()).await.unwrap();
    for number in 0..3u64 {
        put(&vault, Kind::Document, &number.to_string(), &noise(number, 700_000)).await.unwrap();
    }
    disk.fill();

    let refused = put(&vault, Kind::Document, "9", &noise(9, 700_000)).await;
    assert!(matches!(refused, Err(VaultError::StorageFull)), "{refused:?}");
    for number in 0..20 {
        save(&vault, number, if number == 7 { 30_000 } else { 2000 }).await.unwrap();
    }
    assert!(vault.problems().contains(&VaultProblem::StorageFull));
    documents_are_whole(&vault).await;
    vault.close().await;

    // Now without reserve, and not a page is free.
    disk.fill();
    let vault = unlock(&device).await;
    documents_are_whole(&vault).await;
    assert_eq!(vault.list(Kind::Note).await.unwrap().items.len(), 20);
    assert_eq!(vault.list(Kind::Outbox).await.unwrap().items.len(), 20);
    assert!(vault.problems().contains(&VaultProblem::StorageFull));
    let mut saved = 20;
    for number in 100..400 {
        match save(&vault, number, 40_000).await {
            Ok(()) => saved += 1,
            Err(VaultError::StorageFull) => break,
            Err(error) => unreachable!("{error:?}"),
        }
    }
    assert!(saved < 320, "the disk was never full");
    assert_eq!(vault.list(Kind::Note).await.unwrap().items.len(), saved);
    vault.close().await;

    disk.make_room();
    let vault = unlock(&device).await;
    vault.tick(now()).await.unwrap();
    assert_eq!(vault.problems(), [], "the reserve is there again");
    documents_are_whole(&vault).await;
    assert_eq!(vault.list(Kind::Note).await.unwrap().items.len(), saved);
    put(&vault, Kind::Document, "9", &noise(9, 700_000)).await.unwrap();
}

/// The hardest case: full before it is opened, and a reserve too small for sled.
#[tokio::test]
async fn a_vault_opens_and_saves_notes_on_a_full_disk_without_its_index() {
    let Some(disk) = SmallDisk::mount(16) else { return };
    let device = device(&disk, 64 * 1024);
    let vault = device.create_vault(&staff(), &pin(), now()).await.unwrap();
    for number in 0..3u64 {
        put(&vault, Kind::Document, &number.to_string(), &noise(number, 700_000)).await.unwrap();
    }
    vault.close().await;
    disk.fill();
    let vault = unlock(&device).await;
    documents_are_whole(&vault).await;
    let mut saved = 0;
    while saved < 30 && save(&vault, saved, 1000).await.is_ok() {
        saved += 1;
    }
    assert!(saved >= 5, "only {saved} notes found room in the reserve");
    vault.close().await;
    let vault = unlock(&device).await;
    assert_eq!(vault.list(Kind::Note).await.unwrap().items.len() as u128, saved);
    disk.make_room();
    vault.tick(now()).await.unwrap();
    assert_eq!(vault.problems(), []);
}
