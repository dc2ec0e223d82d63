//! A desktop session without a desktop: a bus, a home folder and GNOME Keyring.

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use keyring_core::api::CredentialStoreApi as _;
use zbus_secret_service_keyring_store::Store;

/// The password of the keyring.
const PASSWORD: &str = "of the keyring";

/// How the keyring is found.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Keyring {
    /// As after signing in to a desktop.
    Unlocked,
    /// It answers, and nobody ever gave it a password.
    NeverOpened,
}

/// Runs a story, which is an ignored test of this program, in a session of its own.
pub(crate) fn tell(story: &str, keyring: Keyring) {
    if !["dbus-run-session", "dbus-send", "gnome-keyring-daemon"].into_iter().all(exists) {
        let shout = "\n!!! SKIPPED: no Secret Service here (Debian: gnome-keyring dbus-daemon dbus-bin). The device's \
                     secret was NOT kept in a real key store. !!!\n\n";
        // Past the capture of the test harness: a silent skip would be a lie.
        let _ = std::io::stderr().write_all(shout.as_bytes());
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut session = Command::new("dbus-run-session");
    session.args(["--"]).arg(env::current_exe().unwrap());
    session.args(["--ignored", "--exact", story, "--nocapture"]);
    for (name, folder) in [("HOME", ""), ("XDG_DATA_HOME", "data"), ("XDG_RUNTIME_DIR", "run")] {
        let folder = home.path().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        session.env(name, folder);
    }
    session.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("XDG_CONFIG_HOME");
    session.env("UNLOCK", if keyring == Keyring::Unlocked { "yes" } else { "" });
    let told = session.output().unwrap();
    let said = [told.stdout, told.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(told.status.success() && said.contains("1 passed"), "{said}");
}

/// Inside a story: the keyring as it was asked for.
pub(crate) fn begin() {
    if env::var("UNLOCK").is_ok_and(|wanted| !wanted.is_empty()) {
        unlock();
    }
}

/// Unlocks the keyring as signing in to a desktop does.
pub(crate) fn unlock() {
    let mut daemon = Command::new("gnome-keyring-daemon");
    daemon
        .args(["--replace", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut daemon = daemon.spawn().unwrap();
    daemon.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(daemon.wait().unwrap().success());
}

/// Locks it as the screen lock of some desktops does.
pub(crate) fn lock() {
    let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
    call("org.freedesktop.Secret.Service.Lock", &[collection]);
}

/// Has new items go where they do not last.
pub(crate) fn default_to_the_session() {
    let session = "objpath:/org/freedesktop/secrets/collection/session";
    call("org.freedesktop.Secret.Service.SetAlias", &["string:default", session]);
}

fn call(method: &str, arguments: &[&str]) {
    let mut command = Command::new("dbus-send");
    command.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", method]);
    let answer = command.args(arguments).output().unwrap();
    assert!(answer.status.success(), "{method}: {}", String::from_utf8_lossy(&answer.stderr));
}

/// The same story's other half, where no bus is.
pub(crate) fn without_a_bus(story: &str, folder: &Path) {
    let mut other = Command::new(env::current_exe().unwrap());
    other.args(["--ignored", "--exact", story, "--nocapture"]).env("FOLDER", folder);
    other.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    let told = other.output().unwrap();
    let said = [told.stdout, told.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(told.status.success() && said.contains("1 passed"), "{said}");
}

fn exists(program: &str) -> bool {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).is_file())
}

/// Puts the secret of one device in the place of another's. The arguments are the notes that name them.
pub(crate) fn give_the_secret_of(from: &Path, to: &Path) {
    let store = Store::new().unwrap();
    let entry = |note: &Path| {
        let name: String = std::fs::read(note).unwrap()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        store.build("doorstep", &name, None).unwrap()
    };
    entry(to).set_secret(&entry(from).get_secret().unwrap()).unwrap();
}
