//! The end of a lease.

use std::fs;

use engine::vault::{Kind, VaultError, Write};

use crate::world::{World, copy, files, get, lease, noise, put};

const PATIENT: &str = "p-1";

async fn filled(world: &World) -> engine::vault::Vault {
    let vault = world.create().await;
    let document = Write::put(Kind::Document, PATIENT, noise(1, 100_000)).leased(lease(1));
    let person = Write::put(Kind::Person, PATIENT, b"Edna".to_vec()).leased(lease(1));
    vault.put(vec![document, person]).await.unwrap();
    vault.put(vec![Write::put(Kind::Document, "p-2", noise(2, 100_000)).leased(lease(2))]).await.unwrap();
    put(&vault, Kind::Note, "n-1", b"unsent").await.unwrap();
    vault
}

#[tokio::test]
async fn a_shredded_lease_takes_its_records_and_nothing_else() {
    let world = World::new();
    let vault = filled(&world).await;
    vault.shred(lease(1)).await.unwrap();
    vault.shred(lease(99)).await.unwrap();
    for restart in [false, true] {
        if restart {
            vault.close().await;
        }
        let vault = if restart { world.unlock().await.unwrap() } else { vault.clone() };
        assert_eq!(get(&vault, Kind::Document, PATIENT).await, None);
        assert_eq!(get(&vault, Kind::Person, PATIENT).await, None);
        assert_eq!(get(&vault, Kind::Document, "p-2").await, Some(noise(2, 100_000)));
        assert_eq!(get(&vault, Kind::Note, "n-1").await.as_deref(), Some(&b"unsent"[..]));
        assert_eq!(vault.problems(), []);
    }
    assert_eq!(files(&world.vault().join("objects")).len(), 1);
}

#[tokio::test]
async fn a_document_fetched_again_under_a_lease_once_shredded_is_readable() {
    let world = World::new();
    let vault = filled(&world).await;
    vault.shred(lease(1)).await.unwrap();
    vault.put(vec![Write::put(Kind::Document, PATIENT, noise(3, 9000)).leased(lease(1))]).await.unwrap();
    assert_eq!(get(&vault, Kind::Document, PATIENT).await, Some(noise(3, 9000)));
}

/// Someone kept a copy of everything but the lease's key: index, journal, objects, slot, data keys, and the PIN.
#[tokio::test]
async fn after_shredding_a_copy_of_all_else_opens_nothing_with_every_key_that_is_left() {
    let world = World::new();
    let vault = filled(&world).await;
    vault.close().await;
    let kept = tempfile::tempdir().unwrap();
    copy(&world.vault(), kept.path());
    let vault = world.unlock().await.unwrap();
    vault.shred(lease(1)).await.unwrap();
    vault.close().await;

    let shredded = fs::read(world.vault().join("lease.keys")).unwrap();
    fs::remove_dir_all(world.vault()).unwrap();
    copy(kept.path(), &world.vault());
    fs::write(world.vault().join("lease.keys"), shredded).unwrap();
    let vault = world.unlock().await.unwrap();
    for kind in [Kind::Document, Kind::Person] {
        assert!(!matches!(vault.get(kind, PATIENT).await, Ok(Some(_))), "{kind:?} opened without its lease's key");
    }
    assert_eq!(get(&vault, Kind::Document, "p-2").await, Some(noise(2, 100_000)));
}

/// The moment between destroying the key and forgetting the records: the key is gone on disk, all else is there.
#[tokio::test]
async fn shredding_that_a_crash_interrupts_is_finished_at_the_next_opening() {
    let world = World::new();
    let vault = filled(&world).await;
    vault.close().await;
    let path = world.vault().join("lease.keys");
    let live = fs::read(&path).unwrap();
    let mut cut = live.clone();
    cut[0] = 2; // says "shredded" and keeps the name of the lease
    cut[17..128].copy_from_slice(&noise(9, 111));
    fs::write(&path, cut).unwrap();

    let vault = world.unlock().await.unwrap();
    assert_eq!(get(&vault, Kind::Document, PATIENT).await, None);
    assert_eq!(vault.keys(Kind::Person).await.unwrap(), (vec![], 0));
    assert_eq!(files(&world.vault().join("objects")).len(), 1, "the object is gone");
    assert_eq!(fs::read(&path).unwrap()[0], 0, "the slot is free again");
}

#[tokio::test]
async fn a_damaged_lease_key_is_told_and_costs_one_document() {
    let world = World::new();
    let vault = filled(&world).await;
    vault.close().await;
    let path = world.vault().join("lease.keys");
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, bytes).unwrap();
    let vault = world.unlock().await.unwrap();
    assert!(vault.problems().contains(&engine::vault::VaultProblem::LeaseKeyDamaged));
    assert!(matches!(vault.get(Kind::Document, PATIENT).await, Err(VaultError::Damaged(_))));
    assert_eq!(vault.list(Kind::Document).await.unwrap().damaged.len(), 1);
    assert_eq!(get(&vault, Kind::Document, "p-2").await, Some(noise(2, 100_000)));
    vault.put(vec![Write::put(Kind::Document, PATIENT, noise(4, 50_000)).leased(lease(1))]).await.unwrap();
    assert_eq!(get(&vault, Kind::Document, PATIENT).await, Some(noise(4, 50_000)));
    vault.close().await;
    let vault = world.unlock().await.unwrap();
    assert_eq!(vault.problems(), [], "fetched again, it is well");
    assert_eq!(get(&vault, Kind::Document, PATIENT).await, Some(noise(4, 50_000)));
}
