//! Files that survive a power cut: what is written is synced before its name is, and its name before it is used.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Whether an error means that there is no room.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

/// Options for a file of which only the owner may know anything.
pub(crate) fn private() -> OpenOptions {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder and its missing parents, each synced into its parent.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        make_dir(parent)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    parent.map_or(Ok(()), sync_dir)
}

/// Syncs a folder, so that the names in it last. Windows has no such thing and does not need it.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
}

/// Syncs the folder a file is in.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_dir)
}

/// Has the disk keep what other programs wrote as well.
pub(crate) fn sync_everything() {
    #[cfg(unix)]
    rustix::fs::sync();
}

/// Puts `bytes` in place of what the file held: after a power cut it holds the old or the new, whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    let written = write_new(&new, bytes).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // Best effort: the half-written file is in nobody's way, and the first error is the one to tell.
        let _ = fs::remove_file(&new);
    }
    written.and_then(|()| sync_parent(path))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().write(true).create(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Overwrites a file in its place: takes no new room, so that it also works on a full disk. Only for files
/// smaller than a disk sector, which are written whole or not at all.
pub(crate) fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if !path.exists() {
        return replace(path, bytes);
    }
    let mut file = private().write(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// The path with something appended to its last name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Moves something aside under a free name, so that it can be looked at later. Nothing is deleted.
pub(crate) fn set_aside(path: &Path) -> io::Result<()> {
    for number in 1..10_000 {
        let aside = beside(path, &format!(".damaged-{number}"));
        if !aside.exists() {
            fs::rename(path, &aside)?;
            return sync_parent(path);
        }
    }
    Err(io::Error::other("too many damaged copies"))
}

/// Bytes that a file may still take on the storage of `path`; `None` where the system does not tell.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let stat = rustix::fs::statvfs(path).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_leaves_nothing_beside() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a");
        replace(&path, b"old")?;
        replace(&path, b"new")?;
        assert_eq!(fs::read(&path)?, b"new");
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn what_is_set_aside_is_kept_every_time() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("idx");
        for text in ["first", "second"] {
            fs::write(&path, text)?;
            set_aside(&path)?;
        }
        assert_eq!(fs::read(folder.path().join("idx.damaged-1"))?, b"first");
        assert_eq!(fs::read(folder.path().join("idx.damaged-2"))?, b"second");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("secret");
        replace(&path, b"x")?;
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        Ok(())
    }
}
