//! Small files that are kept twice. One flipped byte in a wrapped key would cost every record under it; the
//! second copy costs a hundred bytes.

use std::fs;
use std::io;
use std::path::Path;

use super::disk;

/// What two copies gave together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Neither is there.
    Missing,
    /// At least one is there and none is whole. Holds what the first one says, for telling a newer version.
    Damaged(Vec<u8>),
    /// A whole one. The other has been put right.
    Whole(Vec<u8>),
}

/// How a copy is written: in a new file, or in place (for files of fixed size under a sector).
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// Replaced atomically.
    Replace,
    /// Overwritten in place.
    InPlace,
}

impl How {
    fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Replace => disk::replace(path, bytes),
            Self::InPlace => disk::overwrite(path, bytes),
        }
    }
}

/// Writes both copies, one after the other: at every moment one of them is whole.
pub(crate) fn write(path: &Path, bytes: &[u8], how: How) -> io::Result<()> {
    how.write(path, bytes)?;
    how.write(&disk::beside(path, ".spare"), bytes)
}

/// Reads the first whole copy and mends the other. Failing to mend is no error: the disk may be full.
pub(crate) fn read(path: &Path, how: How, whole: impl Fn(&[u8]) -> bool) -> io::Result<Found> {
    let spare_path = disk::beside(path, ".spare");
    let (first, spare) = (read_one(path)?, read_one(&spare_path)?);
    let found = match (first, spare) {
        (None, None) => return Ok(Found::Missing),
        (Some(first), spare) if whole(&first) => {
            if spare.as_ref() != Some(&first) {
                let _ = how.write(&spare_path, &first);
            }
            first
        }
        (_, Some(spare)) if whole(&spare) => {
            let _ = how.write(path, &spare);
            spare
        }
        (first, spare) => return Ok(Found::Damaged(first.or(spare).unwrap_or_default())),
    };
    Ok(Found::Whole(found))
}

fn read_one(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Appends the checksum by which a whole copy is known.
pub(crate) fn with_crc(mut bytes: Vec<u8>) -> Vec<u8> {
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_be_bytes());
    bytes
}

/// What stands before a matching checksum.
pub(crate) fn without_crc(bytes: &[u8]) -> Option<&[u8]> {
    let (content, crc) = bytes.split_last_chunk::<4>()?;
    (crc32fast::hash(content).to_be_bytes() == *crc).then_some(content)
}

/// Whether the checksum at the end matches.
pub(crate) fn has_crc(bytes: &[u8]) -> bool {
    without_crc(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_damaged_copy_is_mended_from_the_other() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("keys");
        let bytes = with_crc(b"wrapped".to_vec());
        for name in ["keys", "keys.spare"] {
            write(&path, &bytes, How::Replace)?;
            fs::write(folder.path().join(name), b"rubbish")?;
            assert_eq!(read(&path, How::Replace, has_crc)?, Found::Whole(bytes.clone()));
            assert_eq!(fs::read(folder.path().join(name))?, bytes);
        }
        Ok(())
    }

    #[test]
    fn two_damaged_copies_are_damaged_and_stay() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("keys");
        fs::write(&path, b"rubbish")?;
        assert_eq!(read(&path, How::Replace, has_crc)?, Found::Damaged(b"rubbish".to_vec()));
        assert_eq!(fs::read(&path)?, b"rubbish");
        assert_eq!(read(&folder.path().join("other"), How::Replace, has_crc)?, Found::Missing);
        Ok(())
    }
}
