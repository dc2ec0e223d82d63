//! The chain of this device as it is kept: from where it was handed over up to now.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::audit::{Entry, Head};
use zeroize::Zeroizing;

use crate::vault::{Device, Line, Log, VaultError};

/// Every so many entries the device signs where its chain stands.
pub(super) const SIGNED_EVERY: u64 = 50;

/// Where the chain stood when what came before was handed over. The first line, always.
const BASE: u8 = 1;
/// An entry.
const ENTRY: u8 = 2;
/// A signature over the head that an entry left.
const SIGNATURE: u8 = 3;

/// The chain, open for appending.
pub(super) struct Chain {
    log: Log,
    head: Head,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    hash: String,
    signature: String,
}

/// Entries that go together, in their order.
pub(crate) struct Batch {
    pub(crate) entries: Vec<Entry>,
    /// Where the chain stands after the last of them.
    pub(crate) head: Head,
    /// What the device signed of that head, when it has already.
    pub(crate) signature: Option<String>,
}

impl Chain {
    /// Opens the chain of a device. True when part of what was written cannot be read any more.
    pub(super) fn open(device: &Device) -> Result<(Self, bool), VaultError> {
        let first = Head::new(device.id());
        let (log, found) = device.log("audit", &[line(BASE, 0, &first)?])?;
        let head = found.lines.iter().rev().find_map(head_after).unwrap_or(first);
        Ok((Self { log, head }, found.damaged))
    }

    /// Appends events in their order, all or none. Durable when this answers.
    pub(super) fn append(
        &mut self,
        events: Vec<Value>,
        sign: impl Fn(&Head) -> Option<String>,
    ) -> Result<(), VaultError> {
        let (mut head, mut lines) = (self.head.clone(), Vec::with_capacity(events.len()));
        for event in events {
            // An event of this project has no number in it that could be written in two ways.
            let entry = head.append(event, sha256).map_err(|_| VaultError::Device("an event has a number"))?;
            lines.push(line(ENTRY, entry.seq, &entry)?);
            head = entry.head();
            if head.seq.is_multiple_of(SIGNED_EVERY)
                && let Some(signature) = sign(&head)
            {
                lines.push(line(SIGNATURE, head.seq, &Signed { hash: head.hash.clone(), signature })?);
            }
        }
        self.log.append(&lines)?;
        self.head = head;
        Ok(())
    }

    /// What was not handed over yet, in batches that end where the device signed, the last one where the chain does.
    pub(super) fn batches(&self) -> Result<Vec<Batch>, VaultError> {
        let lines = self.log.read()?;
        let signed = |head: &Head| lines.iter().find_map(|line| signature(line, head));
        let entries: Vec<_> = lines.iter().filter_map(entry).collect();
        let together = entries.chunk_by(|a, _| !a.seq.is_multiple_of(SIGNED_EVERY));
        let batch = |entries: &[Entry]| {
            let head = entries.last()?.head();
            Some(Batch { entries: entries.to_vec(), signature: signed(&head), head })
        };
        Ok(together.filter_map(batch).collect())
    }

    /// Forgets what the hub has, up to this head.
    pub(super) fn handed_over(&mut self, through: &Head) -> Result<(), VaultError> {
        let kept = self.log.read()?.into_iter().filter(|it| it.kind != BASE && it.number > through.seq);
        let lines: Vec<_> = std::iter::once(line(BASE, through.seq, through)?).chain(kept).collect();
        self.log.rewrite(&lines)
    }
}

/// SHA-256, as the chain takes it.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    // A SHA-256 digest is 32 bytes long.
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

fn line(kind: u8, number: u64, value: &impl Serialize) -> Result<Line, VaultError> {
    let text = Zeroizing::new(serde_json::to_vec(value).map_err(VaultError::Json)?);
    Ok(Line { kind, number, text })
}

fn read<T: for<'a> Deserialize<'a>>(line: &Line, kind: u8) -> Option<T> {
    (line.kind == kind).then(|| serde_json::from_slice(&line.text).ok())?
}

fn entry(line: &Line) -> Option<Entry> {
    read(line, ENTRY)
}

fn head_after(line: &Line) -> Option<Head> {
    entry(line).map(|entry| entry.head()).or_else(|| read(line, BASE))
}

fn signature(line: &Line, head: &Head) -> Option<String> {
    let signed: Signed = (line.number == head.seq).then(|| read(line, SIGNATURE))??;
    (signed.hash == head.hash).then_some(signed.signature)
}
