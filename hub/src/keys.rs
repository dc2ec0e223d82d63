//! The keys of this service: those it signs with, and the one that notes are sealed to on their way here.
//!
//! They stand beside the database and not in it: a copy of the database alone cannot sign a lease or open a note.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use keys::{KeyError, KeySet, RelayKey, SigningKey};
use zeroize::Zeroizing;

/// Files of signing keys: `signing-<seconds since 1970>.key`, PKCS #8 in DER. The name orders them.
const SIGNING: &str = "signing-";
const RELAY: &str = "relay.key";
const ENDING: &str = ".key";

/// Why the keys cannot be used. Says what to do; names files and nothing in them.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The folder or a file in it.
    #[error("{0} cannot be read or written")]
    Disk(PathBuf, #[source] io::Error),
    /// A file is there and holds no key.
    #[error("{0} holds no key: bring it back from a backup, or move it away to have a new one made")]
    Damaged(PathBuf, #[source] KeyError),
    /// Other users of the machine may read a key.
    #[error("{0} can be read by others: set its mode to 0600 and think of the key as known")]
    Open(PathBuf),
    /// No key could be made.
    #[error("no key could be made")]
    Make(#[from] KeyError),
}

/// What the hub signs with, and what it opens relayed notes with.
pub struct HubKeys {
    /// The newest signing key.
    pub signing: SigningKey,
    /// Opens notes that were sealed to this hub.
    pub relay: RelayKey,
    /// Keys that signed before. What they signed is still believed.
    older: Vec<SigningKey>,
}

impl HubKeys {
    /// Keys that end with the process.
    ///
    /// # Errors
    /// [`KeysError::Make`].
    pub fn in_memory() -> Result<Self, KeysError> {
        Ok(Self { signing: SigningKey::generate()?, relay: RelayKey::generate()?, older: Vec::new() })
    }

    /// The keys beside a database file (`<database>.keys/`), made at the first start and readable by the owner alone.
    /// A further signing key with a later name takes over at the next start; the older ones stay in the key set.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn beside(database: &Path) -> Result<Self, KeysError> {
        if database.as_os_str().is_empty() || database == Path::new(":memory:") {
            return Self::in_memory();
        }
        let mut folder = database.as_os_str().to_owned();
        folder.push(".keys");
        let folder = PathBuf::from(folder);
        private_folder(&folder).map_err(|e| KeysError::Disk(folder.clone(), e))?;
        let mut signing = signing_keys(&folder)?;
        let newest = match signing.pop() {
            Some(key) => key,
            None => {
                let key = SigningKey::generate()?;
                let name = format!("{SIGNING}{:012}{ENDING}", Timestamp::now().as_second());
                keep(&folder, &name, key.to_pkcs8())?;
                key
            }
        };
        Ok(Self { signing: newest, relay: relay_key(&folder)?, older: signing })
    }

    /// Everything that is believed as signed by this hub, the newest first.
    pub fn set(&self) -> KeySet {
        let all: Vec<&SigningKey> = std::iter::once(&self.signing).chain(self.older.iter().rev()).collect();
        KeySet::of(&all)
    }
}

impl fmt::Debug for HubKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubKeys").field("signs_with", &self.signing.thumbprint()).finish_non_exhaustive()
    }
}

/// Oldest first.
fn signing_keys(folder: &Path) -> Result<Vec<SigningKey>, KeysError> {
    let entries = fs::read_dir(folder).map_err(|e| KeysError::Disk(folder.to_owned(), e))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|n| n.starts_with(SIGNING) && n.ends_with(ENDING)).collect();
    names.sort();
    let read = |name: &String| {
        let file = folder.join(name);
        SigningKey::from_pkcs8(&read(&file)?).map_err(|e| KeysError::Damaged(file, e))
    };
    names.iter().map(read).collect()
}

fn relay_key(folder: &Path) -> Result<RelayKey, KeysError> {
    let file = folder.join(RELAY);
    if !file.exists() {
        let key = RelayKey::generate()?;
        keep(folder, RELAY, key.to_bytes().as_slice())?;
        return Ok(key);
    }
    let bytes: Result<[u8; 32], _> = read(&file)?.as_slice().try_into();
    let key = RelayKey::from_bytes(Zeroizing::new(bytes.map_err(|_| KeysError::Damaged(file, KeyError::NotAKey))?));
    Ok(key)
}

fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(file).map_err(|e| KeysError::Disk(file.to_owned(), e))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeysError::Open(file.to_owned()));
        }
    }
    fs::read(file).map(Zeroizing::new).map_err(|e| KeysError::Disk(file.to_owned(), e))
}

/// Durable before it is used: a lease signed by a key that a power cut took away would be believed by nobody.
fn keep(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), KeysError> {
    let (file, temporary) = (folder.join(name), folder.join(format!("{name}.new")));
    let write = || {
        let mut made = private_file(&temporary)?;
        made.write_all(bytes)?;
        made.sync_all()?;
        fs::rename(&temporary, &file)?;
        sync_folder(folder)
    };
    write().map_err(|e| KeysError::Disk(file.clone(), e))
}

pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    // What an earlier try left behind may have another mode.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent),
        _ => Ok(()),
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_keys_stay_the_same_and_are_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("hub.sqlite");
        let first = HubKeys::beside(&database).unwrap();
        let again = HubKeys::beside(&database).unwrap();
        assert_eq!(first.signing.thumbprint(), again.signing.thumbprint());
        assert_eq!(first.relay.public().unwrap(), again.relay.public().unwrap());
        let files: Vec<PathBuf> =
            fs::read_dir(folder.path().join("hub.sqlite.keys")).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(files.len(), 2);
        #[cfg(unix)]
        for file in &files {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
            fs::set_permissions(file, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(HubKeys::beside(&database), Err(KeysError::Open(_))));
            fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let other = HubKeys::beside(&folder.path().join("other.sqlite")).unwrap();
        assert_ne!(other.signing.thumbprint(), first.signing.thumbprint());
    }

    #[test]
    fn a_newer_key_signs_and_what_the_older_one_signed_is_still_believed() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("hub.sqlite");
        let first = HubKeys::beside(&database).unwrap();
        let signed = first.signing.sign("JWT", &json!({"jti": "old"})).unwrap();
        let newer = SigningKey::generate().unwrap();
        keep(&folder.path().join("hub.sqlite.keys"), "signing-999999999999.key", newer.to_pkcs8()).unwrap();
        let rotated = HubKeys::beside(&database).unwrap();
        assert_eq!(rotated.signing.thumbprint(), newer.thumbprint());
        assert!(rotated.set().verify(&signed, Some("JWT")).is_ok());
        assert!(!format!("{rotated:?}").contains("pkcs8"));
    }

    #[test]
    fn a_damaged_key_is_said_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("hub.sqlite");
        HubKeys::beside(&database).unwrap();
        let relay = folder.path().join("hub.sqlite.keys").join(RELAY);
        fs::write(&relay, b"short").unwrap();
        assert!(matches!(HubKeys::beside(&database), Err(KeysError::Damaged(..))));
        assert_eq!(fs::read(&relay).unwrap(), b"short");
    }
}
