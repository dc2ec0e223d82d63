//! Reading: beside the writer, never through sled, on a thread that may wait for the disk.

use zeroize::Zeroizing;

use super::journal::Journal;
use super::keyring::{DbKey, Keys};
use super::record::{Label, open_record};
use super::shared::Shared;
use super::{Damaged, Item, Kind, Listing, Opened, VaultError, envelope, pointer};

/// How often a record may be superseded between finding and reading it.
const ATTEMPTS: usize = 8;

/// A record by its key.
pub(crate) fn get(shared: &Shared, kind: Kind, key: &str) -> Result<Option<Opened>, VaultError> {
    let keys = shared.keys()?;
    match value_at(shared, &keys, keys.place(kind, key))? {
        Value::None => Ok(None),
        Value::Opened(item) if item.key == key => Ok(Some(item.value)),
        Value::Opened(_) | Value::Damaged => Err(VaultError::Damaged(Damaged { kind, key: Some(key.to_owned()) })),
    }
}

/// All records of a kind.
pub(crate) fn list(shared: &Shared, kind: Kind) -> Result<Listing, VaultError> {
    let keys = shared.keys()?;
    let mut listing = Listing::default();
    for at in places(shared, kind)? {
        match value_at(shared, &keys, at)? {
            Value::None => {}
            Value::Opened(item) => listing.items.push(item),
            Value::Damaged => listing.damaged.push(Damaged { kind, key: None }),
        }
    }
    Ok(listing)
}

/// The keys of all records of a kind, and how many could not be told.
pub(crate) fn keys(shared: &Shared, kind: Kind) -> Result<(Vec<String>, usize), VaultError> {
    let keys = shared.keys()?;
    let (mut found, mut damaged) = (Vec::new(), 0);
    for at in places(shared, kind)? {
        let Some(cell) = cell(shared, &at)? else { continue };
        match open_record(&keys, &at, &cell).and_then(|(_, packed)| envelope::unpack_key(&packed)) {
            Some(key) => found.push(key),
            // A record whose lease was shredded since the places were read is gone, not damaged.
            None if self::cell(shared, &at)?.is_some() => damaged += 1,
            None => {}
        }
    }
    Ok((found, damaged))
}

enum Value {
    None,
    Opened(Item),
    Damaged,
}

/// Reads what lies at a place. When it does not open it is looked for again: the writer may have replaced it.
fn value_at(shared: &Shared, keys: &Keys, at: DbKey) -> Result<Value, VaultError> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let Some(cell) = cell(shared, &at)? else { return Ok(Value::None) };
        if let Some((key, value)) = packed_in(shared, keys, &at, &cell)?.and_then(|packed| envelope::unpack(&packed)) {
            return Ok(Value::Opened(Item { key, value: Opened::new(value) }));
        }
        if last.as_ref() == Some(&cell) {
            break;
        }
        last = Some(cell);
    }
    Ok(Value::Damaged)
}

/// The packed value behind a cell: in it, in its object, or in the journal's copy of a damaged object.
fn packed_in(shared: &Shared, keys: &Keys, at: &DbKey, cell: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let Some((label, packed)) = open_record(keys, at, cell) else { return Ok(None) };
    if !label.is_pointer {
        return Ok(Some(packed));
    }
    let Some(name) = pointer::name_in(&packed) else { return Ok(None) };
    let object = shared.paths.objects().read(&name)?;
    let opened = object.and_then(|object| open_object(keys, at, &label, &object.cell));
    if opened.is_some() || !Kind::from_byte(at[0]).is_some_and(Kind::written_here) {
        return Ok(opened);
    }
    let copy = Journal::copy_of(&shared.paths.journal(), at, label.revision);
    Ok(copy.and_then(|copy| open_object(keys, at, &label, &copy)))
}

/// An object must be of the very revision its pointer says, or an older file could be put in its place.
fn open_object(keys: &Keys, at: &DbKey, pointer: &Label, cell: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (label, packed) = open_record(keys, at, cell)?;
    (label.revision == pointer.revision && !label.is_pointer).then_some(packed)
}

fn cell(shared: &Shared, at: &DbKey) -> Result<Option<std::sync::Arc<[u8]>>, VaultError> {
    Ok(shared.cells.read().map_err(|_| VaultError::Closed)?.get(at).cloned())
}

fn places(shared: &Shared, kind: Kind) -> Result<Vec<DbKey>, VaultError> {
    let mut from = [0; 17];
    let mut to = [u8::MAX; 17];
    (from[0], to[0]) = (kind.byte(), kind.byte());
    Ok(shared.cells.read().map_err(|_| VaultError::Closed)?.range(from..=to).map(|(at, _)| *at).collect())
}
