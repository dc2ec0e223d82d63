//! Where the app may keep its data, so that only the app reads it and no backup carries it away.

use std::path::PathBuf;

/// The system names no folder of the app's own. There is no second best: a shared or temporary folder would be
/// emptied by the system or read by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// `HOME` or its like is not set.
    #[error("this system names no folder for the app's data; set DOORSTEP_FOLDER")]
    NoHome,
    /// The app's folder on Android is not where it must be.
    #[error("Android gave the app no folder of its own; install the app again or call the service desk")]
    NoAndroidFolder,
}

/// The folder of this device. `DOORSTEP_FOLDER` wins where there is an environment.
pub(super) fn of_this_device() -> Result<PathBuf, FolderError> {
    match super::variable("DOORSTEP_FOLDER") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => system_folder(),
    }
}

#[cfg(not(any(target_os = "android", target_os = "ios", target_os = "macos", target_os = "windows")))]
fn system_folder() -> Result<PathBuf, FolderError> {
    let base = super::variable("XDG_DATA_HOME").map(PathBuf::from);
    let base = base.or_else(|| Some(PathBuf::from(super::variable("HOME")?).join(".local/share")));
    Ok(base.ok_or(FolderError::NoHome)?.join("doorstep"))
}

#[cfg(target_os = "windows")]
fn system_folder() -> Result<PathBuf, FolderError> {
    Ok(PathBuf::from(super::variable("LOCALAPPDATA").ok_or(FolderError::NoHome)?).join("Doorstep"))
}

// On iOS `HOME` is the app's own container.
#[cfg(any(target_os = "ios", target_os = "macos"))]
fn system_folder() -> Result<PathBuf, FolderError> {
    let home = PathBuf::from(super::variable("HOME").ok_or(FolderError::NoHome)?);
    Ok(home.join("Library/Application Support/Doorstep"))
}

// The process of an Android app is named after its package, and its user id holds the profile (user × 100 000 + app).
// `no_backup` is the folder that Auto Backup leaves out. No call into Java is needed for either.
#[cfg(target_os = "android")]
fn system_folder() -> Result<PathBuf, FolderError> {
    use std::os::unix::fs::MetadataExt as _;
    let name = std::fs::read("/proc/self/cmdline").map_err(|_| FolderError::NoAndroidFolder)?;
    let uid = std::fs::metadata("/proc/self").map_err(|_| FolderError::NoAndroidFolder)?.uid();
    let folder = android_folder(&name, uid).ok_or(FolderError::NoAndroidFolder)?;
    folder.parent().is_some_and(std::path::Path::is_dir).then_some(folder).ok_or(FolderError::NoAndroidFolder)
}

#[cfg(any(target_os = "android", test))]
fn android_folder(cmdline: &[u8], uid: u32) -> Option<PathBuf> {
    let name = std::str::from_utf8(cmdline.split(|b| *b == 0).next()?).ok()?;
    let package = name.split(':').next().filter(|p| p.contains('.') && !p.contains('/'))?;
    Some(PathBuf::from(format!("/data/user/{}/{package}/no_backup", uid / 100_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_android_folder_is_of_the_package_and_the_profile() {
        let folder = |line: &[u8], uid| android_folder(line, uid).map(|p| p.display().to_string());
        let expected = Some("/data/user/10/example.doorstep/no_backup".to_owned());
        assert_eq!(folder(b"example.doorstep\0\0", 1_010_123), expected);
        assert_eq!(folder(b"example.doorstep:sync\0", 1_010_123), expected);
        assert_eq!(folder(b"/usr/bin/doorstep\0", 10_123), None);
        assert_eq!(folder(b"\xff\0", 10_123), None);
    }
}
