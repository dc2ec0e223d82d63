//! An endless, deterministic stretch of work on a vault, and what must be there after any part of it.
//!
//! Whoever verifies knows only how many steps were acknowledged. The writer does one step after the other, so the
//! vault must hold exactly what that many steps leave, or one more: the step that was under way.

use std::collections::BTreeMap;
use std::path::Path;

use engine::vault::{Device, Kind, Vault, VaultProblem, Write};
use jiff::Timestamp;
use secrecy::SecretString;
use shared::identity::{LeaseId, Organisation, Role, Staff, StaffId};
use uuid::Uuid;

/// What is held: by kind and key, the step and the size it was written with.
pub(crate) type Model = BTreeMap<(Kind, String), (u64, usize)>;

enum Change {
    Put(Kind, String, usize, Option<u64>),
    Remove(Kind, String),
}

enum Step {
    Transaction(Vec<Change>),
    Shred(u64),
}

/// Notes older than this many steps are removed, so that a folder used for long stays small.
const KEPT: u64 = 150;
const PATIENTS: u64 = 7;

fn step(n: u64) -> Step {
    use Change::{Put, Remove};
    let spread = |limit: u64| usize::try_from(n.wrapping_mul(2_654_435_761) % limit).unwrap_or(0);
    let patient = n % PATIENTS;
    Step::Transaction(match n % 10 {
        0..=4 => vec![
            Put(Kind::Note, format!("n{n}"), if n.is_multiple_of(10) { 20_000 } else { 40 + spread(3000) }, None),
            Put(Kind::Outbox, format!("n{n}"), 200, None),
            Put(Kind::Audit, format!("a{}", n % 50), 150, None),
            Remove(Kind::Note, format!("n{}", n.saturating_sub(KEPT))),
            Remove(Kind::Outbox, format!("n{}", n.saturating_sub(KEPT))),
        ],
        5 | 6 => vec![
            Put(Kind::Document, format!("p{patient}"), 5000 + spread(145_000), Some(patient)),
            Put(Kind::Person, format!("p{patient}"), 400, Some(patient)),
        ],
        7 => vec![
            Put(Kind::Cursor, "c".into(), 60, None),
            Put(Kind::Clock, "c".into(), 16, None),
            Put(Kind::Visits, "v".into(), 2000 + spread(9000), None),
        ],
        8 => vec![Put(Kind::Draft, format!("d{}", n % 3), 10 + spread(6000), None)],
        _ if (n / 10).is_multiple_of(3) => return Step::Shred((n / 30) % PATIENTS),
        _ => vec![Put(Kind::Outbox, format!("n{}", n - 5), 260, None)],
    })
}

/// What the first `steps` steps leave.
pub(crate) fn model_after(steps: u64) -> Model {
    let mut model = Model::new();
    for n in 1..=steps {
        match step(n) {
            Step::Shred(patient) => {
                model.remove(&(Kind::Document, format!("p{patient}")));
                model.remove(&(Kind::Person, format!("p{patient}")));
            }
            Step::Transaction(changes) => changes.into_iter().for_each(|change| match change {
                Change::Put(kind, key, size, _) => drop(model.insert((kind, key), (n, size))),
                Change::Remove(kind, key) => drop(model.remove(&(kind, key))),
            }),
        }
    }
    model
}

/// Does step `n`. When this answers, it is to be acknowledged.
pub(crate) async fn perform(vault: &Vault, n: u64) -> Result<(), String> {
    let done = match step(n) {
        Step::Shred(patient) => vault.shred(lease(patient)).await,
        Step::Transaction(changes) => vault.put(changes.into_iter().map(|change| write(n, change)).collect()).await,
    };
    done.map_err(|error| format!("step {n}: {error}"))
}

fn write(n: u64, change: Change) -> Write {
    match change {
        Change::Remove(kind, key) => Write::remove(kind, key),
        Change::Put(kind, key, size, patient) => {
            let put = Write::put(kind, key, value(n, kind, size));
            patient.map_or(put.clone(), |patient| put.leased(lease(patient)))
        }
    }
}

fn lease(patient: u64) -> LeaseId {
    LeaseId::new(Uuid::from_u128(u128::from(patient) + 1))
}

/// Half noise and half repetition, so that compression has something to do and something it cannot do.
fn value(n: u64, kind: Kind, size: usize) -> Vec<u8> {
    let mut state = (n << 8 | u64::from(kind.byte())).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..size).map(|at| if at < 16 || at % 64 < 32 { next() } else { b'.' }).collect()
}

/// How many steps the vault shows: `acknowledged`, or one more.
pub(crate) async fn steps_shown(vault: &Vault, acknowledged: u64) -> Result<u64, String> {
    if vault.problems().contains(&VaultProblem::RecordsMayBeMissing) {
        return Err("the vault says that records may be missing".into());
    }
    let shown = everything(vault).await?;
    let differs = |steps: u64| difference(&shown, &model_after(steps));
    let Some(first) = differs(acknowledged) else { return Ok(acknowledged) };
    let Some(second) = differs(acknowledged + 1) else { return Ok(acknowledged + 1) };
    Err(format!("after {acknowledged} steps: {first}; after one more: {second}"))
}

async fn everything(vault: &Vault) -> Result<BTreeMap<(Kind, String), Vec<u8>>, String> {
    let mut shown = BTreeMap::new();
    for kind in Kind::ALL {
        let listing = vault.list(kind).await.map_err(|error| format!("{kind:?}: {error}"))?;
        if !listing.damaged.is_empty() {
            return Err(format!("{} damaged {kind:?}", listing.damaged.len()));
        }
        shown.extend(listing.items.into_iter().map(|item| ((kind, item.key), item.value.bytes().to_vec())));
    }
    Ok(shown)
}

fn difference(shown: &BTreeMap<(Kind, String), Vec<u8>>, model: &Model) -> Option<String> {
    for (at, (n, size)) in model {
        match shown.get(at) {
            None => return Some(format!("{at:?} of step {n} is missing")),
            Some(bytes) if *bytes != value(*n, at.0, *size) => return Some(format!("{at:?} is not that of step {n}")),
            Some(_) => {}
        }
    }
    shown.keys().find(|at| !model.contains_key(*at)).map(|at| format!("{at:?} came back"))
}

/// Opens the one vault of the folder, made when there is none.
pub(crate) async fn open(folder: &Path) -> Result<Vault, String> {
    let device = Device::open_for_tests(folder).map_err(|error| format!("{error:?}"))?;
    let (staff, pin, now) = (staff(), SecretString::from("246813"), Timestamp::UNIX_EPOCH);
    let known = device.folder(&staff.id).map_err(|error| format!("{error:?}"))?.is_some();
    let opened =
        if known { device.unlock(&staff.id, &pin, now).await } else { device.create_vault(&staff, &pin, now).await };
    opened.map_err(|error| format!("{error:?}"))
}

fn staff() -> Staff {
    Staff {
        id: StaffId::new("crew-1"),
        name: "Sam Field".into(),
        role: Role::EmergencyClinician,
        job_title: "Paramedic".into(),
        organisation: Organisation { ods: "RRU".into(), name: "Ambulance".into() },
    }
}
