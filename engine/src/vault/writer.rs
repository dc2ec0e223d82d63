//! The one place where a vault changes: a thread that does one transaction after the other.
//!
//! The order of a transaction, each step synced before the next:
//! 1. object files of large records, then their names;
//! 2. one frame in the journal: from here on it is decided;
//! 3. one batch in the index;
//! 4. the answer; and before it, unlinking the objects nothing points at any more.
//!
//! A crash before 2 leaves objects that nothing points at, which the next opening removes. A crash after 2 is
//! made good by the next opening from the journal.

mod shredding;
mod upkeep;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, RwLock};

use jiff::Timestamp;
use shared::identity::LeaseId;
use tokio::sync::oneshot;

use super::anchor::Anchor;
use super::ballast::Ballast;
use super::index::{self, Index, MAX_VALUE};
use super::journal::{Entry, Journal};
use super::keyring::{DbKey, Keys};
use super::lease_keys::LeaseKeys;
use super::objects::{Name, Objects};
use super::record::{NO_LEASE, Place, seal_record};
use super::recover::{Paths, Recovered};
use super::shared::Shared;
use super::state::{Cells, Change, HEAD, Head, Records, apply};
use super::{Kind, VaultError, VaultProblem, Write, disk, envelope, pointer};

/// How many transactions may pass before the anchor is written again.
const ANCHOR_EVERY: u32 = 32;
/// A journal shorter than this is not worth rewriting.
const COMPACT_FROM: u64 = 1024 * 1024;
/// Documents leave this much free for what must not fail.
const KEEP_FREE: u64 = 1024 * 1024;

/// A request to the writer. What was sent is done, whether or not anyone still waits for the answer.
pub(crate) enum Command {
    Commit(Vec<Write>, Reply),
    Shred(LeaseId, Reply),
    Tick(Timestamp, Reply),
    Close(Reply),
}

type Reply = oneshot::Sender<Result<(), VaultError>>;

/// The state of the writing thread.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    keys: Arc<Keys>,
    objects: Objects,
    head: Head,
    journal: Journal,
    index: Option<Index>,
    leases: LeaseKeys,
    /// The object behind each pointer, to unlink it when it is superseded.
    files: HashMap<DbKey, Name>,
    ballast: Ballast,
    anchor: Anchor,
    since_anchor: u32,
    since_index: u32,
    compact_at: u64,
    /// Held as long as the vault is open.
    _lock: File,
}

/// A transaction ready to be decided.
#[derive(Default)]
struct Prepared {
    changes: Vec<Change>,
    copies: Vec<Option<Vec<u8>>>,
    files: Vec<(DbKey, Name)>,
}

impl Writer {
    /// Takes over what [`super::recover::recover`] found, finishes shredding a crash interrupted, and removes
    /// objects nothing points at.
    pub(crate) fn start(
        paths: Paths,
        keys: Arc<Keys>,
        recovered: Recovered,
        leases: LeaseKeys,
        ballast: Ballast,
        anchor: Anchor,
        lock: File,
    ) -> Result<Self, VaultError> {
        let Recovered { records: Records { cells, head }, journal, index, problems } = recovered;
        let pointed = |(at, cell): (&DbKey, &Arc<[u8]>)| Some((*at, pointer::target(&keys, at, cell)?));
        let files: HashMap<_, _> = cells.iter().filter_map(pointed).collect();
        let objects = paths.objects();
        let size: usize = cells.values().map(|cell| cell.len()).sum();
        let keys_of_readers = RwLock::new(Some(Arc::clone(&keys)));
        let shared = Arc::new(Shared {
            paths,
            keys: keys_of_readers,
            cells: RwLock::new(cells),
            problems: Mutex::new(problems),
        });
        let compact_at = COMPACT_FROM.max(4 * size as u64);
        let (since_anchor, since_index) = (0, 0);
        let mut this = Self {
            shared,
            keys,
            objects,
            head,
            journal,
            index,
            leases,
            files,
            ballast,
            anchor,
            since_anchor,
            since_index,
            compact_at,
            _lock: lock,
        };
        this.finish_shredding()?;
        this.check_lease_keys();
        this.sweep();
        this.refill();
        this.remember();
        Ok(this)
    }

    /// What readers need.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Works until it is closed or nobody holds the vault any more.
    pub(crate) fn run(mut self, commands: &Receiver<Command>) {
        let mut closing = None;
        while let Ok(command) = commands.recv() {
            let (done, reply) = match command {
                Command::Commit(writes, reply) => (self.commit(writes), reply),
                Command::Shred(lease, reply) => (self.shred(lease), reply),
                Command::Tick(now, reply) => (self.tick(now), reply),
                Command::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            };
            // Whoever asked may have gone; it is done all the same.
            let _ = reply.send(done);
        }
        self.remember();
        let shared = Arc::clone(&self.shared);
        drop(self);
        shared.forget();
        if let Some(reply) = closing {
            let _ = reply.send(Ok(()));
        }
    }

    fn commit(&mut self, writes: Vec<Write>) -> Result<(), VaultError> {
        let writes = last_of_each(&self.keys, writes);
        let spare = writes.iter().all(|(_, write)| !matches!(write, Write::Put { kind: Kind::Document, .. }));
        self.with_reserve(spare, |this| {
            let mut prepared = Prepared::default();
            let decided = this.prepare(&writes, &mut prepared).and_then(|()| this.decide(&prepared));
            if decided.is_err() {
                // Nothing points at them, and the next opening would remove them too.
                prepared.files.iter().for_each(|(_, name)| drop(this.objects.remove(name)));
            }
            decided
        })?;
        self.after_commit();
        Ok(())
    }

    /// Runs a step; when there is no room and the step may have it, gives the reserve up and runs it again.
    fn with_reserve<T>(
        &mut self,
        may: bool,
        mut step: impl FnMut(&mut Self) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        match step(self) {
            Err(VaultError::StorageFull) => {
                self.shared.tell(VaultProblem::StorageFull);
                if may && self.ballast.give_up() { step(self) } else { Err(VaultError::StorageFull) }
            }
            other => other,
        }
    }

    fn prepare(&mut self, writes: &[(DbKey, Write)], prepared: &mut Prepared) -> Result<(), VaultError> {
        for (at, write) in writes {
            match write {
                Write::Remove { .. } => {
                    prepared.changes.push((*at, None));
                    prepared.copies.push(None);
                }
                Write::Put { kind, key, value, lease } => {
                    let lease = lease.map(|lease| self.keys.lease_tag(lease));
                    if let Some(tag) = lease {
                        self.leases.ensure(tag)?;
                    }
                    let revision = self.head.generation + 1;
                    let lease = lease.unwrap_or(NO_LEASE);
                    let place = Place { key: *at, kind: *kind, revision, lease, is_pointer: false };
                    let cell = seal_record(&self.keys, place, &envelope::pack(*kind, key, value)?)?;
                    self.prepare_cell(place, key, cell, prepared)?;
                }
            }
        }
        Ok(())
    }

    fn prepare_cell(&self, place: Place, key: &str, cell: Vec<u8>, prepared: &mut Prepared) -> Result<(), VaultError> {
        if cell.len() <= MAX_VALUE {
            prepared.changes.push((place.key, Some(cell.into())));
            prepared.copies.push(None);
            return Ok(());
        }
        if place.kind == Kind::Document {
            self.room_for(cell.len())?;
        }
        let name = self.objects.write(&place.key, &cell)?;
        prepared.files.push((place.key, name));
        let pointer = pointer::seal_pointer(&self.keys, place, key, &name)?;
        prepared.changes.push((place.key, Some(pointer.into())));
        prepared.copies.push(place.kind.written_here().then_some(cell));
        Ok(())
    }

    /// Documents can be fetched again; they may not take the last room from what cannot.
    fn room_for(&self, length: usize) -> Result<(), VaultError> {
        let free = disk::free_space(&self.shared.paths.folder);
        let enough = free.is_none_or(|free| free >= length as u64 + KEEP_FREE);
        if enough { Ok(()) } else { Err(VaultError::StorageFull) }
    }

    /// Steps 2 and 3. An error means that nothing was decided.
    fn decide(&mut self, prepared: &Prepared) -> Result<(), VaultError> {
        let head = {
            let cells = self.shared.cells.read().map_err(|_| VaultError::Closed)?;
            self.head.after(&self.keys, &cells, &prepared.changes)
        };
        let sealed_head: Change = (HEAD, Some(head.seal(&self.keys)?));
        let copies = prepared.copies.iter().map(Option::as_deref);
        let mut entries: Vec<_> =
            prepared.changes.iter().zip(copies).map(|(change, copy)| Entry { change, copy }).collect();
        entries.push(Entry { change: &sealed_head, copy: None });
        self.journal.append(head.generation, &entries)?;

        self.head = head;
        apply(&mut *self.shared.cells.write().map_err(|_| VaultError::Closed)?, &prepared.changes);
        let mut changes = prepared.changes.clone();
        changes.push(sealed_head);
        self.follow(&changes);
        self.unlink_superseded(prepared);
        Ok(())
    }

    /// Brings the index up to the journal. That it cannot is told, and no reason to refuse what is decided.
    fn follow(&mut self, changes: &[Change]) {
        if self.ballast.spent {
            // What room is left belongs to the journal.
            self.index = None;
        } else if let Some(index) = &self.index {
            let Err(fault) = index.apply(changes) else { return };
            self.index = None;
            if matches!(fault, index::Fault::Full) {
                self.shared.tell(VaultProblem::StorageFull);
            } else {
                self.catch_up();
            }
        } else {
            self.since_index += 1;
            if self.since_index.is_multiple_of(16) {
                self.catch_up();
            }
        }
        if self.index.is_none() {
            self.shared.tell(VaultProblem::IndexBehind);
        }
    }

    fn stored(&self) -> Option<Cells> {
        let cells = self.shared.cells.read().ok()?.clone();
        Records { cells, head: self.head }.stored(&self.keys).ok()
    }

    fn unlink_superseded(&mut self, prepared: &Prepared) {
        for (at, _) in &prepared.changes {
            if let Some(old) = self.files.remove(at) {
                let _ = self.objects.remove(&old);
            }
        }
        self.files.extend(prepared.files.iter().copied());
    }

    fn after_commit(&mut self) {
        self.since_anchor += 1;
        if self.since_anchor >= ANCHOR_EVERY {
            self.remember();
        }
        if self.journal.length() > self.compact_at {
            self.compact();
        }
    }
}

/// The day an epoch belongs to.
pub(crate) fn day(now: Timestamp) -> i64 {
    now.as_second().div_euclid(86_400)
}

/// Of several writes to one place in a transaction the last counts.
fn last_of_each(keys: &Keys, writes: Vec<Write>) -> Vec<(DbKey, Write)> {
    let mut seen = HashSet::new();
    let place = |write: &Write| match write {
        Write::Put { kind, key, .. } | Write::Remove { kind, key } => keys.place(*kind, key),
    };
    let mut placed: Vec<_> = writes.into_iter().map(|write| (place(&write), write)).collect();
    placed.reverse();
    placed.retain(|(at, _)| seen.insert(*at));
    placed.reverse();
    placed
}
