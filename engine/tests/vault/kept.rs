//! What is kept.

use engine::vault::{Kind, VaultError, Write};
use shared::note::Note;

use crate::world::{World, get, minutes_later, noise, note, put, staff};

#[tokio::test]
async fn small_and_large_records_of_every_kind_are_there_after_a_restart() {
    let world = World::new();
    let vault = world.create().await;
    let value = |kind: Kind, size| noise(u64::from(kind.byte()), size);
    for kind in Kind::ALL {
        put(&vault, kind, "small", &value(kind, 100)).await.unwrap();
        put(&vault, kind, "large", &value(kind, 100_000)).await.unwrap();
    }
    vault.close().await;
    let vault = world.unlock().await.unwrap();
    for kind in Kind::ALL {
        assert_eq!(get(&vault, kind, "small").await, Some(value(kind, 100)));
        assert_eq!(get(&vault, kind, "large").await, Some(value(kind, 100_000)));
        assert_eq!(get(&vault, kind, "other").await, None);
        assert_eq!(vault.list(kind).await.unwrap().items.len(), 2);
        assert_eq!(vault.keys(kind).await.unwrap().0.len(), 2);
    }
    assert_eq!(vault.problems(), []);
}

#[tokio::test]
async fn a_record_is_replaced_and_forgotten_with_its_file() {
    let world = World::new();
    let vault = world.create().await;
    for round in 0..5 {
        put(&vault, Kind::Document, "p", &noise(round, 200_000)).await.unwrap();
    }
    let objects = || crate::world::files(&world.vault().join("objects")).len();
    assert_eq!(get(&vault, Kind::Document, "p").await, Some(noise(4, 200_000)));
    assert_eq!(objects(), 1, "superseded files are gone");
    vault.put(vec![Write::remove(Kind::Document, "p"), Write::remove(Kind::Document, "never")]).await.unwrap();
    assert_eq!(get(&vault, Kind::Document, "p").await, None);
    assert_eq!(objects(), 0);
}

#[tokio::test]
async fn the_last_of_several_writes_to_one_place_counts() {
    let world = World::new();
    let vault = world.create().await;
    let writes = [1, 2, 3].map(|number| Write::put(Kind::Cursor, "c", noise(number, 9000)));
    vault.put(writes.into()).await.unwrap();
    assert_eq!(get(&vault, Kind::Cursor, "c").await, Some(noise(3, 9000)));
    vault.close().await;
    let vault = world.unlock().await.unwrap();
    assert_eq!(get(&vault, Kind::Cursor, "c").await, Some(noise(3, 9000)));
    assert_eq!(vault.problems(), []);
}

#[tokio::test]
async fn a_transaction_that_is_refused_leaves_nothing_of_itself() {
    let world = World::new();
    let vault = world.create().await;
    let too_large = vec![0; engine::vault::MAX_PLAINTEXT + 1];
    let writes = vec![Write::put(Kind::Document, "a", noise(1, 50_000)), Write::put(Kind::Note, "b", too_large)];
    assert!(matches!(vault.put(writes).await, Err(VaultError::TooLarge { .. })));
    assert_eq!(get(&vault, Kind::Document, "a").await, None);
    assert_eq!(crate::world::files(&world.vault().join("objects")), [] as [std::path::PathBuf; 0]);
    put(&vault, Kind::Note, "b", b"later").await.unwrap();
}

#[tokio::test]
async fn a_note_and_its_place_in_the_outbox_are_saved_together() {
    let world = World::new();
    let vault = world.create().await;
    for (number, length) in [(1, 40), (2, 60_000)] {
        let (note, entry) = note(number, &"Slept well. ".repeat(length / 12));
        let audit = Write::put(Kind::Audit, number.to_string(), &b"note-written"[..]);
        vault.save_note(&note, &entry, Some(audit)).await.unwrap();
        let id = note.id.to_string();
        let again: Note = vault.get(Kind::Note, &id).await.unwrap().unwrap().json().unwrap();
        assert!(again == note);
        assert!(vault.get(Kind::Outbox, &id).await.unwrap().is_some());
        assert!(vault.get(Kind::Audit, &number.to_string()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_dropped_future_does_not_undo_what_was_handed_over() {
    let world = World::new();
    let vault = world.create().await;
    for number in 0..20u64 {
        let writes = vec![Write::put(Kind::Note, number.to_string(), noise(number, 20_000))];
        let saving = vault.put(writes);
        let _ = tokio::time::timeout(std::time::Duration::ZERO, saving).await;
    }
    vault.close().await;
    let vault = world.unlock().await.unwrap();
    for number in 0..20u64 {
        assert_eq!(get(&vault, Kind::Note, &number.to_string()).await, Some(noise(number, 20_000)));
    }
}

#[tokio::test]
async fn a_closed_vault_answers_that_it_is_closed_to_every_clone() {
    let world = World::new();
    let vault = world.create().await;
    put(&vault, Kind::Note, "a", b"x").await.unwrap();
    let clone = vault.clone();
    vault.close().await;
    vault.close().await;
    assert!(matches!(clone.get(Kind::Note, "a").await, Err(VaultError::Closed)));
    assert!(matches!(put(&clone, Kind::Note, "a", b"y").await, Err(VaultError::Closed)));
    assert!(matches!(clone.list(Kind::Note).await, Err(VaultError::Closed)));
}

#[tokio::test]
async fn a_new_day_changes_the_key_and_nothing_else() {
    let world = World::new();
    let vault = world.create().await;
    put(&vault, Kind::Note, "a", b"monday").await.unwrap();
    vault.tick(minutes_later(24 * 60)).await.unwrap();
    put(&vault, Kind::Note, "b", &noise(1, 30_000)).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "a").await.as_deref(), Some(&b"monday"[..]));
    vault.put(vec![Write::remove(Kind::Note, "a")]).await.unwrap();
    vault.tick(minutes_later(48 * 60)).await.unwrap();
    vault.close().await;
    let vault = world.device.unlock(&staff().id, &crate::world::pin(), minutes_later(72 * 60)).await.unwrap();
    assert_eq!(get(&vault, Kind::Note, "b").await, Some(noise(1, 30_000)));
    assert_eq!(vault.problems(), []);
}

#[tokio::test]
async fn no_plaintext_and_no_key_of_the_caller_lies_on_the_disk() {
    let world = World::new();
    let vault = world.create().await;
    let text = "penicillin-anaphylaxis";
    for kind in Kind::ALL {
        put(&vault, kind, "patient-4711", text.as_bytes()).await.unwrap();
        put(&vault, kind, "patient-4712", text.repeat(2000).as_bytes()).await.unwrap();
    }
    vault.close().await;
    for file in crate::world::files(world.folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [text, "patient-471", "246813"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds {secret}", file.display());
        }
        assert!(!file.to_string_lossy().contains("4711"));
    }
}

#[tokio::test]
async fn debug_shows_neither_keys_nor_values() {
    let world = World::new();
    let vault = world.create().await;
    put(&vault, Kind::Note, "a", b"penicillin").await.unwrap();
    let shown = format!("{vault:?} {:?} {:?}", vault.get(Kind::Note, "a").await, vault.list(Kind::Note).await);
    assert!(!shown.contains("penicillin") && !shown.contains("112, 101"), "{shown}");
}

#[tokio::test]
async fn a_long_life_does_not_let_the_journal_grow_without_end() {
    let world = World::new();
    let vault = world.create().await;
    for number in 0..900u64 {
        put(&vault, Kind::Draft, "p", &noise(number, 3000)).await.unwrap();
    }
    let length = std::fs::metadata(world.vault().join("outbox.log")).unwrap().len();
    assert!(length < 1_200_000, "{length}");
    vault.close().await;
    let vault = world.unlock().await.unwrap();
    assert_eq!(get(&vault, Kind::Draft, "p").await, Some(noise(899, 3000)));
    assert_eq!(vault.problems(), []);
}
