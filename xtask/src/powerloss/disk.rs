//! A disk that remembers what was synced and what was not.
//!
//! It is a small kernel: contents belong to files, names to folders, and each has a state as programs see it and a
//! state that a power cut leaves. Syncing a file makes its contents last and not its name; syncing a folder makes
//! the names in it last and not what is in the files.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::trace::Call;

const PAGE: usize = 4096;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    Folder,
    File(usize),
}

type Names = BTreeMap<PathBuf, Node>;

#[derive(Clone)]
enum Naming {
    Set(PathBuf, Node),
    Move(PathBuf, PathBuf),
    Remove(PathBuf),
}

#[derive(Default)]
struct File {
    seen: Vec<u8>,
    lasting: Vec<u8>,
    waiting: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

/// What becomes of what was not synced.
#[derive(Clone, Copy)]
pub(crate) enum Unsynced {
    /// All of it is lost.
    Lost,
    /// Each page is kept or lost, and of the names in a folder the first few are kept.
    Torn,
}

/// The disk.
#[derive(Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    open: HashMap<i32, Node>,
    open_folders: HashMap<i32, PathBuf>,
    names: Names,
    lasting_names: Names,
    waiting_names: Vec<(PathBuf, Naming)>,
    range_syncs: bool,
    /// The last number acknowledged.
    pub(crate) acknowledged: u64,
}

/// Files and folders as they are found after.
pub(crate) type Found = BTreeMap<PathBuf, Option<Vec<u8>>>;

impl Disk {
    /// An empty one. With `range_syncs`, `sync_file_range` counts as a sync: kinder than its manual page.
    pub(crate) fn new(range_syncs: bool) -> Self {
        Self { range_syncs, ..Self::default() }
    }

    /// Does what the program did.
    pub(crate) fn perform(&mut self, call: &Call) -> Result<()> {
        match call {
            Call::Open { descriptor, path, truncated } => self.open(*descriptor, path, *truncated),
            Call::Close { descriptor } => {
                self.open.remove(descriptor);
                self.open_folders.remove(descriptor);
            }
            Call::Write { descriptor, offset, data } => {
                self.change(*descriptor, Change::Write(*offset, data.clone()))?;
            }
            Call::Truncate { descriptor, length } => self.change(*descriptor, Change::Length(*length))?,
            Call::Sync { descriptor } => self.sync(*descriptor)?,
            Call::SyncRange { descriptor } if self.range_syncs => self.sync(*descriptor)?,
            Call::SyncRange { .. } => {}
            Call::Rename { from, to } => self.rename(from, to),
            Call::Unlink { path } => self.naming(Naming::Remove(path.clone())),
            Call::MakeFolder { path } => self.naming(Naming::Set(path.clone(), Node::Folder)),
            Call::Acknowledge { number } => self.acknowledged = *number,
        }
        Ok(())
    }

    fn open(&mut self, descriptor: i32, path: &Path, truncated: bool) {
        let node = if path.as_os_str().is_empty() { Some(Node::Folder) } else { self.names.get(path).copied() };
        let node = node.unwrap_or_else(|| {
            self.files.push(File::default());
            let node = Node::File(self.files.len() - 1);
            self.naming(Naming::Set(path.to_owned(), node));
            node
        });
        self.open.insert(descriptor, node);
        match node {
            Node::Folder => drop(self.open_folders.insert(descriptor, path.to_owned())),
            Node::File(number) if truncated => self.files[number].change(Change::Length(0)),
            Node::File(_) => {}
        }
    }

    fn change(&mut self, descriptor: i32, change: Change) -> Result<()> {
        let Some(Node::File(number)) = self.open.get(&descriptor) else {
            anyhow::bail!("a write to {descriptor}, which is not open")
        };
        self.files[*number].change(change);
        Ok(())
    }

    fn sync(&mut self, descriptor: i32) -> Result<()> {
        match *self.open.get(&descriptor).context("a sync of what is not open")? {
            Node::File(number) => self.files[number].sync(),
            Node::Folder => {
                let folder = self.open_folders.get(&descriptor).cloned().unwrap_or_default();
                let (now, later) = self.waiting_names.drain(..).partition(|(of, _)| *of == folder);
                self.waiting_names = later;
                let now: Vec<(PathBuf, Naming)> = now;
                now.into_iter().for_each(|(_, naming)| name(&mut self.lasting_names, naming));
            }
        }
        Ok(())
    }

    /// A folder that moves takes with it what is in it, also what waits to last under its old name.
    fn rename(&mut self, from: &Path, to: &Path) {
        self.naming(Naming::Move(from.to_owned(), to.to_owned()));
        for (folder, _) in &mut self.waiting_names {
            if let Ok(rest) = folder.strip_prefix(from) {
                *folder = to.join(rest);
            }
        }
        for folder in self.open_folders.values_mut() {
            if let Ok(rest) = folder.strip_prefix(from) {
                *folder = to.join(rest);
            }
        }
    }

    fn naming(&mut self, naming: Naming) {
        let (Naming::Set(path, _) | Naming::Move(path, _) | Naming::Remove(path)) = &naming;
        self.waiting_names.push((path.parent().unwrap_or(Path::new("")).to_owned(), naming.clone()));
        name(&mut self.names, naming);
    }

    /// The folder as the program sees it.
    pub(crate) fn seen(&self) -> Found {
        self.names.iter().map(|(path, node)| (path.clone(), self.contents(*node, |file| file.seen.clone()))).collect()
    }

    /// The folder after the power is cut now. `coin` decides about what is torn.
    pub(crate) fn after_cut(&self, unsynced: Unsynced, coin: &mut dyn FnMut() -> bool) -> Found {
        let mut names = self.lasting_names.clone();
        let mut lost: Vec<&PathBuf> = Vec::new();
        for (folder, naming) in &self.waiting_names {
            // Names of one folder last in the order in which they were given: a journal does not skip.
            let kept = matches!(unsynced, Unsynced::Torn) && !lost.contains(&folder) && coin();
            if kept { name(&mut names, naming.clone()) } else { lost.push(folder) }
        }
        let reachable = |path: &Path| {
            path.ancestors()
                .skip(1)
                .all(|above| above.as_os_str().is_empty() || names.get(above) == Some(&Node::Folder))
        };
        let mut found = Found::new();
        for (path, node) in &names {
            if reachable(path) {
                found.insert(path.clone(), self.contents(*node, |file| file.after_cut(unsynced, coin)));
            }
        }
        found
    }

    fn contents(&self, node: Node, read: impl FnOnce(&File) -> Vec<u8>) -> Option<Vec<u8>> {
        match node {
            Node::Folder => None,
            Node::File(number) => Some(read(&self.files[number])),
        }
    }
}

impl File {
    fn change(&mut self, change: Change) {
        apply(&mut self.seen, &change);
        self.waiting.push(change);
    }

    fn sync(&mut self) {
        self.lasting.clone_from(&self.seen);
        self.waiting.clear();
    }

    fn after_cut(&self, unsynced: Unsynced, coin: &mut dyn FnMut() -> bool) -> Vec<u8> {
        let mut bytes = self.lasting.clone();
        if matches!(unsynced, Unsynced::Lost) {
            return bytes;
        }
        for change in &self.waiting {
            match change {
                Change::Length(_) => {
                    if coin() {
                        apply(&mut bytes, change);
                    }
                }
                Change::Write(offset, data) => pages(*offset, data).filter(|_| coin()).for_each(|(at, page)| {
                    apply(&mut bytes, &Change::Write(at, page.to_vec()));
                }),
            }
        }
        bytes
    }
}

/// A write, cut at the borders of pages.
fn pages(offset: usize, data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let length = (PAGE - (offset + at) % PAGE).min(data.len() - at);
        let page = (offset + at, &data[at..at + length]);
        at += length;
        (length > 0).then_some(page)
    })
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => bytes.resize(*length, 0),
        Change::Write(offset, data) => {
            let end = offset + data.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[*offset..end].copy_from_slice(data);
        }
    }
}

fn name(names: &mut Names, naming: Naming) {
    match naming {
        Naming::Set(path, node) => drop(names.insert(path, node)),
        Naming::Remove(path) => drop(names.remove(&path)),
        Naming::Move(from, to) => {
            let moving: Vec<PathBuf> = names.keys().filter(|path| path.starts_with(&from)).cloned().collect();
            for path in moving {
                if let (Some(node), Ok(rest)) = (names.remove(&path), path.strip_prefix(&from)) {
                    names.insert(if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) }, node);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(calls: &[Call]) -> Disk {
        let mut disk = Disk::default();
        calls.iter().for_each(|call| disk.perform(call).unwrap());
        disk
    }

    fn open(descriptor: i32, path: &str) -> Call {
        Call::Open { descriptor, path: path.into(), truncated: false }
    }

    fn write(descriptor: i32, offset: usize, data: &[u8]) -> Call {
        Call::Write { descriptor, offset, data: data.to_vec() }
    }

    #[test]
    fn what_is_not_synced_is_lost_and_what_is_stays() {
        let sync = |descriptor| Call::Sync { descriptor };
        let disk = disk(&[open(3, "a"), write(3, 0, b"one"), sync(3), open(4, ""), sync(4), write(3, 0, b"two")]);
        assert_eq!(disk.seen()[Path::new("a")].as_deref(), Some(&b"two"[..]));
        let after = disk.after_cut(Unsynced::Lost, &mut || true);
        assert_eq!(after[Path::new("a")].as_deref(), Some(&b"one"[..]));
    }

    #[test]
    fn a_synced_file_whose_folder_was_not_has_no_name() {
        let disk = disk(&[open(3, "a"), write(3, 0, b"one"), Call::Sync { descriptor: 3 }]);
        assert!(disk.after_cut(Unsynced::Lost, &mut || true).is_empty());
        assert_eq!(disk.after_cut(Unsynced::Torn, &mut || true).len(), 1);
    }

    #[test]
    fn a_torn_write_keeps_whole_pages() {
        let calls = [open(3, "a"), open(4, ""), Call::Sync { descriptor: 4 }, write(3, 0, &[7; 3 * PAGE])];
        let mut coins = [false, true, false].into_iter();
        let after = disk(&calls).after_cut(Unsynced::Torn, &mut || coins.next().unwrap());
        let bytes = after[Path::new("a")].clone().unwrap();
        assert_eq!((bytes.len(), bytes[0], bytes[PAGE]), (2 * PAGE, 0, 7));
    }

    #[test]
    fn a_rename_that_is_not_synced_is_undone() {
        let sync = |descriptor| Call::Sync { descriptor };
        let rename = Call::Rename { from: "new".into(), to: "a".into() };
        let calls = [open(3, "new"), write(3, 0, b"x"), sync(3), open(4, ""), sync(4), rename];
        let disk = disk(&calls);
        assert!(disk.seen().contains_key(Path::new("a")));
        assert!(disk.after_cut(Unsynced::Lost, &mut || true).contains_key(Path::new("new")));
    }
}
