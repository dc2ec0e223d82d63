//! The chain of a device against the owner's vector where it is at hand, against one of our own always, and whatever
//! is done to it against what must be noticed.
#![expect(clippy::expect_used, reason = "a vector that cannot be read must stop the test")]

use std::io::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::audit::{Break, Entry, Head, follow};
use shared::identity::DeviceId;
use uuid::Uuid;

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn device() -> DeviceId {
    DeviceId::new(Uuid::from_u128(7))
}

/// A chain of so many events, its head before the first, and its head at the end.
fn chain(events: usize) -> (Vec<Entry>, Head, Head) {
    let start = Head::new(device());
    let mut head = start.clone();
    let entries: Vec<Entry> = (0..events)
        .map(|n| {
            let event = json!({"id": n.to_string(), "kind": "read", "patient": "p1", "offline": true});
            let entry = head.append(event, sha256).expect("canonical");
            head = entry.head();
            entry
        })
        .collect();
    (entries, start, head)
}

#[test]
fn the_golden_chain_is_ours() {
    let folder = std::env::var_os("DOORSTEP_VECTORS")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("DOORSTEP_CORPUS")?).parent()?.join("vectors")));
    let Some(bytes) = folder.and_then(|folder| std::fs::read(folder.join("audit-chain-vector.json")).ok()) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED the golden chain: set DOORSTEP_VECTORS or DOORSTEP_CORPUS");
        return;
    };
    let golden: Vec<Entry> = serde_json::from_slice(&bytes).expect("entries");
    assert_eq!(golden.len(), 3);
    let mut head = Head::new(golden[0].device);
    for expected in &golden {
        let made = head.append(expected.event.clone(), sha256).expect("canonical");
        assert_eq!(&made, expected);
        head = head.accept(expected, sha256).expect("it follows");
    }
}

#[test]
fn the_first_entry_hashes_to_what_was_computed_by_other_means() {
    // The same bytes through `sha256sum`.
    let (entries, ..) = chain(1);
    let zeros = "0".repeat(64);
    let text = format!(
        "doorstep-audit-v1\n{{\"device\":\"00000000-0000-0000-0000-000000000007\",\"event\":{{\"id\":\"0\",\"kind\":\"read\",\
         \"offline\":true,\"patient\":\"p1\"}},\"prev\":\"{zeros}\",\"seq\":1,\"v\":1}}"
    );
    assert_eq!(entries[0].canonical().as_deref(), Ok(text.as_bytes()));
    assert_eq!(entries[0].hash, "d620c4cb5f99e76a2740126386aeb29619c1d216e8f9d4135807cab22cd94573");
    assert_eq!(entries[0].prev, zeros);
}

#[test]
fn a_gap_a_fork_a_change_and_a_stranger_are_told_apart() {
    let (entries, start, _) = chain(4);
    let at = |n: usize| follow(&start, &entries[..n], sha256).expect("whole");
    assert_eq!(at(1).accept(&entries[3], sha256), Err(Break::Gap { expected: 2, seq: 4 }));
    assert_eq!(at(3).accept(&entries[1], sha256), Err(Break::Fork { seq: 2 }), "its place is taken");
    let other = at(1).append(json!({"kind": "something else"}), sha256).expect("canonical");
    let follower = other.head().append(json!({}), sha256).expect("canonical");
    assert_eq!(at(2).accept(&follower, sha256), Err(Break::Fork { seq: 3 }), "it follows another history");
    let changed = Entry { event: json!({"kind": "nothing"}), ..entries[1].clone() };
    assert_eq!(at(1).accept(&changed, sha256), Err(Break::Altered { seq: 2 }));
    let foreign = Head::new(DeviceId::new(Uuid::from_u128(8))).append(json!({}), sha256).expect("canonical");
    assert_eq!(start.accept(&foreign, sha256), Err(Break::Foreign { seq: 1 }));
    assert!(start.append(json!({"age": 1.5}), sha256).is_err(), "a number that could be written in two ways");
}

/// One thing done to a chain by somebody who cannot compute hashes back in time.
#[derive(Debug, Clone)]
enum Harm {
    Change(usize, &'static str),
    Remove(usize),
    Swap(usize, usize),
    Repeat(usize, usize),
    Insert(usize),
    Replace(usize),
}

fn any_harm(length: usize) -> impl Strategy<Value = Harm> {
    let at = 0..length;
    let fields = vec!["event", "hash", "prev", "seq", "v", "device"];
    prop_oneof![
        (at.clone(), proptest::sample::select(fields)).prop_map(|(at, field)| Harm::Change(at, field)),
        // The last one cut off is a chain too: the head that the other side remembers tells.
        (0..length - 1).prop_map(Harm::Remove),
        (at.clone(), at.clone()).prop_filter("two", |(a, b)| a != b).prop_map(|(a, b)| Harm::Swap(a, b)),
        (at.clone(), at.clone()).prop_map(|(a, b)| Harm::Repeat(a, b)),
        at.prop_map(Harm::Insert),
        (0..length - 1).prop_map(Harm::Replace),
    ]
}

fn changed(entry: &Entry, field: &str) -> Entry {
    let mut json = serde_json::to_value(entry).expect("JSON");
    json[field] = match field {
        "event" => json!({"id": "0", "kind": "read", "patient": "p2", "offline": true}),
        "hash" | "prev" => Value::from("f".repeat(64)),
        "seq" => json!(entry.seq + 1),
        "v" => json!(2),
        _ => json!(Uuid::from_u128(9)),
    };
    serde_json::from_value(json).expect("an entry")
}

/// A whole entry that claims a place, made by somebody who can hash but not rewrite what follows.
fn forged(entries: &[Entry], at: usize) -> Entry {
    let before = if at == 0 { Head::new(device()) } else { entries[at - 1].head() };
    before.append(json!({"kind": "never happened"}), sha256).expect("canonical")
}

fn harmed(mut entries: Vec<Entry>, harm: &Harm) -> Vec<Entry> {
    match harm {
        Harm::Change(at, field) => entries[*at] = changed(&entries[*at], field),
        Harm::Remove(at) => drop(entries.remove(*at)),
        Harm::Swap(a, b) => entries.swap(*a, *b),
        Harm::Repeat(from, to) => entries.insert(*to, entries[*from].clone()),
        Harm::Insert(at) => entries.insert(*at, forged(&entries, *at)),
        Harm::Replace(at) => entries[*at] = forged(&entries, *at),
    }
    entries
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_chain_is_noticed(length in 2usize..12, pick in any::<proptest::sample::Index>(), harms in proptest::collection::vec(any_harm(12), 1..40)) {
        let (entries, start, end) = chain(length);
        prop_assert_eq!(follow(&start, &entries, sha256), Ok(end));
        let fits = |harm: &&Harm| match harm {
            Harm::Change(at, _) | Harm::Insert(at) => *at < length,
            Harm::Remove(at) | Harm::Replace(at) => *at < length - 1,
            Harm::Swap(a, b) | Harm::Repeat(a, b) => *a < length && *b < length,
        };
        let harms: Vec<_> = harms.iter().filter(fits).collect();
        prop_assume!(!harms.is_empty());
        let harm = harms[pick.index(harms.len())];
        prop_assert!(follow(&start, &harmed(entries, harm), sha256).is_err(), "{:?}", harm);
    }

    #[test]
    fn a_chain_cut_short_is_noticed_by_whoever_remembers_its_head(length in 2usize..12, cut in 1usize..12) {
        prop_assume!(cut < length);
        let (entries, start, end) = chain(length);
        let short = follow(&start, &entries[..length - cut], sha256);
        prop_assert_ne!(short.as_ref(), Ok(&end));
        prop_assert_eq!(short.map(|head| head.seq), Ok((length - cut) as u64));
    }
}

#[test]
fn an_entry_arrives_as_it_was_sent() {
    let head = Head::new(device());
    for event in [
        json!({"resourceType": "AuditEvent", "recorded": "2026-03-01T08:05:00Z"}),
        json!({"resourceType": "AuditEvent", "extension": [{"url": "urn:other", "valueCode": "x"}], "outcome": "0"}),
    ] {
        let entry = head.append(event, sha256).expect("canonical");
        let resource = entry.to_resource().expect("a resource");
        assert_eq!(Entry::from_resource(&resource), Some(entry.clone()));
        let twice = json!({"extension": [resource["extension"][0], resource["extension"][0]]});
        assert_eq!(Entry::from_resource(&twice).filter(|it| it.is_whole(sha256)), None);
        assert_eq!(Entry::from_resource(&entry.event), None);
    }
}
