//! The system's browser. On a desktop a program of the system opens it; a phone would need its own call for it, which
//! this build has not, so there one signs in with a code on another device.

use std::process::{Command, Stdio};

/// Whether there is one to open.
pub fn can_browse() -> bool {
    opener().is_some()
}

/// Opens a page; false when it could not be tried. Only an address of the web: what opens it would also open files.
pub fn browse(address: &str) -> bool {
    let web = address.starts_with("https://") || address.starts_with("http://127.0.0.1:");
    let Some((program, arguments)) = opener().filter(|_| web) else { return false };
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut started) = command.spawn() else { return false };
    // Somebody has to hear that it ended.
    std::thread::spawn(move || started.wait());
    true
}

#[cfg(target_os = "linux")]
fn opener() -> Option<(&'static str, &'static [&'static str])> {
    let path = super::variable("PATH")?;
    std::env::split_paths(&path).any(|folder| folder.join("xdg-open").is_file()).then_some(("xdg-open", &[]))
}

#[cfg(target_os = "macos")]
fn opener() -> Option<(&'static str, &'static [&'static str])> {
    Some(("open", &[]))
}

#[cfg(target_os = "windows")]
fn opener() -> Option<(&'static str, &'static [&'static str])> {
    Some(("rundll32", &["url.dll,FileProtocolHandler"]))
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn opener() -> Option<(&'static str, &'static [&'static str])> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_page_of_the_web_is_opened() {
        for address in ["file:///etc/passwd", "/etc/passwd", "javascript:alert(1)", "http://10.0.0.1/", "--help", ""] {
            assert!(!browse(address), "{address}");
        }
    }
}
