//! The small record that says which object file holds the large one.

use std::io;
use std::sync::Arc;

use super::journal::Journal;
use super::keyring::{DbKey, Keys};
use super::objects::{Name, Objects};
use super::record::{Label, Place, open_record, seal_record};
use super::recover::Paths;
use super::{Kind, VaultError, envelope};

/// Seals a pointer to `name` at `place`.
pub(crate) fn seal_pointer(keys: &Keys, place: Place, key: &str, name: &Name) -> Result<Vec<u8>, VaultError> {
    // Packed as a small kind: the filling of a document would make every pointer 4 KB.
    let packed = envelope::pack(Kind::Cursor, key, name)?;
    seal_record(keys, Place { is_pointer: true, ..place }, &packed)
}

/// The object a packed pointer names.
pub(crate) fn name_in(packed: &[u8]) -> Option<Name> {
    let (_, name) = envelope::unpack(packed)?;
    name.as_slice().try_into().ok()
}

/// The object that a cell points at, when it is a pointer that opens.
pub(crate) fn target(keys: &Keys, at: &DbKey, cell: &[u8]) -> Option<Name> {
    let (label, packed) = Label::read(cell).filter(|label| label.is_pointer).and(open_record(keys, at, cell))?;
    label.is_pointer.then(|| name_in(&packed)).flatten()
}

/// The sealed object behind a pointer, when its kind is to be kept in the journal as well.
pub(crate) fn copy_for_journal(paths: &Paths, keys: &Keys, at: &DbKey, cell: &[u8]) -> Option<Vec<u8>> {
    if !Kind::from_byte(at[0])?.written_here() {
        return None;
    }
    let name = target(keys, at, cell)?;
    let object =
        paths.objects().read(&name).ok().flatten().filter(|object| open_record(keys, at, &object.cell).is_some());
    let revision = Label::read(cell)?.revision;
    object.map(|object| object.cell).or_else(|| Journal::copy_of(&paths.journal(), at, revision))
}

/// Pointers to all objects that open, made from the objects alone.
pub(crate) fn from_objects(objects: &Objects, keys: &Keys) -> io::Result<Vec<(DbKey, Arc<[u8]>)>> {
    let mut found = Vec::new();
    for name in objects.all()?.0 {
        let pointer = objects.read(&name)?.and_then(|object| {
            let (label, packed) = open_record(keys, &object.at, &object.cell)?;
            let kind = Kind::from_byte(object.at[0])?;
            let place = Place { key: object.at, kind, revision: label.revision, lease: label.lease, is_pointer: true };
            let cell = seal_pointer(keys, place, &envelope::unpack_key(&packed)?, &name).ok()?;
            Some((object.at, Arc::from(cell)))
        });
        found.extend(pointer);
    }
    Ok(found)
}
