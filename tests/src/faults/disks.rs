//! The disks of the devices: every call that a device makes on its folder is recorded (`xtask/powerloss`), so that the
//! folder can be had as it was at that moment for whoever was killed, or as it would be found after the power was cut.
//!
//! A stopped device goes on in a new folder: what its threads still write to the old one is written by nobody.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use self::disk::{Disk, Found as Contents, Unsynced};
use super::plan::{Random, Stop};

#[path = "../../../xtask/src/powerloss/disk.rs"]
mod disk;
#[path = "../../../xtask/src/powerloss/trace.rs"]
#[expect(dead_code, reason = "shared with `cargo xtask powerloss`, which reads a trace as a whole")]
mod trace;

/// Where the devices' folders are, where the calls are recorded, and the file that says that the disks are full.
const FOLDER: &str = "POWERLOSS_FOLDER";
const TRACE: &str = "POWERLOSS_TRACE";
const FULL: &str = "POWERLOSS_FULL";

/// The disks.
pub(super) struct Disks {
    root: PathBuf,
    trace: Option<(PathBuf, File)>,
    full: Option<PathBuf>,
    disk: Disk,
    unread: Vec<u8>,
    random: Random,
}

impl Disks {
    /// Those of this process. `elsewhere`: the folder to use when nothing is recorded.
    pub(super) fn new(elsewhere: &Path, torn: u64) -> Result<Self> {
        let recorded = std::env::var_os(FOLDER).map(PathBuf::from).zip(std::env::var_os(TRACE).map(PathBuf::from));
        let full = std::env::var_os(FULL).map(PathBuf::from);
        let (root, trace) = match recorded {
            Some((root, trace)) => (root, Some((trace.clone(), File::open(trace).context("the trace")?))),
            None => (elsewhere.to_owned(), None),
        };
        let (disk, unread, random) = (Disk::new(false), Vec::new(), Random::new(torn));
        Ok(Self { root, trace, full, disk, unread, random })
    }

    /// Whether what is written is recorded: without that nothing is known of a power cut, and of a full disk.
    pub(super) const fn recorded(&self) -> bool {
        self.trace.is_some()
    }

    /// The folder of a device in its n-th life.
    pub(super) fn folder(&self, device: usize, life: usize) -> PathBuf {
        self.root.join(format!("device-{device}-{life}"))
    }

    /// Bytes recorded so far.
    pub(super) fn written(&self) -> u64 {
        let length = |(path, _): &(PathBuf, File)| fs::metadata(path).map_or(0, |it| it.len());
        self.trace.as_ref().map_or(0, length)
    }

    /// Fills all disks, or makes room.
    pub(super) fn set_full(&self, full: bool) -> Result<()> {
        let Some(marker) = &self.full else { return Ok(()) };
        if full {
            return Ok(fs::write(marker, b"full")?);
        }
        match fs::remove_file(marker) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// What a device that stops now finds when it starts again. Before its threads are told.
    pub(super) fn snapshot(&mut self, device: usize, life: usize, how: Stop) -> Result<Option<Contents>> {
        if !self.recorded() {
            return Ok(None);
        }
        self.catch_up()?;
        let name = self.folder(device, life);
        let name = name.file_name().map(PathBuf::from).unwrap_or_default();
        let mut coin = || self.random.next() & 1 == 1;
        let found: Contents = match how {
            Stop::Killed => self.disk.seen(),
            Stop::PowerLost => self.disk.after_cut(Unsynced::Lost, &mut coin),
            Stop::PowerTorn => self.disk.after_cut(Unsynced::Torn, &mut coin),
        };
        let own = |(path, it): (PathBuf, Option<Vec<u8>>)| Some((path.strip_prefix(&name).ok()?.to_owned(), it));
        Ok(Some(found.into_iter().filter_map(own).filter(|(path, _)| !path.as_os_str().is_empty()).collect()))
    }

    /// Lays what was found out in the folder of the next life, synced: it is what the disk holds.
    pub(super) fn lay_out(&self, found: &Contents, device: usize, life: usize) -> Result<()> {
        // The room that it takes was taken before.
        let was_full = self.full.as_ref().is_some_and(|marker| marker.exists());
        self.set_full(false)?;
        self.write_out(found, device, life)?;
        self.set_full(was_full)
    }

    fn write_out(&self, found: &Contents, device: usize, life: usize) -> Result<()> {
        let folder = self.folder(device, life);
        make_folder(&folder)?;
        File::open(&self.root)?.sync_all()?;
        for (path, contents) in found {
            let place = folder.join(path);
            match contents {
                None => make_folder(&place)?,
                Some(bytes) => {
                    let mut file = File::create(&place)?;
                    file.write_all(bytes)?;
                    file.sync_all()?;
                }
            }
        }
        let folders = found.iter().filter(|(_, it)| it.is_none()).map(|(path, _)| folder.join(path));
        folders.chain([folder.clone()]).try_for_each(|it| Ok(File::open(it)?.sync_all()?))
    }

    /// Does to the model what was done to the folders since.
    fn catch_up(&mut self) -> Result<()> {
        let Some((_, file)) = &mut self.trace else { return Ok(()) };
        file.read_to_end(&mut self.unread)?;
        let (calls, used) = trace::whole(&self.unread, &self.root)?;
        self.unread.drain(..used);
        calls.iter().try_for_each(|call| self.disk.perform(call))
    }

    /// Whether the model has the folder of a device as it is. It is to be asked when the device is off.
    pub(super) fn check(&mut self, device: usize, life: usize) -> Result<()> {
        let Some(seen) = self.snapshot(device, life, Stop::Killed)? else { return Ok(()) };
        let folder = self.folder(device, life);
        for (path, contents) in &seen {
            let same = contents.as_ref().is_none_or(|bytes| fs::read(folder.join(path)).is_ok_and(|it| it == *bytes));
            ensure!(same, "the recording missed something about {}", path.display());
        }
        Ok(())
    }
}

fn make_folder(path: &Path) -> Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}
