//! One device with one person, in a folder of its own.

use std::path::{Path, PathBuf};

use engine::vault::{Device, Kind, UnlockError, Vault, VaultError, Write};
use jiff::Timestamp;
use secrecy::SecretString;
use shared::identity::{LeaseId, NoteId, Organisation, PatientId, Role, Staff, StaffId};
use shared::note::{Content, Note};
use shared::sensitive::Sensitive;
use shared::sync::{OutboxEntry, OutboxState};
use tempfile::TempDir;
use uuid::Uuid;

/// A device folder that goes away with the test.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) device: Device,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open_for_tests(folder.path()).unwrap();
        Self { folder, device }
    }

    pub(crate) async fn create(&self) -> Vault {
        self.device.create_vault(&staff(), &pin(), now()).await.unwrap()
    }

    pub(crate) async fn unlock(&self) -> Result<Vault, UnlockError> {
        self.device.unlock(&staff().id, &pin(), now()).await
    }

    /// The folder of the person's vault.
    pub(crate) fn vault(&self) -> PathBuf {
        self.device.folder(&staff().id).unwrap().unwrap()
    }
}

pub(crate) fn staff() -> Staff {
    Staff {
        id: StaffId::new("nurse-1"),
        name: "Adaeze Obi".into(),
        role: Role::CareTeamClinician,
        job_title: "Hospice nurse".into(),
        organisation: Organisation { ods: "X26".into(), name: "North hospice".into() },
    }
}

pub(crate) fn pin() -> SecretString {
    SecretString::from("246813")
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

pub(crate) fn minutes_later(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

/// A note and its place in the outbox.
pub(crate) fn note(number: u128, text: &str) -> (Note, OutboxEntry) {
    let (id, patient) = (NoteId::new(Uuid::from_u128(number)), PatientId::new("p-1"));
    let note = Note {
        id,
        patient: patient.clone(),
        author: staff(),
        text: Sensitive::new(text.to_owned()),
        authored: now(),
        received: None,
        content: Content::default(),
    };
    let state = OutboxState::Pending { not_before: None };
    (note, OutboxEntry { note: id, patient, saved: now(), seq: 1, attempts: 0, state })
}

/// Bytes that do not compress and differ for each seed.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

pub(crate) async fn put(vault: &Vault, kind: Kind, key: &str, value: &[u8]) -> Result<(), VaultError> {
    vault.put(vec![Write::put(kind, key, value)]).await
}

pub(crate) async fn get(vault: &Vault, kind: Kind, key: &str) -> Option<Vec<u8>> {
    vault.get(kind, key).await.unwrap().map(|opened| opened.bytes().to_vec())
}

/// Every file under a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

pub(crate) fn lease(number: u128) -> LeaseId {
    LeaseId::new(Uuid::from_u128(number))
}
