//! What somebody learns who copied everything that a vault ever wrote, and has every key that it still holds: for the
//! tests of how a lease ends.

use std::collections::BTreeSet;

use super::crypto::Key;
use super::keyring::DbKey;
use super::lease_keys::{SLOT, unwrapped};
use super::record::{Label, opened_by};
use super::{Vault, envelope, journal};

/// Sealed values, as they lay in the index, the journal and the files.
#[derive(Default)]
pub(crate) struct Copies(BTreeSet<(DbKey, Vec<u8>)>);

impl Copies {
    /// Copies all that lies there now.
    pub(crate) fn take(&mut self, vault: &Vault) {
        let shared = &vault.shared;
        self.0.extend(shared.cells.read().unwrap().iter().map(|(at, cell)| (*at, cell.to_vec())));
        let objects = shared.paths.objects();
        let kept = objects.all().unwrap().0.into_iter().filter_map(|name| objects.read(&name).unwrap());
        self.0.extend(kept.map(|object| (object.at, object.cell)));
        let frames = journal::read(&shared.paths.journal()).unwrap().frames;
        let told = frames.into_iter().flat_map(|frame| frame.changes);
        self.0.extend(told.filter_map(|(at, cell)| Some((at, cell?.to_vec()))));
    }

    /// The texts of all that opens by any two of the keys: those of the vault, of its leases as they are in memory and
    /// as they are in their file, and every 32 bytes of `device`.
    pub(crate) fn opened(&self, vault: &Vault, device: &[u8]) -> String {
        let keys = vault.shared.keys().unwrap();
        let mut any = keys.every();
        any.extend(device.windows(32).filter_map(Key::from_slice));
        let mut second: Vec<Option<Key>> = any.iter().cloned().map(Some).collect();
        second.extend(keys.leases.read().unwrap().values().cloned().map(Some));
        second.extend(self.wrapped(vault, &any).into_iter().map(Some));
        second.push(None);
        let mut told = String::new();
        for (at, cell) in &self.0 {
            for (first, second) in any.iter().flat_map(|first| second.iter().map(move |second| (first, second))) {
                let Some(text) = opened_by(&keys.store_id, (at, cell), first, second.as_ref()) else { continue };
                let (key, value) = envelope::unpack(&text).unwrap_or_default();
                told += &format!("{key} {}\n", String::from_utf8_lossy(&value));
            }
        }
        told
    }

    /// The keys that any other key unwraps from the file of leases, under the name of any lease that ever was.
    fn wrapped(&self, vault: &Vault, any: &[Key]) -> Vec<Key> {
        let keys = vault.shared.keys().unwrap();
        let names: BTreeSet<_> = self.0.iter().filter_map(|(_, cell)| Some(Label::read(cell)?.lease)).collect();
        let file = std::fs::read(vault.shared.paths.folder.join("lease.keys")).unwrap();
        let mut found = Vec::new();
        for (at, slot) in file.chunks_exact(SLOT).enumerate() {
            for (wrap, name) in any.iter().flat_map(|wrap| names.iter().map(move |name| (wrap, name))) {
                found.extend(unwrapped(wrap, &keys.store_id, slot, (at, name)));
            }
        }
        found
    }
}
