//! One file per large record. The file says where it belongs, so that the index can be built again from files alone.
//!
//! ```text
//! "DOBJ" | place 17 | sealed record (see `record.rs`)
//! ```

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::crypto::random;
use super::keyring::DbKey;
use super::{VaultError, disk};

/// The random name of an object.
pub(crate) type Name = [u8; 16];

const MAGIC: [u8; 4] = *b"DOBJ";
const HEAD: usize = 4 + 17;

/// The folder of objects. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Objects {
    folder: PathBuf,
}

/// What an object file holds.
pub(crate) struct Object {
    pub(crate) at: DbKey,
    pub(crate) cell: Vec<u8>,
}

impl Objects {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes an object. When this answers, file and name are on the disk.
    pub(crate) fn write(&self, at: &DbKey, cell: &[u8]) -> Result<Name, VaultError> {
        let name = random()?;
        let path = self.path(&name);
        if let Some(parent) = path.parent() {
            disk::make_dir(parent)?;
        }
        let new = disk::beside(&path, ".new");
        let written = write_synced(&new, at, cell).and_then(|()| fs::rename(&new, &path));
        if let Err(error) = written {
            let _ = fs::remove_file(&new);
            return Err(error.into());
        }
        disk::sync_parent(&path)?;
        Ok(name)
    }

    /// Reads an object; `None` when there is no such file or it is not one.
    pub(crate) fn read(&self, name: &Name) -> io::Result<Option<Object>> {
        let bytes = match fs::read(self.path(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(parse(&bytes))
    }

    /// Unlinks an object no record points at. One that is gone already is no error.
    pub(crate) fn remove(&self, name: &Name) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The names of all objects, and the paths of unfinished writes.
    pub(crate) fn all(&self) -> io::Result<(Vec<Name>, Vec<PathBuf>)> {
        let (mut names, mut unfinished) = (Vec::new(), Vec::new());
        for folder in entries(&self.folder)? {
            for path in entries(&folder)? {
                match name_of(&path) {
                    Some(name) => names.push(name),
                    None if path.extension().is_some_and(|end| end == "new") => unfinished.push(path),
                    None => {}
                }
            }
        }
        Ok((names, unfinished))
    }

    /// The first bytes of an object: its place and label, without the text.
    pub(crate) fn peek(&self, name: &Name) -> io::Result<Option<Object>> {
        let mut start = Vec::new();
        fs::File::open(self.path(name))?.take(256).read_to_end(&mut start)?;
        Ok(parse(&start))
    }

    fn path(&self, name: &Name) -> PathBuf {
        let name = hex::encode(name);
        self.folder.join(&name[..2]).join(&name)
    }
}

fn write_synced(path: &Path, at: &DbKey, cell: &[u8]) -> io::Result<()> {
    let mut file = disk::private().write(true).create_new(true).open(path)?;
    file.write_all(&[&MAGIC[..], at, cell].concat())?;
    file.sync_all()
}

fn parse(bytes: &[u8]) -> Option<Object> {
    let (at, _) = bytes.strip_prefix(&MAGIC)?.split_first_chunk::<17>()?;
    Some(Object { at: *at, cell: bytes[HEAD..].to_vec() })
}

fn name_of(path: &Path) -> Option<Name> {
    let mut name = [0; 16];
    hex::decode_to_slice(path.file_name()?.to_str()?, &mut name).ok()?;
    Some(name)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_says_where_it_belongs() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::new(folder.path().join("objects"));
        let name = objects.write(&[4; 17], b"sealed").unwrap();
        let object = objects.read(&name).unwrap().unwrap();
        assert_eq!((object.at, object.cell), ([4; 17], b"sealed".to_vec()));
        assert_eq!(objects.all().unwrap().0, [name]);
        objects.remove(&name).unwrap();
        objects.remove(&name).unwrap();
        assert!(objects.read(&name).unwrap().is_none());
    }
}
