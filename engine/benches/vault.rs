//! What a person waits for: opening the vault, keeping a document, and the moment from a tap to the glance.
//!
//! With `DOORSTEP_CORPUS` naming a folder, the IPS documents in it are measured at the middle, the ninth decile and
//! the largest of their sizes; without it, documents made here of about the same sizes.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::vault::{Device, Kind, Vault, Write};
use jiff::Timestamp;
use jiff::civil::date;
use secrecy::SecretString;
use shared::fhir::Document;
use shared::identity::{LeaseId, Organisation, Role, Staff, StaffId};
use shared::summary::summarise;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

const RECORDS: usize = 1000;

struct Sample {
    name: &'static str,
    bytes: Vec<u8>,
}

/// Documents of three sizes that read as documents.
fn samples() -> Vec<Sample> {
    let mut documents = corpus();
    if documents.is_empty() {
        let _ = writeln!(std::io::stderr(), "no DOORSTEP_CORPUS: measuring documents made here");
        documents = [60, 300, 1500].map(made).into();
    }
    documents.sort_by_key(Vec::len);
    let at = |share: usize| documents[(documents.len() - 1) * share / 100].clone();
    [("p50", 50), ("p90", 90), ("max", 100)].map(|(name, share)| Sample { name, bytes: at(share) }).into()
}

fn corpus() -> Vec<Vec<u8>> {
    let Some(folder) = std::env::var_os("DOORSTEP_CORPUS") else { return Vec::new() };
    let mut paths = Vec::new();
    collect(&PathBuf::from(folder).join("ips"), &mut paths);
    let documents = paths.iter().filter_map(|path| std::fs::read(path).ok());
    documents.filter(|bytes| Document::read(bytes).is_ok_and(|document| !document.entries().is_empty())).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|end| end == "json") {
            paths.push(path);
        }
    }
}

/// A document with so many conditions.
fn made(conditions: u32) -> Vec<u8> {
    let entry = |number: u32| {
        format!(
            r#",{{"fullUrl":"urn:uuid:{}","resource":{{"resourceType":"Condition","subject":{{"reference":"Patient/1"}},
"clinicalStatus":{{"coding":[{{"code":"active"}}]}},"code":{{"text":"Condition number {number}"}},
"recordedDate":"20{:02}-03-04","note":[{{"text":"Seen at home, stable, next visit in {number} weeks."}}]}}}}"#,
            Uuid::from_u128(number.into()),
            number % 25,
        )
    };
    let references: Vec<_> =
        (0..conditions).map(|n| format!(r#"{{"reference":"urn:uuid:{}"}}"#, Uuid::from_u128(n.into()))).collect();
    let entries: String = (0..conditions).map(entry).collect();
    format!(
        r#"{{"resourceType":"Bundle","type":"document","timestamp":"2026-01-01T00:00:00Z","entry":[
{{"fullUrl":"urn:uuid:c","resource":{{"resourceType":"Composition","status":"final","title":"Summary","date":"2026-01-01",
"subject":{{"reference":"Patient/1"}},"section":[{{"title":"Problems","code":{{"coding":[{{"system":"http://loinc.org",
"code":"11450-4"}}]}},"entry":[{}]}}]}}}},{{"fullUrl":"Patient/1","resource":{{"resourceType":"Patient","id":"1",
"name":[{{"family":"Made","given":["Up"]}}],"birthDate":"1940-01-01"}}}}{entries}]}}"#,
        references.join(",")
    )
    .into_bytes()
}

fn staff() -> Staff {
    Staff {
        id: StaffId::new("crew"),
        name: "Sam Field".into(),
        role: Role::EmergencyClinician,
        job_title: "Paramedic".into(),
        organisation: Organisation { ods: "RRU".into(), name: "Ambulance".into() },
    }
}

fn pin() -> SecretString {
    SecretString::from("246813")
}

fn vault(runtime: &Runtime, open: impl Fn(&Path) -> Device) -> (TempDir, Device, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let device = open(folder.path());
    let vault = runtime.block_on(device.create_vault(&staff(), &pin(), Timestamp::UNIX_EPOCH)).unwrap();
    (folder, device, vault)
}

fn cheap(folder: &Path) -> Device {
    Device::open_for_tests(folder).unwrap()
}

/// Compress, seal, write, sync: until the answer may be shown.
fn store(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, _device, vault) = vault(&runtime, cheap);
    let mut group = criterion.benchmark_group("seal and store a document");
    let lease = LeaseId::new(Uuid::from_u128(1));
    for sample in samples() {
        group.throughput(Throughput::Bytes(sample.bytes.len() as u64));
        group.bench_function(format!("{}, {} KB", sample.name, sample.bytes.len() / 1024), |bencher| {
            bencher.iter(|| {
                let write = Write::put(Kind::Document, "p", sample.bytes.clone()).leased(lease);
                runtime.block_on(vault.put(vec![write])).unwrap();
            });
        });
    }
    group.finish();
}

/// Until "saved on this device" may be said.
fn note(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, _device, vault) = vault(&runtime, cheap);
    let mut number = 0u64;
    criterion.bench_function("save a note with its outbox entry", |bencher| {
        bencher.iter(|| {
            number += 1;
            let key = (number % 500).to_string();
            let writes =
                vec![Write::put(Kind::Note, &*key, vec![b'n'; 900]), Write::put(Kind::Outbox, &*key, vec![1; 200])];
            runtime.block_on(vault.put(writes)).unwrap();
        });
    });
}

/// From a tap on a person to what the screen says first, every time from the sealed file.
fn glance(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, _device, vault) = vault(&runtime, cheap);
    let mut group = criterion.benchmark_group("tap to glance");
    for sample in samples() {
        let lease = LeaseId::new(Uuid::from_u128(1));
        let write = Write::put(Kind::Document, sample.name, sample.bytes.clone()).leased(lease);
        runtime.block_on(vault.put(vec![write])).unwrap();
        group.bench_function(format!("{}, {} KB", sample.name, sample.bytes.len() / 1024), |bencher| {
            bencher.iter(|| {
                let opened = runtime.block_on(vault.get(Kind::Document, sample.name)).unwrap().unwrap();
                let document = Document::read(opened.bytes()).unwrap();
                black_box(summarise(&document, Role::EmergencyClinician, date(2026, 9, 1)));
            });
        });
    }
    group.finish();
}

/// Opening with a thousand records: once as the app does it, PIN and all, and once without the PIN's cost.
fn open(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("open a vault of 1,000 records");
    group.sample_size(10);
    for (name, as_the_app) in [("as the app", true), ("without the PIN's cost", false)] {
        let device = |folder: &Path| if as_the_app { Device::open(folder).unwrap() } else { cheap(folder) };
        let (_folder, device, vault) = self::vault(&runtime, device);
        let record = |number: usize| Write::put(Kind::Note, number.to_string(), vec![b'x'; 600]);
        for start in (0..RECORDS).step_by(100) {
            runtime.block_on(vault.put((start..start + 100).map(record).collect())).unwrap();
        }
        runtime.block_on(vault.close());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let vault = runtime.block_on(device.unlock(&staff().id, &pin(), Timestamp::UNIX_EPOCH)).unwrap();
                runtime.block_on(vault.close());
            });
        });
    }
    group.finish();
}

/// What one guess of a PIN costs whoever guesses, with the passes that were chosen on this machine when it was set.
fn guess(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, device, vault) = vault(&runtime, |folder| Device::open(folder).unwrap());
    runtime.block_on(vault.close());
    let mut group = criterion.benchmark_group("one guess of a PIN");
    group.sample_size(20);
    group.bench_function("as calibrated here, 300 ms or more are meant", |bencher| {
        bencher.iter(|| runtime.block_on(device.check_pin(&staff().id, &pin(), Timestamp::UNIX_EPOCH)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, store, note, glance, open, guess);
criterion_main!(benches);
