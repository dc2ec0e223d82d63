//! Damage to any file: never a panic, never silent, and never an acknowledged note lost by one flipped byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use engine::vault::{Kind, UnlockError, Vault, VaultError, VaultProblem, Write};

use crate::world::{World, copy, files, get, lease, noise, note, put};

/// What was acknowledged, by kind and key.
type Held = BTreeMap<(Kind, String), Vec<u8>>;

async fn filled(world: &World) -> Held {
    let vault = world.create().await;
    let mut held = Held::new();
    for number in 0..12u64 {
        for (kind, size) in [(Kind::Note, 300), (Kind::Outbox, 200), (Kind::Draft, 9000), (Kind::Document, 30_000)] {
            let (key, value) = (format!("k{number}"), noise(number * 100 + u64::from(kind.byte()), size));
            let write = Write::put(kind, key.clone(), value.clone());
            let write = if kind == Kind::Document { write.leased(lease(number.into())) } else { write };
            vault.put(vec![write]).await.unwrap();
            held.insert((kind, key), value);
        }
    }
    vault.close().await;
    held
}

/// Reads all of it. Returns what is missing or damaged; anything else than the acknowledged bytes fails the test.
async fn losses(vault: &Vault, held: &Held) -> Vec<Kind> {
    let mut lost = Vec::new();
    for ((kind, key), value) in held {
        match vault.get(*kind, key).await {
            Ok(Some(opened)) => assert!(opened.bytes() == value.as_slice(), "{kind:?} {key} is another one"),
            Ok(None) => {
                assert!(vault.problems().contains(&VaultProblem::RecordsMayBeMissing), "{kind:?} {key} lost silently");
                lost.push(*kind);
            }
            Err(VaultError::Damaged(damaged)) => {
                assert_eq!((damaged.kind, damaged.key.as_ref()), (*kind, Some(key)));
                lost.push(*kind);
            }
            Err(error) => unreachable!("{error:?}"),
        }
    }
    lost
}

#[tokio::test]
async fn one_flipped_byte_in_any_file_loses_no_note_and_is_never_silent() {
    let world = World::new();
    let held = filled(&world).await;
    let whole = tempfile::tempdir().unwrap();
    copy(world.folder.path(), whole.path());
    let paths: Vec<PathBuf> = files(whole.path()).iter().map(|path| relative(path, whole.path())).collect();
    let mut told = 0;
    for round in 0..trials() {
        restore(whole.path(), world.folder.path());
        let at = noise(round, 8);
        // Every file gets its turn; sled's log and the journal more often, they are where it hurts.
        let favourite = paths.iter().filter(|path| path.ends_with("db") || path.ends_with("outbox.log"));
        let candidates: Vec<_> = paths.iter().chain(favourite.clone().cycle().take(paths.len())).collect();
        let target = world.folder.path().join(candidates[usize::try_from(round).unwrap() % candidates.len()]);
        if !flip(&target, u64::from_be_bytes(at.try_into().unwrap())) {
            continue;
        }
        match world.unlock().await {
            Ok(vault) => {
                let lost = losses(&vault, &held).await;
                assert!(lost.iter().all(|kind| *kind == Kind::Document), "{lost:?} lost by {}", target.display());
                assert!(lost.len() <= 1, "{lost:?} lost by {}", target.display());
                told += usize::from(!vault.problems().is_empty() || !lost.is_empty());
                put(&vault, Kind::Note, "after", b"still writable").await.unwrap();
                vault.close().await;
                let again = world.unlock().await.unwrap();
                assert_eq!(get(&again, Kind::Note, "after").await.as_deref(), Some(&b"still writable"[..]));
                assert_eq!(losses(&again, &held).await, lost, "after another opening, {}", target.display());
                again.close().await;
            }
            Err(error) => unreachable!("{error:?} from one byte in {}", target.display()),
        }
    }
    assert!(told > 0, "no flip was ever noticed: the test flips nothing that counts");
}

fn trials() -> u64 {
    std::env::var("DOORSTEP_FLIPS").ok().and_then(|text| text.parse().ok()).unwrap_or(120)
}

#[tokio::test]
async fn without_index_or_without_journal_nothing_is_missing() {
    for gone in ["idx", "outbox.log"] {
        let world = World::new();
        let held = filled(&world).await;
        let path = world.vault().join(gone);
        if path.is_dir() {
            fs::remove_dir_all(&path).unwrap()
        } else {
            fs::remove_file(&path).unwrap()
        }
        let vault = world.unlock().await.unwrap();
        assert_eq!(losses(&vault, &held).await, []);
        let told = if gone == "idx" { VaultProblem::IndexRebuilt } else { VaultProblem::JournalRebuilt };
        assert_eq!(vault.problems(), [told]);
        vault.close().await;
        let vault = world.unlock().await.unwrap();
        assert_eq!(vault.problems(), [], "it was put right");
    }
}

/// sled drops what it cannot read and opens with an older state. Nothing it still has may come back from that.
#[tokio::test]
async fn an_index_that_fell_back_to_an_older_state_is_brought_up_and_brings_nothing_back() {
    let world = World::new();
    let mut held = filled(&world).await;
    let older = tempfile::tempdir().unwrap();
    copy(&world.vault().join("idx"), older.path());
    let vault = world.unlock().await.unwrap();
    vault.put(vec![Write::remove(Kind::Note, "k1"), Write::put(Kind::Note, "k2", noise(77, 300))]).await.unwrap();
    put(&vault, Kind::Note, "k99", b"newest").await.unwrap();
    vault.close().await;
    held.remove(&(Kind::Note, "k1".into()));
    held.insert((Kind::Note, "k2".into()), noise(77, 300));
    held.insert((Kind::Note, "k99".into()), b"newest".to_vec());
    fs::remove_dir_all(world.vault().join("idx")).unwrap();
    copy(older.path(), &world.vault().join("idx"));

    for told in [VaultProblem::IndexRebuilt, VaultProblem::JournalRebuilt] {
        let vault = world.unlock().await.unwrap();
        assert_eq!(losses(&vault, &held).await, []);
        assert_eq!(get(&vault, Kind::Note, "k1").await, None);
        assert_eq!(vault.problems(), [told]);
        vault.close().await;
        // The second time the index stands alone.
        fs::remove_file(world.vault().join("outbox.log")).unwrap();
    }
}

#[tokio::test]
async fn without_both_the_objects_are_found_and_the_rest_is_said_to_be_missing() {
    let world = World::new();
    let held = filled(&world).await;
    fs::remove_dir_all(world.vault().join("idx")).unwrap();
    fs::remove_file(world.vault().join("outbox.log")).unwrap();
    let vault = world.unlock().await.unwrap();
    assert!(vault.problems().contains(&VaultProblem::RecordsMayBeMissing));
    let lost = losses(&vault, &held).await;
    assert!(lost.iter().all(|kind| matches!(kind, Kind::Note | Kind::Outbox)), "{lost:?}");
    assert_eq!(get(&vault, Kind::Draft, "k3").await.as_ref(), held.get(&(Kind::Draft, "k3".into())));
}

#[tokio::test]
async fn rubbish_for_an_index_is_set_aside_and_not_deleted() {
    let world = World::new();
    let held = filled(&world).await;
    let log = world.vault().join("idx").join("db");
    fs::write(&log, noise(1, 300_000)).unwrap();
    let vault = world.unlock().await.unwrap();
    assert_eq!(losses(&vault, &held).await, []);
    assert!(vault.problems().contains(&VaultProblem::IndexRebuilt));
    let aside = fs::read_dir(world.vault()).unwrap().filter_map(Result::ok);
    let aside = aside.filter(|entry| entry.file_name().to_string_lossy().starts_with("idx.damaged"));
    assert!(aside.count() >= 1 || !fs::read(&log).unwrap().is_empty());
}

#[tokio::test]
async fn an_older_copy_of_the_whole_vault_is_noticed() {
    let world = World::new();
    filled(&world).await;
    let older = tempfile::tempdir().unwrap();
    copy(&world.vault(), older.path());
    let vault = world.unlock().await.unwrap();
    put(&vault, Kind::Note, "newer", b"x").await.unwrap();
    vault.close().await;
    fs::remove_dir_all(world.vault()).unwrap();
    copy(older.path(), &world.vault());
    let vault = world.unlock().await.unwrap();
    assert!(vault.problems().contains(&VaultProblem::RecordsMayBeMissing));
}

#[tokio::test]
async fn an_object_moved_to_the_place_of_another_does_not_open_there() {
    let world = World::new();
    let vault = world.create().await;
    put(&vault, Kind::Document, "a", &noise(1, 50_000)).await.unwrap();
    let first = files(&world.vault().join("objects"));
    put(&vault, Kind::Document, "b", &noise(2, 50_000)).await.unwrap();
    let second = files(&world.vault().join("objects")).into_iter().find(|path| !first.contains(path)).unwrap();
    fs::copy(&first[0], &second).unwrap();
    assert!(matches!(vault.get(Kind::Document, "b").await, Err(VaultError::Damaged(_))));

    // Nor does an older revision of the same document in its newer file.
    let old = fs::read(&first[0]).unwrap();
    put(&vault, Kind::Document, "a", &noise(3, 50_000)).await.unwrap();
    let newest = files(&world.vault().join("objects")).into_iter().find(|path| *path != second).unwrap();
    fs::write(&newest, old).unwrap();
    assert!(matches!(vault.get(Kind::Document, "a").await, Err(VaultError::Damaged(_))));
}

#[tokio::test]
async fn a_large_note_survives_the_loss_of_its_file() {
    let world = World::new();
    let vault = world.create().await;
    let (note, entry) = note(1, &"Wound clean and dry. ".repeat(1000));
    vault.save_note(&note, &entry, None).await.unwrap();
    for file in files(&world.vault().join("objects")) {
        fs::remove_file(file).unwrap();
    }
    assert!(vault.get(Kind::Note, &note.id.to_string()).await.unwrap().is_some());
    vault.close().await;
    let vault = world.unlock().await.unwrap();
    assert!(vault.get(Kind::Note, &note.id.to_string()).await.unwrap().is_some());
}

#[tokio::test]
async fn two_copies_damaged_is_an_error_and_deletes_nothing() {
    let world = World::new();
    filled(&world).await;
    for name in ["slot", "slot.spare"] {
        flip(&world.vault().join(name), 77);
    }
    let before = files(world.folder.path());
    assert!(matches!(world.unlock().await, Err(UnlockError::SlotDamaged)));
    assert_eq!(files(world.folder.path()), before);
}

/// Flips a bit of a byte that `seed` chooses. False for an empty file.
fn flip(path: &Path, seed: u64) -> bool {
    let mut bytes = fs::read(path).unwrap();
    if bytes.is_empty() {
        return false;
    }
    // sled's log is mostly air: aim at what is written.
    let written = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 1;
    bytes[usize::try_from(seed % written).unwrap()] ^= 1 << (seed % 8);
    fs::write(path, bytes).unwrap();
    true
}

fn relative(path: &Path, to: &Path) -> PathBuf {
    path.strip_prefix(to).unwrap().to_owned()
}

fn restore(from: &Path, to: &Path) {
    for name in ["device", "people"] {
        fs::remove_dir_all(to.join(name)).unwrap();
        copy(&from.join(name), &to.join(name));
    }
}
